"""SCPI parameters: tokens of a message and the values they stand for.

Source: IEEE 488.2 (program data) and SCPI-1999 volume 1, chapter 7.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product
from math import inf
from typing import TypeVar

from simulators.language.scpi_errors import ScpiError


class Kind(Enum):
    """What a parameter looks like."""

    NUMBER = auto()
    WORD = auto()
    STRING = auto()
    BLOCK = auto()
    EXPRESSION = auto()


class Special(Enum):
    """A word in the place of a number; the value is its manual notation."""

    MINIMUM = "MINimum"
    MAXIMUM = "MAXimum"
    DEFAULT = "DEFault"
    AUTO = "AUTO"
    INFINITY = "INFinity"


@dataclass(frozen=True, slots=True)
class Token:
    """One parameter as it was sent; `number` and `suffix` belong to Kind.NUMBER."""

    kind: Kind
    text: str
    number: float = 0.0
    suffix: str = ""


_T = TypeVar("_T")
Converter = Callable[[Token], object]

NUMBER = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+)(?:\s*[eE]\s*[+-]?\s*\d+)?)\s*([A-Za-z/.]*)", re.ASCII
)
NON_DECIMAL = re.compile(r"#(?:[hH]([0-9a-fA-F]+)|[qQ]([0-7]+)|[bB]([01]+))")
WORD = re.compile(r"[A-Za-z]\w*", re.ASCII)
BLOCK = re.compile(r"#[0-9]")
LONGEST_SUFFIX = 12
LARGEST_EXPONENT = 32000
MOST_DIGITS = 255

MULTIPLIERS = {
    "EX": 1e18, "PE": 1e15, "T": 1e12, "G": 1e9, "MA": 1e6, "K": 1e3, "": 1.0,
    "M": 1e-3, "U": 1e-6, "N": 1e-9, "P": 1e-12, "F": 1e-15, "A": 1e-18,
}  # fmt: skip
# IEEE 488.2: before these units M is mega, and milli cannot be written.
MEGA_UNITS = ("OHM", "HZ")


def token_of(text: str) -> Token:
    """Return what `text` is.

    Raises:
        ScpiError: it is no program data at all.
    """
    if not text:
        raise ScpiError(-102)
    if text[0] in "\"'":
        return Token(Kind.STRING, _unquoted(text))
    if text[0] == "(":
        if text[-1] != ")":
            raise ScpiError(-170)
        return Token(Kind.EXPRESSION, text)
    if text[0] == "#":
        return _hash(text)
    if match := NUMBER.fullmatch(text):
        digits = re.sub(r"\s", "", match[1])
        mantissa, _, exponent = digits.lower().partition("e")
        if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
            raise ScpiError(-123)
        if len(mantissa) > MOST_DIGITS:
            raise ScpiError(-124)
        return Token(Kind.NUMBER, text, float(digits), match[2].upper())
    if WORD.fullmatch(text):
        return Token(Kind.WORD, text.upper())
    raise ScpiError(-121 if text[0] in "+-.0123456789" else -101)


def _unquoted(text: str) -> str:
    quote, inside = text[0], text[1:-1]
    if len(text) < 2 or text[-1] != quote or quote in inside.replace(quote * 2, ""):
        raise ScpiError(-151)
    return inside.replace(quote * 2, quote)


def _hash(text: str) -> Token:
    """Return a number with a base, or a block."""
    if match := NON_DECIMAL.fullmatch(text):
        digits, base = next((d, b) for d, b in zip(match.groups(), (16, 8, 2), strict=True) if d)
        return Token(Kind.NUMBER, text, float(int(digits, base)))
    if not BLOCK.match(text):
        raise ScpiError(-101)
    width = int(text[1])
    length = text[2 : 2 + width]
    if not (length.isascii() and length.isdigit()) or len(text) != 2 + width + int(length):
        raise ScpiError(-161)
    return Token(Kind.BLOCK, text[2 + width :])


def spellings(notation: str) -> tuple[str, str]:
    """Return the short and the long form, in capitals, of a word in manual notation."""
    return "".join(c for c in notation if not c.islower()), notation.upper()


def short(notation: str) -> str:
    """Return the short form of a word in manual notation: what a reply carries."""
    return spellings(notation)[0]


def multiplier(suffix: str, unit: str) -> float:
    """Return what a number with `suffix` is multiplied by to give `unit`.

    Raises:
        ScpiError: −131 for another unit, −134 when it is too long to be one.
    """
    if len(suffix) > LONGEST_SUFFIX:
        raise ScpiError(-134)
    if not suffix.endswith(unit):
        raise ScpiError(-131)
    prefix = suffix[: len(suffix) - len(unit)]
    if unit in MEGA_UNITS and prefix == "M":
        return 1e6
    if prefix not in MULTIPLIERS:
        raise ScpiError(-131)
    return MULTIPLIERS[prefix]


def _special(token: Token) -> Special:
    for word in Special:
        if token.text in spellings(word.value):
            return word
    raise ScpiError(-224)


def number(unit: str | None = None) -> Converter:
    """Return a converter to a float in `unit` (None: bare numbers alone), or to a `Special`."""

    def convert(token: Token) -> float | Special:
        if token.kind is Kind.WORD:
            return _special(token)
        if token.kind is not Kind.NUMBER:
            raise ScpiError(_WRONG_KIND.get(token.kind, -104))
        if not token.suffix:
            return token.number
        if unit is None:
            raise ScpiError(-138)
        return token.number * multiplier(token.suffix, unit)

    return convert


_WRONG_KIND = {Kind.STRING: -158, Kind.BLOCK: -168, Kind.EXPRESSION: -178}


def limited(
    value: float | Special, low: float, high: float, default: float, *, infinite: bool = False
) -> float:
    """Return a number inside its limits, or what a word stands for.

    Raises:
        ScpiError: −222 outside the limits, −224 for a word that says nothing here.
    """
    if isinstance(value, Special):
        words = {Special.MINIMUM: low, Special.MAXIMUM: high, Special.DEFAULT: default}
        if infinite:
            words[Special.INFINITY] = inf
        if value not in words:
            raise ScpiError(-224)
        return words[value]
    if not low <= value <= high:
        raise ScpiError(-222)
    return value


def plain_number(token: Token) -> float:
    """Return a bare number, as registers and masks take it."""
    if token.kind is not Kind.NUMBER:
        raise ScpiError(-104)
    if token.suffix:
        raise ScpiError(-138)
    return token.number


def boolean(token: Token) -> bool:
    """Return ON, OFF, or whether a number differs from zero (once rounded)."""
    if token.kind is Kind.NUMBER:
        if token.suffix:
            raise ScpiError(-138)
        return abs(token.number) >= 0.5
    if token.kind is Kind.WORD:
        if token.text in ("ON", "OFF"):
            return token.text == "ON"
        raise ScpiError(-224)
    raise ScpiError(-104)


def word(*notations: str) -> Converter:
    """Return a converter to the short form of one of `notations`."""
    known = {form: short(notation) for notation in notations for form in spellings(notation)}

    def convert(token: Token) -> str:
        if token.kind is Kind.NUMBER:
            raise ScpiError(-128)
        if token.kind is not Kind.WORD:
            raise ScpiError(-104)
        if token.text not in known:
            raise ScpiError(-224)
        return known[token.text]

    return convert


def boolean_or(*notations: str) -> Converter:
    """Return a converter to a bool, or to the short form of one of `notations`."""
    words = word(*notations)
    known = {form for notation in notations for form in spellings(notation)}

    def convert(token: Token) -> bool | str:
        if token.kind is Kind.WORD and token.text in known:
            return str(words(token))
        return boolean(token)

    return convert


def string(token: Token) -> str:
    """Return the text of a quoted string."""
    if token.kind is not Kind.STRING:
        raise ScpiError(-104)
    return token.text


CHANNEL_LIST = re.compile(r"\(\s*@\s*(\d+(?:\s*[:,]\s*\d+)*)\s*\)", re.ASCII)


def channels(highest: int) -> Callable[[Token], tuple[int, ...]]:
    """Return a converter from a channel list, `(@1,3)` or `(@1:3)`, to channels from 1 on.

    A channel that does not exist is −222; the code that real instruments give is from memory,
    unverified.
    """

    def convert(token: Token) -> tuple[int, ...]:
        if token.kind is not Kind.EXPRESSION:
            raise ScpiError(-104)
        match = CHANNEL_LIST.fullmatch(token.text)
        if match is None:
            raise ScpiError(-171)
        found: list[int] = []
        for part in match[1].split(","):
            ends = [int(one) for one in part.split(":")]
            if len(ends) > 2:
                raise ScpiError(-171)
            if not all(1 <= one <= highest for one in ends):
                raise ScpiError(-222)
            step = 1 if ends[0] <= ends[-1] else -1
            found += range(ends[0], ends[-1] + step, step)
        return tuple(found)

    return convert


def name_of(names: Mapping[str, _T]) -> Callable[[Token], _T]:
    """Return a converter from a quoted name in manual notation, `"VOLTage:DC"`, to its meaning.

    Each node may be spelt short or long; a leading colon and blanks around do not matter.
    """
    known = {
        ":".join(spelling): meaning
        for notation, meaning in names.items()
        for spelling in product(*(spellings(node) for node in notation.split(":")))
    }

    def convert(token: Token) -> _T:
        typed = string(token).strip().upper().lstrip(":")
        if typed not in known:
            raise ScpiError(-224)
        return known[typed]

    return convert


def quoted(text: str) -> str:
    """Return `text` as a reply carries it: double quotes, inner ones doubled."""
    return '"' + text.replace('"', '""') + '"'
