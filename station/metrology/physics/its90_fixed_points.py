"""A platinum thermometer's ITS-90 coefficients from what it had at fixed points, with covariance.

H. Preston-Thomas, Metrologia 27 (1990) 3-10, 3.3: a deviation function takes the coefficients that
give ΔW = W - W_r at the fixed points of its subrange; with more points than coefficients, those of
least squares. JCGM 102:2011, 6.3 (covariance of an implicit model).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from station.metrology.errors import FitError
from station.metrology.least_squares import LeastSquares, Spread, least_squares
from station.metrology.physics.its90 import (
    END_KELVIN,
    FIXED_POINTS_KELVIN,
    WATER_KELVIN,
    reference_ratio,
    reference_slope,
)
from station.metrology.physics.its90_deviation import (
    FORMS,
    Subrange,
    Thermometer,
    coefficient_count,
    deviation,
)

PASSES = 4
"""Gauss-Newton steps; ΔW is linear in the coefficients but for 1e-4 of it, and two would do."""


@dataclass(frozen=True, slots=True)
class MeasuredRatio:
    """W of the thermometer at a known temperature.

    Attributes:
        t90_kelvin: T90 (K) there: of the fixed point, with its pressure and head corrections, or
            of a comparison with another thermometer.
        ratio: W = R/R(273.16 K), corrected to zero current.
        standard_uncertainty: of `ratio`, dimensionless, with that of `t90_kelvin` (K) times
            dW_r/dT90, without what all ratios have in common through R(273.16 K).
    """

    t90_kelvin: float
    ratio: float
    standard_uncertainty: float


@dataclass(frozen=True, slots=True)
class FittedThermometer:
    """A thermometer whose coefficients were found from fixed points.

    Attributes:
        thermometer: with the coefficients and their covariance.
        residuals_kelvin: t90 by the thermometer minus the stated one (K), one a point, as given.
        chi_squared: Σ (residual/u)², with R(273.16 K) as one more observation.
        dof: points minus coefficients; 0 where they are as many, and nothing is left to check.
    """

    thermometer: Thermometer
    residuals_kelvin: tuple[float, ...]
    chi_squared: float
    dof: int

    @property
    def probability(self) -> float:
        """Probability of a χ² as large as this one if the uncertainties are right; 1 without ν."""
        from scipy.special import chdtrc

        return float(chdtrc(self.dof, self.chi_squared)) if self.dof else 1.0


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a measurement that was not in the fit differs from what the fit says.

    Attributes:
        kelvin: t90 by the thermometer minus the stated one (K).
        standard_uncertainty_kelvin: of it (K).
    """

    kelvin: float
    standard_uncertainty_kelvin: float


def fit_thermometer(
    subrange: Subrange, measured: Sequence[MeasuredRatio], *, water_relative: float = 0.0
) -> FittedThermometer:
    """Find the coefficients of the subrange from ratios at fixed points.

    Uncertainties are taken as stated. R(273.16 K) is in every ratio: its error is estimated with
    the coefficients, from an observation 0 ± `water_relative`.

    Args:
        subrange: of the scale.
        measured: at least as many as the subrange has coefficients, without the triple point of
            water, where W = 1 for every thermometer.
        water_relative: relative standard uncertainty of R(273.16 K), common to all ratios.

    Raises:
        FitError: too few points, points that do not determine the coefficients, one that is not
            of the subrange, or an impossible number.
    """
    _check(subrange, measured, water_relative)
    thermometer = Thermometer(subrange, (0.0,) * coefficient_count(subrange))
    for _ in range(PASSES):
        step = _step(thermometer, measured, water_relative)
        moved = zip(thermometer.coefficients, step.coefficients[:-1], strict=True)
        thermometer = Thermometer(subrange, tuple(value + change for value, change in moved))
    rows = step.covariance
    count = len(thermometer.coefficients)
    covariance = tuple(
        tuple(0.5 * (rows[i][j] + rows[j][i]) for j in range(count)) for i in range(count)
    )
    return FittedThermometer(
        Thermometer(subrange, thermometer.coefficients, covariance),
        tuple(
            _departure(thermometer, each) / float(reference_slope(each.t90_kelvin))
            for each in measured
        ),
        step.chi_squared,
        step.dof,
    )


