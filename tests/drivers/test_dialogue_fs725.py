"""What is said to an FS725 and how its answers are taken, word for word, as captured by others."""

from typing import Any

import pytest

from drivers.capabilities import Identity
from drivers.errors import InstrumentError, ReplyTimeout, UnexpectedReply, WrongInstrument
from drivers.link import Terminator
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS
from tests.drivers.recordings import Pairs, answers_for, driver_over

GREETED: Pairs = [("VB0", None), ("ID?", "PRS10_3.24_SN_19957")]


def standard(link: RecordedLink, serial: str | None = "19957") -> Any:
    return driver_over(link, "srs-fs725", serial)


@pytest.mark.parametrize(
    ("reply", "serial", "firmware"),
    [("PRS10_3.24_SN_19957", "19957", "3.24"), ("PRS10_3.20_SN_9340", "9340", "3.20")],
)
def test_identity(reply: str, serial: str, firmware: str) -> None:
    with RecordedLink([("VB0", None), ("ID?", reply)]) as link:
        stated = standard(link, serial).identify()
    assert stated == Identity("Stanford Research Systems", "PRS10", serial, firmware)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param("PRS10_3.24_SN_19958", WrongInstrument, id="serial number"),
        pytest.param("PRS45_1.00_SN_19957", UnexpectedReply, id="model"),
        pytest.param("PRS10_3.24", UnexpectedReply, id="torn"),
        pytest.param("1", UnexpectedReply, id="answer to LO?"),
        pytest.param("0,0,0,0,4,0", UnexpectedReply, id="answer to ST?"),
        pytest.param("", UnexpectedReply, id="empty"),
        pytest.param("ID?", UnexpectedReply, id="echo"),
    ],
)
def test_nothing_is_asked_of_somebody_else(reply: str, error: type[InstrumentError]) -> None:
    with RecordedLink([("VB0", None), ("ID?", reply)]) as link, pytest.raises(error):
        standard(link).is_locked()


def test_lock_is_what_it_says() -> None:
    with RecordedLink([*GREETED, ("LO?", "0"), ("LO?", "1")]) as link:
        rubidium = standard(link)
        assert not rubidium.is_locked()
        assert rubidium.is_locked()


@pytest.mark.parametrize("reply", ["", "2", "-245", "10", "01", "0,0,0,0,4,0", "LO?", "1 "])
def test_reply_that_is_no_lock_state_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, ("LO?", reply), *GREETED, ("LO?", "1")]) as link:
        rubidium = standard(link)
        with pytest.raises(UnexpectedReply) as caught:
            rubidium.is_locked()
        assert rubidium.is_locked()
    answers_for(caught.value, "LO?", reply)


def test_silence_ends_the_session() -> None:
    with RecordedLink([*GREETED, ("LO?", None), *GREETED, ("LO?", "1")]) as link:
        rubidium = standard(link)
        with pytest.raises(ReplyTimeout):
            rubidium.is_locked()
        assert rubidium.is_locked()


def test_lines_end_with_cr() -> None:
    line = MODELS["srs-fs725"].serial
    assert (line.baud, line.framing) == (9600, "8N1")
    assert line.lines.message is line.lines.reply is Terminator.CR
