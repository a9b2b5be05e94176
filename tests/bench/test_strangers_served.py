"""PyMeasure's own drivers, unmodified, on served simulators: they read what is true there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pymeasure.adapters import VISAAdapter
from pymeasure.instruments.agilent.agilent33500 import Agilent33500
from pymeasure.instruments.hp import HP34401A
from pymeasure.instruments.keithley import Keithley2000, KeithleyDMM6500
from pymeasure.instruments.keysight.keysightE36312A import KeysightE36312A

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.serve import serve
from simulators.world import Air
from tests.bench.later import Later

# PyMeasure warns of two of its own drivers.
pytestmark = pytest.mark.filterwarnings("ignore:It is not known whether:FutureWarning")

METERS = {"hp": "hp-34401a", "k2000": "keithley-2000", "dmm6500": "keithley-dmm6500"}
Adapt = Callable[[str], VISAAdapter]


def loaded(bench: SimulatedBench) -> None:
    """Let a calibrator apply 5 V to all three meters, side by side."""
    bench.connect(
        (f"calibrator NORMAL {end}", f"{meter} {end}") for meter in METERS for end in ("HI", "LO")
    )
    bench.panel("calibrator").receive(b"OUT 5 V, 0 HZ;OPER")


@pytest.fixture(scope="module")
def bench() -> SimulatedBench:
    specs = [
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
        *(InstrumentSpec(name, model, "1234567") for name, model in METERS.items()),
        InstrumentSpec("supply", "keysight-e36312a", "MY59002391"),
        InstrumentSpec("watcher", "keysight-34461a", "MY53200017"),
        InstrumentSpec("generator", "keysight-33522b", "MY57800256"),
    ]
    clock = Later()
    made = build(specs, seed=11, air=Air(), clock=clock)
    loaded(made)
    clock.forward = 30.0
    made.join([("supply CH1 +", "watcher HI"), ("supply CH1 -", "watcher LO")])
    return made


@pytest.fixture(scope="module")
def adapt(bench: SimulatedBench) -> Iterator[Adapt]:
    """Reach an instrument by VXI-11: as behind a gateway where it has nothing but GPIB."""
    with ExitStack() as opened:
        served = serve(bench, bench.world.clock)
        opened.callback(served.close)

        def make(name: str) -> VISAAdapter:
            address = next(one for one in served.addresses[name] if "::inst0::" in one)
            adapter = VISAAdapter(address, visa_library="@py", timeout=10_000)
            opened.callback(adapter.close)
            return adapter

        yield make


def volts(bench: SimulatedBench, name: str) -> float:
    """Return what a meter must indicate in its 10 V range."""
    applied = bench.actual_output("calibrator", "dc-voltage", 5.0)
    return applied + bench.true_error(name, "dc-voltage", applied, range_=10.0)


def read_34401a(meter: Any) -> float:
    meter.function_ = "DCV"
    meter.range_ = 10
    meter.nplc = 10
    return float(meter.reading)


def read_2000(meter: Any) -> float:
    meter.write(":INIT:CONT 0")
    meter.mode = "voltage"
    meter.voltage_range = 10
    meter.voltage_nplc = 10
    return float(meter.voltage)


def read_dmm6500(meter: Any) -> float:
    meter.mode = "voltage"
    meter.voltage_range = 10
    meter.voltage_nplc = 10
    return float(meter.voltage)


@pytest.mark.parametrize(
    ("name", "driver", "read"),
    [
        pytest.param("hp", HP34401A, read_34401a, id="HP34401A"),
        pytest.param("k2000", Keithley2000, read_2000, id="Keithley2000"),
        pytest.param("dmm6500", KeithleyDMM6500, read_dmm6500, id="KeithleyDMM6500"),
    ],
)
def test_a_meter_indicates_the_true_voltage_and_its_own_error(
    name: str, driver: Any, read: Callable[[Any], float], bench: SimulatedBench, adapt: Adapt
) -> None:
    reading = read(driver(adapt(name)))
    assert reading == pytest.approx(volts(bench, name), abs=1e-4)
    assert abs(reading - 5.0) < 1e-3


def test_a_supply_applies_what_another_meter_finds(bench: SimulatedBench, adapt: Adapt) -> None:
    supply = KeysightE36312A(adapt("supply"))
    supply.ch_1.voltage_setpoint = 3.0
    supply.ch_1.current_limit = 0.5
    supply.ch_1.output_enabled = True
    assert supply.ch_1.voltage_setpoint == 3.0
    watcher = adapt("watcher")
    watcher.write("CONF:VOLT:DC 10")
    found = [float(watcher.connection.query("READ?")) for _ in range(4)][-1]
    assert found == pytest.approx(3.0, abs=0.02)
    assert supply.ch_1.voltage == pytest.approx(found, abs=0.01)


def test_a_generator_shows_what_was_asked_for(bench: SimulatedBench, adapt: Adapt) -> None:
    generator = Agilent33500(adapt("generator"))
    generator.shape = "SIN"
    generator.frequency = 25_000.0
    generator.amplitude = 0.5
    generator.output = "on"
    assert generator.frequency == 25_000.0
    shown = bench.panel("generator").state()
    assert (shown["output 1"], shown["hertz 1"], shown["volts 1"]) == (True, 25_000.0, 0.5)
