"""Serial ports through pyserial, for the framings and addresses that pyvisa-py cannot open.

Addresses:

    serial:///dev/ttyUSB0?baud=9600&framing=7E1&terminator=CRLF&flow=xonxoff
    serial://COM3
    serial+rfc2217://host:port?baud=2400      a port server that is told the settings
    serial+socket://host:port                 a port server that has its own
"""

import difflib
import os
import re
import sys
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from drivers.clock import Clock
from drivers.errors import BadAddress, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.link import (
    MAX_REPLY_BYTES,
    MOST_DRAIN_SECONDS,
    NEVER_SILENT,
    QUIET_SECONDS,
    Framing,
    LinkFault,
    Terminator,
    without_line_ends,
)

if TYPE_CHECKING:
    from serial import Serial

POLL_SECONDS = 0.02
WRITE_SECONDS = 2.0
PSEUDO_TERMINALS = "/dev/pts/"
SCHEMES = ("serial", "serial+rfc2217", "serial+socket")

# termios has its own exception, no kind of OSError, and does not exist on Windows.
FAULTS: tuple[type[Exception], ...] = (OSError, NotImplementedError, ValueError)
if sys.platform != "win32":
    import termios

    FAULTS = (*FAULTS, termios.error)


class Flow(Enum):
    """Who stops whom when a buffer is full."""

    NONE = "none"
    XONXOFF = "xonxoff"
    RTSCTS = "rtscts"
    DSRDTR = "dsrdtr"


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How an instrument speaks on a serial line.

    Attributes:
        baud: bits per second (1/s).
        framing: data bits, parity (N E O M S) and stop bits, e.g. "8N1".
        terminator: ends messages and replies; a reply may end with LF alone where it is CRLF.
        flow: flow control.
        reply_terminator: ends replies, where not what ends messages.
    """

    baud: int = 9600
    framing: str = "8N1"
    terminator: Terminator = Terminator.LF
    flow: Flow = Flow.NONE
    reply_terminator: Terminator | None = None

    @property
    def lines(self) -> Framing:
        """What ends messages and replies."""
        return Framing(self.terminator, self.reply_terminator or self.terminator)


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """Where a serial line is (as pyserial names it) and how it is spoken to."""

    port: str
    settings: SerialSettings


def parse_serial_address(address: str, defaults: SerialSettings) -> SerialAddress:
    """Return what `address` says, completed from the model's `defaults`.

    Raises:
        LinkFault: a `BadAddress` that names the wrong part and the nearest right one.
    """
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        raise _bad(f"{parts.scheme!r} is no serial scheme", parts.scheme, SCHEMES)
    place = parts.netloc + parts.path
    if not place:
        raise LinkFault(BadAddress, "it names no port", "Write e.g. serial:///dev/ttyUSB0")
    port = place if parts.scheme == "serial" else f"{parts.scheme.partition('+')[2]}://{place}"
    settings, seen = defaults, set[str]()
    for key, text in parse_qsl(parts.query, keep_blank_values=True):
        if key in seen:
            raise LinkFault(BadAddress, f"{key!r} is given twice")
        seen.add(key)
        settings = _with(settings, key, text)
    return SerialAddress(port, settings)


def _with(settings: SerialSettings, key: str, text: str) -> SerialSettings:
    match key:
        case "baud":
            if not re.fullmatch(r"[1-9]\d*", text, re.ASCII):
                raise LinkFault(BadAddress, f"baud={text!r} is no positive whole number")
            return replace(settings, baud=int(text))
        case "framing":
            if not re.fullmatch(r"[5-8][NEOMS](1|1\.5|2)", text):
                raise LinkFault(BadAddress, f"framing={text!r} is none", "Write e.g. 8N1 or 7E1")
            return replace(settings, framing=text)
        case "terminator":
            names = [each.name for each in Terminator if each.value]
            if text not in names:
                raise _bad(f"terminator={text!r} is none", text, names)
            return replace(settings, terminator=Terminator[text], reply_terminator=None)
        case "flow":
            flows = [each.value for each in Flow]
            if text not in flows:
                raise _bad(f"flow={text!r} is none", text, flows)
            return replace(settings, flow=Flow(text))
    raise _bad(f"{key!r} is no setting", key, ("baud", "framing", "terminator", "flow"))


def _bad(said: str, written: str, known: "tuple[str, ...] | list[str]") -> LinkFault:
    nearest = difflib.get_close_matches(written, known, n=1, cutoff=0.5)
    advice = f"Did you mean {nearest[0]}?" if nearest else f"Known are {', '.join(known)}"
    return LinkFault(BadAddress, said, advice)


class SerialLink:
    """Lines over an open serial port, which is asked in short waits so that a deadline holds."""

    def __init__(
        self,
        port: "Serial",
        clock: Clock,
        framing: Framing,
        *,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._port = port
        self._clock = clock
        self._message_end = framing.message.value
        self._reply_end = framing.reply.value[-1:]
        self._quiet_seconds = quiet_seconds
        self._buffer = bytearray()

    def send(self, message: bytes, deadline: float) -> None:
        """Send one message, unless bytes lie in the way that nobody asked for."""
        self._buffer += self._waiting()
        stray = bytes(self._buffer).strip(b"\r\n")
        self._buffer.clear()
        if stray:
            raise LinkFault(UnexpectedReply, f"{stray!r} came unasked")
        try:
            self._port.write(message + self._message_end)
        except FAULTS as error:
            raise LinkFault(LinkLost, f"writing: {error}") from error

    def receive(self, deadline: float) -> bytes:
        """Return one line without its end."""
        buffer, end_byte = self._buffer, self._reply_end
        while (end := buffer.find(end_byte)) < 0:
            if len(buffer) > MAX_REPLY_BYTES:
                raise LinkFault(UnexpectedReply, f"{bytes(buffer[:40])!r}… has no end")
            if self._clock.monotonic() >= deadline:
                raise LinkFault(ReplyTimeout, f"got {bytes(buffer[:40])!r}, no line end")
            buffer += self._receive()
        line = bytes(buffer[:end])
        del buffer[: end + 1]
        return without_line_ends(line)

    def drain(self) -> bytes:
        """Discard what comes until the line is silent."""
        discarded = bytes(self._buffer)
        self._buffer.clear()
        began = quiet_since = self._clock.monotonic()
        while self._clock.monotonic() - quiet_since < self._quiet_seconds:
            if chunk := self._receive():
                discarded += chunk
                quiet_since = self._clock.monotonic()
            if len(discarded) > MAX_REPLY_BYTES or quiet_since - began > MOST_DRAIN_SECONDS:
                said = f"the instrument never stops talking: {discarded[:40]!r}…"
                raise LinkFault(UnexpectedReply, said, NEVER_SILENT)
        return discarded

    def close(self) -> None:
        """Close the port."""
        try:
            self._port.close()
        except FAULTS as error:
            raise LinkFault(LinkLost, f"closing: {error}") from error

    def _waiting(self) -> bytes:
        try:
            return bytes(self._port.read(self._port.in_waiting))
        except FAULTS as error:
            raise LinkFault(LinkLost, f"reading: {error}") from error

    def _receive(self) -> bytes:
        try:
            first = self._port.read(1)
        except FAULTS as error:
            raise LinkFault(LinkLost, f"reading: {error}") from error
        return bytes(first) + self._waiting() if first else b""


def open_serial(
    address: SerialAddress, clock: Clock, *, quiet_seconds: float = QUIET_SECONDS
) -> SerialLink:
    """Open a port, alone where the system can grant that, with the settings of `address`.

    Raises:
        LinkFault: there is no such port, somebody else has it, or it cannot be set so.
    """
    import serial

    settings = address.settings
    framing = _framing(address)
    bits, parity, stop = framing[0], framing[1], float(framing[2:])
    try:
        port = serial.serial_for_url(address.port, do_not_open=True)
        port.baudrate = settings.baud
        port.bytesize, port.parity, port.stopbits = int(bits), parity, stop
        port.xonxoff = settings.flow is Flow.XONXOFF
        port.rtscts = settings.flow is Flow.RTSCTS
        port.dsrdtr = settings.flow is Flow.DSRDTR
        port.timeout = POLL_SECONDS
        if "://" not in address.port:
            port.write_timeout = WRITE_SECONDS
            port.exclusive = True
        port.open()
    except FAULTS as error:
        raise LinkFault(
            LinkLost,
            f"{address.port} at {settings.baud} {settings.framing}: {error}",
            "Check that the port exists, that nobody else uses it, and its settings",
        ) from error
    return SerialLink(port, clock, settings.lines, quiet_seconds=quiet_seconds)


def _framing(address: SerialAddress) -> str:
    """Return how bytes are framed; a pseudo-terminal frames none, and Linux may refuse to try."""
    pseudo = os.path.realpath(address.port).startswith(PSEUDO_TERMINALS)
    return "8N1" if pseudo else address.settings.framing
