"""Propagation to second order, where the first-order sensitivity vanishes or the model curves.

JCGM 100:2008, 5.1.2 note: u² gains Σᵢⱼ (½·fᵢⱼ² + fᵢ·fᵢⱼⱼ)·uᵢ²·uⱼ², for independent inputs that are
symmetric about their estimates. The moments of fourth order are taken to be those of normal inputs.
"""

import math

from station.metrology.errors import BudgetError
from station.metrology.uncertainty import Budget

_STEP = 0.1
"""Of the difference quotients, in standard uncertainties of the inputs."""


def second_order_uncertainty(budget: Budget) -> float:
    """Return the combined standard uncertainty to second order, in the unit of the quantity.

    Raises:
        BudgetError: inputs are correlated, or the model has no finite value near the estimates.
    """
    if budget.correlations:
        raise BudgetError(
            f"{budget.quantity}: the second-order terms hold for independent inputs; use Monte"
            " Carlo for correlated ones"
        )
    uncertain = [i for i, each in enumerate(budget.inputs) if each.standard_uncertainty > 0.0]
    variance = math.fsum(_slope(budget, i) ** 2 for i in uncertain) + math.fsum(
        0.5 * _mixed(budget, i, j) ** 2 + _slope(budget, i) * _slope_of_curvature(budget, i, j)
        for i in uncertain
        for j in uncertain
    )
    if not 0.0 <= variance < math.inf:
        raise BudgetError(
            f"{budget.quantity}: the second-order variance is {variance}; the model curves too"
            " much for it, use Monte Carlo"
        )
    return math.sqrt(variance)


def _at(budget: Budget, *moves: tuple[int, float]) -> float:
    """Return the model where some inputs are moved, in steps of their standard uncertainty."""
    values = [quantity.value for quantity in budget.inputs]
    for index, steps in moves:
        values[index] += steps * _STEP * budget.inputs[index].standard_uncertainty
    try:
        return float(budget.model(*values))
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BudgetError(
            f"{budget.quantity}: the model cannot be evaluated near its estimates: {error}"
        ) from error


def _slope(budget: Budget, i: int) -> float:
    """Return fᵢ·uᵢ."""
    return (_at(budget, (i, 1)) - _at(budget, (i, -1))) / (2.0 * _STEP)


def _curvature(budget: Budget, j: int, *moves: tuple[int, float]) -> float:
    """Return fⱼⱼ·uⱼ² where some inputs are moved."""
    above, centre, below = (_at(budget, *moves, (j, steps)) for steps in (1, 0, -1))
    return (above - 2.0 * centre + below) / _STEP**2


def _mixed(budget: Budget, i: int, j: int) -> float:
    """Return fᵢⱼ·uᵢ·uⱼ."""
    if i == j:
        return _curvature(budget, i)
    corners = _at(budget, (i, 1), (j, 1)) + _at(budget, (i, -1), (j, -1))
    others = _at(budget, (i, 1), (j, -1)) + _at(budget, (i, -1), (j, 1))
    return (corners - others) / (4.0 * _STEP**2)


def _slope_of_curvature(budget: Budget, i: int, j: int) -> float:
    """Return fᵢⱼⱼ·uᵢ·uⱼ²."""
    ends = _curvature(budget, j, (i, 1)) - _curvature(budget, j, (i, -1))
    return ends / (2.0 * _STEP)
