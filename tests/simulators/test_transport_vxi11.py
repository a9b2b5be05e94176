"""VXI-11 on real sockets: a stranger's client, and calls written by hand."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource
from pyvisa_py.protocols import rpc, vxi11
from pyvisa_py.tcpip import Vxi11CoreClient

from simulators.bench import SimulatedBench
from simulators.serve import Doors
from tests.simulators.rig import RealClock
from tests.simulators.wires import (
    LONG_READING,
    SECONDS,
    SHORT_READING,
    Peer,
    peers,
    port_of,
    served,
)

MILLISECONDS = int(1000 * SECONDS)
END, WAIT, TERMINATOR_SET = 8, 1, 128


class Client:
    """A link of pyvisa-py's own protocol class, connected to the port directly."""

    def __init__(self, port: int, device: str = "inst0", *, lock: bool = False) -> None:
        self.core = Vxi11CoreClient("127.0.0.1", port)
        self.error, self.link, self.abort_port, self.largest = self.core.create_link(
            1, lock, 0, device
        )

    def write(self, text: bytes, *, flags: int = END, patience: int = 0) -> tuple[int, int]:
        answer: tuple[int, int] = self.core.device_write(self.link, 1000, patience, flags, text)
        return answer

    def read(
        self, size: int = 4096, *, milliseconds: int = MILLISECONDS, character: int | None = None
    ) -> tuple[int, int, bytes]:
        flags = 0 if character is None else TERMINATOR_SET
        answer: tuple[int, int, bytes] = self.core.device_read(
            self.link, size, milliseconds, 0, flags, character or 0
        )
        return answer

    def ask(self, text: bytes) -> bytes:
        assert self.write(text) == (0, len(text))
        error, reason, payload = self.read()
        assert (error, reason) == (0, 4)
        return bytes(payload)

    def status(self) -> int:
        error, byte = self.core.device_read_stb(self.link, 0, 0, 1000)
        assert error == 0
        return int(byte)

    def close(self) -> None:
        self.core.close()


@dataclass
class Served:
    port: int
    bench: SimulatedBench
    client: Callable[..., Client]
    peer: Callable[[], Peer]


@pytest.fixture
def meter() -> Iterator[Served]:
    opened: list[Client] = []
    with served(dut=Doors(vxi11=0)) as (running, bench):
        port = port_of(running.addresses["dut"][0])

        def client(**more: bool) -> Client:
            opened.append(Client(port, **more))
            return opened[-1]

        with peers(port) as peer:
            yield Served(port, bench, client, peer)
        for one in opened:
            one.close()


def test_a_stranger_s_visa_client_measures(meter: Served) -> None:
    manager = pyvisa.ResourceManager("@py")
    dut = manager.open_resource(f"TCPIP0::127.0.0.1,{meter.port}::inst0::INSTR")
    assert isinstance(dut, MessageBasedResource)
    dut.timeout = MILLISECONDS
    assert dut.query("*IDN?").startswith("Keysight Technologies,34461A")
    dut.write(LONG_READING.decode())
    dut.clear()  # in the middle of the reading
    assert dut.query("SYST:ERR?") == '+0,"No error"\n'
    assert float(dut.query(SHORT_READING.decode())) == pytest.approx(0.0, abs=0.1)
    dut.write("*IDN?")
    assert dut.read_stb() == 16
    assert dut.read_bytes(8) == b"Keysight"
    manager.close()


@pytest.mark.parametrize(
    ("device", "error"),
    [("inst0", 0), ("", 0), ("gpib0,22", 0), ("inst1", 3), ("hislip0", 3)],
)
def test_devices_of_the_port(meter: Served, device: str, error: int) -> None:
    with closing(Client(meter.port, device)) as client:
        assert client.error == error


def test_a_message_in_pieces(meter: Served) -> None:
    client = meter.client()
    assert client.write(b"*OP", flags=0) == (0, 3)
    assert client.ask(b"C?") == b"1\n"


READS = {
    "to the end": ((100, None), (0, 4, b"1;1\n")),
    "as many as wanted": ((2, None), (0, 1, b"1;")),
    "exactly all": ((4, None), (0, 5, b"1;1\n")),
    "to a terminator": ((100, ord(";")), (0, 2, b"1;")),
    "to a terminator at the end": ((100, ord("\n")), (0, 6, b"1;1\n")),
    "to no terminator": ((100, ord("x")), (0, 4, b"1;1\n")),
}


