"""The errors and events of a SCPI instrument: queue, registers, status byte."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.language.scpi_errors import TEXTS, event_of
from simulators.language.status import ErrorQueue, Register, StandardStatus

REGISTERS = ("questionable", "operation", "measurement")


def _as_it_is(text: str, instant: float) -> str:
    return text


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How an instrument speaks, apart from its commands.

    Attributes:
        identity: answer to `*IDN?`, with `{serial}` in it.
        queue_depth: errors kept.
        overflow: code and text of the error that tells that the queue was full.
        texts: code → text, where it is not SCPI's.
        no_error: answer to `SYST:ERR?` when there is none.
        entry: (text, instant in s) → text as the queue keeps it.
        signed: whether whole numbers in answers carry a plus sign.
        error_bit: whether bit 2 of the status byte tells of errors in the queue.
        operation_bit: whether bit 7 sums the operation register up.
    """

    identity: str
    queue_depth: int = 20
    overflow: tuple[int, str] = (-350, "Queue overflow")
    texts: Mapping[int, str] = field(default_factory=dict)
    no_error: str = '+0,"No error"'
    entry: Callable[[str, float], str] = _as_it_is
    signed: bool = True
    error_bit: bool = True
    operation_bit: bool = True

    def whole(self, number: int) -> str:
        """Return a whole number as answers carry it."""
        return f"{number:+d}" if self.signed else f"{number}"


class Events:
    """What happened and was not yet read.

    Attributes:
        queue: errors.
        status: standard event register, service request.
        registers: "questionable", "operation" and, of Keithley's, "measurement".
    """

    def __init__(self, manners: Manners) -> None:
        self.queue = ErrorQueue(manners.queue_depth, manners.overflow)
        self.registers = {name: Register() for name in REGISTERS}
        self.status = StandardStatus(self._summaries)
        self._manners = manners

    def refuse(self, code: int, instant: float) -> None:
        """Put an error into the queue at `instant` (s) and set the bit of its class."""
        text = self._manners.texts.get(code) or TEXTS[code]
        self.queue.push(code, self._manners.entry(text, instant))
        self.status.set(event_of(code))

    def next_error(self) -> str:
        """Return the oldest error as `SYST:ERR?` does, and forget it."""
        oldest = self.queue.pop()
        if oldest is None:
            return self._manners.no_error
        code, text = oldest
        sign = "+" if code > 0 and self._manners.signed else ""
        return f'{sign}{code},"{text}"'

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
        byte = 4 if self._manners.error_bit and self.queue else 0
        if self.registers["questionable"].summary:
            byte |= 8
        if self._manners.operation_bit and self.registers["operation"].summary:
            byte |= 128
        if self.registers["measurement"].summary:
            byte |= 1
        return byte
