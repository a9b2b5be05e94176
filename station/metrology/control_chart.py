"""Control charts of check standards: limits from a baseline, and the rules that signal.

NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2 (Shewhart, individuals, CUSUM, EWMA) and
2.2.2 (check standards); ISO/IEC 17025:2017, 7.7. Limits stay fixed until a new baseline is
recorded: nothing here moves them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from station.metrology.chart_constants import (
    mean_relative_range,
    range_deviation,
    unbiasing_factor,
)
from station.metrology.coverage import student_factor
from station.metrology.errors import FitError, InvalidNumber
from station.metrology.inputs import mean_and_variance
from station.metrology.type_a import is_autocorrelated

SMALLEST_BASELINE = 20
"""Points below which a baseline says too little of the limits (20 to 25 is good practice)."""


class RunRule(Enum):
    """A pattern that signals; every further rule raises the rate of false alarms."""

    BEYOND_3S = "1 beyond 3 s"
    TWO_OF_THREE_BEYOND_2S = "2 of 3 beyond 2 s on one side"
    FOUR_OF_FIVE_BEYOND_1S = "4 of 5 beyond 1 s on one side"
    EIGHT_ON_ONE_SIDE = "8 in a row on one side"
    SIX_IN_A_TREND = "6 in a row rising or falling"


ACTION_ONLY = (RunRule.BEYOND_3S,)
WESTERN_ELECTRIC = (
    RunRule.BEYOND_3S,
    RunRule.TWO_OF_THREE_BEYOND_2S,
    RunRule.FOUR_OF_FIVE_BEYOND_1S,
    RunRule.EIGHT_ON_ONE_SIDE,
)

_ZONES = {  # rule → (points beyond, out of how many, multiple of s)
    RunRule.BEYOND_3S: (1, 1, 3.0),
    RunRule.TWO_OF_THREE_BEYOND_2S: (2, 3, 2.0),
    RunRule.FOUR_OF_FIVE_BEYOND_1S: (4, 5, 1.0),
    RunRule.EIGHT_ON_ONE_SIDE: (8, 8, 0.0),
}
TREND = 6
LONGEST_PATTERN = 8


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that a point completes; `index` counts from 0."""

    index: int
    rule: RunRule


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """A centre line and limits three standard deviations from it.

    Attributes:
        centre: in the unit of what is plotted.
        standard_deviation: of what is plotted (a single value, a mean, a range …).
        floor: the lower limit is never below this: 0 for ranges and standard deviations.
    """

    centre: float
    standard_deviation: float
    floor: float = -math.inf

    def __post_init__(self) -> None:
        if not (math.isfinite(self.centre) and 0.0 < self.standard_deviation < math.inf):
            raise InvalidNumber(f"{self}: limits need a centre and a positive standard deviation")

    @property
    def lower(self) -> float:
        """Lower action limit."""
        return max(self.floor, self.centre - 3.0 * self.standard_deviation)

    @property
    def upper(self) -> float:
        """Upper action limit."""
        return self.centre + 3.0 * self.standard_deviation

    def signals(
        self, values: Sequence[float], rules: Sequence[RunRule] = WESTERN_ELECTRIC
    ) -> tuple[Signal, ...]:
        """Return each rule at each point that completes it.

        Args:
            values: in the order they were taken, shape `(point,)`.
            rules: those in use.

        Raises:
            InvalidNumber: a value is not finite.
        """
        if not all(map(math.isfinite, values)):
            raise InvalidNumber("a value of the chart is not a finite number")
        found = [
            Signal(index, rule)
            for index in range(len(values))
            for rule in rules
            if self._completes(rule, values[max(0, index + 1 - LONGEST_PATTERN) : index + 1])
        ]
        return tuple(found)

    def _completes(self, rule: RunRule, values: Sequence[float]) -> bool:
        """Tell whether the last value is itself part of the pattern and completes it."""
        if rule is RunRule.SIX_IN_A_TREND:
            steps = [later - earlier for earlier, later in pairwise(values[-TREND:])]
            rising = all(step > 0.0 for step in steps)
            return len(steps) == TREND - 1 and (rising or all(step < 0.0 for step in steps))
        needed, window, multiple = _ZONES[rule]
        away = [(value - self.centre) / self.standard_deviation for value in values[-window:]]
        return any(
            side * away[-1] > multiple and sum(side * z > multiple for z in away) >= needed
            for side in (1.0, -1.0)
        )


@dataclass(frozen=True, slots=True)
class Charts:
    """A chart of the location and one of the scatter, from one baseline."""

    location: ControlLimits
    scatter: ControlLimits


