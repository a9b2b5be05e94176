"""A platinum thermometer on ITS-90: its deviation from the reference function, and u(T90).

H. Preston-Thomas, Metrologia 27 (1990) 3-10, 3.3.1 to 3.3.3 and table 5, deviation functions;
W = R(T90)/R(273.16 K) and W = W_r(T90) + ΔW(W). Ranges, n = 0 and 1, which coefficients vanish and
when d counts were compared with a copy of table 5, a, b and c with a published certificate. The
formula of 3.3.1 itself (cᵢ·(ln W)^(i+n), n = 2) and the shape of the term in d are unverified.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from station.metrology.errors import InvalidNumber, OutOfValidity
from station.metrology.functions import log
from station.metrology.physics.curves import by_piece, check_within, solve
from station.metrology.physics.its90 import (
    CELSIUS_ZERO_KELVIN,
    END_KELVIN,
    FIXED_POINTS_KELVIN,
    reference_ratio,
    reference_slope,
    temperature,
)

_ROUNDED_CORRELATION = 1e-6
"""How far rounding on a certificate may carry an eigenvalue of the correlations below zero."""

Powers = tuple[tuple[int, int], ...]
"""Terms (W - 1)^i · (ln W)^j of a deviation function, as (i, j)."""


class Subrange(Enum):
    """A subrange of the scale, by the number its coefficients carry on certificates (a1 … a11)."""

    HYDROGEN_TO_WATER = 1
    NEON_TO_WATER = 2
    OXYGEN_TO_WATER = 3
    ARGON_TO_WATER = 4
    MERCURY_TO_GALLIUM = 5
    ZERO_TO_SILVER = 6
    ZERO_TO_ALUMINIUM = 7
    ZERO_TO_ZINC = 8
    ZERO_TO_TIN = 9
    ZERO_TO_INDIUM = 10
    ZERO_TO_GALLIUM = 11


@dataclass(frozen=True, slots=True)
class Form:
    """How ΔW is written in one subrange.

    Attributes:
        low_kelvin: T90 (K) where it begins.
        high_kelvin: T90 (K) where it ends.
        powers: one a coefficient, in the scale's order a, b, c…; subrange 6 has d besides.
        names: of the coefficients, without the number of the subrange.
        clause: of the scale's text.
    """

    low_kelvin: float
    high_kelvin: float
    powers: Powers
    names: tuple[str, ...]
    clause: str


_LINEAR: Powers = ((1, 0),)
_QUADRATIC: Powers = ((1, 0), (2, 0))
_CUBIC: Powers = ((1, 0), (2, 0), (3, 0))
_POINT = FIXED_POINTS_KELVIN
_ZERO = CELSIUS_ZERO_KELVIN

FORMS = {
    Subrange.HYDROGEN_TO_WATER: Form(
        _POINT["e-H2"],
        _POINT["H2O"],
        (*_QUADRATIC, (0, 3), (0, 4), (0, 5), (0, 6), (0, 7)),
        ("a", "b", "c1", "c2", "c3", "c4", "c5"),
        "3.3.1",
    ),
    Subrange.NEON_TO_WATER: Form(
        _POINT["Ne"],
        _POINT["H2O"],
        (*_QUADRATIC, (0, 1), (0, 2), (0, 3)),
        ("a", "b", "c1", "c2", "c3"),
        "3.3.1.1",
    ),
    Subrange.OXYGEN_TO_WATER: Form(
        _POINT["O2"], _POINT["H2O"], (*_QUADRATIC, (0, 2)), ("a", "b", "c1"), "3.3.1.2"
    ),
    Subrange.ARGON_TO_WATER: Form(
        _POINT["Ar"], _POINT["H2O"], ((1, 0), (1, 1)), ("a", "b"), "3.3.1.3"
    ),
    Subrange.MERCURY_TO_GALLIUM: Form(_POINT["Hg"], _POINT["Ga"], _QUADRATIC, ("a", "b"), "3.3.3"),
    Subrange.ZERO_TO_SILVER: Form(_ZERO, _POINT["Ag"], _CUBIC, ("a", "b", "c", "d"), "3.3.2"),
    Subrange.ZERO_TO_ALUMINIUM: Form(_ZERO, _POINT["Al"], _CUBIC, ("a", "b", "c"), "3.3.2.1"),
    Subrange.ZERO_TO_ZINC: Form(_ZERO, _POINT["Zn"], _QUADRATIC, ("a", "b"), "3.3.2.2"),
    Subrange.ZERO_TO_TIN: Form(_ZERO, _POINT["Sn"], _QUADRATIC, ("a", "b"), "3.3.2.3"),
    Subrange.ZERO_TO_INDIUM: Form(_ZERO, _POINT["In"], _LINEAR, ("a",), "3.3.2.4"),
    Subrange.ZERO_TO_GALLIUM: Form(_ZERO, _POINT["Ga"], _LINEAR, ("a",), "3.3.2.5"),
}
"""Subrange → its deviation function."""


def coefficient_count(subrange: Subrange) -> int:
    """Return how many coefficients the subrange's deviation function has."""
    return len(FORMS[subrange].names)


