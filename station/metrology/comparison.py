"""Scores of comparisons, consensus of results, and the reference value of a small comparison.

ISO 13528:2022 clause 9 (scores) and annex C (algorithm A); ISO/IEC 17043; M. G. Cox, The
evaluation of key comparison data, Metrologia 39 (2002) 589, procedure A, and Metrologia 44 (2007)
187 (largest consistent subset).
"""

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from station.metrology.errors import FitError, InvalidNumber

MOST_ROUNDS = 1000
CONSISTENT = 0.05
"""Probability of a larger χ² below which results are called inconsistent (Cox 2002, step 3)."""
MOST_SUBSETS = 15
"""Laboratories up to which every subset can be tried."""


class Performance(Enum):
    """What a score says (ISO 13528:2022, 9.4.2 and 9.7.2; clauses from memory)."""

    SATISFACTORY = "satisfactory"
    QUESTIONABLE = "questionable"
    UNSATISFACTORY = "unsatisfactory"


@dataclass(frozen=True, slots=True)
class Result:
    """A value with its standard uncertainty, in one unit."""

    value: float
    standard_uncertainty: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and 0.0 <= self.standard_uncertainty < math.inf):
            raise InvalidNumber(f"{self}: a result needs a finite value and u from 0 up")


@dataclass(frozen=True, slots=True)
class Score:
    """A score and what it says."""

    value: float
    performance: Performance


def e_n(result: Result, reference: Result, *, k: float = 2.0, covariance: float = 0.0) -> Score:
    """Return E_n = (x - X)/√(U_x² + U_X² - 2·k²·cov); |E_n| ≤ 1 is satisfactory (9.7).

    Args:
        result: of the laboratory.
        reference: the assigned value.
        k: coverage factor of both expanded uncertainties.
        covariance: of x and X, where X was derived from x.

    Raises:
        InvalidNumber: both uncertainties are zero, or the covariance is impossible.
    """
    score = _over(result.value - reference.value, k * _joint(result, reference, covariance))
    within = abs(score) <= 1.0
    return Score(score, Performance.SATISFACTORY if within else Performance.UNSATISFACTORY)


def zeta(result: Result, reference: Result, *, covariance: float = 0.0) -> Score:
    """Return ζ = (x - X)/√(u_x² + u_X² - 2·cov) (9.6).

    Raises:
        InvalidNumber: both uncertainties are zero, or the covariance is impossible.
    """
    return _scored(result.value - reference.value, _joint(result, reference, covariance))


def z(value: float, assigned: float, *, proficiency_deviation: float) -> Score:
    """Return z = (x - X)/σ_pt (9.4); only where `is_negligible` holds.

    Raises:
        InvalidNumber: σ_pt is not positive.
    """
    return _scored(value - assigned, proficiency_deviation)


def z_prime(value: float, assigned: Result, *, proficiency_deviation: float) -> Score:
    """Return z′ = (x - X)/√(σ_pt² + u_X²) (9.5).

    Raises:
        InvalidNumber: σ_pt is not positive.
    """
    if not proficiency_deviation > 0.0:
        raise InvalidNumber(f"σ_pt of {proficiency_deviation} is not possible")
    joint = math.hypot(proficiency_deviation, assigned.standard_uncertainty)
    return _scored(value - assigned.value, joint)


def is_negligible(assigned: Result, *, proficiency_deviation: float) -> bool:
    """Tell whether u_X < 0.3·σ_pt, so that z may be used and z′ need not (9.2.1)."""
    return assigned.standard_uncertainty < 0.3 * proficiency_deviation


def repeatability_limit(repeatability: float) -> float:
    """Return √2·1.96·s_r: two results of one item in one laboratory agree within it at 95 %."""
    if not 0.0 <= repeatability < math.inf:
        raise InvalidNumber(f"a repeatability of {repeatability} is not possible")
    return math.sqrt(2.0) * 1.96 * repeatability


@dataclass(frozen=True, slots=True)
class Robust:
    """A robust mean x*, standard deviation s*, and u(x*) = 1.25·s*/√p."""

    mean: float
    standard_deviation: float
    standard_uncertainty: float


