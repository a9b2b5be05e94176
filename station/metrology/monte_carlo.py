"""Propagation of distributions by a Monte Carlo method (JCGM 101:2008), and the comparison."""

import math
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from station.metrology.draws import CHUNK, Output, Progress, Source, ignore, in_threads, propagate
from station.metrology.errors import BudgetError
from station.metrology.inputs import Distribution, Input
from station.metrology.uncertainty import Budget, Result

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

LARGEST = 100_000_000
"""Trials; 0.8 GB."""


@dataclass(frozen=True, slots=True)
class MonteCarloResult:
    """What the propagation of distributions says, in the unit of the quantity.

    Attributes:
        value: mean of the draws (JCGM 101:2008, 7.6).
        standard_uncertainty: their standard deviation, √(ν/(ν - 2)) times the u of an input where
            that is a t distribution; infinite where ν is two or fewer and there is none.
        low: lower end of the probabilistically symmetric coverage interval (7.7.2).
        high: its upper end.
        shortest_low: lower end of the shortest coverage interval (7.7.4).
        shortest_high: its upper end.
        uncertainty_of_ends: standard uncertainty of `low` and `high` from the finite number of
            trials.
        coverage: probability of both intervals.
        trials: number of draws.
        seed: of the generators (numpy's PCG64, one stream an input and chunk of draws).
    """

    value: float
    standard_uncertainty: float
    low: float
    high: float
    shortest_low: float
    shortest_high: float
    uncertainty_of_ends: float
    coverage: float
    trials: int
    seed: int


@dataclass(frozen=True, slots=True)
class Validation:
    """Whether propagation of uncertainty agrees with the Monte Carlo interval (JCGM 101, 8).

    Attributes:
        d_low: |y - U - y_low|, in the unit of the quantity.
        d_high: |y + U - y_high|.
        tolerance: δ, half a unit of the last reported digit of u (7.9.2).
        accepted: both differences are at most δ.
        converged: the Monte Carlo ends are known to δ/5 (8.2), twice their standard uncertainty;
            else more trials are needed where a difference is close to δ.
        decided: more trials would not change `accepted`: they are converged, or the larger
            difference is further from δ than twice the standard uncertainty of the ends.
    """

    d_low: float
    d_high: float
    tolerance: float
    accepted: bool
    converged: bool
    decided: bool


class Interval(Enum):
    """Which coverage interval is reported (JCGM 101:2008, 7.7)."""

    SYMMETRIC = "probabilistically symmetric"
    SHORTEST = "shortest"


@dataclass(frozen=True, slots=True)
class AdaptiveResult:
    """What the adaptive procedure found, and whether it may be reported (JCGM 101:2008, 7.9.4).

    Attributes:
        result: of all trials together.
        tolerance: the numerical tolerance that was asked for, in the unit of the quantity.
        spread: twice the largest standard deviation of value, u and ends between blocks.
        blocks: number of blocks of trials.
        converged: `spread` is below `tolerance`; else the bound on the trials ended it, and the
            last digits are not stable.
    """

    result: MonteCarloResult
    tolerance: float
    spread: float
    blocks: int
    converged: bool


def simulate(
    budget: Budget,
    *,
    trials: int = 1_000_000,
    seed: int,
    coverage: float = 0.9545,
    chunk: int = CHUNK,
    workers: int = 1,
    progress: Progress = ignore,
) -> MonteCarloResult:
    """Draw from the inputs and evaluate the same model on the draws.

    Args:
        budget: model, inputs and correlations.
        trials: at least 10⁴/(1 - coverage) is advised (JCGM 101:2008, 7.2.2).
        seed: the same seed and chunk give the same result, whatever the workers.
        coverage: probability of the intervals.
        chunk: draws evaluated at a time.
        workers: threads.
        progress: told the number of trials done.

    Raises:
        BudgetError: too few or too many trials, a negative seed, correlated inputs that are not
            normal, an input with one degree of freedom or less, or a model without a finite
            value.
    """
    _check(budget, trials, coverage)
    source, output = _source(budget, seed)
    draws = propagate(source, [output], trials, chunk=chunk, workers=workers, progress=progress)
    return summarise(draws[0], budget.inputs, coverage, seed)


