"""Tolerance and acceptance limits."""

import math
from dataclasses import dataclass

from station.metrology.errors import InvalidNumber


@dataclass(frozen=True, slots=True)
class Limits:
    """Tolerance limits, in the unit of what is compared; infinite on a side without requirement.

    Raises:
        InvalidNumber: a limit is NaN, or the lower one is above the upper one.
    """

    lower: float = -math.inf
    upper: float = math.inf

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise InvalidNumber(
                f"limits {self.lower} … {self.upper}: the lower must not exceed the upper"
            )


def span(limits: Limits) -> float:
    """Return the distance of the limits.

    Raises:
        InvalidNumber: there is a limit on one side only.
    """
    distance = limits.upper - limits.lower
    if not math.isfinite(distance):
        raise InvalidNumber(f"{limits}: both limits are needed; use the probability of conformance")
    return distance
