"""From a specification to a calibrator in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_5522a.calibrator import Calibrator
from simulators.fluke_5522a.commands import COMMANDS
from simulators.fluke_5522a.panel import CalibratorPanel
from simulators.fluke_5522a.terminal import TerminalMode
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a calibrator into `world`."""
    calibrator = Calibrator(spec.name, world, spec.errors)
    panel = CalibratorPanel(calibrator, spec.serial, world.clock, COMMANDS)
    return Built(
        panel,
        calibrator,
        terminal=lambda faulty: TerminalMode(faulty, panel),
        trip=panel.trip,
        warn=panel.remind,
    )
