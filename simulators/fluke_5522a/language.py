"""The 5522A's own language: message units, numbers with units, and the form of its replies.

Source: 5522A Operators Manual, chapter 5 (data types, p. 5-33) and appendix D (errors); syntax
rules from the 5520A programmers reference, p. 4, and the 5560A Remote Programmers Manual, whose
family kept the language.
"""

import re
from dataclasses import dataclass
from math import floor, log10
from types import MappingProxyType

from simulators.language.status import Event

# Numbers and texts 1300 to 1318 are from memory, unverified, except the text of 1300, which was
# captured; the classes of 539 and 1306 as used here follow the 5560A's example programs.
ERRORS = MappingProxyType({
    0: (Event.QYE, "No Error"),
    1: (Event.DDE, "Error queue overflow"),
    104: (Event.DDE, "Hardware relay trip occurred"),
    319: (Event(0), "Zero cal needed every 7 days"),
    539: (Event.EXE, "Can't change compensation now"),
    1300: (Event.CME, "Bad syntax"),
    1301: (Event.CME, "Unknown command"),
    1302: (Event.CME, "Bad parameter count"),
    1303: (Event.CME, "Bad keyword"),
    1304: (Event.CME, "Bad parameter type"),
    1305: (Event.CME, "Bad parameter unit"),
    1306: (Event.EXE, "Bad parameter value"),
    1308: (Event.QYE, "488.2 interrupted query"),
    1309: (Event.QYE, "488.2 unterminated command"),
    1310: (Event.QYE, "488.2 query after indefinite response"),
    1314: (Event.CME, "Parameter too long"),
    1318: (Event.CME, "Bad number"),
})  # fmt: skip
NO_ERROR = (0, "No Error")

UNITS = MappingProxyType({
    "UV": ("V", 1e-6), "MV": ("V", 1e-3), "V": ("V", 1.0), "KV": ("V", 1e3),
    "UA": ("A", 1e-6), "MA": ("A", 1e-3), "A": ("A", 1.0),
    "PF": ("F", 1e-12), "NF": ("F", 1e-9), "UF": ("F", 1e-6), "MF": ("F", 1e-3), "F": ("F", 1.0),
    "OHM": ("OHM", 1.0), "KOHM": ("OHM", 1e3), "MOHM": ("OHM", 1e6),
    "HZ": ("HZ", 1.0), "KHZ": ("HZ", 1e3), "MHZ": ("HZ", 1e6),
    "DBM": ("DBM", 1.0), "PCT": ("PCT", 1.0), "DEG": ("DEG", 1.0),
})  # fmt: skip
UNIT = re.compile(
    r"\s*(?P<header>\*?[A-Za-z][A-Za-z0-9_]*\??)(?:[ \t]+(?P<rest>.*?))?\s*", re.ASCII | re.DOTALL
)
NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>[A-Za-z]*)", re.ASCII
)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
MOST_DIGITS = 15
GREATEST_EXPONENT = 20


class CalibratorError(Exception):
    """A message unit cannot be carried out; `code` goes into the error queue."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"{code}: {ERRORS[code][1]}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a base unit (V, A, OHM, F, HZ…); the unit is empty when none was sent."""

    value: float
    unit: str


Parameter = Amount | str


@dataclass(frozen=True, slots=True)
class Unit:
    """One command or query: header in capitals, query mark included, and its parameters."""

    header: str
    parameters: tuple[Parameter, ...]


def units_of(message: str) -> list[Unit | CalibratorError]:
    """Return the units of a message; one that makes no sense is returned as its error."""
    cleaned = "".join(chr(ord(c) & 0x7F) for c in message)
    cleaned = "".join(c for c in cleaned if ord(c) >= 32 or c == "\t")
    units: list[Unit | CalibratorError] = []
    for text in cleaned.split(";"):
        if not text.strip():
            continue
        match = UNIT.fullmatch(text)
        if match is None:
            units.append(CalibratorError(1300))
            continue
        try:
            units.append(Unit(match["header"].upper(), _parameters(match["rest"])))
        except CalibratorError as wrong:
            units.append(wrong)
    return units


def _parameters(text: str | None) -> tuple[Parameter, ...]:
    if not text:
        return ()
    return tuple(_parameter(part.strip()) for part in text.split(","))


def _parameter(text: str) -> Parameter:
    """Return a number with its unit, or a word in capitals."""
    if match := NUMBER.fullmatch(text):
        number = match["number"]
        mantissa, _, exponent = number.lower().partition("e")
        if sum(c.isdigit() for c in mantissa) > MOST_DIGITS:
            raise CalibratorError(1318)
        if exponent and abs(int(exponent)) > GREATEST_EXPONENT:
            raise CalibratorError(1318)
        unit = match["unit"].upper()
        if not unit:
            return Amount(float(number), "")
        if unit not in UNITS:
            raise CalibratorError(1305)
        base, factor = UNITS[unit]
        return Amount(float(number) * factor, base)
    if WORD.fullmatch(text):
        return text.upper()
    raise CalibratorError(1304 if not text or text[0] not in "+-.0123456789" else 1318)


def floating(value: float, step: float, *, sign: bool = False) -> str:
    """Return `value` in scientific form with the mantissa ending at `step`.

    Source: 5522A Operators Manual p. 5-33 and the example replies of OUT?.
    """
    exponent = floor(log10(abs(value)) + 1e-12) if value else 0
    decimals = max(2, exponent - round(log10(step)))
    return f"{value:{'+' if sign else ''}.{decimals}E}"
