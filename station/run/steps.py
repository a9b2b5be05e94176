"""What comes next in a run: a pure function of the procedure's tests and the journal.

As found, decision, adjustment, as left, retest and resume after a crash are one mechanism:
the first thing not yet written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.metrology.conformity import Verdict
from station.procedure import EnvironmentLimits, Hookup, Point, Procedure, Test
from station.run.entries import EnvironmentRead, Measured, Phase
from station.run.state import Outcome, RunState

READ_AT_BEGIN_AND_END = 2


@dataclass(frozen=True, slots=True)
class ReadEnvironment:
    """Ask for the ambient conditions."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Make safe, then have a person wire `hookup`."""

    hookup: Hookup


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure one point of one test."""

    test: Test[Any]
    point: Point
    phase: Phase


@dataclass(frozen=True, slots=True)
class Decide:
    """Sum the verdicts of a phase up."""

    phase: Phase
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Adjust:
    """Adjust the item, once."""


@dataclass(frozen=True, slots=True)
class AskAdjusted:
    """An adjustment was begun and not finished: a person must say what became of it."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to do."""

    verdict: Verdict


Step = ReadEnvironment | Connect | Measure | Decide | Adjust | AskAdjusted | Finish


def next_step(
    procedure: Procedure,
    tests: Sequence[Test[Any]],
    state: RunState,
    connected: Hookup | None,
) -> Step | None:
    """Return the first thing not yet written down, or None when the run has ended.

    `connected` is what the engine had wired since it started: a physical condition, which no
    journal can vouch for after a restart.
    """
    if state.ended:
        return None
    if not state.environment or not suits(procedure.environment, state.environment[-1]):
        return ReadEnvironment()
    if state.adjusting:
        return AskAdjusted()
    for test in tests:
        for point in test.points:
            if (state.phase, point.id) not in state.results:
                if connected != test.hookup:
                    return Connect(test.hookup)
                return Measure(test, point, state.phase)
    if state.phase not in state.decisions:
        return Decide(state.phase, summary(_outcomes(state)))
    failed = Verdict(state.decisions[state.phase]) is Verdict.FAIL
    if procedure.adjust is not None and failed and not state.adjusted:
        return Adjust()
    if len(state.environment) < READ_AT_BEGIN_AND_END:
        return ReadEnvironment()
    return Finish(Verdict(state.decisions[state.phase]))


def suits(limits: EnvironmentLimits, read: EnvironmentRead) -> bool:
    """Tell whether the method holds under the conditions that were read."""
    (cold, warm), (dry, damp) = limits.celsius, limits.humidity
    return cold <= read.celsius <= warm and dry <= read.humidity <= damp


def summary(outcomes: Sequence[Outcome]) -> Verdict:
    """Return the worst verdict; an overload is a failure."""
    verdicts = [
        Verdict(outcome.verdict) if isinstance(outcome, Measured) else Verdict.FAIL
        for outcome in outcomes
    ]
    return max(verdicts, key=_WORSE.index)


_WORSE = (
    Verdict.PASS,
    Verdict.CONDITIONAL_PASS,
    Verdict.NOT_ASSESSABLE,
    Verdict.CONDITIONAL_FAIL,
    Verdict.FAIL,
)


def _outcomes(state: RunState) -> list[Outcome]:
    return [state.results[state.phase, point.id] for point in state.points]
