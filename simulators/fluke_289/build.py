"""From a specification to a 287 or 289 in the world.

Terminals: `HI` (V Ω), `LO` (COM), `mA`, `A`.  The operator moves the switch: with `turn` on the
bench or at its control desk, or with the constant `position`, a number counted from 0 in the
order of `specification.POSITIONS` (0, V_DC, when nothing is said).
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import WrongSpecification
from simulators.fluke_289.display import Display
from simulators.fluke_289.panel import HandheldPanel
from simulators.fluke_289.specification import F289, POSITIONS
from simulators.multimeter.meter import Multimeter
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a handheld multimeter into `world`.

    Raises:
        WrongSpecification: the switch has no such position.
    """
    number = int(spec.constants.get("position", 0))
    if not 0 <= number < len(POSITIONS):
        raise WrongSpecification(f"position {number}: give 0 to {len(POSITIONS) - 1}")
    meter = Multimeter(F289, spec.name, world, spec.errors)
    display = Display(meter, list(POSITIONS)[number])
    model = spec.model.partition("-")[2]
    panel = HandheldPanel(display, model, spec.serial, world.clock)
    return Built(panel, meter, turn=lambda name: display.turn(name, world.clock.monotonic()))
