"""Simulated instruments on TCP: raw sockets, one line a message, as on port 5025."""

import socket
import threading
from contextlib import suppress

from simulators.clock import Clock
from simulators.panel import Listener, Reply

SLICE_SECONDS = 0.02  # a wait is cut into slices so that closing the server ends it
LONGEST_MESSAGE = 65536
CHUNK = 4096


class TcpInstrument:
    """One panel behind one listening port; many clients, each in its own thread.

    The world's lock is held while a message is carried out and never while a reply ripens, so a
    long reading does not hold other instruments up.
    """

    def __init__(
        self, panel: Listener, clock: Clock, lock: threading.RLock, *, host: str, port: int
    ) -> None:
        self._panel, self._clock, self._lock = panel, clock, lock
        self._closing = threading.Event()
        self._clients: dict[socket.socket, threading.Thread] = {}
        self._listener = socket.create_server((host, port))
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, name=f"tcp-{self.port}", daemon=True)
        self._acceptor.start()

    def close(self) -> None:
        """Stop listening and leave every client; returns when all threads have ended."""
        self._closing.set()
        _shut(self._listener)
        self._acceptor.join()
        for client, thread in list(self._clients.items()):
            _shut(client)
            thread.join()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # the listener was shut
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._clients[client] = thread
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        """Answer one client until it leaves, the instrument hangs up or the server closes."""
        received = b""
        try:
            while chunk := client.recv(CHUNK):
                *lines, received = (received + chunk).split(b"\n")
                if len(received) > LONGEST_MESSAGE:
                    return
                for line in lines:
                    with self._lock:
                        replies = self._panel.receive(line.rstrip(b"\r"))
                    if not all(self._send(client, reply) for reply in replies):
                        return
        except OSError:
            return  # the client is gone; a raw socket has nobody to tell
        finally:
            self._clients.pop(client, None)
            _shut(client)

    def _send(self, client: socket.socket, reply: Reply) -> bool:
        """Send `reply` when it is ready; return whether the line stays open."""
        if not wait_until(reply.ready, self._clock, self._closing):
            return False
        client.sendall(reply.payload)
        return not reply.hangs_up


def wait_until(instant: float, clock: Clock, closing: threading.Event) -> bool:
    """Wait for `instant` (s); return False when `closing` was set before."""
    while (left := instant - clock.monotonic()) > 0.0:
        if closing.is_set():
            return False
        clock.sleep(min(left, SLICE_SECONDS))
    return not closing.is_set()


def _shut(one: socket.socket) -> None:
    """Wake whoever waits on a socket, then close it."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
