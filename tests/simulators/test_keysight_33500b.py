"""The 33500B generators: what their drivers send and read, and what is at their terminals."""

from dataclasses import dataclass
from math import sqrt

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.keysight_33500b.generator import WaveformGenerator
from simulators.panel import Panel
from simulators.physics.true_error import Errors
from simulators.world import Air

METER = [("generator CH1 HI", "dut HI"), ("generator CH1 LO", "dut LO")]
EXACT = {
    name: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0} for name in ("ac-voltage", "dc-voltage")
} | {"frequency": {"gain_ppm": 0.0}}


def bench_of(model: str = "keysight-33522b", errors: Errors | None = None) -> SimulatedBench:
    specs = [
        InstrumentSpec("generator", model, "MY57800256", errors or {}),
        InstrumentSpec("dut", "keysight-34461a", "MY53200017", EXACT),
    ]
    return build(specs, seed=7, air=Air(), clock=VirtualClock())


@pytest.fixture
def panel() -> Panel:
    return bench_of().panel("generator")


def ask(panel: Panel, message: str) -> str:
    (reply,) = panel.receive(message.encode())
    return reply.payload.decode().removesuffix("\n")


REPLIES = [
    ("", "*IDN?", "Agilent Technologies,33522B,MY57800256,5.00-1.19-2.00-58-00"),
    ("", "SYST:ERR?", '+0,"No error"'),
    ("", "FUNC?", "SIN"),
    ("", "FREQ?", "+1.000000000000000E+03"),
    ("", "VOLT?", "+1.000000000000000E-01"),
    ("", "VOLT:OFFS?", "+0.000000000000000E+00"),
    ("", "OUTP?", "0"),
    ("", "OUTP:LOAD?", "+5.000000000000000E+01"),
    ("SOUR1:FREQ 50", "SOUR1:FREQ?", "+5.000000000000000E+01"),
    ("SOUR2:FREQ 50", "SOUR1:FREQ?", "+1.000000000000000E+03"),
    ("SOUR2:FREQ 2 MHZ", "SOURCE2:FREQUENCY?", "+2.000000000000000E+06"),
    ("SOUR2:FUNC SQU", "SOUR2:FUNC?", "SQU"),
    ("FUNC TRI", "SOUR1:FUNC?", "TRI"),
    ("OUTP2 ON", "OUTP2?", "1"),
    ("OUTP2 ON", "OUTP1?", "0"),
    ("OUTP:LOAD INF", "OUTP:LOAD?", "+9.900000000000000E+37"),
    ("VOLT 1;:OUTP:LOAD INF", "VOLT?", "+2.000000000000000E+00"),
    ("VOLT 2;VOLT:UNIT VRMS", "VOLT?", "+7.071067811865475E-01"),
    ("VOLT:UNIT DBM;:VOLT 0", "VOLT?", "+0.000000000000000E+00"),
    ("VOLT 2;VOLT:OFFS 1", "VOLT:HIGH?", "+2.000000000000000E+00"),
    ("VOLT:HIGH 3;LOW 1", "VOLT:OFFS?", "+2.000000000000000E+00"),
    ("", "VOLT? MAX", "+1.000000000000000E+01"),
    ("", "FREQ? MAX", "+3.000000000000000E+07"),
    ("FUNC:SQU:DCYC 20", "FUNC:SQU:DCYC?", "+2.000000000000000E+01"),
    ("FUNC:RAMP:SYMM 30", "FUNC:RAMP:SYMM?", "+3.000000000000000E+01"),
    ("FUNC:PULS:PER 0.5", "FREQ?", "+2.000000000000000E+00"),
    ("FUNC:PULS:WIDT 1e-4", "FUNC:PULS:DCYC?", "+1.000000000000000E+01"),
    ("FUNC:PULS:HOLD DCYC;:FREQ 2000", "FUNC:PULS:WIDT?", "+5.000000000000000E-05"),
    ("FUNC:PULS:TRAN:BOTH 1e-8", "FUNC:PULS:TRAN?", "+1.000000000000000E-08"),
    ("BURS:STAT 1;MODE GATED", "BURS:STAT?;MODE?", "1;GAT"),
    ("BURS:NCYC INF", "BURS:NCYC?", "+9.900000000000000E+37"),
    ("AM:DEPT 50;STAT ON;SOUR EXT", "AM:STAT?;SOUR?", "1;EXT"),
    ("TRIG:SOUR TIM", "TRIG1:SOUR?", "TIM"),
    ("TRIG2:COUN 5", "TRIG2:COUN?", "+5.000000000000000E+00"),
    ("OUTP:SYNC:SOUR CH2", "OUTP:SYNC:SOUR?", "CH2"),
    ("DATA:ARB test, 0,1,0,-1,0,1,0,-1;:FUNC:ARB test", "FUNC:ARB?", '"TEST"'),
    ("DATA:ARB:DAC t, 0,0,0,0,1,2,3,32767;:FUNC:ARB 't'", "SOUR1:FUNC:ARB?", '"T"'),
    ("APPL:SQU 2e3,1,0.5", "APPL?;:OUTP?",
     '"SQU +2.000000000000000E+03,+1.000000000000000E+00,+5.000000000000000E-01";1'),
    ("APPL:DC DEF,DEF,1.5", "FUNC?;VOLT:OFFS?", "DC;+1.500000000000000E+00"),
    ("PHAS:SYNC;:SYST:BEEP;:DISP:TEXT 'hello';:DISP:TEXT:CLE;*TRG;*WAI", "*OPC?", "1"),
    ("FREQ 5;:OUTP ON;*RST", "FREQ?;:OUTP?", "+1.000000000000000E+03;0"),
    ("ROSC:SOUR EXT", "ROSC:SOUR?", "EXT"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(panel: Panel, told: str, asked: str, reply: str) -> None:
    assert panel.receive(told.encode()) == ()
    assert ask(panel, asked) == reply
    assert ask(panel, "SYST:ERR?") == '+0,"No error"'


REFUSALS = [
    ("VOLT 11", '-222,"Data out of range"'),
    ("VOLT 0.0001", '-222,"Data out of range"'),
    ("VOLT 10;:VOLT:OFFS 1", '-222,"Data out of range"'),
    ("FREQ 31e6", '-222,"Data out of range"'),
    ("FUNC RAMP;:FREQ 1e6", '-221,"Settings conflict"'),
    ("FREQ 1e6;:FUNC TRI", '-221,"Settings conflict"'),
    ("OUTP:LOAD 0.5", '-222,"Data out of range"'),
    ("FUNC NONSENSE", '-224,"Illegal parameter value"'),
    ("SOUR3:FREQ 1", '-114,"Header suffix out of range"'),
    ("FUNC:ARB nothing", '+785,"Specified arb waveform does not exist"'),
    ("DATA:ARB few, 0,1", '-222,"Data out of range"'),
    ("DATA:ARB t, 0,0,0,0,0,0,0,0;ARB t, 0,0,0,0,0,0,0,0", '+781,"Arb waveform already exists"'),
    ("FUNC:PULS:WIDT 0.1", '-221,"Settings conflict"'),
    ("OUTP:LOAD INF;:VOLT:UNIT DBM", '-221,"Settings conflict"'),
    ("MEAS:FREQ?", '-113,"Undefined header"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one for one, _ in REFUSALS])
def test_refusals(panel: Panel, message: str, error: str) -> None:
    assert panel.receive(message.encode()) == ()
    assert ask(panel, "SYST:ERR?") == error


def test_a_model_of_one_channel_has_no_second() -> None:
    panel = bench_of("keysight-33511b").panel("generator")
    assert ask(panel, "*IDN?").startswith("Agilent Technologies,33511B,")
    assert ask(panel, "FREQ? MAX") == "+2.000000000000000E+07"
    panel.receive(b"OUTP2 ON")
    assert ask(panel, "SYST:ERR?") == '-114,"Header suffix out of range"'


def test_a_form_beyond_its_reach_reduces_the_frequency(panel: Panel) -> None:
    panel.receive(b"FREQ 1e6;:FUNC RAMP")
    assert ask(panel, "FUNC?;FREQ?") == "RAMP;+2.000000000000000E+05"


@dataclass(frozen=True)
class Shown:
    told: str
    volts: float
    dc: bool = False


# A high-impedance meter sees twice what a generator that assumes 50 Ω says.
SHOWN = [
    Shown("VOLT 2;:OUTP ON", 2 * 2 / (2 * sqrt(2))),
    Shown("OUTP:LOAD INF;:VOLT 2;:OUTP ON", 2 / (2 * sqrt(2))),
    Shown("FUNC SQU;:VOLT 2;:OUTP ON", 2.0),
    Shown("FUNC SQU;:FUNC:SQU:DCYC 20;:VOLT 2;:OUTP ON", 4 * sqrt(0.2 * 0.8)),
    Shown("FUNC TRI;:VOLT 2;:OUTP ON", 4 / (2 * sqrt(3))),
    Shown("VOLT:UNIT VRMS;:VOLT 0.5;:OUTP ON", 1.0),
    Shown("VOLT:UNIT DBM;:VOLT 0;:OUTP ON", 2 * sqrt(0.05)),
    Shown("APPL:DC DEF,DEF,1.5", 3.0, dc=True),
    Shown("VOLT:OFFS -1;:OUTP ON", -2.0, dc=True),
    Shown("VOLT:OFFS -1;:OUTP:POL INV;:OUTP ON", 2.0, dc=True),
    Shown("DATA:ARB A,1,-1,1,-1,1,-1,1,-1;:FUNC:ARB A;:FUNC ARB;:VOLT 2;:OUTP ON", 2.0),
]


@pytest.mark.parametrize("case", SHOWN, ids=[one.told for one in SHOWN])
def test_what_a_meter_sees(case: Shown) -> None:
    bench = bench_of(errors=EXACT)
    bench.connect(METER)
    bench.panel("generator").receive(case.told.encode())
    bench.world.clock.sleep(1.0)
    asked = "MEAS:VOLT:DC?" if case.dc else "MEAS:VOLT:AC?"
    # 50 Ω before the meter's 1 MΩ in parallel with nothing else: 50 ppm.
    assert float(ask(bench.panel("dut"), asked)) == pytest.approx(case.volts, rel=2e-4)


def test_an_output_that_is_off_shows_nothing() -> None:
    bench = bench_of()
    bench.connect(METER)
    bench.panel("generator").receive(b"VOLT 2")
    assert abs(float(ask(bench.panel("dut"), "MEAS:VOLT:AC?"))) < 2e-3
    bench.panel("generator").receive(b"OUTP ON")
    assert float(ask(bench.panel("dut"), "MEAS:VOLT:AC?")) > 1.0
    bench.panel("generator").marks.trip()
    assert abs(float(ask(bench.panel("dut"), "MEAS:VOLT:AC?"))) < 2e-3
    assert ask(bench.panel("generator"), "OUTP?") == "0"


def test_its_errors_are_within_the_published_ones() -> None:
    bench = bench_of()
    frequency = bench.actual_output("generator", "frequency", 1e6)
    assert 0.0 < abs(frequency - 1e6) < 1.0
    assert bench.actual_output("generator", "dc-voltage", 0.0) == pytest.approx(0.0, abs=2e-3)
    assert bench.actual_output("generator", "ac-voltage", 1.0, 1e3) == pytest.approx(1.0, rel=0.01)
    physics = bench.physics("generator", WaveformGenerator)
    bench.panel("generator").receive(b"FREQ 1e6;:OUTP ON")
    assert physics.output("CH1").hertz == pytest.approx(frequency, rel=1e-12)


def test_a_reference_of_another_instrument_takes_over() -> None:
    errors = {"frequency": {"gain_ppm": 0.5}}
    specs = [
        InstrumentSpec("generator", "keysight-33522b", "MY57800256"),
        InstrumentSpec("other", "keysight-33511b", "MY57800257", errors),
    ]
    bench = build(specs, seed=7, air=Air(), clock=VirtualClock())
    physics = bench.physics("generator", WaveformGenerator)
    bench.panel("generator").receive(b"FREQ 1e6;:OUTP ON;:ROSC:SOUR EXT")
    alone = physics.output("CH1").hertz
    bench.connect([("other REF OUT", "generator REF IN")])
    assert physics.output("CH1").hertz == pytest.approx(1e6 + 0.5, abs=1e-6)
    assert alone != pytest.approx(1e6 + 0.5, abs=1e-3)


def test_the_name_is_free_again_when_memory_is_cleared(panel: Panel) -> None:
    told = b"DATA:ARB t,0,0,0,0,0,0,0,0"
    for message in (told, b"SOUR1:DATA:VOL:CLE", told):
        panel.receive(message)
    assert ask(panel, "SYST:ERR?") == '+0,"No error"'
