"""The 34461A's panel, message by message, as its manuals and captures have it."""

import re
from collections.abc import Callable

import pytest

from tests.simulators.rig import VOLTS, Rig

REPLIES = [
    ("", "*IDN?", r"Keysight Technologies,34461A,MY53200017,[A-Z]\.[\d.-]+"),
    ("", "SYST:ERR?", r'\+0,"No error"'),
    ("", "SYSTem:ERRor:NEXT?", r'\+0,"No error"'),
    ("", "SYST:LFR?", r"\+50"),
    ("", "READ?", r"[+-]\d\.\d{8}E[+-]\d\d"),
    ("", "MEAS:VOLT:DC? DEF,DEF", r"[+-]\d\.\d{8}E[+-]\d\d"),
    ("SAMP:COUN 3", "READ?", r"([+-]\d\.\d{8}E[+-]\d\d,){2}[+-]\d\.\d{8}E[+-]\d\d"),
    ("", "FUNC?", r'"VOLT"'),
    ("FUNC 'VOLTage:AC'", "FUNC?", r'"VOLT:AC"'),
    ('SENS:FUNC "FRES"', "FUNC?", r'"FRES"'),
    ("CONF:VOLT:DC 10,3e-5", "CONF?", r'"VOLT \+1\.000000E\+01,\+3\.000000E-05"'),
    ("CONF:VOLT:DC 10,1e-5", "VOLT:NPLC?", r"\+1\.00000000E\+01"),
    ("CONF:VOLT:DC 10,MIN", "VOLT:NPLC?", r"\+1\.00000000E\+02"),
    ("CONF:VOLT:DC 10,MAX", "VOLT:NPLC?", r"\+2\.00000000E-02"),
    ("CONF:VOLT:DC 10", "VOLT:RANG:AUTO?", "0"),
    ("CONF:VOLT:DC", "VOLT:RANG:AUTO?", "1"),
    ("CONF:VOLT:DC AUTO", "VOLT:RANG:AUTO?", "1"),
    ("CONF:RES 1 MOHM", "RES:RANG?", r"\+1\.00000000E\+06"),
    ("CONF:FREQ", "CONF?", r'"FREQ .*"'),
    ("VOLT:DC:RANG 8", "VOLT:RANG?", r"\+1\.00000000E\+01"),
    ("VOLT:DC:RANG 13", "VOLT:RANG?", r"\+1\.00000000E\+02"),
    ("SENSe:VOLTage:DC:RANGe 10.000000", "SENS:VOLT:DC:RANG?", r"\+1\.00000000E\+01"),
    ("VOLT:RANG MIN", "VOLT:RANG?", r"\+1\.00000000E-01"),
    ("", "VOLT:RANG? MAX", r"\+1\.00000000E\+03"),
    ("SENSe:VOLT:NPLC 0.5", "VOLT:NPLC?", r"\+1\.00000000E\+00"),
    ("VOLT:NPLC MAX", "VOLT:NPLC?", r"\+1\.00000000E\+02"),
    ("VOLT:RANG 10;RES 1E-4", "VOLT:NPLC?", r"\+2\.00000000E-01"),
    ("VOLT:ZERO:AUTO OFF", "VOLT:ZERO:AUTO?", "0"),
    ("VOLT:ZERO:AUTO 1", "ZERO:AUTO?", "1"),
    ("VOLT:IMP:AUTO ON", "INP:IMP:AUTO?", "1"),
    ("DET:BAND 3", "VOLT:AC:BAND?", r"\+3\.00000000E\+00"),
    ("FREQ:APER 1", "FREQ:APER?", r"\+1\.00000000E\+00"),
    ("TRIG:SOUR BUS", "TRIG:SOUR?", "BUS"),
    ("TRIG:DEL 0.5", "TRIG:DEL:AUTO?", "0"),
    ("TRIG:COUN INF", "TRIG:COUN?", r"\+9\.90000000E\+37"),
    ("SAMP:COUN 7", "SAMP:COUN?", r"\+7"),
    ('DISP:TEXT "A ""b"""', "DISP:TEXT?", '"A ""b"""'),
    ('DISPLAY:TEXT ""', "DISP:TEXT?", '""'),
    ("DISP OFF", "DISP?", "0"),
    ("", "ROUT:TERM?", "FRON"),
    ("", "*TST?", r"\+0"),
    ("", "*OPC?", "1"),
    ("*ESE #H20", "*ESE?", r"\+32"),
    ("*SRE 255", "*SRE?", r"\+191"),
    ("STAT:QUES:ENAB 513;PRES", "STAT:QUES:ENAB?", r"\+513"),
    ("STAT:QUES:ENAB 513;:STAT:PRES", "STAT:QUES:ENAB?", r"\+0"),
    ("", "DATA:LAST?", r"\+9\.91000000E\+37"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(rig: Rig, told: str, asked: str, reply: str) -> None:
    if told:
        rig.dut.write(told)
    assert re.fullmatch(reply, rig.dut.query(asked))


REFUSALS = [
    ("VOLT:DC:RANG 1100", -222), ("VOLT:NPLC 1000", -222), ("VOLT:NPLC 0.001", -222),
    ("FUNC 'POWER'", -224), ("TRIG:SOUR INT", -224), ("SAMP:COUN 0", -222),
    ("FETC?", -230), ("*TRG", -211), ("NONSENSE", -113), ("NONSENSE?", -113),
    ("READ", -113), ("*ESE", -109), ("*ESE 256", -222), ("READ? 1,2", -108),
    ("TRIG:SOUR BUS;:READ?", -214), ("TRIG:SOUR BUS;:INIT;INIT", -213),
    ("CONF:VOLT:DC 10,1e-9", -222),
]  # fmt: skip


@pytest.mark.parametrize(("message", "code"), REFUSALS, ids=[one[0] for one in REFUSALS])
def test_refusals_go_into_the_queue(rig: Rig, message: str, code: int) -> None:
    rig.dut.write("*CLS")
    rig.dut.write(message)
    assert rig.dut.query("SYST:ERR?").startswith(f"{code},")
    assert rig.dut.query("*ESR?") == ("+32" if code > -200 else "+16")


def test_an_unknown_query_gets_no_reply(rig: Rig) -> None:
    rig.dut.timeout = 500
    before = rig.clock.monotonic()
    with pytest.raises(Exception, match="VI_ERROR_TMO"):
        rig.dut.query("MEAS:POWER?")
    assert rig.clock.monotonic() - before == pytest.approx(0.5)
    assert rig.dut.query("SYST:ERR?").startswith("-113,")


def test_status_byte_of_a_bad_command(rig: Rig) -> None:
    rig.dut.write("*CLS;*SRE 255;*ESE 32")
    rig.dut.write("NONSENSE")
    assert rig.dut.query("*STB?") == "+100"
    assert rig.dut.query("*ESR?") == "+32"
    assert rig.dut.query("*STB?") == "+68"
    rig.dut.query("SYST:ERR?")
    assert rig.dut.query("*STB?") == "+0"


def test_the_twentieth_error_tells_of_the_overflow(rig: Rig) -> None:
    for _ in range(25):
        rig.dut.write("NONSENSE")
    errors = [rig.dut.query("SYST:ERR?") for _ in range(21)]
    assert errors[:19] == ['-113,"Undefined header"'] * 19
    assert errors[19:] == ['-350,"Queue overflow"', '+0,"No error"']


def test_errors_survive_a_reset_and_not_a_clear(rig: Rig) -> None:
    rig.dut.write("NONSENSE;")
    rig.dut.write("*RST")
    assert rig.dut.query("SYST:ERR:COUN?") == "+1"
    rig.dut.write("*CLS")
    assert rig.dut.query("SYST:ERR:COUN?") == "+0"


def test_overload_is_in_the_questionable_event_and_no_error(rig: Rig) -> None:
    rig.bench.connect(VOLTS)
    rig.source("OUT 5 V")
    rig.dut.write("*CLS;STAT:QUES:ENAB 1;:VOLT:RANG 1")
    assert rig.dut.query("READ?") == "+9.90000000E+37"
    assert rig.dut.query("*STB?") == "+8"
    assert rig.dut.query("STAT:QUES?") == "+1"
    assert rig.dut.query("STAT:QUES?") == "+0"
    assert rig.dut.query("*ESR?") == "+8"
    assert rig.dut.query("SYST:ERR?") == '+0,"No error"'


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("CONF:VOLT:DC 10;:VOLT:NPLC 100", 4.0),
        ("CONF:VOLT:DC 10;:VOLT:NPLC 10", 0.4),
        ("CONF:VOLT:DC 10;:VOLT:NPLC 10;ZERO:AUTO OFF", 0.2),
        ("CONF:VOLT:DC 10;:VOLT:NPLC 1;:SAMP:COUN 10", 0.4),
        ("CONF:VOLT:AC 10", 1.0),
        ("CONF:VOLT:AC 10;:DET:BAND 3", 7.0),
        ("CONF:FREQ;:FREQ:APER 1", 2.0),
        ("CONF:VOLT:DC 10;:VOLT:NPLC 1;:TRIG:DEL 2", 2.04),
    ],
)
def test_reading_takes_its_time(rig: Rig, message: str, seconds: float) -> None:
    rig.dut.write(message)
    before = rig.clock.monotonic()
    rig.dut.query("READ?")
    assert rig.clock.monotonic() - before == pytest.approx(seconds, abs=0.03)


