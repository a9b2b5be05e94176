"""The uncertainty budget: one model function, its inputs, and their propagation.

JCGM 100:2008 clause 5 and annex G; EA-4/02 M:2022.
"""

import inspect
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FunctionType, MappingProxyType
from typing import Any, NamedTuple

from station.metrology import correlation
from station.metrology.correlation import INDEPENDENT, Correlations
from station.metrology.coverage import DEFAULT_COVERAGE, Coverage, CoverageReason
from station.metrology.derivatives import differentiate
from station.metrology.errors import BudgetError
from station.metrology.expansion import coverage_factor
from station.metrology.inputs import Distribution, Input

Model = Callable[..., Any]
"""The measurement equation: floats in, float out; arrays in, array out (see `functions`)."""


class Contribution(NamedTuple):
    """One line of the budget.

    Attributes:
        input: the quantity that contributes.
        sensitivity: ∂f/∂x at the estimates; None where there is no uncertainty to propagate.
        contribution: |sensitivity|·u, in the unit of the result.
        share: contribution² over the combined variance; shares of correlated inputs need not
            add up to one.
    """

    input: Input
    sensitivity: float | None
    contribution: float
    share: float

    @property
    def name(self) -> str:
        """Name of the input."""
        return self.input.name

    @property
    def value(self) -> float:
        """Estimate of the input, in its unit."""
        return self.input.value

    @property
    def standard_uncertainty(self) -> float:
        """Standard uncertainty of the input, in its unit."""
        return self.input.standard_uncertainty

    @property
    def dof(self) -> float:
        """Degrees of freedom of the input."""
        return self.input.dof

    @property
    def distribution(self) -> Distribution:
        """Distribution of the input."""
        return self.input.distribution

    @property
    def source(self) -> str:
        """Where the input's numbers come from."""
        return self.input.source


class Result(NamedTuple):
    """What a budget says; unrounded (see `rounding`), in the unit of the quantity.

    Attributes:
        quantity: what was measured.
        unit: of value, standard and expanded uncertainty and contributions.
        value: estimate.
        standard_uncertainty: combined standard uncertainty u.
        dof: effective degrees of freedom, not truncated; infinite if every term's are.
        k: coverage factor.
        expanded_uncertainty: U = k·u.
        coverage_probability: asked for, or what the fixed k claims: of a normal or t distribution,
            of a rectangular one where that dominates and k < √3.
        coverage_reason: the rule that gave k.
        contributions: the budget's lines, in the order of the model's arguments.
    """

    quantity: str
    unit: str
    value: float
    standard_uncertainty: float
    dof: float
    k: float
    expanded_uncertainty: float
    coverage_probability: float
    coverage_reason: CoverageReason
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True, init=False)
class Budget:
    """A measurement equation with its inputs, checked when built.

    Attributes:
        quantity: what is measured.
        unit: of the model's value.
        model: the measurement equation; its arguments are the inputs' names.
        inputs: in the order of the model's arguments.
        correlations: (name, name) → correlation coefficient, none of them zero; pairs that are
            not named are independent.
    """

    quantity: str
    unit: str
    model: Model
    inputs: tuple[Input, ...]
    correlations: Correlations

    def __init__(
        self,
        quantity: str,
        unit: str,
        model: Model,
        *inputs: Input,
        correlations: Correlations = INDEPENDENT,
    ) -> None:
        """Check that the names agree and that the correlations are possible.

        Raises:
            BudgetError: says which name, number or pair is wrong.
        """
        keep = object.__setattr__
        keep(self, "quantity", quantity)
        keep(self, "unit", unit)
        keep(self, "model", model)
        keep(self, "inputs", _in_order_of(_arguments(model), inputs, quantity))
        keep(self, "correlations", correlations)
        if correlations:
            correlation.matrix(self.inputs, correlations)
            dependent = {pair: r for pair, r in correlations.items() if r}
            keep(self, "correlations", MappingProxyType(dependent))

    def evaluate(self, coverage: Coverage = DEFAULT_COVERAGE) -> Result:
        """Propagate the uncertainties to first order (GUM 5.1.2, 5.2.2) and expand them.

        Raises:
            BudgetError: the model has no finite value near the estimates, or correlated inputs
                have different degrees of freedom.
        """
        value, sensitivities, terms = differentiate(self.quantity, self.model, self.inputs)
        u, shares, dof = _combined(self, terms)
        k, probability, reason = coverage_factor(
            coverage, self.inputs, shares, dof, independent=not self.correlations
        )
        return Result(
            self.quantity,
            self.unit,
            value,
            u,
            dof,
            k,
            k * u,
            probability,
            reason,
            tuple(
                map(_line, zip(self.inputs, sensitivities, map(abs, terms), shares, strict=True))
            ),
        )


