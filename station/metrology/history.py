"""What several certificates of one standard tell together: its drift, and whether a new one fits.

The model is x(t) = x₀ + D·(t - t₀), a straight line through at least three calibrations between
which the standard was neither adjusted nor repaired. JCGM 100:2008, H.3 (line, prediction, H.3.6
for what all calibrations share); ISO/IEC 17025:2017, 6.4.10 and 7.7.1 (checks between
calibrations). Days are those of the calendar.
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from station.metrology.coverage import student_factor
from station.metrology.errors import FitError, OutOfFit
from station.metrology.inputs import Input, normal
from station.metrology.reference import Certificate
from station.metrology.reference_value import Drift
from station.metrology.regression import fit_polynomial

SMALLEST_HISTORY = 3
"""Calibrations from which a drift can be told from chance."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """One calibration of the standard at one point.

    Attributes:
        on: day of the calibration.
        value: actual value.
        standard_uncertainty: of `value`, in its unit.
        source: the certificate.
    """

    on: datetime.date
    value: float
    standard_uncertainty: float
    source: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and 0.0 <= self.standard_uncertainty < math.inf):
            raise FitError(
                f"{self.source} of {self.on}: {self.value} with u = {self.standard_uncertainty}; a"
                " calibration needs a finite value and u from 0 up"
            )


def calibrations_of(
    certificates: Sequence[Certificate], quantity: str, nominal: float, hertz: float | None = None
) -> tuple[Calibration, ...]:
    """Return what each certificate says of one point, in the order of the calibrations.

    Args:
        certificates: of one standard, in any order.
        quantity: name of the table or equation.
        nominal: setting or indication, in the unit of that: the resistance (Ω) of a thermometer.
        hertz: frequency (Hz) where the quantity alternates.

    Raises:
        FitError: the certificates are of different standards.
        OutOfCertificate: one of them does not reach there.
    """
    owners = {(each.standard, each.serial) for each in certificates}
    if len(owners) > 1:
        names = ", ".join(f"{standard} {serial}" for standard, serial in sorted(owners))
        raise FitError(f"certificates of different standards have no common history: {names}")
    found = []
    for each in sorted(certificates, key=lambda certificate: certificate.date):
        value = each.measured(quantity, nominal, hertz)
        u = value.standard_uncertainty
        found.append(Calibration(each.date, value.value, u, value.source))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PredictedReference:
    """The value of a standard on a day, after its history.

    Attributes:
        value: corrected for a significant drift, else as last certified.
        standard_uncertainty: of `value`.
        dof: effective degrees of freedom.
        drift: what an insignificant drift may have changed; None where `value` is corrected.
        source: the certificates and the day.
    """

    value: float
    standard_uncertainty: float
    dof: float
    drift: Drift | None
    source: str

    @property
    def combined_uncertainty(self) -> float:
        """Standard uncertainty of the value together with the allowance for drift."""
        allowance = self.drift.half_width if self.drift else 0.0
        return math.hypot(self.standard_uncertainty, allowance / math.sqrt(3.0))

    def as_inputs(self, name: str) -> tuple[Input, ...]:
        """Return it as inputs of a budget: `name`, and `name_drift` where there is an allowance."""
        u = self.standard_uncertainty
        value = normal(name, self.value, standard_uncertainty=u, dof=self.dof, source=self.source)
        return (value, self.drift.as_input(f"{name}_drift")) if self.drift else (value,)


@dataclass(frozen=True, slots=True)
class Plausibility:
    """How a new certificate agrees with what was expected.

    Attributes:
        score: E = |x_new - x_old - D·Δt|/√(U_new² + U_old² + U_drift²), all U at k = 2.
        needs_review: E above 1: review the results issued since the calibration before.
    """

    score: float
    needs_review: bool


@dataclass(frozen=True, slots=True)
class DriftHistory:
    """A straight line through the calibrations of one point.

    Attributes:
        calibrations: in the order of their days.
        drift_per_day: D, in the unit of the values per day.
        mean_day: mean of the days, since the first calibration.
        mean_value: the line there.
        scatter: s of a calibration about the line; the drift and the rest are judged with it.
        spread_of_days: Σ (t - t̄)², in days squared.
    """

    calibrations: tuple[Calibration, ...]
    drift_per_day: float
    mean_day: float
    mean_value: float
    scatter: float
    spread_of_days: float

    @property
    def dof(self) -> int:
        """Calibrations minus two."""
        return len(self.calibrations) - 2

    @property
    def drift_uncertainty(self) -> float:
        """Standard uncertainty of D, per day."""
        return self.scatter / math.sqrt(self.spread_of_days)

    @property
    def is_significant(self) -> bool:
        """Whether |D| exceeds u(D) times 2, or times Student's factor for 95 % if that is more."""
        factor = max(2.0, student_factor(0.95, self.dof))
        return abs(self.drift_per_day) > factor * self.drift_uncertainty

    def predict(self, on: datetime.date) -> PredictedReference:
        """Return the value on a day from the last calibration on.

        A significant drift is corrected for, u² = u_cal² + (t - t̄)²·u²(D) + s²/n + s²: the
        certificates share their reference, so u_cal of the last one adds in full. Else the last
        certified value stands, with rectangular limits: the fastest change seen between
        successive calibrations over the days since, or the largest such change if that is more.

        Raises:
            OutOfFit: a day before the last calibration.
        """
        last = self.calibrations[-1]
        elapsed = (on - last.on).days
        if elapsed < 0:
            raise OutOfFit(f"{on} is before the last calibration of {last.on}; use its certificate")
        n = len(self.calibrations)
        if not self.is_significant:
            limits = f"largest change between {n} calibrations, {elapsed} days"
            drift = Drift(self._largest_change(elapsed), limits)
            u = last.standard_uncertainty
            return PredictedReference(last.value, u, math.inf, drift, last.source)
        away = (on - self.calibrations[0].on).days - self.mean_day
        variance = self.scatter**2 * (1.0 + 1.0 / n) + (away * self.drift_uncertainty) ** 2
        total = variance + last.standard_uncertainty**2
        dof = self.dof * (total / variance) ** 2 if variance > 0.0 else math.inf
        source = f"drift over {n} certificates, the last {last.source}, on {on}"
        value = self.mean_value + self.drift_per_day * away
        return PredictedReference(value, math.sqrt(total), dof, None, source)

    def plausibility(self, new: Calibration) -> Plausibility:
        """Judge a new calibration by the last one and the drift expected since.

        Raises:
            OutOfFit: it is not after the last calibration.
        """
        last = self.calibrations[-1]
        days = (new.on - last.on).days
        if days <= 0:
            raise OutOfFit(f"{new.on} is not after the last calibration of {last.on}")
        if self.is_significant:
            change, u = self.drift_per_day * days, self.drift_uncertainty * days
        else:
            change, u = 0.0, self._largest_change(days) / math.sqrt(3.0)
        return plausibility(last, new, expected_change=change, change_uncertainty=u)

    def _largest_change(self, days: int) -> float:
        changes = [
            (abs(later.value - earlier.value), (later.on - earlier.on).days)
            for earlier, later in pairwise(self.calibrations)
        ]
        return max(max(change, change / gap * days) for change, gap in changes)


