"""Where a run is: what is measured now, and whose readings are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from station.run.asking import HIGH_VOLTS
from station.run.entries import Measured, Observed, PromptKind, RunBegun
from station.run.live import LiveView
from station.run.plan import Phase, PlannedObservation, PlannedPoint
from station.run.state import RunState, Status

Planned = PlannedPoint | PlannedObservation


@dataclass(frozen=True, slots=True)
class Shown:
    """The readings that are shown, in the unit of `what`.

    `last` is the last reading of each whose readings an observation takes: role → reading.
    `accepted` is between what an error is accepted, known from a result on.
    """

    what: Planned | None = None
    readings: tuple[float, ...] = ()
    accepted: tuple[float, float] | None = None
    last: Mapping[str, float] = field(default_factory=dict)


def in_run_order(begun: RunBegun) -> tuple[Planned, ...]:
    """Return all that is to be done: of each test its observations, then its points."""
    ordered: list[Planned] = []
    left: dict[str, list[PlannedObservation]] = {}
    for observation in begun.observations:
        left.setdefault(observation.test, []).append(observation)
    for point in begun.points:
        ordered += left.pop(point.test, ())
        ordered.append(point)
    return (*ordered, *(one for rest in left.values() for one in rest))


def is_left(planned: Planned, state: RunState) -> bool:
    """Tell whether something is still to be done in the present phase."""
    key = (state.phase, planned.id)
    if key in state.skipped:
        return False
    if isinstance(planned, PlannedObservation):
        return key not in state.observed
    decided = (state.phase, planned.dut) in state.verdicts
    return key not in state.results and planned.dut in state.taking_part and not decided


def measured_now(state: RunState, live: LiveView) -> Planned | None:
    """Return what the outputs may be on for; None while they are in standby.

    The live view names a point from its first reading on. Until then it is the next one without a
    result: its output goes on before it is read.
    """
    if state.status is not Status.UNDER_WAY or state.begun is None:
        return None
    ordered = in_run_order(state.begun)
    shown = next((one for one in ordered if one.id == live.point and is_left(one, state)), None)
    return shown or next((one for one in ordered if is_left(one, state)), None)


def at_work(state: RunState, live: LiveView) -> Planned | None:
    """Return what is measured now, also while a person reads for it."""
    prompt = state.prompt
    reads = prompt is not None and prompt.wants in (PromptKind.READ, PromptKind.REVIEW)
    if state.status is not Status.ASKING or not reads or state.begun is None:
        return measured_now(state, live)
    named = (one for one in in_run_order(state.begun) if one.id == live.point)
    return next((one for one in named if is_left(one, state)), None)


def high_voltage(point: Planned | None) -> bool:
    """Return whether a person must be warned of the voltage at `point`."""
    return point is not None and point.unit == "V" and abs(point.nominal) > HIGH_VOLTS


def to_show(state: RunState, live: LiveView, chosen: Planned | None = None) -> Shown:
    """Return what is measured with its readings, else what is chosen, else what was measured last.

    What is chosen is shown of a run that measures nothing now.
    """
    if state.begun is None:
        return Shown()
    planned = {one.id: one for one in in_run_order(state.begun)}
    now = planned.get(live.point)
    if now is not None and is_left(now, state):
        return Shown(now, live.readings, last=live.shown)
    if chosen is not None and state.status is not Status.UNDER_WAY:
        shown = _with_readings(chosen, state)
        if shown is not None:
            return shown
    return _newest(state, planned)


def _with_readings(point: Planned, state: RunState) -> Shown | None:
    """Return the readings of a point that has a result, in the present phase or as found."""
    for phase in (state.phase, Phase.AS_FOUND):
        outcome = state.results.get((phase, point.id)) or state.observed.get((phase, point.id))
        if isinstance(outcome, Observed):
            return Shown(point, last={r.of: r.value for r in outcome.readings})
        if isinstance(outcome, Measured) and isinstance(point, PlannedPoint) and outcome.readings:
            own = tuple(r.value for r in outcome.readings if r.of == point.dut)
            return Shown(point, own, (outcome.acceptance_lower, outcome.acceptance_upper))
    return None


def _newest(state: RunState, planned: Mapping[str, Planned]) -> Shown:
    for outcomes in (tuple(state.results), tuple(state.observed)):
        for phase, id_ in reversed(outcomes):
            if phase is state.phase or phase is Phase.AS_FOUND:
                shown = _with_readings(planned[id_], state)
                if shown is not None:
                    return shown
    return Shown()
