"""The reference thermometer: how it is read, when it is at rest, and what its readings say."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import fsum, log
from statistics import fmean, stdev

from drivers.capabilities import Reading, ResistanceThermometerReadout, Thermometer
from drivers.errors import InstrumentRefused
from station.clock import Clock
from station.evidence import Evidence, StandardValue
from station.metrology.physics.iec60751 import PT100
from station.procedure import Approach, Attendant, Point

REFERENCE, QUANTITY = "reference", "temperature"
"""Role of the reference thermometer, and the quantity of its certificate."""

WINDOW_READINGS, WINDOW_EVERY_SECONDS = 6, 30.0
"""Over what the reference must be at rest: 2.5 min."""

LONGEST_SECONDS = 4 * 3600.0
"""A bath takes two hours for a large step."""


OFF_SETPOINT_KELVIN = 0.5
"""As far as good wells are off their display."""


class Indicates(StrEnum):
    """What a thermometer indicates."""

    TEMPERATURE = "temperature"
    RESISTANCE = "resistance"


def read(instrument: Thermometer | ResistanceThermometerReadout, what: Indicates) -> Reading:
    """Take one reading (°C or Ω)."""
    if what is Indicates.TEMPERATURE:
        assert isinstance(instrument, Thermometer)
        return instrument.read_temperature()
    assert isinstance(instrument, ResistanceThermometerReadout)
    return instrument.read_resistance()


def in_kelvin(what: Indicates, nominal: float, indication: float) -> float:
    """Return an indication in kelvins from any zero, near `nominal` (°C), to a few per cent.

    Good enough to judge rest; of any platinum thermometer, as R/R₀ is nearly that of IEC 60751:
    dt = d(ln R)/(R'/R).

    Raises:
        InstrumentRefused: it indicates no resistance.
    """
    if what is Indicates.TEMPERATURE:
        return indication
    if indication <= 0.0:
        said, advice = f"{indication:g} Ω is no thermometer", "Check its leads and its channel"
        raise InstrumentRefused(REFERENCE, "read_resistance", said, advice)
    relative = PT100.slope_ohm_per_kelvin(nominal) / PT100.resistance_ohm(nominal)
    return log(indication) / float(relative)


@dataclass(frozen=True)
class Rest:
    """Watches readings until they neither drift nor scatter by more than `within` (K)."""

    within: float
    clock: Clock
    take: Callable[[], float]
    _seen: deque[tuple[float, float]]

    def reached(self) -> bool:
        """Take one more reading (K, from any zero); say whether it is at rest."""
        self._seen.append((self.clock.monotonic(), self.take()))
        if len(self._seen) < WINDOW_READINGS:
            return False
        return change(self._seen) <= self.within and stdev(y for _, y in self._seen) <= self.within

    def last(self) -> float | None:
        """Return the reading taken last (K, from any zero)."""
        return self._seen[-1][1] if self._seen else None


def change(seen: Sequence[tuple[float, float]]) -> float:
    """Return by how much the straight line through (instant, value) changes from end to end."""
    middle, mean = fmean(x for x, _ in seen), fmean(y for _, y in seen)
    square = fsum((x - middle) ** 2 for x, _ in seen)
    slope = fsum((x - middle) * (y - mean) for x, y in seen) / square if square else 0.0
    return abs(slope * (seen[-1][0] - seen[0][0]))


def wait_for_rest(why: str, within: float, take: Callable[[], float], attendant: Attendant) -> None:
    """Wait until the last readings `take` returns (K, from any zero) are at rest."""
    rest = Rest(within, attendant.clock, take, deque(maxlen=WINDOW_READINGS))
    attendant.wait_until(
        why,
        rest.reached,
        at_most=LONGEST_SECONDS,
        every=WINDOW_EVERY_SECONDS,
        approach=Approach(rest.last, within, "K"),
    )


def around(point: Point) -> tuple[float, float]:
    """Return between what the reference may indicate (°C): a source is not quite where it is set.

    Nothing is extrapolated: a certificate that ends at the point itself does not reach.
    """
    return point.nominal - OFF_SETPOINT_KELVIN, point.nominal + OFF_SETPOINT_KELVIN


def certified(readings: Sequence[float], evidence: Evidence) -> StandardValue:
    """Return the temperature (°C) where the reference indicated the mean of `readings`.

    Raises:
        OutOfCertificate: its certificate does not reach there.
    """
    return evidence.indicated(REFERENCE, QUANTITY, fmean(readings))


def between(readings: Sequence[float]) -> tuple[float, ...]:
    """Return the means of neighbours: what the reference indicated between two readings."""
    return tuple((one + other) / 2.0 for one, other in pairwise(readings))


def half_range(readings: Sequence[float]) -> float:
    """Return half the distance of the highest from the lowest reading."""
    return (max(readings) - min(readings)) / 2.0
