"""Global risk of a decision, uncertainty ratios, and guard bands chosen from them.

The item's true error is taken from a normal population, the measurement adds a normal error.
JCGM 106:2012 clause 9; ANSI/NCSL Z540.3-2006 clause 5.3 and its handbook's methods.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from station.metrology.conformity import Limits
from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber

NEGLIGIBLE = 9.0
"""Standard deviations beyond which a normal density is left out of an integral (1e-18)."""


@dataclass(frozen=True, slots=True)
class Population:
    """True errors of items like this one before the measurement, normally distributed.

    Attributes:
        mean: in the unit of the limits.
        standard_deviation: in the same unit.
    """

    mean: float
    standard_deviation: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and 0.0 < self.standard_deviation < math.inf):
            raise InvalidNumber(f"{self}: a population needs a mean and a positive deviation")

    @classmethod
    def of_reliability(cls, reliability: float, half_width: float) -> "Population":
        """Return the population centred within ± `half_width` of which `reliability` conforms.

        `reliability` is the true in-tolerance probability; an observed one includes the
        measurement's own errors and must be corrected for them first.

        Raises:
            InvalidNumber: the reliability is not between 0 and 1.
        """
        if not 0.0 < reliability < 1.0:
            raise InvalidNumber(f"reliability {reliability}: state a probability within 0 … 1")
        return cls(0.0, half_width / student_factor(reliability, math.inf))

    def probability_within(self, limits: Limits) -> float:
        """Return the share of the population within `limits`."""
        upper = _cumulative((limits.upper - self.mean) / self.standard_deviation)
        return upper - _cumulative((limits.lower - self.mean) / self.standard_deviation)


@dataclass(frozen=True, slots=True)
class GlobalRisk:
    """Risks before the measurement, of one item out of the population.

    Attributes:
        false_accept: PFA, joint: outside the limits and accepted (consumer's risk).
        false_reject: PFR, joint: inside the limits and rejected (producer's risk).
        accept: probability of acceptance; PFA over it is the conditional PFA.
    """

    false_accept: float
    false_reject: float
    accept: float


def global_risk(
    population: Population, standard_uncertainty: float, limits: Limits, acceptance: Limits
) -> GlobalRisk:
    """Integrate over the population (JCGM 106:2012, 9.5; Z540.3's PFA is the joint one).

    Args:
        population: of true errors.
        standard_uncertainty: u of the measurement, in the unit of the limits.
        limits: tolerance limits.
        acceptance: acceptance limits, `limits` itself for simple acceptance.

    Raises:
        InvalidNumber: the uncertainty is not positive.
    """
    if not 0.0 < standard_uncertainty < math.inf:
        raise InvalidNumber(f"u = {standard_uncertainty}: a global risk needs a positive one")

    def accepted(error: float) -> float:
        return _cumulative((acceptance.upper - error) / standard_uncertainty) - _cumulative(
            (acceptance.lower - error) / standard_uncertainty
        )

    def joint(error: float) -> float:
        z = (error - population.mean) / population.standard_deviation
        return _density(z) / population.standard_deviation * accepted(error)

    reach = NEGLIGIBLE * population.standard_deviation
    ends = (population.mean - reach, population.mean + reach)
    bends = [population.mean, acceptance.lower, acceptance.upper]
    outside = _integral(joint, ends[0], min(limits.lower, ends[1]), bends)
    outside += _integral(joint, max(limits.upper, ends[0]), ends[1], bends)
    low, high = max(limits.lower, ends[0]), min(limits.upper, ends[1])
    inside = _integral(joint, low, high, bends)
    return GlobalRisk(
        outside, max(0.0, population.probability_within(limits) - inside), outside + inside
    )


def uncertainty_ratio(limits: Limits, expanded_uncertainty: float) -> float:
    """Return TUR: tolerance span over 2·U95 of the whole calibration process.

    Z540.3-2006 definition 3.11 (clause number from memory, unverified).

    Raises:
        InvalidNumber: a limit is missing, or U is not positive.
    """
    return _span(limits) / (2.0 * _positive(expanded_uncertainty))


def accuracy_ratio(limits: Limits, accuracy: Limits) -> float:
    """Return TAR: tolerance span over the span of the standard's accuracy limits alone.

    Raises:
        InvalidNumber: a limit is missing.
    """
    return _span(limits) / _positive(_span(accuracy))


def root_difference_of_squares(ratio: float) -> float:
    """Return acceptance over tolerance limit, √(1 - 1/TUR²), for TUR ≥ 1."""
    return math.sqrt(1.0 - 1.0 / _at_least_one(ratio) ** 2)


def subtraction_of_uncertainty(ratio: float) -> float:
    """Return acceptance over tolerance limit, 1 - 1/TUR: w = U (Z540.3 method 5)."""
    return 1.0 - 1.0 / _at_least_one(ratio)


def recommended_practice_10(ratio: float) -> float:
    """Return acceptance over tolerance limit, 1.25 - 1/TUR and at most 1 (NCSLI RP-10)."""
    return min(1.0, 1.25 - 1.0 / _at_least_one(ratio))


def method_6(ratio: float) -> float:
    """Return acceptance over tolerance limit that keeps PFA ≤ 2 % at any reliability.

    Dobbert's M = 1.04 - exp(0.38·ln TUR - 0.54), A/T = 1 - M/TUR; M vanishes near TUR 4.6, and
    limits are never widened beyond it (Z540.3 handbook, method 6).
    """
    multiplier = 1.04 - math.exp(0.38 * math.log(_at_least_one(ratio)) - 0.54)
    return 1.0 - max(0.0, multiplier) / ratio


def guard_band_for(
    target: float, population: Population, standard_uncertainty: float, limits: Limits
) -> float:
    """Return the guard band, the same on both sides, that keeps the global PFA at `target`.

    Zero where simple acceptance already does. Needs the population (Z540.3 methods 1 to 3).

    Raises:
        InvalidNumber: the target is not between 0 and 1, or a limit is missing.
    """
    from scipy.optimize import brentq

    if not 0.0 < target < 1.0:
        raise InvalidNumber(f"a PFA of {target}: state a probability between 0 and 1")
    half = 0.5 * _span(limits)

    def excess(guard: float) -> float:
        acceptance = Limits(limits.lower + guard, limits.upper - guard)
        return global_risk(population, standard_uncertainty, limits, acceptance).false_accept - (
            target
        )

    return 0.0 if excess(0.0) <= 0.0 else float(brentq(excess, 0.0, half, xtol=1e-12 * half))


def _cumulative(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _density(z: float) -> float:
    return math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def _integral(
    function: Callable[[float], float], low: float, high: float, bends: list[float]
) -> float:
    """Integrate piece by piece between the points where the function bends."""
    if high <= low:
        return 0.0
    from scipy.integrate import quad

    inside = [bend for bend in bends if low < bend < high]
    area, _ = quad(
        function, low, high, points=inside or None, epsabs=1e-13, epsrel=1e-10, limit=200
    )
    return float(area)


def _span(limits: Limits) -> float:
    span = limits.upper - limits.lower
    if not math.isfinite(span):
        raise InvalidNumber(f"{limits}: both limits are needed; use the probability of conformance")
    return span


def _positive(number: float) -> float:
    if not 0.0 < number < math.inf:
        raise InvalidNumber(f"{number}: a ratio needs a positive, finite denominator")
    return number


def _at_least_one(ratio: float) -> float:
    if not 1.0 <= ratio < math.inf:
        raise InvalidNumber(f"TUR {ratio}: this guard band is defined for ratios from 1")
    return ratio
