"""Type A evaluation beyond the plain mean: pooled scatter, and readings that hang together.

JCGM 100:2008, 4.2.4 and H.1, 5.2.3; NIST/SEMATECH e-Handbook 1.3.3.1 for the lag-1 autocorrelation.
Groups of readings are in `two_level`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from station.metrology.errors import BudgetError
from station.metrology.inputs import Input, mean_and_variance, normal, readings


@dataclass(frozen=True, slots=True)
class Scatter:
    """An experimental standard deviation of single readings, from one series or many.

    Attributes:
        standard_deviation: in the unit of the readings.
        dof: degrees of freedom.
    """

    standard_deviation: float
    dof: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.standard_deviation < math.inf and self.dof > 0.0):
            raise BudgetError(f"{self}: a scatter needs a standard deviation and positive ν")


def scatter(values: Sequence[float]) -> Scatter:
    """Return s of single readings with ν = n - 1 (GUM 4.2.2), from values of shape `(reading,)`.

    Raises:
        BudgetError: fewer than two readings, or one is not finite.
    """
    n = len(values)
    if n < 2 or not all(map(math.isfinite, values)):
        raise BudgetError(f"{n} reading(s): scatter needs at least two finite ones")
    return Scatter(math.sqrt(mean_and_variance(values)[1]), n - 1)


def pooled(series: Sequence[Scatter]) -> Scatter:
    """Return the scatter common to several series, weighted by their ν (GUM 4.2.4).

    Raises:
        BudgetError: there is no series.
    """
    if not series:
        raise BudgetError("there is no series to pool; state at least one")
    dof = math.fsum(each.dof for each in series)
    squares = math.fsum(each.dof * each.standard_deviation**2 for each in series)
    return Scatter(math.sqrt(squares / dof), dof)


def pooled_readings(name: str, values: Sequence[float], known: Scatter, *, source: str) -> Input:
    """State the mean of few readings with a scatter known from earlier ones: s_p/√m.

    m counts the readings averaged now, never those of the earlier study.

    Args:
        name: the model's argument.
        values: readings of now, shape `(reading,)`; one is enough.
        known: scatter of single readings in the same unit.
        source: where readings and scatter come from.

    Raises:
        BudgetError: there is no reading, or one is not finite.
    """
    if not values:
        raise BudgetError(f"input {name!r}: there is no reading")
    mean = math.fsum(values) / len(values)
    uncertainty = known.standard_deviation / math.sqrt(len(values))
    return normal(name, mean, standard_uncertainty=uncertainty, dof=known.dof, source=source)


def lag_one_autocorrelation(values: Sequence[float]) -> float:
    """Return r₁ of readings in the order they were taken, shape `(reading,)`; 0 if all are equal.

    Raises:
        BudgetError: fewer than two readings, or one is not finite.
    """
    if scatter(values).standard_deviation == 0.0:
        return 0.0
    mean, variance = mean_and_variance(values)
    away = [value - mean for value in values]
    products = math.fsum([one * next_ for one, next_ in pairwise(away)])
    return products / (variance * (len(values) - 1))


def is_autocorrelated(values: Sequence[float]) -> bool:
    """Tell whether r₁ is beyond 2/√n, so that s/√n would be too small (about 95 %).

    Raises:
        BudgetError: fewer than two readings, or one is not finite.
    """
    return abs(lag_one_autocorrelation(values)) > 2.0 / math.sqrt(len(values))


def inflation(r: float) -> float:
    """Return √((1 + r)/(1 - r)): what s/√n is multiplied with for a first-order process.

    Never below one: readings that alternate do not make a mean better than chance would.

    Raises:
        BudgetError: r is not within -1 … 1, both excluded.
    """
    if not -1.0 < r < 1.0:
        raise BudgetError(f"an autocorrelation of {r} leaves no independent readings")
    return max(1.0, math.sqrt((1.0 + r) / (1.0 - r)))


def autocorrelated_readings(name: str, values: Sequence[float], *, source: str) -> Input:
    """State the mean of readings in the order they were taken; r₁ counts where it is significant.

    Then u = s/√n·√((1 + r)/(1 - r)), and ν counts the readings that would be as good if they were
    independent, n·(1 - r)/(1 + r) less one.

    Raises:
        BudgetError: fewer than two readings, one is not finite, or fewer than two independent ones
            are left.
    """
    known, n = scatter(values), len(values)
    r = lag_one_autocorrelation(values) if is_autocorrelated(values) else 0.0
    factor = inflation(r)
    if n / factor**2 <= 2.0:
        raise BudgetError(
            f"input {name!r}: {n} readings with r₁ = {r:.2f} are worth {n / factor**2:.2g}"
            " independent ones; read longer apart or take block means"
        )
    uncertainty = known.standard_deviation / math.sqrt(n) * factor
    dof = n / factor**2 - 1.0
    mean = math.fsum(values) / n
    return normal(name, mean, standard_uncertainty=uncertainty, dof=dof, source=source)


def block_means(values: Sequence[float], size: int) -> tuple[float, ...]:
    """Return the means of successive blocks, which hang together less than the readings.

    Readings left over at the end are in no block.

    Args:
        values: in the order they were taken, shape `(reading,)`.
        size: readings a block.

    Raises:
        BudgetError: there are fewer than two blocks.
    """
    count = len(values) // size if size > 0 else 0
    if count < 2:
        raise BudgetError(f"{len(values)} readings in blocks of {size}: two blocks are the least")
    return tuple(math.fsum(values[i * size : (i + 1) * size]) / size for i in range(count))


def simultaneous_readings(
    columns: Mapping[str, Sequence[float]], *, source: str
) -> tuple[tuple[Input, ...], dict[tuple[str, str], float]]:
    """State the means of quantities read together, with the correlation of their means.

    The coefficient is that of the readings, unrounded (GUM 5.2.3); a quantity that never changed
    has none.

    Args:
        columns: name → readings, shape `(reading,)`, row by row together.
        source: the run or record they come from.

    Raises:
        BudgetError: columns of different length, fewer than two rows, or a reading is not finite.
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise BudgetError(f"readings were not all taken together: {lengths}")
    inputs = tuple(readings(name, values, source=source) for name, values in columns.items())
    away = {
        each.name: [value - each.value for value in columns[each.name]]
        for each in inputs
        if each.standard_uncertainty > 0.0
    }
    return inputs, {
        (one, other): _cosine(away[one], away[other]) for one, other in combinations(away, 2)
    }


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    products = math.fsum(p * q for p, q in zip(one, other, strict=True))
    lengths = math.sqrt(math.fsum(p * p for p in one)) * math.sqrt(math.fsum(q * q for q in other))
    return max(-1.0, min(1.0, products / lengths))
