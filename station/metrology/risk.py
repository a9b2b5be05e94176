"""Global risk of a decision, uncertainty ratios, and guard bands chosen from them.

The item's true error is taken from a normal population, the measurement adds a normal error.
JCGM 106:2012 clause 9; ANSI/NCSL Z540.3-2006 clause 5.3 and its handbook's methods.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber
from station.metrology.limits import Limits, span

HALVINGS = 60
"""Of the interval in which a root is searched: it is then known to a float's last digits."""


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

    @classmethod
    def of_observed_reliability(
        cls, observed: float, half_width: float, standard_uncertainty: float
    ) -> "Population":
        """Return the population of which a measurement with u found `observed` conforming.

        s² = s_obs² - u²: the measurement's own errors are taken out.

        Raises:
            InvalidNumber: the reliability is not between 0 and 1, or u alone explains it.
        """
        seen = cls.of_reliability(observed, half_width).standard_deviation
        variance = seen**2 - standard_uncertainty**2
        if not variance > 0.0:
            raise InvalidNumber(
                f"u = {standard_uncertainty} scatters as much as the items seem to ({seen:.4g});"
                " their own scatter cannot be told apart"
            )
        return cls(0.0, math.sqrt(variance))

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

    m, s, u = population.mean, population.standard_deviation, standard_uncertainty
    seen = math.hypot(s, u)

    def beyond(limit: float, reading: float, side: float) -> float:
        """Return the probability of a true error beyond `limit` and a reading beyond `reading`."""
        h, k = side * (limit - m) / s, side * (reading - m) / seen
        return _joint(h, k, side * (reading - limit) / seen, s / seen, u / seen)

    # True error and reading are jointly normal, s/seen their correlation.
    outside = beyond(limits.lower, acceptance.upper, 1.0)
    outside -= beyond(limits.lower, acceptance.lower, 1.0)
    outside += beyond(limits.upper, acceptance.lower, -1.0)
    outside -= beyond(limits.upper, acceptance.upper, -1.0)
    accept = _cumulative((acceptance.upper - m) / seen) - _cumulative((acceptance.lower - m) / seen)
    inside = population.probability_within(limits)
    outside = max(0.0, outside)
    return GlobalRisk(outside, max(0.0, inside - (accept - outside)), accept)


def posterior(
    population: Population, value: float, standard_uncertainty: float
) -> tuple[float, float]:
    """Return estimate and u of an item out of a population, after it was measured.

    Both weighted by 1/variance (JCGM 106:2012, 7.2; Z540.3 handbook, method 4). The probability of
    conformance then takes the population into account.

    Raises:
        InvalidNumber: the uncertainty is not positive.
    """
    if not (0.0 < standard_uncertainty < math.inf and math.isfinite(value)):
        raise InvalidNumber(f"value {value}, u {standard_uncertainty}: state u as positive")
    prior, own = population.standard_deviation**-2, standard_uncertainty**-2
    weight = prior + own
    return (population.mean * prior + value * own) / weight, math.sqrt(1.0 / weight)


def uncertainty_ratio(limits: Limits, expanded_uncertainty: float) -> float:
    """Return TUR: tolerance span over 2·U95 of the whole calibration process.

    Z540.3-2006 definition 3.11 (clause number from memory, unverified).

    Raises:
        InvalidNumber: a limit is missing, or U is not positive.
    """
    return span(limits) / (2.0 * _positive(expanded_uncertainty))


def accuracy_ratio(limits: Limits, accuracy: Limits) -> float:
    """Return TAR: tolerance span over the span of the standard's accuracy limits alone.

    Raises:
        InvalidNumber: a limit is missing.
    """
    return span(limits) / _positive(span(accuracy))


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
    if not 0.0 < target < 1.0:
        raise InvalidNumber(f"a PFA of {target}: state a probability between 0 and 1")
    half = 0.5 * span(limits)

    def false_accept(guard: float) -> float:
        acceptance = Limits(limits.lower + guard, max(limits.upper - guard, limits.lower + guard))
        return global_risk(population, standard_uncertainty, limits, acceptance).false_accept

    if false_accept(0.0) <= target:
        return 0.0
    return _crossing(lambda guard: target - false_accept(guard), 0.0, half)


def guard_band_of_equal_risk(
    population: Population, standard_uncertainty: float, limits: Limits, *, ratio: float = 4.0
) -> float:
    """Return the guard band whose PFA is that of simple acceptance at the TUR `ratio`.

    U95 is taken as 2u, as in TUR = span/(2·U95).

    Raises:
        InvalidNumber: the ratio is not positive, or a limit is missing.
    """
    u = span(limits) / (4.0 * _positive(ratio))
    target = global_risk(population, u, limits, limits).false_accept
    return guard_band_for(target, population, standard_uncertainty, limits)


def _cumulative(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _joint(h: float, k: float, gap: float, r: float, rest: float) -> float:
    """Return P(X ≤ h, Y ≤ k) of standard normals with correlation 0 < r ≤ 1.

    By Owen's T function (D. B. Owen, Ann. Math. Stat. 27 (1956) 1075, equation 2.1).

    Args:
        h: of X.
        k: of Y.
        gap: k - r·h, which the caller has without the digits that cancel.
        r: the correlation.
        rest: √(1 - r²), likewise.
    """
    if math.isinf(h) or math.isinf(k) or rest == 0.0:
        return min(_cumulative(h), _cumulative(k))
    if h == k == 0.0:
        return 0.25 + math.asin(r) / (2.0 * math.pi)
    from scipy.special import owens_t

    total = 0.5 * (_cumulative(h) + _cumulative(k))
    for one, slope in ((h, gap), (k, rest * rest * h - r * gap)):
        if one == 0.0:
            total -= math.copysign(0.25, slope)
        else:
            total -= float(owens_t(one, slope / (one * rest)))
    product = h * k
    opposite = product < 0.0 or (product == 0.0 and h + k < 0.0)
    return max(0.0, total - (0.5 if opposite else 0.0))


def _crossing(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that is negative at `low` turns positive, by halving."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if function(middle) < 0.0:
            low = middle
        else:
            high = middle
    return high


def _positive(number: float) -> float:
    if not 0.0 < number < math.inf:
        raise InvalidNumber(f"{number}: a ratio needs a positive, finite denominator")
    return number


def _at_least_one(ratio: float) -> float:
    if not 1.0 <= ratio < math.inf:
        raise InvalidNumber(f"TUR {ratio}: this guard band is defined for ratios from 1")
    return ratio