def test_bus_trigger_and_fetch(rig: Rig) -> None:
    rig.dut.write("CONF:VOLT:DC 10;:SAMP:COUN 5;:TRIG:SOUR BUS;:INIT")
    assert rig.dut.query("DATA:POIN?") == "+0"
    rig.dut.assert_trigger()
    assert rig.dut.query("DATA:POIN?") == "+0"
    rig.clock.sleep(1.0)
    assert rig.dut.query("DATA:POIN?") == "+2"
    readings = rig.dut.query("FETC?").split(",")
    assert len(readings) == 5
    assert rig.dut.query("DATA:REM? 2") == ",".join(readings[:2])
    assert rig.dut.query("R? 2") == f"#231{','.join(readings[2:4])}"
    assert rig.dut.query("DATA:LAST?") == readings[4]


def test_abort_leaves_what_was_complete(rig: Rig) -> None:
    rig.dut.write("CONF:VOLT:DC 10;:SAMP:COUN 10;:INIT")
    rig.clock.sleep(1.0)
    rig.dut.write("ABOR")
    assert rig.dut.query("DATA:POIN?") == "+2"
    rig.dut.write("INIT")
    assert len(rig.dut.query("FETC?").split(",")) == 10


def test_external_trigger_never_comes_and_a_clear_ends_the_waiting(rig: Rig) -> None:
    rig.dut.timeout = 3000
    rig.dut.write("TRIG:SOUR EXT")
    with pytest.raises(Exception, match="VI_ERROR_TMO"):
        rig.dut.query("READ?")
    rig.dut.clear()
    assert rig.dut.query("TRIG:SOUR?") == "EXT"


def test_the_serial_number_is_the_bench_s(rig_of: Callable[..., Rig]) -> None:
    assert rig_of().dut.query("*IDN?").split(",")[2] == "MY53200017"


def test_completion_is_told_when_the_readings_are(rig: Rig) -> None:
    rig.dut.write("*CLS;*ESE 1;*SRE 32;:CONF:VOLT:DC 10;:SAMP:COUN 5;:INIT;*OPC")
    assert rig.dut.read_stb() == 0
    rig.clock.sleep(3.0)
    assert rig.dut.read_stb() == 32 + 64
    assert len(rig.dut.query("FETC?").split(",")) == 5
