"""Constants of Shewhart charts, from the normal distribution instead of a table.

NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.1.
"""

import math
from functools import lru_cache

from station.metrology.errors import InvalidNumber

MANY = 10_000
"""Readings beyond which c₄ is taken from its asymptotic series, exact to 1e-13."""


def unbiasing_factor(size: int) -> float:
    """Return c₄ = √(2/(n-1))·Γ(n/2)/Γ((n-1)/2): the mean of s in units of σ, n readings."""
    if size < 2:
        raise InvalidNumber(f"{size} reading(s) have no standard deviation")
    if size > MANY:
        # The logarithms of gamma are too large to subtract; their series is exact here.
        return 1.0 - 0.25 / (size - 1) + 1.0 / (32.0 * (size - 1) ** 2)
    ratio = math.exp(math.lgamma(size / 2.0) - math.lgamma((size - 1) / 2.0))
    return math.sqrt(2.0 / (size - 1)) * ratio


def mean_relative_range(size: int) -> float:
    """Return d₂: the mean of the range of n normal readings in units of σ."""
    return _range_moments(size)[0]


def range_deviation(size: int) -> float:
    """Return d₃: the standard deviation of the range of n normal readings in units of σ."""
    return _range_moments(size)[1]


@lru_cache(maxsize=64)
def _range_moments(size: int) -> tuple[float, float]:
    """Integrate P(W ≤ w) = n·∫ φ(x)·[Φ(x+w) - Φ(x)]^(n-1) dx into mean and deviation."""
    if size < 2:
        raise InvalidNumber(f"{size} reading(s) have no range")
    import numpy as np
    from scipy.special import ndtr

    nodes, weights = np.polynomial.legendre.leggauss(120)
    longest = 20.0
    w = 0.5 * longest * (nodes + 1.0)
    x = np.arange(-12.0, 12.0, 0.02)
    density = np.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi) * 0.02
    within = size * ((ndtr(x + w[:, None]) - ndtr(x)) ** (size - 1) @ density)
    beyond = 0.5 * longest * weights * (1.0 - within)
    mean = float(beyond.sum())
    return mean, math.sqrt(float(2.0 * (w * beyond).sum()) - mean**2)
