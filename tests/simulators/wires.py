"""Served benches and raw clients for tests of transports."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.serve import Doors, Served, serve
from simulators.world import Air
from tests.simulators.rig import RealClock, bench_of

SECONDS = 5.0
"""A client's patience: generous, and used up by a failing test alone."""

LONG_READING = b"CONF:VOLT:DC 10;:VOLT:NPLC 100;:SAMP:COUN 100;:READ?"
"""Minutes of measuring."""

SHORT_READING = b"CONF:VOLT:DC 10;:VOLT:NPLC 1;:READ?"


@contextmanager
def served(
    *, bench: SimulatedBench | None = None, **doors: Doors
) -> Iterator[tuple[Served, SimulatedBench]]:
    """Serve the bench of two, and see that nothing of it is left."""
    clock = RealClock()
    built = bench or bench_of(clock)  # type: ignore[arg-type]  # any clock will do
    running = serve(built, clock, doors=doors)
    try:
        yield running, built
    finally:
        running.close()
        assert "simulated-bench" not in {one.name for one in threading.enumerate()}


def one_of(model: str, serial: str = "1234567") -> SimulatedBench:
    """Return a bench of one instrument, called "it"."""
    spec = InstrumentSpec("it", model, serial)
    return build([spec], seed=1, air=Air(), clock=RealClock())


def port_of(address: str) -> int:
    """Return the port in an address."""
    if "::SOCKET" in address:
        return int(address.split("::")[2])
    if "hislip" in address:
        return int(address.split(",")[1].split("::")[0])
    if "rfc2217" in address:
        return int(address.rpartition(":")[2])
    return int(address.split(",")[1].split("::")[0])


class Peer:
    """A client's end of a socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, payload: bytes) -> None:
        self.socket.sendall(payload)

    def take(self, size: int) -> bytes:
        """Return `size` bytes, fewer if the other end closes before."""
        taken = bytearray()
        while len(taken) < size and (more := self.socket.recv(size - len(taken))):
            taken += more
        return bytes(taken)

    def line(self) -> bytes:
        taken = b""
        while not taken.endswith(b"\n") and (more := self.socket.recv(1)):
            taken += more
        return taken

    def is_left(self) -> bool:
        """Return whether the server has closed; waits for it."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.socket.close()

    def vanish(self) -> None:
        """Leave with a reset, as a computer that is switched off."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.socket.close()


@contextmanager
def peers(port: int) -> Iterator[Callable[[], Peer]]:
    """Give clients of a port, and close them all."""
    with ExitStack() as opened:

        def make() -> Peer:
            peer = Peer(port)
            opened.callback(peer.close)
            return peer

        yield make
