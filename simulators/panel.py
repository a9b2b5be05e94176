"""The seam between instruments and transports: messages in, replies with an instant out."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, runtime_checkable

Scalar = str | float | bool | None


class Reply(NamedTuple):
    """Bytes a panel sends, and when.

    Attributes:
        payload: the bytes, with the response terminator LF at the end of a whole message.
        ready: instant (s) of the world's clock at which they leave; infinity means never.
        ends: whether the message ends here (END on buses that have it).
        stray: already on its way when something holds it up, so clearing the instrument's
            output queue does not reach it any more.
        hangs_up: whether the instrument leaves the line after these bytes.
    """

    payload: bytes
    ready: float
    ends: bool = True
    stray: bool = False
    hangs_up: bool = False


Replies = tuple[Reply, ...]


class Listener(Protocol):
    """Whoever carries out messages, an instrument or not."""

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        ...


class Panel(Listener, Protocol):
    """An instrument as a transport sees it.  A panel never waits: its replies say when."""

    def refuse_execution(self) -> None:
        """Do as with a command that cannot be carried out: an execution error in the queue."""
        ...

    def interrupted(self) -> None:
        """Note that a new message came while a reply was unread (IEEE 488.2, query error)."""
        ...

    def unterminated(self) -> None:
        """Note that the controller reads though nothing was asked (IEEE 488.2, query error)."""
        ...

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte as a serial poll does: bit 6 is RQS, and is cleared."""
        ...

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether it asserts the service request line now."""
        ...

    def power_on(self) -> Replies:
        """Be switched off and on: outputs off, settings and registers as delivered.

        Returns:
            What it sends unasked when it wakes up; usually nothing.
        """
        ...

    def clear(self) -> Replies:
        """Carry out a device clear."""
        ...

    def trigger(self) -> Replies:
        """Carry out a group execute trigger."""
        ...

    def state(self) -> Mapping[str, Scalar]:
        """Return what an onlooker would read off the front panel."""
        ...


@runtime_checkable
class Outspoken(Protocol):
    """A panel that also says what nobody asked for: streams of readings, a request as text.

    Beside `Panel`.  A transport on which bytes only stream by asks for it whenever the line is
    free; buses never do.
    """

    def next_word(self) -> float:
        """Return the instant (s) at which it may say something next; infinity: it is silent."""
        ...

    def unasked(self) -> Replies:
        """Return what it has said by now and not yet been asked for; perhaps nothing."""
        ...


@runtime_checkable
class Talker(Protocol):
    """An instrument that has something to say whenever it is addressed to talk on a bus."""

    def talk(self) -> Replies:
        """Return what it says though nothing was asked; a reading, usually."""
        ...


def addressed(panel: Panel) -> Replies:
    """Address `panel` to talk though nothing was asked; most note that as a query error."""
    if isinstance(panel, Talker):
        return panel.talk()
    panel.unterminated()
    return ()
