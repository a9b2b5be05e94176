"""Other people's drivers, unmodified, run against the simulators and read what is true there."""

from collections.abc import Callable, Iterator
from math import sqrt

import pytest
from pymeasure.adapters import VISAAdapter
from pymeasure.instruments.agilent.agilent33500 import Agilent33500
from pymeasure.instruments.keysight.keysightE36312A import KeysightE36312A

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.keysight_33500b.generator import WaveformGenerator
from simulators.keysight_e36312a.supply import Supply
from simulators.world import Air

USB = "USB0::0x2A8D::0x1102::MY59002391::INSTR"
LAN = "TCPIP0::192.0.2.20::inst0::INSTR"
Adapt = Callable[[str, str], VISAAdapter]


@pytest.fixture
def bench() -> SimulatedBench:
    specs = [
        InstrumentSpec("supply", "keysight-e36312a", "MY59002391"),
        InstrumentSpec("generator", "keysight-33522b", "MY57800256"),
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
    ]
    return build(specs, seed=11, air=Air(), clock=VirtualClock())


@pytest.fixture
def adapt(bench: SimulatedBench) -> Iterator[Adapt]:
    adapters = []

    def make(address: str, name: str) -> VISAAdapter:
        manager = bench.resource_manager({address: name})
        adapter = VISAAdapter(address, visa_library=manager.visalib)
        adapters.append(adapter)
        return adapter

    yield make
    for adapter in adapters:
        adapter.close()
        adapter.manager.close()


def test_pymeasure_e36312a(bench: SimulatedBench, adapt: Adapt) -> None:
    supply = KeysightE36312A(adapt(USB, "supply"))
    assert supply.id == "Keysight Technologies,E36312A,MY59002391,2.1.0-1.0.4-1.12"
    bench.connect(
        [("calibrator NORMAL HI", "supply CH1 +"), ("calibrator NORMAL LO", "supply CH1 -")]
    )
    bench.panel("calibrator").receive(b"OUT 10 OHM;OPER")
    supply.ch_1.voltage_setpoint = 5
    supply.ch_1.current_limit = 1
    supply.ch_1.output_enabled = True
    assert supply.ch_1.voltage_setpoint == 5.0
    assert supply.ch_1.output_enabled is True
    assert supply.ch_2.output_enabled is False
    bench.world.clock.sleep(0.5)

    outlet = bench.physics("supply", Supply).outlets[1]
    truth = outlet.state(bench.world.clock.monotonic())
    assert not truth.limiting
    assert supply.ch_1.voltage == pytest.approx(truth.volts, abs=0.05e-2 * 5 + 5e-3)
    assert supply.ch_1.current == pytest.approx(truth.amperes, abs=0.15e-2 * 0.5 + 5e-3)

    supply.ch_1.current_limit = 0.2
    bench.world.clock.sleep(0.5)
    assert outlet.state(bench.world.clock.monotonic()).limiting
    assert supply.ch_1.current == pytest.approx(0.2, abs=0.35e-2 * 0.2 + 15e-3)
    assert supply.ch_1.voltage == pytest.approx(2.0, abs=0.2)
    assert supply.check_errors() == []


def test_pymeasure_33500(bench: SimulatedBench, adapt: Adapt) -> None:
    generator = Agilent33500(adapt(LAN, "generator"))
    assert generator.id == "Agilent Technologies,33522B,MY57800256,5.00-1.19-2.00-58-00"
    generator.shape = "SIN"
    generator.frequency = 1e6
    generator.output_load = "INF"
    generator.amplitude = 2.0
    generator.offset = 0.5
    generator.output = "on"
    generator.ch_2.shape = "SQU"
    generator.ch_2.frequency = 2e3
    generator.ch_2.square_dutycycle = 20
    generator.ch_2.output = True
    assert (generator.shape, generator.frequency, generator.amplitude) == ("SIN", 1e6, 2.0)
    assert generator.output_load == 9.9e37
    assert generator.output is True
    assert (generator.ch_2.shape, generator.ch_2.frequency) == ("SQU", 2e3)
    bench.world.clock.sleep(0.5)

    first = bench.physics("generator", WaveformGenerator).output("CH1")
    now = bench.world.clock.monotonic()
    assert first.ac.at(now) == pytest.approx(2.0 / (2 * sqrt(2)), rel=0.025)
    assert first.dc.at(now) == pytest.approx(0.5, abs=0.02)
    assert first.hertz == pytest.approx(1e6, rel=1.1e-6)
    second = bench.physics("generator", WaveformGenerator).output("CH2")
    assert second.ac.at(now) == pytest.approx(0.2 * sqrt(0.2 * 0.8), rel=0.025)
    assert generator.check_errors() == []


def test_pymeasure_33500_arbitrary_and_bursts(adapt: Adapt) -> None:
    generator = Agilent33500(adapt(LAN, "generator"))
    channel = generator.ch_1
    channel.data_volatile_clear()
    channel.data_arb("test", range(-10000, 10000, +200), data_format="DAC")
    channel.arb_file = "test"
    channel.arb_srate = 1e6
    channel.arb_filter, channel.arb_advance = "OFF", "SRAT"
    channel.shape = "ARB"
    channel.burst_mode, channel.burst_ncycles, channel.burst_period = "TRIG", 7, 0.5
    channel.burst_state = True
    channel.pulse_hold, channel.pulse_width = "WIDT", 1e-5
    channel.pulse_transition = 2e-8
    channel.phase = 90
    generator.trigger_source = "BUS"
    generator.ext_trig_out = True
    generator.phase_sync()
    generator.beep()
    generator.trigger()
    assert (channel.shape, channel.arb_srate, channel.arb_filter) == ("ARB", 1e6, "OFF")
    assert (channel.burst_ncycles, channel.burst_state, channel.burst_mode) == (7, True, "TRIG")
    assert (channel.pulse_width, channel.pulse_transition, channel.phase) == (1e-5, 2e-8, 90)
    assert (generator.trigger_source, generator.ext_trig_out) == ("BUS", True)
    assert generator.check_errors() == []
