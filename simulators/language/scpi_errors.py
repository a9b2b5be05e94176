"""The SCPI-1999 error list (volume 2, chapter 21), as far as panels use it."""

from simulators.language.status import Event

NO_ERROR = (0, "No error")
TEXTS = {
    -100: "Command error",
    -101: "Invalid character",
    -102: "Syntax error",
    -103: "Invalid separator",
    -104: "Data type error",
    -105: "GET not allowed",
    -108: "Parameter not allowed",
    -109: "Missing parameter",
    -111: "Header separator error",
    -112: "Program mnemonic too long",
    -113: "Undefined header",
    -114: "Header suffix out of range",
    -121: "Invalid character in number",
    -123: "Exponent too large",
    -124: "Too many digits",
    -128: "Numeric data not allowed",
    -131: "Invalid suffix",
    -134: "Suffix too long",
    -138: "Suffix not allowed",
    -148: "Character data not allowed",
    -151: "Invalid string data",
    -158: "String data not allowed",
    -161: "Invalid block data",
    -168: "Block data not allowed",
    -170: "Expression error",
    -171: "Invalid expression",
    -178: "Expression data not allowed",
    -200: "Execution error",
    -203: "Command protected",
    -211: "Trigger ignored",
    -213: "Init ignored",
    -214: "Trigger deadlock",
    -221: "Settings conflict",
    -222: "Data out of range",
    -223: "Too much data",
    -224: "Illegal parameter value",
    -230: "Data corrupt or stale",
    -240: "Hardware error",
    -241: "Hardware missing",
    -330: "Self-test failed",
    -350: "Queue overflow",
    -363: "Input buffer overrun",
    -400: "Query error",
    -410: "Query INTERRUPTED",
    -420: "Query UNTERMINATED",
    -430: "Query DEADLOCKED",
    -440: "Query UNTERMINATED after indefinite response",
}


class ScpiError(Exception):
    """A message unit cannot be carried out; the code goes into the error queue.

    Positive codes are the instrument's own: its panel knows their texts.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f'{code},"{TEXTS.get(code, "of the instrument")}"')

    @property
    def is_command_error(self) -> bool:
        """Whether the message itself was wrong (−1xx)."""
        return -200 < self.code <= -100


def event_of(code: int) -> Event:
    """Return the standard event bit that an error's class sets."""
    if -200 < code <= -100:
        return Event.CME
    if -300 < code <= -200:
        return Event.EXE
    if -500 < code <= -400:
        return Event.QYE
    return Event.DDE
