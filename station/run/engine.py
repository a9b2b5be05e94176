"""The engine: takes the next step, writes down what came of it, and leaves everything safe."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from drivers.capabilities import Reading
from drivers.dialogue import Exchange
from drivers.errors import InstrumentError, Overload
from station.bench import Bench
from station.clock import Clock
from station.errors import Refused, RunAborted, StationError
from station.locale import N_
from station.metrology.conformity import Decision, Rule, Verdict, decide
from station.metrology.coverage import Coverage
from station.metrology.uncertainty import Result
from station.procedure import Hookup, Procedure, Test, Tolerance
from station.run import entries as e
from station.run.inbox import Inbox
from station.run.journal import Journal, Row
from station.run.live import LiveView, Ownership, OwnershipLost
from station.run.operator import Operator
from station.run.outputs import Outputs
from station.run.people import People
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
    suits,
)

Watch = Callable[[Row, RunState], None]

AT_FIRST = (N_("Ambient temperature?"), N_("Relative humidity?"))
AT_THE_END = (
    N_("Ambient temperature now, at the end?"),
    N_("Relative humidity now, at the end?"),
)
PLAUSIBLE_CELSIUS = (-40.0, 80.0)
PLAUSIBLE_HUMIDITY = (0.0, 100.0)


@dataclass
class Engine:
    """Carries one run out. Everything it decides on is in `state`, a fold of the journal.

    Attributes:
        vigil: called between readings; raises when the run must stop.
        watch: told every entry that was written.
        outputs: the terminals; `outputs.safe` is true once they were seen in standby.
    """

    procedure: Procedure
    tests: Sequence[Test[Any]]
    standards: Mapping[str, Standard]
    rule: Rule
    coverage: Coverage
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
    outputs: Outputs = field(init=False)
    people: People = field(init=False)
    connected: Hookup | None = field(default=None, init=False)
    exchanges: list[e.WireExchange] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.outputs = Outputs(self.bench.instruments)
        self.people = People(
            self.operator, self.inbox, self.wall, self.stop, self._look_out, self._write,
            lambda: self.state, self._make_safe,
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
        return next_step(self.procedure, self.tests, self.state, self.connected)

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
                self._finish(step.verdict)
            case _:
                assert_never(step)

    # -- steps ---------------------------------------------------------------------------

    def _measure(self, step: Measure) -> None:
        test, point, clock = step.test, step.point, self.bench.clock
        roles = self.bench.roles(test)
        self.exchanges.clear()
        began = clock.monotonic()
        readings: list[Reading] = []
        self.ownership.show(LiveView(point=point.id))
        try:
            for reading in test.measure(point, roles, clock):
                readings.append(reading)
                shown = tuple(r.value for r in readings)
                self.ownership.show(LiveView(point=point.id, readings=shown))
                if self.people.obey():
                    # The output went off meanwhile: the point begins anew.
                    return
        except Overload as overload:
            self._write(
                e.Overloaded(
                    point=point.id,
                    phase=step.phase,
                    reply=overload.reply,
                    wire=tuple(self.exchanges),
                    seconds=clock.monotonic() - began,
                )
            )
            return
        self.outputs.confirm(roles)
        self._write(self._evaluated(step, tuple(readings), clock.monotonic() - began))

    def _evaluated(
        self, step: Measure, readings: tuple[Reading, ...], seconds: float
    ) -> e.Measured:
        test, point = step.test, step.point
        on = self.bench.clock.now().date()
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
            highest_volts=self._highest_volts(hookup),
        )
        self.bench.wired([(wire.from_end, wire.to_end) for wire in wires])
        self.connected = hookup

    def _highest_volts(self, hookup: Hookup) -> float:
        tests = [test for test in self.tests if test.hookup == hookup and test.unit == "V"]
        return max((abs(p.nominal) for test in tests for p in test.points), default=0.0)

    def _read_environment(self) -> None:
        again = self.state.phase in self.state.decisions
        questions = AT_THE_END if again else AT_FIRST
        celsius = self._number(questions[0], "°C", PLAUSIBLE_CELSIUS)
        humidity = self._number(questions[1], "%", PLAUSIBLE_HUMIDITY)
        read = e.EnvironmentRead(celsius=celsius, humidity=humidity, source=self.operator.name)
        self._write(read)
        limits = self.procedure.environment
        if not suits(limits, read):
            (cold, warm), (dry, damp) = limits.celsius, limits.humidity
            raise Refused(
                f"The room is at {celsius:g} °C and {humidity:g} %; the method holds from {cold:g} "
                f"to {warm:g} °C and {dry:g} to {damp:g} % ({limits.source}). Resume when it is."
            )

    def _finish(self, verdict: Verdict) -> None:
        # The end is written only when the outputs are known to be off and nobody wants more.
        self._make_safe()
        self.people.obey()
        if isinstance(self._next(), Finish):
            self._write(e.Finished(verdict=verdict.value))

    def _adjust(self) -> None:
        if self.procedure.adjust is None:
            raise Refused(f"Procedure {self.procedure.name} has no adjustment.")
        self._write(e.AdjustBegun(by=self.operator.name))
        self.procedure.adjust(self.bench.instruments[self.procedure.dut], self.bench.clock)
        self._write(e.AdjustDone(by=self.operator.name))

    def _ask_adjusted(self) -> None:
        answer = self._ask(
            e.PromptKind.YES_NO,
            N_("The adjustment was interrupted. Was it completed by hand?"),
        )
        if answer != "yes":
            raise RunAborted("the adjustment was not completed")
        self._write(e.AdjustDone(by=self.operator.name))

    def _number(self, text: str, unit: str, span: tuple[float, float]) -> float:
        low, high = span
        return float(self._ask(e.PromptKind.NUMBER, text, unit=unit, low=low, high=high))

    def _ask(self, wants: e.PromptKind, text: str, **more: Any) -> str:
        number = self.state.prompts + 1
        return self.people.ask(e.Prompted(prompt=number, wants=wants, text=text, **more))

    # -- safety and the journal ----------------------------------------------------------

    def _look_out(self) -> None:
        self.ownership.confirm()
        self.vigil()

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
                self._write(e.Aborted(by=self.operator.name, reason=str(fault)))
            else:
                wire = tuple(self.exchanges)
                kind = type(fault).__name__
                self._write(e.Faulted(error=kind, message=str(fault), wire=wire))
        except StationError as unwritten:
            fault.add_note(f"It could not be written down: {unwritten}")

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
