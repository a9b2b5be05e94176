"""Propagation of distributions by a Monte Carlo method (JCGM 101:2008), and the comparison."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.metrology import correlation
from station.metrology.errors import BudgetError
from station.metrology.inputs import Distribution, Input
from station.metrology.uncertainty import Budget, Result

if TYPE_CHECKING:
    from numpy import float64
    from numpy.random import Generator
    from numpy.typing import NDArray

CHUNK = 50_000
"""Draws held at a time per input: small enough to stay in the processor's cache."""

LARGEST = 100_000_000
"""Trials; 0.8 GB."""


@dataclass(frozen=True, slots=True)
class MonteCarloResult:
    """What the propagation of distributions says, in the unit of the quantity.

    Attributes:
        value: mean of the draws (JCGM 101:2008, 7.6).
        standard_uncertainty: their standard deviation; infinite where an input is a t
            distribution with two degrees of freedom or fewer, which has no finite one.
        low: lower end of the probabilistically symmetric coverage interval (7.7.2).
        high: its upper end.
        shortest_low: lower end of the shortest coverage interval (7.7.4).
        shortest_high: its upper end.
        uncertainty_of_ends: standard uncertainty of `low` and `high` from the finite number of
            trials.
        coverage: probability of both intervals.
        trials: number of draws.
        seed: of the generator (numpy's PCG64, one stream an input).
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
    """

    d_low: float
    d_high: float
    tolerance: float
    accepted: bool
    converged: bool


def simulate(
    budget: Budget,
    *,
    trials: int = 1_000_000,
    seed: int,
    coverage: float = 0.9545,
    chunk: int = CHUNK,
) -> MonteCarloResult:
    """Draw from the inputs and evaluate the same model on the draws.

    Args:
        budget: model, inputs and correlations.
        trials: at least 10⁴/(1 - coverage) is advised (JCGM 101:2008, 7.2.2).
        seed: the same seed and chunk give the same result.
        coverage: probability of the intervals.
        chunk: draws evaluated at a time.

    Raises:
        BudgetError: too few or too many trials, a negative seed, correlated inputs that are not
            normal, an input with fewer than two degrees of freedom, or a model without a finite
            value.
    """
    import numpy as np

    _check(budget, trials, seed, coverage)
    draws = _propagate(budget, trials, seed, chunk)
    value, deviation = float(np.mean(draws)), float(np.std(draws, ddof=1))
    draws.sort()
    (low, high), (shortest_low, shortest_high) = _intervals(draws, coverage)
    return MonteCarloResult(
        value,
        math.inf if any(map(_has_no_variance, budget.inputs)) else deviation,
        low,
        high,
        shortest_low,
        shortest_high,
        _uncertainty_of_ends(draws, coverage),
        coverage,
        trials,
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
    converged = 2.0 * monte_carlo.uncertainty_of_ends <= tolerance / 5.0
    return Validation(d_low, d_high, tolerance, max(d_low, d_high) <= tolerance, converged)


def numerical_tolerance(standard_uncertainty: float, digits: int) -> float:
    """Return δ = 10^l / 2 where u = c·10^l with c of `digits` digits (JCGM 101:2008, 7.9.2)."""
    if standard_uncertainty == 0.0:
        return 0.0
    exponent = int(f"{standard_uncertainty:.{digits - 1}e}".partition("e")[2])
    return 0.5 * float(10.0 ** (exponent - digits + 1))


def _propagate(budget: Budget, trials: int, seed: int, chunk: int) -> "NDArray[float64]":
    """Return the model's values for `trials` draws of its inputs, shape `(trials,)`."""
    import numpy as np

    streams = [
        np.random.Generator(np.random.PCG64(sequence))
        for sequence in np.random.SeedSequence(seed).spawn(len(budget.inputs))
    ]
    factor = _factor(budget)
    values = np.empty(trials)
    for start in range(0, trials, chunk):
        size = min(chunk, trials - start)
        values[start : start + size] = _evaluate(budget, _draw(budget, factor, streams, size))
    return values


def _check(budget: Budget, trials: int, seed: int, coverage: float) -> None:
    if seed < 0 or trials > LARGEST:
        raise BudgetError(
            f"{budget.quantity}: seed {seed} must not be negative, and {trials} trials must be"
            f" {LARGEST} at most: all are held for sorting"
        )
    if not 0.0 < coverage < 1.0 or (1.0 - coverage) * trials < 2.0:
        raise BudgetError(
            f"{budget.quantity}: {trials} trials hold no interval of probability {coverage};"
            f" use at least 10⁴/(1 - p) trials and a probability between 0 and 1"
        )
    correlated = _correlated(budget)
    for quantity in budget.inputs:
        if quantity.distribution is Distribution.NORMAL and quantity.dof < 2.0:
            raise BudgetError(
                f"{budget.quantity}: {quantity.name!r} has {quantity.dof:g} degree(s) of freedom:"
                " its distribution has no mean; take at least three readings"
            )
        if quantity.name in correlated and quantity.distribution is not Distribution.NORMAL:
            raise BudgetError(
                f"{budget.quantity}: {quantity.name!r} is correlated and not normal; bring the"
                " common cause in as one more input instead (GUM F.1.2.4)"
            )


def _correlated(budget: Budget) -> set[str]:
    return {name for pair in budget.correlations for name in pair}


def _has_no_variance(quantity: Input) -> bool:
    uncertain = quantity.distribution is Distribution.NORMAL and quantity.standard_uncertainty > 0
    return uncertain and quantity.dof <= 2.0


def _factor(budget: Budget) -> "NDArray[float64] | None":
    """Return F with F·Fᵀ = correlation matrix.

    From eigenvalues: a Cholesky factor does not exist for r = ±1, which calibrations often have.
    """
    if not budget.correlations:
        return None
    import numpy as np

    values, vectors = np.linalg.eigh(correlation.matrix(budget.inputs, budget.correlations))
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)), dtype=np.float64)


