"""From a specification to a Mettler-Toledo balance in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.mettler_sics.commands import COMMANDS
from simulators.mettler_sics.panel import SicsPanel
from simulators.weighing.balance import WeighingCell
from simulators.weighing.scale import Scale
from simulators.weighing.specification import METTLER
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a balance into `world`."""
    cell = WeighingCell(METTLER[spec.model], spec.name, world, spec.errors)
    scale = Scale(cell, world.clock.monotonic())
    return Built(SicsPanel(scale, spec.serial, world, COMMANDS), cell)
