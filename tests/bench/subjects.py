"""Every driver with something to ask of it, on a simulated bench where the answer is known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air

SERIAL = "48723017"
SUBJECT = "subject"


@dataclass(frozen=True)
class Subject:
    """One thing that a driver does.

    Attributes:
        model: of the subject, on a bench where it is called "subject".
        act: what is asked of the driver, and done by the operator's hands on the bench meanwhile;
            returns the value that the driver gives, or that it was to set.
        truth: what is true when the act is over; None where the act only has to succeed.
        tolerance: of the value (in its unit): noise and the instrument's own errors.
        prepare: wires and sets up the rest of the bench.
        others: what else stands there.
        reads: whether the value is a reading, which a fault of readings changes.
        patience: how long the act may take at worst, faults included (s).
    """

    model: str
    act: Callable[[Any, SimulatedBench], float]
    truth: Callable[[SimulatedBench], float | None] = lambda bench: None
    tolerance: float = 0.0
    prepare: Callable[[SimulatedBench], None] = lambda bench: None
    others: tuple[InstrumentSpec, ...] = ()
    reads: bool = True
    patience: float = 120.0


def bench_of(subject: Subject) -> SimulatedBench:
    """Return the bench with the subject on it, wired and set up."""
    specs = [InstrumentSpec(SUBJECT, subject.model, SERIAL), *subject.others]
    bench = build(specs, seed=3, air=Air(), clock=VirtualClock())
    subject.prepare(bench)
    return bench


def tell(bench: SimulatedBench, name: str, *messages: str) -> None:
    """Give messages to an instrument as its own panel takes them."""
    for message in messages:
        bench.panel(name).receive(message.encode())


CALIBRATOR = InstrumentSpec("calibrator", "fluke-5522a", "1972905")
VOLTS = [("calibrator NORMAL HI", "subject HI"), ("calibrator NORMAL LO", "subject LO")]


def five_volts(bench: SimulatedBench) -> None:
    """Let a calibrator apply 5 V to a meter."""
    bench.connect(VOLTS)
    tell(bench, "calibrator", "OUT 5 V, 0 HZ;OPER")
    bench.world.clock.sleep(10.0)


def read_volts(meter: Any, bench: SimulatedBench) -> float:
    """Take one reading of direct voltage on the 10 V range."""
    meter.configure_dc_voltage(10.0)
    return float(meter.read().value)


def volts_indicated(bench: SimulatedBench) -> float:
    """Return what the meter must indicate: the true voltage and its own error."""
    applied = bench.actual_output("calibrator", "dc-voltage", 5.0)
    return applied + bench.true_error(SUBJECT, "dc-voltage", applied, range_=10.0)


def voltmeter(model: str, tolerance: float = 1e-4) -> Subject:
    """Return a voltmeter with 5 V at its terminals."""
    return Subject(model, read_volts, volts_indicated, tolerance, five_volts, (CALIBRATOR,))


def source_volts(source: Any, bench: SimulatedBench) -> float:
    """Apply 5 V and make sure that it stays."""
    source.source_dc_voltage(5.0)
    source.confirm_operating()
    source.confirm_operating()
    return 5.0


def volts_applied(bench: SimulatedBench) -> float:
    """Return what another meter finds at the subject's terminals."""
    tell(bench, "meter", "CONF:VOLT:DC 10;:VOLT:NPLC 10")
    (reply,) = bench.panel("meter").receive(b"READ?")
    return float(reply.payload)


METER = InstrumentSpec("meter", "keysight-34461a", "MY53200017")


def source_of_volts(model: str, high: str, low: str, tolerance: float) -> Subject:
    """Return a source of 5 V, at whose terminals another meter looks."""
    wires = [(f"subject {high}", "meter HI"), (f"subject {low}", "meter LO")]
    return Subject(
        model,
        source_volts,
        volts_applied,
        tolerance,
        prepare=lambda bench: bench.connect(wires),
        others=(METER,),
        reads=False,
    )


WEIGHT = InstrumentSpec("weight", "weight-e2", "1", constants={"nominal_kilograms": 0.1})


def zero_and_weigh(balance: Any, bench: SimulatedBench) -> float:
    """Zero the empty pan, put 100 g on it, and weigh."""
    bench.disconnect()
    bench.world.clock.sleep(20.0)
    balance.zero()
    bench.connect([("weight MASS", "subject PAN")])
    bench.world.clock.sleep(20.0)
    return float(balance.weigh().value)


def begin_empty(bench: SimulatedBench) -> None:
    """Switch a balance on with an empty pan: with a load on it, it would take that for zero."""
    bench.disconnect()
    bench.world.clock.sleep(20.0)
    bench.panel(SUBJECT).power_on()


def balance(model: str) -> Subject:
    """Return a balance that weighs 100 g."""
    return Subject(model, zero_and_weigh, lambda bench: 0.1, 2e-6, begin_empty, (WEIGHT,))


SUBJECTS = {
    "fluke-5520a": source_of_volts("fluke-5520a", "NORMAL HI", "NORMAL LO", 1e-3),
    "fluke-5522a": source_of_volts("fluke-5522a", "NORMAL HI", "NORMAL LO", 1e-3),
    "fluke-8846a": voltmeter("fluke-8846a"),
    "keithley-2000": voltmeter("keithley-2000"),
    "keysight-34460a": voltmeter("keysight-34460a"),
    "keysight-34461a": voltmeter("keysight-34461a"),
    "mettler-xs204": balance("mettler-xs204"),
    "sartorius-bce224": balance("sartorius-bce224"),
    "sartorius-mse225s": balance("sartorius-mse225s"),
}
"""Model → what is asked of its driver. Every model that is both driven and simulated is here."""
