"""The engine: takes the next step, writes down what came of it, and leaves everything safe."""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, assert_never

from drivers.capabilities import Output, Reading
from drivers.dialogue import Exchange
from drivers.errors import InstrumentError, Overload
from station.bench import Bench
from station.clock import Clock
from station.errors import BadInput, Exit, RunAborted, StationError
from station.locale import N_
from station.metrology.conformity import Decision, Rule, decide
from station.metrology.coverage import Coverage
from station.metrology.errors import MetrologyError
from station.metrology.uncertainty import Result
from station.procedure import Hookup, Procedure, Test, Tolerance
from station.run import entries as e
from station.run.inbox import Abort, Answer, Command, GoOn, Inbox, Pause, Void
from station.run.journal import Journal, Row
from station.run.live import Liveness, LiveView
from station.run.operator import Operator, checked
from station.run.standards import Standard
from station.run.state import RunState, fold
from station.run.steps import (
    Adjust,
    AskAdjusted,
    Connect,
    Decide,
    Finish,
    Measure,
    ReadEnvironment,
    Step,
    next_step,
)

WAIT_SECONDS = 0.05
"""How often (s of real time) a waiting engine looks for an answer."""

Watch = Callable[[Row, RunState], None]


class Interrupted(StationError):
    """The process was told to end (SIGTERM, Ctrl-C); the run can be resumed."""

    exit = Exit.ABORTED


