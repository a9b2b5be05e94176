"""What the bench file says of items whose temperature is measured, checked where it comes in."""

from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from procedures.details import Stated

Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]


class Details(Stated):
    """Details of one item; `channel` and `range_ohms` are settings of its readout's driver."""

    channel: int | None = None
    range_ohms: int | None = None


def _temperatures(text: Any) -> Any:
    if not isinstance(text, str):
        return (text,) if isinstance(text, float | int) else text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _corners(text: Any) -> Any:
    if not isinstance(text, str):
        return ((0.0, text),) if isinstance(text, float | int) else text
    return tuple(tuple(part.split()) for part in text.split(","))


Temperatures = Annotated[
    tuple[Annotated[float, Field(ge=-200.0, le=1800.0)], ...],
    BeforeValidator(_temperatures),
    Field(min_length=1),
]
"""Temperatures (°C), written "0, 50, 100"."""

Curve = Annotated[
    tuple[tuple[float, NotNegative], ...], BeforeValidator(_corners), Field(min_length=1)
]
"""A figure (K) along the temperature (°C): one number, or "33 0.04, 200 0.1, 350 0.2"."""


def along(curve: tuple[tuple[float, float], ...], celsius: float) -> float:
    """Return the figure (K) of a curve at `celsius` (°C): straight between, level beyond its ends.

    Args:
        curve: (°C, K), rising in °C.
        celsius: where.
    """
    if celsius <= curve[0][0]:
        return curve[0][1]
    for (left, low), (right, high) in pairwise(curve):
        if celsius <= right:
            return low + (high - low) * (celsius - left) / (right - left)
    return curve[-1][1]


def rising(curve: tuple[tuple[float, float], ...]) -> bool:
    """Tell whether the temperatures of a curve rise."""
    return all(left < right for (left, _), (right, _) in pairwise(curve))
