"""Climatic chambers that a person sets."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import ClimateSource, Identity, Instrument, Offers, Reach, Span
from drivers.person import Doing, Person

SET = "Set the chamber to this climate, and keep its door closed"


@dataclass(frozen=True)
class ClimaticChamber:
    """A chamber with set-points for temperature and relative humidity.

    Attributes:
        person: who sets it.
        name: of the chamber on the bench.
        identity: as the bench file states it.
    """

    person: Person
    name: str
    identity: Identity

    # Amplitude is the temperature (°C).
    offers: ClassVar[Offers] = {ClimateSource: Reach(Span(-40.0, 100.0))}

    def identify(self) -> Identity:
        """Return what the bench file says: the chamber cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the chamber as it is."""

    def approach_climate(self, celsius: float, humidity: float) -> None:
        """Have the chamber set to `celsius` (°C) and `humidity` (%); return when it is set."""
        climate = f"{celsius:.9g} °C, {humidity:.9g} %"
        self.person.do(Doing(self.name, SET, about=climate, position=climate))


_instrument: type[Instrument] = ClimaticChamber
_source: type[ClimateSource] = ClimaticChamber
