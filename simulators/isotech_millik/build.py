"""From a specification to a milliK in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.isotech_millik.commands import language
from simulators.isotech_millik.panel import MilliKPanel
from simulators.isotech_millik.thermometer import MilliK
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a milliK into `world`."""
    thermometer = MilliK(spec, world)
    return Built(MilliKPanel(thermometer, spec.serial, world.clock, language), thermometer)
