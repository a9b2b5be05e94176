"""From a specification to a readout in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_150x.commands import ReadoutFace
from simulators.fluke_150x.readout import MODELS, Readout
from simulators.language.hart import HartPanel, Line
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a readout into `world`; half duplex with line feeds, as delivered, is a choice."""
    readout = Readout(MODELS[spec.model], spec, world)
    face = ReadoutFace(readout, spec.serial, world.clock)
    return Built(HartPanel(face.machine(), Line(), world.clock), readout)
