"""From a specification to a Truevolt multimeter in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.hp_multimeter.commands import language
from simulators.hp_multimeter.dialect import Dialect
from simulators.keysight_truevolt.dialect import TRUEVOLT, dialect
from simulators.keysight_truevolt.specification import K34461A
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Specification
from simulators.world import World

MODELS: dict[str, tuple[Specification, Dialect]] = {
    "keysight-34461a": (K34461A, dialect("34461A", most=1e6, features=TRUEVOLT)),
}


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    specification, words = MODELS[spec.model]
    meter = Multimeter(specification, spec.name, world, spec.errors)
    return Built(
        MultimeterPanel(meter, spec.serial, world.clock, words.habits, language(words)), meter
    )