@pytest.mark.parametrize(("request_", "answer"), READS.values(), ids=READS.keys())
def test_why_a_read_ends(
    meter: Served, request_: tuple[int, int | None], answer: tuple[int, int, bytes]
) -> None:
    client = meter.client()
    client.write(b"*OPC?;*OPC?")
    size, character = request_
    assert client.read(size, character=character) == answer
    rest = b"1;1\n"[len(answer[2]) :]
    if rest:
        assert client.read()[2] == rest


def test_reading_what_nobody_asked_is_an_error_in_the_queue(meter: Served) -> None:
    client = meter.client()
    assert client.read(milliseconds=20) == (15, 0, b"")
    assert client.ask(b"SYST:ERR?").startswith(b"-420,")


def test_a_reply_that_is_late_is_read_later(meter: Served) -> None:
    client = meter.client()
    client.write(b"CONF:VOLT:DC 10;:VOLT:NPLC 10;:READ?")
    assert client.read(milliseconds=20) == (15, 0, b"")
    assert client.read()[2][:1] in b"+-"


def test_an_unread_reply_is_interrupted(meter: Served) -> None:
    client = meter.client()
    client.write(b"*IDN?")
    assert client.ask(b"SYST:ERR?").startswith(b"-410,")


def test_a_read_is_aborted_from_the_other_channel(meter: Served) -> None:
    client = meter.client()
    client.write(LONG_READING)
    with peers(meter.port) as peer, peers(client.abort_port) as abort:
        mine = peer()  # a hand-written read, since the stranger's client would wait for it
        link = create_link(mine)
        mine.send(call(11, [link, 1000, 0, END], LONG_READING))
        assert answer_of(mine)[:1] == (0,)
        mine.send(call(12, [link, 4096, MILLISECONDS, 0, 0, 0]))
        other = abort()
        other.send(call(1, [link], program=0x0607B0))
        assert answer_of(other) == (0,)
        assert answer_of(mine) == (23, 0, 0)
        other.send(call(1, [link + 100], program=0x0607B0))
        assert answer_of(other) == (4,)


def test_locks(meter: Served) -> None:
    holder, other = meter.client(), meter.client()
    core, link = other.core, other.link
    assert core.device_unlock(link) == 12
    assert holder.core.device_lock(holder.link, 0, 0) == 0
    assert core.device_lock(link, 0, 0) == 11
    assert core.device_lock(link, WAIT, 20) == 11
    assert other.write(b"*OPC?") == (11, 0)
    assert other.write(b"*OPC?", flags=END | WAIT, patience=20) == (11, 0)
    assert other.read() == (11, 0, b"")
    assert core.device_read_stb(link, 0, 0, 0) == (11, 0)
    assert core.device_clear(link, 0, 0, 0) == 11
    assert holder.ask(b"*OPC?") == b"1\n"
    assert holder.core.device_unlock(holder.link) == 0
    assert other.ask(b"*OPC?") == b"1\n"


def test_a_lock_comes_with_the_link_and_goes_with_the_client(meter: Served) -> None:
    holder = meter.client(lock=True)
    assert holder.error == 0
    refused = meter.client(lock=True)
    assert refused.error == 11
    other = meter.peer()
    link = create_link(other)
    other.send(call(18, [link, WAIT, MILLISECONDS]))
    holder.close()
    assert answer_of(other) == (0,)


SIMPLE = {"trigger": 0, "clear": 0, "remote": 0, "local": 0}


@pytest.mark.parametrize("name", SIMPLE)
def test_what_has_no_answer_is_acknowledged(meter: Served, name: str) -> None:
    client = meter.client()
    act = getattr(client.core, f"device_{name}")
    assert act(client.link, 0, 0, 0) == 0
    assert act(client.link + 100, 0, 0, 0) == 4


def test_links_that_are_none(meter: Served) -> None:
    client = meter.client()
    core, link = client.core, client.link
    assert core.destroy_link(link) == 0
    assert core.destroy_link(link) == 4
    assert client.write(b"*IDN?") == (4, 0)
    assert client.read() == (4, 0, b"")
    assert core.device_read_stb(link, 0, 0, 0) == (4, 0)
    assert core.device_lock(link, 0, 0) == 4
    assert core.device_unlock(link) == 4
    assert core.device_docmd(link, 0, 0, 0, 1, True, 1, b"") == (4, b"")
    assert core.device_enable_srq(link, True, b"") == 4


