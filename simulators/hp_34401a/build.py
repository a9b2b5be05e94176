"""From a specification to a 34401A in the world.

Sources: 34401A User's Guide pp. 142 and 159; identity, RS-232 behaviour and error 550 as captured
(Qcc-maba/Calibration-software, docs/devices/Agilent-34401A/protocol.md).  The serial number
cannot be read remotely: its field is always 0.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.hp_34401a.serial import LocalFirst
from simulators.hp_34401a.specification import HP34401A
from simulators.hp_multimeter.commands import SERIAL_ALONE, language
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
from simulators.panel import Panel
from simulators.world import World

INSUFFICIENT_MEMORY = 531
COMMAND_NOT_ALLOWED_IN_LOCAL = 550
# Texts that differ from SCPI's: 550 captured, −350 from the E1412A's manual (same measuring
# engine), the others from memory, unverified.
TEXTS = {
    -123: "Numeric overflow",
    -213: "INIT ignored",
    -230: "Data stale",
    -350: "Too many errors",
    SERIAL_ALONE: "Command allowed only with RS-232",
    INSUFFICIENT_MEMORY: "Insufficient memory",
    COMMAND_NOT_ALLOWED_IN_LOCAL: "Command not allowed in local",
}

DIALECT = Dialect(
    habits=Habits(
        identity="HEWLETT-PACKARD,34401A,0,10-5-2",
        fresh=HpSettings,
        names=NAMES,
        overload_bits=OVERLOAD_BITS,
        overflow=(-350, TEXTS[-350]),
        texts=TEXTS,
        error_bit=False,
        operation_bit=False,
    ),
    functions=FUNCTIONS,
    scpi_version="1991.0",  # from memory, unverified
    options=None,
    places=range(4),  # 0 is the state at power down (from memory, unverified)
    most_triggers=50_000,
    most_samples=50_000,
    text_length=12,
    features=frozenset({Feature.CLIPS_TEXT}),
)


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    meter = Multimeter(HP34401A, spec.name, world, spec.errors)
    inside = MultimeterPanel(meter, spec.serial, world.clock, DIALECT.habits, language(DIALECT))

    def serial(panel: Panel) -> Panel:
        return LocalFirst(panel, lambda: inside.refuse(COMMAND_NOT_ALLOWED_IN_LOCAL))

    return Built(inside, meter, serial=serial)
