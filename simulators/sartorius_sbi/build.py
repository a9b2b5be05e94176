"""From a specification to a Sartorius balance in the world.

How its interface is set up comes with the specification's constants, 1 or 0: `identification`
(22-character lines, the default, or 16), `after_stability` (ESC P waits), `autoprint`.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName
from simulators.sartorius_sbi.panel import Printing, SbiPanel
from simulators.weighing.balance import WeighingCell
from simulators.weighing.scale import Scale
from simulators.weighing.specification import SARTORIUS
from simulators.world import World

CONSTANTS = ("identification", "after_stability", "autoprint")


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a balance into `world`."""
    for name in spec.constants:
        if name not in CONSTANTS:
            raise UnknownName("constant of a Sartorius balance", name, CONSTANTS)
    cell = WeighingCell(SARTORIUS[spec.model], spec.name, world, spec.errors)
    scale = Scale(cell, world.clock.monotonic())
    printing = Printing(
        identification=bool(spec.constants.get("identification", 1.0)),
        after_stability=bool(spec.constants.get("after_stability", 0.0)),
        automatic=bool(spec.constants.get("autoprint", 0.0)),
    )
    return Built(SbiPanel(scale, spec.serial, printing, world), cell)
