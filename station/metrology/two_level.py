"""Readings in groups, such as days: is there more scatter between the groups than within them?

One-way analysis of variance with random effects: JCGM 100:2008, H.5 for groups of one size. For
groups of different size the mean squares are weighted with the sizes, and ISO 5725-2:1994, 7.4.5
(from memory, unverified) gives the size that counts; both are the same where all sizes are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from station.metrology.errors import BudgetError
from station.metrology.inputs import Input, mean_and_variance, normal


@dataclass(frozen=True, slots=True)
class TwoLevel:
    """J groups of readings, in the unit of the readings.

    Attributes:
        means: of the groups, shape `(group,)`.
        sizes: readings in each group, n₁ … n_J, together N.
        within: s_b, pooled standard deviation of readings about the mean of their group.

    Raises:
        BudgetError: fewer than two groups, no group of two readings, or a number is impossible.
    """

    means: tuple[float, ...]
    sizes: tuple[int, ...]
    within: float

    def __post_init__(self) -> None:
        if len(self.means) != len(self.sizes) or len(self.means) < 2 or min(self.sizes) < 1:
            raise BudgetError(
                f"{len(self.means)} means of groups of {list(self.sizes)} readings: two levels need"
                " at least two groups, each with its mean and its readings"
            )
        if max(self.sizes) < 2:
            raise BudgetError("groups of one reading have no scatter within; take two readings")
        if not (all(map(math.isfinite, self.means)) and 0.0 <= self.within < math.inf):
            raise BudgetError(f"{self}: the means and the scatter must be finite numbers")

    @property
    def groups(self) -> int:
        """Return J."""
        return len(self.means)

    @property
    def count(self) -> int:
        """Return N, the number of all readings."""
        return sum(self.sizes)

    @property
    def mean(self) -> float:
        """Return the mean of all readings."""
        pairs = zip(self.sizes, self.means, strict=True)
        return math.fsum(size * mean for size, mean in pairs) / self.count

    @property
    def mean_of_groups(self) -> float:
        """Return the mean of the groups' means, each counted once."""
        return math.fsum(self.means) / self.groups

    @property
    def between(self) -> float:
        """Return s_a, the standard deviation of the groups' means."""
        return math.sqrt(mean_and_variance(self.means)[1])

    @property
    def dof_between(self) -> int:
        """Return J - 1."""
        return self.groups - 1

    @property
    def dof_within(self) -> int:
        """Return N - J."""
        return self.count - self.groups

    @property
    def effective_size(self) -> float:
        """Return n₀ = (N - Σnᵢ²/N)/(J - 1): K for groups of K, else below their mean size."""
        squares = sum(size * size for size in self.sizes)
        return (self.count - squares / self.count) / self.dof_between

    @property
    def mean_square_between(self) -> float:
        """Return Σnᵢ(x̄ᵢ - x̄)²/(J - 1); K·s_a² for groups of K."""
        mean, pairs = self.mean, zip(self.sizes, self.means, strict=True)
        return math.fsum(size * (own - mean) ** 2 for size, own in pairs) / self.dof_between

    @property
    def mean_square_within(self) -> float:
        """Return s_b²."""
        return self.within**2

    @property
    def ratio(self) -> float:
        """Return F, mean square between over within; infinite where nothing scatters within."""
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
        """Return s_B of the groups themselves, √((F - 1)·s_b²/n₀); 0 where that is negative."""
        excess = self.mean_square_between - self.mean_square_within
        return math.sqrt(max(0.0, excess) / self.effective_size)

    def as_input(self, name: str, *, probability: float = 0.95, source: str) -> Input:
        """State the mean of the groups where they differ, else the mean of all readings.

        Groups that differ: each mean counts once, u = s_a/√J with ν = J - 1 (H.5). E(s_a²)/J is
        the variance of that mean whatever the sizes; ν is exact for groups of one size and close
        where s_B exceeds s_b/√nᵢ. Else all readings are one series of N (H.5.2.4).
        """
        if self.differ(probability):
            u = self.between / math.sqrt(self.groups)
            mean, dof = self.mean_of_groups, self.dof_between
        else:
            squares = self.dof_between * self.mean_square_between
            squares += self.dof_within * self.mean_square_within
            mean, dof = self.mean, self.count - 1
            u = math.sqrt(squares / dof / self.count)
        return normal(name, mean, standard_uncertainty=u, dof=dof, source=source)


def two_level(groups: Sequence[Sequence[float]]) -> TwoLevel:
    """Analyse readings of shape `(group, reading)`; groups may be of different size.

    Raises:
        BudgetError: fewer than two groups, an empty one, none of two readings, or a reading that
            is not finite.
    """
    if not all(groups) or not all(math.isfinite(value) for group in groups for value in group):
        raise BudgetError("a group is empty, or a reading is not a finite number")
    found = [mean_and_variance(group) if len(group) > 1 else (group[0], 0.0) for group in groups]
    return from_summaries(
        [mean for mean, _ in found],
        [math.sqrt(variance) for _, variance in found],
        [len(group) for group in groups],
    )


def from_summaries(
    means: Sequence[float], standard_deviations: Sequence[float], sizes: Sequence[int]
) -> TwoLevel:
    """Analyse groups of which mean and standard deviation are on record.

    Args:
        means: of the groups, shape `(group,)`.
        standard_deviations: of single readings within each group, same shape; 0 for a group of
            one reading, which has none.
        sizes: readings in each group, same shape.

    Raises:
        BudgetError: the shapes differ, there are fewer than two groups, or a number is impossible.
    """
    if not len(means) == len(standard_deviations) == len(sizes):
        raise BudgetError(
            f"{len(means)} means, {len(standard_deviations)} standard deviations and {len(sizes)}"
            " sizes: state all three for each group"
        )
    if not all(0.0 <= s < math.inf for s in standard_deviations):
        raise BudgetError(f"standard deviations {list(standard_deviations)}: one is impossible")
    pairs = list(zip(sizes, standard_deviations, strict=True))
    squares = math.fsum(max(0, size - 1) * s * s for size, s in pairs)
    within = math.sqrt(squares / max(1, sum(sizes) - len(sizes)))
    return TwoLevel(tuple(means), tuple(sizes), within)
