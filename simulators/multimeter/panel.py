"""The front panel of a SCPI multimeter: messages in, replies with an instant out.

What all of them do with a message, their queues and registers; what each of them says is in its
`Habits` and its language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Generic, Protocol, TypeVar

from simulators.clock import Clock
from simulators.language.programs import Program, Programs
from simulators.language.scpi_errors import TEXTS, ScpiError, event_of
from simulators.language.status import ErrorQueue, Event, Register, StandardStatus
from simulators.multimeter.acquisition import Acquisition
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.specification import Measurand
from simulators.panel import Replies, Reply, Scalar

NO_REPLIES: Replies = ()


class Settings(Protocol):
    """What a reset brings back to its default, besides the physics: each language has its own."""

    display_text: str


class Compiler(Protocol):
    """A language: what makes steps of a message."""

    def compile(self, message: str) -> Program:
        """Return the steps of one program message."""
        ...


S = TypeVar("S", bound=Settings)


def _as_it_is(text: str, instant: float) -> str:
    return text


@dataclass(frozen=True)
class Habits(Generic[S]):
    """What tells one maker's multimeters from another's, apart from the commands.

    Attributes:
        identity: answer to `*IDN?`, with `{serial}` in it.
        fresh: makes the settings of a reset.
        names: function → its name in answers.
        overload_bits: function → bits of `overload_register`.
        overload_register: the register ("questionable", "measurement") that notes an overload.
        overload_is_error: whether an overload also sets DDE.
        queue_depth: errors kept.
        overflow: code and text of the error that tells that the queue was full.
        texts: code → text, where it is not SCPI's.
        no_error: answer to `SYST:ERR?` when there is none.
        entry: (text, instant in s) → text as the queue keeps it.
        signed: whether whole numbers in answers carry a plus sign.
        error_bit: whether bit 2 of the status byte tells of errors in the queue.
        operation_bit: whether bit 7 sums the operation register up.
        wake: makes of a panel just reset one just switched on, where that differs.
    """

    identity: str
    fresh: Callable[[], S]
    names: Mapping[Measurand, str]
    overload_bits: Mapping[Measurand, int]
    overload_register: str = "questionable"
    overload_is_error: bool = True
    queue_depth: int = 20
    overflow: tuple[int, str] = (-350, "Queue overflow")
    texts: Mapping[int, str] = field(default_factory=dict)
    no_error: str = '+0,"No error"'
    entry: Callable[[str, float], str] = _as_it_is
    signed: bool = True
    error_bit: bool = True
    operation_bit: bool = True
    wake: Callable[["MultimeterPanel[S]"], None] | None = None


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
    ) -> None:
        self.meter, self.serial, self.habits = meter, serial, habits
        self.acquisition = Acquisition(meter)
        self.settings = habits.fresh()
        self.registers = {name: Register() for name in ("questionable", "operation", "measurement")}
        self.errors = ErrorQueue(habits.queue_depth, habits.overflow)
        self.status = StandardStatus(self._summaries)
        self.power_on_clear = True
        self.cursor = clock.monotonic()
        self.completion: float | None = None
        self.watch: Callable[[float], bool] | None = None
        self.answered = False
        self._clock = clock
        self._programs = Programs(language(self).compile)
        if habits.wake is not None:
            habits.wake(self)

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
        self.status.forget_requests()
        if not replies:
            return NO_REPLIES
        return (Reply((";".join(replies) + "\n").encode("latin-1"), self.cursor),)

    def refuse(self, code: int) -> None:
        """Put an error into the queue and set the bit of its class."""
        text = self.habits.texts.get(code) or TEXTS[code]
        self.errors.push(code, self.habits.entry(text, self._clock.monotonic()))
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
        self.observe()
        return self.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        self.observe()
        return self.status.requests(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up as after a reset, every mask clear."""
        self.clear()
        self.errors.clear()
        self.status.power_on()
        for name in self.registers:
            self.registers[name] = Register()
        self.reset()
        if self.habits.wake is not None:
            self.habits.wake(self)
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
            self.note_overload()
        return end

    def note_overload(self) -> None:
        """Set the event of an overload; nothing goes into the queue."""
        bits = self.habits.overload_bits[self.meter.measurand]
        self.registers[self.habits.overload_register].event |= bits
        if self.habits.overload_is_error:
            self.status.set(Event.DDE)

    def next_error(self) -> str:
        """Return the oldest error as `SYST:ERR?` does."""
        oldest = self.errors.pop()
        if oldest is None:
            return self.habits.no_error
        code, text = oldest
        sign = "+" if code > 0 and self.habits.signed else ""
        return f'{sign}{code},"{text}"'

    def whole(self, number: int) -> str:
        """Return a whole number as answers carry it."""
        return f"{number:+d}" if self.habits.signed else f"{number}"

    def observe(self) -> None:
        """Let the registers show what has become complete by now."""
        now = self._clock.monotonic()
        if self.completion is not None and now >= self.completion:
            self.completion = None
            self.status.set(Event.OPC)
        if self.watch is not None and self.watch(now):
            self.watch = None

    def _summaries(self) -> int:
        byte = 4 if self.habits.error_bit and self.errors else 0
        if self.registers["questionable"].summary:
            byte |= 8
        if self.habits.operation_bit and self.registers["operation"].summary:
            byte |= 128
        if self.registers["measurement"].summary:
            byte |= 1
        return byte
