"""The front panel of an 8508A.

Sources: PhilippCo/testgear (testgear/Fluke/F8508A.py) for the commands, 8508A User's Manual p. 4-19
for the error queues, last in first out.  From memory, unverified: the common commands, the form of
a reading and of an overload, 0 as the answer of an empty DDQ?, and the state after a reset.
"""

from collections.abc import Callable, Mapping
from math import inf

from simulators.clock import Clock
from simulators.fluke_8508a.language import (
    FUNCTIONS,
    NOTHING_QUEUED,
    OUT_OF_LIMIT,
    CommandError,
    ExecutionError,
    Unit,
    units_of,
)
from simulators.fluke_8508a.measuring import Measuring
from simulators.language.status import Event, StandardStatus
from simulators.multimeter.meter import OVERLOAD, Multimeter
from simulators.panel import Replies, Reply, Scalar

FIRMWARE = "1.0"  # as in a client's test data
SHOWN_OVERLOAD = "200.0000E+33"
QUEUE_DEPTH = 20
CALIBRATION_ADVICE = 1  # number of a device error that warns; from memory, unverified
DIGITS = ("5", "6", "7", "8")


class ReferencePanel:
    """One 8508A's remote face.

    Attributes:
        cursor: instant (s) at which the next command is carried out; infinity waits for ever.
    """

    def __init__(self, meter: Multimeter, serial: str, clock: Clock, pace: float) -> None:
        self.measuring, self.serial = Measuring(meter, pace), serial
        self.status = StandardStatus(lambda: 0)
        self.cursor = clock.monotonic()
        self._executions: list[int] = []
        self._devices: list[int] = []
        self._taken: tuple[float, float] | None = None
        self._last: float | None = None
        self._answered = False
        self._clock = clock

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        replies: list[str] = []
        for unit in units_of(message.decode("latin-1")):
            if self.cursor == inf:
                break  # waiting for ever: nothing but a device clear is listened to
            self._answered = bool(replies)
            try:
                if isinstance(unit, CommandError):
                    raise unit
                answer = self._carry_out(unit)
            except CommandError:
                self.status.set(Event.CME)
                break
            except ExecutionError as wrong:
                self._executed_wrongly(wrong.number)
            else:
                if answer is not None:
                    replies.append(answer)
        self.status.forget_requests()
        if not replies:
            return ()
        return (Reply((";".join(replies) + "\n").encode(), self.cursor),)

    def refuse_execution(self) -> None:
        """Put 1013, data out of limit, into the queue."""
        self._executed_wrongly(OUT_OF_LIMIT)

    def remind(self) -> None:
        """Put a device error into its queue: calibration is due."""
        self._devices = [*self._devices, CALIBRATION_ADVICE][-QUEUE_DEPTH:]
        self.status.set(Event.DDE)

    def interrupted(self) -> None:
        """Note a query error: a message came while a reply was unread."""
        self.status.set(Event.QYE)

    def unterminated(self) -> None:
        """Note a query error: the controller reads though nothing was asked."""
        self.status.set(Event.QYE)

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte with RQS."""
        return self.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        return self.status.requests(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up as after a reset, masks clear, queues empty."""
        self.clear()
        self._executions, self._devices = [], []
        self.status.power_on()
        self.reset()
        return ()

    def clear(self) -> Replies:
        """Carry out a device clear."""
        self.cursor = self._clock.monotonic()
        self._taken = None
        return ()

    def trigger(self) -> Replies:
        """Carry out a group execute trigger."""
        return self.receive(b"*TRG")

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        return {
            "function": self.measuring.settings.header,
            "range": self.measuring.meter.setup.range_,
            "reading": self._last,
            "input": self.measuring.settings.input,
        }

    def reset(self) -> None:
        """Carry out `*RST`."""
        self._taken = None
        self.measuring.reset()

    def _executed_wrongly(self, number: int) -> None:
        self._executions = [*self._executions, number][-QUEUE_DEPTH:]
        self.status.set(Event.EXE)

    def _carry_out(self, unit: Unit) -> str | None:
        if unit.header in FUNCTIONS:
            self.measuring.choose(unit)
            self._taken = None
            return None
        if unit.header in _ASKED and not unit.parameters:
            return _ASKED[unit.header](self)
        if unit.header in _TOLD:
            _TOLD[unit.header](self, unit)
            return None
        raise CommandError

    def take(self) -> None:
        """Take a reading from now on, as `*TRG` does."""
        self._taken = self.measuring.take(self.cursor)

    def reading(self) -> str:
        """Answer RDG?: the reading of a trigger, else the next one; without a trigger never."""
        if self._taken is None and self.measuring.settings.trigger == "EXT":
            self.cursor = inf
            return ""
        value, ready = self._taken or self.measuring.take(self.cursor)
        self._taken, self._last = None, value
        self.cursor = max(self.cursor, ready)
        if abs(value) >= OVERLOAD:
            return ("+" if value > 0 else "-") + SHOWN_OVERLOAD
        return f"{value:+.8E}"

    def next_execution_error(self) -> str:
        """Answer EXQ?: the newest execution error."""
        return str(self._executions.pop() if self._executions else NOTHING_QUEUED)

    def next_device_error(self) -> str:
        """Answer DDQ?: the newest device error."""
        return str(self._devices.pop() if self._devices else 0)

    def byte(self) -> str:
        """Answer `*STB?`."""
        return str(self.status.byte(message_available=self._answered))

    def forget_errors(self) -> None:
        """Carry out `*CLS`."""
        self.status.read_event()
        self._executions, self._devices = [], []


