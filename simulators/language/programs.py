"""Messages compiled once and then only carried out."""

from collections.abc import Callable

Step = Callable[[], str | None]
Program = tuple[Step, ...]
CACHED_MESSAGES = 2048


class Programs(dict[bytes, Program]):
    """Message → its steps; a message not seen before is compiled when it is looked up."""

    def __init__(self, compile_: Callable[[str], Program]) -> None:
        super().__init__()
        self._compile = compile_

    def __missing__(self, message: bytes) -> Program:
        if len(self) >= CACHED_MESSAGES:
            self.clear()  # endlessly different messages must not fill the memory
        program = self._compile(message.decode("latin-1"))
        self[message] = program
        return program
