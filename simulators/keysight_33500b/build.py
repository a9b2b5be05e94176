"""From a specification to a 33500B generator in the world.

Terminals: `CH1 HI`, `CH1 LO` (and `CH2 …`); `REF IN` and `REF OUT` for frequency references.
"""

from dataclasses import replace

from simulators.catalogue import Built, InstrumentSpec
from simulators.keysight_33500b.commands import commands
from simulators.keysight_33500b.generator import WaveformGenerator
from simulators.keysight_33500b.panel import TEXTS, Front
from simulators.keysight_33500b.specification import MODELS
from simulators.language.scpi_events import Manners
from simulators.language.scpi_panel import ScpiPanel
from simulators.world import World

FIRMWARE = "5.00-1.19-2.00-58-00"  # as captured from a 33522B


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a generator into `world`."""
    model = MODELS[spec.model]
    generator = WaveformGenerator(model, spec.name, world, spec.errors)
    front = Front(generator)
    manners = Manners(
        identity=f"Agilent Technologies,{model.name},{{serial}},{FIRMWARE}", texts=TEXTS
    )
    panel = ScpiPanel(front, manners, spec.serial, world.clock, commands(front))

    def trip() -> None:
        """Switch the outputs off as the overload protection of a channel does."""
        for channel in front.channels:
            off = replace(generator.wave(channel), on=False)
            generator.change(channel, off, world.clock.monotonic())

    return Built(panel, generator, trip=trip)
