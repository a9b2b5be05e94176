"""HiSLIP on real sockets: a stranger's client, and messages written by hand."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource
from pyvisa_py.protocols import hislip

from simulators.bench import SimulatedBench
from simulators.serve import Doors
from tests.simulators.rig import VOLTS, RealClock
from tests.simulators.wires import (
    LONG_READING,
    SECONDS,
    SHORT_READING,
    Peer,
    peers,
    port_of,
    served,
)

HEADER = struct.Struct("!2sBBIQ")
NO_ERROR = b'+0,"No error"\n'


@dataclass
class Served:
    port: int
    bench: SimulatedBench
    peer: Callable[[], Peer]
    opened: "list[hislip.Instrument]" = field(default_factory=list)

    def instrument(self) -> "hislip.Instrument":
        """A session of pyvisa-py's own protocol class."""
        made = hislip.Instrument("127.0.0.1", port=self.port, timeout=SECONDS)
        self.opened.append(made)
        return made


@pytest.fixture
def meter() -> Iterator[Served]:
    with (
        served(dut=Doors(hislip=0)) as (running, bench),
        peers(port_of(running.addresses["dut"][0])) as peer,
    ):
        made = Served(port_of(running.addresses["dut"][0]), bench, peer)
        yield made
        for one in made.opened:
            one.close()


@dataclass
class Session:
    """A session written by hand: both channels, one message at a time."""

    sync: Peer
    asynchronous: Peer
    number: int = 0xFFFFFF00

    @classmethod
    def open(cls, meter: Served) -> "Session":
        sync, other = meter.peer(), meter.peer()
        send(sync, 0, 0, 0x0100_7878, b"hislip0")
        kind, control, parameter, _ = receive(sync)
        assert (kind, control, parameter >> 16) == (1, 0, 0x0100)
        send(other, 17, 0, parameter & 0xFFFF)
        assert receive(other)[0] == 18
        return cls(sync, other)

    def ask(self, text: bytes, *, delivered: bool = True) -> None:
        self.number += 2
        send(self.sync, 7, int(delivered), self.number, text)

    def status(self, *, delivered: bool = False) -> int:
        send(self.asynchronous, 21, int(delivered), self.number)
        kind, control, _, _ = receive(self.asynchronous)
        assert kind == 22
        return control

    def lock(self, milliseconds: int = 0, name: bytes = b"") -> None:
        send(self.asynchronous, 4, 1, milliseconds, name)

    def unlock(self) -> int:
        send(self.asynchronous, 4, 0, self.number)
        return self.lock_answer()

    def lock_answer(self) -> int:
        kind, control, _, _ = receive(self.asynchronous)
        assert kind == 5
        return control


def send(peer: Peer, kind: int, control: int, parameter: int, payload: bytes = b"") -> None:
    peer.send(HEADER.pack(b"HS", kind, control, parameter, len(payload)) + payload)


def receive(peer: Peer) -> tuple[int, int, int, bytes]:
    prologue, kind, control, parameter, length = HEADER.unpack(peer.take(HEADER.size))
    assert prologue == b"HS"
    return kind, control, parameter, peer.take(length)


def test_a_stranger_s_visa_client_measures(meter: Served) -> None:
    manager = pyvisa.ResourceManager("@py")
    dut = manager.open_resource(f"TCPIP0::127.0.0.1::hislip0,{meter.port}::INSTR")
    assert isinstance(dut, MessageBasedResource)
    dut.timeout = 1000 * SECONDS
    assert dut.query("*IDN?").startswith("Keysight Technologies,34461A")
    dut.write(LONG_READING.decode())
    dut.clear()  # in the middle of the reading
    assert dut.query("SYST:ERR?").encode() == NO_ERROR
    assert dut.read_stb() == 0
    assert float(dut.query(SHORT_READING.decode())) == pytest.approx(0.0, abs=0.1)
    manager.close()


def test_a_reply_carries_the_number_of_its_message(meter: Served) -> None:
    session = Session.open(meter)
    session.ask(b"*OPC?")
    assert receive(session.sync) == (7, 0, session.number, b"1\n")


@pytest.mark.parametrize("text", [b"*OPC?", b"*OPC?\n", b"*OPC?\r\n", b" *opc? "])
def test_the_end_needs_no_line_feed(meter: Served, text: bytes) -> None:
    session = Session.open(meter)
    session.ask(text)
    assert receive(session.sync)[3] == b"1\n"


