"""Guard bands: how far an acceptance limit keeps from its tolerance limit.

JCGM 106:2012, 8.3; ILAC-G8:09/2019 clause 4; ISO 14253-1; ANSI/NCSL Z540.3-2006 and its handbook.
Each kind is a value that a decision rule carries, so that the record names it completely.
"""

import math
from dataclasses import asdict, dataclass

from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber
from station.metrology.limits import Limits, span
from station.metrology.risk import (
    Population,
    guard_band_for,
    method_6,
    recommended_practice_10,
    root_difference_of_squares,
)

NEGLIGIBLE = 1e-9
"""Of the tolerance: a smaller uncertainty moves none of these guard bands off zero."""


@dataclass(frozen=True, slots=True)
class MultipleOfUncertainty:
    """w = r·U (ILAC-G8:09/2019, 4.2.2).

    Attributes:
        multiplier: r.
    """

    multiplier: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.multiplier < math.inf:
            raise InvalidNumber(f"{self}: the multiple of U is not negative, and finite")


@dataclass(frozen=True, slots=True)
class TargetSpecificRisk:
    """w such that a result on the acceptance limit is beyond that limit with `probability`.

    w = z(1 - risk)·u, of a t distribution where ν is finite (JCGM 106:2012, 8.3.2): risk 0.05 is
    the conformance probability 95 %. It is the risk at the nearest limit: between two limits less
    than about 5·u apart the other one adds to it, up to as much again. `conformity.decide` states
    the whole of it for each result.

    Attributes:
        probability: at most one half.
    """

    probability: float

    def __post_init__(self) -> None:
        if not 0.0 < self.probability <= 0.5:
            raise InvalidNumber(f"{self}: state a risk above 0, and at most one half")


@dataclass(frozen=True, slots=True)
class TargetGlobalRisk:
    """w such that the PFA of items like this one, joint, is at most `probability`.

    Attributes:
        probability: target, e.g. 0.02 (Z540.3-2006, 5.3).
        reliability: true in-tolerance probability of the population, centred between the limits.
    """

    probability: float
    reliability: float

    def __post_init__(self) -> None:
        if not (0.0 < self.probability < 1.0 and 0.0 < self.reliability < 1.0):
            raise InvalidNumber(f"{self}: both are probabilities between 0 and 1")


@dataclass(frozen=True, slots=True)
class RootDifferenceOfSquares:
    """A/T = √(1 - 1/TUR²)."""


@dataclass(frozen=True, slots=True)
class RecommendedPractice10:
    """A/T = 1.25 - 1/TUR and at most 1 (NCSLI RP-10)."""


@dataclass(frozen=True, slots=True)
class Method6:
    """A/T that keeps PFA ≤ 2 % at any reliability, from TUR alone (Dobbert; Z540.3 handbook)."""


GuardBand = (
    MultipleOfUncertainty
    | TargetSpecificRisk
    | TargetGlobalRisk
    | RootDifferenceOfSquares
    | RecommendedPractice10
    | Method6
)


def parameters(band: GuardBand) -> dict[str, float]:
    """Return the numbers a guard band is chosen by, by name."""
    return {name: float(number) for name, number in asdict(band).items()}


def formula(band: GuardBand) -> str:
    """Return how w, or A/T of acceptance over tolerance half-width, is computed: "w = 0.83·U"."""
    match band:
        case MultipleOfUncertainty(0.0):
            return "w = 0"
        case MultipleOfUncertainty(1.0):
            return "w = U"
        case MultipleOfUncertainty(multiplier):
            return f"w = {multiplier:g}·U"
        case TargetSpecificRisk(probability):
            return f"w = z({1.0 - probability:g})·u"
        case TargetGlobalRisk(probability, reliability):
            return f"PFA(w) ≤ {probability:g}; R = {reliability:g}"
        case RootDifferenceOfSquares():
            return "A/T = √(1 - 1/TUR²)"
        case RecommendedPractice10():
            return "A/T = 1.25 - 1/TUR ≤ 1"
        case Method6():
            return "A/T = 1 - M/TUR; M = 1.04 - exp(0.38·ln TUR - 0.54) ≥ 0"


def width(
    band: GuardBand,
    limits: Limits,
    expanded_uncertainty: float,
    standard_uncertainty: float,
    *,
    dof: float = math.inf,
) -> float:
    """Return w, the same on both sides, in the unit of the limits.

    The formulas of TUR are defined for ratios from 1; below it w is half the tolerance, which
    leaves nothing to accept.

    Args:
        band: kind of guard band.
        limits: tolerance limits.
        expanded_uncertainty: U; in the formulas of TUR it stands for U95.
        standard_uncertainty: u.
        dof: degrees of freedom of u.

    Raises:
        InvalidNumber: a formula of TUR or a population needs both limits.
    """
    match band:
        case MultipleOfUncertainty(multiplier):
            return multiplier * expanded_uncertainty
        case TargetSpecificRisk(probability):
            if probability == 0.5:
                return 0.0
            return student_factor(1.0 - 2.0 * probability, dof) * standard_uncertainty
        case TargetGlobalRisk(probability, reliability):
            half = 0.5 * span(limits)
            middle = limits.lower + half
            centred = Population.of_reliability(reliability, half)
            population = Population(middle, centred.standard_deviation)
            if standard_uncertainty <= NEGLIGIBLE * half:
                return 0.0
            return guard_band_for(probability, population, standard_uncertainty, limits)
        case RootDifferenceOfSquares():
            share = root_difference_of_squares
        case RecommendedPractice10():
            share = recommended_practice_10
        case Method6():
            share = method_6
    half = 0.5 * span(limits)
    if expanded_uncertainty <= NEGLIGIBLE * half:
        return 0.0
    if expanded_uncertainty > half:
        return half
    return half * (1.0 - share(half / expanded_uncertainty))
