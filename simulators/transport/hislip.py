"""HiSLIP: two connections a session, one for messages and one for everything about them.

Written from facts about the protocol as the client of pyvisa/pyvisa-py speaks it
(pyvisa_py/protocols/hislip.py, after IVI-6.1); what that client does not show (interrupted
messages, which messages a lock holds back) is from memory, unverified.  Synchronized mode alone;
version 1.0, so no encryption.
"""

from collections.abc import Callable

from simulators.transport.hislip_messages import (
    FIRST_VENDOR_KIND,
    Fatal,
    Kind,
    Message,
    MessageReader,
    PoorlyFormed,
    Wrong,
    packed,
)
from simulators.transport.hislip_session import Session
from simulators.transport.loop import Loop
from simulators.transport.shared import SharedInstrument
from simulators.transport.stream import Port, Stream

VERSION = 0x0100
VENDOR = int.from_bytes(b"CS", "big")  # two letters of our own; no registered vendor is claimed
SUB_ADDRESSES = (b"", b"hislip0")
GREATEST_SESSION = 0xFFFF


class HislipPort:
    """One instrument behind one HiSLIP port."""

    def __init__(self, loop: Loop, instrument: SharedInstrument, *, host: str, port: int) -> None:
        self._instrument = instrument
        self._sessions: dict[int, Session] = {}
        self._last = 0
        self._port = Port(loop, host, port, lambda stream: Channel(stream, self._initialize))
        self.number = self._port.number

    def close(self) -> None:
        """Stop listening and end every session."""
        self._port.close()

    def _initialize(self, channel: "Channel", message: Message) -> None:
        """Take the first message of a connection: it says which of a session's two it is."""
        if message.kind == Kind.INITIALIZE and message.payload in SUB_ADDRESSES:
            self._begin(channel, message)
        elif message.kind == Kind.ASYNC_INITIALIZE and message.parameter in self._sessions:
            session = self._sessions[message.parameter]
            if not session.join(channel):
                channel.fail(Fatal.INVALID_INITIALIZATION, "this session has both its channels")
                return
            channel.take, channel.gone = session.asynchronous, session.end
            channel.send(Kind.ASYNC_INITIALIZE_RESPONSE, 0, VENDOR)
        else:
            channel.fail(Fatal.INVALID_INITIALIZATION, "initialize first, at hislip0")

    def _begin(self, channel: "Channel", message: Message) -> None:
        number = self._free_number()
        session = Session(self._instrument, channel, lambda: self._sessions.pop(number, None))
        self._sessions[number] = session
        channel.take, channel.gone = session.synchronous, session.end
        version = min(VERSION, message.parameter >> 16)
        channel.send(Kind.INITIALIZE_RESPONSE, 0, version << 16 | number)

    def _free_number(self) -> int:
        while True:
            self._last = self._last % GREATEST_SESSION + 1
            if self._last not in self._sessions:
                return self._last


class Channel:
    """One of a session's two connections.

    Attributes:
        stream: the connection.
        take: what its messages are given to.
        gone: what is called when it is over.
    """

    def __init__(self, stream: Stream, first: Callable[["Channel", Message], None]) -> None:
        self.stream = stream
        self.take: Callable[[Channel, Message], None] = first
        self.gone: Callable[[], None] = lambda: None
        self._reader = MessageReader()

    def received(self, chunk: bytes) -> None:
        """Give complete messages on; bytes that are none end the session."""
        try:
            messages = self._reader.feed(chunk)
        except PoorlyFormed:
            self.fail(Fatal.POORLY_FORMED_HEADER, "a header begins with HS")
            return
        for message in messages:
            if message.too_large:
                self.refuse(Wrong.MESSAGE_TOO_LARGE, "message too large")
            else:
                self.take(self, message)

    def drained(self) -> None:
        """Go on; nothing waits for this."""

    def left(self) -> None:
        """End the session: neither connection is of use without the other."""
        self.gone()

    def send(self, kind: Kind, control: int = 0, parameter: int = 0, payload: bytes = b"") -> None:
        """Send a message."""
        self.stream.send(packed(kind, control, parameter, payload))

    def fail(self, why: Fatal, text: str) -> None:
        """Say why, and close."""
        self.send(Kind.FATAL_ERROR, why, 0, text.encode())
        self.stream.finish()

    def refuse(self, why: Wrong, text: str) -> None:
        """Say what is wrong with a message that is ignored."""
        self.send(Kind.ERROR, why, 0, text.encode())

    def refuse_kind(self, message: Message) -> None:
        """Refuse a message that has no meaning on this channel."""
        if message.kind >= FIRST_VENDOR_KIND:
            self.refuse(Wrong.UNRECOGNIZED_VENDOR_MESSAGE, f"vendor message {message.kind}")
        else:
            self.refuse(Wrong.UNRECOGNIZED_TYPE, f"message type {message.kind}")
