"""Calibration intervals from what the last calibrations found: in or out of tolerance.

NCSLI RP-1 methods A1 (simple response) and A3 (interval test); ILAC-G24:2022 / OIML D 10:2022,
method 1 (staircase). Only as-found results count: an adjusted instrument starts anew.
Intervals are in days or any other unit of time; the result has the same.
"""

import math
from dataclasses import dataclass
from enum import Enum

from station.metrology.errors import InvalidNumber


class Change(Enum):
    """What becomes of an interval."""

    LENGTHEN = "lengthen"
    KEEP = "keep"
    SHORTEN = "shorten"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The laboratory's policy: no interval below `shortest` or above `longest`."""

    shortest: float
    longest: float

    def __post_init__(self) -> None:
        if not 0.0 < self.shortest <= self.longest < math.inf:
            raise InvalidNumber(f"{self}: bounds must be positive and in order")

    def applied_to(self, interval: float) -> float:
        """Return `interval`, or the bound that it passes."""
        return min(max(interval, self.shortest), self.longest)


@dataclass(frozen=True, slots=True)
class Staircase:
    """ILAC-G24 method 1: one step up or down after every calibration.

    The factors are the laboratory's policy; the guide names none.

    Attributes:
        share: as-found errors up to this share of the limit lengthen the interval; often 0.8.
        longer: factor from 1 up.
        shorter: factor below 1, for an error beyond its limit.
        bounds: of the interval.
    """

    share: float
    longer: float
    shorter: float
    bounds: Bounds

    def __post_init__(self) -> None:
        steps = 0.0 < self.shorter < 1.0 <= self.longer < math.inf
        if not 0.0 < self.share <= 1.0 or not steps:
            raise InvalidNumber(f"{self}: share in 0 … 1, factors below and from 1")

    def next(self, interval: float, largest_share: float) -> tuple[float, Change]:
        """Return the next interval and why.

        Args:
            interval: the present one.
            largest_share: the largest |as-found error|/limit of the calibration.

        Raises:
            InvalidNumber: an interval that is not positive, or a share that is negative.
        """
        _positive_interval(interval)
        if not 0.0 <= largest_share < math.inf:
            raise InvalidNumber(f"{largest_share}: a share of a limit is at least 0")
        if largest_share > 1.0:
            return self.bounds.applied_to(interval * self.shorter), Change.SHORTEN
        if largest_share <= self.share:
            return self.bounds.applied_to(interval * self.longer), Change.LENGTHEN
        return self.bounds.applied_to(interval), Change.KEEP


@dataclass(frozen=True, slots=True)
class SimpleResponse:
    """RP-1 method A1: lengthen by a after a pass, shorten by b after a failure.

    It reacts to chance; for a few instruments with few results the interval wanders.

    Attributes:
        lengthening: a, above 0.
        reliability: R at which the steps balance, 0 … 1.
    """

    lengthening: float
    reliability: float

    def __post_init__(self) -> None:
        if not 0.0 < self.lengthening < math.inf or not 0.0 < self.reliability < 1.0:
            raise InvalidNumber(f"{self}: a must be positive and R lie between 0 and 1")

    @property
    def shortening(self) -> float:
        """The step b = 1 - (1 + a)^(-R/(1 - R)): at reliability R the steps cancel on average."""
        ratio = self.reliability / (1.0 - self.reliability)
        return float(-math.expm1(-ratio * math.log1p(self.lengthening)))

    def next(self, interval: float, *, in_tolerance: bool) -> float:
        """Return the interval after a calibration that found the item in or out of tolerance.

        Raises:
            InvalidNumber: the interval is not positive.
        """
        _positive_interval(interval)
        step = self.lengthening if in_tolerance else -self.shortening
        return interval * (1.0 + step)


