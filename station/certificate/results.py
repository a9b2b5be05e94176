"""The results tables of one item: which test, which range, which figures, which verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from station.certificate.figures import (
    Figure,
    Printed,
    limit,
    plain,
    printed,
    quantity,
    risk,
    show,
    show_plain,
)
from station.certificate.further import Further, further
from station.certificate.item import phases, verdict
from station.certificate.sources import is_unverified
from station.certificate.texts import Text, same, say
from station.certificate.units import Own, own_units
from station.locale import N_
from station.metrology.conformity import Verdict
from station.metrology.rounding import Scaled, scale, setting_scale
from station.run.entries import Measured
from station.run.plan import Phase, PlannedPoint
from station.run.state import Outcome, RunState

MARKS = "abcdefghijklmnopqrstuvwxyz"

VERDICTS = {
    Verdict.PASS: N_("pass"),
    Verdict.CONDITIONAL_PASS: N_("conditional pass"),
    Verdict.CONDITIONAL_FAIL: N_("conditional fail"),
    Verdict.FAIL: N_("fail"),
    Verdict.NOT_ASSESSABLE: N_("not assessable"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of a measured point; `risk` bounds the probability of a false decision."""

    reference: Figure
    indication: Figure
    error: Figure
    uncertainty: Figure
    k: Figure
    acceptance_lower: Figure
    acceptance_upper: Figure
    risk: Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One point of a table; `result` is None where the item showed overload.

    `label` tells points of the same nominal value apart, where they have one.
    """

    number: int
    point: str
    nominal: Figure
    range: Decimal
    hertz: Figure | None
    frequency: Text
    lower: Figure
    upper: Figure
    result: Result | None
    verdict: Verdict
    mark: str
    label: Text | None


@dataclass(frozen=True, slots=True)
class Group:
    """The points of one range, which share the units of their columns."""

    range: Text
    value_unit: str
    error_unit: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The results of one test; `unit` is the SI unit without prefix.

    `headings` stand above reference and indication where the procedure words them.
    """

    test: str
    title: Text
    unit: str
    range_unit: str
    alternating: bool
    groups: tuple[Group, ...]
    headings: tuple[Text, Text] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All points, in order."""
        return tuple(line for group in self.groups for line in group.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """The results of one phase, with the verdict over all of them and what follows from them."""

    phase: Phase
    title: Text
    verdict: Verdict
    tables: tuple[Table, ...]
    further: tuple[Further, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All points of all tables, in order."""
        return tuple(line for table in self.tables for line in table.lines)


def sections(state: RunState, *, tested: bool = False) -> tuple[Section, ...]:
    """Return the results as found and, where the item was adjusted, as left.

    `tested`: they are called those of a test.
    """
    return tuple(_section(state, phase, tested=tested) for phase in phases(state))


def _section(state: RunState, phase: Phase, *, tested: bool) -> Section:
    own = own_units(state)
    tables = tuple(_tables(state, phase, own))
    return Section(
        phase,
        _title(phase, state, tested=tested),
        verdict(state, phase),
        tables,
        further(state, phase, _places(tables), own),
    )


def _places(tables: Sequence[Table]) -> dict[str, int]:
    """Return, by unit, the finest power of ten that an error is printed to."""
    places: dict[str, int] = {}
    for table in tables:
        for line in table.lines:
            if line.result is not None:
                place = int(line.result.error.exact.as_tuple().exponent)
                places[table.unit] = min(place, places.get(table.unit, place))
    return places


def unverified_sources(state: RunState) -> dict[str, str]:
    """Return the sources of limits that nobody compared with the document itself, and marks."""
    sources = dict.fromkeys(p.tolerance_source for p in state.points if not compared(p))
    return dict(zip(sources, MARKS, strict=False))


def compared(point: PlannedPoint) -> bool:
    """Tell whether the limits of a point were compared with the document they come from."""
    return point.tolerance_verified and not is_unverified(point.tolerance_source)


def _title(phase: Phase, state: RunState, *, tested: bool) -> Text:
    if state.begun is not None and state.begun.verification:
        return say(N_("Verification results"))
    if not state.adjusted:
        return say(N_("Test results") if tested else N_("Calibration results, as found"))
    before = phase is Phase.AS_FOUND
    return say(N_("Results as found")) if before else say(N_("Results as left"))


def _tables(state: RunState, phase: Phase, own: Own) -> Iterator[Table]:
    numbered = [
        (number, point)
        for number, point in enumerate(state.points, start=1)
        if (phase, point.id) in state.results
    ]
    marks = unverified_sources(state)
    for test, members in groupby(numbered, key=lambda pair: pair[1].test):
        points = list(members)
        first = points[0][1]
        groups = []
        for _, ranged in groupby(points, key=lambda pair: pair[1].range):
            rows = [(n, p, state.results[phase, p.id]) for n, p in ranged]
            groups.append(_group(rows, marks, own))
        yield Table(
            test=test,
            title=say(first.title),
            unit=first.unit,
            range_unit=first.range_unit,
            alternating=any(point.hertz is not None for _, point in points),
            groups=tuple(groups),
            headings=_headings(first),
        )


def _headings(point: PlannedPoint) -> tuple[Text, Text] | None:
    if point.headings is None:
        return None
    left, right = point.headings
    return say(left), say(right)


def _group(rows: list[tuple[int, PlannedPoint, Outcome]], marks: dict[str, str], own: Own) -> Group:
    first = rows[0][1]
    counted = first.range_unit != first.unit
    values = own.get(first.unit) or setting_scale(
        first.unit, max(abs(p.nominal) for _, p, _ in rows) if counted else first.range
    )
    errors = own.get(first.unit) or scale(
        first.unit, max((p.upper - p.lower) / 2 for _, p, _ in rows)
    )
    return Group(
        quantity(first.range, first.range_unit, own.get(first.range_unit)),
        values.unit,
        errors.unit,
        tuple(
            _line(
                n,
                p,
                outcome,
                values,
                errors,
                "" if compared(p) else marks[p.tolerance_source],
            )
            for n, p, outcome in rows
        ),
    )


def _line(
    number: int, point: PlannedPoint, outcome: Outcome, values: Scaled, errors: Scaled, mark: str
) -> Line:
    measured = outcome if isinstance(outcome, Measured) else None
    figures = printed(measured) if measured else None
    return Line(
        number=number,
        point=point.id,
        nominal=show_plain(point.nominal, values),
        range=plain(point.range),
        hertz=None if point.hertz is None else show_plain(point.hertz),
        frequency=same("") if point.hertz is None else quantity(point.hertz, "Hz"),
        lower=show(figures.lower if figures else limit(point.lower, point), errors),
        upper=show(figures.upper if figures else limit(point.upper, point), errors),
        result=_result(measured, figures, values, errors) if measured and figures else None,
        verdict=Verdict(measured.verdict) if measured else Verdict.FAIL,
        mark=mark,
        label=say(point.label) if point.label else None,
    )


def _result(measured: Measured, figures: Printed, values: Scaled, errors: Scaled) -> Result:
    assessable = Verdict(measured.verdict) is not Verdict.NOT_ASSESSABLE
    return Result(
        reference=show(figures.reference, values),
        indication=show(figures.indication, values),
        error=show(figures.error, errors),
        uncertainty=show(figures.uncertainty, errors),
        k=show(Decimal(f"{measured.coverage_factor:.2f}")),
        acceptance_lower=show(figures.acceptance_lower, errors),
        acceptance_upper=show(figures.acceptance_upper, errors),
        risk=risk(measured.false_decision_probability) if assessable else None,
    )
