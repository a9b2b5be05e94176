"""A PACE, message by message, as manual K0472 has it, and the pressure at its outlet."""

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.druck_pace.course import Course
from simulators.druck_pace.manifold import Modules
from simulators.panel import Outspoken
from simulators.physics.media import PressurePort
from simulators.world import Air

EXACT = {
    "gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
    "atmospheric-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
}


class Rig:
    def __init__(self, model: str = "druck-pace5000", *, exact: bool = True) -> None:
        self.clock = VirtualClock()
        spec = InstrumentSpec("pace", model, "2765613", EXACT if exact else {})
        self.bench: SimulatedBench = build([spec], seed=4, air=Air(), clock=self.clock)
        self.panel = self.bench.panel("pace")

    def ask(self, message: str) -> str | None:
        replies = self.panel.receive(message.encode())
        if not replies:
            return None
        (reply,) = replies
        self.clock.sleep(reply.ready - self.clock.monotonic())
        return reply.payload.decode().rstrip("\n")

    def number(self, message: str) -> float:
        answer = self.ask(message)
        assert answer is not None
        return float(answer.split(" ", 1)[1].split(",")[0])

    def port(self) -> PressurePort:
        return self.bench.physics("pace", Modules).manifolds[0]


@pytest.fixture
def rig() -> Rig:
    return Rig()