_SMALLEST_SQUARE = 1e-280
"""Of a variance; below it a float has fewer digits, and then none."""

_CANCELLED = 4.0 * sys.float_info.epsilon
"""Of (Σ|terms|)²: what is left below it of terms that cancel is rounding, and no variance."""

_line: Callable[[tuple[Any, ...]], Contribution] = partial(tuple.__new__, Contribution)
"""Build a Contribution from its fields, below the cost of its own constructor."""


def _arguments(model: Model) -> tuple[str, ...]:
    """Return the names of the model's arguments."""
    if isinstance(model, FunctionType):
        code = model.__code__
        variadic = code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
        if not variadic and not code.co_kwonlyargcount:
            return code.co_varnames[: code.co_argcount]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(model).parameters.values()
    if any(parameter.kind not in positional for parameter in parameters):
        raise BudgetError(f"the model {model!r} must name each of its arguments, without * or **")
    return tuple(parameter.name for parameter in parameters)


def _in_order_of(
    arguments: tuple[str, ...], inputs: tuple[Input, ...], quantity: str
) -> tuple[Input, ...]:
    """Return the inputs in the model's order; the names must be the same."""
    names = tuple([each.name for each in inputs])
    if names == arguments:
        return inputs
    by_name = {each.name: each for each in inputs}
    if len(by_name) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BudgetError(f"{quantity}: inputs named more than once: {', '.join(twice)}")
    if by_name.keys() != set(arguments):
        unused = ", ".join(sorted(by_name.keys() - set(arguments))) or "none"
        missing = ", ".join(sorted(set(arguments) - by_name.keys())) or "none"
        raise BudgetError(
            f"{quantity}: inputs and the model's arguments differ: inputs that the model does not"
            f" use: {unused}; arguments without an input: {missing}"
        )
    return tuple([by_name[name] for name in arguments])


def _names(budget: Budget) -> tuple[str, ...]:
    return tuple(quantity.name for quantity in budget.inputs)


def _combined(budget: Budget, terms: list[float]) -> tuple[float, list[float], float]:
    """Return the combined u (GUM 5.1.2, 5.2.2), the shares of its square, and ν (G.4.1).

    Correlated inputs form one term of the Welch-Satterthwaite formula: see `correlation.groups`.
    """
    squares = [term * term for term in terms]
    if budget.correlations:
        parts, dofs = _by_group(budget, terms)
    else:
        parts, dofs = squares, [each[3] for each in budget.inputs]
    variance = sum(parts)
    if not _SMALLEST_SQUARE <= variance < math.inf:
        return _combined_beyond_squares(budget, terms)
    shares = [square / variance for square in squares]
    # Shares and not fourth powers, which would vanish for a small unit.
    parts = [part / variance for part in parts] if parts is not squares else shares
    doubt = sum([part * part / dof for part, dof in zip(parts, dofs, strict=True)])
    return math.sqrt(variance), shares, 1.0 / doubt if doubt else math.inf


def _combined_beyond_squares(
    budget: Budget, terms: list[float]
) -> tuple[float, list[float], float]:
    """Return the same of terms whose squares vanish, lose digits or overflow: in their largest."""
    largest = max(map(abs, terms), default=0.0)
    if largest in (0.0, 1.0):
        return 0.0, [0.0] * len(terms), math.inf
    u, shares, dof = _combined(budget, [term / largest for term in terms])
    return u * largest, shares, dof


def _by_group(budget: Budget, terms: list[float]) -> tuple[list[float], list[float]]:
    """Return the variance and the degrees of freedom of each group of correlated inputs."""
    term_of = dict(zip(_names(budget), terms, strict=True))
    squares, dofs = [], []
    for group in correlation.groups(budget.inputs, budget.correlations):
        own = {quantity.name: term_of[quantity.name] for quantity in group}
        square = math.fsum(term * term for term in own.values())
        square += correlation.covariance(budget.correlations, own)
        rounding = _CANCELLED * math.fsum(map(abs, own.values())) ** 2
        squares.append(square if square > rounding else 0.0)
        dofs.append(group[0].dof)
    return squares, dofs