def simulate_adaptively(
    budget: Budget,
    *,
    digits: int = 2,
    part: float = 1.0,
    seed: int,
    coverage: float = 0.9545,
    interval: Interval = Interval.SYMMETRIC,
    most: int = 10_000_000,
    workers: int = 1,
    progress: Progress = ignore,
) -> AdaptiveResult:
    """Draw block by block until the stated digits are stable (JCGM 101:2008, 7.9.4).

    Args:
        budget: model, inputs and correlations.
        digits: significant digits of u that shall be stable.
        part: of the tolerance for these digits; 0.2 for a validation (8.2).
        seed: the same seed gives the same result, whatever the workers.
        coverage: probability of the interval.
        interval: the one that shall be stable.
        most: trials at which it ends, converged or not.
        workers: threads; they draw at most as many blocks more than are used.
        progress: told the number of trials done.

    Raises:
        BudgetError: as `simulate`; or `most` holds fewer than two blocks.
    """
    import numpy as np

    if digits < 1 or not 0.0 < part < math.inf:
        raise BudgetError(f"{budget.quantity}: {digits} digit(s), {part} of their tolerance")
    block = _block(budget, coverage, most)
    source, output = _source(budget, seed)
    drawn: list[NDArray[float64]] = []
    table = np.empty((most // block, 4))
    tolerance = spread = math.inf

    def draw(number: int) -> "tuple[NDArray[float64], _Figures]":
        values = propagate(source, [output], block, chunk=block, first=number)[0]
        return values, _figures(values, coverage, interval)

    with closing(in_threads(draw, range(len(table)), workers)) as blocks:
        for values, figures in blocks:
            table[len(drawn)] = figures
            drawn.append(values)
            progress(len(drawn) * block)
            if len(drawn) > 1:
                found = table[: len(drawn)]
                tolerance = part * numerical_tolerance(_combined_deviation(found, block), digits)
                spread = _spread(found)
                if spread < tolerance or spread == 0.0:
                    break
    result = summarise(np.concatenate(drawn), budget.inputs, coverage, seed)
    return AdaptiveResult(result, tolerance, spread, len(drawn), spread <= tolerance)


def _block(budget: Budget, coverage: float, most: int) -> int:
    """Return the trials of a block, the larger of 100/(1 - p) and 10⁴ (JCGM 101:2008, 7.9.4)."""
    block = max(math.ceil(100.0 / (1.0 - coverage)) if 0.0 < coverage < 1.0 else 0, 10_000)
    _check(budget, block, coverage)
    if not 2 * block <= most <= LARGEST:
        raise BudgetError(
            f"{budget.quantity}: at most {most} trials; state {2 * block} … {LARGEST}, two blocks"
            " being the least"
        )
    return block


_Figures = tuple[float, float, float, float]


def _figures(draws: "NDArray[float64]", coverage: float, interval: Interval) -> _Figures:
    """Return value, u and the two ends of a block of draws."""
    import numpy as np

    symmetric, shortest = _intervals(np.sort(draws), coverage)
    ends = symmetric if interval is Interval.SYMMETRIC else shortest
    return float(np.mean(draws)), float(np.std(draws, ddof=1)), *ends


def _spread(figures: "NDArray[float64]") -> float:
    """Return twice the largest standard deviation of the means over blocks, one a row."""
    return 2.0 * float(figures.std(axis=0, ddof=1).max()) / math.sqrt(len(figures))


def _combined_deviation(figures: "NDArray[float64]", block: int) -> float:
    """Return the standard deviation of all draws from that of the blocks, and their means."""
    means, deviations = figures[:, 0], figures[:, 1]
    squares = (block - 1) * (deviations**2).sum() + block * ((means - means.mean()) ** 2).sum()
    return math.sqrt(float(squares) / (block * len(figures) - 1))


def summarise(
    draws: "NDArray[float64]", inputs: tuple[Input, ...], coverage: float, seed: int
) -> MonteCarloResult:
    """Return what draws of a quantity, shape `(trial,)`, amount to; they are reordered in place."""
    import numpy as np

    value, deviation = float(np.mean(draws)), float(np.std(draws, ddof=1))
    _sort_ends(draws, coverage)
    (low, high), (shortest_low, shortest_high) = _intervals(draws, coverage)
    return MonteCarloResult(
        value,
        math.inf if any(map(_has_no_variance, inputs)) else deviation,
        low,
        high,
        shortest_low,
        shortest_high,
        _uncertainty_of_ends(draws, coverage),
        coverage,
        len(draws),
        seed,
    )


def validate(result: Result, monte_carlo: MonteCarloResult, digits: int = 2) -> Validation:
    """Compare y ± U with the symmetric Monte Carlo interval (JCGM 101:2008, clause 8).

    Args:
        result: of the propagation of uncertainty.
        monte_carlo: of the same budget.
        digits: significant digits of u that are reported; they set the tolerance.

    Raises:
        BudgetError: the two are for different coverage probabilities.
    """
    if not math.isclose(result.coverage_probability, monte_carlo.coverage, abs_tol=1e-6):
        raise BudgetError(
            f"{result.quantity}: U covers {result.coverage_probability:.6g} and the Monte Carlo"
            f" interval {monte_carlo.coverage:.6g}; simulate with the same probability"
        )
    tolerance = numerical_tolerance(result.standard_uncertainty, digits)
    d_low = abs(result.value - result.expanded_uncertainty - monte_carlo.low)
    d_high = abs(result.value + result.expanded_uncertainty - monte_carlo.high)
    larger, doubt = max(d_low, d_high), 2.0 * monte_carlo.uncertainty_of_ends
    converged = doubt <= tolerance / 5.0
    decided = converged or abs(larger - tolerance) > doubt
    return Validation(d_low, d_high, tolerance, larger <= tolerance, converged, decided)


def numerical_tolerance(standard_uncertainty: float, digits: int) -> float:
    """Return δ = 10^l / 2 where u = c·10^l with c of `digits` digits (JCGM 101:2008, 7.9.2)."""
    if standard_uncertainty == 0.0:
        return 0.0
    exponent = int(f"{standard_uncertainty:.{digits - 1}e}".partition("e")[2])
    return 0.5 * float(10.0 ** (exponent - digits + 1))


def _source(budget: Budget, seed: int) -> tuple[Source, Output]:
    """Return where the draws come from, and what becomes of them.

    Raises:
        BudgetError: names the quantity and what cannot be drawn.
    """
    try:
        source = Source(budget.inputs, budget.correlations, seed)
    except BudgetError as error:
        raise BudgetError(f"{budget.quantity}: {error}") from error
    return source, Output(budget.quantity, budget.model, tuple(range(len(budget.inputs))))


def _check(budget: Budget, trials: int, coverage: float) -> None:
    if trials > LARGEST:
        raise BudgetError(
            f"{budget.quantity}: {trials} trials must be {LARGEST} at most: all are held for"
            " sorting"
        )
    if not 0.0 < coverage < 1.0 or (1.0 - coverage) * trials < 2.0:
        raise BudgetError(
            f"{budget.quantity}: {trials} trials hold no interval of probability {coverage};"
            f" {_advised(coverage)}"
        )


def more_trials(monte_carlo: MonteCarloResult, tolerance: float) -> str:
    """Say how many trials make the ends known to a fifth of `tolerance`, δ (JCGM 101:2008, 8.2).

    Fewer than 10⁴/(1 - p) trials know their own ends too badly to tell: that number is then told,
    which is also what a simulation that is too small to be begun is told.
    """
    trials = monte_carlo.trials
    if trials < _advisable(monte_carlo.coverage):
        return _advised(monte_carlo.coverage)
    # The ends' uncertainty falls with the root of the trials; half as many again for its doubt.
    short_by = (10.0 * monte_carlo.uncertainty_of_ends / tolerance) ** 2 if tolerance else 0.0
    enough = float(f"{1.5 * short_by * trials:.0e}")
    if enough > LARGEST:
        return f"{LARGEST} trials, the most, would be too few; report fewer digits"
    return "use more trials" + (f"; about {enough:.0f} are enough" if enough > trials else "")


def _advisable(coverage: float) -> int:
    return math.ceil(round(1e4 / (1.0 - coverage), 3))


def _advised(coverage: float) -> str:
    """Say how many trials, or which probability, would do."""
    if not 0.0 < coverage < 1.0:
        return "use a probability between 0 and 1"
    trials = _advisable(coverage)
    if trials > LARGEST:
        return (
            f"use a smaller probability: {trials} trials would be needed, and {LARGEST} are the"
            " most (JCGM 101:2008, 7.2.2)"
        )
    return f"use at least 10⁴/(1 - p) = {trials} trials (JCGM 101:2008, 7.2.2)"


def _has_no_variance(quantity: Input) -> bool:
    uncertain = quantity.distribution is Distribution.NORMAL and quantity.standard_uncertainty > 0
    return uncertain and quantity.dof <= 2.0


def _sort_ends(draws: "NDArray[float64]", coverage: float) -> None:
    """Bring both ends of the draws into order: no interval looks between them."""
    trials = len(draws)
    end = trials - int(coverage * trials) + 2
    if 2 * end >= trials:
        draws.sort()
        return
    draws.partition((end, trials - end - 1))
    draws[:end].sort()
    draws[trials - end :].sort()


_Interval = tuple[float, float]


def _intervals(ordered: "NDArray[float64]", coverage: float) -> tuple[_Interval, _Interval]:
    """Return the symmetric and the shortest interval (JCGM 101:2008, 7.7).

    Args:
        ordered: draws, of which at least the ends are sorted, as by `_sort_ends`.
        coverage: probability.
    """
    import numpy as np

    trials = len(ordered)
    q = min(int(coverage * trials + 0.5), trials - 1)
    # The clause counts draws from 1, an array from 0.
    r = max((trials - q + 1) // 2, 1) - 1
    shortest = int(np.argmin(ordered[q:] - ordered[: trials - q]))
    return (
        (float(ordered[r]), float(ordered[r + q])),
        (float(ordered[shortest]), float(ordered[shortest + q])),
    )


def _uncertainty_of_ends(ordered: "NDArray[float64]", coverage: float) -> float:
    """Return the larger standard uncertainty of the symmetric interval's ends.

    The number of draws below a quantile is binomial; the draws that many ranks either way of the
    end bound it, whatever the distribution.
    """
    trials = len(ordered)
    tail = 0.5 * (1.0 - coverage)
    ranks = math.ceil(math.sqrt(trials * tail * (1.0 - tail)))

    def spread(end: int) -> float:
        inner, outer = max(end - ranks, 0), min(end + ranks, trials - 1)
        return 0.5 * float(ordered[outer] - ordered[inner])

    return max(spread(int(tail * trials)), spread(int((1.0 - tail) * trials)))
