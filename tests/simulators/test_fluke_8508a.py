"""The 8508A: function headers with options, error queues, and its long readings."""

from math import inf

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.faults.faulty_panel import FaultyPanel
from simulators.world import Air

VOLTS = [("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")]
SENSE = [("calibrator NORMAL HI", "dut SENSE HI"), ("calibrator NORMAL LO", "dut SENSE LO")]


def bench_of(pace: float = 1.0) -> SimulatedBench:
    specs = [
        InstrumentSpec("dut", "fluke-8508a", "12345", constants={"pace": pace}),
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
    ]
    bench = build(specs, seed=7, air=Air(), clock=VirtualClock())
    bench.connect(VOLTS)
    bench.panel("calibrator").receive(b"OUT 10 V;OPER")
    bench.world.clock.sleep(10.0)
    return bench


@pytest.fixture
def bench() -> SimulatedBench:
    return bench_of()


@pytest.fixture
def panel(bench: SimulatedBench) -> FaultyPanel:
    return bench.panel("dut")


def ask(panel: FaultyPanel, message: str) -> str:
    (reply,) = panel.receive(message.encode())
    return reply.payload.decode().removesuffix("\n")


REPLIES = [
    ("", "*IDN?", "FLUKE,8508A,12345,1.0"),
    ("", "*OPT?", "0"),
    ("", "*ESR?", "128"),
    ("*OPC", "*ESR?", "129"),
    ("*ESE 36", "*ESE?", "36"),
    ("*ESE 128;*SRE 32", "*STB?", "96"),
    ("*CLS", "*ESR?", "0"),
    ("", "EXQ?", "1000"),
    ("", "DDQ?", "0"),
    ("", "*OPC?", "1"),
    ("DCV AUTO,RESL7,FAST_OFF,FILT_OFF,TWO_WR", "EXQ?", "1000"),
    ("ACV 10,RESL6,TFER_ON,FILT40HZ,ACCP,TWO_WR", "EXQ?", "1000"),
    ("DCI 0.1,RESL7", "EXQ?", "1000"),
    ("ACI AUTO,FILT40HZ,DCCP", "EXQ?", "1000"),
    ("TRUE_OHMS 1000,RESL8,LOI_ON", "EXQ?", "1000"),
    ("HIV_OHMS 1E10,RESL6", "EXQ?", "1000"),
    ("dcv 10,resl6", "EXQ?", "1000"),
    ("TRG_SRCE EXT;INPUT FRONT;GUARD EXT", "EXQ?", "1000"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(panel: FaultyPanel, told: str, asked: str, reply: str) -> None:
    assert panel.receive(told.encode()) == ()
    assert ask(panel, asked) == reply


@pytest.mark.parametrize(
    ("message", "number"),
    [("DCV 2000", 1014), ("ACV 1,RESL8", 1007), ("*ESE 300", 1013), ("DCI 30", 1014)],
)
def test_execution_errors(panel: FaultyPanel, message: str, number: int) -> None:
    panel.receive(b"*CLS")
    assert panel.receive(message.encode()) == ()
    assert ask(panel, "*ESR?") == "16"
    assert ask(panel, "EXQ?") == str(number)
    assert ask(panel, "EXQ?") == "1000"


@pytest.mark.parametrize(
    "message",
    ["NONSENSE", "DCV TFER_ON", "ACV FAST_ON", "INPUT SIDE", "DCV 1 2", "VOLT:DC?", "\xb2"],
)
def test_command_errors_have_no_queue(panel: FaultyPanel, message: str) -> None:
    panel.receive(b"*CLS")
    assert panel.receive(message.encode("latin-1")) == ()
    assert ask(panel, "*ESR?;EXQ?") == "32;1000"


def test_the_newest_error_comes_first(panel: FaultyPanel) -> None:
    panel.receive(b"ACV RESL8;DCV 2000;*ESE 300")
    assert ask(panel, "EXQ?;EXQ?;EXQ?;EXQ?") == "1013;1014;1007;1000"
    panel.marks.warn()
    panel.receive(b"*ESE 0")
    assert ask(panel, "*ESR?;DDQ?;DDQ?") == "152;1;0"


def test_it_reads_the_voltage_with_its_own_error(bench: SimulatedBench, panel: FaultyPanel) -> None:
    panel.receive(b"DCV 10,RESL8,FAST_OFF;TRG_SRCE EXT")
    truth = bench.actual_output("calibrator", "dc-voltage", 10.0)
    expected = truth + bench.true_error("dut", "dc-voltage", truth, range_=20.0)
    assert float(ask(panel, "X?")) == pytest.approx(expected, abs=15e-6)
    assert abs(expected - truth) > 1e-6
    assert bench.state()["dut"]["range"] == 20.0


def test_what_is_left_out_stays(bench: SimulatedBench, panel: FaultyPanel) -> None:
    panel.receive(b"DCV 10,RESL8,FAST_OFF")
    panel.receive(b"ACV AUTO")
    panel.receive(b"DCV")
    began = bench.world.clock.monotonic()
    (reply,) = panel.receive(b"X?")
    assert reply.ready - began == pytest.approx(25.0, abs=0.1)
    assert bench.state()["dut"]["range"] == 20.0


@pytest.mark.parametrize(
    ("options", "pace", "seconds"),
    [
        ("RESL5,FAST_OFF", 1.0, 0.1),
        ("RESL6,FAST_OFF", 1.0, 0.4),
        ("RESL7,FAST_OFF", 1.0, 3.2),
        ("RESL7,FAST_ON", 1.0, 0.8),
        ("RESL8,FAST_OFF,FILT_ON", 1.0, 26.0),
        ("RESL8,FAST_OFF,FILT_ON", 2.0, 52.0),
    ],
)
def test_how_long_a_reading_takes(options: str, pace: float, seconds: float) -> None:
    bench = bench_of(pace)
    panel = bench.panel("dut")
    panel.receive(f"DCV 10,{options}".encode())
    (reply,) = panel.receive(b"X?")
    assert reply.ready - bench.world.clock.monotonic() == pytest.approx(seconds, abs=0.01)


def test_with_external_triggers_a_reading_alone_waits_for_ever(panel: FaultyPanel) -> None:
    panel.receive(b"TRG_SRCE EXT;DCV 10,RESL5")
    (reply,) = panel.receive(b"RDG?")
    assert reply.ready == inf
    assert panel.receive(b"*IDN?") == ()
    panel.clear()
    assert float(ask(panel, "*TRG;RDG?")) == pytest.approx(10.0, abs=1e-2)
    panel.trigger()
    assert float(ask(panel, "RDG?")) == pytest.approx(10.0, abs=1e-2)
    panel.receive(b"TRG_SRCE INT")
    assert float(ask(panel, "RDG?")) == pytest.approx(10.0, abs=1e-2)


def test_overload_and_an_input_switched_off(panel: FaultyPanel) -> None:
    assert ask(panel, "DCV 2,RESL5;X?") == "+200.0000E+33"
    assert ask(panel, "INPUT OFF;X?") == "+0.00000000E+00"
    assert ask(panel, "OHMS;X?") == "+200.0000E+33"


def test_four_wires_take_the_leads_out(bench: SimulatedBench, panel: FaultyPanel) -> None:
    bench.connect(VOLTS + SENSE)
    bench.panel("calibrator").receive(b"OUT 100 OHM;OPER")
    bench.world.clock.sleep(10.0)
    two = float(ask(panel, "OHMS 100,RESL7,TWO_WR;X?"))
    four = float(ask(panel, "OHMS FOUR_WR;X?"))
    true_ohms = float(ask(panel, "TRUE_OHMS 100,RESL7;X?"))
    assert four == pytest.approx(100.0, abs=0.01)
    assert true_ohms == pytest.approx(four, abs=1e-4)
    assert 0.02 < two - four < 0.1


def test_power_on(panel: FaultyPanel) -> None:
    panel.receive(b"TRG_SRCE EXT;DCV 2000;ACV 10")
    panel.power_on()
    assert ask(panel, "*ESR?;EXQ?") == "128;1000"
    assert float(ask(panel, "RDG?")) == pytest.approx(10.0, abs=1e-2)
