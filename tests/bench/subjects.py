"""Every driver with something to ask of it, on a simulated bench where the answer is known."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from drivers.errors import InstrumentRefused
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.prt.probe import Probe
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


def voltmeter(model: str, tolerance: float = 1e-4, range_: float = 10.0) -> Subject:
    """Return a voltmeter with 5 V at its terminals, which it measures in its range `range_` (V)."""

    def indicated(bench: SimulatedBench) -> float:
        applied = bench.actual_output("calibrator", "dc-voltage", 5.0)
        return applied + bench.true_error(SUBJECT, "dc-voltage", applied, range_=range_)

    return Subject(model, read_volts, indicated, tolerance, five_volts, (CALIBRATOR,))


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


MINUTES_TO_SETTLE = 120


def approached(source: Any, bench: SimulatedBench) -> None:
    """Wait until the source says that it is stable.

    Raises:
        InstrumentRefused: it does not become so: for a procedure that is a fault like any other.
    """
    for _ in range(MINUTES_TO_SETTLE):
        bench.world.clock.sleep(60.0)
        if source.is_stable():
            return
    raise InstrumentRefused(SUBJECT, "is_stable", f"not within {MINUTES_TO_SETTLE} minutes")


def heat(well: Any, bench: SimulatedBench) -> float:
    """Go for 60 °C, wait, and read the control sensor."""
    well.approach_temperature(60.0)
    approached(well, bench)
    return float(well.read_temperature().value)


def at_60_degrees(model: str) -> Subject:
    """Return a well or bath; what it indicates when it is stable is its set-point, nearly."""
    return Subject(model, heat, lambda bench: 60.0, 0.1, patience=60.0 * MINUTES_TO_SETTLE + 300.0)


def pump(controller: Any, bench: SimulatedBench) -> float:
    """Go for 200 kPa, wait, read, and vent."""
    controller.approach_pressure(200e3)
    approached(controller, bench)
    pascals = float(controller.read_pressure().value)
    controller.vent()
    return pascals


def pressure_controller(model: str) -> Subject:
    """Return a pressure controller; when it is stable the pressure is the set-point, nearly."""
    return Subject(model, pump, lambda bench: 200e3, 200.0, patience=60.0 * MINUTES_TO_SETTLE)


PROBE = InstrumentSpec("probe", "pt100", "1")
ENDS = ("HI", "LO", "SENSE HI", "SENSE LO")


def probe_ohms(bench: SimulatedBench) -> float:
    """Return the resistance of the probe in the room."""
    return bench.physics("probe", Probe).ohms(bench.world.clock.monotonic())


def readout(model: str, channel: str) -> Subject:
    """Return a readout with a platinum probe in the room at its channel."""
    wires = [(f"probe {end}", f"subject {channel} {end}") for end in ENDS]
    return Subject(
        model,
        lambda driver, bench: float(driver.read_resistance().value),
        probe_ohms,
        0.02,
        lambda bench: bench.connect(wires),
        (PROBE,),
    )


def transmitter(model: str, act: Callable[[Any], float], truth: float, tolerance: float) -> Subject:
    """Return something that indicates the air of the room."""
    return Subject(model, lambda driver, bench: act(driver), lambda bench: truth, tolerance)


def source_kilohertz(generator: Any, bench: SimulatedBench) -> float:
    """Apply 100 kHz and make sure that it stays."""
    generator.source_frequency(100e3, 1.0)
    generator.confirm_operating()
    generator.confirm_operating()
    return 100e3


def hertz_shown(bench: SimulatedBench) -> float:
    """Return what the generator's front panel shows; nothing when its output is off."""
    shown = bench.panel(SUBJECT).state()
    return float(shown["hertz 1"] or 0.0) if shown["output 1"] else 0.0


def locked(bench: SimulatedBench) -> float:
    """Return 1 where the front panel shows that the oscillator is locked."""
    return float(bool(bench.panel(SUBJECT).state()["locked"]))


GENERATOR = InstrumentSpec("generator", "keysight-33522b", "MY57800256")


def count(counter: Any, bench: SimulatedBench) -> float:
    """Take one reading of frequency, gate 0.1 s."""
    counter.configure_frequency(1.0, 0.1)
    return float(counter.read().value)


def apply_kilohertz(bench: SimulatedBench) -> None:
    """Let a generator apply 100 kHz to a counter."""
    bench.connect([("generator CH1 HI", "subject CH1 HI"), ("generator CH1 LO", "subject CH1 LO")])
    tell(bench, "generator", "APPL:SIN 1E5,1;:OUTP 1")
    bench.world.clock.sleep(1.0)


def indicated(read: Callable[[Any], Any]) -> Callable[[Any], float]:
    """Return the act of one reading."""
    return lambda driver: float(read(driver).value)


SUBJECTS = {
    subject.model: subject
    for subject in (
        source_of_volts("fluke-5520a", "NORMAL HI", "NORMAL LO", 1e-3),
        source_of_volts("fluke-5522a", "NORMAL HI", "NORMAL LO", 1e-3),
        source_of_volts("keysight-e36312a", "CH1 +", "CH1 -", 2e-2),
        # Eight digits with the filter may take a minute: the driver waits for 180 s.
        replace(voltmeter("fluke-8508a", range_=20.0), patience=300.0),
        voltmeter("fluke-8846a"),
        voltmeter("keithley-2000", 5e-4),
        voltmeter("keithley-dmm6500"),
        voltmeter("hp-34401a"),
        voltmeter("keysight-3458a"),
        voltmeter("keysight-34460a"),
        voltmeter("keysight-34461a"),
        balance("mettler-xs204"),
        balance("sartorius-bce224"),
        balance("sartorius-mse225s"),
        at_60_degrees("fluke-9142"),
        at_60_degrees("fluke-9144-p"),
        pressure_controller("druck-pace5000"),
        readout("fluke-1502a", "PROBE"),
        readout("fluke-1504", "PROBE"),
        readout("isotech-millik", "CH1"),
        transmitter(
            "vaisala-ptu300",
            indicated(lambda driver: driver.read_atmospheric_pressure()),
            101325.0,
            50.0,
        ),
        Subject("keysight-33522b", source_kilohertz, hertz_shown, 1.0, reads=False),
        Subject("keysight-53230a", count, lambda b: 100e3, 1.0, apply_kilohertz, (GENERATOR,)),
        Subject("srs-fs725", lambda d, b: float(d.is_locked()), locked, reads=False),
    )
}
"""Model → what is asked of its driver."""
