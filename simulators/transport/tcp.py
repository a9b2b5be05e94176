"""Raw TCP sockets: messages framed as the face's `Line` says, as on port 5025."""

from collections import deque

from simulators.faces import Line, SocketFace
from simulators.panel import Listener, Reply
from simulators.transport.framing import EndlessMessage, Framer, translated
from simulators.transport.loop import Loop
from simulators.transport.outbox import Outbox
from simulators.transport.stream import Port, Stream
from simulators.transport.unasked import Unasked

MOST_WAITING = 256
"""Messages a connection may be ahead of its replies before nothing more is taken in."""


class TcpPort:
    """One listener behind one port, with as many clients as the face takes."""

    def __init__(
        self, loop: Loop, listener: Listener, face: SocketFace, *, host: str, port: int
    ) -> None:
        self._loop, self._listener, self._face = loop, listener, face
        self._clients: set[_LineClient] = set()
        self._port = Port(loop, host, port, self._attend)
        self.number = self._port.number

    def close(self) -> None:
        """Stop listening and leave every client."""
        self._port.close()

    def _attend(self, stream: Stream) -> "_LineClient | None":
        if self._face.clients and len(self._clients) >= self._face.clients:
            return None
        client = _LineClient(self._loop, self._listener, self._face.line, stream, self._clients)
        self._clients.add(client)
        return client


class _LineClient:
    """One connection: a message is carried out when the replies before it have left."""

    def __init__(
        self,
        loop: Loop,
        listener: Listener,
        line: Line,
        stream: Stream,
        others: "set[_LineClient]",
    ) -> None:
        self._listener, self._line, self._stream, self._others = listener, line, stream, others
        self._framer = Framer(line)
        self._messages: deque[bytes] = deque()
        self._outbox = Outbox(loop, self._send)
        self._busy = False
        self._unasked = Unasked(loop, listener, self._outbox)
        self._unasked.listen()

    def received(self, chunk: bytes) -> None:
        """Carry out what is complete."""
        try:
            messages = self._framer.feed(chunk)
        except EndlessMessage:
            self._stream.close()
            return
        if len(messages) == 1 and not self._messages and not self._outbox and self._stream.idle:
            self._unasked.listen()
            self._outbox.put(self._listener.receive(messages[0]))  # by far the most common case
            self._unasked.listen()
        elif messages:
            self._messages.extend(messages)
            self._go_on()

    def drained(self) -> None:
        """Go on: the client takes replies again."""
        self._go_on()

    def left(self) -> None:
        """Drop what this client had asked for."""
        self._messages.clear()
        self._unasked.end()
        self._outbox.clear()
        self._others.discard(self)

    def _go_on(self) -> None:
        if self._busy:
            return  # called back by a reply that left at once
        self._busy = True
        try:
            while self._messages and not self._outbox and self._stream.idle:
                self._unasked.listen()
                self._outbox.put(self._listener.receive(self._messages.popleft()))
        finally:
            self._busy = False
        self._unasked.listen()
        self._stream.hear(hearing=len(self._messages) < MOST_WAITING)

    def _send(self, reply: Reply, _: int) -> None:
        self._stream.send(translated(reply.payload, self._line))
        if reply.hangs_up:
            self._stream.finish()
        elif self._messages and not self._outbox:
            self._go_on()
