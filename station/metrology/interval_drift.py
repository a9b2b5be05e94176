"""Calibration intervals from measured values: how far an instrument drifts, and how surely.

H. Castrup's method for variables data, NASA-HDBK-8739.19-5 chapter 7; ILAC-G24:2022 / OIML
D 10:2022, method 2 (control chart). Times and intervals are in days.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from station.metrology.coverage import student_factor
from station.metrology.errors import InvalidNumber
from station.metrology.limits import Limits
from station.metrology.regression import Polynomial, Predicted, fit_polynomial

STEPS = 2000
"""Places at which a prediction is looked at before a crossing is refined by bisection."""


@dataclass(frozen=True, slots=True)
class DriftInterval:
    """An interval that a prediction allows.

    Attributes:
        days: the interval; 0 if the target is missed from the start, `longest` if never within it.
        is_reached: whether the target is what ends the interval, and not `longest`.
        is_extrapolated: whether it is longer than anything observed.
    """

    days: float
    is_reached: bool
    is_extrapolated: bool


def fit_drift_since_calibration(
    days: Sequence[float], changes: Sequence[float], *, degree: int = 1
) -> Polynomial:
    """Fit the change since calibration as a polynomial through the origin (table 7-3).

    Args:
        days: since the calibration, shape `(pair,)`; not all equal for a degree above 1.
        changes: as found minus as left of the calibration before, shape `(pair,)`.
        degree: of the polynomial.

    Raises:
        FitError: too few pairs, or impossible ones.
        InvalidNumber: a time that is not positive.
    """
    if min(days, default=0.0) <= 0.0:
        raise InvalidNumber("the time since a calibration must be positive")
    return fit_polynomial(days, changes, degree=degree, through_origin=True)


def interval_for_uncertainty(
    drift: Polynomial, *, start_uncertainty: float, target: float, longest: float
) -> DriftInterval:
    """Return when √(u₀² + u_pred²) reaches a target, u_pred² = s² + t'Ct (table 7-7).

    Args:
        drift: from `fit_drift_since_calibration`.
        start_uncertainty: u₀ of the calibration, standard, in the unit of the changes.
        target: standard uncertainty that may not be exceeded.
        longest: interval (d) beyond which none is given.

    Raises:
        InvalidNumber: an uncertainty or interval that means nothing.
    """
    _check(start_uncertainty, longest)
    if not target > 0.0:
        raise InvalidNumber(f"a target uncertainty of {target} is not possible")

    def room(days: float) -> float:
        predicted = drift.at(days, readings=1, extrapolate=True)
        return target - math.hypot(start_uncertainty, predicted.standard_uncertainty)

    return _until(room, longest, drift.high)


def interval_for_reliability(
    drift: Polynomial,
    *,
    start_value: float,
    start_uncertainty: float,
    limits: Limits,
    confidence: float,
    longest: float,
) -> DriftInterval:
    """Return when the predicted value ± t·√(u₀² + u_pred²) meets a limit (tables 7-4, 7-5).

    Args:
        drift: from `fit_drift_since_calibration`.
        start_value: as left at the calibration.
        start_uncertainty: u₀ of the calibration, standard.
        limits: of the value; one of them may be infinite.
        confidence: that the value is inside, p; the quantile is (1 + p)/2 for two limits, p for
            one, with the degrees of freedom of the fit.
        longest: interval (d) beyond which none is given.

    Raises:
        InvalidNumber: a number that means nothing, or limits that are both infinite.
    """
    _check(start_uncertainty, longest)
    factor = _factor(limits, confidence, drift.dof)

    def room(days: float) -> float:
        predicted = drift.at(days, readings=1, extrapolate=True)
        u = math.hypot(start_uncertainty, predicted.standard_uncertainty)
        return _room(start_value + predicted.value, factor * u, limits)

    return _until(room, longest, drift.high)


def interval_from_chart(
    days: Sequence[float],
    values: Sequence[float],
    *,
    limits: Limits,
    confidence: float,
    longest: float,
) -> DriftInterval:
    """Return how long after the last calibration the record stays within limits (ILAC-G24, 2).

    A straight line through the as-found values gives drift and spread; the next value, with its
    prediction interval, must still be inside.

    Args:
        days: of the calibrations, on any scale, shape `(calibration,)`; at least three.
        values: as found, not adjusted between, shape `(calibration,)`.
        limits: of the value; one of them may be infinite.
        confidence: as for `interval_for_reliability`.
        longest: interval (d) beyond which none is given.

    Raises:
        FitError: too few calibrations, or impossible ones.
        InvalidNumber: a number that means nothing.
    """
    _check(0.0, longest)
    line = fit_polynomial(days, values)
    factor = _factor(limits, confidence, line.dof)

    def room(after: float) -> float:
        predicted: Predicted = line.at(line.high + after, readings=1, extrapolate=True)
        return _room(predicted.value, factor * predicted.standard_uncertainty, limits)

    ordered = sorted(days)
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    return _until(room, longest, max(gaps))


def _until(room: Callable[[float], float], longest: float, observed: float) -> DriftInterval:
    """Return the first time at which `room` is used up."""
    if room(0.0) < 0.0:
        return DriftInterval(0.0, True, False)
    low = 0.0
    for step in range(1, STEPS + 1):
        high = longest * step / STEPS
        if room(high) < 0.0:
            break
        low = high
    else:
        return DriftInterval(longest, False, longest > observed)
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (low, middle) if room(middle) < 0.0 else (middle, high)
    return DriftInterval(low, True, low > observed)


def _room(value: float, expanded_uncertainty: float, limits: Limits) -> float:
    above = limits.upper - value - expanded_uncertainty
    return min(above, value - expanded_uncertainty - limits.lower)


def _factor(limits: Limits, confidence: float, dof: float) -> float:
    if not 0.5 < confidence < 1.0:
        raise InvalidNumber(f"a confidence of {confidence} must lie between 0.5 and 1")
    finite = [limit for limit in (limits.lower, limits.upper) if math.isfinite(limit)]
    if not finite:
        raise InvalidNumber("an interval needs at least one limit")
    return student_factor(confidence if len(finite) == 2 else 2.0 * confidence - 1.0, dof)


def _check(start_uncertainty: float, longest: float) -> None:
    if not (0.0 <= start_uncertainty < math.inf and 0.0 < longest < math.inf):
        raise InvalidNumber(f"u₀ {start_uncertainty}, longest {longest} d: not possible")
