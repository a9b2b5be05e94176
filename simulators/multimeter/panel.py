"""The front panel of a SCPI multimeter: messages in, replies with an instant out.

What all of them do with a message, their queues and registers; what each of them says is in its
`Habits` and its language.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Generic, Protocol

from simulators.clock import Clock
from simulators.language.programs import Program, Programs
from simulators.language.scpi_errors import ScpiError
from simulators.language.status import Event
from simulators.multimeter.acquisition import Acquisition
from simulators.multimeter.events import Events
from simulators.multimeter.habits import Habits, S
from simulators.multimeter.meter import Multimeter
from simulators.panel import Replies, Reply, Scalar

NO_REPLIES: Replies = ()


class Compiler(Protocol):
    """A language: what makes steps of a message."""

    def compile(self, message: str) -> Program:
        """Return the steps of one program message."""
        ...


class MultimeterPanel(Generic[S]):
    """One multimeter's remote face.

    Attributes:
        cursor: instant (s) at which the next command is carried out; infinity waits for ever.
        completion: instant (s) of a pending `*OPC`.
        watch: called with the instant (s) before each message and poll while something ripens in
            the registers; returns whether that is over.
        answered: whether the present message has been answered before the present command.
    """

    def __init__(
        self,
        meter: Multimeter,
        serial: str,
        clock: Clock,
        habits: Habits[S],
        language: Callable[["MultimeterPanel[S]"], Compiler],
        wake: Callable[["MultimeterPanel[S]"], None] | None = None,
    ) -> None:
        """Switch it on; `wake` makes of a panel just reset one just switched on."""
        self.meter, self.serial, self.habits = meter, serial, habits
        self.acquisition = Acquisition(meter)
        self.settings = habits.fresh()
        self.events = Events(habits)
        self.power_on_clear = True
        self.cursor = clock.monotonic()
        self.completion: float | None = None
        self.watch: Callable[[float], bool] | None = None
        self.answered = False
        self._clock = clock
        self._programs = Programs(language(self).compile)
        self._wake = wake
        if wake is not None:
            wake(self)

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        now = self._clock.monotonic()
        if now > self.cursor:
            self.cursor = now
        if self.completion is not None or self.watch is not None:
            self.observe()
        replies: list[str] = []
        for step in self._programs[message]:
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
        self.events.status.forget_requests()
        if not replies:
            return NO_REPLIES
        return (Reply((";".join(replies) + "\n").encode("latin-1"), self.cursor),)

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

    def power_on(self) -> Replies:
        """Wake up as after a reset, every mask clear."""
        self.clear()
        self.events.power_on()
        self.reset()
        if self._wake is not None:
            self._wake(self)
        return NO_REPLIES

    def clear(self) -> Replies:
        """Carry out a device clear: stop measuring, back to idle; registers stay."""
        self.cursor = self._clock.monotonic()
        self.acquisition.abort(self.cursor)
        self.completion = None
        return NO_REPLIES

    def trigger(self) -> Replies:
        """Carry out a group execute trigger: the same as `*TRG`."""
        return self.receive(b"*TRG")

    def state(self) -> Mapping[str, Scalar]:
        """Return the function and range in use, and the last reading."""
        values = self.acquisition.memory.values
        return {
            "function": self.habits.names[self.meter.measurand],
            "range": self.meter.setup.range_,
            "reading": values[-1] if values else None,
            "text": self.settings.display_text,
        }

    def reset(self) -> None:
        """Carry out `*RST`: settings only; registers, masks and the queue stay."""
        self.meter.reset()
        self.acquisition.reset()
        self.settings = self.habits.fresh()
        self.watch = None

    def acquire(self) -> float:
        """Take every trigger's readings at once; return the instant (s) of the last one."""
        end = self.acquisition.run(self.cursor)
        if self.acquisition.overloaded:
            self.events.overload(self.meter.measurand)
        return end

    def observe(self) -> None:
        """Let the registers show what has become complete by now."""
        now = self._clock.monotonic()
        if self.completion is not None and now >= self.completion:
            self.completion = None
            self.events.status.set(Event.OPC)
        if self.watch is not None and self.watch(now):
            self.watch = None
