"""Accuracy specifications as makers print them, and as an input of a budget."""

import math
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber
from station.metrology.inputs import Input, normal, rectangular

OVERRANGE = 1.2
"""Of the full scale, up to which multimeters read."""


@dataclass(frozen=True, slots=True)
class Specification:
    """± (part of reading + part of range + floor + digits), the terms added, not squared.

    Attributes:
        percent_of_reading: in percent (%).
        ppm_of_reading: in parts per million.
        percent_of_range: of full scale, in percent (%).
        ppm_of_range: of full scale, in parts per million.
        floor: in the unit of the reading.
        digits: counts of the last digit.
        resolution: one count, in the unit of the reading.
        probability: confidence that the maker states, taken as that of a normal distribution;
            None where the numbers are limits: rectangular (GUM 4.3.7).

    Raises:
        InvalidNumber: a term is negative or not finite, or the probability is outside 0 … 1.
    """

    percent_of_reading: float = 0.0
    ppm_of_reading: float = 0.0
    percent_of_range: float = 0.0
    ppm_of_range: float = 0.0
    floor: float = 0.0
    digits: float = 0.0
    resolution: float = 0.0
    probability: float | None = None

    def __post_init__(self) -> None:
        terms = (
            self.percent_of_reading,
            self.ppm_of_reading,
            self.percent_of_range,
            self.ppm_of_range,
            self.floor,
            self.digits,
            self.resolution,
        )
        if not all(0.0 <= term < math.inf for term in terms):
            raise InvalidNumber(f"{self}: a term of a specification is negative or not finite")
        if self.digits and not self.resolution:
            raise InvalidNumber(f"{self}: counts of the last digit need the resolution")
        if self.probability is not None and not 0.0 < self.probability < 1.0:
            raise InvalidNumber(f"{self}: a stated confidence lies between 0 and 1")

    def limit(self, reading: float, range_: float = 0.0) -> float:
        """Return the half-width at `reading` on the range `range_`, both in the reading's unit.

        Raises:
            InvalidNumber: the reading is not finite, or a term of range is specified and no
                positive range is given.
        """
        if not math.isfinite(reading):
            raise InvalidNumber(f"a reading of {reading} has no limit; it must be finite")
        if (self.percent_of_range or self.ppm_of_range) and not 0.0 < range_ < math.inf:
            raise InvalidNumber(f"{self}: a term of range needs the full scale, not {range_}")
        of_reading = self.percent_of_reading * 1e-2 + self.ppm_of_reading * 1e-6
        of_range = self.percent_of_range * 1e-2 + self.ppm_of_range * 1e-6
        return (
            of_reading * abs(reading)
            + of_range * range_
            + self.floor
            + self.digits * self.resolution
        )

    def as_input(self, name: str, *, reading: float, range_: float = 0.0, source: str) -> Input:
        """Return the unknown error within the specification as an input of estimate 0."""
        half_width = self.limit(reading, range_)
        if self.probability is None:
            return rectangular(name, half_width=half_width, source=source)
        uncertainty = half_width / student_factor(self.probability, math.inf)
        return normal(name, 0.0, standard_uncertainty=uncertainty, source=source)


class Interval(Enum):
    """Time since calibration for which a specification holds."""

    HOURS_24 = "24 h"
    DAYS_90 = "90 d"
    YEAR_1 = "1 y"
    YEARS_2 = "2 y"


@dataclass(frozen=True, slots=True)
class Band:
    """Where one specification of a table holds.

    Attributes:
        full_scale: of the range, in the unit of the reading.
        interval: since calibration.
        specification: its terms of reading and range.
        frequency_lower: smallest frequency (Hz); 0 for direct quantities.
        frequency_upper: largest (Hz), itself excluded where another band begins there.
    """

    full_scale: float
    interval: Interval
    specification: Specification
    frequency_lower: float = 0.0
    frequency_upper: float = math.inf

    def __post_init__(self) -> None:
        if not (
            0.0 < self.full_scale < math.inf and 0.0 <= self.frequency_lower < self.frequency_upper
        ):
            raise InvalidNumber(f"{self}: a band has a positive full scale and rising frequencies")


