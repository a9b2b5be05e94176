"""Control charts of check standards: equipment that runs measured as their item, again and again.

A check standard is measured like a customer's instrument; what is charted is the error found at
each of its points by one procedure. A person accepts measurements as the baseline (phase I); what
is measured after them is judged against it (phase II), until somebody accepts another one
(ISO 7870-2; NIST/SEMATECH e-Handbook, 2.2.2; ISO/IEC 17025:2017, 7.7.1). Until there is one the
limits are a trial: they are shown, and judge only the values that they come from.

Only what stands counts: results of a finished run that are not void, were not returned, and whose
certificate was not withdrawn.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from station.clock import day_of
from station.metrology.control_chart import (
    ACTION_ONLY,
    LONGEST_PATTERN,
    WESTERN_ELECTRIC,
    BaselineFault,
    ControlLimits,
    RunRule,
    Signal,
    baseline_faults,
    individuals,
)
from station.metrology.errors import FitError
from station.records.about import OF_CERTIFICATES, read_row, register_rows
from station.records.schema import RUN
from station.records.store import Store
from station.register import entries as e
from station.register.lives import Stage, stage
from station.register.state import Equipment, Register
from station.register.state import fold_all as fold_register
from station.run import journal
from station.run.entries import Measured, RunBegun
from station.run.plan import Phase, PlannedPoint
from station.run.state import RunState, Status, fold_all

MOST_RUNS = 60
"""Of the newest runs that measured it; older ones are in the records."""

CHANGES = (e.ServiceKind.ADJUSTMENT, e.ServiceKind.REPAIR)
"""What ends a history: before and after are not compared."""

FALLEN = (Stage.RETURNED, Stage.WITHDRAWN)
"""Where results stand that count no more."""

RULES = {e.Rules.ACTION: ACTION_ONLY, e.Rules.WESTERN_ELECTRIC: WESTERN_ELECTRIC}


@dataclass(frozen=True, slots=True)
class Checked:
    """The error of a check standard at one point in one run."""

    on: date
    run: str
    error: float
    expanded_uncertainty: float


@dataclass(frozen=True, slots=True)
class ControlLine:
    """One point of a check standard over the runs of one procedure that measured it.

    Attributes:
        procedure: which measured it.
        point: as the last run planned it.
        values: in the order of the runs.
        baseline: what a person accepted; None where nobody did.
        based: which values the limits come from.
        judged: number of the first value that is judged against the limits.
        limits: of the baseline, or a trial without one; None where the values give none.
        signals: which rules which value completes.
        faults: what makes a trial doubtful; a baseline was accepted with its doubts.
        simulated: whether no real run measured it.
        changed: whether it was adjusted or repaired after its baseline, which then says nothing.
        lost: how many values of its baseline count no more, of those looked at.
    """

    procedure: str
    point: PlannedPoint
    values: tuple[Checked, ...]
    baseline: e.BaselineAccepted | None
    based: frozenset[int]
    judged: int
    limits: ControlLimits | None
    signals: tuple[Signal, ...]
    faults: tuple[BaselineFault, ...] = ()
    simulated: bool = False
    changed: bool = False
    lost: int = 0

    @property
    def signalled(self) -> tuple[RunRule, ...]:
        """The rules that the last value completes against a baseline that holds."""
        if self.baseline is None or self.changed:
            return ()
        last = len(self.values) - 1
        return tuple(signal.rule for signal in self.signals if signal.index == last)


Place = tuple[str, str]
"""Procedure and id of a point."""


def last_change(equipment: Equipment) -> date:
    """Return the day of the last adjustment or repair, the first of all where there is none."""
    return max((each.on for each in equipment.history if each.what in CHANGES), default=date.min)


def control_lines(
    store: Store, equipment: Equipment, *, newest: int | None = MOST_RUNS
) -> tuple[ControlLine, ...]:
    """Return a chart for each point at which runs measured equipment as their item.

    Raises:
        Tampered: a journal is not what was written.
        StoreFailed: the store does not answer.
    """
    found: dict[Place, list[tuple[PlannedPoint, Checked]]] = {}
    measured = list(_measured(store, equipment.entered.serial, newest=newest))
    # Simulated measurements are of use where nothing else is: for trying out.
    real = [each for each in measured if each[1] and not each[0].simulated]
    simulated = not real
    for begun, measurements in reversed(real or measured):
        for point, checked in measurements:
            found.setdefault((begun.procedure, point.id), []).append((point, checked))
    read = {begun.run for begun, _ in measured}
    lines = [_line(equipment, place, rows, simulated=simulated) for place, rows in found.items()]
    return tuple(replace(line, lost=_lost(line, read)) for line in lines)


def _lost(line: ControlLine, read: Set[str]) -> int:
    based = set(line.baseline.runs if line.baseline else ())
    return len((based & read) - {each.run for each in line.values})


def charted(
    point: PlannedPoint,
    values: Sequence[Checked],
    baseline: e.BaselineAccepted,
    rules: e.Rules,
    *,
    changed: bool = False,
) -> ControlLine:
    """Return the chart of values judged against a baseline that was accepted."""
    limits = ControlLimits(baseline.centre, baseline.standard_deviation)
    based = frozenset(n for n, each in enumerate(values) if each.run in baseline.runs)
    judged = max(based, default=-1) + 1
    found = limits.signals([each.error for each in values[judged:]], RULES[rules])
    signals = tuple(Signal(judged + each.index, each.rule) for each in found)
    return ControlLine(
        baseline.procedure, point, tuple(values), baseline, based, judged, limits, signals,
        simulated=baseline.simulated, changed=changed,
    )  # fmt: skip


def trial(
    procedure: str,
    point: PlannedPoint,
    values: Sequence[Checked],
    since: date,
    *,
    simulated: bool = False,
) -> ControlLine:
    """Return the chart of values without a baseline, with limits from all of them since a day."""
    based = [n for n, each in enumerate(values) if each.on >= since]
    errors = [values[n].error for n in based]
    try:
        limits = individuals(errors).location
    except FitError:
        return ControlLine(
            procedure, point, tuple(values), None, frozenset(based), len(values), None, (),
            simulated=simulated,
        )  # fmt: skip
    found = limits.signals(errors, ACTION_ONLY)
    signals = tuple(Signal(based[each.index], each.rule) for each in found)
    return ControlLine(
        procedure, point, tuple(values), None, frozenset(based), len(values), limits, signals,
        baseline_faults(errors, limits), simulated=simulated,
    )  # fmt: skip


def lately(store: Store, equipment: Equipment, place: Place) -> ControlLine | None:
    """Return the chart of the last few values at a point, None where there is none.

    As many as the longest rule looks at: enough for what is said of the last one, and for when it
    was measured.

    Raises:
        Tampered: a journal is not what was written.
        StoreFailed: the store does not answer.
    """
    procedure, point = place
    found: dict[bool, list[tuple[PlannedPoint, Checked]]] = {False: [], True: []}
    for begun, measurements in _measured(store, equipment.entered.serial, newest=MOST_RUNS):
        if begun.procedure == procedure:
            found[begun.simulated] += [each for each in measurements if each[0].id == point]
        if len(found[False]) >= LONGEST_PATTERN:
            break
    newest = (found[False] or found[True])[:LONGEST_PATTERN]
    if not newest:
        return None
    return _line(equipment, place, list(reversed(newest)), simulated=not found[False])


def _line(
    equipment: Equipment,
    place: Place,
    rows: Sequence[tuple[PlannedPoint, Checked]],
    *,
    simulated: bool,
) -> ControlLine:
    """Return the chart of what was measured at a point, in order."""
    point, values = rows[-1][0], [checked for _, checked in rows]
    since = last_change(equipment)
    baselines = {
        (each.procedure, each.point): each
        for each in equipment.baselines
        if each.simulated is simulated
    }
    if place not in baselines:
        return trial(place[0], point, values, since, simulated=simulated)
    plans = {(each.procedure, each.point): each.rules for each in equipment.checks}
    rules = plans.get(place, e.Rules.WESTERN_ELECTRIC)
    baseline = baselines[place]
    return charted(point, values, baseline, rules, changed=since > baseline.last)


def _measured(
    store: Store, serial: str, *, newest: int | None
) -> Iterator[tuple[RunBegun, list[tuple[PlannedPoint, Checked]]]]:
    """Yield what each run found of the item with a serial number, the newest run first."""
    c = RUN.c
    query = (
        sa.select(c.id)
        .where(c.item.contains(serial, autoescape=True))
        .order_by(c.begun.desc(), c.id.desc())
        .limit(newest)
    )
    with store.transaction("look up a check standard") as connection:
        runs = list(connection.execute(query).scalars())
    register = _decided(store, runs)
    for run in runs:
        state = fold_all(journal.read(store, run))
        if state.begun is not None:
            yield state.begun, _checked(run, serial, state, register)


def _decided(store: Store, runs: Sequence[str]) -> Register:
    """Return what was decided of the results of runs, and of their certificates."""
    if not runs:
        return Register()
    # Beyond a few hundred names the database would not take the question.
    naming = runs if len(runs) <= MOST_RUNS else ()
    rows = [read_row(each) for each in register_rows(store, OF_CERTIFICATES, naming)]
    numbers = [row.entry.number for row in rows if isinstance(row.entry, e.Issued)]
    if naming and numbers:
        found = register_rows(store, OF_CERTIFICATES, numbers)
        rows += [r for r in map(read_row, found) if isinstance(r.entry, e.Withdrawn)]
    return fold_register(rows)


def _checked(
    run: str, serial: str, state: RunState, register: Register
) -> list[tuple[PlannedPoint, Checked]]:
    """Return what a run found of the item with a serial number, as far as it stands."""
    if state.begun is None or state.status is not Status.FINISHED:
        return []
    own = {
        bound.role
        for bound in state.begun.instruments
        if bound.role in state.begun.duts
        and serial in (bound.serial, bound.item.serial if bound.item else "")
        and stage(register, run, bound.role) not in FALLEN
    }
    found = []
    for point in state.points:
        outcome = state.results.get((Phase.AS_FOUND, point.id))
        at = state.measured_at.get((Phase.AS_FOUND, point.id))
        if point.dut in own and isinstance(outcome, Measured) and at is not None:
            checked = Checked(day_of(at), run, outcome.error, outcome.expanded_uncertainty)
            found.append((point, checked))
    return found
