"""From a specification to an FS725 in the world.

Terminals: `10MHZ HI`, `10MHZ LO`, `5MHZ HI`, `5MHZ LO`, and `REF OUT` for whatever takes its
10 MHz as a frequency reference.  The constant `hours_on` says how long it has been on.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.srs_fs725.panel import RubidiumPanel
from simulators.srs_fs725.rubidium import Rubidium
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a frequency standard into `world`."""
    rubidium = Rubidium(spec.name, world, spec.errors, spec.constants)
    return Built(RubidiumPanel(rubidium, spec.serial, world), rubidium)
