r"""Numbers and units of a D-SI value, exact: no digit is lost and none is made up.

`\milli\volt` becomes V and a power of ten, so 1.230 mV becomes 0.001230 V. Powers of ten are all
that is ever multiplied with, except where a ratio is taken of a nominal value.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow

from station.errors import BadInput, Phrase
from station.metrology.units import POWERS, symbols

Place = str | Phrase
"""Where in a file something stands, for messages."""

LONGEST = 40
"""Characters of one number; a longer one was not measured."""

LARGEST_EXPONENT = 300

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow])
"""Arithmetic that refuses to round."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?|[+-]?\.\d+([eE][+-]?\d{1,3})?", re.ASCII)

_AS_BASE = {"bar": ("Pa", 5), "gram": ("kg", -3), "tonne": ("kg", 3)}

_UNITS = {word: (symbol, 0) for word, symbol in symbols().items()} | _AS_BASE
"""D-SI name → the unit that the station calculates in, and the power of ten to get there.

Hours, degrees or millimetres of mercury stay what they are: no factor but a power of ten is exact.
"""

_FACTOR = re.compile(r"\\([A-Za-z]+)(?:\\tothe\{(-?\d{1,2})\})?")

RATIOS = {"%": -2, "ppm": -6, "1": 0}
"""Units of a relative deviation, and their powers of ten."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that the station calculates in, and the power of ten of what was stated in."""

    symbol: str
    power: int


def decimal(text: str, place: Place) -> Decimal:
    """Return a number as it is written.

    Raises:
        BadInput: it is none, or nobody measured it.
    """
    text = text.strip()
    if len(text) > LONGEST or not _NUMBER.fullmatch(text):
        raise BadInput(
            "{place}: {text!r} is not a number with a decimal point.",
            place=place,
            text=text[:LONGEST],
        )
    value = Decimal(text)
    if value and abs(value.adjusted()) > LARGEST_EXPONENT:
        raise BadInput("{place}: {text} is beyond what is calculated with.", place=place, text=text)
    return value


def unit(text: str, place: Place) -> Unit:
    r"""Return the unit of a D-SI string such as `\milli\volt\per\ampere`.

    Raises:
        BadInput: it is not of D-SI, or not one that the station converts.
    """
    text = text.strip()
    over: list[str] = []
    under: list[str] = []
    power, at = 0, 0
    below, prefix = False, ""
    for found in _FACTOR.finditer(text):
        if found.start() != at:
            break
        at = found.end()
        word, exponent = found[1], int(found[2] or 1)
        # Neither stands alone, twice, or with a power of its own.
        if word == "per" and not (below or prefix or found[2]):
            below = True
            continue
        if word in POWERS and not (prefix or found[2]):
            prefix = word
            continue
        if word not in _UNITS:
            break
        symbol, ten = _UNITS[word]
        power += (-1 if below else 1) * exponent * (POWERS.get(prefix, 0) + ten)
        (under if below else over).append(symbol + (f"^{exponent}" if exponent != 1 else ""))
        below, prefix = False, ""
    else:
        if at == len(text) and over and not (below or prefix):
            return _joined(over, under, power)
    raise BadInput(
        "{place}: the unit {text!r} is not one that the station converts.",
        place=place,
        text=text[:LONGEST],
    )


def _joined(over: list[str], under: list[str], power: int) -> Unit:
    for symbol in list(under):
        if symbol in over:  # µV/V is a ratio
            over.remove(symbol)
            under.remove(symbol)
    above = "·".join(over) or "1"
    if not under:
        return Unit(above, power)
    below = "·".join(under)
    return Unit(f"{above}/({below})" if len(under) > 1 else f"{above}/{below}", power)


def scaled(value: Decimal, power: int) -> Decimal:
    """Return value · 10^power with the digits that it has."""
    return value.scaleb(power, EXACT)


def total(values: Iterable[Decimal], place: Place) -> Decimal:
    """Return the exact sum.

    Raises:
        BadInput: the numbers are of sizes that do not go together.
    """
    found = Decimal(0)
    try:
        for index, value in enumerate(values):
            found = value if index == 0 else EXACT.add(found, value)
    except DecimalException as error:
        raise BadInput("{place}: numbers of sizes that do not go together.", place=place) from error
    return found


def product(one: Decimal, other: Decimal, place: Place) -> Decimal:
    """Return the exact product; refuses as `total`."""
    try:
        return EXACT.multiply(one, other)
    except DecimalException as error:
        raise BadInput("{place}: numbers of sizes that do not go together.", place=place) from error