@dataclass
class Engine:
    """Carries one run out. Everything it decides on is in `state`, a fold of the journal."""

    procedure: Procedure
    tests: Sequence[Test[Any]]
    standards: Mapping[str, Standard]
    rule: Rule
    coverage: Coverage
    bench: Bench
    journal: Journal
    state: RunState
    operator: Operator
    inbox: Inbox
    live: Liveness
    clock: Clock
    wall: Clock
    watch: Watch
    stop: threading.Event
    connected: Hookup | None = field(default=None, init=False)
    exchanges: list[e.WireExchange] = field(default_factory=list, init=False)
    pending: deque[Command] = field(default_factory=deque, init=False)

    def run(self) -> RunState:
        """Take step after step until nothing is left; the outputs end in standby.

        Raises:
            RunAborted: a person stopped the run.
            InstrumentError, StationError: it stopped on a fault; `resume` can take it up again.
            ExceptionGroup: outputs could not be put to standby, besides what went wrong before.
        """
        self.bench.tap.sink = self._trace
        try:
            with self._safe():
                while (step := self._next()) is not None:
                    self._take(step)
                    self._obey()
        except RunAborted as aborted:
            self._write(e.Aborted(by=self.operator.name, reason=str(aborted)))
            raise
        except (InstrumentError, StationError, MetrologyError) as fault:
            self._write_fault(type(fault).__name__, str(fault))
            raise
        return self.state

    def _next(self) -> Step | None:
        adjustable = self.procedure.adjust is not None
        return next_step(self.tests, self.state, self.connected, adjustable=adjustable)

    def _take(self, step: Step) -> None:
        match step:
            case ReadEnvironment():
                self._read_environment()
            case Connect():
                self._connect(step.hookup)
            case Measure():
                self._measure(step)
            case Decide():
                self._write(e.Decided(phase=step.phase, verdict=step.verdict.value))
            case Adjust():
                self._adjust()
            case AskAdjusted():
                self._ask_adjusted()
            case Finish():
                # The end is written only when the outputs are known to be off.
                self._make_safe()
                self._write(e.Finished(verdict=step.verdict.value))
            case _:
                assert_never(step)

    # -- steps ---------------------------------------------------------------------------

    def _measure(self, step: Measure) -> None:
        test, point = step.test, step.point
        roles = self.bench.roles(test)
        self.exchanges.clear()
        began = self.clock.monotonic()
        readings: list[Reading] = []
        try:
            for reading in test.measure(point, roles, self.clock):
                readings.append(reading)
                self.live.show(LiveView(point=point.id, readings=tuple(r.value for r in readings)))
                if self._obey():
                    # The output went off meanwhile: the point begins anew.
                    return
        except Overload as overload:
            self._write(
                e.Overloaded(
                    point=point.id,
                    phase=step.phase,
                    reply=overload.reply,
                    wire=tuple(self.exchanges),
                    seconds=self.clock.monotonic() - began,
                )
            )
            return
        self._confirm_outputs(roles)
        seconds = self.clock.monotonic() - began
        self._write(self._evaluated(step, tuple(readings), seconds))

    def _confirm_outputs(self, roles: Any) -> None:
        """A stimulus that went away while it was measured makes the readings worthless."""
        for role in fields(roles):
            instrument = getattr(roles, role.name)
            if isinstance(instrument, Output):
                instrument.confirm_operating()

    def _evaluated(
        self, step: Measure, readings: tuple[Reading, ...], seconds: float
    ) -> e.Measured:
        test, point = step.test, step.point
        on = self.clock.now().date()
        reference = self.standards[test.standard].at(test.name, point, on)
        result = test.budget(point, readings, reference).evaluate(self.coverage)
        tolerance = test.tolerance(point)
        decision = decide(
            self.rule,
            result.value,
            result.expanded_uncertainty,
            tolerance.limits,
            standard_uncertainty=result.standard_uncertainty,
            dof=result.dof,
        )
        return _measured(step, readings, reference.actual, result, tolerance, decision).model_copy(
            update={"wire": tuple(self.exchanges), "seconds": seconds}
        )

    def _connect(self, hookup: Hookup) -> None:
        self.connected = None
        self._make_safe()
        wires = tuple(
            e.WireDrawn(
                from_end=f"{w.from_role} {w.from_terminal}",
                to_end=f"{w.to_role} {w.to_terminal}",
                colour=w.colour,
            )
            for w in hookup.wires
        )
        self._ask(
            e.PromptKind.CONFIRM,
            N_("Connect the leads as drawn; remove all others."),
            wires=wires,
            leads=hookup.leads,
        )
        self.bench.wired([(wire.from_end, wire.to_end) for wire in wires])
        self.connected = hookup

    def _read_environment(self) -> None:
        limits = self.procedure.environment
        low, high = limits.celsius
        celsius = self._number(N_("Ambient temperature?"), "°C", low, high)
        low, high = limits.humidity
        humidity = self._number(N_("Relative humidity?"), "%", low, high)
        self._write(
            e.EnvironmentRead(celsius=celsius, humidity=humidity, source=self.operator.name)
        )

    def _adjust(self) -> None:
        adjust = self.procedure.adjust
        if adjust is None:
            raise BadInput(f"Procedure {self.procedure.name} has no adjustment.")
        self._write(e.AdjustBegun(by=self.operator.name))
        adjust(self.bench.instruments[self.procedure.dut], self.clock)
        self._write(e.AdjustDone(by=self.operator.name))

    def _ask_adjusted(self) -> None:
        answer = self._ask(
            e.PromptKind.YES_NO,
            N_("The adjustment was interrupted. Was it completed by hand?"),
        )
        if answer != "yes":
            raise RunAborted("the adjustment was not completed")
        self._write(e.AdjustDone(by=self.operator.name))

    # -- people --------------------------------------------------------------------------

    def _number(self, text: str, unit: str, low: float, high: float) -> float:
        return float(self._ask(e.PromptKind.NUMBER, text, unit=unit, low=low, high=high))

    def _ask(
        self,
        wants: e.PromptKind,
        text: str,
        *,
        wires: tuple[e.WireDrawn, ...] = (),
        leads: str = "",
        unit: str = "",
        low: float | None = None,
        high: float | None = None,
    ) -> str:
        prompt = e.Prompted(
            prompt=self.state.prompts + 1,
            wants=wants,
            text=text,
            wires=wires,
            leads=leads,
            unit=unit,
            low=low,
            high=high,
        )
        self._write(prompt)
        self.operator.ask(prompt)
        while True:
            for given, by in self._answers(prompt):
                try:
                    value = checked(prompt, given)
                except BadInput as unusable:
                    self.operator.withdraw(str(unusable))
                    continue
                self._write(e.Answered(prompt=prompt.prompt, value=value, by=by))
                return value
            self.wall.sleep(WAIT_SECONDS)

    def _answers(self, prompt: e.Prompted) -> Iterator[tuple[str, str]]:
        answer = self.operator.answer()
        if answer is not None:
            yield answer, self.operator.name
        for command in self._commands():
            if isinstance(command, Answer):
                if command.prompt == prompt.prompt:
                    yield command.value, command.by
            elif isinstance(command, Abort):
                raise RunAborted(command.reason or f"aborted by {command.by}")

    def _commands(self) -> Iterator[Command]:
        """Yield what came, one by one: who takes one command leaves the others to the next."""
        if self.stop.is_set():
            raise Interrupted("The run was told to stop. `station resume` takes it up again.")
        self.pending.extend(self.inbox.take())
        while self.pending:
            yield self.pending.popleft()

    def _obey(self) -> bool:
        """Carry commands out; return whether the outputs were taken off meanwhile."""
        paused = False
        for command in self._commands():
            match command:
                case Abort():
                    raise RunAborted(command.reason or f"aborted by {command.by}")
                case Pause():
                    self._pause(command.by)
                    paused = True
                case Void():
                    self._void(command)
                case GoOn() | Answer():
                    # Nothing waits for them (any more): somebody else was faster.
                    continue
                case _:
                    assert_never(command)
        return paused

    def _pause(self, by: str) -> None:
        self._make_safe()
        self._write(e.PausedByPerson(by=by))
        while True:
            for command in self._commands():
                if isinstance(command, GoOn):
                    self._write(e.WentOn(by=command.by))
                    return
                if isinstance(command, Abort):
                    raise RunAborted(command.reason or f"aborted by {command.by}")
                if isinstance(command, Void):
                    self._void(command)
            self.wall.sleep(WAIT_SECONDS)

    def _void(self, command: Void) -> None:
        if (self.state.phase, command.point) in self.state.results:
            self._write(
                e.Voided(
                    point=command.point,
                    phase=self.state.phase,
                    reason=command.reason,
                    by=command.by,
                )
            )

    # -- safety and the journal ----------------------------------------------------------

    @contextmanager
    def _safe(self) -> Iterator[None]:
        """Whatever happens inside, the outputs are put to standby on the way out."""
        try:
            yield
        except BaseException as fault:
            failures = self._standby()
            self._try_to_write_safety(failures)
            if failures:
                raise BaseExceptionGroup("outputs may be live", [fault, *failures]) from fault
            raise

    def _make_safe(self) -> None:
        failures = self._standby()
        self._write(self._safety(failures))
        if failures:
            raise failures[0]

    def _standby(self) -> list[InstrumentError]:
        failures = []
        for instrument in self._outputs().values():
            try:
                instrument.standby()
            except InstrumentError as failure:
                failures.append(failure)
        return failures

    def _outputs(self) -> dict[str, Output]:
        found = self.bench.instruments.items()
        return {name: item for name, item in found if isinstance(item, Output)}

    def _safety(self, failures: Sequence[InstrumentError]) -> e.MadeSafe:
        return e.MadeSafe(
            instruments=tuple(self._outputs()), failures=tuple(str(f) for f in failures)
        )

    def _try_to_write_safety(self, failures: Sequence[InstrumentError]) -> None:
        """Write it down if that is still possible: the store may be what failed."""
        if not self.state.ended:
            try:
                self._write(self._safety(failures))
            except StationError:
                return

    def _write_fault(self, error: str, message: str) -> None:
        try:
            self._write(e.Faulted(error=error, message=message, wire=tuple(self.exchanges)))
        except StationError:
            # The store itself is at fault; the fault that is on its way out says so.
            return

    def _write(self, entry: e.Entry) -> None:
        row = self.journal.append(entry)
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


