"""Pressure transmitters in a current loop whose ammeter a person reads."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import DcAmmeter, Identity, Instrument, Offers, Reach, Reading, Span
from drivers.errors import BadSetting
from drivers.person import Person, Sought

REQUEST = "Read the current in the transmitter's loop"

MILLIAMPERE = 1e-3


@dataclass(frozen=True)
class HandReadTransmitter:
    """A transmitter of 4 mA to 20 mA; the ammeter in its loop has no interface.

    Attributes:
        person: who reads the ammeter.
        name: of the transmitter on the bench.
        identity: as the bench file states it.
        resolution: last digit of the ammeter (mA).
    """

    person: Person
    name: str
    identity: Identity
    resolution: float = 0.001

    offers: ClassVar[Offers] = {DcAmmeter: Reach(Span(0.0, 0.025))}

    def __post_init__(self) -> None:
        """Refuse a resolution that is no step.

        Raises:
            BadSetting: it is not positive.
        """
        if not 0.0 < self.resolution < float("inf"):
            said, advice = f"{self.resolution!r} is no step", "State it in mA"
            raise BadSetting(self.name, "resolution", said, advice)

    def identify(self) -> Identity:
        """Return what the bench file says: a transmitter cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the loop as it is."""

    def configure_dc_current(self, range_amperes: float) -> None:
        """Do nothing: the person at the ammeter selects its range."""

    def read(self) -> Reading:
        """Have the ammeter read (A); its `raw` is what was entered."""
        return self.person.read(Sought(self.name, REQUEST, "mA", MILLIAMPERE, self.resolution))


_instrument: type[Instrument] = HandReadTransmitter
_ammeter: type[DcAmmeter] = HandReadTransmitter
