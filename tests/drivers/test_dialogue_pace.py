"""What is said to a Druck PACE and how its answers are taken, word for word.

Sources: Druck SCPI manual K0472 (headers in replies, suffixes, vent states, error texts); identity
replies captured by public clients; grouped queries as tiagocoutinho/gepace pace.py sends them.
"""

import pytest

from drivers.capabilities import Identity
from drivers.druck.pace import Pace, PaceIndicator
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.link.recorded import RecordedLink
from tests.drivers.recordings import Breaking
from tests.drivers.rehearsal import Pairs, PatientClock, answers_for, rehearsed

IDENTITY = "*IDN GE Druck,PACE5000,2765613,DK0367  v03.02.11"
GREETED: Pairs = [("*IDN?", IDENTITY), ("*CLS", None)]
AFTER_LOSS: Pairs = [
    ("*IDN?", IDENTITY),
    (":OUTP:STAT 0", None),
    (":OUTP2:STAT 0", None),
    ("*CLS", None),
]
CLEAN: Pairs = [(":SYST:ERR?", ":SYST:ERR 0, No error")]
PREPARED: Pairs = [(":UNIT:PRES PA", None), *CLEAN]
READ = ":SENS:PRES:RANG?;:UNIT:PRES?;:SENS:PRES?"
GOOD: Pairs = [
    (READ, ':SENS:PRES:RANG "3.50barg";:UNIT:PRES PA;:SENS:PRES 109999.9993896'),
]
CONTROL_RANGE: Pairs = [(":SOUR:PRES:RANG?", ':SOUR:PRES:RANG "3.50barg"')]
NO_VENT: Pairs = [(":SOUR:PRES:LEV:IMM:AMPL:VENT 0", None), *CLEAN]
LEVEL: Pairs = [
    (":SOUR:PRES:LEV:IMM:AMPL 50000", None),
    *CLEAN,
    (":SOUR:PRES:LEV:IMM:AMPL?", ":SOUR:PRES:LEV:IMM:AMPL 50000.0000000"),
]
ON: Pairs = [(":OUTP:STAT 1", None), *CLEAN]
APPROACHED: Pairs = [*PREPARED, *CONTROL_RANGE, *NO_VENT, *LEVEL, *ON]
STABLE = (
    ":SOUR:PRES:LEV:IMM:AMPL?;:OUTP:STAT?;:UNIT:PRES?;:SOUR:PRES:INL?;:SOUR:PRES:RANG?"
    ";:SENS:PRES:INL?"
)
STANDBY_ASKED = ":OUTP:STAT?;:SOUR:PRES:LEV:IMM:AMPL:VENT?"
STANDBY: Pairs = [
    (":OUTP:STAT 0", None),
    (":SOUR:PRES:LEV:IMM:AMPL:VENT 1", None),
    (STANDBY_ASKED, ":OUTP:STAT 0;:SOUR:PRES:LEV:IMM:AMPL:VENT 1"),
]
VENT = ":SOUR:PRES:LEV:IMM:AMPL:VENT"


def pace(
    link: RecordedLink,
    model: str = "druck-pace5000",
    serial: str | None = None,
    clock: PatientClock | None = None,
    **fields: object,
) -> Pace:
    return rehearsed(Pace, link, model, serial=serial, clock=clock, **fields)


IDENTITIES = {
    "5000": ("druck-pace5000", IDENTITY, "2765613"),
    "6000": ("druck-pace6000", "*IDN GE Druck,PACE6000,3086601,DK0388  v02.02.05", "3086601"),
    "without the header": ("druck-pace5000", IDENTITY.removeprefix("*IDN "), "2765613"),
    "older": ("druck-pace5000", "*IDN GE Druck,Pace5000 User Interface,58784,01.05.04", "58784"),
    "general": ("druck-pace5000", "*IDN Druck,PACE5000,1234,01.00.00", "1234"),
}


@pytest.mark.parametrize(("model", "reply", "serial"), IDENTITIES.values(), ids=IDENTITIES)
def test_identity(model: str, reply: str, serial: str) -> None:
    with RecordedLink([("*IDN?", reply), ("*CLS", None)]) as link:
        identity = pace(link, model, serial).identify()
    assert identity == Identity(*reply.removeprefix("*IDN ").split(","))


