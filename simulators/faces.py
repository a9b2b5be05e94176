"""The ways into an instrument, as data: what transports serve and benches open."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields


def _never(buffered: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Line:
    """How messages are framed where bytes only stream by: sockets and serial lines.

    Panels know nothing of it: they take messages without a terminator and end every line of a
    reply with LF.

    Attributes:
        message_ends: each of these bytes ends a message; CR LF counts once.
        reply_end: what takes the place of the LF at the end of each line of a reply.
        complete: whether the bytes so far are a message though no terminator came (Sartorius).
    """

    message_ends: bytes = b"\r\n"
    reply_end: bytes = b"\n"
    complete: Callable[[bytes], bool] = _never


@dataclass(frozen=True, slots=True)
class SocketFace:
    """A raw TCP socket.

    Attributes:
        port: of the real instrument; a simulated one is served on any.
        line: its framing.
        clients: how many it takes at once; 0 is any number.
    """

    port: int
    line: Line = field(default_factory=lambda: Line(message_ends=b"\n"))
    clients: int = 0


@dataclass(frozen=True, slots=True)
class SerialFace:
    """A serial line.

    Attributes:
        baud: rate (Bd) as delivered.
        framing: data bits, parity and stop bits, e.g. "8N1".
        line: its framing of messages.
        clear_character: what stands for a device clear, e.g. 3 (Ctrl-C); None: nothing does.
        trigger_character: what stands for a group execute trigger.
    """

    baud: int = 9600
    framing: str = "8N1"
    line: Line = field(default_factory=lambda: Line(reply_end=b"\r\n"))
    clear_character: int | None = None
    trigger_character: int | None = None


@dataclass(frozen=True, slots=True)
class Faces:
    """What the real instrument can be reached by; None or False: it has no such interface."""

    socket: SocketFace | None = None
    serial: SerialFace | None = None
    gpib: bool = False
    usb: bool = False
    hislip: bool = False
    vxi11: bool = False

    def names(self) -> tuple[str, ...]:
        """Return the interfaces that are fitted."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name))
