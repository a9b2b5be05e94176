"""What a PACE tells of itself: the queue of errors, the registers, the status byte.

Source: Druck SCPI remote communications manual K0472.
"""

from math import inf

from simulators.druck_pace.manifold import Manifold, Vent
from simulators.language.scpi_errors import TEXTS, ScpiError, event_of
from simulators.language.status import ErrorQueue, Event, Register, StandardStatus

QUEUE_DEPTH = 5
OVERFLOW = (-350, "Queue overflow;Error queue overflow")
EAV, OSB = 4, 128
USED_EVENTS = Event.QYE | Event.EXE | Event.CME
VENTED, RANGED, IN_LIMITS, ZEROED, ZEROING = 1, 2, 4, 8, 16
PRESSURE_SUMMARY = 1 << 10
VIOLATION = "Execution error;Query or command violation"
DETAILS = {
    -222: "Data out of range; Parameter 1",
    -240: "Hardware error;The option board is not configured correctly",
}


class Violation(ScpiError):
    """A query used as a command, or a command as a query."""

    def __init__(self) -> None:
        super().__init__(-200)


class Reports:
    """Errors and registers of one instrument.

    Attributes:
        errors: the queue.
        status: standard events, masks and the request for service.
        pressure: operation registers of each module.
        operation: the register that sums them up.
    """

    def __init__(self, modules: int) -> None:
        self.errors = ErrorQueue(QUEUE_DEPTH, OVERFLOW)
        self.pressure = [Register() for _ in range(modules)]
        self.operation = Register()
        self.status = StandardStatus(self._summaries, event=0)
        self._errors_unseen = False

    def refuse(self, wrong: ScpiError) -> None:
        """Put an error into the queue and set the bit of its class."""
        text = VIOLATION if isinstance(wrong, Violation) else DETAILS.get(wrong.code)
        self.errors.push(wrong.code, text or TEXTS[wrong.code])
        self._errors_unseen = True
        self.status.set(event_of(wrong.code) & USED_EVENTS)

    def next_error(self) -> str:
        """Return the oldest error as `:SYST:ERR?` does."""
        oldest = self.errors.pop()
        if not len(self.errors):
            self._errors_unseen = False
        return "0, No error" if oldest is None else f'{oldest[0]},"{oldest[1]}"'

    def read_byte(self) -> int:
        """Return the status byte as `*STB?` does: it is told of errors once (manual's example)."""
        byte = self.status.byte(message_available=False)
        self._errors_unseen = False
        return byte

    def clear(self) -> None:
        """Clear events and errors (`*CLS`)."""
        self.errors.clear()
        self._errors_unseen = False
        self.status.read_event()
        for register in (*self.pressure, self.operation):
            register.read_event()

    def pulse(self, module: int, bit: int) -> None:
        """Note an event that has no condition."""
        self.pressure[module - 1].event |= bit

    def observe(self, manifolds: tuple[Manifold, ...], now: float) -> None:
        """Bring the registers up to the instant `now` (s)."""
        for number, manifold in enumerate(manifolds, 1):
            if manifold.zero_done_at <= now:
                manifold.end_zero()
                self.pulse(number, ZEROED)
            condition = VENTED if manifold.vent_state(now) is Vent.COMPLETED else 0
            condition |= IN_LIMITS if manifold.in_limits_at() <= now else 0
            condition |= ZEROING if manifold.zero_done_at < inf else 0
            self.pressure[number - 1].change(condition)
        summary = any(register.summary for register in self.pressure)
        self.operation.change(PRESSURE_SUMMARY if summary else 0)

    def power_on(self) -> None:
        """Forget everything; PON is not used."""
        self.clear()
        self.status.power_on()
        self.status.read_event()
        self.pressure = [Register() for _ in self.pressure]
        self.operation = Register()

    def _summaries(self) -> int:
        return (EAV if self._errors_unseen else 0) | (OSB if self.operation.summary else 0)
