"""HiSLIP through pyvisa-py, against a small server that misbehaves (IVI-6.1 message headers)."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Self

import pytest
import pyvisa

from drivers.dialogue import Dialogue
from drivers.errors import InstrumentError, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.identity import ExpectedIdentity, Greeting
from drivers.link.serial import SerialSettings
from drivers.link.visa import VisaLink, open_visa
from tests.drivers.peers import RealClock, reply_to

TIMEOUT = 0.2
HEADER = struct.Struct("!2sBBIQ")
INITIALIZE, INITIALIZED, DATA_END = 0, 1, 7
ASK_SIZE, SIZE, ASYNC_INITIALIZE, ASYNC_INITIALIZED = 15, 16, 17, 18


def message(kind: int, parameter: int = 0, payload: bytes = b"") -> bytes:
    return HEADER.pack(b"HS", kind, 0, parameter, len(payload)) + payload


Misdeed = Callable[[socket.socket, int], None]


class HislipServer:
    """Answers each question with itself, but commits `misdeed` at the first READ?."""

    def __init__(self, misdeed: Misdeed) -> None:
        self.sessions: list[list[str]] = []
        self._misdeeds = [misdeed]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def address(self) -> str:
        return f"TCPIP0::127.0.0.1::hislip0,{self._listener.getsockname()[1]}::INSTR"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for connection in self._open:
            hang_up(connection, 0)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            try:
                while header := stream.read(HEADER.size):
                    self._answer(connection, stream, header)
            except OSError:
                return  # the client went away

    def _answer(self, connection: socket.socket, stream: BinaryIO, header: bytes) -> None:
        _, kind, _, parameter, length = HEADER.unpack(header)
        payload = stream.read(length)
        if kind == INITIALIZE:
            self.sessions.append([])
            connection.sendall(message(INITIALIZED, 0x0100_0001))
        elif kind == ASYNC_INITIALIZE:
            connection.sendall(message(ASYNC_INITIALIZED))
        elif kind == ASK_SIZE:
            connection.sendall(message(SIZE, 0, struct.pack("!Q", 1 << 20)))
        elif kind == DATA_END:
            text = payload.decode().rstrip()
            self.sessions[-1].append(text)
            if text == "READ?" and self._misdeeds:
                self._misdeeds.pop()(connection, parameter)
            elif text.endswith("?"):
                connection.sendall(message(DATA_END, parameter, reply_to(text).encode()))


def say_nothing(connection: socket.socket, parameter: int) -> None:
    return


def hang_up(connection: socket.socket, parameter: int) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is down already


def hang_up_half_way(connection: socket.socket, parameter: int) -> None:
    connection.sendall(message(DATA_END, parameter, b"+1.23456789E+00\n")[:-9])
    hang_up(connection, parameter)


def stop_half_way(connection: socket.socket, parameter: int) -> None:
    connection.sendall(message(DATA_END, parameter, b"+1.23456789E+00\n")[:-9])


def send_what_is_no_header(connection: socket.socket, parameter: int) -> None:
    connection.sendall(b"+1.23456789E+00\n")


def answer_another_question(connection: socket.socket, parameter: int) -> None:
    connection.sendall(message(DATA_END, parameter - 2, b"+9.9\n"))


def answer_in_other_signs(connection: socket.socket, parameter: int) -> None:
    connection.sendall(message(DATA_END, parameter, b"+9.9\xb5V\n"))


@dataclass(frozen=True)
class Fault:
    misdeed: Misdeed
    error: type[InstrumentError]


FAULTS = [
    Fault(say_nothing, ReplyTimeout),
    Fault(answer_another_question, ReplyTimeout),
    Fault(stop_half_way, ReplyTimeout),
    Fault(hang_up, LinkLost),
    Fault(hang_up_half_way, LinkLost),
    Fault(send_what_is_no_header, LinkLost),
    Fault(answer_in_other_signs, UnexpectedReply),
]


@pytest.fixture
def manager() -> Iterator[pyvisa.ResourceManager]:
    manager = pyvisa.ResourceManager("@py")
    yield manager
    manager.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.misdeed.__name__)
def test_fault_is_named_and_the_next_question_gets_its_own_answer(
    fault: Fault, manager: pyvisa.ResourceManager
) -> None:
    clock = RealClock()
    with HislipServer(fault.misdeed) as server:

        def open_link() -> VisaLink:
            link = open_visa(server.address, manager, clock, SerialSettings())
            assert isinstance(link, VisaLink)
            return link

        greeting = Greeting(ExpectedIdentity(("Acme",), ("Model 1",), "123"))
        dialogue = Dialogue("dut", open_link, clock, greeting=greeting, timeout_seconds=TIMEOUT)
        with closing(dialogue) as dut:
            assert dut.ask("FIRST?") == "answer to FIRST?"
            began = time.monotonic()
            with pytest.raises(fault.error) as caught:
                dut.ask("READ?")
            assert time.monotonic() - began < TIMEOUT + 0.5
            assert (caught.value.instrument, caught.value.command) == ("dut", "READ?")
            assert dut.ask("READ?") == "answer to READ?"
            assert dut.ask("NEXT?") == "answer to NEXT?"
        assert server.sessions == [
            ["*IDN?", "*CLS", "FIRST?", "READ?"],
            ["*IDN?", "*CLS", "READ?", "NEXT?"],
        ]
