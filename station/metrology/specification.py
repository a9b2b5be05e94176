"""Accuracy specifications as makers print them, and as an input of a budget."""

import math
from dataclasses import dataclass

from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber
from station.metrology.inputs import Input, normal, rectangular


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
            InvalidNumber: a term of range is specified and no positive range is given.
        """
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
