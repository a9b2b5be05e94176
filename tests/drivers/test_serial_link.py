"""Serial lines: on a pseudo-terminal, a port server, a loop, and as addresses."""

import os
import pathlib
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import serial
from serial import rfc2217

from drivers.dialogue import Dialogue
from drivers.errors import BadAddress, InstrumentError, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.identity import ExpectedIdentity, Greeting
from drivers.link import Framing, LinkFault, Terminator
from drivers.link.serial import (
    Flow,
    SerialAddress,
    SerialLink,
    SerialSettings,
    open_serial,
    parse_serial_address,
)
from tests.drivers.peers import IDENTITY, LineServer, RealClock, obedient, reply_to

TIMEOUT = 0.15
QUIET = 0.03
CRLF = SerialSettings(terminator=Terminator.CRLF)


class Terminal:
    """A pseudo-terminal whose far end answers line by line, except as told."""

    def __init__(self, exceptions: dict[str, list[str]]) -> None:
        self.heard: list[str] = []
        self._exceptions = exceptions
        self._master, self._slave = os.openpty()
        self.path = os.ttyname(self._slave)
        self._wake, self._stop = socket.socketpair()
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def send(self, text: str) -> None:
        os.write(self._master, text.encode("latin-1"))

    def close(self) -> None:
        self._stop.close()
        self._thread.join()
        self._wake.close()
        os.close(self._slave)
        os.close(self._master)

    def _answer(self) -> None:
        text = b""
        while self._wake not in select.select([self._master, self._wake], [], [])[0]:
            text += os.read(self._master, 1024)
            *lines, text = text.split(b"\r\n")
            for line in lines:
                self._answer_one(line.decode("latin-1"))

    def _answer_one(self, message: str) -> None:
        self.heard.append(message)
        if odd := self._exceptions.get(message):
            self.send(odd.pop(0))
        elif message.endswith("?"):
            self.send(reply_to(message).replace("\n", "\r\n"))


@contextmanager
def dialogue_over_terminal(
    exceptions: dict[str, list[str]],
) -> Iterator[tuple[Dialogue, Terminal]]:
    clock = RealClock()
    with closing(Terminal(exceptions)) as terminal:
        address = SerialAddress(terminal.path, CRLF)
        dialogue = Dialogue(
            "dut",
            lambda: open_serial(address, clock, quiet_seconds=QUIET),
            clock,
            greeting=Greeting(ExpectedIdentity(("Acme",), ("Model 1",), "123")),
            timeout_seconds=TIMEOUT,
        )
        with closing(dialogue):
            yield dialogue, terminal


def test_lines_go_there_and_back() -> None:
    with dialogue_over_terminal({}) as (dut, terminal):
        assert dut.ask("ONE?") == "answer to ONE?"
        dut.tell("SET")
        assert dut.ask("TWO?") == "answer to TWO?"
        assert terminal.heard == ["*IDN?", "*CLS", "ONE?", "SET", "TWO?"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param("+1.2", ReplyTimeout, id="partial line"),
        pytest.param("\xff\x80\r\n", UnexpectedReply, id="wrong baud rate"),
    ],
)
def test_fault_is_named_and_the_next_question_gets_its_own_answer(
    reply: str, error: type[InstrumentError]
) -> None:
    with dialogue_over_terminal({"READ?": [reply]}) as (dut, terminal):
        with pytest.raises(error):
            dut.ask("READ?")
        assert dut.ask("NEXT?") == "answer to NEXT?"
        assert terminal.heard[-3:] == ["*IDN?", "*CLS", "NEXT?"]


def test_late_answer_is_drained_when_the_port_is_opened_again() -> None:
    with dialogue_over_terminal({"READ?": [""]}) as (dut, terminal):
        terminal._exceptions["READ?"] = ["+1.2"]
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        terminal.send("34\r\n")
        assert dut.ask("NEXT?") == "answer to NEXT?"


def test_late_answer_to_the_identity_question_spoils_that_session() -> None:
    late = [f"{IDENTITY}\r\n", f"+9.9\r\n{IDENTITY}\r\n"]
    with dialogue_over_terminal({"READ?": ["+1"], "*IDN?": late}) as (dut, _):
        with pytest.raises(ReplyTimeout):
            dut.ask("READ?")
        with pytest.raises(UnexpectedReply):
            dut.ask("NEXT?")
        assert dut.ask("NEXT?") == "answer to NEXT?"


def test_second_user_of_a_port_is_refused() -> None:
    with dialogue_over_terminal({}) as (dut, terminal):
        dut.ask("ONE?")
        with pytest.raises(LinkFault) as caught:
            open_serial(SerialAddress(terminal.path, CRLF), RealClock())
        assert caught.value.kind is LinkLost
        assert "nobody else" in caught.value.advice


@pytest.mark.parametrize("framing", ["8N1", "7E1", "8O1", "7O2"])
def test_pseudo_terminal_opens_again_whatever_the_framing(
    framing: str, tmp_path: pathlib.Path
) -> None:
    with closing(Terminal({})) as terminal:
        link = tmp_path / "balance"
        link.symlink_to(terminal.path)
        for path in (terminal.path, terminal.path, str(link)):
            settings = SerialSettings(framing=framing, terminator=Terminator.CRLF)
            with closing(open_serial(SerialAddress(path, settings), RealClock())) as port:
                port.send(b"ONE?", RealClock().monotonic() + TIMEOUT)
                assert port.receive(RealClock().monotonic() + TIMEOUT) == b"answer to ONE?"


