"""Which rule gives the coverage factor: ν, or the shape of what dominates the budget.

JCGM 100:2008 annex G; EA-4/02 M:2022, S9 (one rectangular term), S10 and S11 (two of them). S9
leaves the other terms out of the shape: at its limit of 0.3, k = p·√3 covers 93 % for p = 95 %.
Only for independent terms with limits taken as certain; Monte Carlo answers where no rule fits.
"""

import math
from collections.abc import Sequence

from station.metrology.coverage import (
    Coverage,
    CoverageReason,
    student_factor,
    student_probability,
    truncated,
)
from station.metrology.inputs import Distribution, Input

DOMINANCE = 0.3
"""A term dominates if all others together are at most this fraction of it (EA-4/02, S9)."""

DOMINANCE_OF_TWO = 0.35
"""Two terms dominate up to this fraction of both together: it is 0.345 in EA-4/02, S11."""

Found = tuple[float, float, CoverageReason]


def coverage_factor(
    coverage: Coverage,
    inputs: tuple[Input, ...],
    shares: Sequence[float],
    dof: float,
    *,
    independent: bool,
) -> Found:
    """Return k, the probability it covers, and the rule that gave it.

    Args:
        coverage: what is asked for.
        inputs: of the budget.
        shares: of the combined variance, one an input.
        dof: effective degrees of freedom, not truncated.
        independent: no two inputs are correlated.
    """
    shape = _dominant_shape(inputs, shares) if independent and shares else None
    if coverage.k is not None:
        k = coverage.k
        if shape is CoverageReason.DOMINANT_RECTANGULAR and k < math.sqrt(3.0):
            return k, k / math.sqrt(3.0), CoverageReason.FIXED
        return k, student_probability(k, truncated(dof)), CoverageReason.FIXED
    assert coverage.probability is not None  # Coverage has one of the two
    p = coverage.probability
    if shape is CoverageReason.DOMINANT_RECTANGULAR:
        return p * math.sqrt(3.0), p, shape
    if shape is CoverageReason.DOMINANT_ARCSINE:
        largest = max(shares)
        return arcsine_factor(p, math.sqrt(max(0.0, 1.0 - largest) / largest)), p, shape
    if shape is CoverageReason.TWO_RECTANGULAR:
        wide, narrow = (math.sqrt(share) for share in sorted(shares, reverse=True)[:2])
        return trapezoidal_factor(p, (wide - narrow) / (wide + narrow)), p, shape
    reason = CoverageReason.NORMAL if math.isinf(dof) else CoverageReason.STUDENT
    return student_factor(p, truncated(dof)), p, reason


def trapezoidal_factor(probability: float, top_ratio: float) -> float:
    """Return k of a symmetric trapezoid with top over base β: of two rectangular terms together.

    EA-4/02 M:2022, S10, where the interval ends on the slope; p·(1 + β)/2 of the half base where it
    ends under the top, (1 - p) > (1 - β)/(1 + β), by the same geometry.
    """
    if (1.0 - probability) <= (1.0 - top_ratio) / (1.0 + top_ratio):
        end = 1.0 - math.sqrt((1.0 - probability) * (1.0 - top_ratio**2))
    else:
        end = 0.5 * probability * (1.0 + top_ratio)
    return end / math.sqrt((1.0 + top_ratio**2) / 6.0)


def arcsine_factor(probability: float, rest: float = 0.0) -> float:
    """Return k of an arcsine term with normal others: √2·sin(πp/2) where there are none.

    An arcsine distribution is densest at its ends, and even a small rest carries values beyond
    them: at rest 0.3 the k of the arcsine alone would cover 86 % in place of 95.45 %.

    Args:
        probability: that ± k·u shall cover.
        rest: root sum of squares of all other terms, over the arcsine term.
    """
    if rest == 0.0:
        return math.sqrt(2.0) * math.sin(0.5 * math.pi * probability)
    import numpy as np

    half_width, other = math.sqrt(2.0 / (1.0 + rest**2)), rest / math.sqrt(1.0 + rest**2)
    z = np.arange(-8.0, 8.0, 1.0 / 128.0)
    weights = np.exp(-0.5 * z * z)
    weights /= weights.sum()
    low, high = 0.0, half_width + 8.0 * other
    while low < (k := 0.5 * (low + high)) < high:
        # P(|arcsine + other·z| ≤ k), over the normal z.
        ends = np.clip((k - other * z) / half_width, -1.0, 1.0)
        starts = np.clip((-k - other * z) / half_width, -1.0, 1.0)
        covered = float(weights @ (np.arcsin(ends) - np.arcsin(starts))) / math.pi
        low, high = (k, high) if covered < probability else (low, k)
    return high


def _dominant_shape(inputs: tuple[Input, ...], shares: Sequence[float]) -> CoverageReason | None:
    """Return the rule of the term, or the two, beside which all others are negligible."""
    largest = max(shares)
    if largest * (1.0 + DOMINANCE**2) >= 1.0:
        first = inputs[shares.index(largest)]
        return _SHAPES.get(first.distribution) if math.isinf(first.dof) else None
    if 2.0 * largest * (1.0 + DOMINANCE_OF_TWO**2) < 1.0 or len(shares) < 2:
        return None
    order = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[:2]
    if sum(shares[i] for i in order) * (1.0 + DOMINANCE_OF_TWO**2) < 1.0:
        return None
    two = [inputs[i] for i in order]
    fits = all(
        each.distribution is Distribution.RECTANGULAR and each.dof == math.inf for each in two
    )
    return CoverageReason.TWO_RECTANGULAR if fits else None


_SHAPES = {
    Distribution.RECTANGULAR: CoverageReason.DOMINANT_RECTANGULAR,
    Distribution.ARCSINE: CoverageReason.DOMINANT_ARCSINE,
}
