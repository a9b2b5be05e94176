"""From a specification to an E36312A in the world; its terminals are `CH1 +` … `CH3 -`.

The model's name says which output is meant where truth is asked for: "keysight-e36312a-output2".
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.keysight_e36312a.commands import Front, commands
from simulators.keysight_e36312a.supply import Supply, Trip
from simulators.language.scpi_events import Manners
from simulators.language.scpi_panel import ScpiPanel
from simulators.world import World

IDENTITY = "Keysight Technologies,E36312A,{serial},2.1.0-1.0.4-1.12"  # form as captured


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a supply into `world`."""
    ending = spec.model.rpartition("-output")[2]
    supply = Supply(spec.name, world, spec.errors, meant=int(ending) if ending.isdigit() else 1)
    front = Front(supply)
    panel = ScpiPanel(front, Manners(identity=IDENTITY), spec.serial, world.clock, commands(front))

    def trip() -> None:
        for outlet in supply.outlets.values():
            if outlet.setting.on:
                outlet.trip(Trip.VOLTAGE, world.clock.monotonic())

    return Built(panel, supply, trip=trip)
