"""The way of a pressure to its set-point, in closed form.

A ramp at a constant rate ends in a tail that takes its slope over: exponential, or ringing where
overshoot is allowed.
"""

from dataclasses import dataclass
from math import cos, exp, inf, log

DEEPEST = 700.0  # exponent beyond which exp() is nought


@dataclass(frozen=True, slots=True)
class Course:
    """From `start` to `target` (Pa), beginning at `began` (s).

    Attributes:
        start: pressure (Pa) at `began`.
        target: pressure (Pa) it settles to.
        began: instant (s) of the world's clock.
        rate: of the ramp (Pa/s); 0 stays where it is, infinity has a tail alone.
        tail: time constant (s) of the tail.
        ring: radians of ringing in one time constant of the tail; 0 never overshoots.
    """

    start: float
    target: float
    began: float
    rate: float = inf
    tail: float = 1.0
    ring: float = 0.0

    def at(self, instant: float) -> float:
        """Return the pressure (Pa) at `instant` (s)."""
        if self.rate == 0.0:
            return self.start
        sign = 1.0 if self.target >= self.start else -1.0
        age = max(instant - self.began, 0.0)
        distance = abs(self.target - self.start)
        amplitude, ramp = self._tail_begins()
        if age < ramp:
            left = distance - self.rate * age
        else:
            since = min((age - ramp) / self.tail, DEEPEST)
            left = amplitude * exp(-since) * cos(self.ring * since)
        return self.target - sign * left

    def inside(self, tolerance: float) -> float:
        """Return the instant (s) from which on it is within `tolerance` (Pa) of its target."""
        distance = abs(self.target - self.start)
        if distance <= tolerance:
            return self.began
        if self.rate == 0.0 or tolerance <= 0.0:
            return inf
        amplitude, ramp = self._tail_begins()
        if amplitude <= tolerance:
            return self.began + (distance - tolerance) / self.rate
        return self.began + ramp + self.tail * log(amplitude / tolerance)

    def _tail_begins(self) -> tuple[float, float]:
        """Return the distance (Pa) at which the tail takes over, and when (s after `began`)."""
        distance = abs(self.target - self.start)
        knee = self.rate * self.tail
        if distance <= knee:
            return distance, 0.0
        return knee, (distance - knee) / self.rate
