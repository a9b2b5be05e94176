"""What a dialogue does when the instrument, or what is between, misbehaves on a real socket."""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest

from drivers.dialogue import Dialogue, Exchange
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    LinkLost,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.identity import ExpectedIdentity, Greeting
from drivers.link import Framing
from drivers.link.tcp import TcpLink, open_tcp
from tests.drivers.peers import IDENTITY, LineServer, Peer, RealClock, obedient, until

TIMEOUT = 0.15
QUIET = 0.02
GREETED = ["*IDN?", "*CLS"]
GREETED_AFTER_LOSS = ["*IDN?", "SAFE", "*CLS"]


@contextmanager
def dialogue_with(server: LineServer, *, serial: str = "123") -> Iterator[Dialogue]:
    clock = RealClock()
    dialogue = Dialogue(
        "dut",
        lambda: open_tcp("127.0.0.1", server.port, clock, quiet_seconds=QUIET),
        clock,
        greeting=Greeting(ExpectedIdentity(("ACME",), ("Model 1",), serial), after_loss=("SAFE",)),
        timeout_seconds=TIMEOUT,
    )
    with closing(dialogue):
        yield dialogue


def say_nothing(_: Peer) -> None:
    return


def drip(peer: Peer) -> None:
    while not peer.over.wait(0.01):
        peer.send("1")


def never_end(peer: Peer) -> None:
    while not peer.over.is_set():
        peer.send("1" * 65536)


def close_after(text: str) -> Callable[[Peer], None]:
    def act(peer: Peer) -> None:
        peer.send(text)
        peer.hang_up()

    return act


def say(text: str) -> Callable[[Peer], None]:
    return lambda peer: peer.send(text)


@dataclass(frozen=True)
class Fault:
    name: str
    act: Callable[[Peer], None]
    error: type[InstrumentError]
    said: str


FAULTS = [
    Fault("silent", say_nothing, ReplyTimeout, "no line end"),
    Fault("partial line", say("+1.234"), ReplyTimeout, "'+1.234'"),
    Fault("drip beyond the deadline", drip, ReplyTimeout, "no line end"),
    Fault("endless reply", never_end, UnexpectedReply, "has no end"),
    Fault("closes before the answer", close_after(""), LinkLost, "closed"),
    Fault("closes in the answer", close_after("+1.2"), LinkLost, "+1.2"),
    Fault("not ASCII", say("+1.2\xb5V\n"), UnexpectedReply, r"\xb5"),
    Fault("garbage", say("\xff\xfe\x80\n"), UnexpectedReply, r"\xff"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_named_and_the_next_question_gets_its_own_answer(fault: Fault) -> None:
    with LineServer(until("READ?", fault.act), obedient) as server, dialogue_with(server) as dut:
        assert dut.ask("FIRST?") == "answer to FIRST?"
        began = time.monotonic()
        with pytest.raises(fault.error) as caught:
            dut.ask("READ?")
        assert time.monotonic() - began < TIMEOUT + 0.5
        assert (caught.value.instrument, caught.value.command) == ("dut", "READ?")
        assert fault.said in caught.value.reply
        assert dut.ask("NEXT?") == "answer to NEXT?"
    assert server.sessions[0][:3] == [*GREETED, "FIRST?"]
    assert server.sessions[1] == [*GREETED_AFTER_LOSS, "NEXT?"]


def test_partial_line_and_its_remainder_are_never_an_answer() -> None:
    rest = threading.Event()

    def later(peer: Peer) -> None:
        peer.send("+1.2")
        rest.wait(5.0)
        peer.send("34\n")

    with LineServer(until("READ?", later), obedient) as server, dialogue_with(server) as dut:
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        rest.set()
        assert dut.ask("READ AGAIN?") == "answer to READ AGAIN?"
        assert dut.ask("*OPC?") == "answer to *OPC?"
    assert server.sessions[1] == [*GREETED_AFTER_LOSS, "READ AGAIN?", "*OPC?"]


def late_at_once(peer: Peer) -> None:
    peer.send("+9.9\n")
    obedient(peer)


def test_late_answer_in_the_next_session_is_drained() -> None:
    with (
        LineServer(until("READ?", say_nothing), late_at_once) as server,
        dialogue_with(server) as dut,
    ):
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        assert dut.ask("NEXT?") == "answer to NEXT?"
    assert server.sessions[1] == [*GREETED_AFTER_LOSS, "NEXT?"]


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(f"+9.9\n{IDENTITY}\n", id="a reading before the identity"),
        pytest.param(f"{IDENTITY}\n+9.9\n", id="a reading after the identity"),
        pytest.param(f"{IDENTITY}\n{IDENTITY}\n", id="the identity of the session before"),
    ],
)
def test_late_answer_beside_the_identity_spoils_that_session_too(late: str) -> None:
    gateway = until("*IDN?", say(late))
    with (
        LineServer(until("READ?", say_nothing), gateway, obedient) as server,
        dialogue_with(server) as dut,
    ):
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        with pytest.raises(UnexpectedReply):
            dut.ask("NEXT?")
        assert dut.ask("NEXT?") == "answer to NEXT?"
    assert server.sessions[1] == ["*IDN?"]
    assert server.sessions[2] == [*GREETED_AFTER_LOSS, "NEXT?"]


