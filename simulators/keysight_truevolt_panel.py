"""The front panel of a Truevolt multimeter: SCPI messages in, replies with an instant out.

Sources: Truevolt Series Operating and Service Guide; 34401A User's Guide pp. 142 and 159 where
the family kept its habits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from simulators.clock import Clock
from simulators.keysight_truevolt import OVERLOAD, Timing, Truevolt, initial_setups
from simulators.keysight_truevolt_specification import Measurand
from simulators.language.scpi import CACHED_MESSAGES, Language, Step
from simulators.language.scpi_errors import NO_ERROR, TEXTS, ScpiError, event_of
from simulators.language.scpi_parameters import quoted
from simulators.language.status import ErrorQueue, Event, Register, StandardStatus
from simulators.panel import Replies, Reply, Scalar

QUEUE_DEPTH = 20
OVERLOAD_BIT = {
    Measurand.DC_VOLTAGE: 1,
    Measurand.AC_VOLTAGE: 1,
    Measurand.DC_CURRENT: 2,
    Measurand.AC_CURRENT: 2,
    Measurand.RESISTANCE: 512,
    Measurand.RESISTANCE_4_WIRE: 512,
    Measurand.FREQUENCY: 32,
    Measurand.PERIOD: 32,
}
NO_REPLIES: Replies = ()


class TriggerSource(StrEnum):
    """What starts a measurement."""

    IMMEDIATE = "IMM"
    BUS = "BUS"
    EXTERNAL = "EXT"
    INTERNAL = "INT"


@dataclass(slots=True)
class Triggering:
    """The trigger system: source, delay (s; None is automatic), counts (readings)."""

    source: TriggerSource = TriggerSource.IMMEDIATE
    delay: float | None = None
    count: float = 1.0
    samples: int = 1
    slope: str = "NEG"


@dataclass(slots=True)
class Memory:
    """Readings of the last INITiate: values, the first one's beginning and the pace (s)."""

    values: list[float] = field(default_factory=list)
    began: float = 0.0
    pace: float = 0.0
    removed: int = 0

    def done(self, instant: float) -> int:
        """Return how many readings were complete at `instant` (s) and are still here."""
        if not self.pace:
            return len(self.values)
        complete = int((instant - self.began) / self.pace + 1e-9) - self.removed
        return max(0, min(len(self.values), complete))


class TruevoltPanel:
    """One multimeter's remote face."""

    def __init__(
        self,
        meter: Truevolt,
        serial: str,
        clock: Clock,
        language: Callable[["TruevoltPanel"], Language],
    ) -> None:
        self.meter, self.serial = meter, serial
        self.triggering, self.memory = Triggering(), Memory()
        self.armed = False
        self.questionable, self.operation = Register(), Register()
        self.errors = ErrorQueue(QUEUE_DEPTH, (-350, TEXTS[-350]))
        self.status = StandardStatus(self._summaries)
        self.display_text = ""
        self.display_on = True
        self.power_on_clear = True
        self.cursor = clock.monotonic()
        self.measuring_until = 0.0
        self.answered = False
        self._clock = clock
        self._timing: Timing | None = None
        self._programs: dict[bytes, tuple[Step, ...]] = {}
        self._language = language(self)

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        now = self._clock.monotonic()
        if now > self.cursor:
            self.cursor = now
        program = self._programs.get(message)
        if program is None:
            program = self._compiled(message)
        replies: list[str] = []
        for step in program:
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
        self.status.forget_requests()
        if not replies:
            return NO_REPLIES
        return (Reply((";".join(replies) + "\n").encode("latin-1"), self.cursor),)

    def refuse(self, code: int) -> None:
        """Put an error into the queue and set the bit of its class."""
        self.errors.push(code, TEXTS[code])
        self.status.set(event_of(code))

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
        return self.status.poll(message_available=message_available)

    def clear(self) -> Replies:
        """Carry out a device clear: stop measuring, back to idle; registers stay."""
        self.abort()
        self.cursor = self._clock.monotonic()
        return NO_REPLIES

    def trigger(self) -> Replies:
        """Carry out a group execute trigger: the same as `*TRG`."""
        return self.receive(b"*TRG")

    def state(self) -> Mapping[str, Scalar]:
        """Return the function and range in use, and the last reading."""
        last = self.memory.values[-1] if self.memory.values else None
        return {
            "function": self.meter.measurand.value,
            "range": self.meter.setup.range_,
            "reading": last,
            "text": self.display_text,
        }

    def revise(self) -> None:
        """Let a changed setting take effect."""
        self.meter.revise()
        self._timing = None

    def reset(self) -> None:
        """Carry out `*RST`: settings only; registers, masks and the queue stay."""
        self.abort()
        self.meter.measurand = Measurand.DC_VOLTAGE
        self.meter.setups.update(initial_setups(self.meter.model))
        self.triggering, self.memory = Triggering(), Memory()
        self.display_text, self.display_on = "", True
        self.revise()

    def abort(self) -> None:
        """Go back to idle; readings not yet complete are not kept."""
        kept = self.memory.done(self._clock.monotonic()) if self.measuring_until else None
        if kept is not None:
            del self.memory.values[kept:]
        self.armed, self.measuring_until = False, 0.0

    def acquire(self) -> float:
        """Take all readings of one trigger cycle into memory; return the instant (s) of the end."""
        timing, meter = self.pace(), self.meter
        triggering = self.triggering
        if triggering.count == 1.0 and triggering.samples == 1:
            value = meter.read(self.cursor + timing.middle)
            self.memory = Memory([value], self.cursor, timing.total)
            if value in (OVERLOAD, -OVERLOAD):
                self._overloaded()
            return self.cursor + timing.total
        wanted = min(triggering.count * triggering.samples, meter.model.memory)
        first = self.cursor + timing.middle
        values = [meter.read(first + index * timing.total) for index in range(int(wanted))]
        self.memory = Memory(values, self.cursor, timing.total)
        if OVERLOAD in values or -OVERLOAD in values:
            self._overloaded()
        return self.cursor + wanted * timing.total

    def pace(self) -> Timing:
        """Return when a reading is taken and done, trigger delay included."""
        if self._timing is None:
            timing, delay = self.meter.timing(), self.triggering.delay
            if delay is not None:
                integration = timing.total - self.meter.settling()
                middle = timing.middle - self.meter.settling()
                timing = Timing(delay + middle, delay + integration)
            self._timing = timing
        return self._timing

    def next_error(self) -> str:
        """Return the oldest error as `SYST:ERR?` does: number with a sign, text in quotes."""
        code, text = self.errors.pop() or NO_ERROR
        return f"{code:+d},{quoted(text)}"

    def _overloaded(self) -> None:
        """Tell of an overload: the questionable event and DDE, and nothing in the queue."""
        self.questionable.event |= OVERLOAD_BIT[self.meter.measurand]
        self.status.set(Event.DDE)

    def _summaries(self) -> int:
        byte = 4 if self.errors else 0
        if self.questionable.summary:
            byte |= 8
        if self.operation.summary:
            byte |= 128
        return byte

    def _compiled(self, message: bytes) -> tuple[Step, ...]:
        """Compile a message once; endlessly different ones must not fill the memory."""
        if len(self._programs) >= CACHED_MESSAGES:
            self._programs.clear()
        program = self._language.compile(message.decode("latin-1"))
        self._programs[message] = program
        return program