REPLIES = [
    ("", "*IDN?", "*IDN GE Druck,PACE5000,2765613,DK0367  v03.02.11"),
    ("", ":SYST:ERR?", ":SYST:ERR 0, No error"),
    (":SYST:ERR", ":SYST:ERR?", ':SYST:ERR -200,"Execution error;Query or command violation"'),
    (":SOUR:PRES 0.5", ":SOUR:PRES?", ":SOUR:PRES:LEV:IMM:AMPL 0.5000000"),
    (":SOUR:PRES:LEV:IMM:AMPL 0.5", ":SOUR?", ":SOUR:PRES:LEV:IMM:AMPL 0.5000000"),
    (":source1:pressure 0.5", ":sour1:pres?", ":SOUR:PRES:LEV:IMM:AMPL 0.5000000"),
    ("", ":SOUR:PRES?", ":SOUR:PRES:LEV:IMM:AMPL 0.0"),
    ("", ":SOUR:VENT?", ":SOUR:PRES:LEV:IMM:AMPL:VENT 0"),
    ("", ":SOUR:PRES:VENT?", ":SOUR:PRES:LEV:IMM:AMPL:VENT 0"),
    (":SOUR:SLEW:OVER 0", ":SOUR:PRES:SLEW:OVER?", ":SOUR:PRES:SLEW:OVER:STAT 0"),
    ("", ":SENS:PRES:FILT?", ":SENS:PRES:FILT:LPAS:STAT 0"),
    ("", ":SENS:FILT:BAND?", ":SENS:PRES:FILT:LPAS:BAND 50.0000000"),
    ("", ":SENS:PRES:FILT:FREQ?", ":SENS:PRES:FILT:LPAS:FREQ 2.0000000"),
    ("", ":SENS:RES?", ":SENS:PRES:RES 6"),
    (":SENS:RES 5.4", ":SENS:RES?", ":SENS:PRES:RES 5"),
    (":SENS:CORR:HEAD AIR,-0.75", ":SENS:PRES:CORR:HEAD?", ":SENS:PRES:CORR:HEAD AIR, -0.7500000"),
    (":SENS:CORR:OFFS 100", ":SENS:PRES:CORR:OFFS?", ":SENS:PRES:CORR:OFFS 100.0000000"),
    ("", ":SENS:PRES:CORR:VOL?", ":SENS:PRES:CORR:VOL 0.0150000"),
    ("", ":OUTP?", ":OUTP:STAT 0"),
    (":OUTP 1", ":OUTP1:STAT?", ":OUTP:STAT 1"),
    (":SOUR:PRES:INL 0.02", ":SOUR:INL?", ":SOUR:PRES:INL 0.0200000"),
    ("", ":SOUR:PRES:INL:TIME?", ":SOUR:PRES:INL:TIME 2"),
    ("", ":SOUR:PRES:SLEW?", ":SOUR:PRES:SLEW 100.0000000"),
    (":SOUR:SLEW MAX", ":SOUR:PRES:SLEW?", ":SOUR:PRES:SLEW 99999999.0000000"),
    (":SOUR:SLEW MIN", ":SOUR:PRES:SLEW?", ":SOUR:PRES:SLEW 0.0"),
    (":SOUR:SLEW 2", ":SOUR:PRES:SLEW?", ":SOUR:PRES:SLEW 2.0000000"),
    (":SOUR:SLEW 2;:UNIT:PRES BAR", ":SOUR:PRES:SLEW?", ":SOUR:PRES:SLEW 0.0020000"),
    ("", ":SOUR:PRES:SLEW:MODE?", ":SOUR:PRES:SLEW:MODE MAX"),
    ("", ":SOUR:PRES:EFF?", ":SOUR:PRES:EFF 0.0"),
    ("", ":SOUR:PRES:COMP2?", ":SOUR:PRES:COMP2 -960.0000000"),
    ("", ":SOUR:PRES:COMP1?", ":SOUR:PRES:COMP 8400.0000000"),
    ("", ":SOUR:PRES:RANG:LOW?", ':SOUR:PRES:RANG:LOW "-1000mbar g"'),
    (':SOUR:RANG "8.00bara"', ":SOUR:RANG?", ':SOUR:PRES:RANG "8.00bara"'),
    (":SYST:SET CONT,100", ":SYST:SET?", ":SYST:SET CONT, 100.0000000"),
    ("", ":INST:CAT1?", ':INST:CAT: "7.00barg","BAROMETER","8.00bara"'),
    ("", ":INST:CAT:ALL?", ':INST:CAT:ALL "7.00barg","BAROMETER","8.00bara"'),
    ("", ":INST:CONT1:SENS2?", ':INST:CONT1:SENS2 "7.00barg"'),
    ("", ":INST:LIM?", ':INST:LIM "7.00barg", 7350.0000000, -1100.0000000'),
    ("", ":INST?", ':INST:LIM "7.00barg", 7350.0000000, -1100.0000000'),
    ("", ":INST:SENS2?", ':INST:SENS2 "20.00barg"'),
    ("", ":INST:SENS:CALD1?", ":INST:SENS:CALD 2009, 11, 21"),
    ("", ":INST:SENS:CALD2?", ":INST:SENS:CALD2 2009, 11, 17"),
    ("", ":INST:SENS:FULL?", ":INST:SENS:FULL 7.0000000"),
    ("", ":INST:SENS:NEGC?", ":INST:SENS:NEGC 1"),
    ("", ":INST:SN1?", ":INST:SN 2765613"),
    ("", ":INST:SN7?", ":INST:SN7 0"),
    ("", ":INST:MAC?", ':INST:MAC "00-D0-1C-0B-1B-1A"'),
    ("", ":INST:VERS?", ':INST:VERS "00.01.09"'),
    ("", ":INST:UNIT12?", ":INST:UNIT12 KG/M2"),
    ("", ":UNIT:PRES?", ":UNIT:PRES MBAR"),
    (":UNIT:PRES KG/CM2", ":UNIT?", ":UNIT:PRES KG/CM2"),
    (":UNIT:PRES inH2O_20", ":UNIT?", ":UNIT:PRES INH2O_20"),
    (':UNIT:PRES:DEF4 "My",2000.0', ":UNIT:PRES:DEF4?", ':UNIT:PRES:DEF4 "My", 2000.0000000'),
    ("", ":UNIT:PRES:DEF?", ':UNIT:PRES:DEF "UserUnit1", 1000.0000000'),
    ("", ":CAL:PRES:ZERO:VALV?", ":CAL:PRES:ZERO:VALV 0"),
    (":CAL:ZERO:AUTO 1", ":CAL:PRES:ZERO:VALV:STAT?", ":CAL:PRES:ZERO:VALV:STAT 1"),
    (":SYST:PASS:CEN 2317100", ":SYST:PASS:CEN:STAT?", ":SYST:PASS:CEN:STAT 1"),
    (":SYST:PASS:CEN 2317100", ":CAL:PRES:POIN?", ":CAL:PRES:POIN 3"),
    ("", ":SYST:DATE?", ":SYST:DATE 9, 5, 2"),
    ("", ":SYST:TIME?", ":SYST:TIME 10, 8, 44"),
    ("", ":SYST:AREA?", ":SYST:AREA EUR"),
    ("", ":SYST:VERS?", ":SYST:VERS 1995.0"),
    ("", ":SYST:COMM:SER:BAUD?", ":SYST:COMM:SER:BAUD 9600"),
    ("", ":SYST:COMM:SER:PAR?", ":SYST:COMM:SER:TYPE:PAR NONE"),
    ("", ":SYST:COMM:SER:CONT:XONX?", ":SYST:COMM:SER:CONT 0"),
    ("", ":SYST:COMM:GPIB:ADDR?", ":SYST:COMM:GPIB:SELF:ADDR 16"),
    (":OUTP:LOG2 1", ":OUTP:LOG2?", ":OUTP:LOG2 1"),
    ("", "*TST?", "*TST 1"),
    ("", "*OPC?", "*OPC 1"),
    ("", "*ESR?", "*ESR 0"),
    ("", "\r:OUTP?\r", ":OUTP:STAT 0"),
    (":SOUR 0.5K", ":SOUR?", ":SOUR:PRES:LEV:IMM:AMPL 500.0000000"),
    (":SOUR 0.5 K", ":SOUR?", ":SOUR:PRES:LEV:IMM:AMPL 500.0000000"),
    ("*SRE #B1010", "*SRE?", "*SRE 10"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}".strip() for a, b, _ in REPLIES]
)
def test_replies(rig: Rig, told: str, asked: str, reply: str) -> None:
    if told:
        assert rig.ask(told) is None
    assert rig.ask(asked) == reply


