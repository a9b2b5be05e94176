"""An instrument at a serial line: what either end makes of the other's bits.

A pseudo-terminal and a port server (RFC 2217) both carry it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulators.faces import SerialFace
from simulators.panel import Reply
from simulators.transport.framing import EndlessMessage, Framer, translated
from simulators.transport.outbox import Outbox
from simulators.transport.shared import SharedInstrument
from simulators.transport.unasked import Unasked

XON, XOFF = 0x11, 0x13


@dataclass(frozen=True, slots=True)
class Framing:
    """How bits stand on the line.

    Attributes:
        bits: data bits of a character, 5 to 8.
        parity: N, E, O, M or S.
    """

    bits: int
    parity: str

    @classmethod
    def of(cls, text: str) -> "Framing":
        """Return the framing of, for example, "7E1"; stop bits keep nobody from understanding."""
        return cls(int(text[0]), text[1])

    def on_the_line(self, byte: int) -> int:
        """Return the bits as sent, the first in bit 0: data, parity, and the idle line's ones."""
        data = byte & ((1 << self.bits) - 1)
        sent = data | self._parity_of(data) << self.bits
        length = self.bits + (self.parity != "N")
        return sent | ~((1 << length) - 1)

    def from_the_line(self, line: int) -> int:
        """Return the character a receiver makes of `line`; it does not look at the parity."""
        return line & ((1 << self.bits) - 1)

    def accepts(self, line: int) -> bool:
        """Return whether parity and stop bit are as they have to be."""
        data = self.from_the_line(line)
        length = self.bits + (self.parity != "N")
        right = self.parity == "N" or line >> self.bits & 1 == self._parity_of(data)
        return right and bool(line >> length & 1)

    def _parity_of(self, data: int) -> int:
        odd = data.bit_count() & 1
        return {"N": 0, "E": odd, "O": 1 - odd, "M": 1, "S": 0}[self.parity]


@dataclass(frozen=True, slots=True)
class Settings:
    """How one end of a line is set: rate (Bd), and framing."""

    baud: int
    framing: Framing


def settings_of(face: SerialFace) -> Settings:
    """Return how the instrument is set."""
    return Settings(face.baud, Framing.of(face.framing))


def garbled(payload: bytes) -> bytes:
    """Return what arrives at a wrong baud rate: no byte is what it was.

    Line ends alone pass, so that the receiver notices that something came: an instrument puts a
    syntax error into its queue.
    """
    return bytes(byte if byte in b"\r\n" else 0x80 | (byte * 37 + 11) & 0x7F for byte in payload)


def heard_by_instrument(payload: bytes, client: Settings, own: Settings) -> bytes:
    """Return what the instrument takes `payload` for; a character with an error is spoilt."""
    if client.baud != own.baud:
        return garbled(payload)
    if client.framing == own.framing:
        return payload
    lines = [client.framing.on_the_line(byte) for byte in payload]
    return bytes(
        own.framing.from_the_line(line) if own.framing.accepts(line) else 0xFF for line in lines
    )


def heard_by_client(payload: bytes, client: Settings, own: Settings) -> bytes:
    """Return what the client takes `payload` for; computers usually pass characters with errors."""
    if client.baud != own.baud:
        return garbled(payload)
    lines = [own.framing.on_the_line(byte) for byte in payload]
    return bytes(client.framing.from_the_line(line) for line in lines)


def commands_of(chunk: bytes, face: SerialFace) -> Iterator[bytes | int]:
    """Yield text as bytes, and characters that stand for the messages of a bus as numbers.

    XON and XOFF are left out: no client is so slow that it had to stop an instrument.
    """
    special = {face.clear_character, face.trigger_character, XON, XOFF}
    text = bytearray()
    for byte in chunk:
        if byte not in special:
            text.append(byte)
            continue
        if text:
            yield bytes(text)
            text.clear()
        if byte not in (XON, XOFF):
            yield byte
    if text:
        yield bytes(text)


class SerialInstrument:
    """A panel behind a serial line: messages end as the face says, and are carried out in turn."""

    def __init__(
        self,
        instrument: SharedInstrument,
        face: SerialFace,
        client: Callable[[], Settings],
        write: Callable[[bytes], None],
    ) -> None:
        """Connect.

        Args:
            instrument: what carries messages out.
            face: settings and framing of the instrument.
            client: returns how the other end is set now.
            write: takes bytes for the other end.
        """
        self._instrument, self._face, self._client, self._write = instrument, face, client, write
        self._own = settings_of(face)
        self._framer = Framer(face.line)
        self._outbox = Outbox(instrument.loop, self._send)
        self._unasked = Unasked(instrument.loop, instrument, self._outbox)
        self._unasked.listen()

    def hear(self, chunk: bytes) -> None:
        """Take bytes as the client sent them."""
        for piece in commands_of(heard_by_instrument(chunk, self._client(), self._own), self._face):
            if piece == self._face.clear_character:
                self._framer.forget()
                self._outbox.clear()
                self._outbox.put(self._instrument.clear())
            elif piece == self._face.trigger_character:
                self._outbox.put(self._instrument.trigger())
            elif isinstance(piece, bytes):
                self._take(piece)

    def end(self) -> None:
        """Forget what has not been sent."""
        self._unasked.end()
        self._outbox.clear()

    def _take(self, piece: bytes) -> None:
        try:
            messages = self._framer.feed(piece)
        except EndlessMessage:
            return  # dropped; a serial line has nobody to hang up on
        for message in messages:
            self._unasked.listen()
            self._outbox.put(self._instrument.receive(message))
        self._unasked.listen()

    def _send(self, reply: Reply, _: int) -> None:
        payload = translated(reply.payload, self._face.line)
        self._write(heard_by_client(payload, self._client(), self._own))
