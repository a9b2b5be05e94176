"""The program messages of one HiSLIP session, and their responses."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulators.panel import Replies, Reply
from simulators.transport.hislip_messages import HEADER, LARGEST_PAYLOAD, Kind, Message, Wrong
from simulators.transport.outbox import Outbox
from simulators.transport.program import lines_of
from simulators.transport.shared import SharedInstrument

if TYPE_CHECKING:
    from simulators.transport.hislip import Channel

RMT_DELIVERED = 1


class Exchange:
    """Replies leave when they are ready, with the number of the message that asked.

    They count as unread until the client says that the end of a response (RMT) was delivered.

    Attributes:
        largest: bytes the client takes in one message.
        sent: whether a response is there that the client has not said to have (MAV).
    """

    def __init__(
        self, instrument: SharedInstrument, channel: "Channel", interrupted: Callable[[int], None]
    ) -> None:
        self._instrument, self._channel, self._interrupted = instrument, channel, interrupted
        self._outbox = Outbox(instrument.loop, self._send)
        self._input = b""
        self._unread = self.sent = False
        self.largest = LARGEST_PAYLOAD

    def clear(self) -> None:
        """Forget what has come and what has not left."""
        self._unread = self.sent = False
        self._input = b""
        self._outbox.clear()

    def carry_out(self, message: Message) -> None:
        """Carry out Data, DataEnd or Trigger; what is unread is interrupted."""
        self.note_delivery(message)
        if message.kind == Kind.TRIGGER:
            self._interrupt_if_unread(message.parameter)
            self._put(self._instrument.trigger(), message.parameter)
            return
        self._input += message.payload
        if message.kind == Kind.DATA and len(self._input) <= LARGEST_PAYLOAD:
            self._interrupt_if_unread(message.parameter)
            return
        whole, self._input = self._input, b""
        if message.kind == Kind.DATA:
            self._channel.refuse(Wrong.MESSAGE_TOO_LARGE, "program message too large")
            return
        for line in lines_of(whole):
            self._interrupt_if_unread(message.parameter)
            self._put(self._instrument.receive(line), message.parameter)

    def _put(self, replies: Replies, number: int) -> None:
        if replies:
            self._unread = self._unread or not all(reply.stray for reply in replies)
            self._outbox.put(replies, number)

    def _send(self, reply: Reply, number: int) -> None:
        payload, step = reply.payload, self.largest - HEADER.size
        while len(payload) > step:
            self._channel.send(Kind.DATA, 0, number, payload[:step])
            payload = payload[step:]
        self._channel.send(Kind.DATA_END if reply.ends else Kind.DATA, 0, number, payload)
        self.sent = True
        if reply.hangs_up:
            self._channel.stream.finish()
        self._instrument.stir()

    def note_delivery(self, message: Message) -> None:
        """Note whether the client says that it has the end of the response."""
        if message.control & RMT_DELIVERED:
            self._unread = self.sent = False

    def _interrupt_if_unread(self, number: int) -> None:
        """Drop a response nobody read, and say so on both channels (IEEE 488.2, query error)."""
        if not self._unread:
            return
        self._unread = self.sent = False
        self._outbox.clear(strays=False)
        self._instrument.panel.interrupted()
        self._channel.send(Kind.INTERRUPTED, 0, number)
        self._interrupted(number)
