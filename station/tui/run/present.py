"""Where a run is: what is measured now, and whose readings are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from station.run.asking import HIGH_VOLTS
from station.run.entries import Measured, PromptKind, RunBegun
from station.run.live import LiveView
from station.run.plan import PlannedObservation, PlannedPoint
from station.run.state import RunState, Status

Planned = PlannedPoint | PlannedObservation


@dataclass(frozen=True, slots=True)
class Shown:
    """The readings that are shown, in the unit of `what`.

    `last` is the last reading of each whose readings an observation takes: role → reading.
    """

    what: Planned | None = None
    readings: tuple[float, ...] = ()
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


def to_show(state: RunState, live: LiveView) -> Shown:
    """Return what is measured with its readings, else what was measured last."""
    planned = {one.id: one for one in in_run_order(state.begun)} if state.begun else {}
    now = planned.get(live.point)
    if now is not None and is_left(now, state):
        return Shown(now, live.readings, live.shown)
    measured = [one for one in state.results.values() if isinstance(one, Measured) and one.readings]
    if measured:
        point = planned[measured[-1].point]
        own = [r.value for r in measured[-1].readings if r.of == _dut(point)]
        return Shown(point, tuple(own))
    if state.observed:
        observed = list(state.observed.values())[-1]
        return Shown(planned[observed.point], (), {r.of: r.value for r in observed.readings})
    return Shown()


def _dut(point: Planned) -> str:
    return point.dut if isinstance(point, PlannedPoint) else ""