def test_commands_are_for_gateways(meter: Served) -> None:
    client = meter.client()
    assert client.core.device_docmd(client.link, 0, 0, 0, 1, True, 1, b"") == (8, b"")


def test_a_write_that_is_too_long(meter: Served) -> None:
    client = meter.client()
    assert client.write(b"x" * (client.largest + 1)) == (5, 0)
    assert client.ask(b"SYST:ERR?") == b'+0,"No error"\n'


def create_channel(client: Client, port: int, family: int = 0) -> int:
    # The stranger's own method packs these arguments as those of another call.
    packer, unpacker = client.core.packer, client.core.unpacker
    return int(
        client.core.make_call(
            vxi11.CREATE_INTR_CHAN,
            (0x7F000001, port, vxi11.DEVICE_INTR_PROG, vxi11.DEVICE_INTR_VERS, family),
            packer.pack_device_remote_func_parms,
            unpacker.unpack_device_error,
        )
    )


def test_a_service_request_calls_the_client_back(meter: Served) -> None:
    client = meter.client()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SECONDS)
        assert create_channel(client, listener.getsockname()[1]) == 0
        assert create_channel(client, listener.getsockname()[1]) == 29
        channel, _ = listener.accept()
        with channel:
            channel.settimeout(SECONDS)
            assert client.core.device_enable_srq(client.link, True, b"meter 1") == 0
            client.write(b"*CLS;*ESE 1;*SRE 32;:CONF:VOLT:DC 10;:VOLT:NPLC 1;:INIT;*OPC")
            record = b""
            while len(record) < 4 + 10 * 4 + 4 + 8:
                record += channel.recv(100)
            words = struct.unpack(">12I", record[:48])
            assert words[2:7] == (0, 2, vxi11.DEVICE_INTR_PROG, vxi11.DEVICE_INTR_VERS, 30)
            assert record[44:] == struct.pack(">I", 7) + b"meter 1\0"
            assert client.status() & 0x60 == 0x60
            assert client.core.device_enable_srq(client.link, False, b"") == 0
            assert client.core.destroy_intr_chan() == 0
            assert channel.recv(1) == b""
    assert client.core.destroy_intr_chan() == 6


def test_interrupt_channels_that_cannot_be(meter: Served) -> None:
    client = meter.client()
    assert create_channel(client, 0, family=1) == 8
    assert create_channel(client, 70_000) == 5
    assert client.core.device_enable_srq(client.link, True, b"x" * 40) == 0


@pytest.fixture
def portmapper() -> Iterator[tuple[int, int]]:
    with served(dut=Doors(vxi11=0, portmapper=0)) as (running, _):
        yield running.portmappers["dut"], port_of(running.addresses["dut"][0])


