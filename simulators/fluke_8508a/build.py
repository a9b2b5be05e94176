"""From a specification to an 8508A in the world; current comes in at `I`, above 2 A at `20A`.

The constant `pace` (1) makes its readings take that much longer; 1 is 25 s with eight digits.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_8508a.panel import ReferencePanel
from simulators.fluke_8508a.specification import F8508A
from simulators.multimeter.meter import Multimeter
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put an 8508A into `world`."""
    meter = Multimeter(F8508A, spec.name, world, spec.errors)
    panel = ReferencePanel(meter, spec.serial, world.clock, spec.constants.get("pace", 1.0))
    return Built(panel, meter, warn=panel.remind)
