"""From a specification to a metrology well in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_914x.commands import language
from simulators.fluke_914x.panel import WellPanel
from simulators.fluke_914x.specification import CHARACTERS
from simulators.fluke_914x.well import Well
from simulators.world import World

MAKER = "fluke-"
PROCESS = "-p"


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a well into `world`; a model that ends in "-p" has the process electronics."""
    model = spec.model.removeprefix(MAKER).removesuffix(PROCESS)
    well = Well(CHARACTERS[model], spec, world, process=spec.model.endswith(PROCESS))
    return Built(WellPanel(well, spec.serial, world.clock, language), well)