def test_another_model_is_refused() -> None:
    reply = "*IDN GE Druck,PACE1000,11240594,DK0406  v01.10.12"
    with RecordedLink([("*IDN?", reply)]) as link, pytest.raises(WrongInstrument):
        pace(link).identify()


def test_pressure_is_read_in_pascals_with_range_and_unit() -> None:
    with RecordedLink([*GREETED, *PREPARED, *GOOD, *GOOD]) as link:
        dut = pace(link)
        reading = dut.read_pressure()
        dut.read_pressure()
    assert reading.value == 109999.9993896
    assert reading.raw == "109999.9993896"


def test_second_module_has_its_suffix_in_what_is_sent_and_echoed() -> None:
    said: Pairs = [
        ("*IDN?", "*IDN GE Druck,PACE6000,3086601,DK0388  v02.02.05"),
        ("*CLS", None),
        (":UNIT2:PRES PA", None),
        *CLEAN,
        (
            ":SENS2:PRES:RANG?;:UNIT2:PRES?;:SENS2:PRES?",
            ':SENS2:PRES:RANG "700mbar g";:UNIT2:PRES PA;:SENS2:PRES -20.0536633',
        ),
    ]
    with RecordedLink(said) as link:
        assert pace(link, "druck-pace6000", module=2).read_pressure().value == -20.0536633


def answer(
    range_name: str = '"3.50barg"', unit: str = "PA", pressure: str = "100000.0000000"
) -> str:
    return f":SENS:PRES:RANG {range_name};:UNIT:PRES {unit};:SENS:PRES {pressure}"


@pytest.mark.parametrize(
    "range_name", ['"8.00bara"', '"BAROMETER"', '"2.00bar a"', '""', '"3.50bar"', '"50psig"']
)
def test_reading_of_a_range_that_is_not_gauge_is_refused(range_name: str) -> None:
    with RecordedLink([*GREETED, *PREPARED, (READ, answer(range_name)), *GOOD]) as link:
        dut = pace(link)
        with pytest.raises(NotConfigured, match="gauge range") as caught:
            dut.read_pressure()
        assert dut.read_pressure().value == 109999.9993896
    answers_for(caught, ":SENS:PRES:RANG?", range_name)


@pytest.mark.parametrize("unit", ["MBAR", "BAR", "PSI", "MMH2O_4", "USER1", "KG/CM2"])
def test_reading_in_a_unit_that_is_not_ours_is_refused(unit: str) -> None:
    changed = (READ, answer(unit=unit))
    with RecordedLink([*GREETED, *PREPARED, changed, *PREPARED, *GOOD]) as link:
        dut = pace(link)
        with pytest.raises(NotConfigured, match="unit") as caught:
            dut.read_pressure()
        assert dut.read_pressure().value == 109999.9993896
    answers_for(caught, ":UNIT:PRES?", unit)


