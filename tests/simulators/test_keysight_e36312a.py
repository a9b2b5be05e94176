"""The E36312A: what its drivers send and read, and what is at its terminals."""

import re

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.keysight_e36312a.specification import SOURCE_OHMS
from simulators.keysight_e36312a.supply import Supply
from simulators.panel import Panel
from simulators.physics.functions import Function
from simulators.world import Air

LOAD = [("calibrator NORMAL HI", "supply CH1 +"), ("calibrator NORMAL LO", "supply CH1 -")]
METER = [("dut HI", "supply CH1 +"), ("dut LO", "supply CH1 -")]
SHORT = [("supply CH2 +", "supply CH2 -")]


@pytest.fixture
def bench() -> SimulatedBench:
    specs = [
        InstrumentSpec("supply", "keysight-e36312a", "MY59002391"),
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
        InstrumentSpec("dut", "keysight-34461a", "MY53200017"),
    ]
    return build(specs, seed=7, air=Air(), clock=VirtualClock())


@pytest.fixture
def supply(bench: SimulatedBench) -> Panel:
    return bench.panel("supply")


def ask(panel: Panel, message: str) -> str:
    (reply,) = panel.receive(message.encode())
    return reply.payload.decode().removesuffix("\n")


REPLIES = [
    ("", "*IDN?", r"Keysight Technologies,E36312A,MY59002391,2\.1\.0-1\.0\.4-1\.12"),
    ("", "SYST:ERR?", r'\+0,"No error"'),
    ("", "SYST:VERS?", r"1999\.0"),
    ("VOLT 1.5, (@1)", "VOLT? (@1)", r"\+1\.50000000E\+00"),
    ("VOLT 1.5,(@1)", "VOLT? (@1)", r"\+1\.50000000E\+00"),
    ("VOLT 2 V, (@2:3)", "VOLT? (@1,2,3)", r"\+0\.0{8}E\+00,\+2\.0{8}E\+00,\+2\.0{8}E\+00"),
    ("CURR 0.5, (@1)", "CURR? (@1)", r"\+5\.00000000E-01"),
    ("", "CURR? (@1)", r"\+5\.00000000E\+00"),
    ("", "VOLT? MAX,(@1)", r"\+6\.18000000E\+00"),
    ("", "CURR? MAX,(@3)", r"\+1\.03000000E\+00"),
    ("OUTPut 1, (@1)", "OUTPut? (@1)", "1"),
    ("OUTP ON,(@1)", "OUTP? (@1,2)", "1,0"),
    ("APPL P6V,1.5,0.5", "APPL? CH1", r'"1\.500000,0\.500000"'),
    ("APPL N25V,12", "VOLT? (@3)", r"\+1\.20000000E\+01"),
    ("INST:SEL CH2;:VOLT 3", "VOLT? (@2)", r"\+3\.00000000E\+00"),
    ("INST:NSEL 3", "INST?", "CH3"),
    ("INST P25V", "INST:NSEL?", r"\+2"),
    ("VOLT:PROT 5,(@1)", "VOLT:PROT? (@1)", r"\+5\.00000000E\+00"),
    ("CURR:PROT:STAT 1,(@2)", "CURR:PROT:STAT? (@1:3)", "0,1,0"),
    ("", "VOLT:PROT:TRIP? (@2)", "0"),
    ("VOLT 5,(@1);:OUTP 1,(@1)", "STAT:QUES:INST:ISUM1:COND?", r"\+2"),
    ("", "MEAS:VOLT? (@1:3)", r"[+-]\d\.\d{8}E[+-]\d\d(,[+-]\d\.\d{8}E[+-]\d\d){2}"),
    ("VOLT 3,(@1);*RST", "VOLT? (@1)", r"\+0\.00000000E\+00"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(supply: Panel, told: str, asked: str, reply: str) -> None:
    assert supply.receive(told.encode()) == ()
    assert re.fullmatch(reply, ask(supply, asked))
    assert ask(supply, "SYST:ERR?") == '+0,"No error"'


REFUSALS = [
    ("VOLT 6.2,(@1)", '-222,"Data out of range"'),
    ("VOLT 7,(@2,1)", '-222,"Data out of range"'),
    ("CURR 1.1,(@2)", '-222,"Data out of range"'),
    ("VOLT 1,(@4)", '-222,"Data out of range"'),
    ("VOLT 1,(1)", '-171,"Invalid expression"'),
    ("VOLT 1,2", '-104,"Data type error"'),
    ("VOLT", '-109,"Missing parameter"'),
    ("VOLT 1 A,(@1)", '-131,"Invalid suffix"'),
    ("OUTP MAYBE,(@1)", '-224,"Illegal parameter value"'),
    ("INST CH4", '-224,"Illegal parameter value"'),
    ("READ?", '-113,"Undefined header"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one for one, _ in REFUSALS])
def test_refusals_leave_the_settings(supply: Panel, message: str, error: str) -> None:
    before = ask(supply, "VOLT? (@1:3);CURR? (@1:3)")
    assert supply.receive(message.encode()) == ()
    assert ask(supply, "SYST:ERR?") == error
    assert ask(supply, "VOLT? (@1:3);CURR? (@1:3)") == before


def test_the_queue_runs_over_at_twenty(supply: Panel) -> None:
    for _ in range(25):
        supply.receive(b"NONSENSE")
    errors = [ask(supply, "SYST:ERR?") for _ in range(21)]
    assert errors[18:] == ['-113,"Undefined header"', '-350,"Queue overflow"', '+0,"No error"']


def test_power_on_switches_every_output_off(supply: Panel) -> None:
    supply.receive(b"VOLT 5,(@1);:OUTP 1,(@1)")
    supply.power_on()
    assert ask(supply, "VOLT? (@1);:OUTP? (@1);*ESR?") == "+0.00000000E+00;0;+128"


def test_a_meter_sees_the_true_voltage(bench: SimulatedBench, supply: Panel) -> None:
    bench.connect(METER)
    supply.receive(b"VOLT 5,(@1);:OUTP 1,(@1)")
    bench.world.clock.sleep(1.0)
    truth = bench.actual_output("supply", "dc-voltage", 5.0)
    assert truth == pytest.approx(5.0, abs=0.05e-2 * 5 + 10e-3)
    assert truth != 5.0
    assert float(ask(bench.panel("dut"), "MEAS:VOLT:DC?")) == pytest.approx(truth, abs=1e-3)
    read_back = float(ask(supply, "MEAS:VOLT? (@1)"))
    assert read_back == pytest.approx(truth, abs=0.05e-2 * 5 + 5e-3)


def test_it_rises_in_time(bench: SimulatedBench, supply: Panel) -> None:
    bench.connect(METER)
    supply.receive(b"VOLT 5,(@1);:OUTP 1,(@1)")
    physics = bench.physics("supply", Supply).output("CH1").dc
    now = bench.world.clock.monotonic()
    assert physics.at(now) == 0.0
    assert physics.at(now + 5e-3) == pytest.approx(5.0 * (1 - 0.36788), abs=0.02)
    assert physics.at(now + 0.1) == pytest.approx(5.0, abs=0.02)


def test_a_load_draws_a_current_up_to_the_limit(bench: SimulatedBench, supply: Panel) -> None:
    bench.connect(LOAD)
    bench.panel("calibrator").receive(b"OUT 10 OHM;OPER")
    supply.receive(b"VOLT 5,(@1);:CURR 1,(@1);:OUTP 1,(@1)")
    bench.world.clock.sleep(1.0)
    assert float(ask(supply, "MEAS:CURR? (@1)")) == pytest.approx(0.5, abs=0.01)
    supply.receive(b"CURR 0.2,(@1)")
    bench.world.clock.sleep(1.0)
    assert float(ask(supply, "MEAS:CURR? (@1)")) == pytest.approx(0.2, abs=0.02)
    assert float(ask(supply, "MEAS:VOLT? (@1)")) == pytest.approx(2.0, abs=0.2)
    assert ask(supply, "STAT:QUES:INST:ISUM1:COND?") == "+1"
    assert bench.state()["supply"]["mode 1"] == "CC"
    bench.panel("calibrator").receive(b"OUT 100 OHM")  # the load changes, not the wires
    bench.world.clock.sleep(1.0)
    assert ask(supply, "STAT:QUES:INST:ISUM1:COND?") == "+2"
    assert float(ask(supply, "MEAS:CURR? (@1)")) == pytest.approx(0.05, abs=0.01)


def test_a_meter_follows_when_only_the_load_changes(bench: SimulatedBench, supply: Panel) -> None:
    bench.connect(LOAD + METER)
    dut, calibrator = bench.panel("dut"), bench.panel("calibrator")
    calibrator.receive(b"OUT 10 OHM;OPER")
    supply.receive(b"VOLT 6,(@1);:CURR 0.2,(@1);:OUTP 1,(@1)")
    for ohms, volts in ((10, 2.0), (20, 4.0), (15, 3.0)):
        calibrator.receive(f"OUT {ohms} OHM".encode())
        ask(dut, "MEAS:VOLT:DC?")
        bench.world.clock.sleep(5.0)
        assert float(ask(dut, "READ?")) == pytest.approx(volts, rel=0.07)


def test_overcurrent_protection_trips_on_a_short(bench: SimulatedBench, supply: Panel) -> None:
    supply.receive(b"VOLT 5,(@2);:CURR 0.5,(@2);:CURR:PROT:STAT 1,(@2);:OUTP 1,(@2)")
    assert ask(supply, "CURR:PROT:TRIP? (@2);:OUTP? (@2)") == "0;1"
    bench.connect(SHORT)
    assert ask(supply, "CURR:PROT:TRIP? (@2);:OUTP? (@2)") == "1;0"
    assert ask(supply, "STAT:QUES:COND?") == "+8192"
    assert float(ask(supply, "MEAS:CURR? (@2)")) == pytest.approx(0.0, abs=0.5)
    bench.disconnect()
    supply.receive(b"CURR:PROT:CLE (@2);:OUTP 1,(@2)")
    assert ask(supply, "CURR:PROT:TRIP? (@2);:OUTP? (@2)") == "0;1"


def test_overvoltage_protection_trips(bench: SimulatedBench, supply: Panel) -> None:
    supply.receive(b"VOLT:PROT 3,(@1);:VOLT 2,(@1);:OUTP 1,(@1)")
    assert ask(supply, "VOLT:PROT:TRIP? (@1)") == "0"
    supply.receive(b"VOLT 4,(@1)")
    assert ask(supply, "VOLT:PROT:TRIP? (@1,2);:OUTP? (@1)") == "1,0;0"
    assert bench.state()["supply"]["mode 1"] == "OV"


def test_a_protection_can_be_made_to_act(bench: SimulatedBench, supply: Panel) -> None:
    supply.receive(b"VOLT 4,(@1);:OUTP 1,(@1)")
    bench.panel("supply").marks.trip()
    assert ask(supply, "OUTP? (@1);:VOLT:PROT:TRIP? (@1)") == "0;1"


AMMETER = [("dut 3A", "supply CH2 +"), ("dut LO", "supply CH2 -")]


def test_an_ammeter_sees_the_limited_current(bench: SimulatedBench, supply: Panel) -> None:
    bench.connect(AMMETER)
    supply.receive(b"VOLT 25,(@2);:CURR 0.5,(@2);:OUTP 1,(@2)")
    bench.world.clock.sleep(1.0)
    truth = bench.physics("supply", Supply).outlets[2].actual(Function.DC_CURRENT, 0.5)
    assert truth != 0.5
    assert float(ask(bench.panel("dut"), "MEAS:CURR:DC? 1")) == pytest.approx(truth, abs=1.1e-3)
    assert float(ask(supply, "MEAS:CURR? (@2)")) == pytest.approx(truth, abs=7e-3)
    assert ask(supply, "STAT:QUES:INST:ISUM2:COND?") == "+1"


def test_the_voltage_falls_with_the_load(bench: SimulatedBench) -> None:
    supply = bench.physics("supply", Supply)
    bench.panel("supply").receive(b"VOLT 6,(@1);:OUTP 1,(@1)")
    now = bench.world.clock.monotonic()
    free = supply.outlets[1].state(now)
    bench.connect(LOAD)
    bench.panel("calibrator").receive(b"OUT 1.5 OHM;OPER")
    bench.world.clock.sleep(1.0)
    loaded = supply.outlets[1].state(bench.world.clock.monotonic())
    assert loaded.amperes == pytest.approx(4.0, rel=0.06)
    assert free.volts - loaded.volts == pytest.approx(SOURCE_OHMS * loaded.amperes)


@pytest.mark.parametrize(
    ("model", "outlet"),
    [("keysight-e36312a", 1), ("keysight-e36312a-output2", 2), ("keysight-e36312a-output3", 3)],
)
def test_truth_is_told_of_the_output_that_is_meant(model: str, outlet: int) -> None:
    spec = InstrumentSpec("supply", model, "MY59002391")
    warm = build([spec], seed=7, air=Air(celsius=28.0), clock=VirtualClock())
    meant = warm.physics("supply", Supply).outlets[outlet]
    assert warm.actual_output("supply", "dc-voltage", 5.0) == meant.actual(Function.DC_VOLTAGE, 5.0)
    in_room = warm.output_in_room("supply", "dc-voltage", 5.0)
    assert in_room == meant.actual(Function.DC_VOLTAGE, 5.0, kelvin=5.0)
    assert in_room != warm.actual_output("supply", "dc-voltage", 5.0)
