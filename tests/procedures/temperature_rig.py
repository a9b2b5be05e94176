"""Evidence by hand for tests of temperature procedures: readings, and standards with a slope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from drivers.capabilities import Reading
from station.evidence import CertifiedStandard, Evidence, Room, StandardValue, Taken

ON = date(2026, 11, 2)


@dataclass(frozen=True)
class Straight:
    """A standard that indicates: actual = indication·slope + offset."""

    offset: float = 0.0
    slope: float = 1.0
    u: float = 0.005
    drift: float = 0.01

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        raise AssertionError(quantity)

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        actual = indication * self.slope + self.offset
        return StandardValue(
            actual, self.u, f"certificate of {quantity}", self.drift, "maker", slope=self.slope
        )


def taken(series: Iterable[tuple[str, float]]) -> tuple[Taken, ...]:
    return tuple(Taken(of, Reading(value, f"{value:g}")) for of, value in series)


def alternating(reference: float, **items: float) -> tuple[Taken, ...]:
    """Reference, all items, reference … as `thermometer` reads them, six times."""
    names = {name.replace("_", "-"): value for name, value in items.items()}
    series: list[tuple[str, float]] = [("reference", reference)]
    for _ in range(6):
        series += [*names.items(), ("reference", reference)]
    return taken(series)


def evidence(readings: Mapping[str, tuple[Taken, ...]], **standards: CertifiedStandard) -> Evidence:
    named = {name.replace("_", "-"): standard for name, standard in standards.items()}
    return Evidence(ON, Room(22.0, 50.0), {"reference": Straight(), **named}, readings)
