"""Values that a balance sends again and again: SIR, SR, SNR."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from simulators.weighing.scale import Outcome, Reading, Scale


class Kind(Enum):
    """Which values are sent."""

    ALL = auto()  # SIR
    CHANGES = auto()  # SR
    STABLE_CHANGES = auto()  # SNR


DEFAULT_SHARE, DEFAULT_STEPS = 0.125, 30.0  # of the last stable value, and at least, in d
PERIOD_SECONDS = 0.1  # 10 values a second (10 to 23 are typical)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that goes on until another weighing command or `@`.

    Attributes:
        kind: which values.
        next_at: instant (s) of the next look at the display.
        command: that it answers.
        threshold: change (kg) that is worth sending; None: the default.
        last: last stable value sent (kg).
        moved: whether a change has been told and its stable value has not.
    """

    kind: Kind
    next_at: float
    command: str = "S"
    threshold: float | None = None
    last: float = 0.0
    moved: bool = False

    def look(self, scale: Scale) -> tuple["Stream", Reading | None]:
        """Return the stream after its next look, and the reading worth sending, if any."""
        reading = scale.reading(self.next_at)
        later = replace(self, next_at=self.next_at + PERIOD_SECONDS)
        if self.kind is Kind.ALL:
            return later, reading
        if reading.range_ is not Outcome.DONE:
            return later, None
        if self.moved:
            if reading.stable:
                return replace(later, moved=False, last=reading.net), reading
            return later, None
        limit = self.threshold
        if limit is None:
            limit = max(DEFAULT_SHARE * abs(self.last), DEFAULT_STEPS * reading.step)
        if abs(reading.net - self.last) <= limit:
            return later, None
        if reading.stable:
            return replace(later, last=reading.net), reading
        told = reading if self.kind is Kind.CHANGES else None
        return replace(later, moved=True), told
