"""From a specification to a calibrator in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_5522a.calibrator import Calibrator
from simulators.fluke_5522a.commands import COMMANDS, FIRMWARE, identity
from simulators.fluke_5522a.panel import CalibratorPanel
from simulators.fluke_5522a.terminal import TerminalMode
from simulators.world import World

IDENTITIES = {
    "fluke-5522a": identity("5522A", FIRMWARE),
    # A fourth revision, of an amplifier that is not there, as captured from a 5500A.
    "fluke-5520a": identity("5520A", "1.2+1.0+1.0+*"),
}
"""Model → its `*IDN?`; the 5520A is taken to have the 5522A's ranges and specification, which is
from memory, unverified."""


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a calibrator into `world`."""
    calibrator = Calibrator(spec.name, world, spec.errors)
    commands = {**COMMANDS, "*IDN?": IDENTITIES[spec.model]}
    panel = CalibratorPanel(calibrator, spec.serial, world.clock, commands)
    return Built(
        panel,
        calibrator,
        terminal=lambda faulty: TerminalMode(faulty, panel),
        trip=panel.trip,
        warn=panel.remind,
    )
