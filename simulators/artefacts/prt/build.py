"""From a specification to a resistance thermometer in the world."""

from simulators.artefacts.prt.probe import Probe
from simulators.artefacts.prt.specification import KINDS
from simulators.catalogue import Built, InstrumentSpec
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a probe into `world`; it has no panel."""
    return Built(None, Probe(KINDS[spec.model], spec.name, world, spec.constants))
