"""The way of a temperature to its set-point, in closed form.

At full power a block tends exponentially to a temperature it never reaches; the scan rate bounds
how fast it may go; on arrival it overshoots and comes to rest.  The shape of the overshoot is a
choice; the speeds are fitted to published heating and cooling times.
"""

from dataclasses import dataclass
from math import exp, inf, log

OVERSHOOT_SHARE = 0.004  # of the step
OVERSHOOT_KELVIN = 1.0  # at most
RESTS = 9.0  # tail constants after which an overshoot of 1 K is below 0.01 K


@dataclass(frozen=True, slots=True)
class Drive:
    """Full heating or cooling power.

    Attributes:
        asymptote: temperature (°C) it tends to.
        time_constant: with which it does (s).
    """

    asymptote: float
    time_constant: float


@dataclass(frozen=True, slots=True)
class Approach:
    """From `start` to `target` (°C), beginning at `began` (s).

    Attributes:
        start: temperature (°C) at `began`.
        target: set-point (°C).
        began: instant (s) of the world's clock.
        drive: what moves it.
        rate: bound of the speed (K/s).
        stabilising: time (s) after arrival until it rests.
        knee: temperature (°C) from which on the drive is slower than `rate`.
    """

    start: float
    target: float
    began: float
    drive: Drive
    rate: float
    stabilising: float
    knee: float

    def at(self, instant: float) -> float:
        """Return the temperature (°C) at `instant` (s)."""
        age = max(instant - self.began, 0.0)
        to_knee = abs(self.knee - self.start) / self.rate
        if age < to_knee:
            return self.start + self._sign * self.rate * age
        arrival = self._age_at(self.target)
        if age < arrival:
            left = exp(-(age - to_knee) / self.drive.time_constant)
            return self.drive.asymptote + (self.knee - self.drive.asymptote) * left
        since = (age - arrival) / (self.stabilising / RESTS)
        overshoot = min(OVERSHOOT_SHARE * abs(self.target - self.start), OVERSHOOT_KELVIN)
        return self.target + self._sign * overshoot * since * exp(1.0 - min(since, 700.0))

    def passes(self, celsius: float) -> float:
        """Return the instant (s) at which it is at `celsius` (°C) on the way; inf: never."""
        if not min(self.start, self.target) < celsius < max(self.start, self.target):
            return inf
        return self.began + self._age_at(celsius)

    @property
    def _sign(self) -> float:
        return 1.0 if self.target >= self.start else -1.0

    def _age_at(self, celsius: float) -> float:
        """Return the time (s) to `celsius` (°C), between start and target."""
        if self._sign * (celsius - self.knee) <= 0.0:
            return abs(celsius - self.start) / self.rate
        gone = (self.drive.asymptote - self.knee) / (self.drive.asymptote - celsius)
        return abs(self.knee - self.start) / self.rate + self.drive.time_constant * log(gone)


def approach(
    *,
    start: float,
    target: float,
    began: float,
    drive: Drive,
    rate: float,
    stabilising: float,
) -> Approach:
    """Return the way from `start` to `target` (°C); see `Approach` for the arguments."""
    sign = 1.0 if target >= start else -1.0
    knee = drive.asymptote - sign * rate * drive.time_constant
    knee = sign * min(max(sign * knee, sign * start), sign * target)
    return Approach(start, target, began, drive, rate, stabilising, knee)
