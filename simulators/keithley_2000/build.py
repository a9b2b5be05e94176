"""From a specification to a Keithley 2000 in the world.

Identity as captured; error queue of ten and its texts from the user manual, p. 5-63; status bits
from its figures 5-4 to 5-9.  The languages of other meters are not simulated.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.keithley_2000.commands import language
from simulators.keithley_2000.specification import KEITHLEY_2000
from simulators.keithley_2000.state import OVERFLOW, Settings, preset
from simulators.multimeter.habits import Habits
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Measurand
from simulators.world import World

NAMES = {
    Measurand.DC_VOLTAGE: "VOLT:DC", Measurand.AC_VOLTAGE: "VOLT:AC",
    Measurand.DC_CURRENT: "CURR:DC", Measurand.AC_CURRENT: "CURR:AC",
    Measurand.RESISTANCE: "RES", Measurand.RESISTANCE_4_WIRE: "FRES",
    Measurand.FREQUENCY: "FREQ", Measurand.PERIOD: "PER", Measurand.CONTINUITY: "CONT",
    Measurand.DIODE: "DIOD", Measurand.TEMPERATURE: "TEMP",
}  # fmt: skip

HABITS = Habits(
    identity="KEITHLEY INSTRUMENTS INC.,MODEL 2000,{serial},A20  /A02",
    fresh=Settings,
    names=NAMES,
    overload_bits=dict.fromkeys(NAMES, OVERFLOW),
    overload_register="measurement",
    overload_is_error=False,
    queue_depth=10,
    no_error='0,"No error"',
    signed=False,
)


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    meter = Multimeter(KEITHLEY_2000, spec.name, world, spec.errors)
    # The factory's power-on setup is the preset one.
    panel = MultimeterPanel(meter, spec.serial, world.clock, HABITS, language, wake=preset)
    return Built(panel, meter)
