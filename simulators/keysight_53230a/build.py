"""From a specification to a 53230A or 53220A in the world.

Terminals: `CH1 HI`, `CH1 LO`, `CH2 HI`, `CH2 LO`; `REF IN` and `REF OUT` for frequency references.
The constant `oven` (1) fits the oven time base, option 010.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.keysight_53230a.commands import commands
from simulators.keysight_53230a.counter import Counter
from simulators.keysight_53230a.measuring import Front
from simulators.keysight_53230a.specification import MODELS
from simulators.language.scpi_events import Manners
from simulators.language.scpi_panel import ScpiPanel
from simulators.world import World

FIRMWARE = "02.05-1519.666-1.19-4.15-127-155-35"  # as captured


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a counter into `world`."""
    oven = bool(spec.constants.get("oven", 0.0))
    model = MODELS[spec.model]
    counter = Counter(model, spec.name, world, spec.errors, oven=oven)
    front = Front(counter)
    manners = Manners(identity=f"Agilent Technologies,{model.name},{{serial}},{FIRMWARE}")
    panel = ScpiPanel(front, manners, spec.serial, world.clock, commands(front))
    return Built(panel, counter)
