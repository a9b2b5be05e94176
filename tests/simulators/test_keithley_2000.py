"""The Keithley 2000's panel: its manual, a capture, and the dialogues of public clients."""

import re
from statistics import stdev
from struct import unpack

import pytest

from simulators.bench import SimulatedBench
from tests.simulators.rig import ask, meter_bench, source

NO_ERROR = '0,"No error"'


@pytest.fixture
def bench() -> SimulatedBench:
    return meter_bench("keithley-2000", "1308393")


REPLIES = [
    ("", "*IDN?", r"KEITHLEY INSTRUMENTS INC\.,MODEL 2000,1308393,A20  /A02"),
    ("", ":SYST:ERR?", r'0,"No error"'),
    ("", ":SYST:VERS?", r"1991\.0"),
    ("", ":SENS:FUNC?", r'"VOLT:DC"'),
    (":SENS:FUNC 'CURRent:AC'", ":SENS:FUNC?", r'"CURR:AC"'),
    (':SENS:FUNC "VOLT"', ":SENS:FUNC?", r'"VOLT:DC"'),
    (":CONF:FRES", ":CONF?", r'"FRES"'),
    (":CONF:TEMP", ":CONF?", r'"TEMP"'),
    (":CONF:VOLT:DC", ":READ?", r"[+-]\d\.\d{6}E[+-]\d\d"),
    ("", ":FETC?", r"[+-]\d\.\d{6}E[+-]\d\d"),
    ("", ":INIT:CONT?", "1"),
    ("*RST", ":INIT:CONT?", "0"),
    ("*RST;:SYST:PRES", ":INIT:CONT?", "1"),
    (":CONF:VOLT:DC", ":INIT:CONT?", "0"),
    (":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG 3", ":SENS:VOLT:DC:RANG?", "10"),
    (":SENS:VOLT:RANG 1010", ":SENS:VOLT:RANG?", "1000"),
    (":SENS:VOLT:RANG 0", ":SENS:VOLT:RANG?", r"0\.1"),
    (":SENS:RES:RANG 120e6", ":SENS:RES:RANG?", "1E\\+08"),
    (":SENS:VOLT:NPLC 0.1", "VOLT:DC:NPLC?", r"0\.1"),
    ("", "volt:dc:dig?", "7"),
    (":SENS:VOLT:AC:DIG 4", ":SENS:VOLT:AC:DIG?", "4"),
    (":SENS:CURR:REF -0.5", ":SENS:CURR:REF?", r"-0\.5"),
    ("", "VOLT:DC:AVER:TCON?", "MOV"),
    ("*RST", "VOLT:DC:AVER:TCON?", "REP"),
    ("VOLT:DC:AVER:TCON moving", "VOLT:DC:AVER:TCON?", "MOV"),
    ("VOLT:DC:AVER:COUN 20", "VOLT:DC:AVER:COUN?", "20"),
    (":SENS:VOLT:AC:DET:BAND 300", ":SENS:VOLT:AC:DET:BAND?", "300"),
    (":SENS:FREQ:THR:VOLT:RANG 5", ":SENS:FREQ:THR:VOLT:RANG?", "10"),
    (":SENS:PER:APER 0.5", ":SENS:PER:APER?", r"0\.5"),
    ("FORM:DATA ASCII;ELEM READ,UNIT,CHAN", "FORM:ELEM?", "READ,CHAN,UNIT"),
    (":CONF:VOLT:DC;:FORM:ELEM READ,CHAN,UNIT", "READ?", r".*E[+-]\d\dVDC,0INTCHAN"),
    (":CONF:RES;:FORM:ELEM READ,UNIT", "READ?", r"\+9\.900000E\+37"),
    (":TRIG:COUN 5", ":TRIG:COUN?", "5"),
    (":TRIG:SEQ:DEL 0.25", ":TRIG:DEL?", r"0\.25"),
    (":TRIG:SOUR TIM", ":TRIG:SOUR?", "TIM"),
    (":TRAC:POIN 64", ":TRAC:POIN?", "64"),
    (":TRAC:FEED SENSE;FEED:CONT NEXT", ":TRAC:FEED:CONT?", "NEXT"),
    (":DISP:ENAB 0", ":DISP:ENAB?", "0"),
    (':DISP:TEXT "HELLO";:DISP:TEXT:STAT 1', ":DISP:TEXT:DATA?", '"HELLO"'),
    (":SYST:BEEP:STAT 0", ":SYST:BEEP:STAT?", "0"),
    ("", ":SYST:LFR?", "50"),
    ("*ESE 32", "*ESE?", "32"),
    ("", "*OPT?", "0"),
    ("", "*TST?", "0"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{told} {asked}" for told, asked, _ in REPLIES]
)
def test_replies(bench: SimulatedBench, told: str, asked: str, reply: str) -> None:
    ask(bench, told)
    assert re.fullmatch(reply, ask(bench, asked))
    assert ask(bench, "SYST:ERR?") == NO_ERROR


REFUSALS = [
    (":SENS:PRE:THR:VOLT:RANG 1", '-113,"Undefined header"'),
    (":READ?", '-213,"Init ignored"'),
    (":INIT", '-213,"Init ignored"'),
    ("*RST;:FETC?", '-230,"Data corrupt or stale"'),
    ("*RST;*TRG", '-211,"Trigger ignored"'),
    (":SENS:VOLT:RANG 1011", '-222,"Data out of range"'),
    (":SENS:VOLT:NPLC 11", '-222,"Data out of range"'),
    (":SENS:VOLT:DIG 8", '-222,"Data out of range"'),
    (":SENS:FUNC 'POWER'", '-224,"Illegal parameter value"'),
    (":TRAC:POIN 1", '-222,"Data out of range"'),
    (':DISP:TEXT "MORE THAN TWELVE"', '-223,"Too much data"'),
    (":MEAS:POWER?", '-113,"Undefined header"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one for one, _ in REFUSALS])
def test_refusals(bench: SimulatedBench, message: str, error: str) -> None:
    assert ask(bench, message) == ""
    assert ask(bench, ":SYST:ERR?") == error
    assert ask(bench, ":STAT:QUE?") == NO_ERROR


def test_the_queue_keeps_ten(bench: SimulatedBench) -> None:
    for _ in range(15):
        ask(bench, "NONSENSE")
    assert ask(bench, "*STB?") == "4"
    errors = [ask(bench, "SYST:ERR?") for _ in range(11)]
    assert errors[:9] == ['-113,"Undefined header"'] * 9
    assert errors[9:] == ['-350,"Queue overflow"', NO_ERROR]


def test_it_measures(bench: SimulatedBench) -> None:
    source(bench, "5 V")
    ask(bench, ":CONF:VOLT:DC;:SENS:VOLT:RANG 10")
    assert float(ask(bench, ":READ?")) == pytest.approx(5.0, abs=3e-4)
    ask(bench, ":SENS:VOLT:DIG 4")
    assert ask(bench, ":READ?") == "+5.000000E+00"
    ask(bench, ":SENS:VOLT:DIG 7;REF 2;REF:STAT ON")
    assert float(ask(bench, ":READ?")) == pytest.approx(3.0, abs=3e-4)
    ask(bench, ":SENS:VOLT:REF:ACQ")
    assert float(ask(bench, ":SENS:VOLT:REF?")) == pytest.approx(5.0, abs=3e-4)
    assert float(ask(bench, ":READ?")) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        (":SENS:VOLT:NPLC 10", 0.25),
        (":SENS:VOLT:NPLC 1", 0.025),
        (":SENS:VOLT:NPLC 1;AVER:TCON REP;COUN 10;STAT 1", 0.25),
        (":SENS:VOLT:NPLC 1;:SAMP:COUN 4", 0.1),
        (":SENS:VOLT:NPLC 1;:TRIG:DEL 2", 2.025),
        (":TRIG:SOUR TIM;TIM 0.5;COUN 4", 2.0),
    ],
)
def test_reading_takes_its_time(bench: SimulatedBench, message: str, seconds: float) -> None:
    ask(bench, ":CONF:VOLT:DC;:SENS:VOLT:RANG 10")
    ask(bench, message)
    before = bench.world.clock.monotonic()
    ask(bench, ":READ?")
    assert bench.world.clock.monotonic() - before == pytest.approx(seconds, abs=0.005)


def test_continuous_readings_run_by_themselves(bench: SimulatedBench) -> None:
    source(bench, "5 V")
    first = ask(bench, ":FETC?")
    assert ask(bench, ":FETC?") == first  # of the same reading
    source(bench, "6 V")
    assert float(ask(bench, ":FETC?")) == pytest.approx(6.0, abs=1e-2)


def test_a_fresh_reading_takes_the_time_of_one(bench: SimulatedBench) -> None:
    ask(bench, ":SENS:VOLT:NPLC 10;AVER 0")
    ask(bench, ":DATA:FRES?")
    before = bench.world.clock.monotonic()
    ask(bench, ":DATA:FRES?")
    assert bench.world.clock.monotonic() - before == pytest.approx(0.25, abs=0.005)


def test_a_fresh_reading_needs_an_initiation(bench: SimulatedBench) -> None:
    ask(bench, "INIT:CONT 0;:INIT")
    assert re.fullmatch(r"[+-]\d\.\d{6}E[+-]\d\d", ask(bench, "SENSE:DATA:FRESH?"))
    assert ask(bench, "SENSE:DATA:FRESH?") == ""
    assert ask(bench, "SYST:ERR?") == '-230,"Data corrupt or stale"'


def test_the_buffer_as_a_public_client_fills_it(bench: SimulatedBench) -> None:
    source(bench, "5 V")
    ask(bench, ":CONF:VOLT:DC")
    ask(bench, ":STAT:PRES;*CLS;*SRE 1;:STAT:MEAS:ENAB 512;")
    for message in (":TRAC:CLEAR;", ":TRAC:POIN 20", ":TRIG:COUN 20", ":TRIG:SEQ:DEL 0"):
        ask(bench, message)
    ask(bench, ":TRAC:FEED SENSE;:TRAC:FEED:CONT NEXT;")
    assert ask(bench, "SYST:ERR?") == NO_ERROR
    ask(bench, ":INIT")
    assert ask(bench, "*STB?") == "0"
    bench.world.clock.sleep(0.25)
    assert 8 <= len(ask(bench, ":TRAC:DATA?").split(",")) <= 11
    bench.world.clock.sleep(0.5)
    assert ask(bench, "*STB?") == "65"
    assert ask(bench, ":STAT:MEAS?") == str(512 + 256 + 128 + 32)
    assert ask(bench, "*STB?") == "0"
    readings = [float(one) for one in ask(bench, ":TRAC:DATA?").split(",")]
    assert len(readings) == 20
    assert 0 < stdev(readings) < 2e-5
    ask(bench, ":FORM:DATA DRE")
    block = ask(bench, ":TRAC:DATA?")
    assert block[:2] == "#0"
    assert list(unpack("<20d", block[2:].encode("latin-1"))) == pytest.approx(readings, abs=1e-5)


def test_the_buffer_fills_in_the_continuous_mode_too(bench: SimulatedBench) -> None:
    ask(bench, ":TRAC:POIN 10;FEED:CONT NEXT")
    bench.world.clock.sleep(1.0)
    assert len(ask(bench, ":TRAC:DATA?").split(",")) == 10
    assert ask(bench, ":TRAC:FEED:CONT?") == "NEV"


def test_an_overflow_is_a_measurement_event_and_no_error(bench: SimulatedBench) -> None:
    source(bench, "5 V")
    ask(bench, ":CONF:VOLT:DC;:SENS:VOLT:RANG 1")
    ask(bench, ":STAT:MEAS?")
    assert ask(bench, ":READ?") == "+9.900000E+37"
    assert int(ask(bench, ":STAT:MEAS?")) & 1
    assert ask(bench, "SYST:ERR?") == NO_ERROR


def test_bus_triggers(bench: SimulatedBench) -> None:
    ask(bench, ":CONF:VOLT:DC;:TRIG:SOUR BUS;COUN 2;:INIT")
    ask(bench, "*TRG")
    assert re.fullmatch(r"[+-]\d\.\d{6}E[+-]\d\d", ask(bench, ":FETC?"))
    ask(bench, "*TRG")
    ask(bench, ":FETC?")
    ask(bench, "*TRG")
    assert ask(bench, "SYST:ERR?") == '-211,"Trigger ignored"'


def test_switching_on_brings_the_bench_defaults_back(bench: SimulatedBench) -> None:
    ask(bench, "*RST;*ESE 1;:CONF:RES")
    bench.panel("dut").power_on()
    assert ask(bench, ":SENS:FUNC?") == '"VOLT:DC"'
    assert ask(bench, "INIT:CONT?") == "1"
    assert ask(bench, "*ESE?") == "0"
    assert ask(bench, "*ESR?") == "128"


def test_the_reset_of_a_public_client_leaves_no_error(bench: SimulatedBench) -> None:
    ask(bench, ":STAT:QUEUE:CLEAR;*RST;:STAT:PRES;:*CLS;")
    assert ask(bench, "SYST:ERR?") == NO_ERROR


def test_a_saved_state_comes_back(bench: SimulatedBench) -> None:
    ask(bench, ":CONF:RES;:SENS:RES:NPLC 5;:FORM:ELEM READ,UNIT;*SAV 0")
    ask(bench, "*RST")
    ask(bench, "*RCL 0")
    assert ask(bench, ":CONF?;:SENS:RES:NPLC?;:FORM:ELEM?") == '"RES";5;READ,UNIT'