@dataclass(frozen=True, slots=True)
class IntervalTest:
    """What the interval test says of an interval.

    Attributes:
        interval: to be used from now on; the present one unless it is rejected.
        proposed: what the formula gives, whether or not it is used.
        change: of `interval`.
        observed_reliability: share found in tolerance.
        rejection_confidence: Q, that the target is missed (or surpassed) not by chance.
        reliability_low: exact binomial limit, two-sided (one-sided if all or none passed).
        reliability_high: the other limit.
    """

    interval: float
    proposed: float
    change: Change
    observed_reliability: float
    rejection_confidence: float
    reliability_low: float
    reliability_high: float


def interval_test(
    in_tolerance: int,
    total: int,
    *,
    interval: float,
    target: float,
    confidence: float = 0.5,
    largest_factor: float = 2.0,
) -> IntervalTest:
    """Test whether results at about one interval agree with a reliability target (RP-1, A3).

    Below the target Q = 1 - 2·P(X ≤ x) and the interval becomes I·10^((R_o - R_t)·Q). Above it the
    mirror is taken, Q = 1 - 2·P(X ≥ x) with I·10^((R_o - R_t)/(1 - Q)): that side is not verified
    against RP-1. The interval changes only if Q exceeds `confidence`, by at most `largest_factor`.

    Args:
        in_tolerance: number found in tolerance.
        total: number of calibrations at this interval.
        interval: present interval.
        target: reliability aimed at, 0 … 1.
        confidence: needed for a change, and of the reliability limits.
        largest_factor: by which the interval may grow or shrink at once.

    Raises:
        InvalidNumber: counts, shares or factors that mean nothing.
    """
    from scipy.special import bdtr, bdtrc

    _positive_interval(interval)
    if not 0 <= in_tolerance <= total or total < 1:
        raise InvalidNumber(f"{in_tolerance} in tolerance out of {total}: not possible")
    if not (0.0 < target < 1.0 and 0.0 < confidence < 1.0 and 1.0 < largest_factor < math.inf):
        raise InvalidNumber(f"target {target}, confidence {confidence}, factor {largest_factor}")
    observed = in_tolerance / total
    if observed < target:
        rejection = max(0.0, 1.0 - 2.0 * float(bdtr(in_tolerance, total, target)))
        exponent = (observed - target) * rejection
    else:
        at_least = float(bdtrc(in_tolerance - 1, total, target)) if in_tolerance else 1.0
        rejection = max(0.0, 1.0 - 2.0 * at_least)
        exponent = (observed - target) / max(1.0 - rejection, 1e-300)
    most = math.log10(largest_factor)
    proposed = interval * 10.0 ** min(max(exponent, -most), most)
    change = Change.KEEP
    if rejection > confidence and proposed != interval:
        change = Change.SHORTEN if proposed < interval else Change.LENGTHEN
    low, high = reliability_limits(in_tolerance, total, confidence)
    adopted = interval if change is Change.KEEP else proposed
    return IntervalTest(adopted, proposed, change, observed, rejection, low, high)


def reliability_limits(in_tolerance: int, total: int, confidence: float) -> tuple[float, float]:
    """Return the exact binomial (Clopper-Pearson) limits of a reliability.

    Two-sided by beta quantiles; one-sided where none or all were in tolerance.

    Raises:
        InvalidNumber: counts or a confidence that mean nothing.
    """
    from scipy.special import betaincinv

    if not 0 <= in_tolerance <= total or total < 1 or not 0.0 < confidence < 1.0:
        raise InvalidNumber(f"{in_tolerance} of {total} at confidence {confidence}")
    failed = total - in_tolerance
    if in_tolerance == 0:
        return 0.0, 1.0 - (1.0 - confidence) ** (1.0 / total)
    if failed == 0:
        return (1.0 - confidence) ** (1.0 / total), 1.0
    low = betaincinv(in_tolerance, failed + 1, 0.5 * (1.0 - confidence))
    high = betaincinv(in_tolerance + 1, failed, 0.5 * (1.0 + confidence))
    return float(low), float(high)


def _positive_interval(interval: float) -> None:
    if not 0.0 < interval < math.inf:
        raise InvalidNumber(f"an interval of {interval} is not possible")