class BaselineFault(Enum):
    """What makes a baseline doubtful."""

    TOO_FEW = "fewer points than a baseline needs"
    AUTOCORRELATED = "the points hang together; limits from them are too narrow"
    OUT_OF_CONTROL = "points of the baseline signal by its own limits"


def individuals(values: Sequence[float]) -> Charts:
    """Return charts of single values and of their moving range: x̄ ± 3·MR̄/d₂, D₄·MR̄.

    Args:
        values: the baseline, in the order taken, shape `(point,)`; see `baseline_faults`.

    Raises:
        FitError: fewer than two values, one is not finite, or all are equal.
    """
    values = _finite(values, 2)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    mean_range = math.fsum(ranges) / len(ranges)
    if mean_range == 0.0:
        raise FitError("all values of the baseline are equal; they give no limits")
    centre = math.fsum(values) / len(values)
    return Charts(
        ControlLimits(centre, mean_range / mean_relative_range(2)),
        ControlLimits(mean_range, mean_range * _relative_range_ratio(2), 0.0),
    )


def means_and_ranges(groups: Sequence[Sequence[float]]) -> Charts:
    """Return X̄ and R charts: x̿ ± 3·R̄/(d₂·√n), and D₃·R̄ … D₄·R̄.

    Args:
        groups: the baseline, shape `(group, reading)`, groups of one size from 2 up.

    Raises:
        FitError: fewer than two groups, sizes that differ, or no scatter within them.
    """
    size = _size(groups)
    mean_range = math.fsum(max(group) - min(group) for group in groups) / len(groups)
    if mean_range == 0.0:
        raise FitError("the groups have no scatter; they give no limits")
    s = mean_range / mean_relative_range(size)
    return Charts(
        ControlLimits(_grand_mean(groups), s / math.sqrt(size)),
        ControlLimits(mean_range, mean_range * _relative_range_ratio(size), 0.0),
    )


def means_and_standard_deviations(groups: Sequence[Sequence[float]]) -> Charts:
    """Return X̄ and s charts: x̿ ± A₃·s̄ with A₃ = 3/(c₄·√n), and B₃·s̄ … B₄·s̄.

    Args:
        groups: the baseline, shape `(group, reading)`, groups of one size from 2 up.

    Raises:
        FitError: fewer than two groups, sizes that differ, or no scatter within them.
    """
    size = _size(groups)
    mean_s = math.fsum(math.sqrt(mean_and_variance(group)[1]) for group in groups) / len(groups)
    if mean_s == 0.0:
        raise FitError("the groups have no scatter; they give no limits")
    c4 = unbiasing_factor(size)
    return Charts(
        ControlLimits(_grand_mean(groups), mean_s / (c4 * math.sqrt(size))),
        ControlLimits(mean_s, mean_s * math.sqrt(1.0 - c4**2) / c4, 0.0),
    )


def baseline_faults(
    values: Sequence[float], limits: ControlLimits, *, smallest: int = SMALLEST_BASELINE
) -> tuple[BaselineFault, ...]:
    """Return what makes the plotted points of a baseline doubtful; empty if nothing does.

    Args:
        values: what is plotted (single values or group means), in the order taken.
        limits: from these values.
        smallest: number of points that a baseline needs.

    Raises:
        FitError: fewer than two values, or one is not finite.
    """
    values = _finite(values, 2)
    faults = {
        BaselineFault.TOO_FEW: len(values) < smallest,
        BaselineFault.AUTOCORRELATED: is_autocorrelated(values),
        BaselineFault.OUT_OF_CONTROL: bool(limits.signals(values, ACTION_ONLY)),
    }
    return tuple(fault for fault, is_found in faults.items() if is_found)


@dataclass(frozen=True, slots=True)
class EwmaPoint:
    """One point of an EWMA chart: its weighted mean and the limits at that point."""

    value: float
    lower: float
    upper: float

    @property
    def is_out(self) -> bool:
        """Whether it signals."""
        return not self.lower <= self.value <= self.upper


