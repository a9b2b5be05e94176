"""From a specification to a Super-Thermometer in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_159x.bridge import MODELS, Bridge
from simulators.fluke_159x.commands import language
from simulators.fluke_159x.panel import SuperThermometerPanel
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a Super-Thermometer into `world`."""
    bridge = Bridge(MODELS[spec.model], spec, world)
    return Built(SuperThermometerPanel(bridge, spec.serial, world.clock, language), bridge)
