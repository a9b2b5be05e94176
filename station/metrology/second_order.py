"""Propagation to second order, where the first-order sensitivity vanishes or the model curves.

JCGM 100:2008, 5.1.2 note: u² gains Σᵢⱼ (½·fᵢⱼ² + fᵢ·fᵢⱼⱼ)·uᵢ²·uⱼ², for independent inputs that are
symmetric about their estimates. The moments of fourth order are taken to be those of normal inputs.
"""

import math
import sys
from dataclasses import dataclass

from station.metrology.derivatives import differentiate
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
    value, slopes, terms = differentiate(budget.quantity, budget.model, budget.inputs)
    of_inputs = [
        slope * each.value
        for slope, each in zip(slopes, budget.inputs, strict=True)
        if slope is not None
    ]
    size = abs(value) + math.fsum(map(abs, of_inputs))
    surface = _Surface(budget, 2.0 * sys.float_info.epsilon * size)
    uncertain = [i for i, each in enumerate(budget.inputs) if each.standard_uncertainty > 0.0]
    variance = math.fsum(term * term for term in terms) + math.fsum(
        0.5 * surface.mixed(i, j) ** 2 + terms[i] * surface.slope_of_curvature(i, j)
        for i in uncertain
        for j in uncertain
    )
    if not 0.0 <= variance < math.inf:
        raise BudgetError(
            f"{budget.quantity}: the second-order variance is {variance}; the model curves too"
            " much for it, use Monte Carlo"
        )
    return math.sqrt(variance)


@dataclass(frozen=True, slots=True)
class _Surface:
    """The model about its estimates, with what two of its values may differ by without reason."""

    budget: Budget
    rounding: float

    def mixed(self, i: int, j: int) -> float:
        """Return fᵢⱼ·uᵢ·uⱼ."""
        if i == j:
            return self._sum(_curvature(i)) / _STEP**2
        return self._sum(_product(_slope(i), _slope(j))) / (4.0 * _STEP**2)

    def slope_of_curvature(self, i: int, j: int) -> float:
        """Return fᵢⱼⱼ·uᵢ·uⱼ²."""
        return self._sum(_product(_slope(i), _curvature(j))) / (2.0 * _STEP**3)

    def _sum(self, stencil: "_Stencil") -> float:
        """Return Σ weight·f there, 0 where rounding alone may have made it."""
        total = math.fsum(weight * self._at(moves) for weight, moves in stencil)
        noise = self.rounding * math.fsum(abs(weight) for weight, _ in stencil)
        return total if abs(total) > noise else 0.0

    def _at(self, moves: "_Moves") -> float:
        """Return the model where some inputs are moved, in steps of their standard uncertainty."""
        inputs = self.budget.inputs
        values = [quantity.value for quantity in inputs]
        for index, steps in moves:
            values[index] += steps * _STEP * inputs[index].standard_uncertainty
        try:
            return float(self.budget.model(*values))
        except (ValueError, TypeError, ArithmeticError) as error:
            raise BudgetError(
                f"{self.budget.quantity}: the model cannot be evaluated near its estimates: {error}"
            ) from error


_Moves = tuple[tuple[int, int], ...]
_Stencil = list[tuple[float, _Moves]]


def _slope(i: int) -> _Stencil:
    return [(1.0, ((i, 1),)), (-1.0, ((i, -1),))]


def _curvature(i: int) -> _Stencil:
    return [(1.0, ((i, 1),)), (-2.0, ((i, 0),)), (1.0, ((i, -1),))]


def _product(one: _Stencil, other: _Stencil) -> _Stencil:
    return [(w * v, here + there) for w, here in one for v, there in other]