def deviation(subrange: Subrange, coefficients: Sequence[Any], ratio: Any) -> Any:
    """Return ΔW = W - W_r, dimensionless.

    Args:
        subrange: of the scale.
        coefficients: in the scale's order a, b, c…, d; floats, or arrays of draws.
        ratio: W, float or array. Its range is that of the subrange, checked by `Thermometer`.
    """
    powers = FORMS[subrange].powers
    total = _sum(powers, coefficients, ratio)
    if subrange is Subrange.ZERO_TO_SILVER:
        beyond = _above(ratio, _aluminium_ratio(coefficients))
        total = total + coefficients[3] * beyond * beyond
    return total


@dataclass(frozen=True, slots=True)
class Thermometer:
    """A calibrated standard platinum resistance thermometer in one subrange.

    Attributes:
        subrange: of the scale.
        coefficients: of its deviation function, dimensionless, in the scale's order a, b, c…, d.
        covariance: of the coefficients, shape `(coefficient, coefficient)`; None if the
            certificate states none.

    Raises:
        InvalidNumber: the numbers of coefficients differ, one is not finite, or the covariance is
            none: not symmetric, or not positive semidefinite.
    """

    subrange: Subrange
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        count = coefficient_count(self.subrange)
        if len(self.coefficients) != count or not all(map(math.isfinite, self.coefficients)):
            raise InvalidNumber(
                f"{self.subrange.name}: {len(self.coefficients)} coefficient(s) given,"
                f" {count} finite ones needed (ITS-90, {FORMS[self.subrange].clause})"
            )
        if self.covariance is not None:
            _check_covariance(self.covariance, count)

    def t90_kelvin(self, ratio: Any) -> Any:
        """Return T90 (K) at W, float or array.

        Raises:
            OutOfValidity: the temperature is outside the subrange.
        """
        check_within(ratio, 1e-3, 5.0, what="W", unit="(ratio)")
        t90 = temperature(ratio - deviation(self.subrange, self.coefficients, ratio))
        self._check(t90)
        return t90

    def ratio(self, t90_kelvin: Any) -> Any:
        """Return W at T90 (K), float or array: the inverse of `t90_kelvin`.

        Raises:
            OutOfValidity: the temperature is outside the subrange.
        """
        self._check(t90_kelvin)
        target = reference_ratio(t90_kelvin)
        return solve(self._reference_at, self.slope, target, target, tolerance=1e-13)

    def standard_uncertainty_kelvin(self, ratio: float, ratio_uncertainty: float) -> float:
        """Return u(T90) (K) from u(W) and the covariance of the coefficients, uncorrelated.

        First order (JCGM 100:2008, 5.1.2 and 5.2.2) on T90 = W_r⁻¹(W - ΔW(W; a, b, …)); in
        subrange 6, W at the aluminium point moves with a, b and c.

        Args:
            ratio: W.
            ratio_uncertainty: u(W), dimensionless, with the bridge, the resistor, R(273.16 K)…

        Raises:
            OutOfValidity: the temperature is outside the subrange, or there is no covariance.
            InvalidNumber: u(W) is negative or not finite.
        """
        if not 0.0 <= ratio_uncertainty < math.inf:
            raise InvalidNumber(f"u(W) = {ratio_uncertainty}: state a number that is not negative")
        if self.covariance is None:
            raise OutOfValidity(
                f"{self.subrange.name}: the coefficients have no covariance, so u(T90) has no"
                " basis; take it from the certificate"
            )
        slope = reference_slope(self.t90_kelvin(ratio))
        terms = self.sensitivities(ratio)
        variance = (self.slope(ratio) * ratio_uncertainty) ** 2 + math.fsum(
            one * other * covariance
            for one, row in zip(terms, self.covariance, strict=True)
            for other, covariance in zip(terms, row, strict=True)
        )
        return math.sqrt(max(variance, 0.0)) / float(slope)

    def slope(self, ratio: Any) -> Any:
        """Return dW_r/dW = 1 - dΔW/dW."""
        slope = _sum_of_slopes(FORMS[self.subrange].powers, self.coefficients, ratio)
        if self.subrange is Subrange.ZERO_TO_SILVER:
            beyond = _above(ratio, _aluminium_ratio(self.coefficients))
            slope = slope + 2.0 * self.coefficients[3] * beyond
        return 1.0 - slope

    def sensitivities(self, ratio: float) -> list[float]:
        """Return ∂ΔW/∂ each coefficient at W, in the scale's order."""
        powers = FORMS[self.subrange].powers
        terms = [float(_term(i, j, ratio)) for i, j in powers]
        if self.subrange is not Subrange.ZERO_TO_SILVER:
            return terms
        aluminium = float(_aluminium_ratio(self.coefficients))
        beyond = float(_above(ratio, aluminium))
        moves = 1.0 - float(_sum_of_slopes(powers, self.coefficients, aluminium))
        shift = -2.0 * self.coefficients[3] * beyond / moves
        shifted = [
            term + shift * float(_term(i, j, aluminium))
            for term, (i, j) in zip(terms, powers, strict=True)
        ]
        return [*shifted, beyond * beyond]

    def _check(self, t90_kelvin: Any) -> None:
        form = FORMS[self.subrange]
        low, high = form.low_kelvin - END_KELVIN, form.high_kelvin + END_KELVIN
        check_within(t90_kelvin, low, high, what=f"T90 in {self.subrange.name}", unit="K")

    def _reference_at(self, ratio: Any) -> Any:
        return ratio - deviation(self.subrange, self.coefficients, ratio)


