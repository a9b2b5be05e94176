"""The accredited scope: the smallest uncertainty a laboratory may report, and where it may.

ILAC-P14:09/2020 clauses 4 and 5: a reported U is never below the calibration and measurement
capability (CMC) at that point; outside the scope the accreditation mark is not used.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from station.metrology.errors import InvalidNumber, OutOfScope


@dataclass(frozen=True, slots=True)
class Formula:
    """CMC = constant + proportional·|value|, both parts added as a scope prints them.

    Attributes:
        constant: in the unit of the quantity.
        proportional: relative to the value.
    """

    constant: float = 0.0
    proportional: float = 0.0

    def __post_init__(self) -> None:
        parts = (self.constant, self.proportional)
        if not all(0.0 <= part < math.inf for part in parts) or not any(parts):
            raise InvalidNumber(f"{self}: a capability is positive and finite")

    def at(self, value: float) -> float:
        """Return the expanded uncertainty at `value`, in its unit."""
        return self.constant + self.proportional * abs(value)


@dataclass(frozen=True, slots=True)
class Table:
    """CMC at listed values, linear between them.

    Attributes:
        points: (value, expanded uncertainty), values rising.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        values = [value for value, _ in self.points]
        rising = all(low < high for low, high in pairwise(values))
        positive = all(0.0 < u < math.inf for _, u in self.points)
        if len(values) < 2 or not (rising and positive and all(map(math.isfinite, values))):
            raise InvalidNumber(
                f"{self}: state at least two points, values rising, uncertainties positive"
            )

    def at(self, value: float) -> float:
        """Return the expanded uncertainty at `value`, in its unit.

        Raises:
            OutOfScope: the value is not between the first and the last point.
        """
        values = [point for point, _ in self.points]
        if not values[0] <= value <= values[-1]:
            raise OutOfScope(f"{value:g} is outside the table, {values[0]:g} … {values[-1]:g}")
        right = max(1, bisect_left(values, value))
        (x1, u1), (x2, u2) = self.points[right - 1 : right + 1]
        part = (value - x1) / (x2 - x1)
        return (1.0 - part) * u1 + part * u2


@dataclass(frozen=True, slots=True)
class Capability:
    """One line of the scope.

    Attributes:
        quantity: as the procedures name it, e.g. "AC voltage".
        unit: of values, limits and CMC.
        lower: smallest value in the scope.
        upper: largest value.
        cmc: expanded uncertainty against the value.
        condition_lower: smallest value of a second quantity, e.g. frequency (Hz); -inf without.
        condition_upper: largest.

    Raises:
        InvalidNumber: limits are crossed or not numbers, or a table ends inside them.
    """

    quantity: str
    unit: str
    lower: float
    upper: float
    cmc: Formula | Table
    condition_lower: float = -math.inf
    condition_upper: float = math.inf

    def __post_init__(self) -> None:
        if not (
            -math.inf < self.lower <= self.upper < math.inf
            and self.condition_lower <= self.condition_upper
        ):
            raise InvalidNumber(f"{self}: a line of the scope has limits, the lower one first")
        if isinstance(self.cmc, Table):
            first, last = self.cmc.points[0][0], self.cmc.points[-1][0]
            if first > self.lower or last < self.upper:
                raise InvalidNumber(f"{self}: the table ends inside the line's limits")

    def covers(self, quantity: str, unit: str, value: float, condition: float | None) -> bool:
        """Tell whether a point is within this line; a line with a condition needs it stated."""
        if (quantity, unit) != (self.quantity, self.unit) or not self.lower <= value <= self.upper:
            return False
        if condition is None:
            return math.isinf(self.condition_lower) and math.isinf(self.condition_upper)
        return self.condition_lower <= condition <= self.condition_upper


@dataclass(frozen=True, slots=True)
class Reported:
    """An expanded uncertainty as it may be reported.

    Attributes:
        expanded_uncertainty: unrounded, in the unit of the quantity.
        cmc: the accredited capability there; 0 where the result is not accredited. `round_result`
            takes it as `smallest`, so that rounding does not go below it either.
        accredited: the accreditation mark may stand beside the result.
    """

    expanded_uncertainty: float
    cmc: float
    accredited: bool


def capability_at(
    scope: Sequence[Capability],
    quantity: str,
    unit: str,
    value: float,
    *,
    condition: float | None = None,
) -> float:
    """Return the CMC at a point, the smallest of the lines that cover it.

    Args:
        scope: the laboratory's.
        quantity: as the scope names it.
        unit: of `value`.
        value: nominal or measured.
        condition: of the second quantity, e.g. frequency (Hz).

    Raises:
        OutOfScope: no line covers the point.
    """
    found = [line.cmc.at(value) for line in scope if line.covers(quantity, unit, value, condition)]
    if not found:
        at = "" if condition is None else f" at {condition:g}"
        raise OutOfScope(
            f"{quantity}, {value:.9g} {unit}{at}: outside the accredited scope, which has"
            f" {_extent(scope, quantity)}; report it without the accreditation mark"
        )
    return min(found)


def reported(
    expanded_uncertainty: float,
    scope: Sequence[Capability],
    quantity: str,
    unit: str,
    value: float,
    *,
    condition: float | None = None,
    accredited: bool,
) -> Reported:
    """Return U as it is reported: never below the CMC where the result is to be accredited.

    Args:
        expanded_uncertainty: U with all contributions of the item, in `unit`.
        scope: the laboratory's.
        quantity: as the scope names it.
        unit: of `value` and U.
        value: nominal or measured.
        condition: of the second quantity.
        accredited: the result shall carry the accreditation mark.

    Raises:
        OutOfScope: it shall carry the mark, and no line of the scope covers the point.
        InvalidNumber: U is not positive.
    """
    if not 0.0 < expanded_uncertainty < math.inf:
        raise InvalidNumber(f"U = {expanded_uncertainty}: a reported uncertainty is positive")
    if not accredited:
        return Reported(expanded_uncertainty, 0.0, accredited=False)
    floor = capability_at(scope, quantity, unit, value, condition=condition)
    return Reported(max(expanded_uncertainty, floor), floor, accredited=True)


def _extent(scope: Sequence[Capability], quantity: str) -> str:
    """Write where a quantity is in the scope: "0 … 100 V" or "0.1 … 10 V at 40 … 10000"."""
    lines = [line for line in scope if line.quantity == quantity]
    return "; ".join(map(_extent_of, lines)) or f"no {quantity}"


def _extent_of(line: Capability) -> str:
    extent = f"{line.lower:g} … {line.upper:g} {line.unit}"
    if math.isinf(line.condition_lower) and math.isinf(line.condition_upper):
        return extent
    return f"{extent} at {line.condition_lower:g} … {line.condition_upper:g}"