REFUSALS = [
    (":SOUR:PRES:COMP3?", '-114,"Header suffix out of range"'),
    (":OUTP:LOG1?", '-240,"Hardware error;The option board is not configured correctly"'),
    (":NONSENSE?", '-113,"Undefined header"'),
    (":SENS:RES 8", '-222,"Data out of range; Parameter 1"'),
    (":SOUR:PRES 8000", '-222,"Data out of range; Parameter 1"'),
    (":SOUR:PRES -1101", '-222,"Data out of range; Parameter 1"'),
    (":SENS2:PRES?", '-241,"Hardware missing"'),
    (':SOUR:RANG "7.00BARG"', '-224,"Illegal parameter value"'),
    (":UNIT:PRES FURLONG", '-224,"Illegal parameter value"'),
    (":SOUR:PRES", '-109,"Missing parameter"'),
    (":OUTP 1,2", '-108,"Parameter not allowed"'),
    (":CAL:PRES:POIN?", '-203,"Command protected"'),
    (":LOC?", '-200,"Execution error;Query or command violation"'),
    (":SOUR:PRES 1e400", '-222,"Data out of range; Parameter 1"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one[0] for one in REFUSALS])
def test_refusals_get_no_reply_and_go_into_the_queue(rig: Rig, message: str, error: str) -> None:
    assert rig.ask(message) is None
    assert rig.ask(":SYST:ERR?") == f":SYST:ERR {error}"
    assert rig.ask(":SYST:ERR?") == ":SYST:ERR 0, No error"


def test_the_sixth_error_tells_of_the_overflow(rig: Rig) -> None:
    for _ in range(7):
        rig.ask(":NONSENSE")
    errors = [rig.ask(":SYST:ERR?") for _ in range(6)]
    assert errors[:4] == [':SYST:ERR -113,"Undefined header"'] * 4
    assert errors[4:] == [
        ':SYST:ERR -350,"Queue overflow;Error queue overflow"', ":SYST:ERR 0, No error",
    ]  # fmt: skip


def test_status_byte_of_an_undefined_word_is_told_once(rig: Rig) -> None:
    rig.ask("*SRE 255")
    rig.ask("NONSENSE")
    assert rig.ask("*STB?") == "*STB 68"
    assert rig.ask("*STB?") == "*STB 0"
    assert rig.ask("*ESR?") == "*ESR 32"


def test_queries_of_one_message_are_answered_in_one_line(rig: Rig) -> None:
    answer = rig.ask(":SENS1:PRES?;:OUTP1:STAT?;:NONSENSE?")
    assert answer is not None
    first, second = answer.split(";")
    assert first.startswith(":SENS:PRES ")
    assert second == ":OUTP:STAT 0"


def test_a_reply_beyond_256_characters_loses_its_newest_part(rig: Rig) -> None:
    answer = rig.ask(";".join([":INST:CAT1?"] * 8))
    assert answer is not None
    assert len(answer) <= 256
    assert answer.split(";") == [':INST:CAT: "7.00barg","BAROMETER","8.00bara"'] * 5
    assert rig.ask(":SYST:ERR?") == ':SYST:ERR -350,"Queue overflow"'


def test_a_setting_and_its_query_in_one_message(rig: Rig) -> None:
    answer = rig.ask(":SOUR1:PRES:LEV:IMM:AMPL 500;:SOUR1:PRES:LEV:IMM:AMPL?")
    assert answer == ":SOUR:PRES:LEV:IMM:AMPL 500.0000000"


def test_the_second_module_echoes_its_number() -> None:
    rig = Rig("druck-pace6000")
    assert rig.ask(":SENS2:PRES:SLEW?") == ":SENS2:PRES:SLEW 0.0"
    assert rig.ask(":SENS2:PRES:RANG?") == ':SENS2:PRES:RANG "3.50barg"'
    assert rig.ask(":INST:SENS5:CALD1?") == ":INST:SENS5:CALD 2009, 11, 21"
    assert rig.ask(":INST:CAT2:ALL?") == ':INST:CAT2:ALL "3.50barg","BAROMETER","4.50bara"'
    assert rig.ask("*IDN?") == "*IDN GE Druck,PACE6000,2765613,DK0388  v02.02.05"


def test_an_indicator_reads_what_it_is_joined_to_and_does_not_control() -> None:
    clock = VirtualClock()
    specs = [
        InstrumentSpec("pace", "druck-pace5000", "1", EXACT),
        InstrumentSpec("gauge", "druck-pace1000", "11240594", EXACT),
    ]
    bench = build(specs, seed=4, air=Air(), clock=clock)
    gauge = bench.panel("gauge")
    assert gauge.receive(b":OUTP?") == ()
    assert abs(float(gauge.receive(b":SENS?")[0].payload.split()[1])) < 0.1
    bench.connect([("pace OUTLET", "gauge INLET")])
    bench.panel("pace").receive(b":SOUR 2000;:OUTP 1")
    clock.sleep(30.0)
    assert float(gauge.receive(b":SENS?")[0].payload.split()[1]) == pytest.approx(2000, abs=0.2)
    (reply,) = gauge.receive(b"*IDN?")
    assert reply.payload == b"*IDN GE Druck,PACE1000,11240594,DK0406  v01.10.12\n"


def test_a_step_of_a_tenth_settles_in_about_five_seconds(rig: Rig) -> None:
    rig.ask(":SOUR:PRES 700")
    rig.ask(":OUTP 1")
    begun = rig.clock.monotonic()
    assert rig.ask(":SENS:PRES:INL?") is not None
    while (rig.ask(":SENS:PRES:INL?") or "").endswith(", 0"):
        assert rig.clock.monotonic() - begun < 15.0
    assert 3.0 < rig.clock.monotonic() - begun < 8.0
    rig.clock.sleep(5.0)
    assert rig.number(":SENS:PRES?") == pytest.approx(700.0, abs=0.2)
    true = rig.port().pascals(rig.clock.monotonic())
    assert true - 101325.0 == pytest.approx(70000.0, abs=0.00001 * 7e5 + 1e-6)


def test_a_linear_ramp_has_its_rate_and_no_overshoot(rig: Rig) -> None:
    rig.ask(":SOUR:SLEW:MODE LIN;:SOUR:SLEW 50;:SOUR:PRES 1000;:OUTP 1")
    rig.clock.sleep(10.0)
    assert rig.number(":SENS:PRES?") == pytest.approx(500.0, abs=10.0)
    assert rig.number(":SENS:PRES:SLEW?") == pytest.approx(50.0, rel=1e-3)
    greatest = 0.0
    for _ in range(200):
        rig.clock.sleep(0.1)
        greatest = max(greatest, rig.number(":SENS:PRES?"))
    assert greatest < 1000.3
    assert rig.ask(":SENS:PRES:SLEW?") == ":SENS:PRES:SLEW 0.0"


@pytest.mark.parametrize(("allowed", "beyond"), [("1", True), ("0", False)])
def test_overshoot_is_a_choice(rig: Rig, allowed: str, beyond: bool) -> None:
    rig.ask(f":SOUR:SLEW:OVER {allowed};:SOUR:PRES 3000;:OUTP 1")
    begun = rig.clock.monotonic()
    levels = [rig.port().pascals(begun + 0.02 * n) - 101325.0 for n in range(1000)]
    assert (max(levels) > 300100.0) is beyond


def test_a_vent_ends_at_the_atmosphere_and_stays_completed(rig: Rig) -> None:
    rig.ask(":SOUR:PRES 5000;:OUTP 1")
    rig.clock.sleep(30.0)
    rig.ask(":SOUR:VENT 1")
    rig.ask(":SOUR:PRES:VENT 1")
    assert rig.ask(":SOUR:PRES:VENT?") == ":SOUR:PRES:LEV:IMM:AMPL:VENT 1"
    assert rig.ask(":OUTP?") == ":OUTP:STAT 0"
    rig.clock.sleep(20.0)
    assert rig.ask(":SOUR:PRES:VENT?") == ":SOUR:PRES:LEV:IMM:AMPL:VENT 2"
    assert rig.port().pascals(rig.clock.monotonic()) == pytest.approx(101325.0, abs=1.0)
    rig.ask(":SOUR:PRES:VENT 0")
    assert rig.ask(":SOUR:PRES:VENT?") == ":SOUR:PRES:LEV:IMM:AMPL:VENT 0"


def test_a_closed_system_keeps_its_absolute_pressure_but_for_a_leak(rig: Rig) -> None:
    rig.ask(":SOUR:PRES 5000;:OUTP 1")
    rig.clock.sleep(30.0)
    rig.ask(":OUTP 0")
    before = rig.port().pascals(rig.clock.monotonic())
    rig.bench.world.air = Air(pascals=100325.0)
    assert rig.port().pascals(rig.clock.monotonic()) == pytest.approx(before, abs=1e-6)
    assert rig.number(":SENS:PRES?") == pytest.approx(5010.0, abs=0.2)
    rig.clock.sleep(600.0)
    assert 100.0 < before - rig.port().pascals(rig.clock.monotonic()) < 3000.0


def test_the_pseudo_absolute_range_adds_the_barometer(rig: Rig) -> None:
    rig.ask(':SOUR:RANG "8.00bara"')
    assert rig.number(":SENS:PRES?") == pytest.approx(1013.25, abs=0.1)
    rig.ask(":SOUR:PRES 3000;:OUTP 1")
    rig.clock.sleep(30.0)
    assert rig.port().pascals(rig.clock.monotonic()) == pytest.approx(300000.0, abs=8.0)
    rig.ask(':SENS:RANG "BAROMETER"')
    assert rig.number(":SENS:PRES?") == pytest.approx(1013.25, abs=1e-6)


def test_head_correction_lowers_the_reading_of_a_higher_device(rig: Rig) -> None:
    rig.ask(":SOUR:PRES 5000;:OUTP 1")
    rig.clock.sleep(60.0)
    plain = rig.number(":SENS:PRES?")
    rig.ask(":SENS:CORR:HEAD NITR, 10;:SENS:CORR:HEAD:STAT 1")
    air_head = 0.0033693 * 601325.0 / 296.15 * 9.80665 * 10 / 100.0
    assert plain - rig.number(":SENS:PRES?") == pytest.approx(air_head, abs=0.1)


def test_the_true_error_moves_the_outlet_and_not_the_reading() -> None:
    rig = Rig(exact=False)
    rig.ask(":SOUR:PRES 6000;:OUTP 1")
    rig.clock.sleep(60.0)
    assert rig.number(":SENS:PRES?") == pytest.approx(6000.0, abs=0.2)
    error = rig.bench.true_error("pace", "gauge-pressure", 6e5, range_=7e5)
    assert 1.0 < abs(error) < 5e-5 * 6e5 + 5e-5 * 7e5
    true = rig.bench.actual_output("pace", "gauge-pressure", 6e5)
    assert true == pytest.approx(6e5 - error, abs=0.01)
    gauge = rig.port().pascals(rig.clock.monotonic()) - 101325.0
    assert gauge == pytest.approx(true, abs=8.0)


def test_a_zero_takes_the_offset_away() -> None:
    rig = Rig(exact=False)
    before = rig.number(":SENS:PRES?")
    rig.ask(":CAL:ZERO:AUTO 1")
    assert rig.ask(":CAL:PRES:ZERO:AUTO?") == ":CAL:PRES:ZERO:AUTO 1"
    rig.clock.sleep(15.0)
    assert rig.ask(":CAL:PRES:ZERO:AUTO?") == ":CAL:PRES:ZERO:AUTO 0"
    assert abs(rig.number(":SENS:PRES?")) < 0.05 < abs(before)


def test_service_is_requested_in_limits_and_told_as_text_on_a_serial_line(rig: Rig) -> None:
    serial = rig.bench.serial_panel("pace")
    assert isinstance(serial, Outspoken)
    for message in (
        b":STAT:OPER:PRES:ENAB 511", b":STAT:OPER:ENAB 1024", b"*SRE 128",
        b":OUTP 1", b":SOUR:PRES 2000",
    ):  # fmt: skip
        assert serial.receive(message) == ()
    assert serial.unasked() == ()
    at = serial.next_word()
    assert 3.0 < at < 15.0
    rig.clock.sleep(at - rig.clock.monotonic())
    (reply,) = serial.unasked()
    assert reply.payload == b":SRQ 192\n"
    assert serial.unasked() == ()
    assert rig.ask(":STAT:OPER:PRES:EVEN?") == ":STAT:OPER:PRES:EVEN 4"
    assert rig.ask(":STAT:OPER:PRES:EVEN?") == ":STAT:OPER:PRES:EVEN 0"


def test_after_power_on_everything_is_as_delivered(rig: Rig) -> None:
    rig.ask(":SOUR:PRES 700;:OUTP 1;:NONSENSE")
    rig.panel.power_on()
    assert rig.ask(":OUTP?") == ":OUTP:STAT 0"
    assert rig.ask(":SOUR:PRES?") == ":SOUR:PRES:LEV:IMM:AMPL 0.0"
    assert rig.ask(":SYST:ERR?") == ":SYST:ERR 0, No error"
    assert rig.ask("*ESR?") == "*ESR 0"


@pytest.mark.parametrize("ring", [0.0, 1.5])
def test_a_course_stays_inside_once_it_is(ring: float) -> None:
    course = Course(0.0, 1e5, 10.0, rate=2e4, tail=0.5, ring=ring)
    inside = course.inside(50.0)
    assert course.at(10.0) == 0.0
    assert course.at(12.0) == pytest.approx(4e4)
    assert all(abs(course.at(inside + 0.05 * n) - 1e5) <= 50.0001 for n in range(200))
    assert abs(course.at(inside - 1.5) - 1e5) > 50.0
