"""What is said to a Fluke 1594A or 1595A and how its answers are taken, word for word.

Source: 1594A/1595A User's Guide, 8.7 (`CALC<n>:TYPE` p. 80, `FETC?` p. 83, status registers p. 94,
error texts). From memory, unverified: identity, `CALC<n>:TYPE?`.
"""

import pytest

from drivers.capabilities import Identity
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.fluke.super_thermometer import SuperThermometer
from drivers.link.recorded import RecordedLink
from tests.drivers.rehearsal import Pairs, PatientClock, answers_for, rehearsed

GREETED: Pairs = [("*IDN?", "FLUKE,1595A,B01234,1.10"), ("*CLS", None)]
CLEAN: Pairs = [("SYST:ERR?", '0,"No error"')]
SET_OHMS: Pairs = [("CALC1:TYPE RES", None), *CLEAN]
OHMS: Pairs = [("CALC1:TYPE?", "RES")]
BEGUN: Pairs = [("STAT:OPER:COND?", "16"), ("STAT:OPER?", "16")]
FINE: Pairs = [("STAT:QUES:COND?", "0")]
MADE: Pairs = [*BEGUN, ("STAT:OPER?", "0"), ("STAT:OPER?", "16"), *FINE]
WHEN = "2009-03-23 14:33:20"
SHOWN = f"65.449411,O,1,{WHEN}"
GOOD: Pairs = [*MADE, ("FETC?", SHOWN), *FINE]


def thermometer(
    link: RecordedLink,
    model: str = "fluke-1595a",
    clock: PatientClock | None = None,
    **fields: object,
) -> SuperThermometer:
    return rehearsed(SuperThermometer, link, model, serial="B01234", clock=clock, **fields)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert thermometer(link).identify() == Identity("FLUKE", "1595A", "B01234", "1.10")


def test_sibling_is_not_taken_for_it() -> None:
    with RecordedLink(GREETED[:1]) as link, pytest.raises(WrongInstrument):
        thermometer(link, "fluke-1594a").identify()


@pytest.mark.parametrize(("number", "value"), [("65.449411", 65.449411), ("65", 65.0)])
def test_resistance_is_that_of_a_measurement_made_after_the_question(
    number: str, value: float
) -> None:
    reply = f"{number},O,1,{WHEN}"
    clock = PatientClock()
    first: Pairs = [("CALC1:TYPE?", "RAT"), *SET_OHMS, *MADE, ("FETC?", reply), *FINE]
    with RecordedLink([*GREETED, *first, *OHMS, *GOOD]) as link:
        dut = thermometer(link, clock=clock)
        reading = dut.read_resistance()
        assert dut.read_resistance().value == 65.449411
    assert (reading.value, reading.raw) == (value, reply)
    assert clock.now == 2.0


def test_temperature_changes_the_calculation_of_its_channel() -> None:
    celsius: Pairs = [("CALC4:TYPE?", "RES"), ("CALC4:TYPE TEMP", None), *CLEAN]
    read: Pairs = [*MADE, ("FETC?", "231.92811,C,4,2009-03-23 14:33:20"), *FINE]
    ohms: Pairs = [("CALC4:TYPE?", "TEMP"), ("CALC4:TYPE RES", None), *CLEAN]
    again: Pairs = [*MADE, ("FETC?", f"65.449411,O,4,{WHEN}"), *FINE]
    with RecordedLink([*GREETED, *celsius, *read, *ohms, *again]) as link:
        dut = thermometer(link, channel=4)
        assert dut.read_temperature().value == 231.92811
        assert dut.read_resistance().value == 65.449411


def test_below_zero() -> None:
    said: Pairs = [("CALC1:TYPE?", "TEMP"), *MADE, ("FETC?", f"-38.8344,C,1,{WHEN}"), *FINE]
    with RecordedLink([*GREETED, *said]) as link:
        assert thermometer(link).read_temperature().value == -38.8344


def test_measurements_of_other_channels_are_not_taken_for_its_own() -> None:
    other: Pairs = [("FETC?", f"25.498701,O,2,{WHEN}"), *FINE, ("STAT:OPER?", "16"), *FINE]
    clock = PatientClock()
    with RecordedLink([*GREETED, *OHMS, *MADE, *other, ("FETC?", SHOWN), *FINE]) as link:
        assert thermometer(link, clock=clock).read_resistance().raw == SHOWN


@pytest.mark.parametrize("unit", ["F", "K", "O", "R"])
def test_other_units_than_degrees_celsius_are_refused(unit: str) -> None:
    said: Pairs = [("CALC1:TYPE?", "TEMP"), *MADE, ("FETC?", f"293.15,{unit},1,{WHEN}"), *FINE]
    with RecordedLink([*GREETED, *said]) as link:
        with pytest.raises(NotConfigured, match="unit to C"):
            thermometer(link).read_temperature()