@dataclass(frozen=True, slots=True)
class TemperatureCoefficient:
    """What a specification grows by outside its reference temperatures.

    Attributes:
        lower: of the reference band (°C).
        upper: of the reference band (°C).
        per_kelvin: added for each kelvin outside it.
    """

    lower: float
    upper: float
    per_kelvin: Specification

    def __post_init__(self) -> None:
        if not -math.inf < self.lower <= self.upper < math.inf:
            raise InvalidNumber(f"{self}: the reference temperatures are crossed or not finite")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A maker's table of specifications of one function of an instrument.

    Attributes:
        function: as the maker names it.
        bands: no two for one range, interval and frequency.
        temperature: coefficient; None where the maker states none, and then no temperature outside
            the maker's own range is known here.
        source: document and page.

    Raises:
        InvalidNumber: there is no band, or two overlap.
    """

    function: str
    bands: tuple[Band, ...]
    temperature: TemperatureCoefficient | None
    source: str

    def __post_init__(self) -> None:
        if not self.bands or not self.source:
            raise InvalidNumber(f"{self.function}: a table has at least one band and a source")
        for one, other in combinations(self.bands, 2):
            same = (one.full_scale, one.interval) == (other.full_scale, other.interval)
            lower = max(one.frequency_lower, other.frequency_lower)
            if same and lower < min(one.frequency_upper, other.frequency_upper):
                raise InvalidNumber(
                    f"{self.function}: two specifications for {one.full_scale:g},"
                    f" {one.interval.value}, at {lower:g} Hz"
                )

    def band(self, range_: float, interval: Interval, frequency: float = 0.0) -> Band:
        """Return the band of a range; nothing is taken from a neighbour.

        Args:
            range_: its full scale, in the unit of the reading.
            interval: since calibration.
            frequency: of the signal (Hz).

        Raises:
            InvalidNumber: the table says nothing there; names what it has.
        """
        there = [
            band
            for band in self.bands
            if (band.full_scale, band.interval) == (range_, interval)
            and band.frequency_lower <= frequency <= band.frequency_upper
        ]
        if not there:
            known = "; ".join(
                f"{b.full_scale:g}, {b.interval.value}, {b.frequency_lower:g} …"
                f" {b.frequency_upper:g} Hz"
                for b in self.bands
            )
            raise InvalidNumber(
                f"{self.function}: no specification for {range_:g}, {interval.value},"
                f" {frequency:g} Hz ({self.source} has: {known})"
            )
        return max(there, key=lambda band: band.frequency_lower)

    def limit(
        self,
        reading: float,
        *,
        range_: float,
        interval: Interval,
        frequency: float = 0.0,
        celsius: float | None = None,
    ) -> float:
        """Return the half-width at a reading, in its unit.

        Args:
            reading: in the unit of the range.
            range_: full scale.
            interval: since calibration.
            frequency: of the signal (Hz).
            celsius: ambient temperature (°C); None where it was within the reference band.

        Raises:
            InvalidNumber: the table says nothing there, the reading is beyond 120 % of the range,
                or the temperature is not finite.
        """
        if not abs(reading) <= OVERRANGE * range_:
            raise InvalidNumber(
                f"{self.function}: {reading:g} is not a reading of range {range_:g}"
            )
        limit = self.band(range_, interval, frequency).specification.limit(reading, range_)
        if celsius is None:
            return limit
        if self.temperature is None:
            raise InvalidNumber(f"{self.function}: {self.source} states no temperature coefficient")
        if not math.isfinite(celsius):
            raise InvalidNumber(f"{self.function}: an ambient temperature of {celsius} °C is none")
        reference = self.temperature
        outside = max(0.0, reference.lower - celsius, celsius - reference.upper)
        return limit + outside * reference.per_kelvin.limit(reading, range_)