MALFORMED = {
    "empty": "",
    "no headers": '"3.50barg";PA;100000.0000000',
    "one header": f"{READ} 1.0",
    "a part missing": ':SENS:PRES:RANG "3.50barg";:UNIT:PRES PA',
    "another order": ':UNIT:PRES PA;:SENS:PRES:RANG "3.50barg";:SENS:PRES 1.0000000',
    "another module": answer().replace(":SENS:PRES 1", ":SENS2:PRES 1"),
    "another quantity": answer().replace(":SENS:PRES 1", ":SENS:PRES:SLEW 1"),
    "no point": answer(pressure="100000"),
    "exponent": answer(pressure="1.0E+05"),
    "torn": answer(pressure="100000."),
    "word": answer(pressure="OVER"),
    "stars": answer(pressure="*****"),
    "trailing": answer() + ";",
    "identity": IDENTITY,
    "echo": READ,
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_reading_ends_the_session(reply: str) -> None:
    spoilt: Pairs = [*GREETED, *PREPARED, (READ, reply)]
    with RecordedLink([*spoilt, *AFTER_LOSS, *PREPARED, *GOOD]) as link:
        dut = pace(link)
        with pytest.raises(UnexpectedReply):
            dut.read_pressure()
        assert dut.read_pressure().value == 109999.9993896


def test_barometer() -> None:
    asked = ":UNIT:PRES?;:SENS:PRES:BAR?"
    said: Pairs = [
        (asked, ":UNIT:PRES PA;:SENS:PRES:BAR 98284.3090400"),
        (asked, ":UNIT:PRES PA;:SENS:PRES:BAR 0.0"),
        (asked, ":UNIT:PRES MBAR;:SENS:PRES:BAR 982.8430904"),
    ]
    with RecordedLink([*GREETED, *PREPARED, *said]) as link:
        dut = pace(link)
        assert dut.read_atmospheric_pressure().value == 98284.30904
        with pytest.raises(InstrumentRefused, match="No barometer"):
            dut.read_atmospheric_pressure()
        with pytest.raises(NotConfigured):
            dut.read_atmospheric_pressure()


# --- control ---


def test_approach_sets_the_level_then_controls() -> None:
    with RecordedLink([*GREETED, *APPROACHED]) as link:
        pace(link).approach_pressure(50e3)


def test_level_comes_back_as_a_short_float() -> None:
    level: Pairs = [
        (":SOUR:PRES:LEV:IMM:AMPL 99005.2734", None),
        *CLEAN,
        (":SOUR:PRES:LEV:IMM:AMPL?", ":SOUR:PRES:LEV:IMM:AMPL 99005.2734375"),
    ]
    with RecordedLink([*GREETED, *PREPARED, *CONTROL_RANGE, *NO_VENT, *level, *ON]) as link:
        pace(link).approach_pressure(99005.2734)


BEYOND = ':SYST:ERR -222,"Data out of range; Parameter 1"'
REFUSED: dict[str, tuple[Pairs, str, str]] = {
    "unit": ([(":UNIT:PRES PA", None), (":SYST:ERR?", BEYOND), *CLEAN], ":UNIT:PRES PA", "-222"),
    "level": (
        [
            *PREPARED,
            *CONTROL_RANGE,
            *NO_VENT,
            LEVEL[0],
            (":SYST:ERR?", BEYOND),
            (":SYST:ERR?", ':SYST:ERR -200,"Execution error;Query or command violation"'),
            *CLEAN,
        ],
        ":SOUR:PRES:LEV:IMM:AMPL 50000",
        "-222",
    ),
    "level that stays": (
        [
            *PREPARED,
            *CONTROL_RANGE,
            *NO_VENT,
            LEVEL[0],
            *CLEAN,
            (":SOUR:PRES:LEV:IMM:AMPL?", ":SOUR:PRES:LEV:IMM:AMPL 0.0"),
        ],
        ":SOUR:PRES:LEV:IMM:AMPL 50000",
        "0.0 Pa",
    ),
    "output": (
        [
            *PREPARED,
            *CONTROL_RANGE,
            *NO_VENT,
            *LEVEL,
            (":OUTP:STAT 1", None),
            (":SYST:ERR?", ':SYST:ERR -221,"Settings conflict"'),
            *CLEAN,
        ],
        ":OUTP:STAT 1",
        "-221",
    ),
}


@pytest.mark.parametrize(("said", "command", "reply"), REFUSED.values(), ids=REFUSED)
def test_refused_approach_is_told(said: Pairs, command: str, reply: str) -> None:
    with RecordedLink([*GREETED, *said]) as link:
        dut = pace(link)
        with pytest.raises(InstrumentRefused) as caught:
            dut.approach_pressure(50e3)
        with pytest.raises(NotConfigured):
            dut.is_stable()
    answers_for(caught, command, reply)


def test_absolute_range_controls_nothing() -> None:
    absolute: Pairs = [(":SOUR:PRES:RANG?", ':SOUR:PRES:RANG "2.00bara"')]
    with RecordedLink([*GREETED, *PREPARED, *absolute]) as link:
        with pytest.raises(NotConfigured, match="gauge range"):
            pace(link).approach_pressure(50e3)


def limits(
    pressure: str = "50010.0000000",
    flag: str = "1",
    on: str = "1",
    level: str = "50000.0000000",
    unit: str = "PA",
) -> str:
    return (
        f":SOUR:PRES:LEV:IMM:AMPL {level};:OUTP:STAT {on};:UNIT:PRES {unit}"
        f';:SOUR:PRES:INL 0.0100000;:SOUR:PRES:RANG "3.50barg";:SENS:PRES:INL {pressure}, {flag}'
    )


# In limits: 0.01 % of 3.5 bar is 35 Pa; twice that is the most that is believed.
STATES = {
    "in limits": (limits(), True),
    "on its way": (limits("30000.0000000", "0"), False),
    "in the band, not yet long enough": (limits(flag="0"), False),
    "the flag of the set-point before": (limits("0.0000000"), False),
}


@pytest.mark.parametrize(("reply", "stable"), STATES.values(), ids=STATES)
def test_stability_is_what_the_controller_states(reply: str, stable: bool) -> None:
    with RecordedLink([*GREETED, *APPROACHED, (STABLE, reply)]) as link:
        dut = pace(link)
        dut.approach_pressure(50e3)
        assert dut.is_stable() is stable


CHANGED = {
    "off": (limits(on="0"), InstrumentRefused),
    "another set-point": (limits(level="60000.0000000"), NotConfigured),
    "another unit": (limits(unit="MBAR"), NotConfigured),
    "no flag": (limits().removesuffix(", 1"), UnexpectedReply),
}


@pytest.mark.parametrize(("reply", "error"), CHANGED.values(), ids=CHANGED)
def test_what_was_changed_meanwhile_is_not_stable(reply: str, error: type[InstrumentError]) -> None:
    with RecordedLink([*GREETED, *APPROACHED, (STABLE, reply)]) as link:
        dut = pace(link)
        dut.approach_pressure(50e3)
        with pytest.raises(error):
            dut.is_stable()


def test_output_is_confirmed() -> None:
    on: Pairs = [*CLEAN, (":OUTP:STAT?", ":OUTP:STAT 1")]
    off: Pairs = [*CLEAN, (":OUTP:STAT?", ":OUTP:STAT 0")]
    error: Pairs = [(":SYST:ERR?", ':SYST:ERR -240,"Hardware error"'), *CLEAN]
    with RecordedLink([*GREETED, *on, *off, *error]) as link:
        dut = pace(link)
        dut.confirm_operating()
        with pytest.raises(InstrumentRefused, match="off"):
            dut.confirm_operating()
        with pytest.raises(InstrumentRefused, match="Hardware error"):
            dut.confirm_operating()


# --- standby and vent ---


def test_standby_stops_controlling_and_vents() -> None:
    with RecordedLink([*GREETED, *APPROACHED, *STANDBY, *STANDBY]) as link:
        dut = pace(link)
        dut.approach_pressure(50e3)
        dut.standby()
        dut.standby()
        with pytest.raises(NotConfigured):
            dut.is_stable()


@pytest.mark.parametrize(
    "state",
    [":OUTP:STAT 1;:SOUR:PRES:LEV:IMM:AMPL:VENT 1", ":OUTP:STAT 0;:SOUR:PRES:LEV:IMM:AMPL:VENT 0"],
    ids=["controls", "does not vent"],
)
def test_standby_that_is_not_reached_is_told(state: str) -> None:
    with RecordedLink([*GREETED, *STANDBY[:2], (STANDBY_ASKED, state)]) as link:
        with pytest.raises(InstrumentRefused, match="vent at the panel"):
            pace(link).standby()


def test_standby_is_reached_although_the_connection_breaks() -> None:
    with Breaking([*GREETED, *AFTER_LOSS, *STANDBY], b":OUTP:STAT 0") as link:
        pace(link).standby()


def test_vent_is_waited_for() -> None:
    clock = PatientClock()
    states: Pairs = [(f"{VENT}?", f"{VENT} {state}") for state in "1112"]
    with RecordedLink([*GREETED, *STANDBY, *states]) as link:
        pace(link, clock=clock).vent()
    assert clock.now == pytest.approx(1.5)


@pytest.mark.parametrize("state", "0345")
def test_vent_that_ends_otherwise_is_told(state: str) -> None:
    states: Pairs = [(f"{VENT}?", f"{VENT} 1"), (f"{VENT}?", f"{VENT} {state}")]
    with RecordedLink([*GREETED, *STANDBY, *states]) as link:
        with pytest.raises(InstrumentRefused, match="Take the pressure") as caught:
            pace(link).vent()
    answers_for(caught, f"{VENT}?", state)


def test_vent_that_never_ends_is_told_in_time() -> None:
    clock = PatientClock()
    link = RecordedLink([*GREETED, *STANDBY, *[(f"{VENT}?", f"{VENT} 1")] * 1000])
    with pytest.raises(InstrumentRefused, match="vent state 1"):
        pace(link, clock=clock).vent()
    assert clock.now == pytest.approx(300.0, abs=1.0)


# --- errors ---

NO_ENTRIES = {
    "empty": "",
    "no header": '-222,"Data out of range"',
    "number alone": ":SYST:ERR -222",
    "torn": ':SYST:ERR -222,"Data out',
    "another header": ":SENS:PRES 1.0000000",
}


@pytest.mark.parametrize("reply", NO_ENTRIES.values(), ids=NO_ENTRIES)
def test_reply_that_is_no_error_entry_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, PREPARED[0], (":SYST:ERR?", reply)]) as link:
        with pytest.raises(UnexpectedReply):
            pace(link).read_pressure()