def _measured(
    step: Measure,
    readings: tuple[Reading, ...],
    reference: float,
    result: Result,
    tolerance: Tolerance,
    decision: Decision,
) -> e.Measured:
    return e.Measured(
        point=step.point.id,
        phase=step.phase,
        readings=tuple(e.ReadingTaken(value=r.value, raw=r.raw) for r in readings),
        wire=(),
        reference=reference,
        indication=math.fsum(r.value for r in readings) / len(readings),
        error=result.value,
        standard_uncertainty=result.standard_uncertainty,
        dof=_finite(result.dof),
        coverage_factor=result.k,
        coverage_reason=result.coverage_reason.value,
        expanded_uncertainty=result.expanded_uncertainty,
        budget=tuple(
            e.ContributionMade(
                name=c.name,
                value=c.value,
                standard_uncertainty=c.standard_uncertainty,
                sensitivity=c.sensitivity or 0.0,
                contribution=c.contribution,
                share=c.share,
                dof=_finite(c.dof),
                distribution=c.distribution.value,
                source=c.source,
            )
            for c in result.contributions
        ),
        lower=tolerance.limits.lower,
        upper=tolerance.limits.upper,
        acceptance_lower=decision.acceptance_lower,
        acceptance_upper=decision.acceptance_upper,
        verdict=decision.verdict.value,
        false_decision_probability=decision.probability_of_false_decision,
        seconds=0.0,
    )


def _finite(dof: float) -> float | None:
    return dof if math.isfinite(dof) else None
