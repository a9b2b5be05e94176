"""A block calibrator as an item: what the bench file says of it, and the plan of its run."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from procedures.details import checked
from procedures.temperature.details import (
    Curve,
    Details,
    NotNegative,
    Positive,
    Temperatures,
    rising,
)
from procedures.temperature.reference import Indicates
from station.files import Unfit
from station.procedure import DUT, Items

NAME = "temperature"
ROOM_CELSIUS = 23.0


def _names(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: Any) -> Any:
    return tuple(float(part) for part in text.split(",")) if isinstance(text, str) else text


Holes = Annotated[tuple[str, ...], BeforeValidator(_names), Field(min_length=2)]
Heights = Annotated[tuple[float, ...], BeforeValidator(_numbers), Field(min_length=2)]


class BlockDetails(Details):
    """What is said of a block; temperatures in °C, differences in K, heights in mm."""

    points: Annotated[Temperatures, Field(min_length=2)]
    limit: Curve
    full_scale: float | None = None
    resolution: Positive = 0.01
    holes: Holes
    heights: Heights = (0.0, 20.0, 40.0)
    uniformity_at: float | None = None
    stability_minutes: Annotated[float, Field(ge=10.0)] = 30.0
    stable_within: Positive = 0.05
    soak_minutes: NotNegative = 10.0
    conduction: NotNegative = 0.0
    reference: Indicates = Indicates.TEMPERATURE
    reference_resolution: NotNegative = 0.001
    reference_readout_ppm: NotNegative = 0.0

    @model_validator(mode="after")
    def _possible(self) -> "BlockDetails":
        if any(one >= other for one, other in pairwise(self.points)):
            raise Unfit("the temperatures must rise: they are gone through up, then down")
        if self.uniformity_at is not None and self.uniformity_at not in self.points:
            raise Unfit("uniformity_at must be one of the points")
        if self.heights[0] != 0.0 or list(self.heights) != sorted(set(self.heights)):
            raise Unfit("the heights must rise from 0, the bottom")
        if not rising(self.limit):
            raise Unfit("the temperatures of limit must rise")
        return self


class Seen(Enum):
    """What an observation is of."""

    ERROR = "error"
    AXIAL = "axial"
    RADIAL = "radial"
    LOADING = "loading"
    STABILITY = "stability"


@dataclass(frozen=True, slots=True)
class Visit:
    """One observation.

    Attributes:
        seen: what is observed.
        celsius: at which temperature (°C).
        by_way_of: temperature (°C) that the block comes from, on whichever side: after a break it
            may be anywhere, and its hysteresis goes with the direction. None: it does not matter.
    """

    seen: Seen
    celsius: float
    by_way_of: float | None = None


@dataclass(frozen=True)
class BlockPlan:
    """The run: its details, and what is observed by the observations' ids, in order."""

    details: BlockDetails
    visits: Mapping[str, Visit]

    @property
    def uniform_at(self) -> float:
        """The temperature (°C) at which the block itself is looked at."""
        return uniformity_at(self.details)

    def of(self, seen: Seen) -> str:
        """Return the id of the only observation of that kind."""
        return next(id_ for id_, visit in self.visits.items() if visit.seen is seen)

    def errors_at(self, celsius: float) -> tuple[str, ...]:
        """Return the ids of the visits at `celsius` (°C): up, and down where there is one."""
        return tuple(
            id_
            for id_, visit in self.visits.items()
            if visit.seen is Seen.ERROR and visit.celsius == celsius
        )


def uniformity_at(details: BlockDetails) -> float:
    """Return where (°C) the block is looked at: farthest from the room, where it is worst."""
    if details.uniformity_at is not None:
        return details.uniformity_at
    return max(details.points, key=lambda celsius: abs(celsius - ROOM_CELSIUS))


def planned(items: Items) -> BlockPlan:
    """Return the run that the block's details describe.

    Raises:
        BadInput: a detail is unknown, missing or impossible.
    """
    details = checked(DUT, items[DUT].details, BlockDetails)
    visits: dict[str, Visit] = {}
    for below, celsius in zip((None, *details.points), details.points, strict=False):
        visits[f"{NAME}/{celsius:g} °C/up"] = Visit(Seen.ERROR, celsius, below)
        if celsius == uniformity_at(details):
            for seen in (Seen.STABILITY, Seen.AXIAL, Seen.RADIAL, Seen.LOADING):
                visits[f"{NAME}/{celsius:g} °C/{seen.value}"] = Visit(seen, celsius)
    for celsius, above in reversed([*pairwise(details.points)]):
        visits[f"{NAME}/{celsius:g} °C/down"] = Visit(Seen.ERROR, celsius, above)
    return BlockPlan(details, visits)


def place(hole: str, height: float = 0.0) -> str:
    """Return what a place in the block is called, e.g. "dut HOLE 1 +20 MM"."""
    return f"{DUT} {hole}" + (f" +{height:g} MM" if height else "")