def algorithm_a(values: Sequence[float]) -> Robust:
    """Return robust mean and standard deviation of results (ISO 13528:2022, C.3.1).

    Start with the median and 1.483·MAD; draw values beyond x* ± 1.5·s* to these limits, take
    mean and 1.134·s of what results, and repeat until nothing moves.

    Args:
        values: one a laboratory, shape `(laboratory,)`; at least three.

    Raises:
        FitError: too few values, one is not finite, or more than half of them are equal.
    """
    if len(values) < 3 or not all(map(math.isfinite, values)):
        raise FitError(f"{len(values)} value(s): algorithm A needs at least three finite ones")
    mean = statistics.median(values)
    s = 1.483 * statistics.median(abs(value - mean) for value in values)
    if s == 0.0:
        raise FitError("more than half of the results are equal; algorithm A finds no scatter")
    for _ in range(MOST_ROUNDS):
        low, high = mean - 1.5 * s, mean + 1.5 * s
        drawn = [min(max(value, low), high) for value in values]
        before, mean = (mean, s), math.fsum(drawn) / len(drawn)
        s = 1.134 * math.sqrt(math.fsum((each - mean) ** 2 for each in drawn) / (len(drawn) - 1))
        if abs(s - before[1]) <= 1e-12 * s and abs(mean - before[0]) <= 1e-12 * s:
            return Robust(mean, s, 1.25 * s / math.sqrt(len(values)))
    raise FitError(f"algorithm A does not settle in {MOST_ROUNDS} rounds")


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A mean with weights 1/u², and whether the results agree with their uncertainties.

    Attributes:
        value: in the unit of the results.
        standard_uncertainty: 1/√Σu⁻², if the results agree.
        chi_squared: Σ (x - x̄)²/u².
        dof: results minus one.
        probability: of a larger χ², were the results consistent.
    """

    value: float
    standard_uncertainty: float
    chi_squared: float
    dof: int
    probability: float

    @property
    def is_consistent(self) -> bool:
        """Whether χ² is within its 95 % quantile; if not, do not use the mean unchanged."""
        return self.probability >= CONSISTENT

    @property
    def birge_ratio(self) -> float:
        """√(χ²/ν); 0 for a single result."""
        return math.sqrt(self.chi_squared / self.dof) if self.dof else 0.0

    @property
    def enlarged_uncertainty(self) -> float:
        """The standard uncertainty times the Birge ratio, where that exceeds one."""
        return self.standard_uncertainty * max(1.0, self.birge_ratio)


def weighted_mean(results: Sequence[Result]) -> WeightedMean:
    """Return the weighted mean of independent results (Cox 2002, procedure A, steps 1 to 3).

    Raises:
        InvalidNumber: there is no result, or an uncertainty is zero.
    """
    from scipy.special import chdtrc

    if not results or min(each.standard_uncertainty for each in results) == 0.0:
        raise InvalidNumber("a weighted mean needs results, each with an uncertainty above 0")
    # Relative to the smallest u, and about one value, nothing overflows or cancels.
    least = min(each.standard_uncertainty for each in results)
    origin = results[0].value
    weights = [(least / each.standard_uncertainty) ** 2 for each in results]
    total = math.fsum(weights)
    shifted = [w * (each.value - origin) for w, each in zip(weights, results, strict=True)]
    mean = origin + math.fsum(shifted) / total
    chi_squared = math.fsum(
        ((each.value - mean) / each.standard_uncertainty) ** 2 for each in results
    )
    dof = len(results) - 1
    probability = float(chdtrc(dof, chi_squared)) if dof else 1.0
    return WeightedMean(mean, least / math.sqrt(total), chi_squared, dof, probability)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """How far a laboratory is from the reference value, with U at k = 2.

    Attributes:
        difference: x - x_ref.
        expanded_uncertainty: 2·√(u_x² - u_ref²) for a member, 2·√(u_x² + u_ref²) for another.
        is_member: whether the result is part of the reference value.
    """

    difference: float
    expanded_uncertainty: float
    is_member: bool

    @property
    def e_n(self) -> float:
        """Difference over U; beyond ±1 it is significant."""
        return _over(self.difference, self.expanded_uncertainty)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The reference value of a comparison, and each laboratory's equivalence, in their order."""

    reference: WeightedMean
    equivalences: tuple[Equivalence, ...]


def compare(results: Sequence[Result]) -> Comparison:
    """Return the reference value of a small comparison of independent results.

    The weighted mean of all if they agree (Cox 2002, procedure A), else of the largest subset
    that agrees, the one with the smallest χ² among equals (Cox 2007).

    Args:
        results: one a laboratory, 2 to 15.

    Raises:
        FitError: too few or too many results, or no two of them agree.
        InvalidNumber: an uncertainty is zero.
    """
    if not 2 <= len(results) <= MOST_SUBSETS:
        raise FitError(f"{len(results)} results: a small comparison has 2 to {MOST_SUBSETS}")
    for size in range(len(results), 1, -1):
        candidates = [
            (weighted_mean([results[i] for i in members]), members)
            for members in itertools.combinations(range(len(results)), size)
        ]
        reference, members = min(candidates, key=lambda each: each[0].chi_squared)
        if reference.is_consistent:
            found = (_equivalence(each, reference, i in members) for i, each in enumerate(results))
            return Comparison(reference, tuple(found))
    raise FitError("no two results agree; there is no reference value")


def _equivalence(result: Result, reference: WeightedMean, is_member: bool) -> Equivalence:
    own, common = result.standard_uncertainty**2, reference.standard_uncertainty**2
    variance = own - common if is_member else own + common
    return Equivalence(result.value - reference.value, 2.0 * math.sqrt(variance), is_member)


def _joint(result: Result, reference: Result, covariance: float) -> float:
    variance = result.standard_uncertainty**2 + reference.standard_uncertainty**2
    bound = result.standard_uncertainty * reference.standard_uncertainty
    if not abs(covariance) <= bound:
        raise InvalidNumber(f"a covariance of {covariance} exceeds u_x·u_X = {bound}")
    return math.sqrt(variance - 2.0 * covariance)


def _scored(difference: float, deviation: float) -> Score:
    score = _over(difference, deviation)
    if abs(score) <= 2.0:
        return Score(score, Performance.SATISFACTORY)
    questionable = abs(score) < 3.0
    return Score(score, Performance.QUESTIONABLE if questionable else Performance.UNSATISFACTORY)


def _over(difference: float, deviation: float) -> float:
    if not 0.0 < deviation < math.inf or not math.isfinite(difference):
        raise InvalidNumber(f"a score of {difference} over {deviation} means nothing")
    return difference / deviation
