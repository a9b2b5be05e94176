"""The milliK, chain by chain, as its public client talks to it."""

import pytest

from simulators.bench import InstrumentSpec
from simulators.errors import SimulationError, UnknownName, WrongSpecification
from simulators.isotech_millik.thermometer import MilliK, range_of
from simulators.physics.functions import Function
from tests.simulators.rig import NO_ERRORS
from tests.simulators.temperature_rig import EXACT, TemperatureBench, bench_with, four_wires

RESISTANCE = (
    "SENSE:CHANNEL 1;SENSE:FUNCTION RESISTANCE;SENSE:RESISTANCE:RANGE {};"
    "SENSE:RESISTANCE:WIRES {};SENSE:CURRENT {};READ?{}"
)
VOLTAGE = "SENSE:CHANNEL 1;SENSE:FUNCTION VOLTAGE;SENSE:PROBE {};SENSE:RJC NONE;READ?"


@pytest.fixture
def it() -> TemperatureBench:
    rig = bench_with(
        InstrumentSpec("it", "isotech-millik", "21-P2460", EXACT),
        InstrumentSpec("prt", "prt", "1"),
        InstrumentSpec("calibrator", "fluke-5522a", "2", NO_ERRORS),
    )
    rig.bench.connect(four_wires("prt", "it CH1"))
    rig.say("it", "MILLIK:REMOTE")
    return rig


@pytest.mark.parametrize("message", ["*IDN?", "mill:list?", "MILLIK:LIST?"])
def test_identity(it: TemperatureBench, message: str) -> None:
    assert it.say("it", message) == ["Isothermal Technology,milliK,21-P2460,4.0.0\n"]


@pytest.mark.parametrize(("current", "squares"), [("NORMAL", 1.0), ("ROOT2", 2.0)])
@pytest.mark.parametrize("wires", [3, 4])
def test_resistance(it: TemperatureBench, wires: int, current: str, squares: float) -> None:
    probe = it.probe()
    heated = probe.ohms(0.0) + squares * 1e-6 * probe.heating(0.0)
    reading = float(it.ask("it", RESISTANCE.format(460, wires, current, "")))
    assert reading == pytest.approx(heated, rel=3e-6)


def test_many_readings_take_a_second_each(it: TemperatureBench) -> None:
    readings = it.ask("it", RESISTANCE.format(115, 4, "NORMAL", " 5")).split(",")
    assert len(readings) == 5
    assert len(set(readings)) > 1
    assert it.now == 5.0
    it.ask("it", "READ?")
    assert it.now == 6.0


def test_beyond_its_range_it_reads_no_resistance(it: TemperatureBench) -> None:
    calibrator = [
        ("calibrator NORMAL HI", "it CH1 HI"), ("calibrator NORMAL LO", "it CH1 LO"),
        ("calibrator AUX HI", "it CH1 SENSE HI"), ("calibrator AUX LO", "it CH1 SENSE LO"),
    ]  # fmt: skip
    it.bench.connect(calibrator)
    it.say("calibrator", "OUT 200 OHM;ZCOMP WIRE4;OPER")
    it.clock.sleep(10.0)
    assert it.ask("it", RESISTANCE.format(100, 4, "NORMAL", "")) == "9.9E37"
    reading = float(it.ask("it", RESISTANCE.format(400, 4, "NORMAL", "")))
    assert reading == pytest.approx(200.0, abs=2e-3)


@pytest.mark.parametrize("probe", ["NONE", "TYPE K", "TYPE AU-PT", "TYPE PT-PD"])
def test_voltage_needs_remote_mode(it: TemperatureBench, probe: str) -> None:
    it.bench.connect([("calibrator NORMAL HI", "it CH1 HI"), ("calibrator NORMAL LO", "it CH1 LO")])
    it.say("calibrator", "OUT 10 MV;OPER")
    it.clock.sleep(10.0)
    assert float(it.ask("it", VOLTAGE.format(probe))) == pytest.approx(0.01, abs=2e-6)
    assert it.ask("it", "SENSE:PROBE?") == probe
    it.say("it", "MILLIK:LOCAL")
    assert it.say("it", VOLTAGE.format(probe)) == []


