"""The DMM6500's panel: literals from public clients' tests, and their dialogues.

Sources: pymeasure/pymeasure (tests/instruments/keithley/test_keithleyDMM6500.py and
…_with_device.py), PyFixate/Fixate (keithley_6500.py), microsoft/Qcodes (Keithley_6500.py).
"""

import re
from struct import unpack

import pytest

from simulators.bench import SimulatedBench
from tests.simulators.rig import ask, meter_bench, source

NO_ERROR = '0,"No error;0;0 0"'
READING = r"-?\d\.\d{6}E[+-]\d\d"


@pytest.fixture
def bench() -> SimulatedBench:
    return meter_bench("keithley-dmm6500", "04592448")


REPLIES = [
    ("", "*IDN?", r"KEITHLEY INSTRUMENTS,MODEL DMM6500,04592448,1\.7\.12b"),
    ("*LANG SCPI", "*LANG?", "SCPI"),
    ("", "SYST:ERR?", re.escape(NO_ERROR)),
    ("", "SYST:ERR:NEXT?", re.escape(NO_ERROR)),
    ("", ":SENS:FUNC?", "VOLT:DC"),
    (":SENS:FUNC 'FREQ'", ":SENS:FUNC?", "FREQ:VOLT"),
    (':SENS:FUNC "PER:VOLT"', ":SENS:FUNC?", "PER:VOLT"),
    (':SENS:FUNC "CURR:AC"', ":SENS:FUNC?", "CURR:AC"),
    (':SENS:FUNC "VOLT:DC:RAT"', ":SENS:FUNC?", "VOLT:DC:RAT"),
    ("", ":READ?", READING),
    (':SENS:FUNC "RES"', ":READ?", r"9\.900000E\+37"),
    ("VOLT:DC:RANG:AUTO 0;UPP 10", "VOLT:DC:RANG?", "10"),
    ("VOLT:DC:RANG:AUTO 0;UPP MIN", "VOLT:DC:RANG?", r"0\.1"),
    ("VOLT:DC:RANG:AUTO 0;UPP DEF", "VOLT:DC:RANG?", "1000"),
    (":SENS:RES:RANG:AUTO 0;:SENS:RES:RANG 1e+07", ":SENS:RES:RANG?", r"1E\+07"),
    (":SENS:FRES:RANG 1", ":SENS:FRES:RANG?", "1"),
    (":SENS:CURR:RANG:AUTO 0;:SENS:CURR:RANG 1e-05", ":SENS:CURR:RANG?", "1E-05"),
    ("", ":SENS:VOLT:RANG:AUTO?", "1"),
    ("CURR:DC:NPLC 2", "CURR:DC:NPLC?", "2"),
    ("VOLT:NPLC 0.0005", "VOLT:NPLC?", r"0\.0005"),
    ("VOLT:NPLC DEF", "VOLT:NPLC?", r"0\.02"),
    ("CURR:DC:APER 0.0015", "CURR:DC:APER?", r"0\.0015"),
    ("FREQ:VOLT:APER 0.2", ":SENS:FREQ:APER?", r"0\.2"),
    ("CURR:DC:AZER 0", "CURR:DC:AZER?", "0"),
    ("AZER:ONCE", "VOLT:AZER?", "0"),
    ("CURR:DC:REL 0.5", "CURR:DC:REL?", r"0\.5"),
    ("CURR:DC:REL:STAT 1", "CURR:DC:REL:STAT?", "1"),
    ("CURR:AC:DET:BAND 30", "CURR:AC:DET:BAND?", "30"),
    (":SENS:FREQ:THR:RANG:AUTO OFF;:SENS:FREQ:THR:RANG 1", ":SENS:FREQ:THR:RANG?", "1"),
    ("VOLT:AC:AVER:TCON REPeat", "VOLT:AC:AVER:TCON?", "REP"),
    (":SENS:VOLT:DC:INP AUTO", ":SENS:VOLT:DC:INP?", "AUTO"),
    (":SENS:DIOD:BIAS:LEV 0.0001", ":SENS:DIOD:BIAS:LEV?", r"0\.0001"),
    (":DISP:CURR:DC:DIG 3", ":DISP:CURR:DIG?", "3"),
    ("", ":DISP:FREQ:DIG?", "6"),
    ("DISP:LIGH:STAT ON100", "DISP:LIGH:STAT?", "ON100"),
    (":SYST:TIME 2023, 09, 21, 09, 06, 41", ":SYST:TIME? 1", r"Thu Sep 21 09:06:41 2023"),
    ("", ":SYST:LFR?", "50"),
    ("", "ROUT:TERM?", "FRON"),
    ("FORM:DATA ASCII", "FORMAT:DATA?", "ASC"),
    (":COUN 5", ":COUN?", "5"),
    (":COUN 5;:READ?", "TRAC:ACT?", "5"),
    (":COUN 5;:READ?", ":TRAC:ACT:STAR?;END?", "1;5"),
    ("", "ROUT:SCAN:COUN:SCAN?", "1"),
    ("TRIG:TIM3:DEL 0.5", "TRIG:TIM3:DEL?", r"0\.5"),
    ("TRIG:TIM2:STAR:STIM EXT", "TRIG:TIM2:STAR:STIM?", "EXT"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{told} {asked}" for told, asked, _ in REPLIES]
)
def test_replies(bench: SimulatedBench, told: str, asked: str, reply: str) -> None:
    ask(bench, told)
    assert re.fullmatch(reply, ask(bench, asked))
    assert ask(bench, "SYST:ERR?") == NO_ERROR


REFUSALS = [
    ("NONSENSE", '-113,"Undefined header'),
    ("VOLT:AC:NPLC?", '-113,"Undefined header'),
    ("VOLT:NPLC 13", '-222,"Data out of range'),
    (":SENS:CURR:RANG 10", '-222,"Data out of range'),
    (":COUN 1000001", '-222,"Data out of range'),
    ("TRAC:DATA? 1, 2", '-222,"Data out of range'),
    ('READ? "nobuffer"', '-224,"Illegal parameter value'),
    ("INIT", '-221,"Settings conflict'),
    ("FETC?", '-230,"Data corrupt or stale'),
    ("SYST:BEEP 10, 1", '-222,"Data out of range'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one for one, _ in REFUSALS])
def test_refusals(bench: SimulatedBench, message: str, error: str) -> None:
    assert ask(bench, message) == ""
    pattern = re.escape(error) + r';1;2026/01/01 00:00:0\d\.\d{3}"'
    assert re.fullmatch(pattern, ask(bench, "SYST:ERR:NEXT?"))


def test_it_measures(bench: SimulatedBench) -> None:
    source(bench, "-0.5 V")
    ask(bench, ':SENS:FUNC "VOLT:DC";:SENS:VOLT:RANG 1')
    reply = ask(bench, ":READ?")
    assert re.fullmatch(r"-\d\.\d{6}E-01", reply)
    assert float(reply) == pytest.approx(-0.5, abs=5e-5)
    ask(bench, ":SENS:VOLT:DC:REL:ACQ;:SENS:VOLT:DC:REL:STAT 1")
    assert float(ask(bench, ":READ?")) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize(
    ("message", "seconds"),
    [(":SENS:VOLT:NPLC 10", 0.4), (":SENS:VOLT:NPLC 1;AZER 0", 0.02), (":COUN 10", 0.4)],
)
def test_reading_takes_its_time(bench: SimulatedBench, message: str, seconds: float) -> None:
    ask(bench, ":SENS:VOLT:RANG 10")
    ask(bench, message)
    before = bench.world.clock.monotonic()
    ask(bench, ":READ?")
    assert bench.world.clock.monotonic() - before == pytest.approx(seconds, abs=0.01)


def test_buffers(bench: SimulatedBench) -> None:
    ask(bench, 'TRAC:MAKE "TempTable", 10;:SENS:COUNt 10')
    ask(bench, 'READ? "TempTable"')
    readings = [float(one) for one in ask(bench, 'TRAC:DATA? 1, 10, "TempTable"').split(",")]
    assert float(ask(bench, 'TRAC:STAT:AVER? "TempTable"')) == pytest.approx(sum(readings) / 10)
    assert float(ask(bench, 'TRAC:STAT:MIN? "TempTable"')) == min(readings)
    assert float(ask(bench, 'TRAC:STAT:MAX? "TempTable"')) == max(readings)
    assert ask(bench, "TRAC:ACT?") == "0"
    ask(bench, 'READ? "TempTable"')
    assert ask(bench, 'TRAC:ACT? "temptable"') == "10"  # the oldest are lost
    ask(bench, 'TRAC:DEL "TempTable"')
    assert ask(bench, 'TRAC:ACT? "TempTable"') == ""


def test_elements_and_binary_readings(bench: SimulatedBench) -> None:
    assert re.fullmatch(
        rf"{READING},01/01/2026,00:00:0\d,Volt DC",
        ask(bench, 'READ? "defbuffer1",READ,DATE,TIME,UNIT'),
    )
    ask(bench, "FORM REAL")
    block = ask(bench, "TRAC:DATA? 1,1")
    assert block[:2] == "#0"
    (value,) = unpack("<d", block[2:].encode("latin-1"))
    assert abs(value) < 1e-2


def test_the_manual_trigger_of_a_public_client(bench: SimulatedBench) -> None:
    for message in (
        ":COUN 4", "TRIG:LOAD 'EMPTY'", "TRIG:BLOC:MDIG 1, 'defbuffer1', 4", "TRAC:CLE",
    ):  # fmt: skip
        ask(bench, message)
    before = bench.world.clock.monotonic()
    ask(bench, "INIT; *WAI")
    assert ask(bench, "TRAC:ACTual?") == "4"
    assert bench.world.clock.monotonic() - before == pytest.approx(0.16, abs=0.01)
    assert len(ask(bench, "TRAC:DATA? 1, 4.0").split(",")) == 4
    assert ask(bench, "SYST:ERR:NEXT?") == NO_ERROR


def test_the_local_loop_of_a_public_client_ends_with_a_trigger(bench: SimulatedBench) -> None:
    for message in (
        ":COUN 1", "TRIG:LOAD 'EMPTY'", "TRIG:BLOC:MDIG 1, 'defbuffer1', 1",
        "TRIG:BLOC:DEL:CONS 2, 0.1", "TRIG:BLOC:BRAN:EVEN 3, COMM, 5", "TRIG:BLOC:BRAN:ALW 4, 1",
        "TRIG:BLOC:BUFF:CLE 5", "TRAC:CLE", "INIT",
    ):  # fmt: skip
        ask(bench, message)
    assert ask(bench, "TRIG:STAT?").startswith("RUNNING")
    ask(bench, "*TRG")
    assert ask(bench, "TRIG:STAT?").startswith("IDLE")
    assert ask(bench, "TRAC:ACT?") == "0"
    assert ask(bench, "SYST:ERR:NEXT?") == NO_ERROR


def test_simple_loop(bench: SimulatedBench) -> None:
    ask(bench, 'TRIG:LOAD "SimpleLoop", 6, 0.5')
    ask(bench, "INIT;*OPC")
    assert int(ask(bench, "*ESR?")) & 1 == 0
    bench.world.clock.sleep(10.0)
    assert int(ask(bench, "*ESR?")) & 1 == 1
    assert ask(bench, "TRAC:ACT?") == "6"


def test_a_language_takes_effect_at_the_next_switching_on(bench: SimulatedBench) -> None:
    ask(bench, "*LANG TSP")
    assert ask(bench, "*LANG?") == "SCPI"
    bench.panel("dut").power_on()
    assert ask(bench, "*LANG?") == "TSP"
    assert ask(bench, "READ?") == ""
    ask(bench, "*LANG SCPI")
    bench.panel("dut").power_on()
    assert re.fullmatch(READING, ask(bench, "READ?"))


def test_what_a_wrong_language_is_told(bench: SimulatedBench) -> None:
    ask(bench, "*LANG TSP")
    bench.panel("dut").power_on()
    ask(bench, "SENS:FUNC?")
    assert ask(bench, "*IDN?").startswith("KEITHLEY INSTRUMENTS,MODEL DMM6500")
    bench.panel("dut").receive(b"*LANG SCPI")
    assert bench.panel("dut").poll(message_available=False) & 4


def test_the_reset_keeps_the_queue_and_forgets_the_settings(bench: SimulatedBench) -> None:
    ask(bench, ':SENS:FUNC "RES";:COUN 7;:TRAC:MAKE "mine", 20;:NONSENSE')
    ask(bench, "*RST")
    assert ask(bench, ":SENS:FUNC?;:COUN?") == "VOLT:DC;1"
    assert ask(bench, "SYST:ERR:COUN?") == "1"
    ask(bench, "*CLS")
    assert ask(bench, "SYST:ERR?") == NO_ERROR


def test_power_on_forgets(bench: SimulatedBench) -> None:
    ask(bench, "*ESE 4;:SENS:FUNC 'RES'")
    bench.panel("dut").power_on()
    assert ask(bench, "*ESE?;*ESR?;:SENS:FUNC?") == "0;128;VOLT:DC"


def test_a_saved_state_comes_back(bench: SimulatedBench) -> None:
    ask(bench, ":SENS:FUNC 'RES';:SENS:RES:NPLC 5;:COUN 3;*SAV 4")
    ask(bench, "*RST")
    ask(bench, "*RCL 4")
    assert ask(bench, ":SENS:FUNC?;:SENS:RES:NPLC?;:COUN?") == "RES;5;3"
