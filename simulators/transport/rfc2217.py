"""Simulated instruments behind a serial port server that is told the settings (RFC 2217).

The protocol is pyserial's own (`serial.rfc2217.PortManager`); here is the port it sets.
"""

import struct
from collections.abc import Iterator
from typing import Any, cast

from simulators.faces import SerialFace
from simulators.transport.framing import EndlessMessage
from simulators.transport.loop import Loop
from simulators.transport.serial_line import Framing, SerialInstrument, Settings, settings_of
from simulators.transport.shared import SharedInstrument
from simulators.transport.stream import Port, Stream

LONGEST_OPTION = 256
# What pyserial's filter raises when a client sends telnet commands that make no sense.
MALFORMED = (struct.error, KeyError, TypeError, ValueError, EndlessMessage)


class Rfc2217Port:
    """One instrument behind one port; a serial line has room for one client."""

    def __init__(
        self,
        loop: Loop,
        instrument: SharedInstrument,
        face: SerialFace,
        *,
        host: str,
        port: int,
    ) -> None:
        self._instrument, self._face = instrument, face
        self._client: _RemoteClient | None = None
        self._port = Port(loop, host, port, self._attend)
        self.number = self._port.number

    def close(self) -> None:
        """Stop listening and leave the client."""
        self._port.close()

    def leave(self) -> None:
        """Make room for another client."""
        self._client = None

    def _attend(self, stream: Stream) -> "_RemoteClient | None":
        if self._client is not None:
            return None
        self._client = _RemoteClient(self, stream, self._instrument, self._face)
        return self._client


class RemotePort:
    """The port that a client sets from afar, with the attributes that PortManager sets and asks.

    The modem lines are as of an instrument that is switched on.
    """

    def __init__(self, settings: Settings) -> None:
        self.baudrate = settings.baud
        self.bytesize, self.parity = settings.framing.bits, settings.framing.parity
        self.stopbits: float = 1
        self.xonxoff = self.rtscts = self.break_condition = False
        self.dtr = self.rts = self.cts = self.dsr = self.cd = True
        self.ri = False

    @property
    def settings(self) -> Settings:
        """How the client has set its end."""
        return Settings(self.baudrate, Framing(self.bytesize, self.parity))

    def reset_input_buffer(self) -> None:
        """Drop what the client has not been given yet: nothing is kept back here."""

    def reset_output_buffer(self) -> None:
        """Drop what the instrument has not been given yet: nothing is kept back here."""


class _RemoteClient:
    """One connection: telnet commands are taken out, the rest goes to the instrument."""

    def __init__(
        self, port: Rfc2217Port, stream: Stream, instrument: SharedInstrument, face: SerialFace
    ) -> None:
        from serial.rfc2217 import PortManager

        self._port, self._stream = port, stream
        self._remote = RemotePort(settings_of(face))
        self._serial = SerialInstrument(
            instrument, face, lambda: self._remote.settings, self._write
        )
        # Typed for a real port; a look-alike with the same attributes is what it is meant for.
        self._manager = PortManager(cast(Any, self._remote), cast(Any, _Connection(stream)))

    def received(self, chunk: bytes) -> None:
        """Take what came; telnet that makes no sense ends the connection."""
        try:
            for byte in self._data(chunk):
                self._serial.hear(byte)
        except MALFORMED:
            self._stream.close()

    def _data(self, chunk: bytes) -> Iterator[bytes]:
        yield from self._manager.filter(chunk)
        if self._manager.suboption is not None and len(self._manager.suboption) > LONGEST_OPTION:
            raise EndlessMessage

    def drained(self) -> None:
        """Go on; nothing waits for this."""

    def left(self) -> None:
        """Make room."""
        self._serial.end()
        self._port.leave()

    def _write(self, payload: bytes) -> None:
        self._stream.send(payload.replace(b"\xff", b"\xff\xff"))


class _Connection:
    """A stream as PortManager wants it."""

    def __init__(self, stream: Stream) -> None:
        self.write = stream.send
