"""The front panel of a SCPI instrument: messages in, replies with an instant out.

What every one of them does with a message, its queue and its registers; what an instrument says
and does is in its `Manners`, its `Machine` and its commands.
"""

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Protocol

from simulators.clock import Clock
from simulators.language.programs import Programs
from simulators.language.scpi import Command, Language
from simulators.language.scpi_events import Manners
from simulators.language.scpi_face import NO_REPLIES, ScpiFace
from simulators.language.status import Event
from simulators.panel import Replies, Scalar


class Machine(Protocol):
    """What a SCPI panel commands."""

    def reset(self, instant: float) -> None:
        """Go back to the settings of `*RST` at `instant` (s)."""
        ...

    def abort(self, instant: float) -> None:
        """Stop what is under way at `instant` (s)."""
        ...

    def busy_until(self) -> float:
        """Return the instant (s) at which what is under way is complete; 0: nothing is."""
        ...

    def conditions(self, instant: float) -> Mapping[str, int]:
        """Return the condition of registers ("questionable", "operation") at `instant` (s)."""
        ...

    def shown(self) -> Mapping[str, Scalar]:
        """Return what an onlooker reads off the front panel."""
        ...


class ScpiPanel(ScpiFace):
    """One instrument's remote face."""

    def __init__(
        self,
        machine: Machine,
        manners: Manners,
        serial: str,
        clock: Clock,
        commands: Callable[["ScpiPanel"], Iterable[Command]],
    ) -> None:
        super().__init__(manners, serial, clock)
        self.machine = machine
        self._programs = Programs(Language(commands(self)).compile)

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        self.observe()
        replies = self._carry_out(self._programs[message])
        self.observe()
        self.events.status.forget_requests()
        return replies

    def power_on(self) -> Replies:
        """Wake up as after a reset, every mask clear."""
        self.clear()
        self.events.power_on()
        self.reset()
        return NO_REPLIES

    def clear(self) -> Replies:
        """Carry out a device clear: stop what is under way; registers stay."""
        self.cursor = self._clock.monotonic()
        self.machine.abort(self.cursor)
        self.completion = None
        return NO_REPLIES

    def state(self) -> Mapping[str, Scalar]:
        """Return what an onlooker reads off the front panel."""
        return self.machine.shown()

    def reset(self) -> None:
        """Carry out `*RST`: settings only; registers, masks and the queue stay."""
        self.machine.reset(self.cursor)

    def busy_until(self) -> float:
        """Return the instant (s) at which what is under way is complete; 0: nothing is."""
        return self.machine.busy_until()

    def observe(self) -> None:
        """Let the registers show what is so by now."""
        now = max(self._clock.monotonic(), 0.0 if self.cursor == inf else self.cursor)
        for name, condition in self.machine.conditions(now).items():
            self.events.registers[name].change(condition)
        if self.completion is not None and now >= self.completion:
            self.completion = None
            self.events.status.set(Event.OPC)
