"""How a session begins with instruments of other manners: echo, streams, CR, no identity."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import ClassVar

import pytest

from drivers.capabilities import Identity, Offers
from drivers.catalogue import connect
from drivers.dialogue import Dialogue, Exchange
from drivers.errors import LinkLost, ReplyTimeout, UnexpectedReply, WrongInstrument
from drivers.identity import ExpectedIdentity, Greeting, states_nothing
from drivers.link import Framing, Link, Terminator
from drivers.link.recorded import RecordedLink
from drivers.link.serial import SerialAddress, SerialSettings, open_serial
from drivers.link.tcp import open_tcp
from drivers.models import MODELS, Model
from tests.drivers.peers import LineServer, Peer, RealClock, Script

TIMEOUT = 0.3
QUIET = 0.03
CR = Framing(Terminator.CR, Terminator.CR)
Open = Callable[[int], Link]


def over_tcp(port: int) -> Link:
    return open_tcp("127.0.0.1", port, RealClock(), CR, quiet_seconds=QUIET)


def over_serial(port: int) -> Link:
    settings = SerialSettings(terminator=Terminator.CR)
    address = SerialAddress(f"socket://127.0.0.1:{port}", settings)
    return open_serial(address, RealClock(), quiet_seconds=QUIET)


LINKS = [pytest.param(over_tcp, id="tcp"), pytest.param(over_serial, id="serial socket")]


@contextmanager
def dialogue_at(
    server: LineServer,
    greeting: Greeting,
    opened: Open = over_tcp,
    trace: list[Exchange] | None = None,
) -> Iterator[Dialogue]:
    dialogue = Dialogue(
        "dut",
        lambda: opened(server.port),
        RealClock(),
        greeting=greeting,
        timeout_seconds=TIMEOUT,
        trace=None if trace is None else trace.append,
    )
    with closing(dialogue):
        yield dialogue


def messages(peer: Peer) -> Iterator[str]:
    """Yield each message up to its CR, written down; line feeds do not count."""
    text = ""
    while byte := peer._lines.read(1):
        text += byte.decode("latin-1")
        if text.endswith("\r"):
            peer.heard.append(text.strip("\r\n"))
            text = ""
            yield peer.heard[-1]


def answering(replies: dict[str, str], end: str = "\r") -> Script:
    """Answer what has a reply, its lines ended by `end`; be silent about the rest."""

    def script(peer: Peer) -> None:
        for message in messages(peer):
            if message in replies:
                peer.send("".join(line + end for line in replies[message].split("\n")))

    return script


# --- several questions ---


def serial_and_model(replies: Sequence[str]) -> Identity:
    return Identity("Acme", replies[1], replies[0], "")


TWO_QUESTIONS = Greeting(queries=("SN", "MODEL"), states=serial_and_model, always=())
EXPECTED = ExpectedIdentity(("Acme",), ("M1",), "123")


def expecting(greeting: Greeting, expected: ExpectedIdentity = EXPECTED) -> Greeting:
    return Greeting(
        expected,
        greeting.queries,
        greeting.states,
        greeting.goes_on,
        greeting.opening,
        greeting.after_loss,
        greeting.always,
    )


class StoppedClock:
    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None: ...


def test_identity_may_take_several_questions() -> None:
    with RecordedLink([("SN", "123"), ("MODEL", "M1"), ("READ", "1")]) as link:
        dut = Dialogue("dut", lambda: link, StoppedClock(), greeting=expecting(TWO_QUESTIONS))
        assert dut.identify() == Identity("Acme", "M1", "123", "")
        assert dut.ask("READ") == "1"


@pytest.mark.parametrize(
    ("serial", "model"), [("124", "M1"), ("123", "M2")], ids=["serial number", "model"]
)
def test_one_wrong_answer_of_several_is_refused_and_all_are_shown(serial: str, model: str) -> None:
    with RecordedLink([("SN", serial), ("MODEL", model)]) as link:
        dut = Dialogue("dut", lambda: link, StoppedClock(), greeting=expecting(TWO_QUESTIONS))
        with pytest.raises(WrongInstrument, match=f"{serial}; {model}") as caught:
            dut.ask("READ")
    assert caught.value.command == "SN; MODEL"


@pytest.mark.parametrize("echoed", [("SN", "M1"), ("123", "MODEL")], ids=["first", "second"])
def test_echo_of_any_question_is_no_answer(echoed: tuple[str, str]) -> None:
    with RecordedLink(list(zip(("SN", "MODEL"), echoed, strict=True))) as link:
        dut = Dialogue("dut", lambda: link, StoppedClock(), greeting=TWO_QUESTIONS)
        with pytest.raises(UnexpectedReply, match="echo off"):
            dut.ask("READ")


def test_second_question_without_answer_ends_the_session() -> None:
    pairs: list[tuple[str, str | None]] = [("SN", "123"), ("MODEL", None)]
    again: list[tuple[str, str | None]] = [("SN", "123"), ("MODEL", "M1"), ("READ", "1")]
    with RecordedLink([*pairs, *again]) as link:
        dut = Dialogue("dut", lambda: link, StoppedClock(), greeting=TWO_QUESTIONS)
        with pytest.raises(ReplyTimeout):
            dut.ask("READ")
        assert dut.ask("READ") == "1"


# --- opening: echo and streams ---


def states_itself(replies: Sequence[str]) -> Identity:
    return Identity("Acme", replies[0], "", "")


def echoing(peer: Peer) -> None:
    """Repeat every byte until told to be half duplex; say ID when asked."""
    echo = True
    for message in messages(peer):
        if echo:
            peer.send(f"{message}\r\n")
        if message == "HALF":
            echo = False
        elif message in ("ID", "READ"):
            peer.send(f"{message}'s answer\r\n")


HALF_DUPLEX = Greeting(queries=("ID",), states=states_itself, opening=("HALF",), always=())


@pytest.mark.parametrize("opened", LINKS)
def test_echo_of_the_opening_is_thrown_away(opened: Open) -> None:
    trace: list[Exchange] = []
    with LineServer(echoing) as server, dialogue_at(server, HALF_DUPLEX, opened, trace) as dut:
        assert dut.identify().model == "ID's answer"
        assert dut.ask("READ") == "READ's answer"
    assert server.sessions == [["HALF", "ID", "READ"]]
    assert [(each.sent, each.received) for each in trace] == [
        ("HALF", None),
        ("ID", "ID's answer"),
        ("READ", "READ's answer"),
    ]


def test_opening_is_said_in_every_session() -> None:
    with LineServer(echoing) as server, dialogue_at(server, HALF_DUPLEX) as dut:
        dut.ask("READ")
        with pytest.raises(ReplyTimeout):
            dut.ask("NOTHING")
        assert dut.ask("READ") == "READ's answer"
    assert server.sessions[1] == ["HALF", "ID", "READ"]


def streaming(stop: str) -> Script:
    """Send a value each 10 ms until told to `stop`, then answer READ."""

    def script(peer: Peer) -> None:
        stopped = threading.Event()

        def stream() -> None:
            while not (stopped.wait(0.01) or peer.over.is_set()):
                peer.send("t: 55.69 C\r\n")

        thread = threading.Thread(target=stream)
        thread.start()
        try:
            for message in messages(peer):
                if message == stop:
                    stopped.set()
                elif message == "READ":
                    peer.send("answer\r\n")
        finally:
            stopped.set()
            thread.join()

    return script


@pytest.mark.parametrize("opened", LINKS)
def test_instrument_that_talks_unasked_is_stopped_before_it_is_asked(opened: Open) -> None:
    greeting = Greeting(
        queries=(), states=states_nothing("Acme", "M1"), opening=("STOP",), always=()
    )
    with LineServer(streaming("STOP")) as server, dialogue_at(server, greeting, opened) as dut:
        for _ in range(3):
            assert dut.ask("READ") == "answer"
            dut.close()
    assert server.sessions == [["STOP", "READ"]] * 3


@dataclass
class HurriedClock(RealClock):
    """A clock that runs a hundred times as fast, so that three seconds are soon over."""

    def monotonic(self) -> float:
        return 100 * super().monotonic()


def hurried_tcp(port: int) -> Link:
    return open_tcp("127.0.0.1", port, HurriedClock(), CR, quiet_seconds=QUIET)


def hurried_serial(port: int) -> Link:
    address = SerialAddress(f"socket://127.0.0.1:{port}", SerialSettings(terminator=Terminator.CR))
    return open_serial(address, HurriedClock(), quiet_seconds=100 * QUIET)


@pytest.mark.parametrize("opened", [hurried_tcp, hurried_serial], ids=["tcp", "serial socket"])
def test_instrument_that_cannot_be_stopped_does_not_hold_the_session_up(opened: Open) -> None:
    greeting = Greeting(queries=(), states=states_nothing("Acme", "M1"), always=())
    with LineServer(streaming("STOP")) as server, dialogue_at(server, greeting, opened) as dut:
        with pytest.raises(UnexpectedReply, match=r"never stops talking.*t: 55.*automatic output"):
            dut.ask("READ")


def test_lost_link_in_the_opening_is_told() -> None:
    with LineServer(lambda peer: peer.hang_up()) as server:
        with dialogue_at(server, HALF_DUPLEX) as dut, pytest.raises(LinkLost):
            dut.ask("READ")


# --- replies of several lines ---


def until_end(lines: Sequence[str]) -> bool:
    return not lines or lines[-1] != "END"


LIST = {"?": "PTU300 / 3.04\nSerial number : A1234567\nEND", "READ": "1.5"}
LISTING = Greeting(queries=("?",), states=states_itself, goes_on=until_end, always=())


@pytest.mark.parametrize("end", ["\r", "\r\n"], ids=["CR", "CR LF"])
@pytest.mark.parametrize("opened", LINKS)
def test_reply_of_several_lines_is_one_reply(opened: Open, end: str) -> None:
    with LineServer(answering(LIST, end)) as server, dialogue_at(server, LISTING, opened) as dut:
        assert dut.identify().model == LIST["?"]
        assert dut.ask("?", goes_on=until_end) == LIST["?"]
        assert dut.ask("READ") == "1.5"


@pytest.mark.parametrize("opened", LINKS)
def test_reply_that_stops_between_its_lines_keeps_the_deadline(opened: Open) -> None:
    replies = {**LIST, "PART": "one\ntwo"}
    trace: list[Exchange] = []
    clock = RealClock()
    with LineServer(answering(replies)) as server:
        with dialogue_at(server, LISTING, opened, trace) as dut:
            dut.ask("READ")
            began = clock.monotonic()
            with pytest.raises(ReplyTimeout):
                dut.ask("PART", goes_on=until_end)
            assert clock.monotonic() - began < TIMEOUT + 0.5
            assert dut.ask("READ") == "1.5"
    assert next(each for each in trace if each.fault).received == "one\ntwo"


def test_lines_that_drip_do_not_outlast_the_deadline() -> None:
    def drip(peer: Peer) -> None:
        for _ in messages(peer):
            while not peer.over.wait(0.02):
                peer.send("line\r")

    greeting = Greeting(queries=(), states=states_nothing("Acme", "M1"), always=())
    clock = RealClock()
    with LineServer(drip) as server, dialogue_at(server, greeting) as dut:
        began = clock.monotonic()
        with pytest.raises(ReplyTimeout):
            dut.ask("?", goes_on=until_end)
        assert clock.monotonic() - began < TIMEOUT + 0.5


def test_line_that_is_not_ascii_ends_a_long_reply() -> None:
    with LineServer(answering({**LIST, "?": "one\nt\xb5o\nEND"})) as server:
        with dialogue_at(server, LISTING) as dut, pytest.raises(UnexpectedReply) as caught:
            dut.ask("READ")
    assert "xb5o" in caught.value.reply


# --- CR, with and without LF ---

NOBODY = Greeting(queries=(), states=states_nothing("Acme", "M1"), always=())


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n\r"], ids=["CR", "CR LF", "LF CR"])
@pytest.mark.parametrize("opened", LINKS)
def test_line_feed_beside_a_carriage_return_does_not_count(opened: Open, end: str) -> None:
    replies = {f"Q{number}": f"{number}.5" for number in range(5)}
    with LineServer(answering(replies, end)) as server, dialogue_at(server, NOBODY, opened) as dut:
        assert [dut.ask(query) for query in replies] == list(replies.values())
    assert server.sessions == [list(replies)]


@pytest.mark.parametrize("opened", LINKS)
def test_line_feed_that_comes_late_is_no_answer(opened: Open) -> None:
    asked_again = threading.Event()

    def late(peer: Peer) -> None:
        for message in messages(peer):
            if message == "ONE":
                peer.send("1\r")
            else:
                peer.send("\n2\r")
                asked_again.set()

    with LineServer(late) as server, dialogue_at(server, NOBODY, opened) as dut:
        assert dut.ask("ONE") == "1"
        assert dut.ask("TWO") == "2"
    assert asked_again.is_set()


@pytest.mark.parametrize("opened", LINKS)
def test_second_line_is_never_taken_for_the_next_answer(opened: Open) -> None:
    with LineServer(answering({"ONE": "1\n9", "TWO": "2"})) as server:
        with dialogue_at(server, NOBODY, opened) as dut:
            assert dut.ask("ONE") == "1"
            with pytest.raises(UnexpectedReply):
                dut.ask("TWO")
            assert dut.ask("TWO") == "2"


# --- who cannot say who he is ---


@pytest.mark.parametrize("opened", LINKS)
def test_nothing_is_asked_of_who_cannot_say(opened: Open) -> None:
    with LineServer(answering({"READ": "1"})) as server, dialogue_at(server, NOBODY, opened) as dut:
        assert dut.identify() == Identity("Acme", "M1", "", "")
        assert dut.ask("READ") == "1"
        assert dut.identify() == Identity("Acme", "M1", "", "")
    assert server.sessions == [["READ"]]


@dataclass(frozen=True)
class Talker:
    """A driver of nothing much, made by the catalogue."""

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(queries=("ID",), states=states_itself, always=())
    offers: ClassVar[Offers] = {}

    def identify(self) -> Identity:
        return self.dialogue.identify()

    def close(self) -> None:
        self.dialogue.close()


class Mute(Talker):
    """One that cannot be asked."""

    greeting: ClassVar[Greeting] = NOBODY


ROWS = {
    "no serial number": ("Talker", ("M1",), False, "123"),
    "serial number unknown": ("Talker", ("M1",), True, None),
    "no identity at all": ("Mute", ("whatever",), True, "123"),
}


@pytest.mark.parametrize(("speaks", "names", "states", "serial"), ROWS.values(), ids=ROWS)
def test_what_cannot_be_stated_is_not_checked(
    monkeypatch: pytest.MonkeyPatch,
    speaks: str,
    names: tuple[str, ...],
    states: bool,
    serial: str | None,
) -> None:
    row = Model(
        "x",
        f"{__name__}:{speaks}",
        ("Acme",),
        names,
        serial=SerialSettings(terminator=Terminator.CR),
        states_serial=states,
    )
    monkeypatch.setattr("drivers.catalogue.MODELS", {**MODELS, "x": row})
    with LineServer(answering({"ID": "M1"})) as server:
        instrument = connect(
            "x",
            "dut",
            f"serial+socket://127.0.0.1:{server.port}",
            serial=serial,
            clock=RealClock(),
            manager=lambda: pytest.fail("no VISA library is needed"),
        )
        with closing(instrument):
            assert instrument.identify().model == "M1"


def test_wrong_model_is_refused_where_no_serial_number_is_stated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = Model(
        "x",
        f"{__name__}:Talker",
        ("Acme",),
        ("M1",),
        serial=SerialSettings(terminator=Terminator.CR),
        states_serial=False,
    )
    monkeypatch.setattr("drivers.catalogue.MODELS", {**MODELS, "x": row})
    with LineServer(answering({"ID": "M2"})) as server:
        instrument = connect(
            "x",
            "dut",
            f"serial+socket://127.0.0.1:{server.port}",
            serial="123",
            clock=RealClock(),
            manager=lambda: pytest.fail("no VISA library is needed"),
        )
        with closing(instrument), pytest.raises(WrongInstrument) as caught:
            instrument.identify()
    assert "serial" not in str(caught.value)


# --- asking until it is done ---


class CountingClock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_attempts_come_at_once_and_at_intervals_until_the_time_is_over() -> None:
    clock = CountingClock()
    dut = Dialogue("dut", lambda: RecordedLink([]), clock)
    assert [clock.now for _ in dut.attempts(2.0, every=0.5)] == [0.0, 0.5, 1.0, 1.5, 2.0]
