"""Input quantities of a measurement: estimate, standard uncertainty, distribution and source.

Formulas: JCGM 100:2008 (GUM) 4.2 and 4.3, JCGM 101:2008 clause 6.4.
"""

import math
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from station.metrology.errors import BudgetError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.random import Generator
    from numpy.typing import NDArray

INFINITE = math.inf
"""Degrees of freedom of an uncertainty that is itself taken as exactly known."""

_RECTANGULAR, _TRIANGULAR, _ARCSINE = 1 / math.sqrt(3.0), 1 / math.sqrt(6.0), 1 / math.sqrt(2.0)


class Distribution(Enum):
    """The state of knowledge about an input (JCGM 101:2008, 6.4)."""

    CONSTANT = "constant"
    NORMAL = "normal"
    RECTANGULAR = "rectangular"
    TRIANGULAR = "triangular"
    TRAPEZOIDAL = "trapezoidal"
    ARCSINE = "arcsine"


class Input(NamedTuple):
    """One input quantity; built by the functions of this module, which check it.

    A NamedTuple and not a dataclass: a dozen are built at every calibration point.

    Attributes:
        name: the argument of the model that it is.
        value: estimate, in the input's own unit.
        standard_uncertainty: in the unit of `value`.
        dof: degrees of freedom; infinite for limits taken as certain.
        distribution: what the Monte Carlo method draws from.
        source: where the numbers come from.
        half_width: half the width of a bounded distribution, in the unit of `value`; else 0.
        top_ratio: top over base of a trapezoid (beta), 0 … 1; else 0.
    """

    name: str
    value: float
    standard_uncertainty: float
    dof: float
    distribution: Distribution
    source: str
    half_width: float = 0.0
    top_ratio: float = 0.0

    def draw(self, generator: "Generator", size: int) -> "NDArray[float64]":
        """Draw `size` values, shape `(size,)`, in the unit of the input.

        A normal input with finite degrees of freedom is a scaled and shifted t (JCGM 101:2008,
        6.4.9.2). Rectangular limits in doubt are themselves drawn, half-width a ± a/√(2ν)
        (6.4.3, as in its example 9.5); the doubt about other bounded shapes is not drawn.
        """
        return self.value + _deviations(self, generator, size)


def _deviations(quantity: Input, generator: "Generator", size: int) -> "NDArray[float64]":
    import numpy as np

    half = quantity.half_width
    match quantity.distribution:
        case Distribution.CONSTANT:
            return np.zeros(size)
        case Distribution.NORMAL if math.isinf(quantity.dof):
            return quantity.standard_uncertainty * generator.standard_normal(size)
        case Distribution.NORMAL:
            return quantity.standard_uncertainty * generator.standard_t(quantity.dof, size)
        case Distribution.RECTANGULAR if math.isinf(quantity.dof):
            return generator.uniform(-half, half, size)
        case Distribution.RECTANGULAR:
            doubt = half / math.sqrt(2.0 * quantity.dof)
            return generator.uniform(half - doubt, half + doubt, size) * generator.uniform(
                -1.0, 1.0, size
            )
        case Distribution.TRIANGULAR:
            return half * (generator.random(size) - generator.random(size))
        case Distribution.TRAPEZOIDAL:
            wide, narrow = (1.0 + quantity.top_ratio) / 2.0, (1.0 - quantity.top_ratio) / 2.0
            return half * (
                wide * generator.uniform(-1.0, 1.0, size)
                + narrow * generator.uniform(-1.0, 1.0, size)
            )
        case Distribution.ARCSINE:
            return half * np.cos(generator.uniform(0.0, math.pi, size))


def _input(
    name: str,
    value: float,
    uncertainty: float,
    dof: float,
    distribution: Distribution,
    source: str,
    half_width: float = 0.0,
    top_ratio: float = 0.0,
) -> Input:
    """Return the input, or raise a BudgetError that says what is wrong with it."""
    if (
        -INFINITE < value < INFINITE
        and 0.0 <= uncertainty < INFINITE
        and 0.0 <= half_width < INFINITE
        and dof > 0.0
        and source
    ):
        fields = (name, value, uncertainty, dof, distribution, source, half_width, top_ratio)
        return tuple.__new__(Input, fields)  # half the cost of Input(*fields)
    if not math.isfinite(value):
        raise BudgetError(f"input {name!r}: the estimate {value} is not a finite number")
    if not dof > 0.0:
        raise BudgetError(f"input {name!r}: degrees of freedom must be positive, not {dof}")
    if not source:
        raise BudgetError(f"input {name!r}: say where the numbers come from (source)")
    raise BudgetError(
        f"input {name!r}: an uncertainty of {uncertainty} (half-width {half_width}) is negative"
        " or not finite; state it as a positive number"
    )


