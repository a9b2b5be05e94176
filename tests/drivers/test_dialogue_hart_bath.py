"""What is said to a Hart 7341 bath and how its answers are taken, word for word.

Sources: Hart user guides (classic serial language, echo, units); pymeasure/pymeasure fluke7341.py
(`*ver` of a 7341, its range).
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from drivers.capabilities import Identity
from drivers.catalogue import connect
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.fluke.hart_bath import HartBath
from drivers.link.recorded import RecordedLink
from tests.drivers.peers import LineServer, Peer, RealClock
from tests.drivers.recordings import Breaking
from tests.drivers.rehearsal import Pairs, PatientClock, answers_for, rehearsed

GREETED: Pairs = [("sa=0", None), ("du=h", None), ("*ver", "ver.7341,1.21")]
APPROACHED: Pairs = [("u=c", None), ("s=80.12", None), ("s", "set: 80.12 C")]
OURS: Pairs = [("s", "set: 80.12 C")]
STANDBY: Pairs = [("u=c", None), ("s=25.00", None), ("s", "set: 25.00 C")]


def bath(link: RecordedLink, clock: PatientClock | None = None) -> HartBath:
    return rehearsed(HartBath, link, "hart-7341", serial="B12345", clock=clock)


def test_identity_has_no_serial_number() -> None:
    with RecordedLink(GREETED) as link:
        assert bath(link).identify() == Identity("Hart", "7341", "", "1.21")


STRANGERS = {
    "another bath": ("ver.7381,1.21", WrongInstrument),
    "dry-well": ("ver.9141,1.21", WrongInstrument),
    "another language": ("HART,7341,A1,1.21", UnexpectedReply),
    "stream": ("t: 55.69 C", UnexpectedReply),
    "echo": ("*ver", UnexpectedReply),
}


@pytest.mark.parametrize(("reply", "error"), STRANGERS.values(), ids=STRANGERS)
def test_stranger_is_refused(reply: str, error: type[InstrumentError]) -> None:
    with RecordedLink([*GREETED[:2], ("*ver", reply)]) as link, pytest.raises(error):
        bath(link).identify()


TEMPERATURES = {
    "two decimals": ("t: 55.69 C", 55.69),
    "four decimals": ("t: 55.6912 C", 55.6912),
    "negative": ("t: -39.98 C", -39.98),
    "blanks": ("t:   5.69 C", 5.69),
}


@pytest.mark.parametrize(("reply", "celsius"), TEMPERATURES.values(), ids=TEMPERATURES)
def test_temperature(reply: str, celsius: float) -> None:
    with RecordedLink([*GREETED, ("t", reply)]) as link:
        reading = bath(link).read_temperature()
    assert reading.value == celsius
    assert reading.raw == reply


def test_fahrenheit_is_never_taken_for_celsius() -> None:
    with RecordedLink([*GREETED, ("t", "t: 132.24 F"), ("t", "t: 55.69 C")]) as link:
        dut = bath(link)
        with pytest.raises(NotConfigured) as caught:
            dut.read_temperature()
        assert dut.read_temperature().value == 55.69
    answers_for(caught, "t", "132.24 F")


MALFORMED = {
    "empty": "",
    "no unit": "t: 55.69",
    "no value": "t: C",
    "set-point": "set: 55.69 C",
    "ohms": "t: 122.0 O",
    "stars": "t: ***** C",
    "torn": "t: 55.",
    "trailing": "t: 55.69 C 12:00:00",
    "echo": "t",
    "echo and reply": "tt: 55.69 C",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_temperature_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, ("t", reply), *GREETED, ("t", "t: 55.69 C")]) as link:
        dut = bath(link)
        with pytest.raises(UnexpectedReply):
            dut.read_temperature()
        assert dut.read_temperature().value == 55.69


def test_set_point_is_read_back() -> None:
    with RecordedLink([*GREETED, *APPROACHED]) as link:
        bath(link).approach_temperature(80.12)


def test_set_point_that_was_not_taken_is_told() -> None:
    said: Pairs = [("u=c", None), ("s=200.00", None), ("s", "set: 80.12 C")]
    with RecordedLink([*GREETED, *APPROACHED, *said]) as link:
        dut = bath(link)
        dut.approach_temperature(80.12)
        with pytest.raises(InstrumentRefused, match="did not take") as caught:
            dut.approach_temperature(200.0)
        with pytest.raises(NotConfigured):
            dut.is_stable()
    answers_for(caught, "s=200.00", "80.12")


def test_stability_is_watched_for_ten_seconds() -> None:
    clock = PatientClock()
    near: Pairs = [
        ("t", f"t: {reading} C") for reading in (80.12, 80.13, 80.13, 80.11, 80.11, 80.12)
    ]
    with RecordedLink([*GREETED, *APPROACHED, *OURS, *near]) as link:
        dut = bath(link, clock)
        dut.approach_temperature(80.12)
        began = clock.now
        assert dut.is_stable()
    assert clock.now == began + 10.0


@pytest.mark.parametrize("readings", [["55.69"], ["80.12", "80.15"]], ids=["far", "passing"])
def test_bath_on_its_way_is_not_stable(readings: list[str]) -> None:
    said: Pairs = [("t", f"t: {reading} C") for reading in readings]
    with RecordedLink([*GREETED, *APPROACHED, *OURS, *said]) as link:
        dut = bath(link)
        dut.approach_temperature(80.12)
        assert not dut.is_stable()


@pytest.mark.parametrize("act", [HartBath.is_stable, HartBath.confirm_operating])
def test_changed_set_point_is_told(act: Callable[[HartBath], object]) -> None:
    with RecordedLink([*GREETED, *APPROACHED, ("s", "set: 80.00 C")]) as link:
        dut = bath(link)
        dut.approach_temperature(80.12)
        with pytest.raises(NotConfigured, match="changed"):
            act(dut)


@pytest.mark.parametrize("act", [HartBath.is_stable, HartBath.confirm_operating])
def test_set_point_of_another_session_is_not_ours(act: Callable[[HartBath], object]) -> None:
    with RecordedLink([*GREETED, *APPROACHED, ("s", None)]) as link:
        dut = bath(link)
        dut.approach_temperature(80.12)
        with pytest.raises(ReplyTimeout):
            act(dut)
        with pytest.raises(NotConfigured):
            act(dut)


def test_operation_is_confirmed() -> None:
    good: Pairs = [*OURS, ("c", "c: 160 C, in")]
    tripped: Pairs = [*OURS, ("c", "c: 160 C, out")]
    garbled: Pairs = [*OURS, ("c", "c: in")]
    with RecordedLink([*GREETED, *APPROACHED, *good, *tripped, *garbled]) as link:
        dut = bath(link)
        dut.approach_temperature(80.12)
        dut.confirm_operating()
        with pytest.raises(InstrumentRefused, match="out"):
            dut.confirm_operating()
        with pytest.raises(UnexpectedReply):
            dut.confirm_operating()


def test_standby_goes_for_room_temperature() -> None:
    with RecordedLink([*GREETED, *APPROACHED, *STANDBY, *STANDBY]) as link:
        dut = bath(link)
        dut.approach_temperature(80.12)
        dut.standby()
        dut.standby()
        with pytest.raises(NotConfigured):
            dut.is_stable()


def test_standby_that_is_not_reached_is_told() -> None:
    with RecordedLink([*GREETED, *STANDBY[:2], ("s", "set: 80.12 C")]) as link:
        with pytest.raises(InstrumentRefused):
            bath(link).standby()


def test_standby_is_reached_although_the_connection_breaks() -> None:
    with Breaking([*GREETED, *GREETED, *STANDBY], b"u=c") as link:
        bath(link).standby()


# --- as delivered: every character comes back ---


def as_delivered(peer: Peer) -> None:
    """Echo each character until told du=h; end replies with CR LF."""
    echo, text = True, ""
    while byte := peer._lines.read(1).decode("latin-1"):
        if byte != "\r":
            text += byte
            peer.send(byte if echo else "")
            continue
        peer.send("\r\n" if echo else "")
        echo = echo and text != "du=h"
        peer.heard.append(text)
        peer.send({"*ver": "ver.7341,1.21\r\n", "t": "t: 55.69 C\r\n"}.get(text, ""))
        text = ""


@contextmanager
def connected(server: LineServer) -> Iterator[HartBath]:
    bath = connect(
        "hart-7341",
        "bath",
        f"serial+socket://127.0.0.1:{server.port}",
        serial=None,
        clock=RealClock(),
        manager=lambda: pytest.fail("no VISA library is needed"),
    )
    assert isinstance(bath, HartBath)
    with closing(bath):
        yield bath


def test_echo_is_switched_off_first() -> None:
    with LineServer(as_delivered) as server, connected(server) as dut:
        assert dut.identify().model == "7341"
        assert dut.read_temperature().value == 55.69
        assert dut.read_temperature().value == 55.69
    assert server.sessions == [["sa=0", "du=h", "*ver", "t", "t"]]
