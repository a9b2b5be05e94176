"""Shares of counted results, whose results of one trial may hang together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of counted results, and how many independent ones they are worth.

    Attributes:
        successes: counted.
        total: results counted.
        effective: number of independent results that would tell as much.
    """

    successes: int
    total: int
    effective: float

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.total or not 0.0 < self.effective <= self.total:
            raise InvalidNumber(
                f"{self.successes} of {self.total}, worth {self.effective}: count at least one"
            )

    @property
    def share(self) -> float:
        """The share of successes."""
        return self.successes / self.total

    def limits(self, confidence: float) -> tuple[float, float]:
        """Return the exact two-sided binomial limits (C. J. Clopper, E. S. Pearson, 1934).

        By beta quantiles, which take an effective number that is not whole (E. L. Korn,
        B. I. Graubard, Survey Methodology 24 (1998) 193; from memory, unverified).
        """
        from scipy.special import betaincinv

        good, tail = self.share * self.effective, 0.5 * (1.0 - confidence)
        bad = self.effective - good
        low = 0.0 if good == 0.0 else float(betaincinv(good, bad + 1.0, tail))
        high = 1.0 if bad == 0.0 else float(betaincinv(good + 1.0, bad, 1.0 - tail))
        return low, high

    def probability_if(self, share: float) -> float:
        """Return the probability of so few successes, or fewer, where `share` is the true one."""
        from scipy.special import betainc

        good = self.share * self.effective
        bad = self.effective - good
        return 1.0 if bad == 0.0 else float(betainc(bad, good + 1.0, 1.0 - share))


def clustered(successes: Sequence[int], totals: Sequence[int]) -> Proportion:
    """Return the share over all trials; `successes` and `totals` are counts by trial.

    The scatter from trial to trial says how far results of one trial hang together (the design
    effect of a ratio estimate: W. G. Cochran, Sampling Techniques, 3rd edition, chapter 9). It is
    itself estimated from the trials, so their number enters as degrees of freedom (Korn and
    Graubard). Without scatter there is nothing to estimate from: each trial then counts once.

    Raises:
        InvalidNumber: nothing was counted.
    """
    good, total, trials = sum(successes), sum(totals), sum(1 for n in totals if n)
    if total == 0:
        raise InvalidNumber("nothing was counted: there is no share")
    share = good / total
    if trials == 1 or share in (0.0, 1.0):
        return Proportion(good, total, trials)
    squares = math.fsum((x - share * n) ** 2 for x, n in zip(successes, totals, strict=True))
    variance = trials / (trials - 1) * squares / total**2
    if variance == 0.0:
        return Proportion(good, total, total)
    few = student_factor(0.95, total - 1) / student_factor(0.95, trials - 1)
    effective = share * (1.0 - share) / variance * few**2
    return Proportion(good, total, min(max(effective, 1.0), float(total)))
