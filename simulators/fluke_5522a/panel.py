"""The front panel of a 5522A: its own language in, replies with an instant out.

Sources: 5522A Operators Manual, chapters 5 and 6 and appendix D; 5500A Operator Manual, figure
5-11 for the instrument status register; identity and reset replies as captured.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from simulators.clock import Clock
from simulators.fluke_5522a.calibrator import HIGH_VOLTAGE, RESET, Calibrator, Setting
from simulators.fluke_5522a.language import (
    ERRORS,
    NO_ERROR,
    CalibratorError,
    Parameter,
    Unit,
    units_of,
)
from simulators.fluke_5522a.specification import Kind
from simulators.language.programs import Programs, Step
from simulators.language.status import ErrorQueue, Event, Register, StandardStatus
from simulators.panel import Replies, Reply, Scalar

QUEUE_DEPTH = 16
SETTLED, REMOTE, HIGH_VOLTS, OPERATE = 1 << 12, 1 << 11, 1 << 7, 1
RESET_SECONDS = 0.5  # `*RST` holds later commands until it is complete; the time is a choice
NO_REPLIES: Replies = ()


@dataclass(slots=True)
class Switches:
    """Settings that the physics does not need, as the queries give them back.

    Attributes:
        words: header without its query mark → keyword.
        range_locked: whether dc ranges stay (RANGELCK).
        volts: user limits (V), positive and negative.
        amperes: user limits (A), positive and negative.
        duty_percent: of a square wave.
        phase_degrees: between the outputs of a dual function.
    """

    words: dict[str, str] = field(
        default_factory=lambda: {
            "LOWS": "TIED",
            "EARTH": "OPEN",
            "EXTGUARD": "OFF",
            "LCOMP": "OFF",
            "DBMZ": "Z600",
            "TSENS_TYPE": "TC",
        }
    )
    range_locked: bool = False
    volts: tuple[float, float] = (1020.0, -1020.0)
    amperes: tuple[float, float] = (20.5, -20.5)  # from memory, unverified
    duty_percent: float = 50.0
    phase_degrees: float = 0.0
    remote: bool = False


Handler = Callable[["CalibratorPanel", tuple[Parameter, ...]], str | None]


@dataclass(frozen=True, slots=True)
class Command:
    """Who carries a header out, and how many parameters it takes."""

    handler: Handler
    least: int = 0
    most: int = 0
    # A reply of indefinite length must be the last one of a message.
    indefinite: bool = False


class CalibratorPanel:
    """One calibrator's remote face."""

    def __init__(
        self,
        calibrator: Calibrator,
        serial: str,
        clock: Clock,
        commands: Mapping[str, Command],
    ) -> None:
        self.calibrator, self.serial = calibrator, serial
        self.switches = Switches()
        self.errors = ErrorQueue(QUEUE_DEPTH, (1, ERRORS[1][1]))
        self.status = StandardStatus(self._summaries)
        self.risen, self.fallen = Register(), Register(rising=0, falling=0x7FFF)
        self.cursor = clock.monotonic()
        self.answer_ready = 0.0
        self.answered = False
        self.completion: float | None = None
        self._clock = clock
        self._programs = Programs(lambda message: tuple(_steps(self, commands, message)))
        self.observe()

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        self.answer_ready = self.cursor
        replies: list[str] = []
        for step in self._programs[message]:
            self.observe()
            self.answered = bool(replies)
            try:
                reply = step()
            except CalibratorError as wrong:
                self.refuse(wrong.code)
            else:
                if reply is not None:
                    replies.append(reply)
        self.observe()
        self.status.forget_requests()
        if not replies:
            return NO_REPLIES
        payload = (";".join(replies) + "\n").encode("ascii")
        return (Reply(payload, max(self.cursor, self.answer_ready)),)

    def refuse(self, code: int) -> None:
        """Put an error into the queue and set the bit of its class."""
        event, text = ERRORS[code]
        self.status.set(event)
        if not self.errors.push(code, text):
            self.status.set(Event.DDE)

    def refuse_execution(self) -> None:
        """Put the code of a bad parameter value into the queue."""
        self.refuse(1306)

    def interrupted(self) -> None:
        """Note that a message came while a reply was unread."""
        self.refuse(1308)

    def unterminated(self) -> None:
        """Note that the controller reads though nothing was asked."""
        self.refuse(1309)

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte with RQS."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        self.observe()
        return self.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        self.observe()
        return self.status.requests(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up in standby, every mask clear."""
        self.cursor = self._clock.monotonic()
        self.completion = None
        self.errors.clear()
        self.status.power_on()
        self.risen, self.fallen = Register(), Register(rising=0, falling=0x7FFF)
        self.switches = Switches()
        self.apply(RESET, operating=False)
        return NO_REPLIES

    def clear(self) -> Replies:
        """Carry out a device clear: no pending waits, an empty standard event register."""
        self.cursor = self._clock.monotonic()
        self.completion = None
        self.status.read_event()
        return NO_REPLIES

    def trigger(self) -> Replies:
        """Carry out a group execute trigger: thermocouple measurement is not simulated."""
        self.refuse(1301)
        return NO_REPLIES

    def state(self) -> Mapping[str, Scalar]:
        """Return what the output display shows."""
        setting = self.calibrator.setting
        return {
            "operating": self.calibrator.operating,
            "function": function_name(setting),
            "output": setting.primary.value,
            "hertz": setting.hertz,
            "range": setting.primary.range_.name,
        }

    def apply(self, setting: Setting, *, operating: bool) -> None:
        """Give the physics a new setting at the present instant."""
        self.calibrator.change(setting, operating=operating, instant=self.cursor)
        self.observe()

    def trip(self) -> None:
        """Open the output relay as a protection does: standby, and an error in the queue."""
        self.apply(self.calibrator.setting, operating=False)
        self.refuse(104)

    def remind(self) -> None:
        """Put the advisory of an overdue zero calibration into the queue; nothing is refused."""
        self.refuse(319)

    def reset(self) -> None:
        """Carry out `*RST`: standby at 0 V; limits, registers, masks and the queue stay."""
        limits = self.switches.volts, self.switches.amperes
        self.switches = Switches(volts=limits[0], amperes=limits[1])
        self.apply(RESET, operating=False)
        self.cursor += RESET_SECONDS

    def condition(self) -> int:
        """Return the instrument status register at the present instant."""
        calibrator = self.calibrator
        word = SETTLED if self.cursor >= calibrator.settled_at else 0
        if self.switches.remote:
            word |= REMOTE
        if calibrator.setting.greatest_volts > HIGH_VOLTAGE:
            word |= HIGH_VOLTS
        return word | OPERATE if calibrator.operating else word

    def observe(self) -> None:
        """Bring events up to the present instant: settling, and a pending `*OPC`."""
        condition = self.condition()
        self.risen.change(condition)
        self.fallen.change(condition)
        if self.completion is not None and self.cursor >= self.completion:
            self.completion = None
            self.status.set(Event.OPC)

    def next_error(self) -> tuple[int, str]:
        """Return and forget the oldest error."""
        return self.errors.pop() or NO_ERROR

    def _summaries(self) -> int:
        byte = 8 if self.errors else 0
        return byte | 4 if self.risen.summary or self.fallen.summary else byte


def _steps(panel: CalibratorPanel, commands: Mapping[str, Command], message: str) -> Iterator[Step]:
    """Yield what each unit of `message` does; what is wrong becomes a step that raises."""
    sealed = False
    for unit in coupled_first(units_of(message)):
        if isinstance(unit, CalibratorError):
            yield partial(_refuse, unit)
            continue
        command = commands.get(unit.header)
        if command is None:
            yield partial(_refuse, CalibratorError(1301))
        elif not command.least <= len(unit.parameters) <= command.most:
            yield partial(_refuse, CalibratorError(1302))
        elif sealed and unit.header.endswith("?"):
            yield partial(_refuse, CalibratorError(1310))
        else:
            sealed = sealed or command.indefinite
            yield partial(command.handler, panel, unit.parameters)


def _refuse(wrong: CalibratorError) -> None:
    raise CalibratorError(wrong.code)


def coupled_first(units: list[Unit | CalibratorError]) -> list[Unit | CalibratorError]:
    """Move OUT and WAVE to the front of each run of coupled commands; `*WAI` ends a run."""
    order = ("OUT", "WAVE", "DC_OFFSET")
    arranged: list[Unit | CalibratorError] = []
    run: list[Unit] = []
    for unit in units:
        coupled = isinstance(unit, Unit) and unit.header in order
        if isinstance(unit, Unit) and coupled and unit.header not in {one.header for one in run}:
            run.append(unit)
            continue
        arranged += _in_order(run, order)
        if isinstance(unit, Unit) and coupled:
            run = [unit]  # a second OUT begins a new run
            continue
        arranged.append(unit)
        run = []
    return [*arranged, *_in_order(run, order)]


def _in_order(run: list[Unit], order: tuple[str, ...]) -> list[Unit]:
    return sorted(run, key=lambda unit: order.index(unit.header))


def function_name(setting: Setting) -> str:
    """Return what FUNC? answers."""
    first, second = setting.primary.kind, setting.secondary
    if second is None:
        return first.value
    power = {first, second.kind} & {Kind.DC_CURRENT, Kind.AC_CURRENT}
    alternating = first in (Kind.AC_VOLTAGE, Kind.AC_CURRENT)
    if power:
        return "AC_POWER" if alternating else "DC_POWER"
    return f"{first.value}_{second.kind.value}"
