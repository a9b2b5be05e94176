"""What a balance shows: the cell's force less zero and tare, in steps of d."""

from dataclasses import dataclass
from enum import Enum, auto
from math import floor, log10

from simulators.weighing.balance import WeighingCell

ZERO_RANGE = 0.02  # of the capacity, each way; a usual value (from memory, unverified)
GRAMS = 1e3  # per kilogram


class Outcome(Enum):
    """How an attempt to weigh, zero or tare ended."""

    DONE = auto()
    ABOVE = auto()
    BELOW = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """One displayed value.

    Attributes:
        net: indication (kg), a multiple of `step`.
        step: scale interval d (kg) in force.
        stable: whether it is called stable.
        range_: whether the load can be weighed.
        failure: what is shown instead of a value; empty: nothing is.
    """

    net: float
    step: float
    stable: bool
    range_: Outcome
    failure: str = ""


class Scale:
    """Zero, tare and display of one weighing cell."""

    def __init__(self, cell: WeighingCell, instant: float) -> None:
        self.cell = cell
        self.tare = 0.0
        self._centre = self._zero = cell.force(instant)

    def power_on(self, instant: float) -> None:
        """Take what lies on the pan for nought, as on switching on; no tare."""
        self._centre = self._zero = self.cell.force(instant)
        self.tare = 0.0

    def gross(self, instant: float) -> float:
        """Return the load (kg) less zero."""
        return self.cell.force(instant) - self._zero

    def reading(self, instant: float) -> Reading:
        """Return what is displayed at `instant` (s)."""
        gross = self.gross(instant)
        step = self.cell.step(gross)
        net = stepped(gross - self.tare, step)
        stable = self.cell.stable_at(instant) <= instant
        return Reading(net, step, stable, self._range(gross), self.cell.failure)

    def stable_at(self, instant: float) -> float:
        """Return the instant (s), not before `instant`, of the next stable value."""
        return self.cell.stable_at(instant)

    def zero(self, instant: float) -> Outcome:
        """Take the load at `instant` (s) for nought; clears the tare."""
        force = self.cell.force(instant)
        reach = ZERO_RANGE * self.cell.specification.capacity
        if abs(force - self._centre) > reach:
            return Outcome.ABOVE if force > self._centre else Outcome.BELOW
        self._zero, self.tare = force, 0.0
        return Outcome.DONE

    def take_tare(self, instant: float) -> Outcome:
        """Store the gross load at `instant` (s) as tare."""
        gross = self.gross(instant)
        outcome = self._range(gross)
        if outcome is not Outcome.DONE:
            return outcome
        tare = stepped(gross, self.cell.step(gross))
        if tare < 0.0:
            return Outcome.BELOW
        self.tare = tare
        return Outcome.DONE

    def _range(self, gross: float) -> Outcome:
        if self.cell.overloaded(gross):
            return Outcome.ABOVE
        return Outcome.BELOW if self.cell.underloaded(gross) else Outcome.DONE


def stepped(kilograms: float, step: float) -> float:
    """Return `kilograms` rounded to a multiple of `step`; no negative nought."""
    return round(kilograms / step) * step + 0.0


def decimals(step: float, per_kilogram: float) -> int:
    """Return the decimals with which a multiple of `step` (kg) is written in another unit."""
    return max(0, -floor(log10(step * per_kilogram) + 1e-9))
