"""How long a run takes: what is expected of it, and what is left at its own pace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from station.procedure import Test
from station.run.plan import PlannedObservation, PlannedPoint
from station.run.progress import to_do
from station.run.state import RunState

CONNECTING_SECONDS = 90.0
"""A person reads a drawing, takes everything off and connects as drawn: our estimate."""


@dataclass(frozen=True, slots=True)
class Left:
    """Between what a remaining time (s) is expected to be."""

    least: float
    most: float

    @property
    def about(self) -> float:
        """What is in the middle (s)."""
        return (self.least + self.most) / 2

    def after(self, wait: float, *, at_most: bool = False) -> "Left":
        """Return it where `wait` (s) is still waited first, which may be a part of it."""
        if at_most:
            return Left(self.least, max(self.most, wait))
        return Left(max(self.least, wait), max(self.most, self.least + wait))


def expected(tests: Sequence[Test[Any]]) -> Mapping[str, float]:
    """Return how long (s) each observation and point is expected to take, by its id.

    The first one of a hookup takes longer by what it takes to connect it.
    """
    seconds: dict[str, float] = {}
    connected = None
    for test in tests:
        for point in (*test.observations, *test.points):
            seconds[point.id] = 0.0 if point.rests_on else test.seconds
            if test.hookup != connected and not point.rests_on:
                connected = test.hookup
                seconds[point.id] += CONNECTING_SECONDS
    return seconds


@dataclass
class _Pace:
    """What one test was expected to take (s), a point, and took."""

    stated: list[float] = field(default_factory=list)
    todo: list[float] = field(default_factory=list)
    met: list[float] = field(default_factory=list)

    def left(self, others: float) -> Left:
        """Return what is left; `others` is the pace of other tests as a share of what was said.

        What comes first waits for warm-up and temperature, of which nothing can be told before:
        alone it does not count for more than was expected.
        """
        each = min(self.stated)
        if len(self.met) > 1:
            paces = (median(self.met[1:]), fmean(self.met[1:]))
        elif self.met:
            paces = (min(each, self.met[0]), each)
        else:
            paces = (each, each * others)
        connecting = sum(self.todo) - len(self.todo) * each
        least, most = (len(self.todo) * pace + connecting for pace in sorted(paces))
        return Left(least, most)


def left(state: RunState) -> Left:
    """Return how long (s) what is left takes, each test at the pace that it had so far."""
    paces: dict[str, _Pace] = {}
    todo = {planned.id for planned in to_do(state)}
    every: tuple[PlannedObservation | PlannedPoint, ...] = ()
    if state.begun is not None:
        every = (*state.begun.observations, *state.begun.points)
    met: dict[str, list[float]] = {}
    for (_, id_), outcome in (*state.results.items(), *state.observed.items()):
        met.setdefault(id_, []).append(outcome.seconds)
    for planned in every:
        if not planned.seconds:
            continue
        if planned.test not in paces:
            paces[planned.test] = _Pace()
        pace = paces[planned.test]
        pace.stated.append(planned.seconds)
        if planned.id in todo:
            pace.todo.append(planned.seconds)
        pace.met += met.get(planned.id, ())
    steady = [pace for pace in paces.values() if len(pace.met) > 1]
    said = sum(min(pace.stated) * len(pace.met[1:]) for pace in steady)
    others = sum(sum(pace.met[1:]) for pace in steady) / said if said else 1.0
    each = [pace.left(others) for pace in paces.values()]
    return Left(sum(one.least for one in each), sum(one.most for one in each))
