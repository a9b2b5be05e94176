"""The 3458A's own language: from a message to commands with parameters.

Source: the manual's command reference in a public transcription.  Header and parameters are
separated by blanks or commas; a parameter left out, or −1, has its default; a keyword may be given
as its number; commands are separated by `;` or CR.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor

HEADER = re.compile(r"\s*([A-Za-z]\w*)(\?)?(?:[\s,]\s*(.*))?", re.ASCII | re.DOTALL)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
KEYWORD = re.compile(r"[A-Za-z]\w*", re.ASCII)


class Mistake(Exception):
    """A command is not carried out; `bit` of the error register tells why."""

    def __init__(self, bit: int) -> None:
        super().__init__(bit)
        self.bit = bit


# Bits of the error register, and of the auxiliary one, with their texts; beyond `TRIGGER TOO
# FAST` and `NO ERROR` the texts are from memory, unverified.
HARDWARE, CALIBRATION, TOO_FAST, SYNTAX, NOT_REMOTE, UNDEFINED, RANGE, MEMORY = range(8)
OUT_OF_CALIBRATION, CALIBRATION_REQUIRED, CONFLICT = 9, 10, 11
ERROR_TEXTS = (
    "HARDWARE ERROR", "CALIBRATION ERROR", "TRIGGER TOO FAST", "SYNTAX ERROR",
    "COMMAND NOT ALLOWED FROM REMOTE", "UNDEFINED PARAMETER RECEIVED", "PARAMETER OUT OF RANGE",
    "MEMORY ERROR", "DESTRUCTIVE OVERLOAD DETECTED", "OUT OF CALIBRATION", "CALIBRATION REQUIRED",
    "SETTINGS CONFLICT", "MATH ERROR", "SUBPROGRAM ERROR", "SYSTEM ERROR",
)  # fmt: skip

Value = float | str
"""A parameter: a number, or a text in quotes."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One command: header in capitals, whether it asks, and its parameters as they came."""

    header: str
    asks: bool
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One parameter.

    Attributes:
        words: keyword → its number.
        low: least number.
        high: greatest number.
        default: what stands for −1 and for nothing; None: it must be there.
        plain: whether numbers outside the keywords' are numbers in their own right.
        whole: whether they are rounded: 2.49 is 2, 2.5 is 3.
    """

    words: Mapping[str, float]
    low: float = 0.0
    high: float = 0.0
    default: float | None = None
    plain: bool = True
    whole: bool = False

    def value(self, text: str) -> float:
        """Return the number of a parameter.

        Raises:
            Mistake: not known, or out of range.
        """
        if not text or text == "-1":
            if self.default is None:
                raise Mistake(UNDEFINED)
            return self.default
        if KEYWORD.fullmatch(text):
            if text.upper() not in self.words:
                raise Mistake(UNDEFINED)
            return self.words[text.upper()]
        if not NUMBER.fullmatch(text):
            raise Mistake(SYNTAX)
        number = float(text)
        if not self.plain:
            chosen = _rounded(min(number, 1e6))
            if number < 0.0 or chosen not in self.words.values():
                raise Mistake(UNDEFINED)
            return chosen
        if not self.low <= number <= self.high:
            raise Mistake(RANGE)
        return _rounded(number) if self.whole else number


def _rounded(number: float) -> float:
    return float(floor(max(number, 0.0) + 0.5))


def choice(default: float | None = None, **words: float) -> Row:
    """Return a parameter that is one of `words`, given as a word or as its number."""
    return Row(words, default=default, plain=False)


def amount(low: float, high: float, default: float | None = None, **words: float) -> Row:
    """Return a parameter that is a number, or one of `words`."""
    return Row(words, low, high, default)


def count(low: float, high: float, default: float | None = None) -> Row:
    """Return a parameter that is a whole number."""
    return Row({}, low, high, default, whole=True)


def units_of(message: str) -> Iterator[Unit | Mistake]:
    """Yield the commands of a message; what is none becomes a mistake."""
    for part in _split(message):
        if not part.strip():
            continue
        found = HEADER.fullmatch(part)
        if found is None:
            yield Mistake(SYNTAX)
            continue
        yield Unit(found[1].upper(), bool(found[2]), tuple(_parameters(found[3] or "")))


def _split(message: str) -> Iterator[str]:
    """Yield what stands between `;` and CR outside quotes."""
    begun, quoted = 0, False
    for place, character in enumerate(message):
        if character == '"':
            quoted = not quoted
        elif character in ";\r\n" and not quoted:
            yield message[begun:place]
            begun = place + 1
    yield message[begun:]


def _parameters(text: str) -> Iterator[str]:
    """Yield parameters: blanks or one comma separate them, two commas leave one out."""
    text = text.strip()
    if not text:
        return
    if text[0] in "\"'":
        yield text.strip("\"'")
        return
    yield from re.split(r"\s*,\s*|\s+", text)
