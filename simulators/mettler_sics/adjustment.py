"""Adjustment with an external weight (C2): the balance asks for an empty pan, then for a weight.

Source: MT-SICS reference pages for the sequence; patience and tolerance are choices.
"""

from dataclasses import dataclass
from enum import Enum, auto
from math import floor, log10

from simulators.weighing.scale import Scale

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 120.0
TOLERANCE = 0.01  # of the weight: what passes for it, and for nothing


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
    """

    nominal: float
    begun: float
    next_at: float
    step: Step = Step.EMPTY

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


def external_weight(capacity: float) -> float:
    """Return the greatest weight (kg) of 1, 2 or 5 times a power of ten within `capacity` (kg)."""
    power = 10.0 ** floor(log10(capacity))
    return max(part * power for part in (1.0, 2.0, 5.0) if part * power <= capacity)
