"""The interrupt channel of VXI-11: the instrument calls its client to request service."""

import errno
import socket
import struct
from itertools import count

from simulators.transport import rpc
from simulators.transport.loop import Loop
from simulators.transport.stream import Stream

REQUEST_SERVICE = 30
UNDER_WAY = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK})


class InterruptChannel:
    """A connection to the client's own server; what it answers is of no interest."""

    def __init__(self, stream: Stream, program: int, version: int) -> None:
        self._stream, self._program, self._version = stream, program, version
        self._names = count(1)
        stream.serve(self)

    def request_service(self, handle: bytes) -> None:
        """Call the client, with the handle it gave for the link."""
        name, kind, call = next(self._names), rpc.CALL, REQUEST_SERVICE
        head = struct.pack(
            ">IIIIII", name, kind, rpc.RPC_VERSION, self._program, self._version, call
        )
        body = head + rpc.NULL_AUTHORITY * 2 + rpc.opaque(handle)
        self._stream.send(rpc.record(body))

    def close(self) -> None:
        """Leave."""
        self._stream.close()

    def received(self, chunk: bytes) -> None:
        """Drop an acknowledgement."""

    def drained(self) -> None:
        """Go on; nothing waits for this."""

    def left(self) -> None:
        """Note nothing: the next request goes nowhere."""


def open_channel(
    loop: Loop, host: str, port: int, program: int, version: int
) -> InterruptChannel | None:
    """Return a channel to the client's server, or None if it refuses."""
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.setblocking(False)
    if connection.connect_ex((host, port)) not in UNDER_WAY:
        connection.close()
        return None
    return InterruptChannel(Stream(loop, connection), program, version)
