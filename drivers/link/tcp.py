"""Lines of text over a TCP connection, with a deadline that holds.

pyvisa-py's own SOCKET session restarts its timeout at every byte, blocks in `write` for as long
as the peer likes, and takes a closed connection for silence; so `drivers.link.visa` comes here
when that library would serve the address.
"""

import socket

from drivers.clock import Clock
from drivers.errors import LinkLost, ReplyTimeout, UnexpectedReply
from drivers.link import (
    MAX_REPLY_BYTES,
    MOST_DRAIN_SECONDS,
    NEVER_SILENT,
    QUIET_SECONDS,
    Framing,
    LinkFault,
    without_line_ends,
)

CONNECT_SECONDS = 5.0
CHUNK_BYTES = 4096


class TcpLink:
    """One connection."""

    def __init__(
        self,
        connection: socket.socket,
        clock: Clock,
        framing: Framing,
        *,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._socket = connection
        self._message_end = framing.message.value
        self._reply_end = framing.reply.value[-1:]
        self._clock = clock
        self._quiet_seconds = quiet_seconds
        self._buffer = bytearray()

    def send(self, message: bytes, deadline: float) -> None:
        """Send one message, unless bytes lie in the way that nobody asked for."""
        self._buffer += self._receive(0.0)
        stray = bytes(self._buffer).strip(b"\r\n")
        self._buffer.clear()
        if stray:
            raise LinkFault(UnexpectedReply, f"{stray!r} came unasked")
        try:
            self._socket.settimeout(self._left(deadline))
            self._socket.sendall(message + self._message_end)
        except TimeoutError as error:
            raise LinkFault(ReplyTimeout, "the peer takes no more bytes") from error
        except OSError as error:
            raise LinkFault(LinkLost, str(error)) from error

    def receive(self, deadline: float) -> bytes:
        """Return one line without its end."""
        buffer = self._buffer
        while (end := buffer.find(self._reply_end)) < 0:
            if len(buffer) > MAX_REPLY_BYTES:
                raise LinkFault(UnexpectedReply, f"{bytes(buffer[:40])!r}… has no end")
            chunk = self._receive(self._left(deadline))
            if not chunk:
                raise LinkFault(ReplyTimeout, f"got {bytes(buffer[:40])!r}, no line end")
            buffer += chunk
        line = bytes(buffer[:end])
        del buffer[: end + 1]
        return without_line_ends(line)

    def drain(self) -> bytes:
        """Discard what comes until the line is silent; a serial gateway may still deliver."""
        discarded = bytes(self._buffer)
        self._buffer.clear()
        until = self._clock.monotonic() + MOST_DRAIN_SECONDS
        while chunk := self._receive(self._quiet_seconds):
            discarded += chunk
            if len(discarded) > MAX_REPLY_BYTES or self._clock.monotonic() > until:
                said = f"the instrument never stops talking: {discarded[:40]!r}…"
                raise LinkFault(UnexpectedReply, said, NEVER_SILENT)
        return discarded

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock.monotonic()
        if left <= 0.0:
            raise LinkFault(ReplyTimeout, f"got {bytes(self._buffer[:40])!r}, no line end")
        return left

    def _receive(self, seconds: float) -> bytes:
        """Return what has come within `seconds` (s), or nothing; a closed connection is a fault."""
        try:
            self._socket.settimeout(seconds)
            chunk = self._socket.recv(CHUNK_BYTES)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as error:
            raise LinkFault(LinkLost, str(error)) from error
        if not chunk:
            raise LinkFault(LinkLost, f"the peer closed after {bytes(self._buffer[:40])!r}")
        return chunk


def open_tcp(
    host: str,
    port: int,
    clock: Clock,
    framing: Framing | None = None,
    *,
    quiet_seconds: float = QUIET_SECONDS,
) -> TcpLink:
    """Connect to `host` at `port`; lines end with LF unless `framing` says otherwise.

    Raises:
        LinkFault: nobody listens there, or nobody answers.
    """
    try:
        connection = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise LinkFault(
            LinkLost, f"{host} port {port}: {error}", "Check power, cable and address"
        ) from error
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return TcpLink(connection, clock, framing or Framing(), quiet_seconds=quiet_seconds)