def _triggered_reading(panel: ReferencePanel) -> str:
    panel.take()
    return panel.reading()


def _mask(unit: Unit) -> int:
    value = unit.number()
    if not 0 <= value <= 255:
        raise ExecutionError(OUT_OF_LIMIT)
    return round(value)


def _event_enable(panel: ReferencePanel, unit: Unit) -> None:
    panel.status.event_enable = _mask(unit)


def _service_enable(panel: ReferencePanel, unit: Unit) -> None:
    panel.status.service_enable = _mask(unit) & ~64


def _trigger_source(panel: ReferencePanel, unit: Unit) -> None:
    panel.measuring.settings.trigger = unit.word("INT", "EXT")


def _input(panel: ReferencePanel, unit: Unit) -> None:
    panel.measuring.settings.input = unit.word("FRONT", "REAR", "OFF")


def _guard(panel: ReferencePanel, unit: Unit) -> None:
    unit.word("INT", "EXT")  # nothing in this world depends on it


def _bare(act: Callable[[ReferencePanel], None]) -> Callable[[ReferencePanel, Unit], None]:
    def carry_out(panel: ReferencePanel, unit: Unit) -> None:
        if unit.parameters:
            raise CommandError
        act(panel)

    return carry_out


def _nothing(panel: ReferencePanel) -> None:
    """Do nothing: every command is carried out before the next one."""


_ASKED: Mapping[str, Callable[[ReferencePanel], str]] = {
    "*IDN?": lambda panel: f"FLUKE,8508A,{panel.serial},{FIRMWARE}",
    "*OPT?": lambda panel: "0",
    "*ESE?": lambda panel: str(panel.status.event_enable),
    "*ESR?": lambda panel: str(panel.status.read_event()),
    "*SRE?": lambda panel: str(panel.status.service_enable),
    "*STB?": lambda panel: panel.byte(),
    "*OPC?": lambda panel: "1",
    "*TST?": lambda panel: "0",
    "X?": _triggered_reading,
    "RDG?": lambda panel: panel.reading(),
    "EXQ?": lambda panel: panel.next_execution_error(),
    "DDQ?": lambda panel: panel.next_device_error(),
}
_TOLD: Mapping[str, Callable[[ReferencePanel, Unit], None]] = {
    "*CLS": _bare(lambda panel: panel.forget_errors()),
    "*RST": _bare(lambda panel: panel.reset()),
    "*TRG": _bare(lambda panel: panel.take()),
    "*WAI": _bare(_nothing),
    "*OPC": _bare(lambda panel: panel.status.set(Event.OPC)),
    "*ESE": _event_enable,
    "*SRE": _service_enable,
    "TRG_SRCE": _trigger_source,
    "INPUT": _input,
    "GUARD": _guard,
}
