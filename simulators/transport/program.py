"""Program messages where the transport knows their end (END of a bus)."""


def lines_of(whole: bytes) -> list[bytes]:
    """Return the program messages in what came up to END: LF ends one too.

    A LF inside a block or a string is taken for an end, which IEEE 488.2 does not.
    """
    if b"\n" not in whole[:-1]:
        return [whole.rstrip(b"\r\n")]
    *lines, rest = whole.split(b"\n")
    if rest:
        lines.append(rest)
    return [line.rstrip(b"\r") for line in lines]
