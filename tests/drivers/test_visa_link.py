"""What a VISA library may answer or raise, through a library that does what a script says."""

import gc
import itertools
import termios
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pyvisa
from pyvisa import constants, errors, highlevel
from pyvisa.constants import StatusCode
from pyvisa_py.protocols.rpc import RPCError
from serial import SerialException

from drivers.dialogue import Dialogue
from drivers.errors import BadAddress, InstrumentError, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.link import LinkFault, Terminator
from drivers.link.serial import SerialLink, SerialSettings
from drivers.link.tcp import TcpLink
from drivers.link.visa import open_visa
from tests.drivers.peers import LineServer, RealClock, obedient

SERIAL = SerialSettings(baud=2400, framing="7E1", terminator=Terminator.CRLF)
Chunk = tuple[bytes, StatusCode] | Exception
END = StatusCode.success
MORE = StatusCode.success_max_count_read
TERM = StatusCode.success_termination_character_read


class ScriptedLibrary(highlevel.VisaLibraryBase):
    """Reads are taken from `chunks`; everything else is written down."""

    chunks: Iterator[Chunk]
    written: list[bytes]
    attributes: dict[Any, Any]
    cleared: list[str]
    sessions: Iterator[int]
    closed: list[int]
    clear_raises: Exception | None

    def _init(self) -> None:
        self.chunks, self.written, self.attributes, self.cleared = iter(()), [], {}, []
        self.sessions, self.closed, self.clear_raises = itertools.count(2), [], None

    def open_default_resource_manager(self) -> tuple[int, StatusCode]:
        return 1, self.handle_return_value(None, END)

    def open(self, session: int, name: str, *_: object) -> tuple[int, StatusCode]:
        if "nobody" in name:
            self.handle_return_value(None, StatusCode.error_resource_not_found)
        if "refuses" in name:
            raise Exception("error creating link: 3")  # noqa: TRY002  # as pyvisa-py does
        opened = next(self.sessions)
        return opened, self.handle_return_value(opened, END)

    def close(self, session: int) -> StatusCode:
        self.closed.append(session)
        return self.handle_return_value(session, END)

    def write(self, session: int, message: bytes) -> tuple[int, StatusCode]:
        self.written.append(message)
        return len(message), self.handle_return_value(session, END)

    def read(self, session: int, count: int) -> tuple[bytes, StatusCode]:
        chunk = next(self.chunks)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk[0], self.handle_return_value(session, chunk[1])

    def clear(self, session: int) -> StatusCode:
        self.cleared.append("clear")
        if self.clear_raises is not None:
            raise self.clear_raises
        return self.handle_return_value(session, END)

    def flush(self, session: int, mask: object) -> StatusCode:
        self.cleared.append("flush")
        return self.handle_return_value(session, END)

    def get_attribute(self, session: int, attribute: object) -> tuple[object, StatusCode]:
        return self.attributes.get(attribute, 0), self.handle_return_value(session, END)

    def set_attribute(self, session: int, attribute: object, state: object) -> StatusCode:
        self.attributes[attribute] = state
        return self.handle_return_value(session, END)

    def disable_event(self, *_: object) -> StatusCode:
        return END

    def discard_events(self, *_: object) -> StatusCode:
        return END


