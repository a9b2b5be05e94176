"""From a specification to a PTU300 in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.physics.climate import Climate, Sensor
from simulators.physics.functions import Function
from simulators.vaisala_ptu300.commands import COMMANDS
from simulators.vaisala_ptu300.panel import TransmitterPanel
from simulators.world import World

# PTU300 user guide: class A barometer ±0.15 hPa in all; temperature and humidity, lags and noise
# from memory, unverified.
SENSORS = {
    Function.ATMOSPHERIC_PRESSURE: Sensor(15.0, 110000.0, 0.5, 1.0),
    Function.TEMPERATURE: Sensor(0.2, 60.0, 20.0, 0.005),
    Function.HUMIDITY: Sensor(1.0, 100.0, 10.0, 0.02),
}


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a transmitter into `world`."""
    climate = Climate(SENSORS, spec.name, world, spec.errors)
    return Built(TransmitterPanel(climate, spec.serial, world.clock, COMMANDS), climate)
