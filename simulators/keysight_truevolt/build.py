"""From a specification to a multimeter in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.keysight_truevolt.commands import language
from simulators.keysight_truevolt.meter import Truevolt
from simulators.keysight_truevolt.panel import TruevoltPanel
from simulators.keysight_truevolt.specification import MODELS
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    meter = Truevolt(MODELS[spec.model], spec.name, world, spec.errors)
    return Built(TruevoltPanel(meter, spec.serial, world.clock, language), meter)
