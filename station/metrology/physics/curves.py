"""What the curves of this package share: polynomials, pieces, inversion, strict ranges."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from station.metrology.errors import OutOfValidity

Curve = Callable[[Any], Any]
"""A function of one variable: float or complex in, the same out; array in, array out."""

STEPS = 30
"""Newton's method at most; monotone curves with good starts take 3 to 6."""

LOOSEST = 1e5
"""Tolerances within which a solution that does not settle is one: 0.01 mK of a thermocouple."""


def check_within(value: Any, low: float, high: float, *, what: str, unit: str) -> None:
    """Refuse a number, or any of an array, outside `low` … `high`; NaN is outside.

    Of a complex number (see `functions`) the real part counts.

    Raises:
        OutOfValidity: says what, its value and the range.
    """
    value = value.real
    if isinstance(value, float | int):
        if low <= value <= high:
            return
        outside = value
    else:
        import numpy as np

        wrong = ~((value >= low) & (value <= high))
        if not np.any(wrong):
            return
        outside = np.asarray(value)[wrong].flat[0]
    raise OutOfValidity(
        f"{what} {outside:.9g} {unit}: the formula holds from {low:.9g} to {high:.9g} {unit};"
        " nothing is extrapolated"
    )


def polynomial(coefficients: Sequence[Any], x: Any) -> Any:
    """Return Σ cᵢ·xⁱ, i from 0, by Horner's rule."""
    total = 0.0 * x
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def slope_of(coefficients: Sequence[float]) -> tuple[float, ...]:
    """Return the coefficients of the polynomial's derivative."""
    return tuple(i * c for i, c in enumerate(coefficients))[1:]


def by_piece(x: Any, joints: Sequence[float], pieces: Sequence[Curve]) -> Any:
    """Evaluate each x by its piece; a joint belongs to the piece below it.

    Args:
        x: float, complex or array.
        joints: rising, one less than pieces.
        pieces: in the order of the joints.
    """
    if isinstance(x, float | int | complex):
        return pieces[bisect_left(joints, x.real)](x)
    import numpy as np

    values = np.asarray(x, dtype=float)
    result = np.empty_like(values)
    places = np.searchsorted(np.asarray(joints), values)
    for i, piece in enumerate(pieces):
        here = places == i
        if here.any():
            result[here] = piece(values[here])
    return result


def solve(curve: Curve, slope: Curve, target: Any, start: Any, *, tolerance: float) -> Any:
    """Return x with curve(x) = target, by Newton's method from `start`.

    Args:
        curve: monotone.
        slope: its derivative.
        target: float or array.
        start: near enough that the method converges: stated where it is called.
        tolerance: of x; the last step is smaller.

    Raises:
        OutOfValidity: the method does not converge.
    """
    x = start
    for _ in range(STEPS):
        step = (curve(x) - target) / slope(x)
        x = x - step
        if _largest(step) <= tolerance:
            return x
    # Pieces that do not quite meet let the last steps go to and fro between them.
    if not _largest(step) <= LOOSEST * tolerance:
        raise OutOfValidity(
            f"no value of the curve is found after {STEPS} steps; check its coefficients"
        )
    return x


def _largest(step: Any) -> float:
    if isinstance(step, float | int | complex):
        return abs(step)
    import numpy as np

    return float(np.max(np.abs(step), initial=0.0))
