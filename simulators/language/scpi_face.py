"""What every SCPI front panel does with its messages, queue and registers."""

from abc import ABC, abstractmethod
from math import inf

from simulators.clock import Clock
from simulators.language.programs import Program
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_events import Events, Manners
from simulators.panel import Replies, Reply

NO_REPLIES: Replies = ()


class ScpiFace(ABC):
    """The part of a SCPI panel that does not depend on what it commands.

    Attributes:
        cursor: instant (s) at which the next command is carried out; infinity waits for ever.
        completion: instant (s) of a pending `*OPC`.
        answered: whether the present message has been answered before the present command.
    """

    def __init__(self, manners: Manners, serial: str, clock: Clock) -> None:
        self.manners, self.serial = manners, serial
        self.events = Events(manners)
        self.power_on_clear = True
        self.cursor = clock.monotonic()
        self.completion: float | None = None
        self.answered = False
        self._clock = clock

    @abstractmethod
    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""

    @abstractmethod
    def reset(self) -> None:
        """Carry out `*RST`: settings only; registers, masks and the queue stay."""

    @abstractmethod
    def busy_until(self) -> float:
        """Return the instant (s) at which what is under way is complete; 0: nothing is."""

    @abstractmethod
    def observe(self) -> None:
        """Let the registers show what is so by now."""

    def refuse(self, code: int) -> None:
        """Put an error into the queue and set the bit of its class."""
        self.events.refuse(code, self._clock.monotonic())

    def refuse_execution(self) -> None:
        """Put −222 into the queue."""
        self.refuse(-222)

    def interrupted(self) -> None:
        """Note −410: a message came while a reply was unread."""
        self.refuse(-410)

    def unterminated(self) -> None:
        """Note −420: the controller reads though nothing was asked."""
        self.refuse(-420)

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte with RQS."""
        self.observe()
        return self.events.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        self.observe()
        return self.events.status.requests(message_available=message_available)

    def trigger(self) -> Replies:
        """Carry out a group execute trigger: the same as `*TRG`."""
        return self.receive(b"*TRG")

    def _carry_out(self, program: Program) -> Replies:
        """Take the steps of one message, one after another; return what they answer together."""
        replies: list[str] = []
        for step in program:
            if self.cursor == inf:
                break  # waiting for ever: nothing but a device clear is listened to
            self.answered = bool(replies)
            try:
                reply = step()
            except ScpiError as wrong:
                self.refuse(wrong.code)
                if wrong.is_command_error:
                    break
            else:
                if reply is not None:
                    replies.append(reply)
        if not replies:
            return NO_REPLIES
        return (Reply((";".join(replies) + "\n").encode("latin-1"), self.cursor),)
