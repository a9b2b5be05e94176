"""The 53230A: what its drivers send and read, and what it counts."""

import re
import struct

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.panel import Panel
from simulators.physics.true_error import Errors
from simulators.world import Air

SIGNAL = [("generator CH1 HI", "counter CH1 HI"), ("generator CH1 LO", "counter CH1 LO")]
SECOND = [("rb 10MHZ HI", "counter CH2 HI"), ("rb 10MHZ LO", "counter CH2 LO")]
REFERENCE = [("rb REF OUT", "counter REF IN")]


def bench_of(counter: Errors | None = None) -> SimulatedBench:
    specs = [
        InstrumentSpec("counter", "keysight-53230a", "MY50001484", counter or {}),
        InstrumentSpec("generator", "keysight-33522b", "MY57800256"),
        InstrumentSpec("rb", "srs-fs725", "19957"),
    ]
    return build(specs, seed=7, air=Air(), clock=VirtualClock())


@pytest.fixture
def bench() -> SimulatedBench:
    bench = bench_of()
    bench.connect(SIGNAL)
    bench.panel("generator").receive(b"FREQ 1.2E6;:VOLT 1;:OUTP ON")
    bench.world.clock.sleep(1.0)
    return bench


@pytest.fixture
def panel(bench: SimulatedBench) -> Panel:
    return bench.panel("counter")


def ask(panel: Panel, message: str) -> str:
    (reply,) = panel.receive(message.encode())
    return reply.payload.decode("latin-1").removesuffix("\n")


