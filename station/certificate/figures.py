"""Numbers of a certificate: rounded once, exactly, and written the way the document writes them.

Vietnamese has a decimal comma (Decree 86/2012/NĐ-CP, Annex V; ĐLVN practice), and so have the
tables wherever Vietnamese is printed; English has a point. The exact decimal stands beside the
text, for the machine-readable part.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal

from station.certificate.texts import Text, numeral
from station.metrology.conformity import EQUALITY
from station.metrology.rounding import (
    Notation,
    Scaled,
    number_text,
    round_result,
    setting_scale,
)
from station.run.entries import Measured
from station.run.plan import PlannedPoint

MOST_DIGITS = 8
"""U is printed with two digits; with more, up to this many, only where two would mislead."""

LIMIT_DIGITS = 3
"""Significant digits that a limit is printed with at the least."""

NOMINAL_DIGITS = 12
"""Significant digits of a nominal value; what a float has beyond them is its binary remainder."""

SMALLEST_PERCENT = Decimal("0.01")
"""A smaller probability is stated as being at most this."""

ONE = Scaled("", 0)

_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed.

    Attributes:
        exact: what is printed, in the SI unit without prefix.
        shown: the text, in the unit of its column, with a decimal comma.
    """

    exact: Decimal
    shown: str

    @property
    def text(self) -> Text:
        """The text as both languages write it."""
        return numeral(self.shown)


@dataclass(frozen=True, slots=True)
class Printed:
    """The figures of one result, all in the test's SI unit, rounded so that none contradicts."""

    reference: Decimal
    indication: Decimal
    error: Decimal
    uncertainty: Decimal
    lower: Decimal
    upper: Decimal
    acceptance_lower: Decimal
    acceptance_upper: Decimal


def printed(measured: Measured) -> Printed:
    """Round a result: U to two digits, the rest to its place; more digits where that misleads.

    The verdict was made with unrounded numbers; the printed error must lie on the same side of
    each printed limit (ISO/IEC 17025:2017, 7.8.6; the limits belong to the better side).
    """
    for digits in range(2, MOST_DIGITS + 1):
        figures = _round(measured, digits)
        if not contradicts(measured, figures):
            break
    return figures


def contradicts(measured: Measured, figures: Printed) -> bool:
    """Whether the printed error lies on another side of a limit than the real one."""
    shown, real = float(figures.error), measured.error
    lower, upper = measured.lower, measured.upper
    inner_lower, inner_upper = measured.acceptance_lower, measured.acceptance_upper
    # The outer edges of the guard bands, where a non-binary rule turns to "fail".
    sides = (
        (figures.lower, lower, -1),
        (figures.upper, upper, 1),
        (figures.acceptance_lower, inner_lower, -1),
        (figures.acceptance_upper, inner_upper, 1),
        (2 * figures.lower - figures.acceptance_lower, 2 * lower - inner_lower, -1),
        (2 * figures.upper - figures.acceptance_upper, 2 * upper - inner_upper, 1),
    )
    return any(
        _beyond(shown, float(printed_limit), sign) != _beyond(real, limit, sign)
        for printed_limit, limit, sign in sides
    )


def limit(number: float, point: PlannedPoint) -> Decimal:
    """Round a limit of a point that has no result to go by."""
    return _at_place(number, _limit_exponent(point))


def plain(number: float) -> Decimal:
    """Return the number as it is written, 0.05 and not its binary neighbour, zeros stripped."""
    return plain_decimal(Decimal(f"{number:.{NOMINAL_DIGITS}g}"))


def show(exact: Decimal, unit: Scaled = ONE) -> Figure:
    """Write `exact` (SI, no prefix) in `unit`."""
    return Figure(exact, _comma(f"{unit.apply(exact):f}"))


def show_plain(number: float, unit: Scaled = ONE) -> Figure:
    """Write a nominal value without superfluous zeros."""
    exact = plain(number)
    return Figure(exact, _comma(f"{plain_decimal(unit.apply(exact)):f}"))


def plain_decimal(number: Decimal) -> Decimal:
    """Strip the zeros behind the decimal sign."""
    stripped = number.normalize()
    return stripped.quantize(Decimal(1)) if stripped == stripped.to_integral() else stripped


def quantity(number: float, unit: str, own: Scaled | None = None) -> Text:
    """Write a number with its own unit, or the prefixed unit that suits it: "100 mV"."""
    scaled = own or setting_scale(unit, number)
    return numeral(f"{show_plain(number, scaled).shown} {scaled.unit}".rstrip())


def risk(probability: float | None) -> Decimal | None:
    """Round a probability up to two significant digits, so that it stays an upper bound."""
    return None if probability is None else _up(Decimal(repr(probability)))


def percent(fraction: Decimal) -> Text:
    """Write a probability as an upper bound in percent, two significant digits, rounded up."""
    bound = max(100 * fraction, SMALLEST_PERCENT)
    rounded = min(_up(bound), Decimal(100))
    return numeral(f"{_comma(f'{plain_decimal(rounded):f}')}\u00a0%")


def _round(measured: Measured, digits: int) -> Printed:
    rounded = round_result(measured.error, measured.expanded_uncertainty, digits=digits)
    uncertainty = Decimal(rounded.uncertainty)
    place = uncertainty.adjusted() - digits + 1
    fine = min(place, _limit_exponent(measured))
    return Printed(
        reference=_at_place(measured.reference, place),
        indication=_at_place(measured.indication, place),
        # Text such as 1400 has lost that only two of its digits count.
        error=_at_place(float(rounded.value), place),
        uncertainty=_at_place(float(rounded.uncertainty), place),
        lower=_at_place(measured.lower, fine),
        upper=_at_place(measured.upper, fine),
        acceptance_lower=_at_place(measured.acceptance_lower, fine),
        acceptance_upper=_at_place(measured.acceptance_upper, fine),
    )


def _limit_exponent(limits: Measured | PlannedPoint) -> int:
    half_width = Decimal(repr((limits.upper - limits.lower) / 2))
    return half_width.adjusted() - LIMIT_DIGITS + 1


def _up(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 1), ROUND_CEILING, _EXACT)


def _at_place(number: float, exponent: int) -> Decimal:
    place = Decimal(1).scaleb(exponent)
    rounded = Decimal(repr(number)).quantize(place, ROUND_HALF_UP, _EXACT)
    return rounded if rounded else rounded.copy_abs()


def _beyond(error: float, limit: float, sign: int) -> bool:
    slack = EQUALITY * max(abs(error), abs(limit))
    return sign * (error - limit) > slack


def _comma(digits: str) -> str:
    return number_text(digits, Notation.VI).replace("-", "−")
