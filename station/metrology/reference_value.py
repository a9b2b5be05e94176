"""What a certificate or a maker says of one setting: a value with u, and what it may drift."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.inputs import Input, normal, rectangular


@dataclass(frozen=True, slots=True)
class Stability:
    """What the maker states the standard may change since its calibration, as limits.

    Attributes:
        days: the interval for which it is stated.
        ppm: of the value, in parts per million.
        floor: in the table's unit.
    """

    days: int
    ppm: float
    floor: float

    def __post_init__(self) -> None:
        if self.days <= 0 or not (0.0 <= self.ppm < math.inf and 0.0 <= self.floor < math.inf):
            raise CertificateError(
                f"stability of {self.ppm:g} ppm + {self.floor:g} over {self.days} day(s): days must"
                " be positive, limits finite and not negative"
            )

    def half_width(self, value: float) -> float:
        """Return the limit at `value`, in the table's unit."""
        return self.ppm * 1e-6 * abs(value) + self.floor


def covering(stated: Sequence[Stability], days: int, place: str) -> Stability:
    """Return the stability for the shortest stated interval that covers the elapsed time.

    Makers give a limit for an interval and not a rate, so nothing is scaled within it.

    Args:
        stated: by interval.
        days: since the calibration.
        place: what is asked for, for the message.

    Raises:
        OutOfCertificate: a day before the calibration, or no interval that is long enough.
    """
    if days < 0:
        raise OutOfCertificate(f"{place}: the day asked for is before the calibration")
    reaching = [each for each in stated if each.days >= days]
    if not reaching:
        longest = max((each.days for each in stated), default=0)
        raise OutOfCertificate(
            f"{place}: stability is stated for {longest} days and {days} have passed;"
            " recalibrate the standard"
        )
    return min(reaching, key=lambda each: each.days)


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """What the certificate says of one setting or indication.

    Attributes:
        value: the actual value, nominal + correction, in the table's unit.
        correction: what was added to the nominal value; 0 where an equation changed the unit.
        standard_uncertainty: of `value`.
        k: coverage factor that the certificate used (the larger of the two neighbours').
        dof: effective degrees of freedom (the fewer of the two neighbours').
        source: certificate and points.
    """

    value: float
    correction: float
    standard_uncertainty: float
    k: float
    dof: float
    source: str

    def as_input(self, name: str) -> Input:
        """Return the actual value as the input `name` of a budget."""
        return normal(
            name,
            self.value,
            standard_uncertainty=self.standard_uncertainty,
            dof=self.dof,
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Drift:
    """What the standard may have changed since its calibration: limits, rectangular.

    Attributes:
        half_width: in the table's unit.
        source: the specification it comes from.
    """

    half_width: float
    source: str

    def as_input(self, name: str) -> Input:
        """Return the unknown change as the input `name` of a budget, estimate 0."""
        return rectangular(name, half_width=self.half_width, source=self.source)
