"""From a specification to a DMM6500 in the world.

Identity and error form as in pymeasure/pymeasure's tests; depth of the queue from memory,
unverified.
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.keithley_dmm6500.commands import PROGRAM_SYNTAX_ERROR, ChosenLanguage
from simulators.keithley_dmm6500.specification import KEITHLEY_DMM6500
from simulators.keithley_dmm6500.state import NAMES, Calendar, Panel6500, Settings
from simulators.multimeter.habits import Habits
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.panel import MultimeterPanel
from simulators.world import World

QUEUE_DEPTH = 1000  # its event log


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a multimeter into `world`."""
    calendar = Calendar()
    languages: list[ChosenLanguage] = []

    def language(panel: Panel6500) -> ChosenLanguage:
        languages.append(ChosenLanguage(panel, calendar))
        return languages[0]

    def wake(panel: Panel6500) -> None:
        languages[0].present = languages[0].chosen

    habits = Habits(
        identity="KEITHLEY INSTRUMENTS,MODEL DMM6500,{serial},1.7.12b",
        fresh=Settings,
        names=NAMES,
        overload_bits=dict.fromkeys(NAMES, 0),
        overload_is_error=False,
        queue_depth=QUEUE_DEPTH,
        texts={PROGRAM_SYNTAX_ERROR: "Program syntax error"},
        no_error='0,"No error;0;0 0"',
        entry=calendar.entry,
        signed=False,
    )
    meter = Multimeter(KEITHLEY_DMM6500, spec.name, world, spec.errors)
    return Built(
        MultimeterPanel(meter, spec.serial, world.clock, habits, language, wake=wake), meter
    )
