"""How a 53230A takes readings: functions, gates, triggers, and the memory they go into."""

from dataclasses import dataclass
from enum import Enum
from math import inf

from simulators.keysight_53230a.counter import Channel, Counter
from simulators.keysight_53230a.kept import INPUTS, KEPT
from simulators.keysight_53230a.specification import (
    CHANNELS,
    DEFAULT_GATE,
    MOST_READINGS,
    NOT_A_NUMBER,
    TIMEOUT_SECONDS,
)
from simulators.language.scpi_channels import Keeper
from simulators.language.scpi_errors import ScpiError
from simulators.panel import Scalar

BETWEEN_READINGS = 1e-4  # s, a choice
TIME_BASE_INVALID = 1 << 10


class Quantity(Enum):
    """What is counted; the value is its name in answers."""

    FREQUENCY = "FREQ"
    PERIOD = "PER"
    SINGLE_PERIOD = "SPER"
    RATIO = "FREQ:RAT"


@dataclass(slots=True)
class Settings:
    """What a reset brings back.

    Attributes:
        quantity: what is counted.
        channels: on which inputs; two for a ratio.
        gate: time (s).
        trigger: IMM, EXT or BUS.
        triggers: how many are taken before it is idle again.
        samples: readings for each trigger.
        delay: from the trigger to the first gate (s).
        timeout: how long a reading waits for a signal (s).
        binary: whether readings are sent as 64-bit numbers.
        swapped: whether their bytes come in reverse order.
    """

    quantity: Quantity = Quantity.FREQUENCY
    channels: tuple[int, ...] = (1,)
    gate: float = DEFAULT_GATE
    trigger: str = "IMM"
    triggers: float = 1.0
    samples: float = 1.0
    delay: float = 0.0
    timeout: float = TIMEOUT_SECONDS
    binary: bool = False
    swapped: bool = False


class Front:
    """The counter as its panel commands it.

    Readings are worked out when somebody wants them, from what the world is then: a source changed
    before they are fetched shows in them.

    Attributes:
        settings: as they are.
        awaited: triggers still to come; 0 when idle.
        readings: those not yet removed, with the instants (s) at which they were complete.
    """

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.settings = Settings()
        self.kept, self.inputs = Keeper(KEPT), Keeper(INPUTS)
        self.awaited = 0.0
        self.readings: list[tuple[float, float]] = []
        self._due = 0
        self._next = 0.0

    def reset(self, instant: float) -> None:
        """Go back to frequency on channel 1 with a gate of 0.1 s."""
        self.abort(instant)
        self.settings, self.readings = Settings(), []
        self.kept.reset()
        self.inputs.reset()
        self.counter.external = None
        for channel in CHANNELS:
            self.counter.channels[channel] = Channel()

    def abort(self, instant: float) -> None:
        """Go back to idle; readings complete at `instant` (s) are kept."""
        self._work_out(instant)
        self.awaited, self._due = 0.0, 0

    def busy_until(self) -> float:
        """Return the instant (s) of the last reading under way; infinite for a trigger to come."""
        if self.awaited:
            return inf
        self._work_out(inf)
        return self._next

    def conditions(self, instant: float) -> dict[str, int]:
        """Return bit 10 of the questionable register for a reference that is not there."""
        return {"questionable": TIME_BASE_INVALID if self.counter.unlocked else 0}

    def shown(self) -> dict[str, Scalar]:
        """Return the function and the last reading."""
        last = self.readings[-1][1] if self.readings else None
        return {"function": self.settings.quantity.value, "reading": last}

    def initiate(self, instant: float) -> None:
        """Empty the memory and wait for triggers.

        Raises:
            ScpiError: −213 while it is waiting or counting.
        """
        if self.awaited or self._left(instant):
            raise ScpiError(-213)
        self.readings, self._due = [], 0
        self.awaited = self.settings.triggers
        if self.settings.trigger == "IMM":
            self._begin(instant, self.awaited)

    def triggered(self, instant: float) -> None:
        """Take a trigger of the bus.

        Raises:
            ScpiError: −211 when none is awaited.
        """
        if not self.awaited or self.settings.trigger != "BUS":
            raise ScpiError(-211)
        self._work_out(inf)
        self._begin(max(instant, self._next), 1.0)

    def complete(self, instant: float) -> int:
        """Return how many readings are complete at `instant` (s)."""
        self._work_out(instant)
        return sum(1 for done, _ in self.readings if done <= instant)

    def instant_of(self, count: int) -> float:
        """Return the instant (s) at which `count` readings are complete; infinite: never."""
        while len(self.readings) < count and self._due:
            self._take()
        return self.readings[count - 1][0] if len(self.readings) >= count else inf

    def remove(self, count: int) -> list[float]:
        """Return the oldest `count` readings and forget them."""
        taken, self.readings = self.readings[:count], self.readings[count:]
        return [value for _, value in taken]

    def _begin(self, instant: float, triggers: float) -> None:
        self.awaited -= triggers
        room = MOST_READINGS - len(self.readings)
        self._due = int(min(triggers * self.settings.samples, room))
        self._next = instant + self.settings.delay

    def _left(self, instant: float) -> int:
        self._work_out(instant)
        return self._due

    def _work_out(self, until: float) -> None:
        """Take the readings that begin before `until` (s)."""
        while self._due and self._next < until:
            self._take()

    def _take(self) -> None:
        """Take the next reading; without a signal it is given up after the timeout."""
        value = self._value(self._next)
        self._next += self.settings.timeout if value is None else self.settings.gate
        self.readings.append((self._next, NOT_A_NUMBER if value is None else value))
        self._next += BETWEEN_READINGS
        self._due -= 1

    def _value(self, instant: float) -> float | None:
        settings = self.settings
        counted = [self.counter.hertz(one, instant, settings.gate) for one in settings.channels]
        first = counted[0]
        if first is None:
            return None
        if settings.quantity is Quantity.RATIO:
            return None if counted[1] is None else first / counted[1]
        return first if settings.quantity is Quantity.FREQUENCY else 1.0 / first