NUMBER = r"[+-]\d\.\d{14}E[+-]\d{3}"
REPLIES = [
    ("", "*IDN?", r"Agilent .*,53230A,MY50001484,02\.05-1519\.666-1\.19-4\.15-127-155-35"),
    ("", "SYST:ERR?", r'\+0,"No error"'),
    ("", ";SYST:ERR?", r'\+0,"No error"'),
    ("", "FREQ:GATE:TIME?", r"\+1\.00000000000000E-001"),
    ("", "FORM?", "ASC,15"),
    ("FORM REAL,64", "FORM:DATA?", "REAL,64"),
    ("", "FUNC?", '"FREQ"'),
    ('FUNC "FREQ 2"', "FUNC?", '"FREQ 2"'),
    ("FUNC 'FREQ 1'", "FUNC?", '"FREQ"'),
    ('FUNC "PERIOD"', "FUNC?", '"PER"'),
    ('FUNC "FREQ:RAT 1,2"', "FUNC?", '"FREQ:RAT 1,2"'),
    ('SENS:FUNC "SPER 1"', ":SENSE:FUNCTION?", '"SPER"'),
    (":INPut1:IMPedance 50", "INP1:IMP?", r"\+5\.00000000000000E\+001"),
    ("", "INP2:IMP?", r"\+1\.00000000000000E\+006"),
    ("INP2:COUP DC", "INP2:COUP?", "DC"),
    ("INP:LEV 0.5", "INP1:LEV:AUTO?", "0"),
    ("INP:LEV 0.5;:AUToscale", "INP:LEV:AUTO?", "1"),
    ("INP:SLOP NEG;NREJ ON;RANG 50", "INP:SLOP?;NREJ?;RANG?", r"NEG;1;\+5\.0{14}E\+001"),
    ("FREQ:GATE:SOUR ADV", "FREQ:GATE:SOUR?", "ADV"),
    ("FREQ:MODE RCON", "FREQ:MODE?", "RCON"),
    ("GATE:STARt:DELay:SOURce TIME", "GATE:STAR:DEL:SOUR?", "TIME"),
    ("TRIG:COUN 5;SOUR BUS;DEL 2", "TRIG:COUN?;SOUR?;DEL?",
     r"\+5\.0{14}E\+000;BUS;\+2\.0{14}E\+000"),
    ("ROSC:SOUR EXT", "ROSC:SOUR?;SOUR:AUTO?", "EXT;0"),
    ("", "ROSC:SOUR:AUTO?;:ROSC:SOUR?", "1;INT"),
    ("Abort;*WAI", "*LRN?", r':FUNC "FREQ";:FREQ:GATE:TIME \+1\.0{14}E-001;:TRIG:SOUR IMM;.*'),
    ("", "MEAS:FREQ?", NUMBER),
    ("CONF:PER;:SAMP:COUN 2", "READ?", f"{NUMBER},{NUMBER}"),
    ("CONF:FREQ 1.2E6,1.2E-3", "FREQ:GATE:TIME?", r"\+1\.0{14}E-002"),
    ("CONF:FREQ 1.2E6,1.2E-6", "FREQ:GATE:TIME?", r"\+1\.0{14}E\+001"),
    ("CONF:FREQ 1.2E6,1E-4,(@2)", "FUNC?", '"FREQ 2"'),
    ("*CLS;*SRE 0;*ESE 0;:FORMAT ASC", "INIT:IMM;:FETC?", NUMBER),
    ("FREQ:GATE:TIME 1;*RST", "FREQ:GATE:TIME?", r"\+1\.0{14}E-001"),
    ("", "READ?;:DATA:POIN?", rf"{NUMBER};\+1"),
    ("SAMP:COUN 3;:INIT", "DATA:REM? 2,WAIT;:DATA:REM? 1,WAIT", f"{NUMBER},{NUMBER};{NUMBER}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(panel: Panel, told: str, asked: str, reply: str) -> None:
    assert panel.receive(told.encode()) == ()
    assert re.fullmatch(reply, ask(panel, asked))
    assert ask(panel, "SYST:ERR?") == '+0,"No error"'


REFUSALS = [
    ("FREQ:GATE:TIME 2000", '-222,"Data out of range"'),
    ('FUNC "VOLT"', '-224,"Illegal parameter value"'),
    ('FUNC "FREQ 3"', '-224,"Illegal parameter value"'),
    ("FUNC FREQ", '-104,"Data type error"'),
    ("INP:IMP 75", '-224,"Illegal parameter value"'),
    ("INP3:IMP 50", '-114,"Header suffix out of range"'),
    ("FETC?", '-230,"Data corrupt or stale"'),
    ("DATA:REM? 1", '-230,"Data corrupt or stale"'),
    ("TRIG:SOUR BUS;:READ?", '-214,"Trigger deadlock"'),
    ("*TRG", '-211,"Trigger ignored"'),
    ("INIT;:INIT", '-213,"Init ignored"'),
    ("MEAS:FREQ? 1E6,1,(@3)", '-222,"Data out of range"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one for one, _ in REFUSALS])
def test_refusals(panel: Panel, message: str, error: str) -> None:
    assert panel.receive(message.encode()) == ()
    assert ask(panel, "SYST:ERR?") == error


@pytest.mark.parametrize(
    ("model", "relative", "gate"),
    [
        ("53230a", 1e-13, 100.0),
        ("53230a", 1e-12, 10.0),
        ("53230a", 1e-11, 1.0),
        ("53230a", 1.1e-11, 1.0),
        ("53230a", 1e-10, 0.1),
        ("53230a", 1e-7, 1e-4),
        ("53230a", 1e-6, 1e-5),
        ("53230a", 2e-6, 1e-6),
        ("53220a", 1e-10, 1.0),
        ("53220a", 1e-9, 0.1),
        ("53220a", 1e-14, 1000.0),
        ("53220a", 2e-6, 1e-4),
    ],
)
def test_a_resolution_asks_for_a_gate(model: str, relative: float, gate: float) -> None:
    specs = [InstrumentSpec("counter", f"keysight-{model}", "MY50001484")]
    panel = build(specs, seed=7, air=Air(), clock=VirtualClock()).panel("counter")
    assert ask(panel, "*IDN?").startswith(f"Agilent Technologies,{model.upper()},MY50001484,")
    panel.receive(f"CONF:FREQ 1E6,{relative * 1e6}".encode())
    assert float(ask(panel, "FREQ:GATE:TIME?")) == pytest.approx(gate)


def test_it_counts_what_arrives_against_its_own_time_base() -> None:
    bench = bench_of(counter={"frequency": {"gain_ppm": 0.4}})
    bench.connect(SIGNAL)
    bench.panel("generator").receive(b"FREQ 1.2E6;:VOLT 1;:OUTP ON")
    bench.world.clock.sleep(1.0)
    true = bench.actual_output("generator", "frequency", 1.2e6)
    shown = float(ask(bench.panel("counter"), "MEAS:FREQ? 1.2E6,1.2E-5"))
    assert shown == pytest.approx(true / (1 + 0.4e-6), rel=1e-10)
    assert shown - true == pytest.approx(
        bench.true_error("counter", "frequency", 1.2e6, range_=0.0), rel=1e-3
    )
    period = float(ask(bench.panel("counter"), "MEAS:PER?"))
    assert period == pytest.approx((1 + 0.4e-6) / true, rel=1e-9)


def test_an_external_reference_takes_its_error_away(bench: SimulatedBench, panel: Panel) -> None:
    true = bench.actual_output("generator", "frequency", 1.2e6)
    own = float(ask(panel, "MEAS:FREQ?"))
    assert abs(own / true - 1) > 1e-9
    bench.connect(SIGNAL + REFERENCE)
    followed = float(ask(panel, "ROSC:SOUR?;:MEAS:FREQ?").removeprefix("EXT;"))
    assert followed == pytest.approx(true, rel=1e-9)
    panel.receive(b"ROSC:SOUR INT")
    assert float(ask(panel, "READ?")) == pytest.approx(own, rel=1e-9)


def test_a_missing_reference_is_questionable(panel: Panel) -> None:
    assert ask(panel, "STAT:QUES:COND?") == "+0"
    panel.receive(b"ROSC:SOUR EXT")
    assert ask(panel, "STAT:QUES:COND?") == "+1024"


@pytest.mark.parametrize("gate", [1e-3, 0.1, 10.0])
def test_noise_follows_the_gate(panel: Panel, gate: float) -> None:
    panel.receive(f"CONF:FREQ;:FREQ:GATE:TIME {gate};:SAMP:COUN 200".encode())
    readings = [float(one) for one in ask(panel, "READ?").split(",")]
    middle = sum(readings) / len(readings)
    scatter = (sum((one - middle) ** 2 for one in readings) / len(readings)) ** 0.5
    assert scatter / middle == pytest.approx(1e-11 / gate, rel=0.2)


def test_a_reading_takes_its_gate(bench: SimulatedBench, panel: Panel) -> None:
    began = bench.world.clock.monotonic()
    panel.receive(b"FREQ:GATE:TIME 2;:SAMP:COUN 3")
    (reply,) = panel.receive(b"READ?")
    assert reply.ready - began == pytest.approx(6.0, abs=0.01)


def test_without_a_signal_it_gives_up_after_a_second(bench: SimulatedBench, panel: Panel) -> None:
    bench.panel("generator").receive(b"OUTP OFF")
    began = bench.world.clock.monotonic()
    (reply,) = panel.receive(b"READ?")
    assert reply.payload == b"+9.91000000000000E+037\n"
    assert reply.ready - began == pytest.approx(1.0, abs=0.01)
    bench.world.clock.sleep(2.0)
    began = bench.world.clock.monotonic()
    (reply,) = panel.receive(b"SYST:TIM 0.1;:READ?")
    assert reply.ready - began == pytest.approx(0.1, abs=0.01)


def test_the_trigger_level_must_be_crossed(panel: Panel) -> None:
    assert ask(panel, "INP:LEV 2;:READ?") == "+9.91000000000000E+037"
    assert float(ask(panel, "INP:LEV 0.2;:READ?")) == pytest.approx(1.2e6, rel=1e-5)


def test_a_ratio_of_two_inputs(bench: SimulatedBench, panel: Panel) -> None:
    bench.connect(SIGNAL + SECOND)
    assert float(ask(panel, "MEAS:FREQ:RAT?")) == pytest.approx(0.12, rel=2e-6)
    assert float(ask(panel, "MEAS:FREQ? (@2)")) == pytest.approx(10e6, rel=2e-6)


def test_binary_readings_are_a_definite_block(panel: Panel) -> None:
    panel.receive(b"CONF:FREQ;:SAMP:COUN 2;:FORM REAL,64")
    for order, code in (("NORM", ">"), ("SWAP", "<")):
        panel.receive(f"FORM:BORD {order}".encode())
        (reply,) = panel.receive(b"READ?")
        assert reply.payload[:4] == b"#216"
        assert struct.unpack(f"{code}2d", reply.payload[4:-1]) == pytest.approx(
            (1.2e6, 1.2e6), rel=1e-5
        )


def test_each_bus_trigger_brings_its_samples(bench: SimulatedBench, panel: Panel) -> None:
    panel.receive(b"TRIG:SOUR BUS;COUN 2;:SAMP:COUN 3;:INIT")
    assert ask(panel, "DATA:POIN?") == "+0"
    panel.trigger()
    bench.world.clock.sleep(1.0)
    assert ask(panel, "DATA:POIN?") == "+3"
    panel.trigger()
    bench.world.clock.sleep(1.0)
    assert ask(panel, "DATA:POIN?") == "+6"
    panel.trigger()
    assert ask(panel, "SYST:ERR?") == '-211,"Trigger ignored"'


def test_waiting_for_a_trigger_ends_with_a_device_clear(panel: Panel) -> None:
    (reply,) = panel.receive(b"TRIG:SOUR EXT;:READ?")
    assert reply.ready == float("inf")
    assert panel.receive(b"*IDN?") == ()
    panel.clear()
    assert ask(panel, "*RST;*IDN?").startswith("Agilent Technologies,53230A")


def test_power_on_forgets_settings(panel: Panel) -> None:
    panel.receive(b"FREQ:GATE:TIME 1;:NONSENSE")
    panel.power_on()
    assert ask(panel, "FREQ:GATE:TIME?;*ESR?") == "+1.00000000000000E-001;+128"
    assert ask(panel, "SYST:ERR?") == '+0,"No error"'
