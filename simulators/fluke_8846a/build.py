"""From a specification to a Fluke 8845A or 8846A in the world.

Source: what a public client sends and its hardware test demands (PyFixate/Fixate,
src/fixate/drivers/dmm/fluke_8846a.py and test/drivers/test_fluke_8846A.py); identity as captured
by it.  The emulations of other meters (L2, L3) are not simulated.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.fluke_8846a.specification import FLUKE_8845A, FLUKE_8846A
from simulators.hp_multimeter.commands import language
from simulators.hp_multimeter.dialect import (
    FUNCTIONS,
    NAMES,
    OVERLOAD_BITS,
    Dialect,
    Feature,
    HpSettings,
)
from simulators.multimeter.habits import Habits
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Measurand, Specification
from simulators.world import World

INSUFFICIENT_MEMORY = 531
# The words were seen; which numbers go with them was not recorded.
TEXTS = {
    -222: "Invalid parameter",
    -224: "Invalid parameter",
    -230: "Data stale",
    -350: "Too many errors",
    INSUFFICIENT_MEMORY: "Insufficient memory",
}
QUEUE_DEPTH = 16  # 8845A/8846A Users Manual, SYSTem:ERRor?
EXTRA = {
    "CAPacitance": Measurand.CAPACITANCE,
    "TEMPerature:RTD": Measurand.TEMPERATURE,
    "TEMPerature:FRTD": Measurand.TEMPERATURE_4_WIRE,
}


def _dialect(model: str, *, extra: dict[str, Measurand]) -> Dialect:
    return Dialect(
        habits=Habits(
            # The last field is when the firmware was built.
            identity=f"FLUKE,{model},{{serial}},08/02/10-11:53",
            fresh=HpSettings,
            names=NAMES,
            overload_bits=OVERLOAD_BITS,
            queue_depth=QUEUE_DEPTH,
            overflow=(-350, TEXTS[-350]),
            texts=TEXTS,
            error_bit=False,
            operation_bit=False,
        ),
        functions=FUNCTIONS | extra,
        scpi_version="1999.0",  # from memory, unverified
        options=None,
        places=range(1, 6),  # from memory, unverified
        most_triggers=50_000,
        most_samples=50_000,
        text_length=12,
        features=frozenset({
            Feature.CLIPS_TEXT, Feature.REMOTE, Feature.FETCH_SOME, Feature.TRIGGER_IDLES,
            Feature.COUNTS_ON_RANGE, Feature.EMULATIONS,
        }),
    )  # fmt: skip


MODELS: dict[str, tuple[Specification, Dialect]] = {
    "fluke-8845a": (FLUKE_8845A, _dialect("8845A", extra={})),
    "fluke-8846a": (FLUKE_8846A, _dialect("8846A", extra=EXTRA)),
}


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    specification, words = MODELS[spec.model]
    meter = Multimeter(specification, spec.name, world, spec.errors)
    return Built(
        MultimeterPanel(meter, spec.serial, world.clock, words.habits, language(words)), meter
    )
