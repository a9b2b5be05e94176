"""One look at a run, with what follows from its journal.

It is computed in the lookout's thread: with thousands of points it takes milliseconds, in which
keys are to be answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from station.run.entries import RunBegun
from station.run.pace import Left, left
from station.run.plan import PlannedObservation, PlannedPoint
from station.run.progress import progress
from station.run.state import RunState
from station.tui.runs.watch import RunSeen

Planned = PlannedPoint | PlannedObservation


@dataclass(frozen=True, slots=True)
class Course:
    """All that a run does: of each test its observations, then its points."""

    ordered: tuple[Planned, ...] = ()
    by_id: Mapping[str, Planned] = field(default_factory=dict)


def course_of(begun: RunBegun) -> Course:
    """Return all that is to be done, in its order."""
    ordered: list[Planned] = []
    left: dict[str, list[PlannedObservation]] = {}
    for observation in begun.observations:
        left.setdefault(observation.test, []).append(observation)
    for point in begun.points:
        ordered += left.pop(point.test, ())
        ordered.append(point)
    ordered += [one for rest in left.values() for one in rest]
    return Course(tuple(ordered), {one.id: one for one in ordered})


def is_left(planned: Planned, state: RunState) -> bool:
    """Tell whether something is still to be done in the present phase."""
    key = (state.phase, planned.id)
    if key in state.skipped:
        return False
    if isinstance(planned, PlannedObservation):
        return key not in state.observed
    if key in state.results:
        return False
    decided = (state.phase, planned.dut) in state.verdicts
    return planned.dut not in state.removed and not decided


NOTHING = Left(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class RunLook:
    """What was seen; how far the run is.

    Attributes:
        left: what is left first.
        here: where the run is: what is left first, at the end what was done last.
        expected: how long yet, as far as its own pace tells.
    """

    seen: RunSeen
    course: Course = Course()
    left: Planned | None = None
    here: Planned | None = None
    done: int = 0
    total: int = 0
    expected: Left = NOTHING

    @property
    def time_left(self) -> Left:
        """How long yet, with what is waited for now."""
        live = self.seen.live
        if live.seconds_left is None:
            return self.expected
        return self.expected.after(live.seconds_left, at_most=live.at_most)


def looked(seen: RunSeen, course: Course) -> RunLook:
    """Return what was seen with what follows from it."""
    state = seen.state
    first = next((one for one in course.ordered if is_left(one, state)), None)
    here = first or _last(state, course)
    return RunLook(seen, course, first, here, *progress(state), left(state))


def _last(state: RunState, course: Course) -> Planned | None:
    """Return what was measured or observed last in the present phase."""
    done = [(at, id_) for (phase, id_), at in state.measured_at.items() if phase is state.phase]
    return course.by_id[max(done)[1]] if done else None


@dataclass
class RunLooks:
    """Looks again and again; what does not change is found once."""

    see: Callable[[], RunSeen]
    _last: RunLook | None = field(default=None, init=False)

    def look(self) -> RunLook:
        """Look once.

        Raises:
            StoreFailed, Tampered: as `RunWatch.look`.
        """
        seen, last = self.see(), self._last
        if last is not None and seen.state is last.seen.state:
            self._last = replace(last, seen=seen)
        else:
            self._last = looked(seen, self._course_of(seen.state.begun))
        return self._last

    def _course_of(self, begun: RunBegun | None) -> Course:
        if begun is None:
            return Course()
        last = self._last
        return last.course if last and last.seen.state.begun is begun else course_of(begun)
