"""The front panel of a 3458A: its own language in, replies and readings out.

Sources: 3458A User's Guide and Quick Reference Guide; a public transcription of the manual's
command reference.  There is no query error: a reply nobody read is overwritten.
"""

from collections.abc import Callable, Mapping

from simulators.clock import Clock
from simulators.keysight_3458a.language import (
    CALIBRATION_REQUIRED,
    RANGE,
    SYNTAX,
    Mistake,
    Unit,
    units_of,
)
from simulators.keysight_3458a.sampling import Sample, Sampler
from simulators.keysight_3458a.settings import (
    END_ALWAYS,
    END_OFF,
    OFF,
    ROWS,
    Settings,
)
from simulators.keysight_3458a.status import POWERED, Status
from simulators.keysight_3458a.text import LARGEST, reading_bytes
from simulators.multimeter.meter import Multimeter
from simulators.panel import Replies, Reply, Scalar
from simulators.world import World

OVER_RANGE = 1.2
INSIDE_ABOVE_AIR = 6.3  # K

Handler = Callable[["MeterPanel", tuple[str, ...]], str | None]


class MeterPanel:
    """One 3458A's remote face.

    Attributes:
        cursor: instant (s) at which the next command is carried out.
        status: its registers.
    """

    def __init__(
        self,
        meter: Multimeter,
        serial: str,
        world: World,
        told: Mapping[str, Handler],
        asked: Mapping[str, Handler],
    ) -> None:
        self.meter, self.serial = meter, serial
        self.settings = Settings()
        self.sampler = Sampler(meter, self.settings)
        self.status = Status(self.settings)
        self.cursor = world.clock.monotonic()
        self.ready_to_listen = self.cursor
        self._told, self._asked, self._world = told, asked, world
        self._clock: Clock = world.clock
        self._last: float | None = None

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        replies: list[Reply] = []
        for unit in units_of(message.decode("latin-1")):
            try:
                if isinstance(unit, Mistake):
                    raise unit
                answer = self._carry_out(unit)
            except Mistake as wrong:
                self.status.note(wrong.bit)
                continue
            if answer is not None:
                replies = [self._reply(answer)]  # a reply not read is overwritten by the next
            if not unit.asks and unit.header in ("TRIG", "TARM", "MEM"):
                readings = self._triggered(addressed=False)
                replies = list(readings) or replies
        self.ready_to_listen = self.cursor
        return tuple(replies)

    def talk(self) -> Replies:
        """Return a reading, if addressing the meter to talk brings one about."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        if self.settings.first("MEM") != OFF and self.sampler.memory:
            value = self.sampler.oldest()
            return (self._reading(Sample(value, self.cursor), last=True),)
        return self._triggered(addressed=True)

    def refuse_execution(self) -> None:
        """Note a parameter out of range."""
        self.status.note(RANGE)

    def remind(self) -> None:
        """Note that a calibration is required."""
        self.status.note(CALIBRATION_REQUIRED)

    def interrupted(self) -> None:
        """Do nothing: there is no query error."""

    def unterminated(self) -> None:
        """Do nothing: there is no query error."""

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte; a request is withdrawn."""
        return self.status.poll(self.byte(message_available=message_available))

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether a bit that RQS enables has been set since the last poll."""
        return self.status.requests(self.byte(message_available=message_available))

    def byte(self, *, message_available: bool) -> int:
        """Return the status byte without the request; while it is busy it is not ready."""
        ready = self._clock.monotonic() >= self.ready_to_listen
        available = message_available or bool(self.sampler.memory)
        return self.status.byte(ready=ready, available=available)

    def power_on(self) -> Replies:
        """Wake up free running, with END OFF."""
        self.reset()
        self.status.events = POWERED
        return ()

    def reset(self) -> None:
        """Carry out RESET."""
        self.settings.reset()
        self.sampler.forget()
        self.meter.reset()
        self.status.reset()

    def clear(self) -> Replies:
        """Carry out a device clear: buffers empty, a running multiple trigger stopped."""
        self.cursor = self.ready_to_listen = self._clock.monotonic()
        self.sampler.busy_until = self.cursor
        return ()

    def trigger(self) -> Replies:
        """Carry out a group execute trigger: as TRIG SGL (from memory, unverified)."""
        return self.receive(b"TRIG SGL")

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        return {
            "function": self.meter.measurand.value,
            "range": self.meter.setup.range_,
            "reading": self._last,
            "text": self.settings.message,
        }

    def scale(self, form: float) -> float:
        """Return what one count of an integer format is worth (ISCALE?); 1 for other formats."""
        if form not in LARGEST:
            return 1.0
        return self.meter.setup.range_ * OVER_RANGE / LARGEST[form]

    def internal_celsius(self) -> float:
        """Return the temperature (°C) inside."""
        return self._world.air.celsius + INSIDE_ABOVE_AIR

    def _carry_out(self, unit: Unit) -> str | None:
        handlers = self._asked if unit.asks else self._told
        if unit.header in handlers:
            return handlers[unit.header](self, unit.parameters)
        if unit.header not in ROWS:
            raise Mistake(SYNTAX)
        if unit.asks:
            return self.settings.asked(unit.header)
        self.settings.tell(unit.header, unit.parameters)
        return None

    def _triggered(self, *, addressed: bool) -> Replies:
        """Take the readings whose time has come; into memory when that is on."""
        samples = self.sampler.armed(self.cursor, addressed=addressed)
        if not samples:
            return ()
        self._last = samples[-1].value
        if self.settings.first("MEM") != OFF:
            self.cursor = max(self.cursor, samples[-1].ready)  # the bus is held meanwhile
            self.sampler.keep(samples)
            if not addressed:
                return ()
            return (self._reading(Sample(self.sampler.oldest(), self.cursor), last=True),)
        return tuple(self._reading(one, last=one is samples[-1]) for one in samples)

    def _reading(self, sample: Sample, *, last: bool) -> Reply:
        form = self.settings.first("OFORMAT")
        payload = reading_bytes(sample.value, form, self.scale(form))
        end = self.settings.first("END")
        return Reply(payload, sample.ready, ends=end == END_ALWAYS or (end != END_OFF and last))

    def _reply(self, answer: str) -> Reply:
        ends = self.settings.first("END") != END_OFF
        return Reply((answer + "\r\n").encode("latin-1"), self.cursor, ends=ends)
