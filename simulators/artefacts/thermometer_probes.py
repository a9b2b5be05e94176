"""Thermometers that only load a block: whatever is in a hole leads heat away.

Terminals "NAME LOAD 1" to "NAME LOAD 11".
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName
from simulators.world import World

LOADS = 11


class ThermometerProbes:
    """Some thermometers that nobody reads."""


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put them into `world`."""
    for name in spec.constants:
        raise UnknownName("constant of thermometer probes", name, ())
    world.install(spec.name, [f"LOAD {number}" for number in range(1, LOADS + 1)])
    return Built(None, ThermometerProbes())
