"""From standard to expanded uncertainty: the coverage factor and why it is what it is.

JCGM 100:2008 annex G and 6.3; EA-4/02 M:2022 clause 5, examples S9 and S10.
"""

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from station.metrology.errors import BudgetError

TRUNCATION_SLACK = 1e-3
"""Relative slack before ν is truncated, so that rounding does not lower an exact integer."""


class CoverageReason(Enum):
    """Which rule gave the coverage factor."""

    NORMAL = "normal"
    STUDENT = "student"
    FIXED = "fixed"
    DOMINANT_RECTANGULAR = "dominant rectangular"
    TWO_RECTANGULAR = "two dominant rectangular"
    DOMINANT_ARCSINE = "dominant arcsine"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is asked of the expanded uncertainty: a probability, or a fixed factor.

    Attributes:
        probability: coverage probability, between 0 and 1; None when `k` is fixed.
        k: the fixed coverage factor; None when the probability decides.
    """

    probability: float | None = 0.9545
    k: float | None = None

    def __post_init__(self) -> None:
        if (self.probability is None) == (self.k is None):
            raise BudgetError("state either a coverage probability or a factor k, not both")
        if self.probability is not None and not 0.0 < self.probability < 1.0:
            raise BudgetError(f"coverage probability must lie between 0 and 1: {self.probability}")
        if self.k is not None and not 0.0 < self.k < math.inf:
            raise BudgetError(f"coverage factor must be positive: {self.k}")

    @classmethod
    def fixed(cls, k: float) -> "Coverage":
        """Ask for the factor `k`, whatever the degrees of freedom."""
        return cls(None, k)


COVERAGE_95 = Coverage(0.95)
"""k = 1.960 for infinite ν; what ISO/IEC 17025 laboratories call 95 % without more digits."""

COVERAGE_95_45 = Coverage(0.9545)
"""k = 2.000 for infinite ν (EA-4/02, clause 5)."""

DEFAULT_COVERAGE = COVERAGE_95_45


def truncated(dof: float) -> float:
    """Return `dof` lowered to an integer (GUM G.4.1 note 1); unchanged below 1 and if infinite."""
    return float(math.floor(dof * (1.0 + TRUNCATION_SLACK))) if 1.0 <= dof < math.inf else dof


@lru_cache(maxsize=1024)
def student_factor(probability: float, dof: float) -> float:
    """Return k such that ±k covers `probability` of a t distribution with exactly `dof`."""
    tail = (1.0 + probability) / 2.0
    if math.isinf(dof):
        from statistics import NormalDist

        return NormalDist().inv_cdf(tail)
    from scipy.special import stdtrit

    return float(stdtrit(dof, tail))


def student_cumulative(t: float, dof: float) -> float:
    """Return the distribution function at `t`: Student's with `dof`, normal if infinite."""
    if math.isinf(dof):
        return 0.5 * math.erfc(-t / math.sqrt(2.0))
    from scipy.special import stdtr

    return float(stdtr(dof, t))


@lru_cache(maxsize=1024)
def student_probability(k: float, dof: float) -> float:
    """Return the probability that ±k covers of a t distribution with `dof`."""
    return 1.0 - 2.0 * student_cumulative(-k, dof)
