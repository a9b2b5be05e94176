"""Where a run is: what is measured now, and whose readings are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from station.locale import N_
from station.run.asking import HIGH_VOLTS
from station.run.entries import Measured, Observed, PromptKind
from station.run.plan import PlannedPoint
from station.run.state import RunState, Status
from station.tui.run.look import Planned, RunLook, is_left

UNCORRECTED, CORRECTED = N_("Error, uncorrected"), N_("Error")


@dataclass(frozen=True, slots=True)
class Shown:
    """The readings that are shown, in the unit of `what`.

    `last` is the last reading of each whose readings an observation takes: role → reading.
    `accepted` is between what an error is accepted, and `error` the result's own: both are known
    from a result on.
    """

    what: Planned | None = None
    readings: tuple[float, ...] = ()
    accepted: tuple[float, float] | None = None
    last: Mapping[str, float] = field(default_factory=dict)
    error: float | None = None

    @property
    def caption(self) -> str:
        """What the deviations are called: limits are of the corrected error, as the table is."""
        return UNCORRECTED if self.error is None else CORRECTED

    @property
    def deviations(self) -> tuple[float, ...]:
        """Readings minus nominal; of a result each corrected as its mean is."""
        if self.what is None or not self.readings:
            return ()
        raw = [reading - self.what.nominal for reading in self.readings]
        correction = 0.0 if self.error is None else self.error - fmean(raw)
        return tuple(each + correction for each in raw)


def measured_now(look: RunLook) -> Planned | None:
    """Return what the outputs may be on for; None while they are in standby.

    The live view names a point from its first reading on. Until then it is the next one without a
    result: its output goes on before it is read.
    """
    if look.seen.state.status is not Status.UNDER_WAY:
        return None
    return _named(look) or look.left


def at_work(look: RunLook) -> Planned | None:
    """Return what is measured now, also while a person reads for it."""
    state = look.seen.state
    prompt = state.prompt
    reads = prompt is not None and prompt.wants in (PromptKind.READ, PromptKind.REVIEW)
    return _named(look) if state.status is Status.ASKING and reads else measured_now(look)


def _named(look: RunLook) -> Planned | None:
    """Return what the live view names, if it is still to be done."""
    named = look.course.by_id.get(look.seen.live.point)
    return named if named is not None and is_left(named, look.seen.state) else None


def high_voltage(point: Planned | None) -> bool:
    """Return whether a person must be warned of the voltage at `point`."""
    return point is not None and point.unit == "V" and abs(point.nominal) > HIGH_VOLTS


def to_show(look: RunLook, chosen: Planned | None = None) -> Shown:
    """Return what is measured with its readings, else what is chosen, else what was measured last.

    What is chosen is shown of a run that measures nothing now.
    """
    state, live = look.seen.state, look.seen.live
    now = _named(look)
    if now is not None:
        return Shown(now, live.readings, last=live.shown)
    if chosen is not None and state.status is not Status.UNDER_WAY:
        shown = _with_readings(chosen, state)
        if shown is not None:
            return shown
    return _newest(state, look.course.by_id)


def _with_readings(point: Planned, state: RunState) -> Shown | None:
    """Return the readings of a point that has a result in the present phase."""
    key = (state.phase, point.id)
    outcome = state.results.get(key) or state.observed.get(key)
    if isinstance(outcome, Observed):
        return Shown(point, last={r.of: r.value for r in outcome.readings})
    if isinstance(outcome, Measured) and isinstance(point, PlannedPoint) and outcome.readings:
        own = tuple(r.value for r in outcome.readings if r.of == point.dut)
        accepted = (outcome.acceptance_lower, outcome.acceptance_upper)
        return Shown(point, own, accepted, error=outcome.error)
    return None


def _newest(state: RunState, planned: Mapping[str, Planned]) -> Shown:
    for outcomes in (tuple(state.results), tuple(state.observed)):
        for phase, id_ in reversed(outcomes):
            shown = _with_readings(planned[id_], state) if phase is state.phase else None
            if shown is not None:
                return shown
    return Shown()
