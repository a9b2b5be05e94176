"""From a specification to a resistance thermometer in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.prt.probe import Probe
from simulators.prt.specification import KINDS
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a probe into `world`; it has no panel."""
    return Built(None, Probe(KINDS[spec.model], spec.name, world, spec.constants))
