"""What is said to a Fluke 1594A or 1595A and how its answers are taken, word for word.

Source: 1594A/1595A User's Guide, 8.7 (`CALC<n>:TYPE`, status registers, error texts). From memory,
unverified: identity, reply to `FETC?`, `UNIT:TEMP?`.
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
BEGUN: Pairs = [("STAT:OPER:COND?", "16"), ("STAT:QUES?", "0"), ("STAT:OPER?", "16")]
MADE: Pairs = [*BEGUN, ("STAT:OPER?", "0"), ("STAT:OPER?", "16")]
FINE: Pairs = [("STAT:QUES?", "0")]
GOOD: Pairs = [*MADE, ("FETC?", "65.449411"), *FINE]


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


@pytest.mark.parametrize("reply", ["65.449411", "65.449411,O", "+65.449411"])
def test_resistance_is_that_of_a_measurement_made_after_the_question(reply: str) -> None:
    clock = PatientClock()
    first: Pairs = [("CALC1:TYPE?", "RAT"), *SET_OHMS, *MADE, ("FETC?", reply), *FINE]
    with RecordedLink([*GREETED, *first, *OHMS, *GOOD]) as link:
        dut = thermometer(link, clock=clock)
        reading = dut.read_resistance()
        assert dut.read_resistance().value == 65.449411
    assert (reading.value, reading.raw) == (65.449411, reply)
    assert clock.now == 1.0


def test_temperature_changes_the_calculation_of_its_channel() -> None:
    celsius: Pairs = [
        ("UNIT:TEMP?", "C"),
        ("CALC3:TYPE?", "RES"),
        ("CALC3:TYPE TEMP", None),
        *CLEAN,
    ]
    read: Pairs = [*MADE, ("FETC?", "419.527,C"), *FINE]
    ohms: Pairs = [("CALC3:TYPE?", "TEMP"), ("CALC3:TYPE RES", None), *CLEAN]
    with RecordedLink([*GREETED, *celsius, *read, *ohms, *GOOD]) as link:
        dut = thermometer(link, channel=3)
        assert dut.read_temperature().value == 419.527
        assert dut.read_resistance().value == 65.449411


def test_other_units_are_refused() -> None:
    kelvin: Pairs = [("UNIT:TEMP?", "K")]
    celsius: Pairs = [*OHMS, *MADE, ("FETC?", "419.527,C"), *FINE]
    with RecordedLink([*GREETED, *kelvin, *celsius]) as link:
        dut = thermometer(link)
        with pytest.raises(NotConfigured, match="unit to C"):
            dut.read_temperature()
        with pytest.raises(NotConfigured, match="Expected the unit O"):
            dut.read_resistance()


def test_questionable_measurement_is_no_number() -> None:
    doubtful: Pairs = [*MADE, ("FETC?", "65.449411"), ("STAT:QUES?", "16")]
    with RecordedLink([*GREETED, *OHMS, *doubtful, *OHMS, *GOOD]) as link:
        dut = thermometer(link)
        with pytest.raises(InstrumentRefused, match="questionable") as caught:
            dut.read_resistance()
        assert dut.read_resistance().value == 65.449411
    answers_for(caught, "FETC?", "65.449411")


def test_measurement_that_is_disabled_is_told() -> None:
    with RecordedLink([*GREETED, *OHMS, ("STAT:OPER:COND?", "0")]) as link:
        with pytest.raises(NotConfigured, match="disabled"):
            thermometer(link).read_resistance()


def test_measurement_that_never_comes_is_told_in_time() -> None:
    clock = PatientClock()
    link = RecordedLink([*GREETED, *OHMS, *BEGUN, *[("STAT:OPER?", "0")] * 1000])
    with pytest.raises(InstrumentRefused, match="no new measurement"):
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
    "no decimals": ([*MADE, ("FETC?", "65")], UnexpectedReply),
    "exponent": ([*MADE, ("FETC?", "6.5E+01")], UnexpectedReply),
    "two values": ([*MADE, ("FETC?", "65.4,65.5")], UnexpectedReply),
    "channel first": ([*MADE, ("FETC?", "1,65.449411")], UnexpectedReply),
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
