"""What a model does with small changes of its inputs: cᵢ·uᵢ of JCGM 100:2008, 5.1.3.

By a complex step where the model takes complex numbers: f(x + i·h) has the imaginary part h·f'(x)
with no difference to lose digits in (W. Squire and G. Trapp, SIAM Review 40 (1998) 110). Such a
slope is believed only where the model, moved by real steps, goes where the slopes say; elsewhere,
and for models that take no complex numbers, central differences are used.
"""

import dis
import math
from collections.abc import Callable, Sequence
from itertools import cycle
from types import CodeType, FunctionType
from typing import Any

from station.metrology.errors import BudgetError
from station.metrology.inputs import Input

_STEPS_IN_U = 2.0**64
_IMAGINARY_STEP = 1j / _STEPS_IN_U
"""In standard uncertainties of the input; its square is nothing beside one."""

_REAL_STEP = 1.0 / 256.0
"""Of a difference quotient, in standard uncertainties of the input."""

_SMALLEST_STEP = 1e-9
"""Relative to the estimate: below it a difference quotient is mostly rounding."""

_AGREEMENT = 1e-3
"""Of slopes and a real step; curvature of the model stays far below it."""

_ROUNDING = 1e-14
"""What two values of a model may differ by without any change, relative to the value."""

_FORMULA = frozenset(
    dis.opmap[name]
    for name in "CACHE RESUME LOAD_FAST LOAD_CONST STORE_FAST BINARY_OP UNARY_NEGATIVE"
    " UNARY_POSITIVE RETURN_VALUE".split()
)
"""Operations of Python that a formula is made of."""

_CONSTANT = dis.opmap["LOAD_CONST"]

_POWERS = frozenset(
    bytes((each.opcode, each.arg or 0))
    for each in dis.get_instructions(compile("a ** b; a **= b", "<powers>", "exec"))
    if each.opname == "BINARY_OP"
)
"""`**` and `**=`, as operation and argument."""

Slopes = tuple[float, list[float | None], list[float]]

_PARTS = tuple(1.0 + i * 0.5 * (math.sqrt(5.0) - 1.0) % 1.0 for i in range(64))
"""1 … 2 without common measure, so that no two inputs move alike."""


def differentiate(quantity: str, model: Callable[..., Any], inputs: tuple[Input, ...]) -> Slopes:
    """Return the model's value at the estimates, each ∂f/∂x, and each ∂f/∂x·u with its sign.

    ∂f/∂x is None where there is no uncertainty to propagate. A whole u as the step (GUM 5.1.4
    note) would mix curvature into the first order; curvature is left to `second_order` and Monte
    Carlo.

    Raises:
        BudgetError: the model has no finite value or slope there; names `quantity` and the inputs.
    """
    estimates = [each[1] for each in inputs]
    try:
        value = float(model(*estimates))
        found = _complex_step(model, inputs, estimates)
        if found is None or not (
            _is_arithmetic(model) or _is_confirmed(model, inputs, estimates, value, found[1])
        ):
            found = _central_differences(model, inputs, estimates)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BudgetError(
            f"{quantity}: the model cannot be evaluated at or near"
            f" {_named(inputs, estimates)}: {error}"
        ) from error
    slopes, terms = found
    if not math.isfinite(value + sum(terms)):
        raise BudgetError(
            f"{quantity}: the value {value} or a sensitivity is not finite:"
            f" {_named(inputs, slopes)}; check the model there"
        )
    return value, slopes, terms


def _complex_step(
    model: Callable[..., Any], inputs: tuple[Input, ...], estimates: list[float]
) -> tuple[list[float | None], list[float]] | None:
    """Return each ∂f/∂x and ∂f/∂x·u; None where the model takes no complex number."""
    arguments: list[complex] = [*estimates]
    slopes: list[float | None] = []
    terms: list[float] = []
    try:
        for i, centre in enumerate(estimates):
            u = inputs[i][2]
            if not u:
                slopes.append(None)
                terms.append(0.0)
                continue
            arguments[i] = centre + u * _IMAGINARY_STEP
            term = model(*arguments).imag * _STEPS_IN_U
            arguments[i] = centre
            slopes.append(term / u)
            terms.append(term)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return None
    return slopes, terms


def _is_arithmetic(model: Callable[..., Any]) -> bool:
    """Tell whether the model is nothing but + - * / and whole powers of its arguments."""
    return isinstance(model, FunctionType) and _is_rational(model.__code__)


def _is_rational(code: CodeType) -> bool:
    """Tell whether the code is smooth wherever it has a value: no call, branch or root.

    What is not on the list is only checked by real steps, so that a list too short costs time.
    """
    stream = code.co_code
    if not _FORMULA.issuperset(stream[::2]):
        return False
    if not any(power in stream for power in _POWERS):
        return True
    exponent: object = None
    for operation, argument in zip(stream[::2], stream[1::2], strict=True):
        whole = isinstance(exponent, int | float) and float(exponent).is_integer()
        if bytes((operation, argument)) in _POWERS and not whole:
            return False
        exponent = code.co_consts[argument] if operation == _CONSTANT else None
    return True


def _is_confirmed(
    model: Callable[..., Any],
    inputs: tuple[Input, ...],
    estimates: list[float],
    value: float,
    terms: list[float],
) -> bool:
    """Tell whether the model, all inputs moved at once, follows its slopes.

    It does not where it is not smooth, or drops the imaginary part as `abs` does.
    """
    above, below = [], []
    expected = scale = 0.0
    for (_, centre, u, *_), term, part in zip(inputs, terms, cycle(_PARTS), strict=False):
        step = part * (_REAL_STEP * u + _SMALLEST_STEP * abs(centre)) if u else 0.0
        above.append(centre + step)
        below.append(centre - step)
        change = 2.0 * step * term / u if u else 0.0
        expected += change
        scale += abs(change)
    found = model(*above) - model(*below)
    return bool(abs(found - expected) <= _AGREEMENT * scale + _ROUNDING * abs(value))


def _central_differences(
    model: Callable[..., Any], inputs: tuple[Input, ...], estimates: list[float]
) -> tuple[list[float | None], list[float]]:
    """Return each ∂f/∂x and ∂f/∂x·u; `estimates` names the point at which a model fails."""
    slopes: list[float | None] = []
    terms: list[float] = []
    for i, each in enumerate(inputs):
        centre, u = each.value, each.standard_uncertainty
        if not u:
            slopes.append(None)
            terms.append(0.0)
            continue
        step = max(_REAL_STEP * u, _SMALLEST_STEP * abs(centre))
        high, low = centre + step, centre - step
        estimates[i] = high
        above = model(*estimates)
        estimates[i] = low
        slope = float((above - model(*estimates)) / (high - low))
        estimates[i] = centre
        slopes.append(slope)
        terms.append(slope * u)
    return slopes, terms


def _named(inputs: tuple[Input, ...], numbers: Sequence[float | None]) -> dict[str, float | None]:
    return {each.name: number for each, number in zip(inputs, numbers, strict=True)}
