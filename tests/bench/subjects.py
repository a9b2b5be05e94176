"""Every driver with something to ask of it, on a simulated bench where the answer is known."""

from dataclasses import replace
from typing import Any

from simulators.bench import InstrumentSpec, SimulatedBench
from tests.bench.climate_and_length import CLIMATE_AND_LENGTH
from tests.bench.mass_and_pressure import MASS_AND_PRESSURE
from tests.bench.subject import SUBJECT, Subject, tell
from tests.bench.temperature import TEMPERATURE

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


def read_handheld(meter: Any, bench: SimulatedBench) -> float:
    """Make sure of the switch, which a hand has turned, and take one reading."""
    meter.configure_dc_voltage(50.0)
    return float(meter.read().value)


def turned_to_volts(bench: SimulatedBench) -> None:
    """Let a calibrator apply 5 V to a hand-held meter whose switch is at direct voltage."""
    five_volts(bench)
    bench.turn(SUBJECT, "V_DC")


HANDHELD = Subject(
    "fluke-289", read_handheld, lambda bench: 5.0, 5e-3, turned_to_volts, (CALIBRATOR,)
)

SUBJECTS = {
    subject.model: subject
    for subject in (
        source_of_volts("fluke-5520a", "NORMAL HI", "NORMAL LO", 1e-3),
        source_of_volts("fluke-5522a", "NORMAL HI", "NORMAL LO", 1e-3),
        source_of_volts("keysight-e36312a", "CH1 +", "CH1 -", 2e-2),
        # Eight digits with the filter may take a minute: the driver waits for 180 s.
        replace(voltmeter("fluke-8508a", range_=20.0), patience=300.0),
        voltmeter("fluke-8846a"),
        HANDHELD,
        voltmeter("keithley-2000", 5e-4),
        voltmeter("keithley-dmm6500"),
        voltmeter("hp-34401a"),
        voltmeter("keysight-3458a"),
        voltmeter("keysight-34460a"),
        voltmeter("keysight-34461a"),
        Subject("keysight-33522b", source_kilohertz, hertz_shown, 1.0, reads=False),
        *(
            replace(sibling, is_sibling=True)
            for sibling in (
                source_of_volts("keysight-e36312a-output2", "CH2 +", "CH2 -", 2e-2),
                source_of_volts("keysight-e36312a-output3", "CH3 +", "CH3 -", 2e-2),
                voltmeter("keysight-34465a"),
                voltmeter("keysight-34470a"),
                Subject("keysight-33511b", source_kilohertz, hertz_shown, 1.0, reads=False),
            )
        ),
        Subject("keysight-53230a", count, lambda b: 100e3, 1.0, apply_kilohertz, (GENERATOR,)),
        Subject("srs-fs725", lambda d, b: float(d.is_locked()), locked, reads=False),
        *TEMPERATURE,
        *MASS_AND_PRESSURE,
        *CLIMATE_AND_LENGTH,
    )
}
"""Model → what is asked of its driver."""