def drift_history(
    calibrations: Sequence[Calibration], *, smallest_scatter: float = 0.0
) -> DriftHistory:
    """Fit the drift of a standard to its calibrations at one point.

    Args:
        calibrations: at least three, on different days, in any order.
        smallest_scatter: standard deviation below which that of the residuals is not believed,
            e.g. the repeatability of such calibrations; three points can fit a line by chance.

    Raises:
        FitError: too few calibrations, two on one day, or an impossible scatter.
    """
    ordered = tuple(sorted(calibrations, key=lambda each: each.on))
    if len(ordered) < SMALLEST_HISTORY or len({each.on for each in ordered}) < len(ordered):
        raise FitError(
            f"{len(ordered)} calibration(s): a drift needs {SMALLEST_HISTORY} on different days;"
            " until then use the maker's stability"
        )
    if not 0.0 <= smallest_scatter < math.inf:
        raise FitError(f"a scatter of {smallest_scatter} is not possible")
    days = [float((each.on - ordered[0].on).days) for each in ordered]
    first = ordered[0].value  # a drift of 1e-9 of a value is told better from its differences
    line = fit_polynomial(days, [each.value - first for each in ordered])
    mean = math.fsum(days) / len(days)
    return DriftHistory(
        ordered,
        line.slope(mean),
        mean,
        first + line.at(mean).value,
        max(smallest_scatter, line.scatter or 0.0),
        math.fsum((day - mean) ** 2 for day in days),
    )


def plausibility(
    old: Calibration,
    new: Calibration,
    *,
    expected_change: float = 0.0,
    change_uncertainty: float = 0.0,
) -> Plausibility:
    """Compare a new certificate with the one before.

    Args:
        old: the calibration before.
        new: the new one.
        expected_change: D·Δt between them, in the unit of the values.
        change_uncertainty: standard uncertainty of that change.

    Raises:
        FitError: no uncertainty at all, or an impossible number.
    """
    u = math.hypot(old.standard_uncertainty, new.standard_uncertainty, change_uncertainty)
    if not 0.0 < u < math.inf or not math.isfinite(expected_change) or change_uncertainty < 0.0:
        raise FitError(f"a change of {expected_change} with u = {u} cannot be judged")
    score = abs(new.value - old.value - expected_change) / (2.0 * u)
    return Plausibility(score, score > 1.0)
