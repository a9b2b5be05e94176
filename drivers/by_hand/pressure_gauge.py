"""Pressure gauges without an interface: a dial, or a display, that a person reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from drivers.capabilities import (
    Identity,
    Instrument,
    Offers,
    PressureGauge,
    Reach,
    Reading,
    Span,
)
from drivers.errors import BadSetting
from drivers.person import Person, Sought

REQUEST = "Read the pressure gauge; tap a dial lightly before"

PASCALS: Mapping[str, float] = MappingProxyType({
    "Pa": 1.0, "hPa": 1e2, "kPa": 1e3, "MPa": 1e6, "mbar": 1e2, "bar": 1e5,
    "psi": 6894.757293168, "kgf/cm²": 98066.5,
})  # fmt: skip
"""Symbol of a unit that a gauge may show → that unit in Pa."""


@dataclass(frozen=True)
class HandReadGauge:
    """A gauge that a person reads.

    Attributes:
        person: who reads it.
        name: of the gauge on the bench.
        identity: as the bench file states it.
        unit: that it shows.
        resolution: smallest step that can be told apart (`unit`): of a display its last digit, of
            a dial the part of a scale interval that is estimated.
    """

    person: Person
    name: str
    identity: Identity
    unit: str = "bar"
    resolution: float = 0.01

    offers: ClassVar[Offers] = {PressureGauge: Reach(Span(-1e5, 1e9))}

    def __post_init__(self) -> None:
        """Refuse a unit nobody knows, and a resolution that is no step.

        Raises:
            BadSetting: naming which.
        """
        if self.unit not in PASCALS:
            advice = f"Known units are {', '.join(PASCALS)}"
            raise BadSetting(self.name, "unit", f"{self.unit!r} is unknown", advice)
        if not 0.0 < self.resolution < float("inf"):
            said, advice = f"{self.resolution!r} is no step", "State it in the unit of the gauge"
            raise BadSetting(self.name, "resolution", said, advice)

    def identify(self) -> Identity:
        """Return what the bench file says: a dial cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the gauge where it is."""

    def read_pressure(self) -> Reading:
        """Have it read (Pa, relative to the atmosphere); its `raw` is what was entered."""
        sought = Sought(self.name, REQUEST, self.unit, PASCALS[self.unit], self.resolution)
        return self.person.read(sought)


_instrument: type[Instrument] = HandReadGauge
_gauge: type[PressureGauge] = HandReadGauge
