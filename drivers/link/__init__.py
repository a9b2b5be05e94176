"""How bytes travel between this computer and an instrument."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from drivers.errors import InstrumentError

MAX_REPLY_BYTES = 1 << 20
"""A reply longer than this never ends: no instrument here sends a mebibyte in one line."""

QUIET_SECONDS = 0.1
"""A line on which nothing came for this long (s) is taken to be silent."""

MOST_DRAIN_SECONDS = 3.0
"""Who is not silent after this long (s) talks of his own accord."""

NEVER_SILENT = "Switch off what makes it talk unasked: automatic output, a sample period, echo"


class Terminator(Enum):
    """What ends a message or a reply where bytes only stream by."""

    NONE = b""
    CR = b"\r"
    LF = b"\n"
    CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class Framing:
    """What is sent after a message, and what a reply is known to end with.

    A reply ends at the last byte of its terminator; other line ends around it do not count.
    """

    message: Terminator = Terminator.LF
    reply: Terminator = Terminator.LF


def without_line_ends(line: bytes) -> bytes:
    """Return `line` without the other half of a CR LF, which may hang on at either end."""
    return line.removeprefix(b"\n").removesuffix(b"\n").removesuffix(b"\r")


class LinkFault(Exception):
    """A link failed; `drivers.dialogue` adds which instrument and which command.

    Attributes:
        kind: the error that the fault becomes.
        said: what the library said, or what came instead of a reply.
        advice: what the person can do about it.
    """

    def __init__(self, kind: type[InstrumentError], said: str, advice: str = "") -> None:
        super().__init__(said)
        self.kind = kind
        self.said = said
        self.advice = advice

    def named(self, instrument: str, command: str) -> InstrumentError:
        """Return the error that says where it happened."""
        return self.kind(instrument, command, self.said, self.advice)


class Link(Protocol):
    """One open connection. It never opens itself again: after a fault it is closed and replaced.

    Messages carry no terminator here; the link adds and strips its own. A deadline is an
    instant (s) of the injected clock's `monotonic`. Every failure is a `LinkFault`.
    """

    def send(self, message: bytes, deadline: float) -> None:
        """Send one message.

        Raises:
            LinkFault: it did not leave before `deadline`, or bytes that nobody asked for lie
                in the way.
        """
        ...

    def receive(self, deadline: float) -> bytes:
        """Return one reply.

        Raises:
            LinkFault: no complete reply before `deadline`, or one without end.
        """
        ...

    def drain(self) -> bytes:
        """Discard what an earlier session left behind; return it where the link can know."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
