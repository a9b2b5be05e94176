"""Control charts of check standards: equipment that runs measured as their item, again and again.

A check standard is measured like a customer's instrument; what is plotted is the error found at
each of its points. The first values, at most `SMALLEST_BASELINE`, are the baseline; the limits
stay where it puts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from station.clock import day_of
from station.metrology.control_chart import (
    SMALLEST_BASELINE,
    WESTERN_ELECTRIC,
    BaselineFault,
    ControlLimits,
    Signal,
    baseline_faults,
    individuals,
)
from station.metrology.errors import FitError
from station.records.schema import RUN
from station.records.store import Store
from station.run import journal
from station.run.entries import Measured
from station.run.plan import Phase, PlannedPoint
from station.run.state import RunState, fold_all

MOST_RUNS = 60
"""Of the newest runs that measured it; older ones are in the records."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The error of a check standard at one point in one run."""

    on: date
    run: str
    error: float
    expanded_uncertainty: float


@dataclass(frozen=True, slots=True)
class ControlLine:
    """One point of a check standard over the runs that measured it.

    Attributes:
        point: as the last of them planned it.
        values: in the order of the runs.
        limits: from the baseline; None where it gives none.
        signals: which rules which value completes.
        faults: what makes the baseline doubtful.
    """

    point: PlannedPoint
    values: tuple[Checked, ...]
    limits: ControlLimits | None
    signals: tuple[Signal, ...]
    faults: tuple[BaselineFault, ...]


def control_lines(store: Store, serial: str) -> tuple[ControlLine, ...]:
    """Return the points at which runs measured the equipment with a serial number as their item.

    Raises:
        Tampered: a journal is not what was written.
        StoreFailed: the store does not answer.
    """
    c = RUN.c
    query = (
        sa.select(c.id)
        .where(c.item.contains(serial, autoescape=True))
        .order_by(c.begun.desc(), c.id.desc())
        .limit(MOST_RUNS)
    )
    with store.transaction("look up a check standard") as connection:
        runs = list(connection.execute(query).scalars())
    found: dict[str, list[tuple[PlannedPoint, Checked]]] = {}
    for run in reversed(runs):
        state = fold_all(journal.read(store, run))
        for point, checked in _checked(run, serial, state):
            found.setdefault(point.id, []).append((point, checked))
    return tuple(charted(each[-1][0], [checked for _, checked in each]) for each in found.values())


def charted(point: PlannedPoint, values: Sequence[Checked]) -> ControlLine:
    """Return the chart of the values of one point."""
    errors = [each.error for each in values]
    baseline = errors[:SMALLEST_BASELINE]
    try:
        limits = individuals(baseline).location
    except FitError:
        return ControlLine(point, tuple(values), None, (), ())
    signals = limits.signals(errors, WESTERN_ELECTRIC)
    return ControlLine(point, tuple(values), limits, signals, baseline_faults(baseline, limits))


def _checked(run: str, serial: str, state: RunState) -> list[tuple[PlannedPoint, Checked]]:
    begun = state.begun
    if begun is None:
        return []
    own = {
        bound.role
        for bound in begun.instruments
        if bound.role in begun.duts
        and serial in (bound.serial, bound.item.serial if bound.item else "")
    }
    found = []
    for point in state.points:
        outcome = state.results.get((Phase.AS_FOUND, point.id))
        at = state.measured_at.get((Phase.AS_FOUND, point.id))
        if point.dut in own and isinstance(outcome, Measured) and at is not None:
            checked = Checked(day_of(at), run, outcome.error, outcome.expanded_uncertainty)
            found.append((point, checked))
    return found
