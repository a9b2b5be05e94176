"""How a 3458A takes readings: arming, triggering, sets of readings, memory and math."""

from collections import deque
from dataclasses import dataclass
from math import sqrt

from simulators.keysight_3458a.language import MEMORY, Mistake
from simulators.keysight_3458a.settings import (
    AUTO,
    CONT,
    FIFO,
    HOLD,
    LIFO,
    LINE,
    OFF,
    SGL,
    SYN,
    TIMER,
    Settings,
)
from simulators.keysight_3458a.text import SIZES
from simulators.multimeter.meter import OVERLOAD, Multimeter

MEMORY_BYTES = 20480
MOST_AT_ONCE = 100_000  # readings of one set: a reply is worked out whole
ASCII_BYTES = 16
NULL, PERCENT, SCALE, STATISTICS = 7.0, 8.0, 11.0, 12.0
MAX, MEAN, MIN, NSAMP, OFFSET, PERC, SCALING, SDEV = 3, 4, 5, 6, 7, 8, 11, 12


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading and the instant (s) at which it was complete."""

    value: float
    ready: float


class Sampler:
    """The trigger system and the reading memory of one meter.

    Attributes:
        memory: readings kept, oldest first.
        busy_until: instant (s) at which the last set is complete.
    """

    def __init__(self, meter: Multimeter, settings: Settings) -> None:
        self.meter, self.settings = meter, settings
        self.memory: deque[float] = deque()
        self.busy_until = 0.0
        self._statistics: list[float] = []
        self._nulling = False

    @property
    def room(self) -> int:
        """How many readings the memory holds."""
        return MEMORY_BYTES // SIZES.get(self.settings.first("MFORMAT"), ASCII_BYTES)

    def forget(self) -> None:
        """Empty the memory and stop."""
        self.memory.clear()
        self.busy_until = 0.0

    def begin_math(self) -> None:
        """Start the math function anew: a null is taken from the next reading."""
        self._nulling = self.settings.first("MATH") == NULL
        self._statistics = []

    def chosen_memory(self, mode: float) -> None:
        """Carry out MEM: LIFO and FIFO begin with an empty memory."""
        if mode in (LIFO, FIFO):
            self.memory.clear()

    def armed(self, instant: float, *, addressed: bool = False) -> list[Sample]:
        """Return the readings that the present events bring about, if all of them are true.

        Args:
            instant: from when (s).
            addressed: whether the meter is addressed to talk, which is what SYN waits for.
        """
        arm, trigger = self.settings.first("TARM"), self.settings.first("TRIG")
        waits = SYN in (arm, trigger, self.settings.values["NRDGS"][1])
        true = {AUTO, SGL, LINE, SYN}
        if arm not in true or trigger not in true:
            return []
        if not addressed and (waits or (arm == AUTO and trigger in (AUTO, LINE))):
            return []  # free running: nobody looks at what the display shows
        sets = int(min(self.settings.values["TARM"][1], MOST_AT_ONCE)) if arm == SGL else 1
        samples: list[Sample] = []
        for _ in range(sets):
            begun = samples[-1].ready if samples else max(instant, self.busy_until)
            samples += self._set(begun)
            if len(samples) >= MOST_AT_ONCE:
                break
        self._after(arm, trigger)
        return samples

    def oldest(self) -> float:
        """Take a reading out of the memory, as addressing the meter to talk does.

        Raises:
            Mistake: it is empty.
        """
        if not self.memory:
            raise Mistake(MEMORY)
        return self.memory.pop() if self.settings.first("MEM") == LIFO else self.memory.popleft()

    def keep(self, samples: list[Sample]) -> None:
        """Put readings into the memory; the newest ones are lost when it is full (FIFO, CONT)."""
        for sample in samples:
            if len(self.memory) < self.room:
                self.memory.append(sample.value)
            elif self.settings.first("MEM") in (LIFO, CONT):
                self.memory.popleft()
                self.memory.append(sample.value)

    def pace(self) -> tuple[float, float]:
        """Return when a reading looks at its input and when it is done (s after it begins)."""
        timing, delay = self.meter.timing(), self.settings.first("DELAY")
        shift = 0.0 if delay < 0.0 else delay - self.meter.settling()
        total = timing.total + shift
        if self.settings.values["NRDGS"][1] == TIMER:
            total = max(total, self.settings.first("TIMER"))
        return timing.middle + shift, max(total, 1e-5)

    def _set(self, begun: float) -> list[Sample]:
        count = int(min(self.settings.first("NRDGS"), MOST_AT_ONCE))
        if self.settings.values["NRDGS"][1] == SYN:
            count = 1
        samples = []
        for _ in range(count):
            value, ready = self._one(begun)
            samples.append(Sample(value, ready))
            begun = ready
        self.busy_until = begun
        return samples

    def _one(self, begun: float) -> tuple[float, float]:
        middle, total = self.pace()
        value = self.meter.read(begun + middle)
        return self._computed(value), begun + total

    def _computed(self, value: float) -> float:
        """Return a reading as the math function in use leaves it."""
        kind, registers = self.settings.first("MATH"), self.settings.registers
        if abs(value) >= OVERLOAD or kind == OFF:
            return value
        if kind == NULL:
            if self._nulling:
                registers[OFFSET], self._nulling = value, False
            return value - registers.get(OFFSET, 0.0)
        if kind == SCALE:
            return (value - registers.get(OFFSET, 0.0)) / (registers.get(SCALING) or 1.0)
        if kind == PERCENT:
            reference = registers.get(PERC) or 1.0
            return (value - reference) / reference * 100.0
        if kind == STATISTICS:
            self._note(value)
        return value

    def _note(self, value: float) -> None:
        seen, registers = self._statistics, self.settings.registers
        seen.append(value)
        mean = sum(seen) / len(seen)
        spread = sum((one - mean) ** 2 for one in seen) / max(len(seen) - 1, 1)
        registers.update({
            NSAMP: float(len(seen)), MEAN: mean, SDEV: sqrt(spread), MIN: min(seen), MAX: max(seen),
        })  # fmt: skip

    def _after(self, arm: float, trigger: float) -> None:
        """Let single events fall back to HOLD."""
        if arm == SGL:
            self.settings.put("TARM", HOLD, 1.0)
        if trigger == SGL:
            self.settings.put("TRIG", HOLD)