def test_a_message_in_pieces(meter: Served) -> None:
    session = Session.open(meter)
    send(session.sync, 6, 0, 0xFFFFFF00, b"*OP")
    send(session.sync, 7, 0, 0xFFFFFF02, b"C?")
    assert receive(session.sync) == (7, 0, 0xFFFFFF02, b"1\n")


def test_long_replies_keep_to_the_size_the_client_takes(meter: Served) -> None:
    session = Session.open(meter)
    send(session.asynchronous, 15, 0, 0, struct.pack("!Q", 256))
    kind, _, _, size = receive(session.asynchronous)
    assert (kind, struct.unpack("!Q", size)) == (16, (1 << 20,))
    session.ask(b"*IDN?;" * 10 + b"*IDN?")
    pieces = [receive(session.sync)]
    while pieces[-1][0] == 6:
        pieces.append(receive(session.sync))
    assert len(pieces) > 2
    assert all(HEADER.size + len(payload) <= 256 for _, _, _, payload in pieces)
    assert b"".join(one[3] for one in pieces).count(b"34461A") == 11


def test_an_unread_reply_is_interrupted_on_both_channels(meter: Served) -> None:
    session = Session.open(meter)
    session.ask(LONG_READING)
    session.ask(b"SYST:ERR?", delivered=False)
    assert receive(session.sync)[:3] == (13, 0, session.number)
    assert receive(session.asynchronous)[:3] == (14, 0, session.number)


def test_a_delivered_reply_is_not_interrupted(meter: Served) -> None:
    session = Session.open(meter)
    for _ in range(3):
        session.ask(b"SYST:ERR?")
        assert receive(session.sync)[3] == NO_ERROR


def test_delivery_may_be_told_by_the_status_query(meter: Served) -> None:
    session = Session.open(meter)
    session.ask(b"*OPC?")
    assert receive(session.sync)[3] == b"1\n"
    assert session.status() == 16
    assert session.status(delivered=True) == 0
    session.ask(b"SYST:ERR?", delivered=False)
    assert receive(session.sync)[3] == NO_ERROR


def test_status_knows_what_was_sent_just_before(meter: Served) -> None:
    session = Session.open(meter)
    for _ in range(50):
        session.ask(b"*CLS;*ESE 1;*OPC")
        assert session.status() == 32
        session.ask(b"*CLS")
        assert session.status() == 0


def test_device_clear_in_the_middle_of_a_reading(meter: Served) -> None:
    session = Session.open(meter)
    session.ask(LONG_READING)
    send(session.asynchronous, 19, 0, 0)
    assert receive(session.asynchronous) == (23, 0, 0, b"")
    session.ask(b"*IDN?")  # on its way when the client cleared: dropped
    send(session.sync, 8, 0, 0)
    assert receive(session.sync) == (9, 0, 0, b"")
    session.ask(b"SYST:ERR?")
    assert receive(session.sync) == (7, 0, session.number, NO_ERROR)


def test_a_service_request_arrives_when_a_measurement_completes(meter: Served) -> None:
    session = Session.open(meter)
    clock = RealClock()
    before = clock.monotonic()
    session.ask(b"*CLS;*ESE 1;*SRE 32;:CONF:VOLT:DC 10;:VOLT:NPLC 10;:INIT;*OPC")
    kind, control, parameter, payload = receive(session.asynchronous)
    assert 0.15 < clock.monotonic() - before < SECONDS
    assert (kind, parameter, payload) == (20, 0, b"")
    assert control & 0x60 == 0x60
    assert session.status() & 0x40
    assert not session.status() & 0x40


def test_all_sessions_hear_of_a_service_request_once(meter: Served) -> None:
    one, other = Session.open(meter), Session.open(meter)
    one.ask(b"*CLS;*ESE 1;*SRE 32;*OPC")
    for session in (one, other):
        assert receive(session.asynchronous)[:2] == (20, 0x60)
        assert session.status() == 0x60
        assert session.status() == 0x20


def test_group_execute_trigger(meter: Served) -> None:
    session = Session.open(meter)
    session.ask(b"CONF:VOLT:DC 10;:VOLT:NPLC 1;:TRIG:SOUR BUS;:INIT")
    send(session.sync, 12, 1, session.number + 2)
    session.number += 2
    session.ask(b"FETC?")
    assert receive(session.sync)[3][:1] in b"+-"


