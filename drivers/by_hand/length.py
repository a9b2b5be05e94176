"""Callipers and micrometers that a person reads."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import Identity, Instrument, LengthIndicator, Offers, Reach, Reading, Span
from drivers.person import Person, Sought

READ = "Read the length that the instrument indicates"

MILLIMETRE = 1e-3  # m


@dataclass(frozen=True)
class Calliper:
    """A calliper with a vernier, a dial or a display.

    Attributes:
        person: who reads it.
        name: of the instrument on the bench.
        identity: as the bench file states it.
        resolution_mm: what can be told apart (mm): the vernier's value, a display's last digit.
    """

    person: Person
    name: str
    identity: Identity
    resolution_mm: float = 0.05

    offers: ClassVar[Offers] = {LengthIndicator: Reach(Span(0.0, 2.0))}

    def identify(self) -> Identity:
        """Return what the bench file says: the instrument cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the instrument as it is."""

    def read_length(self) -> Reading:
        """Have the indication read (m); its `raw` is what was entered."""
        return self.person.read(
            Sought(self.name, READ, "mm", MILLIMETRE, self.resolution_mm, quantity="length")
        )


@dataclass(frozen=True)
class Micrometer(Calliper):
    """A micrometer with a thimble, a vernier or a display; half a division is estimated."""

    resolution_mm: float = 0.005


_instrument: type[Instrument] = Calliper
_indicator: type[LengthIndicator] = Calliper
