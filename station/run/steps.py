"""What comes next in a run: a pure function of the procedure's tests and the journal.

As found, decision, adjustment, as left, retest and resume after a crash are one mechanism:
the first thing not yet written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.metrology.conformity import Verdict
from station.procedure import (
    EnvironmentLimits,
    Hookup,
    Inspection,
    Point,
    Test,
    Verification,
)
from station.run.entries import EnvironmentRead, Measured
from station.run.plan import Phase
from station.run.state import Outcome, RunState, worst

READ_AT_BEGIN_AND_END = 2


@dataclass(frozen=True, slots=True)
class ReadEnvironment:
    """Ask for the ambient conditions."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Make safe, then have a person wire `hookup`."""

    hookup: Hookup


@dataclass(frozen=True, slots=True)
class Inspect:
    """Have a person answer an inspection of an item."""

    dut: str
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Observe:
    """Observe what results will rest on."""

    test: Test[Any]
    point: Point
    phase: Phase


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure one point of one test."""

    test: Test[Any]
    point: Point
    phase: Phase


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Evaluate a point from what was observed."""

    test: Test[Any]
    point: Point
    phase: Phase


@dataclass(frozen=True, slots=True)
class Conclude:
    """Draw the conclusions of a test for an item."""

    test: Test[Any]
    dut: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Decide:
    """Sum the verdicts of a phase up for an item."""

    phase: Phase
    dut: str
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


Step = (
    ReadEnvironment
    | Connect
    | Inspect
    | Observe
    | Measure
    | Evaluate
    | Conclude
    | Decide
    | Adjust
    | AskAdjusted
    | Finish
)


def next_step(
    tests: Sequence[Test[Any]],
    environment: EnvironmentLimits,
    verification: Verification | None,
    state: RunState,
    connected: Hookup | None,
    *,
    adjustable: bool,
) -> Step | None:
    """Return the first thing not yet written down, or None when the run has ended.

    `adjustable` says whether the item can be adjusted, which no verification does; `connected` is
    what the engine had wired since it started: a physical condition, which no journal can vouch
    for after a restart.
    """
    if state.ended:
        return None
    if not state.environment or not suits(environment, state.environment[-1]):
        return ReadEnvironment()
    if state.adjusting:
        return AskAdjusted()
    work = _next_work(tests, verification, state, connected)
    if work is not None:
        return work
    for dut in state.taking_part:
        if (state.phase, dut) not in state.verdicts:
            return Decide(state.phase, dut, _verdict(dut, verification, state))
    failed = Verdict(state.decisions[state.phase]) is Verdict.FAIL
    if (
        adjustable
        and verification is None
        and failed
        and not (state.adjusted or state.left_as_found)
    ):
        return Adjust()
    if len(state.conditions) < READ_AT_BEGIN_AND_END:
        return ReadEnvironment()
    return Finish(Verdict(state.decisions[state.phase]))


def _next_work(
    tests: Sequence[Test[Any]],
    verification: Verification | None,
    state: RunState,
    connected: Hookup | None,
) -> Step | None:
    for dut in state.taking_part:
        for inspection in verification.inspections if verification else ():
            if (dut, inspection.id) not in state.inspected and not _failed_inspection(dut, state):
                return Inspect(dut, inspection)
    phase = state.phase
    for number, test in enumerate(tests):
        duts = [
            dut
            for dut in state.taking_part
            if verification is None or not _ended(dut, tests[:number], state)
        ]
        missing = [p for p in test.points if p.dut in duts and is_open(p.id, state)]
        if missing:
            return _next_of(test, missing, state, connected)
        for dut in duts if test.conclude else ():
            if (phase, test.name, dut) not in state.conclusions:
                return Conclude(test, dut, phase)
    return None


def _next_of(
    test: Test[Any], missing: Sequence[Point], state: RunState, connected: Hookup | None
) -> Step:
    phase = state.phase
    for observation in test.observations:
        if is_open(observation.id, state):
            if connected != test.hookup:
                return Connect(test.hookup)
            return Observe(test, observation, phase)
    point = missing[0]
    if point.rests_on:
        return Evaluate(test, point, phase)
    if connected != test.hookup:
        return Connect(test.hookup)
    return Measure(test, point, phase)


def is_open(id_: str, state: RunState) -> bool:
    """Tell whether a point or observation has no outcome in this phase, and is to have one."""
    key = (state.phase, id_)
    return not (key in state.results or key in state.observed or key in state.skipped)


def _failed_inspection(dut: str, state: RunState) -> bool:
    return any(not i.passed for (of, _), i in state.inspected.items() if of == dut)


def _ended(dut: str, tests: Sequence[Test[Any]], state: RunState) -> bool:
    """Tell whether an operation of a verification has failed: the item gets no further ones."""
    if _failed_inspection(dut, state):
        return True
    done = [
        state.results.get((state.phase, point.id))
        for test in tests
        for point in test.points
        if point.dut == dut
    ]
    return any(is_failure(outcome) for outcome in done if outcome is not None)


def is_failure(outcome: Outcome) -> bool:
    """Tell whether an outcome is a failure; an overload is."""
    return not isinstance(outcome, Measured) or Verdict(outcome.verdict) is Verdict.FAIL


def suits(limits: EnvironmentLimits, read: EnvironmentRead) -> bool:
    """Tell whether the method holds under the conditions that were read."""
    (cold, warm), (dry, damp) = limits.celsius, limits.humidity
    if limits.pascals is not None:
        low, high = limits.pascals
        if read.pascals is None or not low <= read.pascals <= high:
            return False
    return cold <= read.celsius <= warm and dry <= read.humidity <= damp


def _verdict(dut: str, verification: Verification | None, state: RunState) -> Verdict:
    if verification is not None and _failed_inspection(dut, state):
        return Verdict.FAIL
    ids = [point.id for point in state.points if point.dut == dut]
    outcomes = [state.results.get((state.phase, id_)) for id_ in ids]
    found = [outcome for outcome in outcomes if outcome is not None]
    left_out = any((state.phase, id_) in state.skipped for id_ in ids)
    # What was not measured is no pass; a failure is one all the same.
    least = [Verdict.NOT_ASSESSABLE] if left_out or not found else []
    return worst([*least, *([summary(found)] if found else [])])


def summary(outcomes: Sequence[Outcome]) -> Verdict:
    """Return the worst verdict; an overload is a failure."""
    return worst(
        Verdict(outcome.verdict) if isinstance(outcome, Measured) else Verdict.FAIL
        for outcome in outcomes
    )