@pytest.mark.parametrize("extra", ["+9.9\n", "+9.9"], ids=["a line", "part of a line"])
def test_second_answer_is_never_taken_for_the_next(extra: str) -> None:
    twice = until("READ?", say("+1.0\n" + extra))
    with LineServer(twice, obedient) as server, dialogue_with(server) as dut:
        assert dut.ask("READ?") == "+1.0"
        with pytest.raises(UnexpectedReply, match="unasked"):
            dut.ask("NEXT?")
        assert dut.ask("NEXT?") == "answer to NEXT?"
    assert "NEXT?" not in server.sessions[0]


def test_peer_that_closed_after_its_answer_is_noticed_before_the_next_question() -> None:
    with LineServer(until("READ?", close_after("+1.0\n")), obedient) as server:
        with dialogue_with(server) as dut:
            assert dut.ask("READ?") == "+1.0"
            with pytest.raises(LinkLost):
                dut.ask("NEXT?")
            assert dut.ask("NEXT?") == "answer to NEXT?"


@pytest.mark.parametrize(
    "other", ["Acme,Model 1,999,1.0", "Acme,Model 2,123,1.0", "A,Model 1,123,1"]
)
def test_another_instrument_after_reconnecting_is_refused(other: str) -> None:
    swapped = until("*IDN?", say(other + "\n"))
    with LineServer(until("READ?", say_nothing), swapped) as server, dialogue_with(server) as dut:
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        for _ in range(2):
            with pytest.raises(WrongInstrument) as caught:
                dut.ask("OUT 1000 V?")
            assert other in str(caught.value)
            assert "serial 123" in str(caught.value)
    assert server.sessions[1:] == [["*IDN?"], ["*IDN?"]]


def test_echoing_instrument_is_refused_with_advice() -> None:
    echo = until("*IDN?", say(f"*IDN?\n{IDENTITY}\n2> "))
    with LineServer(echo) as server, dialogue_with(server) as dut:
        with pytest.raises(UnexpectedReply, match="echo off"):
            dut.ask("READ?")


def test_nobody_listening_is_a_lost_link() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    clock = RealClock()
    dut = Dialogue("dut", lambda: open_tcp("127.0.0.1", port, clock), clock)
    with pytest.raises(LinkLost, match=f"{port}.*Check power"):
        dut.ask("*IDN?")


def test_peer_that_takes_no_bytes_does_not_outlast_the_deadline() -> None:
    ours, theirs = socket.socketpair()
    with theirs, closing(TcpLink(ours, RealClock(), Framing())) as link:
        dut = Dialogue("dut", lambda: link, RealClock(), timeout_seconds=TIMEOUT)
        began = time.monotonic()
        with pytest.raises(ReplyTimeout, match="takes no more"):
            dut.tell("X" * 10_000_000)
        assert time.monotonic() - began < TIMEOUT + 0.5