def constant(name: str, value: float, *, source: str) -> Input:
    """State a quantity whose uncertainty is negligible or carried by another input."""
    return _input(name, value, 0.0, INFINITE, Distribution.CONSTANT, source)


def normal(
    name: str, value: float, *, standard_uncertainty: float, dof: float = INFINITE, source: str
) -> Input:
    """State an estimate with its standard uncertainty; finite `dof` makes it a t distribution."""
    return _input(name, value, standard_uncertainty, dof, Distribution.NORMAL, source)


def expanded(
    name: str,
    value: float,
    *,
    expanded_uncertainty: float,
    k: float,
    dof: float = INFINITE,
    source: str,
) -> Input:
    """State a certified value with its expanded uncertainty U and k (GUM 4.3.3).

    Raises:
        BudgetError: k is not positive, or U is negative.
    """
    if not 0.0 < k < math.inf:
        raise BudgetError(f"input {name!r}: a coverage factor of {k} is not possible")
    return _input(name, value, expanded_uncertainty / k, dof, Distribution.NORMAL, source)


def rectangular(
    name: str, *, half_width: float, value: float = 0.0, dof: float = INFINITE, source: str
) -> Input:
    """State limits value ± half_width, all between equally likely: a/√3 (GUM 4.3.7)."""
    uncertainty = half_width * _RECTANGULAR
    return _input(name, value, uncertainty, dof, Distribution.RECTANGULAR, source, half_width)


def digital_step(name: str, *, step: float, value: float = 0.0, source: str) -> Input:
    """State the resolution of one reading: half a step either way, q/√12 (GUM F.2.2.1)."""
    return rectangular(name, half_width=0.5 * step, value=value, source=source)


def triangular(
    name: str, *, half_width: float, value: float = 0.0, dof: float = INFINITE, source: str
) -> Input:
    """State limits value ± half_width, the middle likelier: a/√6 (GUM 4.3.9)."""
    uncertainty = half_width * _TRIANGULAR
    return _input(name, value, uncertainty, dof, Distribution.TRIANGULAR, source, half_width)


def trapezoidal(
    name: str,
    *,
    half_width: float,
    top_ratio: float,
    value: float = 0.0,
    dof: float = INFINITE,
    source: str,
) -> Input:
    """State limits value ± half_width with a flat top: a·√((1+β²)/6) (GUM 4.3.9).

    Args:
        name: the model's argument.
        half_width: half the base, in the unit of `value`.
        top_ratio: β, top over base, 0 (triangle) … 1 (rectangle).
        value: estimate.
        dof: degrees of freedom.
        source: where the limits come from.

    Raises:
        BudgetError: β is outside 0 … 1, or a number is impossible.
    """
    if not 0.0 <= top_ratio <= 1.0:
        raise BudgetError(f"input {name!r}: top over base must lie in 0 … 1, not {top_ratio}")
    uncertainty = half_width * math.sqrt((1.0 + top_ratio**2) / 6.0)
    return _input(
        name, value, uncertainty, dof, Distribution.TRAPEZOIDAL, source, half_width, top_ratio
    )


def arcsine(
    name: str, *, half_width: float, value: float = 0.0, dof: float = INFINITE, source: str
) -> Input:
    """State a cyclic quantity or mismatch within value ± half_width: a/√2 (JCGM 101, 6.4.6)."""
    uncertainty = half_width * _ARCSINE
    return _input(name, value, uncertainty, dof, Distribution.ARCSINE, source, half_width)


def readings(name: str, values: Sequence[float], *, source: str) -> Input:
    """State the mean of n repeated readings, s/√n with ν = n - 1 (GUM 4.2).

    Args:
        name: the model's argument.
        values: independent readings, shape `(reading,)`, in one unit.
        source: the run or record they come from.

    Raises:
        BudgetError: fewer than two readings, or one of them is not finite.
    """
    n = len(values)
    if n < 2:
        raise BudgetError(
            f"input {name!r}: {n} reading(s) have no scatter; take at least two,"
            " or state a pooled standard deviation with normal(…)"
        )
    if not all(map(math.isfinite, values)):
        raise BudgetError(f"input {name!r}: a reading is not a finite number: {list(values)}")
    mean, variance = mean_and_variance(values)
    return _input(name, mean, math.sqrt(variance / n), n - 1.0, Distribution.NORMAL, source)


def mean_and_variance(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and experimental variance s² of at least two readings, shape `(reading,)`.

    In two passes: the one-pass formula loses every digit of a small scatter on a large value.
    """
    n = len(values)
    mean = math.fsum(values) / n
    return mean, math.fsum([(value - mean) ** 2 for value in values]) / (n - 1)
