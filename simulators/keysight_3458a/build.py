"""From a specification to a 3458A in the world; current comes in at the terminal `I`."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.keysight_3458a.commands import ASKED, TOLD
from simulators.keysight_3458a.panel import MeterPanel
from simulators.keysight_3458a.specification import HP3458A
from simulators.multimeter.meter import Multimeter
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a 3458A into `world`."""
    meter = Multimeter(HP3458A, spec.name, world, spec.errors)
    panel = MeterPanel(meter, spec.serial, world, TOLD, ASKED)
    panel.receive(b"RESET")
    return Built(panel, meter, warn=panel.remind)
