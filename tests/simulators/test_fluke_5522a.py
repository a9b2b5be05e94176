"""The 5522A's panel, message by message, as its manuals and captures have it."""

from dataclasses import dataclass

import pytest

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.world import Air
from tests.simulators.rig import Rig


@dataclass(frozen=True)
class Case:
    told: str
    asked: str
    reply: str


AFTER_RESET = (
    Case("*RST", "OUT?", "0.0000000E+00,V,0E+00,0,0.00E+00"),
    Case("*RST", "RANGE?", "DC330MV,0"),
    Case("*RST", "FUNC?", "DCV"),
    Case("*RST", "OPER?", "0"),
    Case("*RST", "WAVE?", "NONE,NONE"),
    Case("*RST", "LOWS?", "TIED"),
    Case("*RST", "EARTH?", "OPEN"),
    Case("*RST", "ZCOMP?", "NONE"),
    Case("*RST", "RANGELCK?", "OFF"),
    Case("*RST", "DC_OFFSET?", "+0.00000E+00"),
    Case("*RST", "CUR_POST?", "AUX"),
    Case("*RST", "LIMIT?", "1020.0000,-1020.0000,20.5000,-20.5000"),
    Case("*RST", "POWER?", "0E+00"),
    Case("*CLS", "ERR?", '0,"No Error"'),
    Case("*CLS", "FAULT?", "0"),
    Case("", "*TST?", "0"),
    Case("", "*OPT?", "0"),
    Case("", "*IDN?", "FLUKE,5522A,4872301,1.1+1.3+1.8"),
    Case("", "EXPLAIN? 539", '"Can\'t change compensation now."'),
)
OUTPUTS = (
    Case("OUT -15.2 V", "OUT?", "-1.520000E+01,V,0E+00,0,0.00E+00"),
    Case("OUT 188.3 MA, 442 HZ", "OUT?", "1.88300E-01,A,0E+00,0,4.420E+02"),
    Case("OUT 1.924 MOHM", "OUT?", "1.92400E+06,OHM,0E+00,0,0.00E+00"),
    Case("OUT 1.23 V, 2.34 V, 60 HZ", "OUT?", "1.23000E+00,V,2.34000E+00,V,6.000E+01"),
    Case("OUT 15.2 V, 188.3 MA, 442 HZ", "OUT?", "1.52000E+01,V,1.88300E-01,A,4.420E+02"),
    Case("OUT 15.2 V, 442 HZ", "OUT? DBM", "2.586E+01,DBM,0E+00,A,4.420E+02"),
    Case("out 10v", "OUT?", "1.000000E+01,V,0E+00,0,0.00E+00"),
    Case("OUT 10 V, 1 KHZ;OUT 20 V", "OUT?", "2.00000E+01,V,0E+00,0,1.0000E+03"),
    Case("OUT 10 V, 1 KHZ;OUT 20 V, 0 HZ", "OUT?", "2.000000E+01,V,0E+00,0,0.00E+00"),
    Case("OUT 10 V, 1 KHZ;OUT 50 HZ", "OUT?", "1.00000E+01,V,0E+00,0,5.000E+01"),
    Case("OUT 1 V;OUT 2", "OUT?", "2.000000E+00,V,0E+00,0,0.00E+00"),
    Case("OUT 1,5 V", "FUNC?", "DCV_DCV"),
    Case("OUT 300 UV", "RANGE?", "DC330MV,0"),
    Case("OUT 330 MV", "RANGE?", "DC3_3V,0"),
    Case("OUT 1 V;RANGELCK ON;OUT 10 MV", "RANGE?", "DC3_3V,0"),
    Case("OUT 1 V;RANGELCK ON;OUT 10 MV;RANGELCK OFF", "RANGE?", "DC330MV,0"),
    Case("OUT 1 V, 2 V", "RANGE?", "DC3_3V_P,DC3_3V_S"),
    Case("OUT 100 OHM", "FUNC?", "RES"),
    Case("OUT 1 NF", "FUNC?", "CAP"),
    Case("OUT 1 NF", "OUT?", "1.0000E-09,F,0E+00,0,0.00E+00"),
    Case("OUT 220 PF", "OUT?", "2.200E-10,F,0E+00,0,0.00E+00"),
    Case("OUT 1E-6 F", "OUT?", "1.00000E-06,F,0E+00,0,0.00E+00"),
    Case("OUT 100 UF", "RANGE?", "C110UF,0"),
    Case("OUT 10 MF", "RANGE?", "C11MF,0"),
    Case("OUT 1 NF;OUT 2E-9", "OUT?", "2.0000E-09,F,0E+00,0,0.00E+00"),
    Case("OUT 10 V, 1 KHZ;OUT 1 NF", "OUT?", "1.0000E-09,F,0E+00,0,0.00E+00"),
    Case("OUT 1 V;OPER;OUT 1 NF", "OPER?", "0"),
    Case("OUT 1 A", "FUNC?", "DCI"),
    Case("OUT 1 A, 50 HZ", "FUNC?", "ACI"),
    Case("OUT 1 V, 50 HZ", "FUNC?", "ACV"),
    Case("OUT 10 V, 1 A", "FUNC?", "DC_POWER"),
    Case("OUT 10 V, 1 A, 50 HZ", "FUNC?", "AC_POWER"),
    Case("OUT 10 V, 1 A", "POWER?", "1.00000E+01"),
    Case("OUT 1 V, 1 KHZ;WAVE SQUARE", "WAVE?", "SQUARE,NONE"),
    Case("WAVE SQUARE;OUT 1 V, 1 KHZ", "WAVE?", "SQUARE,NONE"),
    Case("OUT 1 V, 1 KHZ;DC_OFFSET 1.44 MV", "DC_OFFSET?", "+1.44E-03"),
    Case("DBMZ Z50", "DBMZ?", "Z50"),
    Case("OUT 100 OHM;ZCOMP WIRE4", "ZCOMP?", "WIRE4"),
    Case("OUT 100 OHM;ZCOMP WIRE4;OUT 1 V", "ZCOMP?", "NONE"),
    Case("CUR_POST A20", "CUR_POST?", "A20"),
    Case("LIMIT 100 V, -50 V", "LIMIT?", "100.0000,-50.0000,20.5000,-20.5000"),
    Case("*SRE 255", "*SRE?", "191"),
    Case("*ESE 60", "*ESE?", "60"),
    Case("ISCE1 4096", "ISCE1?", "4096"),
)


