"""Calibration lines and curves by least squares, with the covariance that predictions need.

Polynomials are fitted by QR decomposition on centred and scaled x, so that a curve over 20 °C to
30 °C or over 1e6 Hz to 2e6 Hz loses no digits; coefficients in powers of x itself are derived
from that fit exactly. JCGM 100:2008, H.3 (line, prediction, correlated coefficients);
ISO/TS 28037:2010 clauses 6 and 7 (uncertainty in y, in both axes; clause numbers from memory).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from station.metrology.errors import FitError, OutOfFit
from station.metrology.inputs import Input, normal
from station.metrology.least_squares import (
    LeastSquares,
    Matrix,
    Spread,
    finite,
    least_squares,
)

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

MOST_ROUNDS = 100
"""Rounds of a fit in both axes; one that settles needs fewer than twenty."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a curve says at one place: value and u in the unit of the result, ν."""

    value: float
    standard_uncertainty: float
    dof: float

    def as_input(self, name: str, *, source: str) -> Input:
        """Return it as the input `name` of a budget."""
        uncertainty = self.standard_uncertainty
        return normal(
            name, self.value, standard_uncertainty=uncertainty, dof=self.dof, source=source
        )


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A fitted polynomial y = Σ cⱼ·zʲ with z = (x - centre)/scale.

    Attributes:
        centre: of x; zero when the curve was forced through the origin.
        scale: of x.
        fit: cⱼ from j = 0 and their covariance, in the unit of y.
        low: lowest x that was fitted; nothing is said below it.
        high: highest x.
        scatter: s of a single reading of y; None where the points did not weigh the same.
        common_uncertainty: u that all points share (their standard); no fit reduces it, it adds
            in full to every prediction (GUM H.3.6).
    """

    centre: float
    scale: float
    fit: LeastSquares
    low: float
    high: float
    scatter: float | None
    common_uncertainty: float = 0.0

    @property
    def dof(self) -> float:
        """Degrees of freedom of the covariance of the coefficients."""
        return math.inf if self.fit.spread is Spread.STATED else float(self.fit.dof)

    def at(self, x: float, *, readings: int = 0, extrapolate: bool = False) -> Predicted:
        """Return the curve at `x` (GUM H.3.4), and what a mean of future readings adds.

        Args:
            x: in the unit of x.
            readings: number of future readings whose mean is predicted, s²/readings; 0 for the
                curve itself.
            extrapolate: allow an `x` that was not fitted, e.g. a day to come.

        Raises:
            OutOfFit: `x` lies outside the fitted range.
            FitError: future readings of a curve whose points did not weigh the same.
        """
        place = self._place(x, extrapolate=extrapolate)
        value = _horner(self.fit.coefficients, place)
        variance = self._covariance(place, place) + self._reading_variance(readings)
        common = self.common_uncertainty
        total = variance + common**2
        dof = self.dof * (total / variance) ** 2 if variance > 0.0 else math.inf
        return Predicted(value, math.sqrt(total), dof)

    def covariance_between(self, one: float, other: float, *, extrapolate: bool = False) -> float:
        """Return the covariance of the curve at two places, in the unit of y squared.

        Raises:
            OutOfFit: a place lies outside the fitted range.
        """
        places = [self._place(x, extrapolate=extrapolate) for x in (one, other)]
        return self._covariance(*places) + self.common_uncertainty**2

    def slope(self, x: float) -> float:
        """Return dy/dx at `x`."""
        derivative = [j * c for j, c in enumerate(self.fit.coefficients)][1:]
        return _horner(derivative, (x - self.centre) / self.scale) / self.scale

    def inverse(self, y: float, *, standard_uncertainty: float) -> Predicted:
        """Return the x at which the curve takes the value `y`: inverse use of a calibration.

        For a line of equal weights and the mean of p readings, u(y) = s/√p gives
        u(x) = (s/b)·√(1/p + 1/n + (x - x̄)²/Sxx).

        Args:
            y: observed value, independent of the points of the fit.
            standard_uncertainty: of `y`, in its unit.

        Raises:
            OutOfFit: the curve does not reach `y` within the fitted range.
            FitError: the curve turns or is flat within that range, or u is impossible.
        """
        if not 0.0 <= standard_uncertainty < math.inf:
            raise FitError(f"u(y) = {standard_uncertainty}: state a finite one, not negative")
        x = self._solve(y)
        curve, slope = self.at(x), abs(self.slope(x))
        variance = curve.standard_uncertainty**2 + standard_uncertainty**2
        return Predicted(x, math.sqrt(variance) / slope, curve.dof)

    def in_powers_of_x(self) -> tuple[tuple[float, ...], Matrix]:
        """Return the coefficients of 1, x, x² … and their covariance, without loss of digits.

        Computed in exact fractions: far from zero these coefficients are large, and cancel.
        """
        size = len(self.fit.coefficients)
        shift, scale = Fraction(self.centre), Fraction(self.scale)
        rows = [
            [
                math.comb(j, i) * (-shift) ** (j - i) / scale**j if j >= i else Fraction(0)
                for j in range(size)
            ]
            for i in range(size)
        ]
        centred = [Fraction(c) for c in self.fit.coefficients]
        known = [[Fraction(v) for v in row] for row in self.fit.covariance]
        half = [[_dot(row, column) for column in zip(*known, strict=True)] for row in rows]
        covariance = tuple(tuple(float(_dot(left, row)) for row in rows) for left in half)
        return tuple(float(_dot(row, centred)) for row in rows), covariance

    def _place(self, x: float, *, extrapolate: bool) -> float:
        if not (self.low <= x <= self.high or (extrapolate and math.isfinite(x))):
            raise OutOfFit(
                f"x = {x:.9g} lies outside the fitted range {self.low:g} … {self.high:g};"
                " measure there, nothing is extrapolated"
            )
        return (x - self.centre) / self.scale

    def _covariance(self, one: float, other: float) -> float:
        return math.fsum(
            value * one**i * other**j
            for i, row in enumerate(self.fit.covariance)
            for j, value in enumerate(row)
        )

    def _reading_variance(self, readings: int) -> float:
        if not readings:
            return 0.0
        if self.scatter is None or readings < 0:
            raise FitError(
                f"{readings} future reading(s) of a curve without the scatter of one; add the"
                " uncertainty of the reading yourself"
            )
        return self.scatter**2 / readings

    def _solve(self, y: float) -> float:
        """Return x by bisection, after checking that the curve rises or falls throughout."""
        import numpy as np

        derivative = [j * c for j, c in enumerate(self.fit.coefficients)][1:]
        turns = [t.real for t in np.roots(derivative[::-1]) if abs(t.imag) < 1e-12]
        low, high = (
            self._place(self.low, extrapolate=False),
            self._place(self.high, extrapolate=False),
        )
        if not any(derivative) or any(low <= turn <= high for turn in turns):
            raise FitError("the curve turns or is flat in its range; it has no single inverse")
        ends = [_horner(self.fit.coefficients, place) - y for place in (low, high)]
        if not ends[0] * ends[1] <= 0.0:
            raise OutOfFit(f"the curve does not reach {y:g} in {self.low:g} … {self.high:g}")
        while low < (middle := 0.5 * (low + high)) < high:
            if (_horner(self.fit.coefficients, middle) - y) * ends[1] > 0.0:
                high = middle
            else:
                low = middle
        return self.centre + self.scale * middle


def fit_polynomial(
    x: Sequence[float],
    y: Sequence[float],
    *,
    degree: int = 1,
    uncertainties: Sequence[float] | None = None,
    spread: Spread = Spread.RESIDUAL,
    through_origin: bool = False,
    common_uncertainty: float = 0.0,
) -> Polynomial:
    """Fit a polynomial to points whose x is known well (GUM H.3; ISO/TS 28037 clause 6).

    Args:
        x: shape `(point,)`.
        y: observed values, shape `(point,)`.
        degree: 1 for a line.
        uncertainties: standard ones of `y`, independent; None if all points weigh the same.
        spread: what the covariance is taken from.
        through_origin: leave the intercept out.
        common_uncertainty: u shared by all `y`, in their unit.

    Raises:
        FitError: as `least_squares`; or a degree below 1, or an impossible common uncertainty.
    """
    if degree < 1 or not 0.0 <= common_uncertainty < math.inf:
        raise FitError(f"degree {degree}, common u {common_uncertainty}: not possible")
    centre, scale = _frame(x, through_origin=through_origin)
    places = [(each - centre) / scale for each in x]
    columns = [[z**j for z in places] for j in range(through_origin, degree + 1)]
    fit = least_squares(columns, y, uncertainties=uncertainties, spread=spread)
    scatter = fit.unit_standard_deviation if uncertainties is None else None
    if through_origin:
        fit = _with_zero_intercept(fit)
    return Polynomial(centre, scale, fit, min(x), max(x), scatter, common_uncertainty)


def fit_both_axes(
    x: Sequence[float],
    y: Sequence[float],
    *,
    x_uncertainties: Sequence[float],
    y_uncertainties: Sequence[float],
    correlations: Sequence[float] | None = None,
    degree: int = 1,
    spread: Spread = Spread.STATED,
) -> Polynomial:
    """Fit a polynomial to points that are uncertain in both axes.

    Gauss-Newton on Σ of the weighted squared distances, with the true x of each point eliminated:
    each round weighs a point by 1/(u(y)² + p'²·u(x)² - 2·p'·cov(x, y)) and moves its x along. For
    a line this is the solution of York et al., Am. J. Phys. 72 (2004) 367, eq. 13.

    Args:
        x: shape `(point,)`.
        y: shape `(point,)`.
        x_uncertainties: standard ones, shape `(point,)`.
        y_uncertainties: standard ones, shape `(point,)`.
        correlations: of the errors of x and y of one point; None for independent ones.
        degree: 1 for a line.
        spread: what the covariance is taken from.

    Raises:
        FitError: as `least_squares`; a correlation outside -1 … 1; or a fit that does not settle.
    """
    import numpy as np

    r = finite([0.0] * len(x) if correlations is None else correlations, len(x))
    u_x, u_y = finite(x_uncertainties, len(x)), finite(y_uncertainties, len(x))
    observed_x, observed_y = finite(x, len(x)), finite(y, len(x))
    if np.any(u_x < 0.0) or np.any(u_y < 0.0) or np.any(np.abs(r) > 1.0):
        raise FitError("an uncertainty is negative, or a correlation outside -1 … 1")
    equal = [1.0] * len(x)
    start = fit_polynomial(x, y, degree=degree, uncertainties=equal, spread=Spread.STATED)
    powers, covariance = np.array(start.fit.coefficients), r * u_x * u_y
    true_x = observed_x
    for _ in range(MOST_ROUNDS):
        places = (true_x - start.centre) / start.scale
        slope = np.polyval(np.polyder(powers[::-1]), places) / start.scale
        target = observed_y - slope * (observed_x - true_x)
        variance = u_y**2 + (slope * u_x) ** 2 - 2.0 * slope * covariance
        fit = least_squares(
            [(places**j).tolist() for j in range(degree + 1)],
            target.tolist(),
            uncertainties=_roots(variance),
            spread=spread,
        )
        previous, powers = powers, np.array(fit.coefficients)
        residual = target - np.polyval(powers[::-1], places)
        moved, true_x = true_x, observed_x + (slope * u_x**2 - covariance) * residual / variance
        settled = np.abs(powers - previous).max() <= 1e-13 * np.abs(powers).max()
        if settled and np.abs(true_x - moved).max() <= 1e-11 * start.scale:
            return Polynomial(start.centre, start.scale, fit, min(x), max(x), None)
    raise FitError(
        f"the fit in both axes does not settle in {MOST_ROUNDS} rounds; check the points"
    )


def _frame(x: Sequence[float], *, through_origin: bool) -> tuple[float, float]:
    """Return centre and scale that bring x to about -1 … 1, the scale a power of two: exact."""
    if len(x) < 2 or not all(map(math.isfinite, x)):
        raise FitError(f"{len(x)} place(s): a curve needs at least two finite ones")
    low, high = min(x), max(x)
    half = max(abs(low), abs(high)) if through_origin else 0.5 * (high - low)
    if not half > 0.0:
        raise FitError(f"all points lie at x = {low:g}; they determine no curve")
    return 0.0 if through_origin else low + half, 2.0 ** math.ceil(math.log2(half))


def _with_zero_intercept(fit: LeastSquares) -> LeastSquares:
    size = len(fit.coefficients) + 1
    rows = ((0.0,) * size, *((0.0, *row) for row in fit.covariance))
    return LeastSquares((0.0, *fit.coefficients), rows, fit.chi_squared, fit.dof, fit.spread)


def _roots(variance: "NDArray[float64]") -> "list[float]":
    import numpy as np

    if np.any(variance <= 0.0):
        raise FitError("a point is exact along the curve; state an uncertainty for it")
    return [math.sqrt(each) for each in variance]


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def _horner(coefficients: Sequence[float], place: float) -> float:
    value = 0.0
    for coefficient in reversed(coefficients):
        value = value * place + coefficient
    return value
