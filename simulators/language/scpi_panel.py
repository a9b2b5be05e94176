"""The front panel of a SCPI instrument: messages in, replies with an instant out.

What every one of them does with a message, its queue and its registers; what an instrument says
and does is in its `Manners`, its `Machine` and its commands.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from simulators.clock import Clock
from simulators.language.programs import Programs
from simulators.language.scpi import Command, Language
from simulators.language.scpi_errors import TEXTS, ScpiError, event_of
from simulators.language.status import ErrorQueue, Event, Register, StandardStatus
from simulators.panel import Replies, Reply, Scalar

NO_REPLIES: Replies = ()


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


@dataclass(frozen=True)
class Manners:
    """How an instrument speaks, apart from its commands.

    Attributes:
        identity: answer to `*IDN?`, with `{serial}` in it.
        queue_depth: errors kept.
        overflow: code and text of the error that tells that the queue was full.
        texts: code → text, where it is not SCPI's.
        signed: whether whole numbers in answers carry a plus sign.
    """

    identity: str
    queue_depth: int = 20
    overflow: tuple[int, str] = (-350, "Queue overflow")
    texts: Mapping[int, str] = field(default_factory=dict)
    signed: bool = True


class ScpiPanel:
    """One instrument's remote face.

    Attributes:
        cursor: instant (s) at which the next command is carried out; infinity waits for ever.
        completion: instant (s) of a pending `*OPC`.
        answered: whether the present message has been answered before the present command.
    """

    def __init__(
        self,
        machine: Machine,
        manners: Manners,
        serial: str,
        clock: Clock,
        commands: Callable[["ScpiPanel"], Iterable[Command]],
    ) -> None:
        self.machine, self.manners, self.serial = machine, manners, serial
        self.registers = {name: Register() for name in ("questionable", "operation")}
        self.errors = ErrorQueue(manners.queue_depth, manners.overflow)
        self.status = StandardStatus(self._summaries)
        self.power_on_clear = True
        self.cursor = clock.monotonic()
        self.completion: float | None = None
        self.answered = False
        self._clock = clock
        self._programs = Programs(Language(commands(self)).compile)

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        self.cursor = max(self.cursor, self._clock.monotonic())
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
        self.observe()
        self.status.forget_requests()
        if not replies:
            return NO_REPLIES
        return (Reply((";".join(replies) + "\n").encode("latin-1"), self.cursor),)

    def refuse(self, code: int) -> None:
        """Put an error into the queue and set the bit of its class."""
        self.errors.push(code, self.manners.texts.get(code) or TEXTS[code])
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
        return NO_REPLIES

    def clear(self) -> Replies:
        """Carry out a device clear: stop what is under way; registers stay."""
        self.cursor = self._clock.monotonic()
        self.machine.abort(self.cursor)
        self.completion = None
        return NO_REPLIES

    def trigger(self) -> Replies:
        """Carry out a group execute trigger: the same as `*TRG`."""
        return self.receive(b"*TRG")

    def state(self) -> Mapping[str, Scalar]:
        """Return what an onlooker reads off the front panel."""
        return self.machine.shown()

    def reset(self) -> None:
        """Carry out `*RST`: settings only; registers, masks and the queue stay."""
        self.machine.reset(self.cursor)

    def next_error(self) -> str:
        """Return the oldest error as `SYST:ERR?` does."""
        code, text = self.errors.pop() or (0, "No error")
        sign = "+" if code >= 0 and self.manners.signed else ""
        return f'{sign}{code},"{text}"'

    def whole(self, number: int) -> str:
        """Return a whole number as answers carry it."""
        return f"{number:+d}" if self.manners.signed else f"{number}"

    def observe(self) -> None:
        """Let the registers show what is so by now."""
        now = max(self._clock.monotonic(), 0.0 if self.cursor == inf else self.cursor)
        for name, condition in self.machine.conditions(now).items():
            self.registers[name].change(condition)
        if self.completion is not None and now >= self.completion:
            self.completion = None
            self.status.set(Event.OPC)

    def _summaries(self) -> int:
        byte = 4 if self.errors else 0
        if self.registers["questionable"].summary:
            byte |= 8
        return byte | 128 if self.registers["operation"].summary else byte
