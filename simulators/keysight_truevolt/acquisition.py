"""How a Truevolt multimeter takes readings: trigger system, pace and reading memory."""

from dataclasses import dataclass, field
from enum import StrEnum

from simulators.keysight_truevolt.meter import OVERLOAD, Timing, Truevolt


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

    def take(self, count: int) -> list[float]:
        """Return the oldest `count` readings and forget them."""
        taken, self.values = self.values[:count], self.values[count:]
        self.removed += len(taken)
        return taken


class Acquisition:
    """Readings on their way into memory.

    They are worked out when a cycle begins, from what the world is going to do unless someone
    interferes: a source changed before they are complete does not show in them.

    Attributes:
        armed: whether a trigger is awaited.
        until: instant (s) at which the present cycle is complete; 0 when idle.
        overloaded: whether the last cycle met an overload.
    """

    def __init__(self, meter: Truevolt) -> None:
        self.meter = meter
        self.triggering, self.memory = Triggering(), Memory()
        self.armed = False
        self.until = 0.0
        self.overloaded = False
        self._timing: Timing | None = None

    def busy(self, instant: float) -> bool:
        """Return whether a trigger is awaited or a cycle runs at `instant` (s)."""
        return self.armed or self.until > instant

    def revise(self) -> None:
        """Let a changed setting take effect."""
        self.meter.revise()
        self._timing = None

    def reset(self) -> None:
        """Go back to idle with an empty memory and the trigger system's defaults."""
        self.triggering, self.memory = Triggering(), Memory()
        self.armed, self.until = False, 0.0
        self.revise()

    def abort(self, instant: float) -> None:
        """Go back to idle; readings not complete at `instant` (s) are not kept."""
        if self.until:
            del self.memory.values[self.memory.done(instant) :]
        self.armed, self.until = False, 0.0

    def run(self, began: float) -> float:
        """Take one cycle's readings into memory; return the instant (s) of the end."""
        timing, meter = self._timing or self._pace(), self.meter
        triggering = self.triggering
        if triggering.samples == 1 and triggering.count == 1.0:
            value = meter.read(began + timing.middle)
            self.overloaded = value in (OVERLOAD, -OVERLOAD)
            self.memory = Memory([value], began, timing.total)
            return began + timing.total
        wanted = int(min(triggering.count * triggering.samples, meter.model.memory))
        first = began + timing.middle
        values = [meter.read(first + index * timing.total) for index in range(wanted)]
        self.overloaded = OVERLOAD in values or -OVERLOAD in values
        self.memory = Memory(values, began, timing.total)
        return began + wanted * timing.total

    def _pace(self) -> Timing:
        """Return when a reading is taken and done, trigger delay included."""
        timing, delay = self.meter.timing(), self.triggering.delay
        if delay is not None:
            shift = delay - self.meter.settling()
            timing = Timing(timing.middle + shift, timing.total + shift)
        self._timing = timing
        return timing
