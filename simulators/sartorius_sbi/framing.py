"""Where a command of SBI ends: a terminator after it is optional."""

ESCAPE = 0x1B
LONGEST_COMMAND = 20  # characters


def sbi_command(begun: bytes) -> bool:
    """Return whether `begun` is a whole command: ESC and a capital, or ESC … underscore."""
    place = begun.rfind(ESCAPE)
    if place < 0:
        return False
    command = begun[place + 1 :]
    if len(command) == 1:
        return command.isupper()
    return command.endswith(b"_") or len(command) >= LONGEST_COMMAND