@pytest.mark.parametrize("code", range(7))
def test_remote_and_local_are_acknowledged(meter: Served, code: int) -> None:
    session = Session.open(meter)
    send(session.asynchronous, 10, code, session.number)
    assert receive(session.asynchronous) == (11, 0, 0, b"")


def test_an_exclusive_lock_holds_the_others_back(meter: Served) -> None:
    holder, other = Session.open(meter), Session.open(meter)
    holder.lock()
    assert holder.lock_answer() == 1
    other.lock()
    assert other.lock_answer() == 0
    other.ask(b"*OPC?")
    assert other.status() == 0  # by now the message is there, and waits
    send(other.asynchronous, 24, 0, 0)
    assert receive(other.asynchronous) == (25, 1, 1, b"")
    holder.ask(b"*OPC?")
    assert receive(holder.sync)[3] == b"1\n"
    assert holder.unlock() == 1
    assert receive(other.sync)[3] == b"1\n"
    assert holder.unlock() == 3


def test_a_lock_is_waited_for(meter: Served) -> None:
    holder, other = Session.open(meter), Session.open(meter)
    holder.lock()
    assert holder.lock_answer() == 1
    other.lock(milliseconds=int(1000 * SECONDS))
    holder.ask(b"*OPC?")
    assert receive(holder.sync)[3] == b"1\n"
    assert holder.unlock() == 1
    assert other.lock_answer() == 1


def test_waiting_for_a_lock_ends(meter: Served) -> None:
    holder, other = Session.open(meter), Session.open(meter)
    holder.lock()
    assert holder.lock_answer() == 1
    other.lock(milliseconds=30)
    assert other.lock_answer() == 0


def test_shared_locks_share_a_name(meter: Served) -> None:
    one, same, different = (Session.open(meter) for _ in range(3))
    for session, name, answer in ((one, b"team", 1), (same, b"team", 1), (different, b"x", 0)):
        session.lock(name=name)
        assert session.lock_answer() == answer
    for session in (one, same):
        session.ask(b"*OPC?")
        assert receive(session.sync)[3] == b"1\n"
    send(different.asynchronous, 24, 0, 0)
    assert receive(different.asynchronous)[:3] == (25, 0, 2)
    assert one.unlock() == 2
    assert same.unlock() == 2
    different.lock(name=b"x")
    assert different.lock_answer() == 1


def test_a_session_that_vanishes_gives_its_lock_back(meter: Served) -> None:
    holder, other = Session.open(meter), Session.open(meter)
    holder.lock()
    assert holder.lock_answer() == 1
    other.lock(milliseconds=int(1000 * SECONDS))
    holder.sync.vanish()
    assert other.lock_answer() == 1


def test_locks_and_trigger_of_a_stranger_s_client(meter: Served) -> None:
    one, other = meter.instrument(), meter.instrument()
    one.send(b"*CLS")
    assert one.async_lock_request(0.0) == "success"
    assert other.async_lock_request(0.0) == "failure"
    assert other.async_lock_info() == 1
    assert one.async_lock_release() == "success"
    assert other.async_lock_request(1.0, "team") == "success"
    other.trigger()
    other.send(b"SYST:ERR?")
    assert other.receive() == b'-211,"Trigger ignored"\n'


MALFORMED = {
    "no prologue": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", (2, 1)),
    "data before initialize": (HEADER.pack(b"HS", 7, 0, 0, 0), (2, 3)),
    "an unknown session": (HEADER.pack(b"HS", 17, 0, 0xBEEF, 0), (2, 3)),
    "another sub-address": (HEADER.pack(b"HS", 0, 0, 0x0100_0000, 5) + b"inst9", (2, 3)),
    "initialize too large": (HEADER.pack(b"HS", 0, 0, 0, 1 << 40), (3, 4)),
}