def test_current_has_its_own_channel(it: TemperatureBench) -> None:
    it.bench.connect([("calibrator AUX HI", "it CH3 HI"), ("calibrator AUX LO", "it CH3 LO")])
    it.say("calibrator", "OUT 12 MA;OPER")
    it.clock.sleep(10.0)
    chain = "SENSE:CHANNEL 3;SENSE:FUNCTION CURRENT;READ?"
    assert float(it.ask("it", chain)) == pytest.approx(0.012, abs=2e-6)
    assert it.say("it", "SENSE:CHANNEL 1;SENSE:FUNCTION CURRENT;READ?") == []


@pytest.mark.parametrize(
    "message",
    ["SENSE:CHANNEL 4", "SENSE:PROBE TYPE X", "SENSE:RESISTANCE:WIRES 2", "READ? 0", "NONSENSE",
     "SENSE:RESISTANCE:RANGE 1e9", ""],
)  # fmt: skip
def test_a_wrong_command_is_silence(it: TemperatureBench, message: str) -> None:
    assert it.say("it", message) == []
    assert it.ask("it", "SENSE:CHANNEL?") == "1"


def test_a_chain_goes_on_after_a_wrong_command(it: TemperatureBench) -> None:
    chain = "SENSE:CHANNEL 1;SENSE:PROBE Type.K;SENSE:FUNCTION RESISTANCE;READ?"
    assert float(it.ask("it", chain)) == pytest.approx(it.probe().ohms(0.0), abs=5e-3)


def test_power_on(it: TemperatureBench) -> None:
    it.say("it", "SENSE:CHANNEL 2")
    it.bench.panel("it").power_on()
    assert it.bench.state()["it"] == {"channel": 1, "function": "RESISTANCE", "remote": False}


def test_channel_expanders_are_listed_first_and_take_channel_two() -> None:
    rig = bench_with(
        InstrumentSpec("it", "isotech-millik", "21-P2460", EXACT, {"expanders": 2}),
        InstrumentSpec("prt", "prt", "1"),
    )
    assert rig.say("it", "mill:list?") == [
        "Isothermal Technology,millisKanner,21-P2460-1,2.01\n",
        "Isothermal Technology,millisKanner,21-P2460-2,2.01\n",
        "Isothermal Technology,milliK,21-P2460,4.0.0\n",
    ]
    rig.bench.connect(four_wires("prt", "it CH27"))
    reading = float(rig.ask("it", "SENSE:CHANNEL 27;READ?"))
    assert reading == pytest.approx(rig.probe().ohms(0.0), abs=5e-3)
    rig.say("it", "SENSE:CHANNEL 2")
    assert rig.ask("it", "SENSE:CHANNEL?") == "27"


@pytest.mark.parametrize(
    ("constants", "error"),
    [({"expanders": 5}, WrongSpecification), ({"expander": 1}, UnknownName)],
)
def test_expanders_that_cannot_be(
    constants: dict[str, float], error: type[SimulationError]
) -> None:
    with pytest.raises(error):
        bench_with(InstrumentSpec("it", "isotech-millik", "1", constants=constants))


@pytest.mark.parametrize(("ohms", "range_"), [(25, 115), (115, 115), (116, 460), (461, 5e5)])
def test_the_range_is_the_least_that_does(ohms: float, range_: float) -> None:
    assert range_of(ohms) == range_


@pytest.mark.parametrize("seed", range(6))
def test_drawn_errors_keep_the_sheet(seed: int) -> None:
    rig = bench_with(InstrumentSpec("it", "isotech-millik", "1"), seed=seed)
    error = rig.bench.physics("it", MilliK).true_error(Function.RESISTANCE, 100.0, range_=115.0)
    assert 0.0 < abs(error) / 100.0 <= 5e-6