def test_file_that_is_no_port_is_a_lost_link() -> None:
    with pytest.raises(LinkFault, match="/dev/null at 9600 8N1"):
        open_serial(SerialAddress("/dev/null", CRLF), RealClock())


def test_missing_port_is_a_lost_link() -> None:
    with pytest.raises(LinkFault, match="no-such-port"):
        open_serial(SerialAddress("/dev/no-such-port", CRLF), RealClock())


def test_seven_bits_and_even_parity_reach_the_port() -> None:
    with closing(serial.serial_for_url("loop://", timeout=0.02)) as port:
        link = SerialLink(
            port, RealClock(), Framing(Terminator.CR, Terminator.CR), quiet_seconds=QUIET
        )
        link.send(b"ECHO?", RealClock().monotonic() + TIMEOUT)
        assert link.receive(RealClock().monotonic() + TIMEOUT) == b"ECHO?"
    address = parse_serial_address("serial+socket://127.0.0.1:9?framing=7E1", CRLF)
    assert address.settings.framing == "7E1"


def test_port_server_over_a_socket() -> None:
    with LineServer(obedient) as server:
        address = parse_serial_address(f"serial+socket://127.0.0.1:{server.port}", CRLF)
        clock = RealClock()
        dialogue = Dialogue("dut", lambda: open_serial(address, clock, quiet_seconds=QUIET), clock)
        with closing(dialogue) as dut:
            assert dut.ask("ONE?") == "answer to ONE?"


# pyserial 3.5 names its thread a daemon in the way that Python 3.10 deprecated.
@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
def test_port_server_is_told_the_settings() -> None:
    with closing(serial.serial_for_url("loop://", timeout=0.02)) as port, _port_server(port) as at:
        address = parse_serial_address(
            f"serial+rfc2217://127.0.0.1:{at}?baud=2400&framing=7E1&terminator=CR", CRLF
        )
        clock = RealClock()
        dialogue = Dialogue(
            "dut",
            lambda: open_serial(address, clock, quiet_seconds=QUIET),
            clock,
            timeout_seconds=2.0,
        )
        with closing(dialogue) as dut:
            assert dut.ask("ECHO?") == "ECHO?"
        assert (port.baudrate, port.bytesize, port.parity) == (2400, 7, "E")


class _Locked:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def write(self, payload: bytes) -> None:
        with self._lock:
            self._connection.sendall(payload)


@contextmanager
def _port_server(port: serial.Serial) -> Iterator[int]:
    """Serve `port` as RFC 2217 does, to one client."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        listener.settimeout(5.0)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(0.02)
            out = _Locked(connection)
            manager = rfc2217.PortManager(port, out)
            while not over.is_set():
                try:
                    received = connection.recv(1024)
                except TimeoutError:
                    continue
                if not received:
                    return
                port.write(b"".join(manager.filter(received)))
                if waiting := port.read(port.in_waiting):
                    out.write(b"".join(manager.escape(waiting)))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("address", "port", "settings"),
    [
        ("serial:///dev/ttyUSB0", "/dev/ttyUSB0", CRLF),
        ("serial://COM3?baud=2400", "COM3", SerialSettings(2400, "8N1", Terminator.CRLF)),
        (
            "serial:///dev/ttyS0?framing=7E1&terminator=CR&flow=rtscts",
            "/dev/ttyS0",
            SerialSettings(9600, "7E1", Terminator.CR, Flow.RTSCTS),
        ),
        ("serial+rfc2217://host:4001", "rfc2217://host:4001", CRLF),
        ("serial+socket://10.0.0.7:23", "socket://10.0.0.7:23", CRLF),
    ],
)
def test_address_is_completed_from_the_model(
    address: str, port: str, settings: SerialSettings
) -> None:
    assert parse_serial_address(address, CRLF) == SerialAddress(port, settings)


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        pytest.param("serial:///dev/ttyS0?bauds=9600", "Did you mean baud?", id="unknown key"),
        pytest.param("serial:///dev/ttyS0?zzz=1", "Known are baud", id="nothing near"),
        pytest.param("serial:///dev/ttyS0?baud=fast", "", id="baud in words"),
        pytest.param("serial:///dev/ttyS0?baud=0", "", id="no baud"),
        pytest.param("serial:///dev/ttyS0?framing=9N1", "8N1 or 7E1", id="nine bits"),
        pytest.param("serial:///dev/ttyS0?terminator=CRFL", "CRLF", id="terminator misspelt"),
        pytest.param("serial:///dev/ttyS0?flow=xon", "Did you mean xonxoff?", id="flow misspelt"),
        pytest.param("serial:///dev/ttyS0?baud=1&baud=2", "", id="twice"),
        pytest.param("serial://", "serial:///dev", id="no port"),
        pytest.param("serial+rfc2271://host:1", "serial+rfc2217", id="scheme misspelt"),
    ],
)
def test_wrong_part_of_an_address_is_named(address: str, advice: str) -> None:
    with pytest.raises(LinkFault) as caught:
        parse_serial_address(address, CRLF)
    assert caught.value.kind is BadAddress
    assert advice in caught.value.advice