@pytest.mark.parametrize(("sent", "answer"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_beginning_that_is_none(meter: Served, sent: bytes, answer: tuple[int, int]) -> None:
    peer = meter.peer()
    peer.send(sent)
    kind, control, parameter, text = receive(peer)
    assert (kind, control) == answer
    assert parameter == 0
    assert text
    if kind == 2:
        assert peer.is_left()
    Session.open(meter).ask(b"*OPC?")


def test_one_channel_alone_is_not_enough(meter: Served) -> None:
    peer = meter.peer()
    send(peer, 0, 0, 0x0100_0000, b"hislip0")
    receive(peer)
    send(peer, 7, 0, 0xFFFFFF00, b"*IDN?")
    assert receive(peer)[:2] == (2, 2)
    assert peer.is_left()


REFUSED = {
    "unknown type": ("sync", (99, 0, 0, b"xyz"), 1),
    "vendor type": ("sync", (200, 0, 0, b"xyz"), 3),
    "control code of data": ("sync", (7, 2, 0, b"*IDN?"), 2),
    "asynchronous on sync": ("sync", (21, 0, 0, b""), 1),
    "initialize again": ("sync", (0, 0, 0, b"hislip0"), 1),
    "data on async": ("asynchronous", (7, 0, 0, b"*IDN?"), 1),
    "control code of a lock": ("asynchronous", (4, 7, 0, b""), 2),
    "control code of remote": ("asynchronous", (10, 7, 0, b""), 2),
    "encryption": ("asynchronous", (29, 0, 0, b""), 1),
}


@pytest.mark.parametrize(("channel", "message", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_message_that_makes_no_sense_is_refused_and_the_session_goes_on(
    meter: Served, channel: str, message: tuple[int, int, int, bytes], code: int
) -> None:
    session = Session.open(meter)
    peer: Peer = getattr(session, channel)
    send(peer, *message)
    assert receive(peer)[:2] == (3, code)
    session.ask(b"*OPC?")
    assert receive(session.sync)[3] == b"1\n"


def test_a_message_that_is_too_large_is_refused_and_skipped(meter: Served) -> None:
    session = Session.open(meter)
    send(session.sync, 7, 0, session.number, b"x" * ((1 << 20) + 1))
    assert receive(session.sync)[:2] == (3, 4)
    session.ask(b"SYST:ERR?")
    assert receive(session.sync)[3] == NO_ERROR


def test_a_message_in_too_many_pieces_is_refused(meter: Served) -> None:
    session = Session.open(meter)
    for _ in range(2):
        send(session.sync, 6, 0, session.number, b"x" * (1 << 20))
    assert receive(session.sync)[:2] == (3, 4)
    session.ask(b"SYST:ERR?")
    assert receive(session.sync)[3] == NO_ERROR


HALF = HEADER.pack(b"HS", 7, 0, 0xFFFFFF00, 100) + b"*ID"


@pytest.mark.parametrize("channel", ["sync", "asynchronous"])
@pytest.mark.parametrize(
    "sent",
    [b"", b"H", HALF, HEADER.pack(b"HS", 7, 0, 2, len(LONG_READING)) + LONG_READING],
    ids=["nothing", "a byte", "half a message", "a long query"],
)
def test_a_client_may_vanish_at_any_moment(meter: Served, channel: str, sent: bytes) -> None:
    session = Session.open(meter)
    session.sync.send(sent)
    gone: Peer = getattr(session, channel)
    gone.vanish()
    left = session.asynchronous if channel == "sync" else session.sync
    assert left.is_left()
    again = Session.open(meter)
    send(again.asynchronous, 19, 0, 0)  # the meter may still be measuring for the one who left
    receive(again.asynchronous)
    send(again.sync, 8, 0, 0)
    receive(again.sync)
    again.ask(b"*OPC?")
    assert receive(again.sync)[3] == b"1\n"


def test_interleaved_clients_get_their_own_answers(meter: Served) -> None:
    sessions = [Session.open(meter) for _ in range(8)]
    for turn in range(20):
        for place, session in enumerate(sessions):
            session.ask(b"*IDN?" if (place + turn) % 2 else b"SYST:VERS?")
        for place, session in enumerate(sessions):
            answer = receive(session.sync)[3]
            assert answer.startswith(b"Keysight") is bool((place + turn) % 2)


def test_the_wires_reach_hislip_and_serial_alike() -> None:
    doors = {"dut": Doors(hislip=0), "calibrator": Doors(rfc2217=0)}
    with served(**doors) as (running, bench), peers(port_of(running.addresses["dut"][0])) as peer:
        bench.connect(VOLTS)
        session = Session.open(Served(0, bench, peer))
        with peers(port_of(running.addresses["calibrator"][0])) as lines:
            line = lines()
            line.send(b"OUT 5 V;OPER;*WAI;*OPC?\r\n")
            # Telnet options, which this client leaves unanswered, come before.
            assert line.line().endswith(b"1\r\n")
            session.ask(SHORT_READING)
            assert float(receive(session.sync)[3]) == pytest.approx(5.0, abs=1e-3)
