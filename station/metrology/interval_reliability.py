"""Calibration intervals from pass and fail counts by maximum likelihood (NCSLI RP-1, method S2).

Counts in bins of the time since calibration are binomial; a reliability model R(t) is fitted by
Fisher scoring, tested for lack of fit, and solved for the time at which it falls to the target.
Times are in days or any other unit; intervals have the same.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.metrology.coverage import student_factor
from station.metrology.errors import FitError, InvalidNumber, OutOfFit
from station.metrology.reliability_models import ReliabilityModel

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

MOST_ROUNDS = 200
STARTS = (0.05, 0.5, 3.0)
"""Starting values of each parameter, times in units of the longest; all are tried."""
NOT_DETERMINED = 1e-8
"""Share of the largest information below which a direction of the parameters is left out."""
CLOSEST = 1e-12
"""Nearest that a fitted reliability comes to 0 or 1, so that its logarithm is finite."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Calibrations at about one time since the calibration before.

    Attributes:
        time: since then; positive.
        total: number of calibrations.
        in_tolerance: number found in tolerance.
    """

    time: float
    total: int
    in_tolerance: int

    def __post_init__(self) -> None:
        counts = 0 <= self.in_tolerance <= self.total and self.total > 0
        if not counts or not 0.0 < self.time < math.inf:
            raise InvalidNumber(f"{self}: a bin needs a positive time and possible counts")

    @property
    def reliability(self) -> float:
        """Observed share in tolerance."""
        return self.in_tolerance / self.total


@dataclass(frozen=True, slots=True)
class LackOfFit:
    """F of the bins' departures from the model against their binomial scatter.

    Attributes:
        f: s_L²/s_E².
        critical: 95 % quantile of F for `dof`.
        dof: (bins - parameters, calibrations - bins).
    """

    f: float
    critical: float
    dof: tuple[int, int]

    @property
    def is_rejected(self) -> bool:
        """Whether the model does not describe the bins."""
        return self.f > self.critical


@dataclass(frozen=True, slots=True)
class ReliabilityFit:
    """A model fitted to bins.

    Attributes:
        model: which.
        parameters: in the unit of the bins' times.
        covariance: of the logarithms of the parameters.
        log_likelihood: Σ g·ln R + (n - g)·ln(1 - R).
        lack_of_fit: None if the bins leave no freedom for it, or have no scatter.
        longest: the longest time observed.
    """

    model: ReliabilityModel
    parameters: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float
    lack_of_fit: LackOfFit | None
    longest: float

    def reliability(self, time: float) -> float:
        """Return R̂ at `time`.

        Raises:
            InvalidNumber: a negative or infinite time.
        """
        if not 0.0 <= time < math.inf:
            raise InvalidNumber(f"time {time}: reliability is stated from 0 on")
        return float(self.model.at(self.parameters, time))

    def standard_deviation(self, time: float) -> float:
        """Return that of R̂ at `time`, from the Fisher information."""
        import numpy as np

        slope = _slopes(self.model, np.log(self.parameters), np.array([time]))[0]
        return math.sqrt(max(0.0, float(slope @ np.array(self.covariance) @ slope)))

    def interval(self, target: float, *, longest: float | None = None) -> float:
        """Return the first time at which R̂ falls to the target; 0 if it starts below.

        Args:
            target: reliability at the end of the interval, 0 … 1.
            longest: last time that is looked at; the longest observed one if None.

        Raises:
            OutOfFit: R̂ is still above the target then.
            InvalidNumber: a target that is none.
        """
        return self._falls_to(target, 0.0, longest)

    def interval_limits(
        self, target: float, confidence: float, *, longest: float | None = None
    ) -> tuple[float, float]:
        """Return the times at which R̂ ∓ z·sd falls to the target, z for `confidence`.

        The upper one is infinite if R̂ + z·sd stays above the target.

        Raises:
            OutOfFit: even R̂ - z·sd stays above the target.
            InvalidNumber: a target or a confidence that is none.
        """
        if not 0.0 < confidence < 1.0:
            raise InvalidNumber(f"a confidence of {confidence} must lie between 0 and 1")
        z = student_factor(confidence, math.inf)
        low = self._falls_to(target, -z, longest)
        try:
            return low, self._falls_to(target, z, longest)
        except OutOfFit:
            return low, math.inf

    def _falls_to(self, target: float, shift: float, longest: float | None) -> float:
        if not 0.0 < target < 1.0:
            raise InvalidNumber(f"a target of {target} must lie between 0 and 1")
        last = self.longest if longest is None else longest

        def excess(time: float) -> float:
            u = self.standard_deviation(time) if shift and time else 0.0
            return self.reliability(time) + shift * u - target

        if excess(0.0) <= 0.0:
            return 0.0
        low = 0.0
        for step in range(1, 201):
            high = last * step / 200
            if excess(high) <= 0.0:
                break
            low = high
        else:
            raise OutOfFit(
                f"{self.model.name}: reliability is still {self.reliability(last):.3f} at"
                f" {last:g}; the data do not say when it falls to {target}"
            )
        while low < (middle := 0.5 * (low + high)) < high:
            low, high = (low, middle) if excess(middle) <= 0.0 else (middle, high)
        return high


def fit_reliability(bins: Sequence[Bin], model: ReliabilityModel) -> ReliabilityFit:
    """Fit a model to pass and fail counts by maximum likelihood (RP-1, D-5).

    Raises:
        FitError: fewer bins than parameters, two bins at one time, or a likelihood without a
            maximum, e.g. where everything passed.
    """
    import numpy as np

    size = len(model.powers_of_time)
    times = np.array([each.time for each in bins])
    if len(set(times.tolist())) < max(size, len(bins)):
        raise FitError(f"{model.name}: {len(bins)} bin(s), it needs {size} at different times")
    totals = np.array([each.total for each in bins], dtype=float)
    passed = np.array([each.in_tolerance for each in bins], dtype=float)
    if passed.sum() in (0.0, totals.sum()):
        raise FitError("everything passed, or nothing did; the data say nothing of a time")
    longest = float(times.max())
    shares = times / longest
    found = [
        _scored(model, np.log(start), shares, totals, passed)
        for start in itertools.product(STARTS, repeat=size)
    ]
    best, likelihood = max(found, key=lambda each: each[1])
    information = _information(model, best, shares, totals)
    scaled = np.exp(best) * longest ** np.array(model.powers_of_time, dtype=float)
    covariance = np.linalg.pinv(information, rcond=NOT_DETERMINED, hermitian=True)
    fitted = model.at(np.exp(best).tolist(), shares)
    return ReliabilityFit(
        model,
        tuple(scaled.tolist()),
        tuple(tuple(row) for row in covariance.tolist()),
        likelihood,
        _lack_of_fit(totals, passed / totals, fitted, size),
        longest,
    )


def fit_reliability_models(bins: Sequence[Bin]) -> tuple[ReliabilityFit, ...]:
    """Fit every model that the bins allow and return those not rejected, best first.

    Best is the smallest 2·parameters - 2·log-likelihood (Akaike), and not the figure of merit of
    RP-1, which also counts how many models agree.

    Raises:
        FitError: no model is left.
    """
    allowed = [model for model in ReliabilityModel if len(model.powers_of_time) <= len(bins)]
    fits = [fit_reliability(bins, model) for model in allowed]
    kept = [fit for fit in fits if fit.lack_of_fit is None or not fit.lack_of_fit.is_rejected]
    if not kept:
        raise FitError(f"none of {len(fits)} reliability models describes the {len(bins)} bins")
    return tuple(sorted(kept, key=lambda fit: 2.0 * len(fit.parameters) - 2.0 * fit.log_likelihood))


def _scored(
    model: ReliabilityModel,
    start: "NDArray[float64]",
    times: "NDArray[float64]",
    totals: "NDArray[float64]",
    passed: "NDArray[float64]",
) -> "tuple[NDArray[float64], float]":
    """Climb to a maximum by Fisher scoring, damped until each step gains (Levenberg)."""
    import numpy as np

    at, damping = start, 1e-3
    likelihood = _likelihood(model, at, times, totals, passed)
    for _ in range(MOST_ROUNDS):
        r = _bounded(model, at, times)
        gradient = _slopes(model, at, times).T @ ((passed - totals * r) / (r * (1.0 - r)))
        information = _information(model, at, times, totals)
        damped = information + damping * (np.diag(np.diag(information)) + 1e-9 * np.eye(len(at)))
        step = np.clip(np.linalg.solve(damped, gradient), -2.0, 2.0)
        moved = np.clip(at + step, -30.0, 30.0)
        gained = _likelihood(model, moved, times, totals, passed)
        if gained >= likelihood:
            settled = np.abs(moved - at).max() < 1e-11 or np.abs(gradient).max() < 1e-12
            at, likelihood, damping = moved, gained, max(damping / 10.0, 1e-12)
            if settled:
                break
        elif damping > 1e9:
            break
        else:
            damping *= 10.0
    return at, likelihood


def _bounded(
    model: ReliabilityModel, logarithms: "NDArray[float64]", times: "NDArray[float64]"
) -> "NDArray[float64]":
    import numpy as np

    found = model.at(np.exp(logarithms).tolist(), times)
    clipped: NDArray[float64] = np.clip(found, CLOSEST, 1.0 - CLOSEST)
    return clipped


def _likelihood(
    model: ReliabilityModel,
    logarithms: "NDArray[float64]",
    times: "NDArray[float64]",
    totals: "NDArray[float64]",
    passed: "NDArray[float64]",
) -> float:
    import numpy as np

    r = _bounded(model, logarithms, times)
    return float(np.sum(passed * np.log(r) + (totals - passed) * np.log1p(-r)))


def _slopes(
    model: ReliabilityModel, logarithms: "NDArray[float64]", times: "NDArray[float64]"
) -> "NDArray[float64]":
    """Return dR/d(ln parameter), shape `(time, parameter)`, by central differences."""
    import numpy as np

    step, columns = 1e-5, []
    for i in range(len(logarithms)):
        move = np.zeros(len(logarithms))
        move[i] = step
        high = model.at(np.exp(logarithms + move).tolist(), times)
        low = model.at(np.exp(logarithms - move).tolist(), times)
        columns.append((high - low) / (2.0 * step))
    return np.array(columns).T


def _information(
    model: ReliabilityModel,
    logarithms: "NDArray[float64]",
    times: "NDArray[float64]",
    totals: "NDArray[float64]",
) -> "NDArray[float64]":
    r, slopes = _bounded(model, logarithms, times), _slopes(model, logarithms, times)
    information: NDArray[float64] = slopes.T @ (slopes * (totals / (r * (1.0 - r)))[:, None])
    return information


def _lack_of_fit(
    totals: "NDArray[float64]",
    observed: "NDArray[float64]",
    fitted: "NDArray[float64]",
    parameters: int,
) -> LackOfFit | None:
    """Compare the two variances (RP-1, D-19 and D-23)."""
    from scipy.special import fdtri

    bins, total = len(totals), int(totals.sum())
    dof = (bins - parameters, total - bins)
    if min(dof) < 1:
        return None
    scatter = float((totals * observed * (1.0 - observed)).sum()) / dof[1]
    if scatter == 0.0:
        return None
    departure = float((totals * (observed - fitted) ** 2).sum()) / dof[0]
    return LackOfFit(departure / scatter, float(fdtri(*dof, 0.95)), dof)
