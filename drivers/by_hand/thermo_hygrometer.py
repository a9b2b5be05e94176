"""Thermo-hygrometers that a person reads."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Hygrometer,
    Identity,
    Instrument,
    Offers,
    Reach,
    Reading,
    Span,
    Thermometer,
)
from drivers.person import Person, Sought

READ_TEMPERATURE = "Read the temperature that the instrument indicates"
READ_HUMIDITY = "Read the relative humidity that the instrument indicates"
TEMPERATURE, HUMIDITY = "temperature", "humidity"


@dataclass(frozen=True)
class ThermoHygrometer:
    """An instrument that shows a temperature and a relative humidity.

    Attributes:
        person: who reads it.
        name: of the instrument on the bench.
        identity: as the bench file states it.
        resolution_celsius: last digit, or what can be told apart on the scale (°C).
        resolution_percent: the same of the relative humidity (%).
    """

    person: Person
    name: str
    identity: Identity
    resolution_celsius: float = 0.1
    resolution_percent: float = 1.0

    # No instrument for rooms goes farther; the range is the bench file's to state.
    offers: ClassVar[Offers] = {
        Thermometer: Reach(Span(-40.0, 100.0)),
        Hygrometer: Reach(Span(0.0, 100.0)),
    }

    def identify(self) -> Identity:
        """Return what the bench file says: the instrument cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the instrument as it is."""

    def read_temperature(self) -> Reading:
        """Have the temperature read (°C); its `raw` is what was entered."""
        step = self.resolution_celsius
        return self.person.read(
            Sought(self.name, READ_TEMPERATURE, "°C", 1.0, step, quantity=TEMPERATURE)
        )

    def read_humidity(self) -> Reading:
        """Have the relative humidity read (%); its `raw` is what was entered."""
        step = self.resolution_percent
        return self.person.read(Sought(self.name, READ_HUMIDITY, "%", 1.0, step, quantity=HUMIDITY))


_instrument: type[Instrument] = ThermoHygrometer
_thermometer: type[Thermometer] = ThermoHygrometer
_hygrometer: type[Hygrometer] = ThermoHygrometer
