"""Further results: what follows from all points of a test together, e.g. the hysteresis."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from station.certificate.figures import Figure, show
from station.certificate.texts import Text, say
from station.certificate.units import Own
from station.locale import N_
from station.metrology.rounding import Scaled, round_result, written_scale
from station.run.entries import ConclusionDrawn
from station.run.plan import Phase
from station.run.state import RunState

DIGITS = 3
"""Significant digits, at most, of a value without an uncertainty."""

FORMULA_DIGITS = 6
"""Of a symbol of a formula, e.g. a coefficient or a correlation: one calculates with it."""


@dataclass(frozen=True, slots=True)
class Further:
    """One conclusion as it is printed; `unit` is the column's, `si_unit` that of exact figures."""

    title: Text
    value: Figure
    uncertainty: Figure | None
    unit: str
    si_unit: str
    source: str


def further(
    state: RunState, phase: Phase, places: Mapping[str, int], own: Own
) -> tuple[Further, ...]:
    """Return the conclusions drawn in a phase about the only item of `state`.

    Args:
        state: of the item alone.
        phase: as found or as left.
        places: by SI unit, the finest power of ten that errors in it are printed to.
        own: by SI unit, the unit of the item's scale where it is printed in that.
    """
    found = [c for (of, _, _), c in state.conclusions.items() if of is phase and c.conclusions]
    titles = {point.test: point.title for point in state.points}
    lines = []
    for concluded in found:
        for drawn in concluded.conclusions:
            title = say(drawn.title)
            if len(found) > 1 and concluded.test in titles:
                of_test = say(titles[concluded.test])
                title = say(N_("{test}: {conclusion}"), test=of_test, conclusion=title)
            lines.append(_line(title, drawn, places.get(drawn.unit), own.get(drawn.unit)))
    return tuple(lines)


def _line(title: Text, drawn: ConclusionDrawn, place: int | None, own: Scaled | None) -> Further:
    value, uncertainty = _rounded(drawn, place)
    name = "" if drawn.unit == "1" else drawn.unit
    unit = own or written_scale(name, value or uncertainty or Decimal(0))
    return Further(
        title,
        show(value, unit),
        None if uncertainty is None else show(uncertainty, unit),
        unit.unit,
        drawn.unit,
        drawn.source,
    )


def _rounded(drawn: ConclusionDrawn, place: int | None) -> tuple[Decimal, Decimal | None]:
    if drawn.expanded_uncertainty:
        rounded = round_result(drawn.value, drawn.expanded_uncertainty)
        stated = Decimal(rounded.uncertainty)
        # Text such as 1400 has lost that only two of its digits count.
        last = Decimal(1).scaleb(stated.adjusted() - 1)
        return Decimal(rounded.value).quantize(last), stated.quantize(last)
    digits = FORMULA_DIGITS if drawn.title == drawn.name else DIGITS
    exact = Decimal(repr(drawn.value))
    finest = exact.adjusted() - digits + 1
    if place is None or (exact and finest > place):
        # Zeros say nothing here, neither behind the decimal sign nor before it.
        return exact.quantize(Decimal(1).scaleb(finest), ROUND_HALF_UP).normalize(), None
    return exact.quantize(Decimal(1).scaleb(place), ROUND_HALF_UP), None
