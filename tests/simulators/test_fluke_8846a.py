"""The 8846A's panel: what a public client sends, and what its test with a real meter demands.

Source: PyFixate/Fixate, src/fixate/drivers/dmm/fluke_8846a.py, test/drivers/test_fluke_8846A.py.
"""

import re

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air


@pytest.fixture
def bench() -> SimulatedBench:
    specs = [
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
        InstrumentSpec("dut", "fluke-8846a", "3821015"),
        InstrumentSpec("other", "fluke-8845a", "9573011"),
    ]
    return build(specs, seed=7, air=Air(), clock=VirtualClock())


def ask(bench: SimulatedBench, message: str, name: str = "dut") -> str:
    replies = bench.panel(name).receive(message.encode())
    for reply in replies:
        bench.world.clock.sleep(max(0.0, reply.ready - bench.world.clock.monotonic()))
    return "".join(reply.payload.decode() for reply in replies).removesuffix("\n")


NO_ERROR = '+0,"No error"'
FUNCTIONS = [
    ("CONF:VOLTage:AC", "VOLT:AC"), ("CONF:VOLTage:DC", "VOLT"), ("CONF:CURRent:DC", "CURR"),
    ("CONF:CURRent:AC", "CURR:AC"), ("CONF:RESistance", "RES"), ("CONF:FRESistance", "FRES"),
    ("CONF:PERiod", "PER"), ("CONF:FREQuency", "FREQ"), ("CONF:CAPacitance", "CAP"),
    ("CONF:CONTinuity", "CONT"), ("CONF:DIODe 1, 0", "DIOD"),
    ("CONF:VOLTage:DC 10 ; :SENS:VOLT:DC:IMP:AUTO OFF", "VOLT"),
]  # fmt: skip


def test_identity(bench: SimulatedBench) -> None:
    assert ask(bench, "*IDN?") == "FLUKE,8846A,3821015,08/02/10-11:53"
    assert ask(bench, "*IDN?", "other") == "FLUKE,8845A,9573011,08/02/10-11:53"


def test_the_opening_of_a_client_is_accepted(bench: SimulatedBench) -> None:
    for message in ("*rst", "SYST:REM", "*cls", "disp on"):
        assert ask(bench, message) == ""
    assert ask(bench, "SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(("message", "name"), FUNCTIONS, ids=[one for one, _ in FUNCTIONS])
def test_functions(bench: SimulatedBench, message: str, name: str) -> None:
    ask(bench, message)
    assert ask(bench, "SENS:FUNC?") == f'"{name}"'
    assert ask(bench, "SYST:ERR?") == NO_ERROR
    assert re.fullmatch(r"[+-]\d\.\d{8}E[+-]\d\d", ask(bench, "READ?"))


@pytest.mark.parametrize(
    ("function", "range_", "asked"),
    [
        ("VOLTage:AC", 1, "VOLT:AC:RANG?"),
        ("VOLTage:DC", 10, "VOLT:RANG?"),
        ("CURRent:DC", 10, "CURR:RANG?"),
        ("CURRent:AC", 1, "CURR:AC:RANG?"),
        ("RESistance", 10, "RES:RANG?"),
        ("FRESistance", 10e6, "FRES:RANG?"),
        ("CAPacitance", 1e-9, "CAP:RANG?"),
        ("FREQuency", 0.1, "FREQ:VOLT:RANG?"),
        ("PERiod", 1000, "PER:VOLT:RANG?"),
    ],
)
def test_ranges(bench: SimulatedBench, function: str, range_: float, asked: str) -> None:
    ask(bench, f"CONF:{function} {range_}")
    assert float(ask(bench, asked)) == pytest.approx(range_)


@pytest.mark.parametrize(
    "message",
    [
        "SAMP:COUN 50001", "SAMP:COUN 0", "CONF:VOLTage:AC 10000", "CONF:CURRent:DC 100",
        "CONF:RESistance 1E10", "CONF:CAPacitance 1", "CONF:FREQuency 1E13",
    ],
)  # fmt: skip
def test_out_of_range(bench: SimulatedBench, message: str) -> None:
    ask(bench, message)
    assert "Invalid parameter" in ask(bench, "SYST:ERR?")


def test_too_low_a_range_is_clipped(bench: SimulatedBench) -> None:
    ask(bench, "CONF:VOLTage:DC 1E-6")
    assert float(ask(bench, "VOLT:RANG?")) == 0.1
    assert ask(bench, "SYST:ERR?") == NO_ERROR


def test_the_queue_keeps_sixteen(bench: SimulatedBench) -> None:
    for _ in range(20):
        ask(bench, "NONSENSE")
    errors = [ask(bench, "SYST:ERR?") for _ in range(17)]
    assert [one == NO_ERROR for one in errors] == [False] * 16 + [True]


def test_manual_triggers_fill_the_memory_until_it_is_fetched(bench: SimulatedBench) -> None:
    opening = ("CONF:VOLTage:DC 10", "SAMP:COUN 2", "TRIG:SOUR BUS", "TRIG:COUN 2500", "INIT")
    for message in opening:
        ask(bench, message)
    for _ in range(3):
        ask(bench, "*TRG")
        assert ask(bench, "*OPC?") == "1"
    assert len(ask(bench, "FETCH?").split(",")) == 6
    # A client starts over without an abort: the trigger system's commands end the waiting.
    for message in opening[1:]:
        ask(bench, message)
    ask(bench, "*TRG")
    assert len(ask(bench, "FETCH?").split(",")) == 2
    assert ask(bench, "SYST:ERR?") == NO_ERROR


def test_more_than_the_memory_holds_is_refused(bench: SimulatedBench) -> None:
    ask(bench, "SAMP:COUN 5001;:INIT")
    assert ask(bench, "SYST:ERR?") == '+531,"Insufficient memory"'


def test_temperature_of_a_platinum_resistance(bench: SimulatedBench) -> None:
    bench.connect([("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")])
    bench.panel("calibrator").receive(b"OUT 138.5055 OHM;OPER")
    bench.world.clock.sleep(10.0)
    ask(bench, "CONF:TEMPerature:RTD;:TEMPerature:RTD:NPLC 10")
    assert float(ask(bench, "READ?")) == pytest.approx(100.0, abs=0.3)
    assert float(ask(bench, "TEMPerature:RTD:NPLC?")) == 10.0


def test_statistics(bench: SimulatedBench) -> None:
    for message in ("SAMP:COUN 5", "CALC:FUNC AVER", "CALC:STAT ON", "INIT"):
        ask(bench, message)
    bench.world.clock.sleep(10.0)
    least, mean, most = (float(ask(bench, f"CALC:AVER:{w}?")) for w in ("MIN", "AVER", "MAX"))
    assert least < mean < most


def test_only_the_native_language_is_simulated(bench: SimulatedBench) -> None:
    ask(bench, "L1")
    assert ask(bench, "SYST:ERR?") == NO_ERROR
    ask(bench, "L3")
    assert ask(bench, "SYST:ERR?") == '-221,"Settings conflict"'


@pytest.mark.parametrize("message", ["CONF:CAPacitance", "CONF:TEMPerature:RTD", "CONF:RES 10"])
def test_an_8845a_has_less(bench: SimulatedBench, message: str) -> None:
    ask(bench, message, "other")
    if message == "CONF:RES 10":
        assert float(ask(bench, "RES:RANG?", "other")) == 100.0
    else:
        assert ask(bench, "SYST:ERR?", "other") == '-113,"Undefined header"'