def _draw(
    budget: Budget, factor: "NDArray[float64] | None", streams: "list[Generator]", size: int
) -> "list[NDArray[float64]]":
    """Return one array of draws an input, shape `(size,)` each."""
    if factor is None:
        return [
            quantity.draw(stream, size)
            for quantity, stream in zip(budget.inputs, streams, strict=True)
        ]
    import numpy as np

    normals = np.array([stream.standard_normal(size) for stream in streams])
    joint = dict(zip(budget.inputs, factor @ normals, strict=True))
    stream_of = dict(zip(budget.inputs, streams, strict=True))
    drawn: dict[Input, NDArray[float64]] = {}
    for group in correlation.groups(budget.inputs, budget.correlations):
        if len(group) == 1:
            drawn[group[0]] = group[0].draw(stream_of[group[0]], size)
            continue
        dof = group[0].dof
        scale = np.ones(size)
        if math.isfinite(dof):  # one χ² for the group: a multivariate t (JCGM 102:2011, 5.3.2)
            scale = np.sqrt(dof / stream_of[group[0]].chisquare(dof, size))
        for each in group:
            drawn[each] = each.value + each.standard_uncertainty * joint[each] * scale
    return [drawn[quantity] for quantity in budget.inputs]


def _evaluate(budget: Budget, arguments: "list[NDArray[float64]]") -> "NDArray[float64]":
    import numpy as np

    try:
        with np.errstate(all="ignore"):  # what is not finite is refused below, by name
            values = np.asarray(budget.model(*arguments), dtype=np.float64)
    except TypeError as error:
        raise BudgetError(
            f"{budget.quantity}: the model does not accept arrays; use Python's operators and"
            f" station.metrology.functions in place of math: {error}"
        ) from error
    infinite = int(np.count_nonzero(~np.isfinite(values)))
    if infinite:
        raise BudgetError(
            f"{budget.quantity}: the model has no finite value for {infinite} of {values.size}"
            " draws; an input's distribution reaches where the model is not defined"
        )
    return values


_Interval = tuple[float, float]


def _intervals(ordered: "NDArray[float64]", coverage: float) -> tuple[_Interval, _Interval]:
    """Return the symmetric and the shortest interval of sorted draws (JCGM 101:2008, 7.7)."""
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
