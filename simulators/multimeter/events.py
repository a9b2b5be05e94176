"""The errors and events of a SCPI multimeter: queue, registers, status byte."""

from simulators.language.scpi_errors import TEXTS, event_of
from simulators.language.status import ErrorQueue, Event, Register, StandardStatus
from simulators.multimeter.habits import Habits, S
from simulators.multimeter.specification import Measurand

REGISTERS = ("questionable", "operation", "measurement")


class Events:
    """What happened and was not yet read.

    Attributes:
        queue: errors.
        status: standard event register, service request.
        registers: "questionable", "operation" and, of Keithley's, "measurement".
    """

    def __init__(self, habits: Habits[S]) -> None:
        self.queue = ErrorQueue(habits.queue_depth, habits.overflow)
        self.registers = {name: Register() for name in REGISTERS}
        self.status = StandardStatus(self._summaries)
        self._habits = habits

    def refuse(self, code: int, instant: float) -> None:
        """Put an error into the queue at `instant` (s) and set the bit of its class."""
        text = self._habits.texts.get(code) or TEXTS[code]
        self.queue.push(code, self._habits.entry(text, instant))
        self.status.set(event_of(code))

    def next_error(self) -> str:
        """Return the oldest error as `SYST:ERR?` does, and forget it."""
        oldest = self.queue.pop()
        if oldest is None:
            return self._habits.no_error
        code, text = oldest
        sign = "+" if code > 0 and self._habits.signed else ""
        return f'{sign}{code},"{text}"'

    def overload(self, measurand: Measurand) -> None:
        """Set the event of an overload; nothing goes into the queue."""
        register = self.registers[self._habits.overload_register]
        register.event |= self._habits.overload_bits[measurand]
        if self._habits.overload_is_error:
            self.status.set(Event.DDE)

    def clear(self) -> None:
        """Forget every event and error (`*CLS`)."""
        self.status.read_event()
        for register in self.registers.values():
            register.read_event()
        self.queue.clear()

    def power_on(self) -> None:
        """Forget everything, masks too; that it was switched on is an event."""
        self.queue.clear()
        self.status.power_on()
        self.registers = {name: Register() for name in REGISTERS}

    def _summaries(self) -> int:
        byte = 4 if self._habits.error_bit and self.queue else 0
        if self.registers["questionable"].summary:
            byte |= 8
        if self._habits.operation_bit and self.registers["operation"].summary:
            byte |= 128
        if self.registers["measurement"].summary:
            byte |= 1
        return byte
