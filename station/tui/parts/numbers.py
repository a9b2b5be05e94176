"""Numbers as the screens show them: engineering prefixes, an uncertainty in two digits."""

import math
from decimal import Decimal

from station.metrology.rounding import (
    LARGE,
    SMALL,
    Notation,
    number_text,
    round_result,
    scale,
    setting_scale,
)


def plain(value: float, notation: Notation, form: str = ".10g") -> str:
    """Return a number alone, formatted with `form` and the language's decimal sign.

    Zero has no sign; a power of ten is written out, 1.369 × 10⁻⁵, where digits would be too many.
    """
    digits, _, power = format(value, form).partition("e")
    if power and SMALL <= int(power) < LARGE:
        digits, power = format(Decimal(f"{digits}e{power}"), "+f" if "+" in form else "f"), ""
    shown = _written(digits if float(digits) else digits.lstrip("+-"), notation)
    return f"{shown} × 10{str(int(power)).translate(RAISED)}" if power else shown


MINUS = "\N{MINUS SIGN}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def as_typed(text: str, notation: Notation) -> str:
    """Return an entry as a person types it: with the language's decimal sign."""
    return text.replace(".", ",") if notation is Notation.VI else text


ZERO = {"m": "mm", "kg": "g"}
"""In which unit a bench says nothing of something, where it does not in the SI unit itself."""


def quantity(value: float, unit: str, notation: Notation, form: str = ".7g") -> str:
    """Return a setting such as "100 mV", as many digits as it needs, at most seven."""
    if not value:
        return _in(ZERO.get(unit, unit), "0")
    chosen = setting_scale(unit, value)
    return _in(chosen.unit, plain(float(chosen.apply(value)), notation, form))


def amount(value: float, unit: str, notation: Notation, form: str = ".3g") -> str:
    """Return a value by itself with its prefixed unit."""
    chosen = scale(unit, value)
    return _in(chosen.unit, plain(float(chosen.apply(value)), notation, form))


def limits(lower: float, upper: float, unit: str, notation: Notation) -> str:
    """Return a pair of limits, "±35 µV" where they are symmetric."""
    chosen = scale(unit, max(abs(lower), abs(upper)))
    low, high = float(chosen.apply(lower)), float(chosen.apply(upper))
    if math.isclose(low, -high):
        return _in(chosen.unit, f"±{plain(high, notation, '.4g')}")
    pair = f"{plain(low, notation, '+.4g')}…{plain(high, notation, '+.4g')}"
    return _in(chosen.unit, pair)


def with_uncertainty(
    value: float, uncertainty: float, unit: str, notation: Notation
) -> tuple[str, str]:
    """Return value and U in one prefixed unit, U in two significant digits, both equally fine."""
    chosen = scale(unit, max(abs(value), uncertainty))
    if uncertainty <= 0.0:
        shown = plain(float(chosen.apply(value)), notation, "+.4g")
        return _in(chosen.unit, shown), "0"
    rounded = round_result(chosen.apply(value), chosen.apply(uncertainty))
    sign = "+" if float(rounded.value) > 0.0 else ""
    return (
        _in(chosen.unit, f"{sign}{_written(rounded.value, notation)}"),
        _in(chosen.unit, number_text(rounded.uncertainty, notation)),
    )


def _written(digits: str, notation: Notation) -> str:
    """Return digits as a language writes them, with the minus sign that certificates have."""
    return number_text(digits, notation).replace("-", MINUS)


def _in(unit: str, number: str) -> str:
    """Return the number with its unit; the unit one is not written (SI Brochure 9, 5.4.7)."""
    return number if unit in ("", "1") else f"{number} {unit}"
