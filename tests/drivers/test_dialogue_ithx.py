"""What is said to an Omega iTHX and how its answers are taken, word for word.

Source: MSLNZ/msl-equipment omega/ithx.py and its tests (commands, replies, the idle socket).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

import pytest
import pyvisa

from drivers.capabilities import Identity, Reading
from drivers.catalogue import connect
from drivers.errors import LinkLost, ReplyTimeout, UnexpectedReply
from drivers.link.recorded import RecordedLink
from drivers.omega.ithx import Ithx
from tests.drivers.peers import LineServer, Peer, RealClock
from tests.drivers.rehearsal import rehearsed

Act = Callable[[Ithx], Reading]


def ithx(link: RecordedLink, **fields: object) -> Ithx:
    return rehearsed(Ithx, link, "omega-ithx", serial="4711", clock=None, **fields)


READINGS = {
    "temperature": (Ithx.read_temperature, 1, "*SRTC", "19.3", 19.3),
    "humidity": (Ithx.read_humidity, 1, "*SRH", "42.5", 42.5),
    "zeros before": (Ithx.read_temperature, 1, "*SRTC", "020.1", 20.1),
    "frost": (Ithx.read_temperature, 1, "*SRTC", "-5.0", -5.0),
    "second probe": (Ithx.read_temperature, 2, "*SRTC2", "19.3", 19.3),
    "second probe, humidity": (Ithx.read_humidity, 2, "*SRH2", "100.0", 100.0),
}


@pytest.mark.parametrize(
    ("act", "probe", "said", "reply", "value"), READINGS.values(), ids=READINGS
)
def test_reading(act: Act, probe: int, said: str, reply: str, value: float) -> None:
    with RecordedLink([(said, reply)]) as link:
        reading = act(ithx(link, probe=probe))
    assert (reading.value, reading.raw) == (value, reply)


MALFORMED = {
    "empty": "",
    "bad command": "WRONG_CMD",
    "time out": "Serial Time Out",
    "no decimals": "19",
    "two decimals": "19.30",
    "unit": "19.3C",
    "two values": "19.3,42.5",
    "dashes": "--.-",
    "four digits": "1019.3",
    "echo": "*SRTC",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_number_ends_the_session(reply: str) -> None:
    with RecordedLink([("*SRTC", reply), ("*SRTC", "19.3")]) as link:
        dut = ithx(link)
        with pytest.raises(UnexpectedReply):
            dut.read_temperature()
        assert dut.read_temperature().value == 19.3


def test_silence_is_not_asked_twice() -> None:
    with RecordedLink([("*SRTC", None)]) as link, pytest.raises(ReplyTimeout):
        ithx(link).read_temperature()


def test_nobody_asks_who_it_is() -> None:
    with RecordedLink([]) as link:
        assert ithx(link).identify() == Identity("Omega", "iTHX", "", "")


# --- the socket that closes when idle ---


def transmitter(peer: Peer, *, hang_up_after: int | None = None, idle: threading.Event) -> None:
    """Answer, and close the connection after some replies; CR both ways."""
    text = ""
    while byte := peer._lines.read(1).decode("latin-1"):
        if byte != "\r":
            text += byte
            continue
        peer.heard.append(text)
        peer.send({"*SRTC": "19.3\r", "*SRH": "42.5\r"}[text])
        text = ""
        if len(peer.heard) == hang_up_after:
            peer.hang_up()
            idle.set()
            return


@contextmanager
def connected(server: LineServer) -> Iterator[Ithx]:
    with closing(pyvisa.ResourceManager("@py")) as manager:
        dut = connect(
            "omega-ithx",
            "room",
            server.address,
            serial=None,
            clock=RealClock(),
            manager=lambda: manager,
        )
        assert isinstance(dut, Ithx)
        with closing(dut):
            yield dut


def test_reading_after_idle_time_opens_a_new_session_by_itself() -> None:
    idle = threading.Event()
    scripts = (partial(transmitter, hang_up_after=2, idle=idle), partial(transmitter, idle=idle))
    with LineServer(*scripts) as server, connected(server) as dut:
        assert dut.read_temperature().value == 19.3
        assert dut.read_humidity().value == 42.5
        assert idle.wait(5.0)
        assert dut.read_temperature().value == 19.3
    assert server.sessions == [["*SRTC", "*SRH"], ["*SRTC"]]


def test_transmitter_that_is_gone_is_told_after_a_second_try() -> None:
    with LineServer(lambda peer: peer.hang_up()) as server, connected(server) as dut:
        with pytest.raises(LinkLost):
            dut.read_temperature()
    assert len(server.sessions) == 2
