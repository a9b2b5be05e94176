"""Several quantities of one measurement, with their covariance.

JCGM 102:2011: 6.2 (explicit models), 6.3 (implicit models), 6.5 (coverage regions), 7 (Monte
Carlo). Quantities are correlated because their budgets share inputs: an input that two budgets name
is one and the same quantity, and must be stated the same in both (JCGM 100:2008, F.1.2.3).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from station.metrology import correlation
from station.metrology.correlation import Correlations
from station.metrology.derivatives import differentiate
from station.metrology.draws import CHUNK, Output, Progress, Source, ignore, propagate
from station.metrology.errors import BudgetError
from station.metrology.inputs import Input, constant, normal
from station.metrology.type_a import simultaneous_readings
from station.metrology.uncertainty import Budget

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Several quantities with their covariance matrix.

    Attributes:
        quantities: names.
        values: estimates, each in its own unit.
        covariance: shape `(quantity, quantity)`, in products of the units.

    Raises:
        BudgetError: the shapes differ, a number is not finite, or the matrix is not a covariance
            (symmetric, positive semidefinite).
    """

    quantities: tuple[str, ...]
    values: tuple[float, ...]
    covariance: Matrix

    def __post_init__(self) -> None:
        import numpy as np

        n = len(self.quantities)
        matrix = np.array(self.covariance, dtype=np.float64)
        if len(self.values) != n or matrix.shape != (n, n):
            raise BudgetError(f"{n} quantities need {n} values and a covariance of {n} × {n}")
        if not (np.isfinite(matrix).all() and np.isfinite(self.values).all()):
            raise BudgetError(f"{self.quantities}: a value or covariance is not finite")
        scale = np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)).clip(min=0.0))
        if (np.abs(matrix - matrix.T) > 1e-9 * scale).any() or not _is_semidefinite(matrix):
            raise BudgetError(
                f"{self.quantities}: the covariance {self.covariance} is not symmetric and positive"
                " semidefinite; no quantities have it"
            )

    @property
    def standard_uncertainties(self) -> tuple[float, ...]:
        """Return each u, in the unit of its quantity."""
        return tuple(math.sqrt(row[i]) for i, row in enumerate(self.covariance))

    def correlation(self, one: str, other: str) -> float:
        """Return the correlation coefficient of two quantities; 0 where one is certain.

        Raises:
            BudgetError: there is no such quantity.
        """
        for name in (one, other):
            if name not in self.quantities:
                raise BudgetError(f"no quantity {name!r}; there are {', '.join(self.quantities)}")
        i, j = self.quantities.index(one), self.quantities.index(other)
        product = math.sqrt(self.covariance[i][i] * self.covariance[j][j])
        return max(-1.0, min(1.0, self.covariance[i][j] / product)) if product else 0.0

    def as_inputs(
        self, *, dof: float = math.inf, source: str
    ) -> tuple[tuple[Input, ...], dict[tuple[str, str], float]]:
        """Return the quantities as inputs of a further budget, with their correlations.

        Args:
            dof: common degrees of freedom.
            source: where the numbers come from.
        """
        inputs = tuple(
            normal(name, value, standard_uncertainty=u, dof=dof, source=source)
            if u
            else constant(name, value, source=source)
            for name, value, u in zip(
                self.quantities, self.values, self.standard_uncertainties, strict=True
            )
        )
        uncertain = [each.name for each in inputs if each.standard_uncertainty]
        pairs = [(a, b) for i, a in enumerate(uncertain) for b in uncertain[i + 1 :]]
        return inputs, {pair: self.correlation(*pair) for pair in pairs}


def evaluate_together(*budgets: Budget) -> Estimates:
    """Propagate to first order with full covariance, U_y = C·U_x·Cᵀ (JCGM 102:2011, 6.2).

    Raises:
        BudgetError: budgets state a shared input or a correlation differently, or a model has no
            finite value.
    """
    import numpy as np

    inputs, correlations = shared_inputs(budgets)
    row_of = {each.name: i for i, each in enumerate(inputs)}
    terms = np.zeros((len(budgets), len(inputs)))
    values = []
    for i, budget in enumerate(budgets):
        value, _, own = differentiate(budget.quantity, budget.model, budget.inputs)
        values.append(value)
        for each, term in zip(budget.inputs, own, strict=True):
            terms[i, row_of[each.name]] = term
    covariance = terms @ correlation.matrix(inputs, correlations) @ terms.T
    return _estimates([budget.quantity for budget in budgets], values, covariance)


