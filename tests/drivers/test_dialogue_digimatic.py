"""What is said to a Digimatic converter and how its answers are taken, word for word.

Source: Mitutoyo Digimatic interface documentation (serial text output). What triggers a value, and
the error numbers, are from memory, unverified.
"""

import pytest

from drivers.capabilities import Identity
from drivers.catalogue import models
from drivers.errors import InstrumentRefused, NotConfigured, ReplyTimeout, UnexpectedReply
from drivers.link import Framing, Terminator
from drivers.link.recorded import RecordedLink
from drivers.mitutoyo.digimatic import Digimatic
from tests.drivers.rehearsal import answers_for, rehearsed

MICROMETER, CALLIPER, GAUGE = "mitutoyo-micrometer", "mitutoyo-calliper", "mitutoyo-gauge"


def indicator(link: RecordedLink, model: str = MICROMETER, **fields: object) -> Digimatic:
    return rehearsed(Digimatic, link, model, serial="4711", clock=None, **fields)


LENGTHS = {
    "micrometer": (MICROMETER, "01A+0000.123", 0.000123),
    "no surprising digits": (MICROMETER, "01A+0021.077", 0.021077),
    "negative": (MICROMETER, "01A-0000.001", -0.000001),
    "zero": (MICROMETER, "01A+0000.000", 0.0),
    "other numbering": (MICROMETER, "0A1+0000.123", 0.000123),
    "gauge": (GAUGE, "01A-000.0018", -0.0000018),
    "fine gauge": (GAUGE, "01A+000.1234", 0.0001234),
    "calliper": (CALLIPER, "01A+00012.34", 0.01234),
}


@pytest.mark.parametrize(("model", "reply", "metres"), LENGTHS.values(), ids=LENGTHS)
def test_length_is_in_metres_exactly(model: str, reply: str, metres: float) -> None:
    with RecordedLink([("1", reply)]) as link:
        reading = indicator(link, model).read_length()
    assert (reading.value, reading.raw) == (metres, reply)


def test_decimals_can_be_stated() -> None:
    with RecordedLink([("1", "01A+00012.34")]) as link:
        assert indicator(link, decimals=2).read_length().value == 0.01234


@pytest.mark.parametrize(
    ("model", "reply"),
    [
        pytest.param(MICROMETER, "01A+00.12345", id="micrometer in inches"),
        pytest.param(GAUGE, "01A+00.12345", id="gauge in inches"),
        pytest.param(CALLIPER, "01A+000.1235", id="calliper in inches"),
        pytest.param(MICROMETER, "01A+00012.34", id="calliper for a micrometer"),
    ],
)
def test_other_number_of_decimals_is_another_unit(model: str, reply: str) -> None:
    with RecordedLink([("1", reply)]) as link, pytest.raises(NotConfigured) as caught:
        indicator(link, model).read_length()
    answers_for(caught, "1", reply)


@pytest.mark.parametrize("reply", ["911", "912", "913"])
def test_error_of_the_converter_is_no_number(reply: str) -> None:
    with RecordedLink([("1", reply), ("1", "01A+0000.123")]) as link:
        dut = indicator(link)
        with pytest.raises(InstrumentRefused) as caught:
            dut.read_length()
        assert dut.read_length().value == 0.000123
    answers_for(caught, "1", reply)


MALFORMED = {
    "empty": "",
    "no header": "+0000.123",
    "no sign": "01A00000.123",
    "short": "01A+000.123",
    "long": "01A+00000.123",
    "no point": "01A+00000123",
    "two points": "01A+00.0.123",
    "point last": "01A+0000123.",
    "unit": "01A+0000.123mm",
    "another device": "02A+0000.123",
    "two values": "01A+0000.12301A+0000.123",
    "radio": "DT1+0000.123",
    "echo": "1",
    "blank": "01A+   0.123",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_length_ends_the_session(reply: str) -> None:
    with RecordedLink([("1", reply), ("1", "01A+0000.123")]) as link:
        dut = indicator(link)
        with pytest.raises(UnexpectedReply):
            dut.read_length()
        assert dut.read_length().value == 0.000123


def test_converter_that_waits_for_its_foot_switch_is_silent() -> None:
    with RecordedLink([("1", None)]) as link, pytest.raises(ReplyTimeout):
        indicator(link).read_length()


def test_nobody_asks_who_it_is() -> None:
    with RecordedLink([]) as link:
        assert indicator(link).identify() == Identity("Mitutoyo", "Digimatic", "", "")


def test_request_is_one_character() -> None:
    assert models()[MICROMETER].serial.lines == Framing(Terminator.NONE, Terminator.CR)
