"""Readings in groups, such as days: is there more scatter between the groups than within them?

JCGM 100:2008, H.5: one-way analysis of variance, balanced, random effects.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from station.metrology.errors import BudgetError
from station.metrology.inputs import Input, mean_and_variance, normal


@dataclass(frozen=True, slots=True)
class TwoLevel:
    """J groups of K readings each, in the unit of the readings.

    Attributes:
        mean: of all readings.
        between: s_a, standard deviation of the groups' means.
        within: s_b, pooled standard deviation of readings about the mean of their group.
        groups: J.
        size: K.

    Raises:
        BudgetError: fewer than two groups or readings a group, or a scatter is impossible.
    """

    mean: float
    between: float
    within: float
    groups: int
    size: int

    def __post_init__(self) -> None:
        if self.groups < 2 or self.size < 2:
            raise BudgetError(
                f"{self.groups} groups of {self.size}: two levels need two groups of two readings"
            )
        scatters = (self.between, self.within)
        if not (math.isfinite(self.mean) and all(0.0 <= s < math.inf for s in scatters)):
            raise BudgetError(f"{self}: the mean and both scatters must be finite numbers")

    @property
    def dof_between(self) -> int:
        """Return J - 1."""
        return self.groups - 1

    @property
    def dof_within(self) -> int:
        """Return J·(K - 1)."""
        return self.groups * (self.size - 1)

    @property
    def mean_square_between(self) -> float:
        """Return K·s_a²."""
        return self.size * self.between**2

    @property
    def mean_square_within(self) -> float:
        """Return s_b²."""
        return self.within**2

    @property
    def ratio(self) -> float:
        """Return F = K·s_a²/s_b²; infinite where nothing scatters within the groups."""
        if not self.within:
            return math.inf if self.between else 0.0
        return self.mean_square_between / self.mean_square_within

    def critical_ratio(self, probability: float = 0.95) -> float:
        """Return the quantile of F that chance alone exceeds with 1 - `probability`.

        Raises:
            BudgetError: the probability is not between 0 and 1.
        """
        if not 0.0 < probability < 1.0:
            raise BudgetError(f"an F quantile at {probability}: state a probability within 0 … 1")
        from scipy.special import fdtri

        return float(fdtri(self.dof_between, self.dof_within, probability))

    def differ(self, probability: float = 0.95) -> bool:
        """Tell whether the groups' means scatter more than chance explains (H.5.2.2)."""
        return self.ratio > self.critical_ratio(probability)

    @property
    def scatter_of_groups(self) -> float:
        """Return s_B of the groups themselves, √((K·s_a² - s_b²)/K); 0 where that is negative."""
        excess = self.mean_square_between - self.mean_square_within
        return math.sqrt(max(0.0, excess) / self.size)

    def as_input(self, name: str, *, probability: float = 0.95, source: str) -> Input:
        """State the mean: s_a/√J with ν = J - 1 where the groups differ, else all readings pooled.

        Pooled: s² = ((J-1)·K·s_a² + J·(K-1)·s_b²)/(J·K - 1), u = s/√(J·K), ν = J·K - 1 (H.5.2.4).
        """
        if self.differ(probability):
            u, dof = self.between / math.sqrt(self.groups), self.dof_between
        else:
            count = self.groups * self.size
            squares = self.dof_between * self.mean_square_between
            squares += self.dof_within * self.mean_square_within
            u, dof = math.sqrt(squares / (count - 1) / count), count - 1
        return normal(name, self.mean, standard_uncertainty=u, dof=dof, source=source)


def two_level(groups: Sequence[Sequence[float]]) -> TwoLevel:
    """Analyse readings of shape `(group, reading)`, the same number in each group.

    Raises:
        BudgetError: groups of different size, too few of them, or a reading that is not finite.
    """
    sizes = {len(group) for group in groups}
    if len(groups) < 2 or len(sizes) != 1 or min(sizes) < 2:
        raise BudgetError(
            f"groups of {[len(group) for group in groups]} readings: the analysis needs at least"
            " two groups of one size, two or more readings each"
        )
    if not all(math.isfinite(value) for group in groups for value in group):
        raise BudgetError("a reading is not a finite number")
    found = [mean_and_variance(group) for group in groups]
    return from_summaries(
        [mean for mean, _ in found], [math.sqrt(variance) for _, variance in found], sizes.pop()
    )


def from_summaries(
    means: Sequence[float], standard_deviations: Sequence[float], size: int
) -> TwoLevel:
    """Analyse groups of which mean and standard deviation are on record.

    Args:
        means: of the groups, shape `(group,)`.
        standard_deviations: of single readings within each group, same shape.
        size: readings a group.

    Raises:
        BudgetError: the shapes differ, there are fewer than two groups, or a number is impossible.
    """
    if len(means) != len(standard_deviations) or len(means) < 2:
        raise BudgetError(
            f"{len(means)} means and {len(standard_deviations)} standard deviations: state both"
            " for each of at least two groups"
        )
    mean, variance = mean_and_variance(means)
    within = math.sqrt(math.fsum(s * s for s in standard_deviations) / len(means))
    return TwoLevel(mean, math.sqrt(variance), within, len(means), size)
