"""The uncertainty budget: one model function, its inputs, and their propagation.

JCGM 100:2008 clause 5 and annex G; EA-4/02 M:2022.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FunctionType, MappingProxyType
from typing import Any, NamedTuple

from station.metrology import correlation
from station.metrology.correlation import INDEPENDENT, Correlations
from station.metrology.coverage import (
    DEFAULT_COVERAGE,
    Coverage,
    CoverageReason,
    student_factor,
    student_probability,
    truncated,
)
from station.metrology.errors import BudgetError
from station.metrology.inputs import Distribution, Input

Model = Callable[..., Any]
"""The measurement equation: floats in, float out; arrays in, array out (see `functions`)."""

DOMINANCE = 0.3
"""A term dominates if all others together are at most this fraction of it (EA-4/02, S9)."""

_STEP = 1.0 / 256.0
"""Of a difference quotient, in standard uncertainties of the input."""

_SMALLEST_STEP = 1e-9
"""Relative to the estimate: below it a difference quotient is mostly rounding."""


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


@dataclass(frozen=True, slots=True)
class Result:
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
        value, sensitivities, terms = _differentiate(self)
        squares = [term * term for term in terms]
        variance, dof = _combined(self, squares, terms)
        shares = [square / variance for square in squares] if variance else squares
        u = math.sqrt(variance)
        k, probability, reason = _expand(self, coverage, dof, shares)
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


def _differentiate(budget: Budget) -> tuple[float, list[float | None], list[float]]:
    """Return the estimate, each ∂f/∂x, and each ∂f/∂x·u, by central differences scaled with u.

    GUM 5.1.4 note takes a whole u as the step, which mixes curvature into the first order; a small
    part of it gives the derivative of 5.1.2. Curvature is left to `second_order` and Monte Carlo.
    """
    model = budget.model
    estimates = [quantity.value for quantity in budget.inputs]
    sensitivities: list[float | None] = []
    terms: list[float] = []
    try:
        value = float(model(*estimates))
        for i, quantity in enumerate(budget.inputs):
            centre, u = quantity.value, quantity.standard_uncertainty
            if u == 0.0:
                sensitivities.append(None)
                terms.append(0.0)
                continue
            step, least = _STEP * u, _SMALLEST_STEP * abs(centre)
            step = least if step < least else step
            high, low = centre + step, centre - step
            estimates[i] = high
            above = model(*estimates)
            estimates[i] = low
            sensitivity = (above - model(*estimates)) / (high - low)
            estimates[i] = centre
            sensitivities.append(sensitivity)
            terms.append(sensitivity * u)
        finite = math.isfinite(value + sum(terms))
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BudgetError(
            f"{budget.quantity}: the model cannot be evaluated at or near"
            f" {dict(zip(_names(budget), estimates, strict=True))}: {error}"
        ) from error
    if not finite:
        raise BudgetError(
            f"{budget.quantity}: the value {value} or a sensitivity is not finite:"
            f" {dict(zip(_names(budget), sensitivities, strict=True))}; check the model there"
        )
    return value, sensitivities, terms


def _names(budget: Budget) -> tuple[str, ...]:
    return tuple(quantity.name for quantity in budget.inputs)


def _combined(budget: Budget, squares: list[float], terms: list[float]) -> tuple[float, float]:
    """Return the combined variance (GUM 5.1.2, 5.2.2) and its degrees of freedom (G.4.1).

    Correlated inputs form one term of the Welch-Satterthwaite formula: see `correlation.groups`.
    """
    dofs = [quantity.dof for quantity in budget.inputs]
    if budget.correlations:
        squares, dofs = _by_group(budget, terms)
    variance = sum(squares)
    if not variance:
        return 0.0, math.inf
    # Shares and not fourth powers, which would vanish for a small unit.
    parts = [square / variance for square in squares]
    doubt = sum([part * part / dof for part, dof in zip(parts, dofs, strict=True)])
    return variance, 1.0 / doubt if doubt else math.inf


def _by_group(budget: Budget, terms: list[float]) -> tuple[list[float], list[float]]:
    """Return the variance and the degrees of freedom of each group of correlated inputs."""
    term_of = dict(zip(_names(budget), terms, strict=True))
    squares, dofs = [], []
    for group in correlation.groups(budget.inputs, budget.correlations):
        own = {quantity.name: term_of[quantity.name] for quantity in group}
        square = math.fsum(term * term for term in own.values())
        squares.append(max(0.0, square + correlation.covariance(budget.correlations, own)))
        dofs.append(group[0].dof)
    return squares, dofs


def _expand(
    budget: Budget, coverage: Coverage, dof: float, shares: list[float]
) -> tuple[float, float, CoverageReason]:
    """Return k, the probability it covers, and the rule that gave it."""
    rectangular = _is_dominantly_rectangular(budget, shares)
    if coverage.k is not None:
        k = coverage.k
        if rectangular and k < math.sqrt(3.0):
            return k, k / math.sqrt(3.0), CoverageReason.FIXED
        return k, student_probability(k, truncated(dof)), CoverageReason.FIXED
    assert coverage.probability is not None  # Coverage has one of the two
    if rectangular:
        k = coverage.probability * math.sqrt(3.0)
        return k, coverage.probability, CoverageReason.DOMINANT_RECTANGULAR
    reason = CoverageReason.NORMAL if math.isinf(dof) else CoverageReason.STUDENT
    return student_factor(coverage.probability, truncated(dof)), coverage.probability, reason


def _is_dominantly_rectangular(budget: Budget, shares: list[float]) -> bool:
    """Tell whether one rectangular term, its limits certain, makes the others negligible.

    Only for independent inputs, as in EA-4/02, S9.
    """
    if not shares or budget.correlations:
        return False
    largest = max(shares)
    if largest * (1.0 + DOMINANCE**2) < 1.0:
        return False
    dominant = budget.inputs[shares.index(largest)]
    return dominant.distribution is Distribution.RECTANGULAR and math.isinf(dominant.dof)
