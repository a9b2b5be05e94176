"""The front panel of a Truevolt multimeter: SCPI messages in, replies with an instant out.

Sources: Truevolt Series Operating and Service Guide; 34401A User's Guide pp. 142 and 159 where
the family kept its habits.
"""

from collections.abc import Callable, Mapping
from math import inf

from simulators.clock import Clock
from simulators.keysight_truevolt.acquisition import Acquisition
from simulators.keysight_truevolt.meter import Truevolt, initial_setups
from simulators.keysight_truevolt.specification import Measurand
from simulators.language.programs import Programs
from simulators.language.scpi import Language
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
        self.acquisition = Acquisition(meter)
        self.questionable, self.operation = Register(), Register()
        self.errors = ErrorQueue(QUEUE_DEPTH, (-350, TEXTS[-350]))
        self.status = StandardStatus(self._summaries)
        self.display_text = ""
        self.display_on = True
        self.power_on_clear = True
        self.cursor = clock.monotonic()
        self.completion: float | None = None
        self.answered = False
        self._clock = clock
        self._programs = Programs(language(self).compile)

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        now = self._clock.monotonic()
        if now > self.cursor:
            self.cursor = now
        if self.completion is not None:
            self._observe()
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
        if self.completion is not None:
            self._observe()
        return self.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        if self.completion is not None:
            self._observe()
        return self.status.requests(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up as after a reset, every mask clear."""
        self.clear()
        self.errors.clear()
        self.status.power_on()
        self.questionable, self.operation = Register(), Register()
        self.reset()
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
            "function": self.meter.measurand.value,
            "range": self.meter.setup.range_,
            "reading": values[-1] if values else None,
            "text": self.display_text,
        }

    def reset(self) -> None:
        """Carry out `*RST`: settings only; registers, masks and the queue stay."""
        self.meter.measurand = Measurand.DC_VOLTAGE
        self.meter.setups.update(initial_setups(self.meter.model))
        self.acquisition.reset()
        self.display_text, self.display_on = "", True

    def acquire(self) -> float:
        """Take one trigger cycle's readings; return the instant (s) at which they are complete.

        An overload sets the questionable event and DDE, and puts nothing into the queue.
        """
        end = self.acquisition.run(self.cursor)
        if self.acquisition.overloaded:
            self.questionable.event |= OVERLOAD_BIT[self.meter.measurand]
            self.status.set(Event.DDE)
        return end

    def next_error(self) -> str:
        """Return the oldest error as `SYST:ERR?` does: number with a sign, text in quotes."""
        code, text = self.errors.pop() or NO_ERROR
        return f"{code:+d},{quoted(text)}"

    def _observe(self) -> None:
        """Set the event of a pending `*OPC` whose measurement is complete."""
        if self.completion is not None and self._clock.monotonic() >= self.completion:
            self.completion = None
            self.status.set(Event.OPC)

    def _summaries(self) -> int:
        byte = 4 if self.errors else 0
        if self.questionable.summary:
            byte |= 8
        if self.operation.summary:
            byte |= 128
        return byte
