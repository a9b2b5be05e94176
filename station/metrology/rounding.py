"""Numbers as they are printed: rounding, prefixes, notation. Decimal arithmetic throughout.

JCGM 100:2008, 7.2.6; EA-4/02 M:2022 clause 6; ILAC-P14:09/2020 clause 5.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from enum import Enum

from station.metrology.errors import InvalidNumber

LARGEST_LOSS = Decimal("0.05")
"""Rounding that would lower U by more than this fraction goes up instead (EA-4/02, 6)."""

BINARY = Decimal("1e-12")
"""Relative difference that is the binary form of a number and no reason to round up."""

_EXACT = Context(prec=800)
"""Enough digits for any float beside any other, so that only the intended rounding happens."""

NARROW_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A result as it is printed, decimal point, without exponent; both in one unit.

    Attributes:
        value: rounded to the last place of `uncertainty`.
        uncertainty: expanded uncertainty, trailing zeros kept.
    """

    value: str
    uncertainty: str


class Direction(Enum):
    """Which way an uncertainty is rounded."""

    NEAREST = "nearest"
    """Up where nearest would lower U by more than `LARGEST_LOSS`, or below the capability."""

    UP = "up"
    """Always up, a choice that GUM 7.2.6 allows."""


class Notation(Enum):
    """How a language writes numbers."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Scaled:
    """A unit with its prefix, and the power of ten that goes with it.

    Attributes:
        unit: e.g. "mV".
        exponent: one `unit` is 10**exponent of the unit without prefix.
    """

    unit: str
    exponent: int

    def apply(self, value: float | Decimal) -> Decimal:
        """Return `value`, in the unit without prefix, exactly in `unit`."""
        return _decimal(value, "value").scaleb(-self.exponent, _EXACT)


def round_result(
    value: float | Decimal,
    expanded_uncertainty: float | Decimal,
    *,
    digits: int = 2,
    smallest: float | Decimal = 0.0,
    direction: Direction = Direction.NEAREST,
) -> Rounded:
    """Round U to `digits` significant digits and the value to the same place.

    Args:
        value: estimate, unrounded.
        expanded_uncertainty: U, unrounded, in the unit of `value`.
        digits: significant digits of U; at most two are reported.
        smallest: the accredited capability (CMC) at this point: U is never printed below it.
        direction: of rounding U; the value goes to the nearest.

    Raises:
        InvalidNumber: a number is not finite, or U is not positive.
    """
    estimate = _decimal(value, "value")
    floor = _decimal(smallest, "smallest uncertainty")
    uncertainty = max(_decimal(expanded_uncertainty, "expanded uncertainty"), floor)
    if uncertainty <= 0 or digits < 1:
        raise InvalidNumber(
            f"expanded uncertainty {uncertainty} to {digits} digit(s): there is nothing to round"
            " to; state a positive uncertainty"
        )
    up = _significant(uncertainty * (1 - BINARY), digits, ROUND_CEILING)
    printed = _significant(uncertainty, digits, ROUND_HALF_UP)
    lost = printed < uncertainty * (1 - LARGEST_LOSS) or printed < floor * (1 - BINARY)
    printed = max(up, printed) if lost or direction is Direction.UP else printed
    return Rounded(_text(_to_place_of(estimate, printed)), _text(printed))


def scale(unit: str, magnitude: float | Decimal) -> Scaled:
    """Choose the engineering prefix that brings `magnitude` (in `unit`) into 1 … 1000.

    Units that take no prefix here (°C, %, anything not in `PREFIXED`) are left as they are; the
    kilogram, which has one already, becomes g, mg or µg.
    """
    smallest, largest = PREFIXED.get(unit, (0, 0))
    number = _decimal(magnitude, "magnitude")
    if not number:
        return Scaled(unit, 0)
    exponent = min(max(3 * (number.adjusted() // 3), smallest), largest)
    if unit == "kg":
        return Scaled(f"{PREFIXES[exponent + 3]}g", exponent)
    return Scaled(f"{PREFIXES[exponent]}{unit}", exponent)


def setting_scale(unit: str, magnitude: float) -> Scaled:
    """Choose the unit in which a bench says a setting or range: 1000 V and 20 A, never kilo."""
    chosen = scale(unit, magnitude)
    return Scaled(unit, 0) if unit in ("V", "A") and chosen.exponent > 0 else chosen


def written_scale(unit: str, magnitude: float | Decimal) -> Scaled:
    """Choose how a number is written that may have no prefix: "10⁻¹¹" where it is that small.

    A prefix where the unit takes one; else a power of ten from `LARGE` up and below `SMALL`.
    """
    chosen, number = scale(unit, magnitude), _decimal(magnitude, "magnitude")
    power = number.adjusted()
    if chosen.exponent or not number or SMALL <= power < LARGE:
        return chosen
    return Scaled(f"10{str(power).translate(_SUPERSCRIPT)} {unit}".rstrip(), power)


SMALL, LARGE = -3, 6
"""Powers of ten beyond which a unit without prefixes is written with a power of ten."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