DOUBTS: dict[str, Pairs] = {
    "before it is fetched": [*MADE[:-1], ("STAT:QUES:COND?", "16")],
    "while it is fetched": [*MADE, ("FETC?", SHOWN), ("STAT:QUES:COND?", "512")],
}


@pytest.mark.parametrize("doubtful", DOUBTS.values(), ids=DOUBTS)
def test_questionable_measurement_is_no_number(doubtful: Pairs) -> None:
    with RecordedLink([*GREETED, *OHMS, *doubtful, *OHMS, *GOOD]) as link:
        dut = thermometer(link)
        with pytest.raises(InstrumentRefused, match="questionable") as caught:
            dut.read_resistance()
        assert dut.read_resistance().value == 65.449411
    answers_for(caught, "STAT:QUES:COND?", doubtful[-1][1] or "")


def test_measurement_that_is_disabled_is_told() -> None:
    with RecordedLink([*GREETED, *OHMS, ("STAT:OPER:COND?", "0")]) as link:
        with pytest.raises(NotConfigured, match="disabled"):
            thermometer(link).read_resistance()


def test_measurement_that_never_comes_is_told_in_time() -> None:
    clock = PatientClock()
    link = RecordedLink([*GREETED, *OHMS, *BEGUN, *[("STAT:OPER?", "0")] * 1000])
    with pytest.raises(InstrumentRefused, match="no measurement of channel 1"):
        thermometer(link, clock=clock).read_resistance()
    assert clock.now == 60.0


def test_refused_calculation_is_told() -> None:
    conflict: Pairs = [("SYST:ERR?", '-221,"Settings conflict"'), *CLEAN]
    asked: Pairs = [("CALC1:TYPE?", "TEMP")]
    said = [*asked, SET_OHMS[0], *conflict, *asked, *SET_OHMS, *GOOD]
    with RecordedLink([*GREETED, *said]) as link:
        dut = thermometer(link)
        with pytest.raises(InstrumentRefused) as caught:
            dut.read_resistance()
        assert dut.read_resistance().value == 65.449411
    answers_for(caught, "CALC1:TYPE RES", "-221")


def test_no_measurement_has_no_reply() -> None:
    with RecordedLink([*GREETED, *OHMS, *MADE, ("FETC?", None), *GREETED, *OHMS, *GOOD]) as link:
        dut = thermometer(link)
        with pytest.raises(ReplyTimeout):
            dut.read_resistance()
        assert dut.read_resistance().value == 65.449411


MALFORMED: dict[str, tuple[Pairs, type[InstrumentError]]] = {
    "empty": ([*MADE, ("FETC?", "")], UnexpectedReply),
    "value alone": ([*MADE, ("FETC?", "65.449411")], UnexpectedReply),
    "exponent": ([*MADE, ("FETC?", f"6.5E+01,O,1,{WHEN}")], UnexpectedReply),
    "no unit": ([*MADE, ("FETC?", f"65.449411,1,{WHEN}")], UnexpectedReply),
    "other unit": ([*MADE, ("FETC?", f"65.449411,V,1,{WHEN}")], UnexpectedReply),
    "channel first": ([*MADE, ("FETC?", f"1,65.449411,O,{WHEN}")], UnexpectedReply),
    "date alone": ([*MADE, ("FETC?", "65.449411,O,1,2009-03-23")], UnexpectedReply),
    "cut off": ([*MADE, ("FETC?", SHOWN[:-1])], UnexpectedReply),
    "more than a time": ([*MADE, ("FETC?", f"{SHOWN}0")], UnexpectedReply),
    "stars": ([*MADE, ("FETC?", "******")], UnexpectedReply),
    "echo": ([*MADE, ("FETC?", "FETC?")], UnexpectedReply),
    "no status": ([("STAT:OPER:COND?", "")], UnexpectedReply),
    "reading for a status": ([("STAT:OPER:COND?", "65.449411")], UnexpectedReply),
}


@pytest.mark.parametrize(("said", "error"), MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_none_ends_the_session(said: Pairs, error: type[InstrumentError]) -> None:
    with RecordedLink([*GREETED, *OHMS, *said, *GREETED, *OHMS, *GOOD]) as link:
        dut = thermometer(link)
        with pytest.raises(error):
            dut.read_resistance()
        assert dut.read_resistance().value == 65.449411


@pytest.mark.parametrize("reply", ["", "0", "No error", '0,"No error'])
def test_reply_that_is_no_error_entry_ends_the_session(reply: str) -> None:
    said: Pairs = [("CALC1:TYPE?", "TEMP"), SET_OHMS[0], ("SYST:ERR?", reply)]
    with RecordedLink([*GREETED, *said]) as link:
        with pytest.raises(UnexpectedReply):
            thermometer(link).read_resistance()