@pytest.mark.parametrize("case", AFTER_RESET + OUTPUTS, ids=lambda one: f"{one.told} {one.asked}")
def test_replies(rig: Rig, case: Case) -> None:
    if case.told:
        rig.calibrator.write(case.told)
    assert rig.calibrator.query(case.asked) == case.reply


REFUSALS = [
    ("OUT 1300 V", 1306, 16),
    ("OUT 1 V, 3 MHZ", 1306, 16),
    ("OUT 400 V, 50 KHZ", 1306, 16),
    ("OUT 21 A", 1306, 16),
    ("OUT -1 V, 50 HZ", 1306, 16),
    ("OUT 2 GV", 1305, 32),
    ("OUT 1 CEL", 1305, 32),
    ("OUT 1 F", 1306, 16),
    ("OUT 200 PF", 1306, 16),
    ("OUT 1 NF, 100 HZ", 1305, 32),
    ("OUT 1 V, 1 NF", 1305, 32),
    ("OUT 1 V, ,2 A", 1304, 32),
    ("OUT", 1302, 32),
    ("OUT 1 V, 2 V, 3 HZ, 4 HZ", 1302, 32),
    ("OUT 1.2345678901234567 V", 1318, 32),
    ("OUT 1E21 V", 1318, 32),
    ("OUT LOUD", 1304, 32),
    ("OUT (1+1) V", 1304, 32),
    ("SHOUT 1 V", 1301, 32),
    ("SHOUT?", 1301, 32),
    ("=", 1300, 32),
    ("LOWS MAYBE", 1303, 32),
    ("ZCOMP WIRE4", 539, 16),
    ("WAVE SQUARE", 1306, 16),
    ("DC_OFFSET 1 V", 1306, 16),
    ("OPER 1", 1302, 32),
]


@pytest.mark.parametrize(("message", "code", "event"), REFUSALS, ids=[one[0] for one in REFUSALS])
def test_a_refusal_changes_nothing_and_is_told(
    rig: Rig, message: str, code: int, event: int
) -> None:
    rig.calibrator.write("*CLS;OUT 2 V;*SRE 8")
    rig.calibrator.write(message)
    assert rig.calibrator.read_stb() == 8 + 64
    assert int(rig.calibrator.query("*ESR?")) == event
    assert rig.calibrator.query("OUT?") == "2.000000E+00,V,0E+00,0,0.00E+00"
    assert rig.calibrator.query("FAULT?") == str(code)
    assert rig.calibrator.read_stb() == 0


def test_the_sixteenth_error_tells_of_the_overflow(rig: Rig) -> None:
    for _ in range(20):
        rig.calibrator.write("NONSENSE")
    codes = [int(rig.calibrator.query("FAULT?")) for _ in range(17)]
    assert codes == [1301] * 15 + [1, 0]