class CountedClock:
    """Each look costs a millisecond."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        self.seconds += 0.001
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


numbers = itertools.count()


@pytest.fixture
def manager() -> Iterator[pyvisa.ResourceManager]:
    # pyvisa keeps one library a path for ever, so every test takes a path of its own.
    manager = pyvisa.ResourceManager(ScriptedLibrary(f"scripted-{next(numbers)}"))
    yield manager
    manager.close()


def dialogue_over(manager: pyvisa.ResourceManager, address: str) -> Dialogue:
    clock = CountedClock()
    return Dialogue(
        "dut", lambda: open_visa(address, manager, clock, SERIAL), clock, timeout_seconds=0.5
    )


@dataclass(frozen=True)
class Reply:
    name: str
    address: str
    chunks: list[Chunk]
    answer: str


REPLIES = [
    Reply("END", "GPIB0::22::INSTR", [(b"+1\n", END)], "+1"),
    Reply("END without line end", "GPIB0::22::INSTR", [(b"+1", END)], "+1"),
    Reply("carriage return", "GPIB0::22::INSTR", [(b"+1\r\n", END)], "+1"),
    Reply("bytearray", "GPIB0::22::INSTR", [(bytearray(b"+1\n"), END)], "+1"),
    Reply("in pieces", "GPIB0::22::INSTR", [(b"+1", MORE), (b".5", MORE), (b"\n", END)], "+1.5"),
    Reply("socket", "TCPIP::h::5025::SOCKET", [(b"+1\n", TERM)], "+1"),
    Reply("serial", "ASRL1::INSTR", [(b"+1\r\n", TERM)], "+1"),
    Reply("USB", "USB0::0x2A8D::0x1301::MY1::INSTR", [(b"+1\n", END)], "+1"),
    Reply("HiSLIP", "TCPIP0::h::hislip0::INSTR", [(b"+1\n", TERM)], "+1"),
]


@pytest.mark.parametrize("case", REPLIES, ids=lambda case: case.name)
def test_reply_is_put_together(case: Reply, manager: pyvisa.ResourceManager) -> None:
    manager.visalib.chunks = iter(case.chunks)
    assert dialogue_over(manager, case.address).ask("READ?") == case.answer
    expected = b"READ?\r\n" if case.address.startswith("ASRL") else b"READ?\n"
    assert manager.visalib.written == [expected]


def visa_error(code: StatusCode) -> errors.VisaIOError:
    return errors.VisaIOError(code)


FAULTS: list[tuple[str, Exception, type[InstrumentError]]] = [
    ("timeout", visa_error(StatusCode.error_timeout), ReplyTimeout),
    ("connection lost", visa_error(StatusCode.error_connection_lost), LinkLost),
    ("framing", visa_error(StatusCode.error_serial_framing), UnexpectedReply),
    ("socket timeout", TimeoutError("timed out"), ReplyTimeout),
    ("reset", ConnectionResetError("reset by peer"), LinkLost),
    ("dropped", RuntimeError("Connection was dropped by server."), LinkLost),
    ("serial", SerialException("device disconnected"), LinkLost),
    ("terminal", termios.error(5, "Input/output error"), LinkLost),
    ("not implemented", NotImplementedError(), LinkLost),
    ("warning made an error", UserWarning("read string doesn't end with"), LinkLost),
    ("decode", UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal"), LinkLost),
    ("assertion", AssertionError(), LinkLost),
    ("invalid session", errors.InvalidSession(), LinkLost),
    ("remote procedure call", RPCError("denied"), LinkLost),
    ("end of stream", EOFError(), LinkLost),
]


@pytest.mark.parametrize(("raised", "kind"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_whatever_the_library_raises_becomes_ours(
    raised: Exception, kind: type[InstrumentError], manager: pyvisa.ResourceManager
) -> None:
    manager.visalib.chunks = iter([raised, (b"+2\n", END)])
    dut = dialogue_over(manager, "GPIB0::22::INSTR")
    with pytest.raises(kind) as caught:
        dut.ask("READ?")
    assert (caught.value.instrument, caught.value.command) == ("dut", "READ?")
    assert getattr(raised, "abbreviation", type(raised).__name__) in caught.value.reply
    assert manager.visalib.closed == [2]
    assert dut.ask("READ?") == "+2"
    assert manager.visalib.cleared == ["clear", "clear"]


def test_line_without_its_end_is_no_reply(manager: pyvisa.ResourceManager) -> None:
    manager.visalib.chunks = iter([(b"+1.2", END)])
    with pytest.raises(UnexpectedReply, match="no line end"):
        dialogue_over(manager, "TCPIP::h::5025::SOCKET").ask("READ?")


def test_reply_without_end_is_bounded(manager: pyvisa.ResourceManager) -> None:
    manager.visalib.chunks = itertools.repeat((b"1" * 65536, MORE))
    with pytest.raises(UnexpectedReply, match="has no end"):
        dialogue_over(manager, "GPIB0::22::INSTR").ask("READ?")


def test_reply_in_slow_pieces_does_not_outlast_the_deadline(
    manager: pyvisa.ResourceManager,
) -> None:
    manager.visalib.chunks = itertools.repeat((b"1", MORE))
    with pytest.raises(ReplyTimeout):
        dialogue_over(manager, "GPIB0::22::INSTR").ask("READ?", timeout=0.02)


@pytest.mark.parametrize(
    ("address", "cleared"),
    [
        ("GPIB0::22::INSTR", ["clear"]),
        ("TCPIP0::h::inst0::INSTR", ["clear"]),
        ("TCPIP0::h::hislip0,4881::INSTR", []),
        ("TCPIP0::h::5025::SOCKET", ["flush"]),
    ],
)
def test_session_begins_empty(
    address: str, cleared: list[str], manager: pyvisa.ResourceManager
) -> None:
    manager.visalib.chunks = iter([(b"+1\n", END)])
    dialogue_over(manager, address).ask("READ?")
    assert manager.visalib.cleared == cleared


@pytest.mark.parametrize(
    ("raised", "works"),
    [
        pytest.param(NotImplementedError(), True, id="not implemented"),
        pytest.param(visa_error(StatusCode.error_nonsupported_operation), True, id="not supported"),
        pytest.param(visa_error(StatusCode.error_io), False, id="failed"),
    ],
)
def test_library_that_cannot_clear(
    raised: Exception, *, works: bool, manager: pyvisa.ResourceManager
) -> None:
    manager.visalib.chunks = iter([(b"+1\n", END)])
    manager.visalib.clear_raises = raised
    dut = dialogue_over(manager, "GPIB0::22::INSTR")
    if works:
        assert dut.ask("READ?") == "+1"
    else:
        with pytest.raises(LinkLost):
            dut.ask("READ?")


def test_serial_settings_reach_the_library(manager: pyvisa.ResourceManager) -> None:
    manager.visalib.chunks = iter([(b"+1\r\n", TERM)])
    dialogue_over(manager, "ASRL1::INSTR").ask("READ?")
    state = manager.visalib.attributes
    assert state[constants.ResourceAttribute.asrl_baud_rate] == 2400
    assert state[constants.ResourceAttribute.asrl_data_bits] == 7
    assert state[constants.ResourceAttribute.asrl_parity] == constants.Parity.even
    assert state[constants.ResourceAttribute.termchar] == 10


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("GPIB0::22", None),
        ("no address at all", BadAddress),
        ("TCPIP0::nobody::inst0::INSTR", LinkLost),
        ("TCPIP0::refuses::inst0::INSTR", LinkLost),
    ],
)
def test_address_that_leads_nowhere(
    address: str, kind: type[InstrumentError] | None, manager: pyvisa.ResourceManager
) -> None:
    if kind is None:
        manager.visalib.chunks = iter([(b"+1\n", END)])
        assert dialogue_over(manager, address).ask("READ?") == "+1"
        return
    with pytest.raises(kind):
        dialogue_over(manager, address).ask("READ?")


@pytest.fixture
def pyvisa_py() -> Iterator[pyvisa.ResourceManager]:
    manager = pyvisa.ResourceManager("@py")
    yield manager
    manager.close()


def test_pyvisa_py_sockets_are_ours(pyvisa_py: pyvisa.ResourceManager) -> None:
    with LineServer(obedient) as server:
        link = open_visa(server.address, pyvisa_py, RealClock(), SERIAL)
        assert isinstance(link, TcpLink)
        link.close()


def test_pyvisa_py_serial_ports_are_ours(pyvisa_py: pyvisa.ResourceManager) -> None:
    with LineServer(obedient) as server:
        address = f"ASRLsocket://127.0.0.1:{server.port}::INSTR"
        link = open_visa(address, pyvisa_py, RealClock(), SERIAL)
        assert isinstance(link, SerialLink)
        link.close()


UNREACHABLE: list[Callable[[int], str]] = [
    lambda port: f"TCPIP0::127.0.0.1,{port}::inst0::INSTR",
    lambda port: f"TCPIP0::127.0.0.1::{port}::SOCKET",
]


# pyvisa-py forgets its socket when nobody answers a VXI-11 connection.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("address", UNREACHABLE, ids=["VXI-11", "socket"])
def test_closed_port_is_a_lost_link(
    address: Callable[[int], str], pyvisa_py: pyvisa.ResourceManager
) -> None:
    with LineServer(obedient) as server:
        port = server.port
    with pytest.raises(LinkFault) as caught:
        open_visa(address(port), pyvisa_py, RealClock(), SERIAL)
    assert caught.value.kind is LinkLost
    del caught
    gc.collect()