def test_queue_that_never_empties_is_an_error_too() -> None:
    link = RecordedLink([*GREETED, PREPARED[0], *[(":SYST:ERR?", BEYOND)] * 20])
    with pytest.raises(UnexpectedReply, match="does not get empty"):
        pace(link).read_pressure()


def test_overflowing_queue_is_read_to_its_end() -> None:
    queue: Pairs = [(":SYST:ERR?", BEYOND)] * 4
    full: Pairs = [(":SYST:ERR?", ":SYST:ERR -350,Queue overflow;Error queue overflow")]
    with RecordedLink([*GREETED, PREPARED[0], *queue, *full, *CLEAN]) as link:
        with pytest.raises(InstrumentRefused, match="Queue overflow"):
            pace(link).read_pressure()


def test_query_in_error_has_no_reply() -> None:
    with RecordedLink([*GREETED, *PREPARED, (READ, None), *AFTER_LOSS, *PREPARED, *GOOD]) as link:
        dut = pace(link)
        with pytest.raises(ReplyTimeout):
            dut.read_pressure()
        assert dut.read_pressure().value == 109999.9993896


INDICATOR_GREETED: Pairs = [
    ("*IDN?", "*IDN GE Druck,PACE1000,11240594,DK0406  v01.10.12"),
    ("*CLS", None),
]


