"""How a multimeter takes readings: trigger system, pace and reading memory."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from simulators.multimeter.meter import OVERLOAD, Multimeter, Timing


class TriggerSource(StrEnum):
    """What starts a measurement."""

    IMMEDIATE = "IMM"
    BUS = "BUS"
    EXTERNAL = "EXT"
    INTERNAL = "INT"
    TIMER = "TIM"
    MANUAL = "MAN"


@dataclass(slots=True)
class Triggering:
    """The trigger system: source, delay (s; None is automatic), counts (readings).

    Attributes:
        interval: from one reading to the next (s) at least; 0 is as fast as it can.
    """

    source: TriggerSource = TriggerSource.IMMEDIATE
    delay: float | None = None
    count: float = 1.0
    samples: int = 1
    slope: str = "NEG"
    interval: float = 0.0


@dataclass(slots=True)
class Memory:
    """Readings since the last INITiate.

    Attributes:
        values: all of them, oldest first, whether complete or not.
        began: beginning (s) of the first reading of the last trigger.
        pace: from one of these readings to the next (s).
        before: readings of earlier triggers; negative once readings were removed.
    """

    values: list[float] = field(default_factory=list)
    began: float = 0.0
    pace: float = 0.0
    before: int = 0

    def done(self, instant: float) -> int:
        """Return how many readings were complete at `instant` (s) and are still here."""
        if not self.pace:
            return len(self.values)
        complete = int((instant - self.began) / self.pace + 1e-9) + self.before
        return max(0, min(len(self.values), complete))

    def completion(self, count: int) -> float:
        """Return the instant (s) at which the first `count` readings are complete."""
        return self.began + (count - self.before) * self.pace

    def take(self, count: int) -> list[float]:
        """Return the oldest `count` readings and forget them."""
        taken, self.values = self.values[:count], self.values[count:]
        self.before -= len(taken)
        return taken


class Acquisition:
    """Readings on their way into memory.

    They are worked out when a trigger comes, from what the world is going to do unless someone
    interferes: a source changed before they are complete does not show in them.

    Attributes:
        memory: the readings.
        most: how many of them there is room for.
        awaited: triggers still to come before it is idle again; 0 when none is awaited.
        until: instant (s) at which the present readings are complete; 0 when idle.
        overloaded: whether the last trigger's readings met an overload.
    """

    def __init__(self, meter: Multimeter) -> None:
        self.meter = meter
        self.triggering, self.memory = Triggering(), Memory()
        self.most = meter.specification.memory
        self.awaited = 0.0
        self.until = 0.0
        self.overloaded = False
        self._timing: Timing | None = None

    @property
    def armed(self) -> bool:
        """Whether a trigger is awaited."""
        return self.awaited > 0

    def busy(self, instant: float) -> bool:
        """Return whether a trigger is awaited or readings are taken at `instant` (s)."""
        return self.awaited > 0 or self.until > instant

    def revise(self) -> None:
        """Let a changed setting take effect."""
        self.meter.revise()
        self._timing = None

    def space(self, interval: float) -> None:
        """Let readings follow each other in `interval` (s) at least."""
        if interval != self.triggering.interval:
            self.triggering.interval = interval
            self._timing = None

    def reset(self) -> None:
        """Go back to idle with an empty memory and the trigger system's defaults."""
        self.triggering, self.memory = Triggering(), Memory()
        self.awaited, self.until = 0.0, 0.0
        self.revise()

    def abort(self, instant: float) -> None:
        """Go back to idle; readings not complete at `instant` (s) are not kept."""
        if self.until:
            del self.memory.values[self.memory.done(instant) :]
        self.awaited, self.until = 0.0, 0.0

    def arm(self) -> None:
        """Empty the memory and wait for triggers."""
        self.memory = Memory()
        self.awaited = self.triggering.count

    def run(self, began: float) -> float:
        """Take the readings of every trigger at once; return the instant (s) of the end."""
        triggering = self.triggering
        if triggering.samples == 1 and triggering.count == 1.0:
            timing, meter = self._timing or self.timing(), self.meter
            value = meter.read(began + timing.middle)
            self.overloaded = value == OVERLOAD or value == -OVERLOAD
            self.memory = Memory([value], began, timing.total)
            return began + timing.total
        self.memory = Memory()
        return self.burst(began, triggering.count * triggering.samples)

    def trigger(self, began: float) -> float:
        """Take the readings of one awaited trigger; return the instant (s) of the end."""
        self.awaited -= 1.0
        return self.burst(began, self.triggering.samples)

    def burst(self, began: float, count: float) -> float:
        """Add `count` readings, as far as there is room; return the instant (s) of the end."""
        timing, meter = self._timing or self.timing(), self.meter
        memory = self.memory
        wanted = int(min(count, self.most - len(memory.values)))
        first = began + timing.middle
        values = [meter.read(first + index * timing.total) for index in range(wanted)]
        self.overloaded = OVERLOAD in values or -OVERLOAD in values
        memory.before, memory.began, memory.pace = len(memory.values), began, timing.total
        memory.values += values
        return began + (wanted * timing.total if count < inf else inf)

    def timing(self) -> Timing:
        """Return when a reading is taken and done, trigger delay included."""
        timing, delay = self.meter.timing(), self.triggering.delay
        if delay is not None:
            shift = delay - self.meter.settling()
            timing = Timing(timing.middle + shift, timing.total + shift)
        timing = Timing(timing.middle, max(timing.total, self.triggering.interval))
        self._timing = timing
        return timing
