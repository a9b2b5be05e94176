"""Input quantities of a measurement: estimate, standard uncertainty, distribution and source.

Formulas: JCGM 100:2008 (GUM) 4.2 and 4.3, JCGM 101:2008 clause 6.4.
"""

import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from station.metrology.coverage import student_factor
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
    INEXACT_RECTANGULAR = "inexact rectangular"
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
        limit_doubt: half-width of the doubt about `half_width` (JCGM 101:2008, 6.4.3); else 0.
    """

    name: str
    value: float
    standard_uncertainty: float
    dof: float
    distribution: Distribution
    source: str
    half_width: float = 0.0
    top_ratio: float = 0.0
    limit_doubt: float = 0.0

    def draw(self, generator: "Generator", size: int) -> "NDArray[float64]":
        """Draw `size` values, shape `(size,)`, in the unit of the input.

        A normal input with finite degrees of freedom is a scaled and shifted t (JCGM 101:2008,
        6.4.9.2). Rectangular limits in doubt are themselves drawn, half-width a ± a/√(2ν)
        (6.4.3, as in its example 9.5); the doubt about other bounded shapes is not drawn.
        """
        if self.distribution is Distribution.NORMAL and math.isinf(self.dof):
            return generator.normal(self.value, self.standard_uncertainty, size)
        draws = _deviations(self, generator, size)
        draws += self.value
        return draws


def _deviations(quantity: Input, generator: "Generator", size: int) -> "NDArray[float64]":
    import numpy as np

    half = quantity.half_width
    match quantity.distribution:
        case Distribution.CONSTANT:
            return np.zeros(size)
        case Distribution.NORMAL:
            return quantity.standard_uncertainty * generator.standard_t(quantity.dof, size)
        case Distribution.RECTANGULAR if math.isinf(quantity.dof):
            return generator.uniform(-half, half, size)
        case Distribution.RECTANGULAR:
            return _within_inexact(half, half / math.sqrt(2.0 * quantity.dof), generator, size)
        case Distribution.INEXACT_RECTANGULAR:
            return _within_inexact(half, quantity.limit_doubt, generator, size)
        case Distribution.TRIANGULAR:
            return half * (generator.random(size) - generator.random(size))
        case Distribution.TRAPEZOIDAL:
            wide, narrow = (1.0 + quantity.top_ratio) / 2.0, (1.0 - quantity.top_ratio) / 2.0
            draws = generator.uniform(-half * wide, half * wide, size)
            draws += generator.uniform(-half * narrow, half * narrow, size)
            return draws
        case Distribution.ARCSINE:
            return half * np.cos(generator.uniform(0.0, math.pi, size))


def _within_inexact(
    half: float, doubt: float, generator: "Generator", size: int
) -> "NDArray[float64]":
    """Draw the half-width first, then between the limits (JCGM 101:2008, 6.4.3.4)."""
    return generator.uniform(half - doubt, half + doubt, size) * generator.uniform(-1.0, 1.0, size)


_new: "Callable[[type[Input], tuple[Any, ...]], Input]" = tuple.__new__
"""Build an Input from its fields, at half the cost of its own constructor."""

_NORMAL = Distribution.NORMAL


def _input(
    name: str,
    value: float,
    uncertainty: float,
    dof: float,
    distribution: Distribution,
    source: str,
    half_width: float = 0.0,
    top_ratio: float = 0.0,
    limit_doubt: float = 0.0,
) -> Input:
    """Return the input, or raise a BudgetError that says what is wrong with it."""
    if (
        -INFINITE < value < INFINITE
        and 0.0 <= uncertainty < INFINITE
        and 0.0 <= half_width < INFINITE
        and dof > 0.0
        and source
    ):
        fields = (name, value, uncertainty, dof, distribution, source)
        return _new(Input, (*fields, half_width, top_ratio, limit_doubt))
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
    u = standard_uncertainty
    if -INFINITE < value < INFINITE and 0.0 <= u < INFINITE and dof > 0.0 and source:
        # The most frequent input skips a call: a dozen are built at every calibration point.
        return _new(Input, (name, value, u, dof, _NORMAL, source, 0.0, 0.0, 0.0))
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


def confidence_interval(
    name: str,
    value: float,
    *,
    half_width: float,
    probability: float,
    dof: float = INFINITE,
    source: str,
) -> Input:
    """State a value of which ± half_width was said to hold `probability` (GUM 4.3.4).

    Args:
        name: the model's argument.
        value: estimate.
        half_width: of the interval, in the unit of `value`.
        probability: that the interval holds the true value; taken as that of a normal
            distribution, of a t distribution where `dof` is finite.
        dof: degrees of freedom that are stated with it.
        source: who said so.

    Raises:
        BudgetError: the probability is not between 0 and 1, or a number is impossible.
    """
    if not 0.0 < probability < 1.0 or not dof > 0.0:
        raise BudgetError(
            f"input {name!r}: a confidence of {probability} with {dof} degrees of freedom is not"
            " possible; state a probability between 0 and 1 and a positive ν"
        )
    uncertainty = half_width / student_factor(probability, dof)
    return _input(name, value, uncertainty, dof, Distribution.NORMAL, source)


def relative(
    name: str, value: float, *, relative_uncertainty: float, dof: float = INFINITE, source: str
) -> Input:
    """State an estimate with u as a part of its magnitude, 0.01 for 1 % (GUM 5.1.6).

    Raises:
        BudgetError: the estimate is zero, of which no part can be taken.
    """
    if value == 0.0:
        raise BudgetError(f"input {name!r}: no uncertainty is relative to an estimate of 0")
    uncertainty = relative_uncertainty * abs(value)
    return _input(name, value, uncertainty, dof, Distribution.NORMAL, source)


def dof_from_doubt(relative_doubt: float) -> float:
    """Return ν = ½·(Δu/u)⁻² where Δu/u is the doubt about u itself: 0.25 gives 8 (GUM G.4.2).

    Raises:
        BudgetError: the doubt is negative or not a number.
    """
    if not 0.0 <= relative_doubt < INFINITE:
        raise BudgetError(f"a relative doubt of {relative_doubt} about u is not possible")
    return 0.5 / relative_doubt**2 if relative_doubt else INFINITE


def rectangular(
    name: str, *, half_width: float, value: float = 0.0, dof: float = INFINITE, source: str
) -> Input:
    """State limits value ± half_width, all between equally likely: a/√3 (GUM 4.3.7)."""
    uncertainty = half_width * _RECTANGULAR
    return _input(name, value, uncertainty, dof, Distribution.RECTANGULAR, source, half_width)


def inexact_rectangular(
    name: str, *, half_width: float, limit_doubt: float, value: float = 0.0, source: str
) -> Input:
    """State limits value ± a where a itself is only known to ± d: √(a²/3 + d²/9).

    JCGM 101:2008, 6.4.3: the half-width is rectangular, and given it the quantity is too.

    Raises:
        BudgetError: d is negative or above a, or a number is impossible.
    """
    if not 0.0 <= limit_doubt <= half_width:
        raise BudgetError(
            f"input {name!r}: a doubt of {limit_doubt} about a half-width of {half_width}; it must"
            " lie between 0 and the half-width"
        )
    uncertainty = math.hypot(half_width * _RECTANGULAR, limit_doubt / 3.0)
    return _input(
        name,
        value,
        uncertainty,
        INFINITE,
        Distribution.INEXACT_RECTANGULAR,
        source,
        half_width,
        limit_doubt=limit_doubt,
    )


def asymmetric(
    name: str, value: float, *, below: float, above: float, dof: float = INFINITE, source: str
) -> Input:
    """State limits value - below … value + above, all between equally likely (GUM 4.3.8).

    The estimate is their middle, value + (above - below)/2, and u = (below + above)/√12.

    Raises:
        BudgetError: a distance is negative or not finite.
    """
    if not (below >= 0.0 and above >= 0.0):
        raise BudgetError(
            f"input {name!r}: limits {below} below and {above} above the value: state both as"
            " distances that are not negative"
        )
    middle, half = value + 0.5 * (above - below), 0.5 * (below + above)
    return rectangular(name, half_width=half, value=middle, dof=dof, source=source)


def hysteresis(name: str, *, difference: float, value: float = 0.0, source: str) -> Input:
    """State that readings with rising and falling value differ by h: h/√12 (GUM F.2.2.2)."""
    return rectangular(name, half_width=0.5 * difference, value=value, source=source)


def difference_of_digital_steps(
    name: str, *, step: float, value: float = 0.0, source: str
) -> Input:
    """State the resolution of a difference of two readings: triangular, q/√6."""
    return triangular(name, half_width=step, value=value, source=source)


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
            " or state its standard uncertainty from earlier readings, with ν"
        )
    if not all(map(math.isfinite, values)):
        raise BudgetError(f"input {name!r}: a reading is not a finite number: {list(values)}")
    mean, variance = mean_and_variance(values)
    return _input(name, mean, math.sqrt(variance / n), n - 1.0, Distribution.NORMAL, source)


def mean_and_variance(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and experimental variance s² of at least two readings, shape `(reading,)`.

    In two passes: the one-pass formula loses every digit of a small scatter on a large value.

    Raises:
        BudgetError: their sum or squares are larger than a float.
    """
    n = len(values)
    try:
        mean = math.fsum(values) / n
        return mean, math.fsum([(value - mean) ** 2 for value in values]) / (n - 1)
    except OverflowError as error:
        raise BudgetError(
            f"readings up to {max(map(abs, values)):g} are too large to add and square; state them"
            " in a larger unit"
        ) from error
