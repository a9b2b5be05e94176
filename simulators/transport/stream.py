"""Sockets of a loop: ports that take clients, and what goes to and from each client."""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from simulators.transport.loop import Loop

CHUNK = 4096
OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE})
PAUSE_SECONDS = 0.1  # before clients are taken again when there are no more file handles


class Client(Protocol):
    """Whoever serves one connection."""

    def received(self, chunk: bytes) -> None:
        """Take bytes as they came."""
        ...

    def drained(self) -> None:
        """Note that everything written has been handed over."""
        ...

    def left(self) -> None:
        """Note that the connection is over; called once."""
        ...


class Stream:
    """One connection: writes never block, and what cannot go at once goes later."""

    def __init__(self, loop: Loop, connection: socket.socket) -> None:
        self._loop, self._socket = loop, connection
        self._file = connection.fileno()
        self._client: Client | None = None
        self._backlog = bytearray()
        self._closing = False
        self._open = True
        self._hearing = True
        connection.setblocking(False)
        with suppress(OSError):  # no such option on what is no TCP
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def closed(self) -> bool:
        """Whether the connection is over."""
        return not self._open

    @property
    def idle(self) -> bool:
        """Whether everything written has been handed over."""
        return not self._backlog

    def serve(self, client: Client) -> None:
        """Give what comes in to `client` from now on."""
        self._client = client
        self._watch()

    def hear(self, *, hearing: bool) -> None:
        """Take bytes in, or leave them to the other end's patience."""
        if hearing is not self._hearing:
            self._hearing = hearing
            self._watch()

    def pump(self) -> None:
        """Take in what has come already, ahead of its turn."""
        if self._open and self._hearing:
            self._read()

    def send(self, payload: bytes) -> None:
        """Write `payload`, after everything written before."""
        if not self._open or self._closing:
            return
        if self._backlog:
            self._backlog += payload
            return
        try:
            sent = self._socket.send(payload)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self.close()
            return
        if sent < len(payload):
            self._backlog += payload[sent:]
            self._watch()

    def finish(self) -> None:
        """Close as soon as everything written has been handed over."""
        self._closing = True
        if not self._backlog:
            self.close()

    def close(self) -> None:
        """Close now and tell the client."""
        if not self._open:
            return
        self._open = False
        self._loop.watch(self._file)
        with suppress(OSError):  # the other end may be gone
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._client is not None:
            self._client.left()

    def _watch(self) -> None:
        if self._open:
            self._loop.watch(
                self._file,
                read=self._read if self._hearing else None,
                write=self._write if self._backlog else None,
            )

    def _read(self) -> None:
        try:
            chunk = self._socket.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.close()
        elif self._client is not None and not self._closing:
            try:
                self._client.received(chunk)
            except Exception:
                self.close()
                raise

    def _write(self) -> None:
        try:
            sent = self._socket.send(self._backlog)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close()
            return
        del self._backlog[:sent]
        if self._backlog:
            return
        if self._closing:
            self.close()
            return
        self._watch()
        if self._client is not None:
            self._client.drained()


class Port:
    """A listening port that makes a client of each connection."""

    def __init__(
        self, loop: Loop, host: str, port: int, attend: Callable[[Stream], Client | None]
    ) -> None:
        """Listen.

        Args:
            loop: what serves it.
            host: address to listen on.
            port: number, or 0 for one the system chooses.
            attend: makes whoever serves a connection; None: nobody, it is closed at once.

        Raises:
            OSError: the port cannot be had.
        """
        self._loop, self._attend = loop, attend
        self._listener = socket.create_server((host, port), backlog=512)
        self._listener.setblocking(False)
        self._file = self._listener.fileno()
        self.number = int(self._listener.getsockname()[1])
        self._streams: set[Stream] = set()
        loop.watch(self._file, read=self._accept)

    def close(self) -> None:
        """Stop listening and leave every client."""
        self._loop.watch(self._file)
        self._listener.close()
        for stream in list(self._streams):
            stream.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as refused:
            if refused.errno in OUT_OF_FILES:
                self._loop.watch(self._file)
                self._loop.at(self._loop.clock.monotonic() + PAUSE_SECONDS, self._resume)
            return  # else the client has gone already
        stream = Stream(self._loop, connection)
        client = self._attend(stream)
        if client is None:
            stream.close()
            return
        self._streams.add(stream)
        stream.serve(_Attended(self, stream, client))

    def _resume(self) -> None:
        if self._listener.fileno() >= 0:
            self._loop.watch(self._file, read=self._accept)

    def forget(self, stream: Stream) -> None:
        """Note that a connection is over."""
        self._streams.discard(stream)


class _Attended:
    """A client whose port notices when it leaves."""

    def __init__(self, port: Port, stream: Stream, client: Client) -> None:
        self._port, self._stream, self._client = port, stream, client
        self.received, self.drained = client.received, client.drained

    def left(self) -> None:
        self._port.forget(self._stream)
        self._client.left()
