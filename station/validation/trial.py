"""One trial: a whole run on the virtual clock, compared with the truth."""

import threading
from dataclasses import dataclass, replace

from drivers.errors import InstrumentError
from station.errors import StationError
from station.metrology.conformity import Verdict
from station.metrology.limits import Limits
from station.procedure import Truth
from station.records.store import Store
from station.run.carry_out import Session, begin
from station.run.entries import Measured
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.setup import Setup
from station.run.state import RunState
from station.simulated_world import truth_of
from station.validation.drawing import (
    certified,
    drawn_bench,
    dut_error,
    generator,
    room_read,
)
from station.validation.subject import Subject

BY = "validation"


@dataclass(frozen=True, slots=True)
class Found:
    """One point of one trial, in the test's unit: what was reported, and what is true.

    Attributes:
        range: full scale of the DUT's range.
        false_probability: what the report says of its verdict being false; None where none.
    """

    test: str
    range: float
    point: str
    error: float
    expanded_uncertainty: float
    truth: float
    limits: Limits
    verdict: Verdict
    false_probability: float | None

    @property
    def ratio(self) -> float:
        """How far the reported error is from the true one, as a multiple of U."""
        return abs(self.error - self.truth) / self.expanded_uncertainty

    @property
    def width(self) -> float:
        """How wide y ± U is, as a part of the limits' distance; 0 where a limit is missing."""
        return 2.0 * self.expanded_uncertainty / (self.limits.upper - self.limits.lower)

    @property
    def is_false(self) -> bool:
        """Whether an item outside the limits was accepted, or one inside rejected."""
        conforms = self.limits.lower <= self.truth <= self.limits.upper
        return conforms != (self.verdict in (Verdict.PASS, Verdict.CONDITIONAL_PASS))


@dataclass(frozen=True, slots=True)
class Trial:
    """What one run found; points at which the DUT showed overload have no interval."""

    number: int
    found: tuple[Found, ...]
    overloaded: tuple[str, ...]


class TrialFailed(StationError):
    """A run of a proof stopped; the message names the trial."""


def carried_out(subject: Subject, seed: int, number: int, store: Store) -> Trial:
    """Carry out trial `number` of the proof with `seed`.

    Raises:
        TrialFailed: the run stopped on a fault.
    """
    draw = generator(seed, number)
    file = drawn_bench(subject, draw)
    with truth_of(file) as truth:
        setup = Setup(
            # A proof is of what is found: an adjustment would only take time.
            procedure=replace(subject.procedure, adjust=None),
            bench=file,
            bench_content=subject.content,
            standards=certified(subject, truth, draw),
            simulate=True,
            real_time=False,
            rule=subject.rule,
            by=BY,
        )
        room = room_read(subject, file, draw)
        operator = ScriptedOperator(BY, room, seed=file.simulation.seed)
        session = Session(store, operator, lambda row, state: None, threading.Event())
        try:
            state = begin(setup, session, lambda run: None)
        except (StationError, InstrumentError) as error:
            raise TrialFailed(
                "Trial {number} of seed {seed} stopped: {error}",
                number=number,
                seed=seed,
                error=error,
            ) from error
        return _compared(subject, truth, number, state)


def _compared(subject: Subject, truth: Truth, number: int, state: RunState) -> Trial:
    found, overloaded = [], []
    for test in subject.tests:
        for point in test.points:
            outcome = state.results.get((Phase.AS_FOUND, point.id))
            if outcome is None:
                continue  # an operation of a verification failed before
            if not isinstance(outcome, Measured):
                overloaded.append(point.id)
                continue
            found.append(
                Found(
                    test=test.name,
                    range=point.range,
                    point=point.id,
                    error=outcome.error,
                    expanded_uncertainty=outcome.expanded_uncertainty,
                    truth=dut_error(subject, truth, test, point),
                    limits=Limits(outcome.lower, outcome.upper),
                    verdict=Verdict(outcome.verdict),
                    false_probability=outcome.false_decision_probability,
                )
            )
    return Trial(number, tuple(found), tuple(overloaded))
