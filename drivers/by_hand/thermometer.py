"""A thermometer whose display or scale a person reads."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import Identity, Instrument, Offers, Reach, Reading, Span, Thermometer
from drivers.person import Person, Sought

READ = "Read the temperature that this thermometer indicates"


@dataclass(frozen=True)
class HandThermometer:
    """Any thermometer without an interface; its reach is that of its item's own range.

    Attributes:
        person: who reads it.
        name: on the bench.
        identity: as the bench file states it.
        resolution: smallest step of its display that can be told apart (°C).
    """

    person: Person
    name: str
    identity: Identity
    resolution: float = 0.1

    offers: ClassVar[Offers] = {Thermometer: Reach(Span(-200.0, 1800.0))}

    def identify(self) -> Identity:
        """Return what the bench file says: it cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave it as it is."""

    def read_temperature(self) -> Reading:
        """Have one reading (°C) taken; its `raw` is what the person entered."""
        return self.person.read(Sought(self.name, READ, "°C", 1.0, self.resolution))


_instrument: type[Instrument] = HandThermometer
_thermometer: type[Thermometer] = HandThermometer
