"""The engine: takes the next step, writes down what came of it, and leaves everything safe."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, assert_never

from drivers.dialogue import Exchange
from drivers.errors import InstrumentError, Overload
from station.bench import Bench
from station.clock import Clock, day_of
from station.errors import Phrase, Refused, RunAborted, StationError
from station.evidence import Taken
from station.metrology.conformity import Verdict
from station.procedure import (
    Attendant,
    Hookup,
    Procedure,
    Test,
    Verification,
)
from station.run import entries as e
from station.run.attendance import BeginAnew, Waiting
from station.run.hands import Hands
from station.run.inbox import Inbox
from station.run.journal import Journal, Row
from station.run.judging import Judge, entered
from station.run.live import LiveView, Ownership, OwnershipLost
from station.run.operator import Operator
from station.run.outputs import Outputs
from station.run.patience import Patience
from station.run.people import People
from station.run.questions import Questions
from station.run.said import said
from station.run.state import RunState, fold
from station.run.steps import (
    Adjust,
    AskAdjusted,
    Conclude,
    Connect,
    Decide,
    Evaluate,
    Finish,
    Inspect,
    Measure,
    Observe,
    ReadEnvironment,
    Step,
    next_step,
)
from station.run.suspicion import suspected

Watch = Callable[[Row, RunState], None]

SHOWN_EXCHANGES = 20
"""How many of the newest exchanges are shown while a point is measured."""


@dataclass
class Engine:
    """Carries one run out. Everything it decides on is in `state`, a fold of the journal.

    Attributes:
        vigil: called between readings; raises when the run must stop.
        measuring: the point that is measured now, "" between two points.
        watch: told every entry that was written.
        say: tells people what cannot be written down.
        refusal: returns why somebody may not act in this run, None where he may.
        outputs: the terminals; `outputs.safe` is true once they were seen in standby.
    """

    procedure: Procedure
    tests: Sequence[Test[Any]]
    verification: Verification | None
    judge: Judge
    bench: Bench
    journal: Journal
    state: RunState
    ownership: Ownership
    vigil: Callable[[], None]
    watch: Watch
    operator: Operator
    inbox: Inbox
    wall: Clock
    stop: threading.Event
    say: Callable[[Phrase], None]
    refusal: Callable[[str], Refused | None]
    outputs: Outputs = field(init=False)
    patience: Patience = field(init=False)
    people: People = field(init=False)
    questions: Questions = field(init=False)
    hands: Hands = field(init=False)
    attendant: Attendant = field(init=False)
    connected: Hookup | None = field(default=None, init=False)
    exchanges: list[e.WireExchange] = field(default_factory=list, init=False)
    measuring: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.outputs = Outputs(self.bench.instruments)
        self.patience = Patience(
            self.wall, self.stop, self.outputs.off, self.ownership.confirm, self.say
        )
        self.people = People(
            self.operator, self.wall, self.stop, self._look_out, self._write, lambda: self.state,
            self._make_safe, lambda: self.patience.outlast(self.inbox.take), self._was_interrupted,
            lambda by: self.patience.outlast(lambda: self.refusal(by)),
            lambda: self.measuring,
        )  # fmt: skip
        self.questions = Questions(self._ask, self._write, self._heard, self.bench.room)
        self.hands = Hands(
            self._ask,
            self._write,
            self._heard,
            self.bench.wired,
            self.bench.turned,
            self.bench.look,
            {role: entry.serial for role, entry in self.bench.file.instruments.items()},
        )
        self.bench.person.person = self.hands
        self.attendant = Waiting(
            self.bench.clock, self.bench.paced, self.people.obey, self.ownership.show,
            lambda: self.ownership.shown,
        )  # fmt: skip

    def run(self) -> RunState:
        """Take step after step until nothing is left; the outputs end in standby.

        Raises:
            RunAborted: a person stopped the run.
            OwnershipLost: another engine has the run; nothing was touched any more.
            InstrumentError, StationError: it stopped on a fault; `resume` can take it up again.
            BaseExceptionGroup: besides, outputs could not be put to standby.
        """
        self.bench.tap.sink = self._trace
        self.ownership.wire = lambda: tuple(self.exchanges[-SHOWN_EXCHANGES:])
        try:
            while (step := self._next()) is not None:
                self._take(step)
                if not self.state.ended:
                    self.people.obey()
        except OwnershipLost:
            raise
        except BaseException as fault:
            # First the outputs, then the words.
            failures = self.outputs.standby()
            self._write_the_end(fault, failures)
            if failures:
                raise BaseExceptionGroup("outputs may be live", [fault, *failures]) from fault
            raise
        return self.state

    def _next(self) -> Step | None:
        return next_step(
            self.tests,
            self.procedure.environment,
            self.verification,
            self.state,
            self.connected,
            adjustable=self._is_adjustable,
        )

    @property
    def _is_adjustable(self) -> bool:
        items = [self.bench.instruments[dut] for dut in self.state.taking_part]
        can = self.procedure.adjust is not None
        return can and len(items) == 1 and isinstance(items[0], self.procedure.adjusts)

    @property
    def _today(self) -> date:
        return day_of(self.bench.clock.now())

    def _take(self, step: Step) -> None:
        match step:
            case ReadEnvironment():
                again = self.state.phase in self.state.decisions
                if again:
                    # Nobody knows how long the answer takes, nor who is at the terminals.
                    self._make_safe()
                limits, before = self.procedure.environment, self.state.environment
                self.questions.environment(limits, before, at_the_end=again)
            case Connect():
                self._connect(step.hookup)
            case Inspect():
                self.questions.inspect(step.dut, step.inspection)
            case Observe() | Measure():
                self._measure(step)
            case Evaluate():
                self._write(self.judge.evaluated(step, self.state, self._today))
            case Conclude():
                self._write(self.judge.concluded(step, self.state, self._today))
            case Decide():
                self._write(e.Decided(phase=step.phase, verdict=step.verdict.value, dut=step.dut))
            case Adjust():
                self._adjust()
            case AskAdjusted():
                self.questions.adjusted()
            case Finish():
                self._finish(step.verdict)
            case _:
                assert_never(step)

    # -- steps ---------------------------------------------------------------------------

    def _measure(self, step: Observe | Measure) -> None:
        clock = self.bench.clock
        self.exchanges.clear()
        began = clock.monotonic()
        try:
            taken = self._taken(step)
        except BeginAnew:
            return
        except InstrumentError as fault:
            # Outputs that went off at an abort are no overload, and no fault of an instrument.
            self.vigil()
            seconds = clock.monotonic() - began
            if self._is_overload(step, fault, seconds) or self._goes_on_without(fault):
                return
            raise
        finally:
            self.measuring = ""
        if not self._is_mistaken(step, taken):
            self._write(self._outcome(step, taken, clock.monotonic() - began))

    def _outcome(
        self, step: Observe | Measure, taken: tuple[Taken, ...], seconds: float
    ) -> e.Observed | e.Measured:
        point, wire = step.point, tuple(self.exchanges)
        if isinstance(step, Observe):
            readings = entered(taken)
            return e.Observed(
                point=point.id, phase=step.phase, readings=readings, wire=wire, seconds=seconds
            )
        evidence = self.judge.evidence(self.state, self._today, (), {point.id: taken})
        result = self.judge.result(step.test, point, step.phase, evidence)
        return result.model_copy(update={"wire": wire, "seconds": seconds})

    def _is_overload(self, step: Observe | Measure, fault: InstrumentError, seconds: float) -> bool:
        """Write it down where the item showed overload: there is no number at this point."""
        items = self.state.taking_part
        # Of several items that are read together, one that is overloaded would stop the others.
        shared = isinstance(step, Observe) and len(items) > 1
        if not isinstance(fault, Overload) or fault.instrument not in items or shared:
            return False
        self._write(
            e.Overloaded(
                point=step.point.id,
                phase=step.phase,
                reply=fault.reply,
                wire=tuple(self.exchanges),
                seconds=seconds,
            )
        )
        return True

    def _taken(self, step: Observe | Measure) -> tuple[Taken, ...]:
        """Take the readings of a point.

        Raises:
            BeginAnew: the outputs went off meanwhile.
            Overload, InstrumentError: as the instruments say.
        """
        test, point = step.test, step.point
        roles = self.bench.roles(test, self.state.taking_part)
        taken: list[Taken] = []
        self.hands.begin(test.unit, point.nominal, self.state.limits_at(point.id))
        self.measuring = point.id
        self.ownership.show(LiveView(point=point.id))
        for each in test.measure(point, roles, self.attendant):
            taken.append(each)
            self.ownership.show(_view(point.id, point.dut, taken))
            if self.people.obey():
                raise BeginAnew
        self.outputs.confirm(roles)
        return self.hands.reviewed(tuple(taken), point.id, step.phase)

    def _is_mistaken(self, step: Observe | Measure, taken: tuple[Taken, ...]) -> bool:
        """Have a person look at what looks like a usual mistake; they may let it stand."""
        test, point = step.test, step.point
        before = tuple(observation.id for observation in test.observations)
        found = suspected(
            test,
            point,
            lambda taken: self.judge.evidence(self.state, self._today, before, {point.id: taken}),
            taken,
            self.state.taking_part,
        )
        if found is None:
            return False
        whose = "; ".join(self.hands.named(dut) for dut in found.duts)
        if self.questions.stands(point.id, step.phase, found, whose):
            return False
        # Whatever was wrong, the connections are looked at again.
        self.connected = None
        return True

    def _goes_on_without(self, fault: InstrumentError) -> bool:
        taking_part = self.state.taking_part
        if fault.instrument not in taking_part or len(taking_part) == 1:
            return False
        self._make_safe()
        return self.questions.goes_on_without(fault)

    def _connect(self, hookup: Hookup) -> None:
        self.connected = None
        self._make_safe()
        volts = [test for test in self.tests if test.hookup == hookup and test.unit == "V"]
        highest = max((abs(p.nominal) for test in volts for p in test.points), default=0.0)
        wires = self.questions.connected(hookup, highest)
        self.hands.connected((wire.from_end, wire.to_end) for wire in wires)
        self.connected = hookup

    def _finish(self, verdict: Verdict) -> None:
        # The end is written only when the outputs are known to be off and nobody wants more.
        self._make_safe()
        self.people.obey()
        if isinstance(self._next(), Finish):
            self._write(e.Finished(verdict=verdict.value))

    def _adjust(self) -> None:
        if self.procedure.adjust is None:
            raise Refused("Procedure {procedure} has no adjustment.", procedure=self.procedure.name)
        self._make_safe()
        if not self.questions.is_to_be_adjusted():
            return
        self._write(e.AdjustBegun(by=self.people.heard))
        (dut,) = self.state.taking_part
        self.procedure.adjust(self.bench.instruments[dut], self.bench.clock)
        self._write(e.AdjustDone(by=self.people.heard))

    def _ask(self, wants: e.PromptKind, text: str, **more: Any) -> str:
        number = self.state.prompts + 1
        return self.people.ask(e.Prompted(prompt=number, wants=wants, text=text, **more))

    def _heard(self) -> str:
        return self.people.heard

    # -- safety and the journal ----------------------------------------------------------

    def _look_out(self) -> None:
        self.patience.outlast(self.ownership.confirm)
        self.vigil()

    def _was_interrupted(self) -> bool:
        seconds, self.patience.seconds_away = self.patience.seconds_away, 0.0
        if seconds > 0.0:
            self._write(self.outputs.report([]))
            self._write(e.StoreWasAway(seconds=seconds))
        return seconds > 0.0

    def _make_safe(self) -> None:
        failures = self.outputs.standby()
        self._write(self.outputs.report(failures))
        if failures:
            raise failures[0]

    def _write_the_end(self, fault: BaseException, failures: list[InstrumentError]) -> None:
        """Write down what happened, if that is still possible: the store may be what failed."""
        if self.state.ended or not isinstance(fault, Exception):
            return
        try:
            self._write(self.outputs.report(failures))
            if isinstance(fault, RunAborted):
                by = self.people.heard
                self._write(e.Aborted(by=by, reason=str(fault), said=said(fault)))
            else:
                wire = tuple(self.exchanges)
                kind = type(fault).__name__
                self._write(e.Faulted(error=kind, message=str(fault), wire=wire, said=said(fault)))
        except StationError as unwritten:
            fault.add_note(f"It could not be written down: {unwritten}")

    def _write(self, entry: e.Entry) -> None:
        row = self.journal.append(entry, self.patience.outlast)
        self.state = fold(self.state, row)
        self.watch(row, self.state)

    def _trace(self, exchange: Exchange) -> None:
        self.exchanges.append(
            e.WireExchange(
                instrument=exchange.instrument,
                sent=exchange.sent,
                received=exchange.received,
                at=exchange.at_seconds,
                fault=exchange.fault,
            )
        )


def _view(point: str, dut: str, taken: Sequence[Taken]) -> LiveView:
    return LiveView(
        point=point,
        readings=tuple(t.reading.value for t in taken if t.of == dut),
        shown={t.of: t.reading.value for t in taken},
    )
