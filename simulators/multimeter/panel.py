"""The front panel of a SCPI multimeter: messages in, replies with an instant out.

What all of them do with a message, their queues and registers; what each of them says is in its
`Habits` and its language.
"""

from collections.abc import Callable, Mapping
from typing import Generic, Protocol

from simulators.clock import Clock
from simulators.language.programs import Program, Programs
from simulators.language.scpi_face import NO_REPLIES, ScpiFace
from simulators.language.status import Event
from simulators.multimeter.acquisition import Acquisition
from simulators.multimeter.habits import Habits, S
from simulators.multimeter.meter import Multimeter
from simulators.panel import Replies, Scalar


class Compiler(Protocol):
    """A language: what makes steps of a message."""

    def compile(self, message: str) -> Program:
        """Return the steps of one program message."""
        ...


class MultimeterPanel(ScpiFace, Generic[S]):
    """One multimeter's remote face.

    Attributes:
        watch: called with the instant (s) before each message and poll while something ripens in
            the registers; returns whether that is over.
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
        super().__init__(habits, serial, clock)
        self.meter, self.habits = meter, habits
        self.acquisition = Acquisition(meter)
        self.settings = habits.fresh()
        self.watch: Callable[[float], bool] | None = None
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
        replies = self._carry_out(self._programs[message])
        self.events.status.forget_requests()
        return replies

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

    def busy_until(self) -> float:
        """Return the instant (s) of the last reading under way; 0: there is none."""
        return self.acquisition.until

    def acquire(self) -> float:
        """Take every trigger's readings at once; return the instant (s) of the last one."""
        end = self.acquisition.run(self.cursor)
        if self.acquisition.overloaded:
            self.overload()
        return end

    def overload(self) -> None:
        """Set the event of an overload; nothing goes into the queue."""
        register = self.events.registers[self.habits.overload_register]
        register.event |= self.habits.overload_bits[self.meter.measurand]
        if self.habits.overload_is_error:
            self.events.status.set(Event.DDE)

    def observe(self) -> None:
        """Let the registers show what has become complete by now."""
        now = self._clock.monotonic()
        if self.completion is not None and now >= self.completion:
            self.completion = None
            self.events.status.set(Event.OPC)
        if self.watch is not None and self.watch(now):
            self.watch = None