def simulate_together(
    *budgets: Budget,
    trials: int = 1_000_000,
    seed: int,
    chunk: int = CHUNK,
    workers: int = 1,
    progress: Progress = ignore,
) -> Estimates:
    """Draw the shared inputs once and evaluate all models on them (JCGM 102:2011, 7).

    Raises:
        BudgetError: as `monte_carlo.simulate`; or budgets state a shared input differently.
    """
    import numpy as np

    if trials < 2:
        raise BudgetError(f"{trials} trials have no covariance; draw at least two")
    inputs, correlations = shared_inputs(budgets)
    row_of = {each.name: i for i, each in enumerate(inputs)}
    outputs = [
        Output(b.quantity, b.model, tuple(row_of[each.name] for each in b.inputs)) for b in budgets
    ]
    values = propagate(
        Source(inputs, correlations, seed),
        outputs,
        trials,
        chunk=chunk,
        workers=workers,
        progress=progress,
    )
    names = [budget.quantity for budget in budgets]
    return _estimates(names, list(values.mean(axis=1)), np.atleast_2d(np.cov(values)))


def solve(
    quantities: Sequence[str],
    model: Callable[..., Sequence[float]],
    inputs: Sequence[Input],
    start: Sequence[float],
    *,
    correlations: Correlations = correlation.INDEPENDENT,
) -> Estimates:
    """Solve an implicit model h(y, x) = 0 and propagate through it (JCGM 102:2011, 6.3).

    C_y·U_y·C_yᵀ = C_x·U_x·C_xᵀ, with the derivatives of h.

    Args:
        quantities: names of y.
        model: called with the values of y and then those of the inputs, in their order; returns
            as many numbers as there are quantities, all zero at the solution.
        inputs: x.
        start: first guess of y.
        correlations: between the inputs.

    Raises:
        BudgetError: no solution is found near `start`, or it is not unique there.
    """
    import numpy as np

    if len(start) != len(quantities):
        raise BudgetError(f"{len(start)} first guess(es) for {len(quantities)} quantities")
    implicit = _Implicit(tuple(quantities), model, tuple(inputs))
    coefficients = correlation.matrix(implicit.inputs, correlations)
    try:
        y, terms = implicit.solved(np.array(start, dtype=np.float64))
    except (np.linalg.LinAlgError, ValueError, TypeError, ArithmeticError, BudgetError) as error:
        raise BudgetError(
            f"{', '.join(quantities)}: the implicit model does not determine them near"
            f" {list(start)}: {error}"
        ) from error
    return _estimates(list(quantities), list(y), terms @ coefficients @ terms.T)


def jointly_observed(
    columns: Mapping[str, Sequence[float]], *, source: str
) -> tuple[tuple[Input, ...], dict[tuple[str, str], float]]:
    """State the means of quantities read together as one multivariate t distribution.

    t_ν(x̄, S/n) with ν = n - N for n rows of N quantities, where S divides the sums of products by
    ν and not by n - 1: what n normal vectors of unknown mean and covariance say about their mean
    (JCGM 102:2011, 5.3.2, from memory, unverified; A. Gelman et al., Bayesian Data Analysis, 3rd
    ed., 3.6). Each u is √((n - 1)/(n - N)) times that of `type_a.simultaneous_readings`, which
    follows GUM 5.2.3 (ν = n - 1) and gives a single linear combination its t distribution; take
    this one for regions of several quantities.

    Args:
        columns: name → readings, shape `(reading,)`, row by row together.
        source: the run or record they come from.

    Raises:
        BudgetError: columns of different length, a reading that is not finite, or not more rows
            than quantities.
    """
    inputs, correlations = simultaneous_readings(columns, source=source)
    rows = min(map(len, columns.values()), default=0)
    dof = rows - len(columns)
    if dof < 1:
        raise BudgetError(
            f"{rows} rows of {len(columns)} quantities ({', '.join(columns)}) determine no joint"
            f" distribution; read at least {len(columns) + 1} rows together"
        )
    wider = math.sqrt((rows - 1) / dof)
    return tuple(
        each._replace(standard_uncertainty=wider * each.standard_uncertainty, dof=float(dof))
        for each in inputs
    ), correlations


def ellipsoidal_factor(probability: float, dimensions: int) -> float:
    """Return k_p of the ellipsoid that holds `probability` of a normal vector (JCGM 102, 6.5.2).

    Raises:
        BudgetError: the probability is not between 0 and 1, or there is no dimension.
    """
    _check_region(probability, dimensions)
    from scipy.special import chdtri

    return math.sqrt(float(chdtri(dimensions, 1.0 - probability)))


def rectangular_factor(probability: float, dimensions: int) -> float:
    """Return k_q of the box that holds `probability` of independent normals (JCGM 102, 6.5.3).

    For correlated ones it holds at least that (Z. Šidák, J. Am. Stat. Assoc. 62 (1967) 626).

    Raises:
        BudgetError: the probability is not between 0 and 1, or there is no dimension.
    """
    _check_region(probability, dimensions)
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 * (1.0 + probability ** (1.0 / dimensions)))


