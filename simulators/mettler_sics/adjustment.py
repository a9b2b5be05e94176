"""Adjustment with an external weight (C2), and with the built-in one (C1, C3).

For the former the balance asks for an empty pan, then for a weight; the latter needs an empty pan.

Source: MT-SICS reference pages for the sequence; patience and tolerance are choices.
"""

from dataclasses import dataclass
from enum import Enum, auto
from math import floor, log10

from simulators.weighing.scale import Scale

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 120.0
TOLERANCE = 0.01  # of the weight or of the capacity: what passes for it, and for nothing


class Step(Enum):
    """What the balance waits for."""

    EMPTY = auto()
    LOADED = auto()


class Outcome(Enum):
    """What came of a look."""

    WAITING = auto()
    ASKS_FOR_WEIGHT = auto()
    DONE = auto()
    GIVEN_UP = auto()


@dataclass(slots=True)
class Adjustment:
    """An adjustment under way.

    Attributes:
        nominal: value (kg) of the weight it asks for.
        begun: instant (s) of the command.
        next_at: instant (s) of the next look at the pan.
        step: what it waits for.
        command: that began it.
    """

    nominal: float
    begun: float
    next_at: float
    step: Step = Step.EMPTY
    command: str = "C2"

    def look(self, scale: Scale) -> Outcome:
        """Look at the pan at `next_at` and go on if what was asked for has been done."""
        now = self.next_at
        self.next_at += LOOK_SECONDS
        if now - self.begun > PATIENCE_SECONDS:
            return Outcome.GIVEN_UP
        if scale.stable_at(now) > now:
            return Outcome.WAITING
        wanted = 0.0 if self.step is Step.EMPTY else self.nominal
        gross = scale.gross(now)
        if abs(gross - wanted) > TOLERANCE * self.nominal:
            return Outcome.WAITING
        if self.step is Step.EMPTY:
            scale.zero(now)
            self.step = Step.LOADED
            return Outcome.ASKS_FOR_WEIGHT
        scale.cell.correct_slope((self.nominal - gross) / self.nominal)
        return Outcome.DONE


@dataclass(slots=True)
class InternalAdjustment:
    """An adjustment with the built-in weight under way; nothing is changed before its end.

    Attributes:
        command: that began it.
        next_at: instant (s) of its end.
    """

    command: str
    next_at: float

    def look(self, scale: Scale) -> Outcome:
        """Adjust, unless something lies on the pan."""
        if is_loaded(scale, self.next_at):
            return Outcome.GIVEN_UP
        scale.cell.adjust()
        scale.zero(self.next_at)
        return Outcome.DONE


def is_loaded(scale: Scale, instant: float) -> bool:
    """Return whether too much lies on the pan for an adjustment."""
    return abs(scale.gross(instant)) > TOLERANCE * scale.cell.specification.capacity


def external_weight(capacity: float) -> float:
    """Return the greatest weight (kg) of 1, 2 or 5 times a power of ten within `capacity` (kg)."""
    power = 10.0 ** floor(log10(capacity))
    return max(part * power for part in (1.0, 2.0, 5.0) if part * power <= capacity)
