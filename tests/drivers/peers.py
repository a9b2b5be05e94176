"""Real peers on loopback for the links: a line server that misbehaves as its script says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

IDENTITY = "Acme,Model 1,123,1.0"


class RealClock:
    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Peer:
    """The instrument's end of one connection."""

    def __init__(self, connection: socket.socket, heard: list[str], over: threading.Event) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")
        self.heard = heard
        self.over = over

    def __iter__(self) -> Iterator[str]:
        """Yield each message, written down, until the client goes."""
        while not self._lines.closed and (line := self._lines.readline()):
            self.heard.append(line.decode("latin-1").rstrip("\r\n"))
            yield self.heard[-1]

    def send(self, reply: str) -> None:
        self._connection.sendall(reply.encode("latin-1"))

    def hang_up(self) -> None:
        self._lines.close()
        self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()


Script = Callable[[Peer], None]


class LineServer:
    """Runs one script a connection, the last one again and again."""

    def __init__(self, *scripts: Script) -> None:
        self.sessions: list[list[str]] = []
        self._scripts = scripts
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[Peer] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        return f"TCPIP0::127.0.0.1::{self.port}::SOCKET"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for peer in self._open:
            try:
                peer._connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it had hung up
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            heard: list[str] = []
            self.sessions.append(heard)
            peer = Peer(connection, heard, self._over)
            self._open.append(peer)
            script = self._scripts[min(len(self.sessions), len(self._scripts)) - 1]
            thread = threading.Thread(target=self._run, args=(script, peer))
            self._threads.append(thread)
            thread.start()

    @staticmethod
    def _run(script: Script, peer: Peer) -> None:
        try:
            script(peer)
        except OSError:
            return  # the client went away in mid-sentence
        finally:
            peer._lines.close()
            peer._connection.close()


def reply_to(message: str) -> str:
    """Answer a query with itself, so that a reply shows which question it belongs to."""
    return f"{IDENTITY}\n" if message == "*IDN?" else f"answer to {message}\n"


def obedient(peer: Peer) -> None:
    for message in peer:
        if message.endswith("?"):
            peer.send(reply_to(message))


def until(message: str, act: Callable[[Peer], None]) -> Script:
    """Be obedient until `message` comes, then `act` and go on obediently."""

    def script(peer: Peer) -> None:
        for heard in peer:
            if heard == message:
                act(peer)
            elif heard.endswith("?"):
                peer.send(reply_to(heard))

    return script
