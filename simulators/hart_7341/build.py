"""From a specification to a bath in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.hart_7341.bath import CHARACTER, HEIGHTS
from simulators.hart_7341.commands import BathControl, line
from simulators.language.hart import HartPanel
from simulators.physics.temperature_source import TemperatureSource
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a bath into `world`; it regulates from the first moment."""
    bath = TemperatureSource(CHARACTER, spec.name, world, spec.errors, on=True, heights=HEIGHTS)
    control = BathControl(bath, world.clock)
    return Built(HartPanel(control.machine(), line(), world.clock), bath)