def ewma(
    values: Sequence[float],
    *,
    target: float,
    standard_deviation: float,
    weight: float = 0.2,
    width: float = 3.0,
    asymptotic: bool = False,
) -> tuple[EwmaPoint, ...]:
    """Return z_t = λ·x_t + (1-λ)·z_(t-1) with limits ± L·s·√(λ/(2-λ)·[1-(1-λ)^2t]) (6.3.2.4).

    Args:
        values: in the order taken, shape `(point,)`.
        target: where z starts.
        standard_deviation: s of a single value.
        weight: λ, above 0 and up to 1.
        width: L.
        asymptotic: leave the bracket out, so that the limits are the same at every point.

    Raises:
        InvalidNumber: a number that means nothing.
    """
    _check(values, target, standard_deviation)
    if not 0.0 < weight <= 1.0 or not 0.0 < width < math.inf:
        raise InvalidNumber(f"weight {weight} must lie in 0 … 1, width {width} be positive")
    points, z = [], target
    for t, value in enumerate(values, start=1):
        z = weight * value + (1.0 - weight) * z
        bracket = 1.0 if asymptotic else 1.0 - (1.0 - weight) ** (2 * t)
        half = width * standard_deviation * math.sqrt(weight / (2.0 - weight) * bracket)
        points.append(EwmaPoint(z, target - half, target + half))
    return tuple(points)


@dataclass(frozen=True, slots=True)
class CusumPoint:
    """One point of a CUSUM chart: the sums above and below target, in the unit of the values."""

    high: float
    low: float
    is_out: bool


def cusum(
    values: Sequence[float],
    *,
    target: float,
    standard_deviation: float,
    slack: float = 0.5,
    decision: float = 5.0,
) -> tuple[CusumPoint, ...]:
    """Return C⁺ = max(0, C⁺ + x - μ - K) and C⁻ likewise; either above H signals (6.3.2.3).

    Args:
        values: in the order taken, shape `(point,)`.
        target: μ.
        standard_deviation: s of a single value.
        slack: K in units of s, half the shift to be found.
        decision: H in units of s, usually 4 to 5.

    Raises:
        InvalidNumber: a number that means nothing.
    """
    _check(values, target, standard_deviation)
    if not 0.0 <= slack < math.inf or not 0.0 < decision < math.inf:
        raise InvalidNumber(f"slack {slack} and decision {decision} must be positive")
    k, h = slack * standard_deviation, decision * standard_deviation
    points, high, low = [], 0.0, 0.0
    for value in values:
        high = max(0.0, high + value - target - k)
        low = max(0.0, low + target - value - k)
        points.append(CusumPoint(high, low, high > h or low > h))
    return tuple(points)


def is_check_in_control(
    value: float, *, accepted: float, standard_deviation: float, dof: float
) -> bool:
    """Tell whether |x - A|/s_c ≤ t(0.975, ν): a value of the check standard is as before.

    Raises:
        InvalidNumber: a number that means nothing.
    """
    _check((value,), accepted, standard_deviation)
    if not dof > 0.0:
        raise InvalidNumber(f"{dof} degrees of freedom are not possible")
    return abs(value - accepted) <= student_factor(0.95, dof) * standard_deviation


def is_scatter_in_control(
    within: float, within_dof: int, *, pooled: float, pooled_dof: int, confidence: float = 0.95
) -> bool:
    """Tell whether s_w²/s_p² ≤ F(confidence; ν_w, ν_p): a run scatters as runs before it did.

    Raises:
        InvalidNumber: a number that means nothing.
    """
    from scipy.special import fdtri

    possible = 0.0 <= within < math.inf and 0.0 < pooled < math.inf
    if not possible or min(within_dof, pooled_dof) < 1 or not 0.0 < confidence < 1.0:
        raise InvalidNumber(f"s_w {within} ({within_dof}), s_p {pooled} ({pooled_dof})")
    return (within / pooled) ** 2 <= float(fdtri(within_dof, pooled_dof, confidence))


def _relative_range_ratio(size: int) -> float:
    return range_deviation(size) / mean_relative_range(size)


def _grand_mean(groups: Sequence[Sequence[float]]) -> float:
    return math.fsum(math.fsum(group) / len(group) for group in groups) / len(groups)


def _size(groups: Sequence[Sequence[float]]) -> int:
    """Return the size that all groups have."""
    if len(groups) < 2:
        raise FitError(f"{len(groups)} group(s) are no baseline")
    sizes = {len(_finite(group, 2)) for group in groups}
    if len(sizes) > 1:
        raise FitError(f"groups of different sizes {sorted(sizes)}; a chart needs one size")
    return sizes.pop()


def _finite(values: Sequence[float], least: int) -> Sequence[float]:
    if len(values) < least or not all(map(math.isfinite, values)):
        raise FitError(f"{len(values)} value(s): at least {least} finite ones are needed")
    return values


def _check(values: Sequence[float], target: float, standard_deviation: float) -> None:
    finite = all(map(math.isfinite, (*values, target)))
    if not finite or not 0.0 < standard_deviation < math.inf:
        raise InvalidNumber(f"target {target}, s {standard_deviation}: finite, and s positive")