def departure(thermometer: Thermometer, measured: MeasuredRatio) -> Departure:
    """Compare a thermometer with a fixed point that was not used for its coefficients.

    The two are taken as independent. Where they share R(273.16 K), that part of u largely cancels
    between neighbouring points, and u is too large rather than too small.

    Raises:
        FitError: the point is not of the subrange, or a number is impossible.
        OutOfValidity: the coefficients have no covariance.
    """
    _check_point(thermometer.subrange, measured)
    slope = float(reference_slope(measured.t90_kelvin))
    u = thermometer.standard_uncertainty_kelvin(measured.ratio, measured.standard_uncertainty)
    return Departure(_departure(thermometer, measured) / slope, u)


def _departure(thermometer: Thermometer, measured: MeasuredRatio) -> float:
    """Return W - ΔW(W) - W_r(T90)."""
    ratio = measured.ratio
    shift = deviation(thermometer.subrange, thermometer.coefficients, ratio)
    return float(ratio - shift - reference_ratio(measured.t90_kelvin))


def _step(
    thermometer: Thermometer, measured: Sequence[MeasuredRatio], water_relative: float
) -> LeastSquares:
    """Return the change of the coefficients, and last the error of R(273.16 K) in units of its u.

    W - ΔW(W) - W_r = 0 at each point, so that u(W) counts (1 - dΔW/dW) times.
    """
    slopes = [float(thermometer.slope(each.ratio)) for each in measured]
    terms = [thermometer.sensitivities(each.ratio) for each in measured]
    columns = [[*column, 0.0] for column in zip(*terms, strict=True)]
    water = [
        -each.ratio * slope * water_relative for each, slope in zip(measured, slopes, strict=True)
    ]
    u = [slope * each.standard_uncertainty for each, slope in zip(measured, slopes, strict=True)]
    left = [_departure(thermometer, each) for each in measured]
    return least_squares(
        [*columns, [*water, 1.0]], [*left, 0.0], uncertainties=[*u, 1.0], spread=Spread.STATED
    )


def _check(subrange: Subrange, measured: Sequence[MeasuredRatio], water_relative: float) -> None:
    count = coefficient_count(subrange)
    if len(measured) < count:
        raise FitError(
            f"{subrange.name}: {len(measured)} point(s) do not determine its {count}"
            f" coefficient(s) {', '.join(FORMS[subrange].names)}; measure at least {count}"
        )
    if not 0.0 <= water_relative < math.inf:
        raise FitError(f"u(R(273.16 K))/R = {water_relative}: state a number, 0 or more")
    for each in measured:
        _check_point(subrange, each)


def _check_point(subrange: Subrange, measured: MeasuredRatio) -> None:
    form, kelvin = FORMS[subrange], measured.t90_kelvin
    place = f"{subrange.name}, {kelvin:g} K"
    # The neon subrange is calibrated at the hydrogen point besides (3.3.1.1, from memory).
    neon = subrange is Subrange.NEON_TO_WATER
    low = FIXED_POINTS_KELVIN["e-H2"] if neon else form.low_kelvin
    if not low - END_KELVIN <= kelvin <= form.high_kelvin + END_KELVIN:
        raise FitError(
            f"{place}: the subrange takes points from {low:g} K to {form.high_kelvin:g} K; leave"
            " it out, or choose a wider subrange"
        )
    if abs(kelvin - WATER_KELVIN) < END_KELVIN:
        raise FitError(f"{place}: W is 1 there by definition; leave the point out")
    if not (0.0 < measured.ratio < math.inf and 0.0 < measured.standard_uncertainty < math.inf):
        raise FitError(
            f"{place}: W = {measured.ratio:g} with u = {measured.standard_uncertainty:g}; both"
            " must be positive"
        )