def test_nothing_may_be_asked_after_the_identity(rig: Rig) -> None:
    rig.calibrator.write("*CLS")
    assert rig.calibrator.query("*IDN?;OPER?").startswith("FLUKE")
    assert rig.calibrator.query("ERR?").startswith("1310,")


def test_operate_waits_for_settling(rig: Rig) -> None:
    rig.calibrator.write("*CLS;OUT 10 V")
    assert int(rig.calibrator.query("ISR?")) & 4096
    rig.calibrator.write("ISCE1 4096;*SRE 4;OPER;*OPC")
    assert int(rig.calibrator.query("ISR?")) & (4096 + 1) == 1
    assert int(rig.calibrator.query("*ESR?")) & 1 == 0
    before = rig.clock.monotonic()
    assert rig.calibrator.query("*OPC?") == "1"
    assert 0.0 < rig.clock.monotonic() - before < 5.0
    assert int(rig.calibrator.query("ISR?")) & (4096 + 1) == 4097
    assert rig.calibrator.read_stb() == 4 + 64
    assert int(rig.calibrator.query("ISCR1?")) & 4096
    assert int(rig.calibrator.query("*ESR?")) & 1 == 1


@pytest.mark.parametrize(
    ("first", "then", "operating"),
    [
        ("OUT 10 V", "OUT 20 V", "1"),
        ("OUT 10 V", "OUT 34 V", "0"),
        ("OUT 100 V", "OUT 200 V", "1"),
        ("OUT 100 V", "OUT 10 V", "1"),
        ("OUT 10 V", "OUT 10 MA", "0"),
        ("OUT 10 V", "OUT 10 OHM", "0"),
        ("OUT 10 V", "OUT 10 V, 50 HZ", "1"),
        ("OUT 10 V", "LOWS OPEN", "0"),
        ("OUT 10 V", "LOWS TIED", "1"),
        ("OUT 10 V", "CUR_POST A20", "0"),
        ("OUT 10 V", "OUT 1300 V", "1"),
        ("OUT 10 V", "STBY", "0"),
        ("OUT 10 V", "*RST", "0"),
    ],
)
def test_what_drops_to_standby(rig: Rig, first: str, then: str, operating: str) -> None:
    rig.calibrator.write(f"{first};OPER;{then}")
    assert rig.calibrator.query("OPER?") == operating


def test_high_voltage_shows_in_the_status(rig: Rig) -> None:
    rig.calibrator.write("OUT 33 V")
    assert int(rig.calibrator.query("ISR?")) & 128 == 0
    rig.calibrator.write("OUT 34 V")
    assert int(rig.calibrator.query("ISR?")) & 128


@pytest.mark.parametrize(
    ("limit", "message", "accepted"),
    [
        ("LIMIT 50 V, -50 V", "OUT 49 V", True),
        ("LIMIT 50 V, -50 V", "OUT 51 V", False),
        ("LIMIT 50 V, -20 V", "OUT -21 V", False),
        ("LIMIT 1 A, -1 A", "OUT 2 A", False),
        ("LIMIT 1 A, -1 A", "OUT 2 V", True),
    ],
)
def test_the_user_limit(rig: Rig, limit: str, message: str, *, accepted: bool) -> None:
    rig.calibrator.write(f"{limit};*CLS;{message}")
    assert (rig.calibrator.query("FAULT?") == "0") is accepted


def test_saving_the_limit_takes_two_seconds(rig: Rig) -> None:
    before = rig.clock.monotonic()
    rig.calibrator.query("LIMIT 50 V, -50 V;OPER?")
    assert rig.clock.monotonic() - before == pytest.approx(2.0)


def test_state_is_what_the_display_shows(rig: Rig) -> None:
    rig.calibrator.write("OUT 5 V, 1 KHZ;OPER")
    assert rig.bench.state()["calibrator"] == {
        "operating": True, "function": "ACV", "output": 5.0, "hertz": 1000.0, "range": "AC33V",
    }  # fmt: skip


def test_its_sibling_says_who_it_is_and_speaks_the_same() -> None:
    specs = [InstrumentSpec("calibrator", "fluke-5520a", "4872301")]
    panel = build(specs, seed=7, air=Air(), clock=VirtualClock()).panel("calibrator")
    (reply,) = panel.receive(b"OUT 10 V;OUT?;*IDN?")
    assert reply.payload == b"1.000000E+01,V,0E+00,0,0.00E+00;FLUKE,5520A,4872301,1.2+1.0+1.0+*\n"