PREFIXES = {-12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}

PREFIXED = {
    **dict.fromkeys(("V", "A", "W", "F", "H", "S"), (-12, 3)),
    **dict.fromkeys(("Ω", "Hz", "Pa", "N"), (-6, 9)),
    **dict.fromkeys(("s", "m"), (-12, 0)),
    "kg": (-9, 0),
}
"""Unit → powers of ten, smallest and largest, of the prefixes in use with it."""


def number_text(digits: str, notation: Notation, *, group_thousands: bool = False) -> str:
    """Write a decimal string as a language does; thousands by a narrow space (ISO 80000-1, 7.3).

    Args:
        digits: e.g. "-12345.670", as `Rounded` has it.
        notation: decimal comma for Vietnamese, point for English.
        group_thousands: separate groups of three, on both sides of the decimal sign.
    """
    sign, unsigned = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, fraction = unsigned.partition(".")
    if group_thousands:
        first = len(whole) % 3
        parts = [whole[:first], *(whole[i : i + 3] for i in range(first, len(whole), 3))]
        whole = NARROW_SPACE.join(filter(None, parts))
        fraction = NARROW_SPACE.join(fraction[i : i + 3] for i in range(0, len(fraction), 3))
    mark = "," if notation is Notation.VI else "."
    return f"{sign}{whole}{mark}{fraction}" if fraction else f"{sign}{whole}"


def statement(rounded: Rounded, unit: str, notation: Notation) -> str:
    """Write a result as "(10,058 ± 0,027) V" (GUM 7.2.2); no space before °, ′ and ″."""
    value = number_text(rounded.value, notation).replace("-", "\N{MINUS SIGN}")
    space = "" if not unit or unit in ("°", "′", "″") else " "
    return f"({value} ± {number_text(rounded.uncertainty, notation)}){space}{unit}"


def _decimal(number: float | Decimal, name: str) -> Decimal:
    """Return the number as it is written: 2.675 and not its binary neighbour."""
    if not math.isfinite(number):
        raise InvalidNumber(f"{name} {number} is not a finite number")
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))


def _significant(number: Decimal, digits: int, rounding: str) -> Decimal:
    """Round to `digits` significant digits; 0.0998 carries to 0.10."""
    place = Decimal(1).scaleb(number.adjusted() - digits + 1)
    rounded = number.quantize(place, rounding, _EXACT)
    if rounded.adjusted() > number.adjusted():
        return rounded.quantize(place.scaleb(1), rounding, _EXACT)
    return rounded


def _to_place_of(number: Decimal, other: Decimal) -> Decimal:
    rounded = number.quantize(other, ROUND_HALF_UP, _EXACT)
    return rounded if rounded else rounded.copy_abs()


def _text(number: Decimal) -> str:
    return f"{number:f}"
