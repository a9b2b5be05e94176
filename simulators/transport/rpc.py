"""ONC remote procedure calls over TCP (RFC 5531), with numbers as XDR (RFC 4506)."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.transport.loop import Loop
from simulators.transport.stream import Port, Stream

CALL, REPLY = 0, 1
RPC_VERSION = 2
ACCEPTED, DENIED = 0, 1
SUCCESS, PROGRAM_UNAVAILABLE, PROGRAM_MISMATCH, PROCEDURE_UNAVAILABLE, GARBAGE = range(5)
LAST_FRAGMENT = 1 << 31
LONGEST_RECORD = (1 << 20) + 4096
NULL_AUTHORITY = struct.pack(">II", 0, 0)

Answer = Callable[[bytes], None]


class GarbageArguments(Exception):
    """These bytes are not the arguments that were due."""


class Arguments:
    """The arguments of a call, read one after the other."""

    def __init__(self, payload: bytes) -> None:
        self._payload, self._place = payload, 0

    def number(self) -> int:
        """Return an unsigned integer.

        Raises:
            GarbageArguments: the bytes are at their end.
        """
        if self._place + 4 > len(self._payload):
            raise GarbageArguments
        self._place += 4
        return int.from_bytes(self._payload[self._place - 4 : self._place], "big")

    def opaque(self) -> bytes:
        """Return bytes of a length that stands before them.

        Raises:
            GarbageArguments: there are not as many.
        """
        length = self.number()
        if self._place + length > len(self._payload):
            raise GarbageArguments
        found = self._payload[self._place : self._place + length]
        self._place += length + -length % 4
        return found


def number(value: int) -> bytes:
    """Return an unsigned integer as XDR."""
    return struct.pack(">I", value)


def opaque(payload: bytes) -> bytes:
    """Return bytes as XDR: their length, they, and zeros up to a multiple of four."""
    return number(len(payload)) + payload + bytes(-len(payload) % 4)


def record(payload: bytes) -> bytes:
    """Return one whole record, marked."""
    return number(LAST_FRAGMENT | len(payload)) + payload


class OverlongRecord(Exception):
    """A record is longer than any call."""


class RecordReader:
    """What has come of a record so far."""

    def __init__(self) -> None:
        self._begun, self._whole = bytearray(), bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the records that `chunk` completes.

        Raises:
            OverlongRecord: the one begun is too long.
        """
        self._begun += chunk
        records = []
        while len(self._begun) >= 4:
            mark = int.from_bytes(self._begun[:4], "big")
            length = mark & ~LAST_FRAGMENT
            if len(self._whole) + length > LONGEST_RECORD:
                raise OverlongRecord
            if len(self._begun) < 4 + length:
                break
            self._whole += self._begun[4 : 4 + length]
            del self._begun[: 4 + length]
            if mark & LAST_FRAGMENT:
                records.append(bytes(self._whole))
                self._whole.clear()
        return records


@dataclass(eq=False)
class Caller:
    """One connection of a client, and what has to end with it.

    Attributes:
        hang_up: closes it.
        leaving: called when it is over.
    """

    hang_up: Callable[[], None]
    leaving: list[Callable[[], object]] = field(default_factory=list)


Procedure = Callable[[Caller, Arguments, Answer], None]


@dataclass(frozen=True)
class Program:
    """A program that can be called: its number, its version and its procedures."""

    number: int
    version: int
    procedures: Mapping[int, Procedure]


def carry_out(
    program: Program, caller: Caller, payload: bytes, send: Callable[[bytes], None]
) -> None:
    """Carry out the call in `payload`; `send` is given the reply, now or later.

    Raises:
        GarbageArguments: `payload` is no call at all.
    """
    call = Arguments(payload)
    name = call.number()
    if call.number() != CALL:
        raise GarbageArguments
    if call.number() != RPC_VERSION:
        send(struct.pack(">IIIIII", name, REPLY, DENIED, 0, RPC_VERSION, RPC_VERSION))
        return
    asked, version, procedure = call.number(), call.number(), call.number()
    for _ in range(2):  # credential and verifier: anybody may call
        call.number()
        call.opaque()
    head = struct.pack(">III", name, REPLY, ACCEPTED) + NULL_AUTHORITY
    if asked != program.number:
        send(head + number(PROGRAM_UNAVAILABLE))
    elif version != program.version:
        versions = number(program.version) * 2
        send(head + number(PROGRAM_MISMATCH) + versions)
    elif procedure == 0:
        send(head + number(SUCCESS))
    elif procedure not in program.procedures:
        send(head + number(PROCEDURE_UNAVAILABLE))
    else:
        good = head + number(SUCCESS)
        try:
            program.procedures[procedure](caller, call, lambda body: send(good + body))
        except GarbageArguments:
            send(head + number(GARBAGE))


class RpcPort:
    """One program behind one TCP port."""

    def __init__(self, loop: Loop, program: Program, *, host: str, port: int) -> None:
        self._program = program
        self._port = Port(loop, host, port, lambda stream: _RpcClient(program, stream))
        self.number = self._port.number

    def close(self) -> None:
        """Stop listening and leave every client."""
        self._port.close()


class _RpcClient:
    """One connection."""

    def __init__(self, program: Program, stream: Stream) -> None:
        self._program, self._stream, self._caller = program, stream, Caller(stream.finish)
        self._reader = RecordReader()

    def received(self, chunk: bytes) -> None:
        """Carry out complete calls; bytes that are none end the connection."""
        try:
            for payload in self._reader.feed(chunk):
                carry_out(self._program, self._caller, payload, self._send)
        except (GarbageArguments, OverlongRecord):
            self._stream.close()

    def drained(self) -> None:
        """Go on; nothing waits for this."""

    def left(self) -> None:
        """End what belongs to the connection."""
        while self._caller.leaving:
            self._caller.leaving.pop()()

    def _send(self, reply: bytes) -> None:
        self._stream.send(record(reply))
