"""What instruments show each other at their terminals, in closed form of time."""

from dataclasses import dataclass
from enum import Enum, auto
from math import exp
from typing import Protocol

SETTLED_AGE = 40.0  # time constants after which exp() is below the resolution of a float


class Quantity(Enum):
    """What a port imposes on whatever is wired to it."""

    NOTHING = auto()
    VOLTAGE = auto()
    CURRENT = auto()
    RESISTANCE = auto()
    CAPACITANCE = auto()


class Level(Protocol):
    """What a port shows as time passes."""

    def at(self, instant: float) -> float:
        """Return the level (V, A, Ω or F) at `instant` (s)."""
        ...


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A level that went from `start` to `final` exponentially, beginning at `began`.

    Attributes:
        start: level (V, A or Ω) at `began`.
        final: level (V, A or Ω) it settles to.
        began: instant (s) of the world's clock.
        time_constant: of the approach (s).
    """

    start: float
    final: float
    began: float
    time_constant: float

    def at(self, instant: float) -> float:
        """Return the level (V, A or Ω) at `instant` (s)."""
        age = (instant - self.began) / self.time_constant
        if age > SETTLED_AGE:
            return self.final
        return self.final + (self.start - self.final) * exp(-max(age, 0.0))


ZERO = Trajectory(start=0.0, final=0.0, began=0.0, time_constant=1.0)


@dataclass(frozen=True, slots=True)
class Output:
    """What a source's port offers.

    Attributes:
        quantity: what it imposes.
        dc: direct component (V or A), or the resistance (Ω) or capacitance (F).
        ac: alternating component (V or A, rms).
        hertz: true frequency (Hz) of `ac`.
        source_ohms: internal resistance (Ω) of a voltage source.
        noise: rms (V, A, Ω or F) seen in a band of one reading.
        sense_ports: ports at which the sense leads of a four-wire ohmmeter find the resistance.
        compensated_two_wire: whether the source takes the leads out of a two-wire resistance.
        heating: how far a resistance rises with the square of the current in it (Ω/A²).
        stray_farads: between the terminals (F) where nothing is offered.
    """

    quantity: Quantity
    dc: Level = ZERO
    ac: Trajectory = ZERO
    hertz: float = 0.0
    source_ohms: float = 0.0
    noise: float = 0.0
    sense_ports: tuple[str, ...] = ()
    compensated_two_wire: bool = False
    heating: Level = ZERO
    stray_farads: float = 0.0


NOTHING = Output(Quantity.NOTHING)
