"""Least squares for any model that is linear in its coefficients, by QR decomposition.

ISO/TS 28037:2010 clause 6 (uncertainty in y; clause number from memory); JCGM 100:2008, H.3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from station.metrology.errors import FitError

if TYPE_CHECKING:
    from numpy import float64, longdouble
    from numpy.typing import NDArray

Matrix = tuple[tuple[float, ...], ...]


class Spread(Enum):
    """What the covariance of the coefficients is taken from.

    RESIDUAL: the scatter about the curve, ν = n - m; uncertainties of the points are weights only.
    STATED: the uncertainties of the points as they are, ν infinite; the scatter is a check.
    """

    RESIDUAL = "residual"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Coefficients of any model that is linear in them.

    Attributes:
        coefficients: one a column.
        covariance: of the coefficients, shape `(column, column)`.
        chi_squared: Σ (residual/u)²; Σ residual² if all points weigh the same.
        dof: points minus coefficients.
        spread: what `covariance` was taken from.
    """

    coefficients: tuple[float, ...]
    covariance: Matrix
    chi_squared: float
    dof: int
    spread: Spread

    @property
    def unit_standard_deviation(self) -> float:
        """√(χ²/ν): s of one point if all weigh the same, else the Birge ratio; 0 without ν."""
        return math.sqrt(self.chi_squared / self.dof) if self.dof else 0.0

    @property
    def standard_uncertainties(self) -> tuple[float, ...]:
        """U of each coefficient, in its own unit."""
        return tuple(math.sqrt(row[i]) for i, row in enumerate(self.covariance))


def least_squares(
    columns: Sequence[Sequence[float]],
    y: Sequence[float],
    *,
    uncertainties: Sequence[float] | None = None,
    spread: Spread = Spread.RESIDUAL,
) -> LeastSquares:
    """Fit y = Σ bⱼ·columnⱼ by QR decomposition of the weighted, scaled columns.

    Args:
        columns: one a coefficient, shape `(coefficient, point)`; ones for an intercept.
        y: observed values, shape `(point,)`.
        uncertainties: standard ones of `y`, independent; None if all points weigh the same.
        spread: what the covariance is taken from.

    Raises:
        FitError: too few points, lengths that differ, an impossible number, columns that depend
            on each other, or stated spread without uncertainties.
    """
    import numpy as np

    weights = _weights(len(y), uncertainties, spread)
    design = np.array([finite(column, len(y)) for column in columns]).T * weights[:, None]
    observed = finite(y, len(y)) * weights
    free = len(y) - len(columns)
    if free < (1 if spread is Spread.RESIDUAL else 0):
        raise FitError(
            f"{len(y)} point(s) do not determine {len(columns)} coefficient(s) and the scatter"
        )
    coefficients, inverse = _solution(design, observed)
    residuals = (observed.astype(np.longdouble) - design @ coefficients).astype(float)
    chi_squared = math.fsum(residuals**2)
    factor = 1.0 if spread is Spread.STATED else chi_squared / free
    covariance = factor * (inverse @ inverse.T)
    return LeastSquares(
        tuple(coefficients.astype(float).tolist()),
        tuple(tuple(row) for row in covariance.tolist()),
        chi_squared,
        free,
        spread,
    )


def _solution(
    design: "NDArray[float64]", observed: "NDArray[float64]"
) -> "tuple[NDArray[longdouble], NDArray[float64]]":
    """Return the coefficients, and the inverse of the triangle R of design = QR.

    Refined twice on the augmented system r + Xb = y, Xᵀr = 0 with residuals in extended precision
    (Å. Björck, BIT 7 (1967) 257, from memory): that brings back the digits which columns that
    nearly depend on each other cost.
    """
    import numpy as np

    norms = np.linalg.norm(design, axis=0)
    q, triangle = np.linalg.qr(design / np.where(norms > 0.0, norms, 1.0))
    if np.abs(np.diag(triangle)).min() < 1e-14 * len(observed):
        raise FitError("the points do not determine the coefficients: columns depend on each other")
    inverse = np.linalg.inv(triangle) / norms[:, None]
    exact, coefficients = design.astype(np.longdouble), np.zeros(len(norms), np.longdouble)
    residuals = np.zeros(len(observed), np.longdouble)
    for _ in range(3):
        left = (observed - residuals - exact @ coefficients).astype(float)
        turned = q.T @ left + inverse.T @ (exact.T @ residuals).astype(float)
        coefficients = coefficients + inverse @ turned
        residuals = residuals + (left - q @ turned)
    return coefficients, inverse


def _weights(
    size: int, uncertainties: Sequence[float] | None, spread: Spread
) -> "NDArray[float64]":
    import numpy as np

    if uncertainties is None:
        if spread is Spread.STATED:
            raise FitError("the spread is said to be stated, and no uncertainties are")
        return np.ones(size)
    stated = finite(uncertainties, size)
    if np.any(stated <= 0.0):
        raise FitError("an uncertainty of a point is not positive; it would weigh infinitely")
    return 1.0 / stated


def finite(values: Sequence[float], size: int) -> "NDArray[float64]":
    """Return the numbers as an array of shape `(size,)`.

    Raises:
        FitError: another count, or one is not finite.
    """
    import numpy as np

    found = np.array(values, dtype=float)
    if found.shape != (size,) or not np.all(np.isfinite(found)):
        raise FitError(f"{found.size} number(s) where {size} finite ones are needed")
    return found
