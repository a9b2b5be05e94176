"""Raw sockets: framing, crowds, clients that misbehave."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from simulators.faces import Line, SocketFace
from simulators.panel import Replies, Reply
from simulators.serve import Doors
from simulators.transport.framing import LONGEST_MESSAGE, EndlessMessage, Framer, translated
from simulators.transport.loop import Loop
from simulators.transport.tcp import TcpPort
from tests.simulators.rig import RealClock
from tests.simulators.wires import LONG_READING, Peer, peers, port_of, served

LINES = {
    "LF": (Line(message_ends=b"\n"), b"a\r\nb\n\r\nc\r", [b"a", b"b", b""]),
    "CR or LF, CR LF once": (Line(), b"a\rb\nc\r\nd\r\r\n\n", [b"a", b"b", b"c", b"d", b"", b""]),
    "CR": (Line(message_ends=b"\r"), b"a\rb\r\nc\r", [b"a", b"b", b"c"]),
    "ESC sequences without an end": (
        Line(complete=lambda begun: len(begun) == 2 and begun[0] == 27),
        b"\x1bPab\r\x1bT\x1bZ",
        [b"\x1bP", b"ab", b"\x1bT", b"\x1bZ"],
    ),
}


@pytest.mark.parametrize(("line", "sent", "messages"), LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_framing(line: Line, sent: bytes, messages: list[bytes], step: int) -> None:
    framer = Framer(line)
    found = [
        message
        for place in range(0, len(sent), step)
        for message in framer.feed(sent[place : place + step])
    ]
    assert found == messages


def test_a_message_without_an_end_is_dropped() -> None:
    framer = Framer(Line(message_ends=b"\n"))
    assert framer.feed(b"x" * LONGEST_MESSAGE) == []
    with pytest.raises(EndlessMessage):
        framer.feed(b"x")
    assert framer.feed(b"y\n") == [b"y"]


def test_replies_get_the_line_end_of_the_face() -> None:
    assert translated(b"1\n2\n", Line(reply_end=b"\r\n")) == b"1\r\n2\r\n"


class Echo:
    """Answers what it is told, now or after some seconds of the clock."""

    def __init__(self, clock: RealClock) -> None:
        self.clock = clock
        self.heard: list[bytes] = []

    def receive(self, message: bytes) -> Replies:
        self.heard.append(message)
        if message == b"fail":
            raise RuntimeError(message)
        seconds = float(message) if re.fullmatch(rb"[\d.]+", message) else 0.0
        return (Reply(message + b"\n", self.clock.monotonic() + seconds),)


@dataclass
class EchoPort:
    echo: Echo
    peer: Callable[[], Peer]


@pytest.fixture
def port_with(request: pytest.FixtureRequest) -> Iterator[Callable[[SocketFace], EchoPort]]:
    clock = RealClock()
    loop = Loop(clock)
    stack: list[Callable[[], None]] = []

    def make(face: SocketFace) -> EchoPort:
        echo = Echo(clock)
        port = TcpPort(loop, echo, face, host="127.0.0.1", port=0)
        opened = peers(port.number)
        peer = opened.__enter__()
        stack.append(lambda: opened.__exit__(None, None, None))
        stack.append(lambda: loop.call(port.close))
        loop.start()
        return EchoPort(echo, peer)

    yield make
    for act in reversed(stack):
        act()
    loop.close()


PortWith = Callable[[SocketFace], EchoPort]


def test_an_instrument_for_one_client_leaves_the_second(port_with: PortWith) -> None:
    port = port_with(SocketFace(0, clients=1))
    first = port.peer()
    first.send(b"a\n")
    assert first.line() == b"a\n"
    assert port.peer().is_left()
    first.send(b"b\n")
    assert first.line() == b"b\n"
    first.close()
    while (again := port.peer()) and not answers(again):
        again.close()  # until the server has seen that the first is gone


def answers(peer: Peer) -> bool:
    try:
        peer.send(b"x\n")
        return peer.line() == b"x\n"
    except ConnectionError:
        return False


def test_a_message_is_carried_out_when_the_reply_before_it_has_left(port_with: PortWith) -> None:
    port = port_with(SocketFace(0))
    peer, other = port.peer(), port.peer()
    peer.send(b"0.1\nb\nc\n")
    other.send(b"d\n")
    assert other.line() == b"d\n"
    assert port.echo.heard == [b"0.1", b"d"]
    assert [peer.line() for _ in range(3)] == [b"0.1\n", b"b\n", b"c\n"]


def test_a_thousand_messages_at_once_are_answered_in_order(port_with: PortWith) -> None:
    peer = port_with(SocketFace(0)).peer()
    names = [b"m%d\n" % n for n in range(1000)]
    peer.send(b"".join(names))
    assert [peer.line() for _ in names] == names


def test_a_client_that_does_not_read_holds_nobody_up(port_with: PortWith) -> None:
    port = port_with(SocketFace(0))
    greedy, other = port.peer(), port.peer()
    big = b"x" * 1_000_000 + b"\n"
    for _ in range(4):
        greedy.send(big)  # more than the system keeps for a reader that is asleep
        other.send(b"here\n")
        assert other.line() == b"here\n"
    assert greedy.take(4 * len(big)) == 4 * big


def test_one_broken_message_ends_nobody_else(
    port_with: PortWith, caplog: pytest.LogCaptureFixture
) -> None:
    port = port_with(SocketFace(0))
    broken, other = port.peer(), port.peer()
    broken.send(b"fail\nstill here\n")
    other.send(b"b\n")
    assert other.line() == b"b\n"
    assert "the others go on" in caplog.text
    assert broken.is_left()


def test_a_sender_that_never_ends_is_left(port_with: PortWith) -> None:
    port = port_with(SocketFace(0))
    peer = port.peer()
    try:
        for _ in range(LONGEST_MESSAGE // 65536 + 2):
            peer.send(b"x" * 65536)
    except ConnectionError:
        pass  # it was left already
    assert peer.is_left()
    assert answers(port.peer())


@pytest.mark.parametrize("sent", [b"", b"*ID", b"*IDN?\n", LONG_READING + b"\n"])
def test_a_client_may_vanish_at_any_moment(sent: bytes) -> None:
    with served(calibrator=Doors(tcp=0), dut=Doors(tcp=0)) as (running, _):
        with peers(port_of(running.addresses["dut"][0])) as peer:
            gone = peer()
            gone.send(sent)
            gone.vanish()
        with peers(port_of(running.addresses["calibrator"][0])) as peer:
            line = peer()
            line.send(b"*OPC?\n")
            assert line.line() == b"1\n"


def test_interleaved_clients_get_their_own_answers() -> None:
    with (
        served(dut=Doors(tcp=0)) as (running, _),
        peers(port_of(running.addresses["dut"][0])) as peer,
    ):
        crowd = [peer() for _ in range(20)]
        for turn in range(10):
            for place, one in enumerate(crowd):
                one.send(b"*IDN?\n" if (place + turn) % 2 else b"SYST:VERS?\n")
            for place, one in enumerate(crowd):
                assert one.line().startswith(b"Keysight") is bool((place + turn) % 2)