def shared_inputs(
    budgets: Sequence[Budget],
) -> tuple[tuple[Input, ...], dict[tuple[str, str], float]]:
    """Return the inputs of all budgets, each once, and their correlations.

    Raises:
        BudgetError: an input or a correlation is stated differently in two budgets, or two budgets
            are of the same quantity.
    """
    names = [budget.quantity for budget in budgets]
    if not names or len(set(names)) < len(names):
        raise BudgetError(f"quantities {names}: name at least one, and each once")
    inputs: dict[str, Input] = {}
    pairs: dict[frozenset[str], float] = {}
    for budget in budgets:
        for each in budget.inputs:
            if inputs.setdefault(each.name, each) != each:
                raise BudgetError(
                    f"{budget.quantity}: input {each.name!r} is stated differently in another"
                    " budget; an input that two budgets name is one quantity"
                )
        for pair, r in budget.correlations.items():
            if pairs.setdefault(frozenset(pair), r) != r:
                raise BudgetError(f"{budget.quantity}: correlation of {pair} differs elsewhere")
    correlations = {
        (one, other): r for (one, other), r in ((sorted(p), r) for p, r in pairs.items())
    }
    return tuple(inputs.values()), correlations


def _estimates(
    names: Sequence[str], values: Sequence[float], covariance: "NDArray[float64]"
) -> Estimates:
    symmetric = 0.5 * (covariance + covariance.T)
    rows = tuple(tuple(map(float, row)) for row in symmetric)
    return Estimates(tuple(names), tuple(map(float, values)), rows)


def _is_semidefinite(matrix: "NDArray[float64]") -> bool:
    import numpy as np

    variances = np.diag(matrix)
    if (variances < 0.0).any():
        return False
    scale = np.sqrt(np.where(variances > 0.0, variances, 1.0))
    return bool(np.linalg.eigvalsh(matrix / np.outer(scale, scale))[0] >= -1e-9 * len(matrix))


def _check_region(probability: float, dimensions: int) -> None:
    if not 0.0 < probability < 1.0 or dimensions < 1:
        raise BudgetError(f"a region of probability {probability} in {dimensions} dimensions")


@dataclass(frozen=True, slots=True)
class _Implicit:
    """h(y, x) = 0."""

    quantities: tuple[str, ...]
    model: Callable[..., Sequence[float]]
    inputs: tuple[Input, ...]

    def solved(self, y: "NDArray[float64]") -> "tuple[NDArray[float64], NDArray[float64]]":
        """Return y by Newton's method, and ∂y/∂x·u, shape `(quantity, input)`.

        Raises:
            ArithmeticError: there is no solution after fifty steps.
        """
        import numpy as np

        # Of the largest y so far and not of the last one, which may be zero but for rounding.
        sizes = np.abs(y)
        for _ in range(MOST_STEPS):
            residuals, slopes, terms = self._linear(y, sizes)
            change = np.linalg.solve(slopes, residuals)
            y = np.asarray(y - change, dtype=np.float64)
            sizes = np.maximum(sizes, np.abs(y))
            own = np.sqrt(np.square(np.linalg.solve(slopes, terms)).sum(axis=1))
            if (np.abs(change) <= 1e-13 * np.abs(y) + 1e-9 * own).all():
                return y, self._terms(y, sizes)
        raise ArithmeticError(f"no solution after {MOST_STEPS} steps, which ended at {y}")

    def _terms(self, y: "NDArray[float64]", sizes: "NDArray[float64]") -> "NDArray[float64]":
        import numpy as np

        _, slopes, terms = self._linear(y, sizes)
        return np.asarray(np.linalg.solve(slopes, terms), dtype=np.float64)

    def _linear(
        self, y: "NDArray[float64]", sizes: "NDArray[float64]"
    ) -> "tuple[NDArray[float64], NDArray[float64], NDArray[float64]]":
        """Return h, ∂h/∂y and ∂h/∂x·u at y, by `derivatives` like any other model's."""
        import numpy as np

        own = tuple(
            normal(name, value, standard_uncertainty=MOVE * (size or 1.0), source="solution")
            for name, value, size in zip(self.quantities, y.tolist(), sizes.tolist(), strict=True)
        )
        n, rows = len(own), []
        for i, name in enumerate(self.quantities):
            rows.append(differentiate(name, partial(self._component, i), own + self.inputs))
        values, slopes, terms = (
            np.array(each, dtype=np.float64) for each in zip(*rows, strict=True)
        )
        return values, slopes[:, :n], terms[:, n:]

    def _component(self, i: int, *arguments: float) -> float:
        found = self.model(*arguments)
        if len(found) != len(self.quantities):
            raise ValueError(f"{len(found)} equation(s) for {len(self.quantities)} quantities")
        return found[i]


MOST_STEPS = 50
"""Of Newton's method, before an implicit model is said to have no solution."""

MOVE = 1e-4
"""By which a solution is moved to find its slopes, as a part of its size."""
