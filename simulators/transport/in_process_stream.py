"""Instruments in this process where bytes only stream by: sockets and serial lines."""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.faces import Faces, Line, SerialFace
from simulators.panel import Panel, Replies
from simulators.transport.framing import Framer, translated
from simulators.transport.serial_line import (
    Settings,
    commands_of,
    heard_by_client,
    heard_by_instrument,
    settings_of,
)

SOCKET_LINE = Line(message_ends=b"\n")


@dataclass(frozen=True)
class Reached:
    """An instrument as an address reaches it: its panel, and the faces of the real one."""

    panel: Panel
    faces: Faces = field(default_factory=Faces)


class SocketStream:
    """A raw socket: messages framed as the face says."""

    def __init__(self, reached: Reached) -> None:
        self._panel = reached.panel
        self._line = reached.faces.socket.line if reached.faces.socket else SOCKET_LINE
        self._framer = Framer(self._line)

    def give(self, chunk: bytes) -> Replies:
        """Carry out what is complete; return the replies as they go over the line.

        Raises:
            EndlessMessage: nothing ended for too long.
        """
        found = [reply for one in self._framer.feed(chunk) for reply in self._panel.receive(one)]
        return self.sent(tuple(found))

    def sent(self, replies: Replies) -> Replies:
        """Return `replies` as they go over the line."""
        return tuple(
            reply._replace(payload=translated(reply.payload, self._line)) for reply in replies
        )

    def forget(self) -> None:
        """Drop an unfinished message."""
        self._framer.forget()


class SerialStream:
    """A serial line: each end hears what its own settings make of the other's bits.

    Attributes:
        client: how the client's end is set.
    """

    def __init__(self, reached: Reached, clear: Callable[[], None]) -> None:
        """Connect.

        Args:
            reached: the instrument.
            clear: drops what the client has not read, on a device clear.
        """
        self._panel, self._clear = reached.panel, clear
        self._face = reached.faces.serial or SerialFace()
        self._framer = Framer(self._face.line)
        self._own = settings_of(self._face)
        self.client: Settings = self._own

    def give(self, chunk: bytes) -> Replies:
        """Carry out what is complete; return the replies as the client hears them.

        Raises:
            EndlessMessage: nothing ended for too long.
        """
        replies: Replies = ()
        for piece in commands_of(heard_by_instrument(chunk, self.client, self._own), self._face):
            if piece == self._face.clear_character:
                self._clear()
                replies = self._panel.clear()
            elif piece == self._face.trigger_character:
                replies += self._panel.trigger()
            elif isinstance(piece, bytes):
                for message in self._framer.feed(piece):
                    replies += self._panel.receive(message)
        return self.sent(replies)

    def sent(self, replies: Replies) -> Replies:
        """Return `replies` as the client hears them."""
        return tuple(reply._replace(payload=self._heard(reply.payload)) for reply in replies)

    def forget(self) -> None:
        """Drop an unfinished message."""
        self._framer.forget()

    def _heard(self, payload: bytes) -> bytes:
        return heard_by_client(translated(payload, self._face.line), self.client, self._own)