def indicator(link: RecordedLink, serial: str | None = None) -> PaceIndicator:
    return rehearsed(PaceIndicator, link, "druck-pace1000", serial=serial, clock=None)


def test_an_indicator_reads_as_a_controller_does() -> None:
    barometer: Pairs = [
        (":UNIT:PRES?;:SENS:PRES:BAR?", ":UNIT:PRES PA;:SENS:PRES:BAR 100234.5000000")
    ]
    with RecordedLink([*INDICATOR_GREETED, *PREPARED, *GOOD, *barometer]) as link:
        dut = indicator(link, "11240594")
        assert dut.read_pressure().value == 109999.9993896
        assert dut.read_atmospheric_pressure().raw == "100234.5000000"


def test_a_controller_is_no_indicator() -> None:
    with RecordedLink([("*IDN?", IDENTITY)]) as link, pytest.raises(WrongInstrument):
        indicator(link).identify()


def test_an_indicator_on_an_absolute_range_is_refused() -> None:
    absolute: Pairs = [(READ, ':SENS:PRES:RANG "4.50bara";:UNIT:PRES PA;:SENS:PRES 211325.0000000')]
    with (
        RecordedLink([*INDICATOR_GREETED, *PREPARED, *absolute]) as link,
        pytest.raises(NotConfigured, match="Select a gauge range"),
    ):
        indicator(link).read_pressure()
