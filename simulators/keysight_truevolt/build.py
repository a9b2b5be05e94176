"""From a specification to a Truevolt multimeter in the world."""

from simulators.catalogue import Built, InstrumentSpec
from simulators.hp_multimeter.commands import language
from simulators.hp_multimeter.dialect import Dialect
from simulators.keysight_truevolt.dialect import DIGITIZING, TRUEVOLT, dialect
from simulators.keysight_truevolt.specification import K34460A, K34461A, K34465A, K34470A
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Specification
from simulators.world import World

MODELS: dict[str, tuple[Specification, Dialect]] = {
    "keysight-34460a": (K34460A, dialect("34460A", most=1e6, features=TRUEVOLT, more={})),
    "keysight-34461a": (K34461A, dialect("34461A", most=1e6, features=TRUEVOLT)),
    "keysight-34465a": (K34465A, dialect("34465A", most=1e9, features=DIGITIZING)),
    "keysight-34470a": (K34470A, dialect("34470A", most=1e9, features=DIGITIZING)),
}


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    specification, words = MODELS[spec.model]
    meter = Multimeter(specification, spec.name, world, spec.errors)
    return Built(
        MultimeterPanel(meter, spec.serial, world.clock, words.habits, language(words)), meter
    )
