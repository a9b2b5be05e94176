"""A balance or scale whose display a person reads, and whose keys a person presses."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import Balance, Identity, Instrument, Offers, Reach, Reading, Span
from drivers.errors import BadSetting
from drivers.person import Doing, Person, Sought

READ = "Wait for a steady indication, and read it"
ZERO = "Set the indication of the empty pan to zero, and wait until it shows zero"
TARE = "Press the tare key with the load as it is, and wait until it shows zero"

ZERO_KEY, TARE_KEY = "ZERO", "TARE"
"""What a simulated bench presses."""

KILOGRAMS = {"kg": 1.0, "g": 1e-3, "mg": 1e-6}


@dataclass(frozen=True)
class HandBalance:
    """Any balance without an interface; its reach is that of its item's own range.

    Attributes:
        person: who reads it.
        name: on the bench.
        identity: as the bench file states it.
        unit: in which it indicates: kg, g or mg.
        resolution: its scale interval d, in `unit`.
    """

    person: Person
    name: str
    identity: Identity
    unit: str = "g"
    resolution: float = 1.0

    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 100e3))}

    def identify(self) -> Identity:
        """Return what the bench file says: it cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave it as it is."""

    def tare(self) -> None:
        """Have the tare key pressed."""
        self.person.do(Doing(self.name, TARE, position=TARE_KEY))

    def zero(self) -> None:
        """Have the indication of the empty pan set to zero."""
        self.person.do(Doing(self.name, ZERO, position=ZERO_KEY))

    def weigh(self) -> Reading:
        """Have one steady indication (kg) read; its `raw` is what the person entered.

        Raises:
            BadSetting: it is to indicate in a unit that no balance has.
        """
        if self.unit not in KILOGRAMS:
            said = f"{self.unit!r} is none that is read here"
            raise BadSetting(self.name, "unit", said, f"Write one of {', '.join(KILOGRAMS)}")
        factor = KILOGRAMS[self.unit]
        return self.person.read(Sought(self.name, READ, self.unit, factor, self.resolution))


_instrument: type[Instrument] = HandBalance
_balance: type[Balance] = HandBalance