def test_two_threads_get_their_own_answers() -> None:
    wrong: list[str] = []

    def talk(dialogue: Dialogue, who: str) -> None:
        for number in range(300):
            answer = dialogue.ask(f"{who} {number}?")
            if answer != f"answer to {who} {number}?":
                wrong.append(answer)

    with LineServer(obedient) as server, dialogue_with(server) as dut:
        threads = [threading.Thread(target=talk, args=(dut, who)) for who in ("A", "B")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert len(server.sessions[0]) == len(GREETED) + 600


def test_several_exchanges_in_a_turn_are_not_interrupted() -> None:
    def talk(dialogue: Dialogue, who: str) -> None:
        for _ in range(50):
            with dialogue.turn():
                dialogue.tell(f"{who} SET")
                dialogue.ask(f"{who} ERR?")

    with LineServer(obedient) as server, dialogue_with(server) as dut:
        threads = [threading.Thread(target=talk, args=(dut, who)) for who in ("A", "B")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    said = server.sessions[0][len(GREETED) :]
    assert len(said) == 200
    assert all(said[i][0] == said[i + 1][0] for i in range(0, 200, 2))


def test_who_holds_the_turn_of_a_barred_instrument_lets_go_of_it() -> None:
    refused: list[InstrumentRefused] = []
    asked = threading.Event()

    def wait_for_ever(dialogue: Dialogue) -> None:
        try:
            with dialogue.turn():
                for _ in dialogue.attempts(math.inf, 3600.0):
                    dialogue.ask("DONE?")
                    asked.set()
        except InstrumentRefused as refusal:
            refused.append(refusal)

    with LineServer(obedient) as server, dialogue_with(server) as dut:
        source = threading.Thread(target=wait_for_ever, args=(dut,))
        source.start()
        asked.wait()
        dut.bar()
        with dut.standing_by():
            dut.tell("STBY")
        source.join()
        with pytest.raises(InstrumentRefused):
            dut.tell("OPER")
    assert [each.command for each in refused] == ["DONE?"]
    assert server.sessions[0] == [*GREETED, "DONE?", "STBY"]


def test_trace_holds_everything_that_went_over_the_wire() -> None:
    kept: list[Exchange] = []
    with LineServer(until("READ?", say_nothing)) as server, dialogue_with(server) as dut:
        dut.trace = kept.append
        dut.tell("OUT")
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
    assert [(each.sent, each.received, bool(each.fault)) for each in kept] == [
        ("*IDN?", IDENTITY, False),
        ("*CLS", None, False),
        ("OUT", None, False),
        ("READ?", None, True),
    ]
    assert [each.at_seconds for each in kept] == sorted(each.at_seconds for each in kept)


def test_setup_dies_with_its_session() -> None:
    with LineServer(until("READ?", say_nothing)) as server, dialogue_with(server) as dut:
        dut.ask("FIRST?")
        dut.setup = "configured"
        dut.ask("SECOND?")
        assert dut.setup == "configured"
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        assert dut.setup is None


def test_interrupted_question_ends_the_session() -> None:
    class Interrupting(TcpLink):
        def receive(self, deadline: float) -> bytes:
            raise KeyboardInterrupt

    clock = RealClock()
    with LineServer(obedient) as server:
        connection = socket.create_connection(("127.0.0.1", server.port))
        links = iter(
            [Interrupting(connection, clock, Framing()), open_tcp("127.0.0.1", server.port, clock)]
        )
        with closing(Dialogue("dut", lambda: next(links), clock)) as dut:
            with pytest.raises(KeyboardInterrupt):
                dut.ask("ONE?")
            assert dut.ask("TWO?") == "answer to TWO?"
    assert server.sessions == [["ONE?"], ["TWO?"]]


def test_nothing_is_sent_that_is_not_ascii() -> None:
    with LineServer(obedient) as server, dialogue_with(server) as dut:
        dut.ask("FIRST?")
        with pytest.raises(InstrumentRefused, match="not sent"):
            dut.tell('DISP:TEXT "Đo"')
        assert dut.ask("NEXT?") == "answer to NEXT?"
    assert server.sessions == [[*GREETED, "FIRST?", "NEXT?"]]


def test_nothing_is_opened_before_the_first_question() -> None:
    with LineServer(obedient) as server, dialogue_with(server) as dut:
        assert server.sessions == []
        assert dut.identify().serial == "123"
        assert dut.identify().model == "Model 1"
    assert server.sessions == [["*IDN?", "*CLS", "*IDN?"]]