def test_the_portmapper_leads_a_stranger_s_client_to_the_port(
    portmapper: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mapper, port = portmapper
    # This client always asks port 111, a constant of its module: no address moves it.
    monkeypatch.setattr(rpc, "PMAP_PORT", mapper)
    manager = pyvisa.ResourceManager("@py")
    dut = manager.open_resource("TCPIP0::127.0.0.1::inst0::INSTR")
    assert isinstance(dut, MessageBasedResource)
    assert dut.query("*OPC?") == "1\n"
    manager.close()
    with closing(rpc.TCPPortMapperClient("127.0.0.1")) as asked:
        assert asked.get_port((0x0607AF, 1, 6, 0)) == port
        assert asked.get_port((0x0607AF, 2, 6, 0)) == 0
        assert asked.get_port((0x0607AF, 1, 17, 0)) == 0


def test_the_portmapper_answers_datagrams_and_survives_nonsense(
    portmapper: tuple[int, int],
) -> None:
    mapper, port = portmapper
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(SECONDS)
        asking.sendto(b"hello", ("127.0.0.1", mapper))
        asking.sendto(
            call(3, [0x0607AF, 1, 6, 0], program=100000, version=2)[4:], ("127.0.0.1", mapper)
        )
        assert struct.unpack(">7I", asking.recv(100))[-1] == port


def call(
    procedure: int,
    arguments: list[int],
    tail: bytes | None = None,
    *,
    program: int = 0x0607AF,
    version: int = 1,
    rpc_version: int = 2,
) -> bytes:
    """Return a call as one record; `tail` is an opaque last argument."""
    body = struct.pack(f">10I{len(arguments)}I", 1, 0, rpc_version, program, version, procedure,
                       0, 0, 0, 0, *arguments)  # fmt: skip
    if tail is not None:
        body += struct.pack(">I", len(tail)) + tail + bytes(-len(tail) % 4)
    return struct.pack(">I", 1 << 31 | len(body)) + body


def answer_of(peer: Peer) -> tuple[int, ...]:
    """Return the results of an accepted call, as words."""
    words = reply_of(peer)
    assert words[:6] == (1, 1, 0, 0, 0, 0)
    return words[6:]


def reply_of(peer: Peer) -> tuple[int, ...]:
    (mark,) = struct.unpack(">I", peer.take(4))
    size = mark & ~(1 << 31)
    return struct.unpack(f">{size // 4}I", peer.take(size))


def create_link(peer: Peer) -> int:
    peer.send(call(10, [1, 0, 0], b"inst0"))
    error, link, _, _ = answer_of(peer)
    assert error == 0
    return link


REPLIES = {
    "another program": (call(10, [], program=100003), (1, 1, 0, 0, 0, 1)),
    "another version": (call(10, [], version=9), (1, 1, 0, 0, 0, 2, 1, 1)),
    "no such procedure": (call(99, []), (1, 1, 0, 0, 0, 3)),
    "no arguments": (call(11, []), (1, 1, 0, 0, 0, 4)),
    "opaque longer than the call": (call(11, [1, 0, 0, 8, 500]), (1, 1, 0, 0, 0, 4)),
    "another protocol": (call(10, [], rpc_version=3), (1, 1, 1, 0, 2, 2)),
    "null procedure": (call(0, []), (1, 1, 0, 0, 0, 0)),
}


@pytest.mark.parametrize(("sent", "reply"), REPLIES.values(), ids=REPLIES.keys())
def test_calls_that_cannot_be_carried_out(
    meter: Served, sent: bytes, reply: tuple[int, ...]
) -> None:
    peer = meter.peer()
    peer.send(sent)
    assert reply_of(peer) == reply
    assert create_link(peer) > 0


NONSENSE = {
    "no call": struct.pack(">II", 1 << 31 | 4, 7),
    "a reply": struct.pack(">III", 1 << 31 | 8, 7, 1),
    "an endless record": struct.pack(">I", 0x7FFFFFFF),
    "a web browser": b"GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("sent", NONSENSE.values(), ids=NONSENSE.keys())
def test_bytes_that_are_no_call_end_the_connection(meter: Served, sent: bytes) -> None:
    peer = meter.peer()
    peer.send(sent)
    assert peer.is_left()
    assert meter.client().ask(b"*OPC?") == b"1\n"


def test_a_call_in_fragments(meter: Served) -> None:
    peer = meter.peer()
    body = call(0, [])[4:]
    peer.send(struct.pack(">I", 12) + body[:12])
    peer.send(struct.pack(">I", 1 << 31 | len(body) - 12) + body[12:])
    assert answer_of(peer) == ()


@pytest.mark.parametrize("sent", [b"", b"\x80", call(12, [1, 9, 9000, 0, 0, 0])])
def test_a_client_may_vanish_at_any_moment(meter: Served, sent: bytes) -> None:
    peer = meter.peer()
    create_link(peer)
    peer.send(sent)
    peer.vanish()
    assert meter.client().ask(b"*OPC?") == b"1\n"


def test_a_disconnect_fault_ends_the_connection(meter: Served) -> None:
    from simulators.faults.fault import Fault, FaultKind

    peer = meter.peer()
    link = create_link(peer)
    meter.bench.arm("dut", Fault(FaultKind.DISCONNECT_AFTER))
    peer.send(call(11, [link, 0, 0, END], b"*OPC?"))
    assert answer_of(peer) == (0, 5)
    peer.send(call(12, [link, 100, MILLISECONDS, 0, 0, 0]))
    assert answer_of(peer)[:3] == (0, 4, 2)
    assert peer.is_left()


def test_closing_ends_a_read_under_way() -> None:
    clock = RealClock()
    with (
        served(dut=Doors(vxi11=0)) as (running, _),
        peers(port_of(running.addresses["dut"][0])) as peer,
    ):
        mine = peer()
        link = create_link(mine)
        mine.send(call(11, [link, 1000, 0, END], LONG_READING))
        answer_of(mine)
        mine.send(call(12, [link, 4096, 60_000, 0, 0, 0]))
        before = clock.monotonic()
        running.close()
        assert clock.monotonic() - before < 2.0