MERCURY_LARGEST_RATIO = 0.844235
GALLIUM_SMALLEST_RATIO = 1.11807
SILVER_SMALLEST_RATIO = 4.2844


def is_acceptable(
    *,
    gallium_ratio: float | None = None,
    mercury_ratio: float | None = None,
    silver_ratio: float | None = None,
) -> bool:
    """Tell whether the platinum is pure and strain-free enough for the scale (ITS-90, 3.3).

    W(29.7646 °C) ≥ 1.11807 or W(-38.8344 °C) ≤ 0.844235; with a value at the silver point,
    W(961.78 °C) ≥ 4.2844 besides.

    Raises:
        OutOfValidity: neither the gallium nor the mercury point was measured.
    """
    if gallium_ratio is None and mercury_ratio is None:
        raise OutOfValidity("the criterion needs W at the gallium or at the mercury point")
    pure = (gallium_ratio is not None and gallium_ratio >= GALLIUM_SMALLEST_RATIO) or (
        mercury_ratio is not None and mercury_ratio <= MERCURY_LARGEST_RATIO
    )
    return pure and (silver_ratio is None or silver_ratio >= SILVER_SMALLEST_RATIO)


def _term(i: int, j: int, ratio: Any) -> Any:
    return (ratio - 1.0) ** i * log(ratio) ** j if j else (ratio - 1.0) ** i


def _term_slope(i: int, j: int, ratio: Any) -> Any:
    slope = i * _term(i - 1, j, ratio) if i else 0.0
    return slope + j * _term(i, j - 1, ratio) / ratio if j else slope


def _sum(powers: Powers, coefficients: Sequence[Any], ratio: Any) -> Any:
    total = 0.0 * ratio
    for (i, j), coefficient in zip(powers, coefficients, strict=False):
        total = total + coefficient * _term(i, j, ratio)
    return total


def _sum_of_slopes(powers: Powers, coefficients: Sequence[Any], ratio: Any) -> Any:
    total = 0.0 * ratio
    for (i, j), coefficient in zip(powers, coefficients, strict=False):
        total = total + coefficient * _term_slope(i, j, ratio)
    return total


def _above(ratio: Any, start: Any) -> Any:
    """Return W - start where that is positive, else 0."""
    return by_piece(ratio - start, (0.0,), (lambda below: 0.0 * below, lambda above: above))


def _aluminium_ratio(coefficients: Sequence[Any]) -> Any:
    """Return this thermometer's W at 660.323 °C: W_r + a(W-1) + b(W-1)² + c(W-1)³, solved for W."""
    target = reference_ratio(_POINT["Al"]) + 0.0 * coefficients[0]
    return solve(
        lambda ratio: ratio - _sum(_CUBIC, coefficients, ratio),
        lambda ratio: 1.0 - _sum_of_slopes(_CUBIC, coefficients, ratio),
        target,
        target,
        tolerance=1e-13,
    )


def _check_covariance(covariance: tuple[tuple[float, ...], ...], count: int) -> None:
    """Refuse what is no covariance: by shape, symmetry, and the eigenvalues of its correlations."""
    if len(covariance) != count or any(len(row) != count for row in covariance):
        raise InvalidNumber(f"the covariance needs shape ({count}, {count})")
    import numpy as np

    matrix = np.array(covariance)
    variances = matrix.diagonal()
    if not np.all(np.isfinite(matrix)) or np.any(variances < 0.0) or np.any(matrix != matrix.T):
        raise InvalidNumber(
            "the covariance is not symmetric, or has a variance that is negative or not finite"
        )
    known = variances > 0.0
    if np.any(matrix[~known]):
        raise InvalidNumber("a coefficient without uncertainty has a covariance with another")
    u = np.sqrt(variances[known])
    correlations = matrix[np.ix_(known, known)] / np.outer(u, u)
    if np.any(np.linalg.eigvalsh(correlations) < -_ROUNDED_CORRELATION):
        raise InvalidNumber(
            "the covariance is impossible: coefficients cannot all be correlated so; check the"
            " certificate"
        )
