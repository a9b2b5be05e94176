"""Commands of the DMM6500 that set functions up: the SENSe subsystem.

Limits as in pymeasure/pymeasure (keithleyDMM6500.py); on a 50 Hz line the longest integration is
12 power line cycles.
"""

from collections.abc import Iterator
from functools import partial

from simulators.keithley_dmm6500.state import FUNCTIONS, NAMES, Panel6500, Settings, changed
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import limited, name_of, number, word
from simulators.multimeter.function_node import ASKED, FunctionNode, Level
from simulators.multimeter.specification import AC, COUNTED, FIXED, LINE_HERTZ, Measurand

Node6500 = FunctionNode[Settings]
FEWEST_CYCLES, MOST_CYCLES = 0.0005, 12.0
# DEFault is not what a reset brings: seen on a real one (PyFixate/Fixate, keithley_6500.py).
DEFAULT_CYCLES = 0.02
INTEGRATED = (
    Measurand.DC_VOLTAGE, Measurand.DC_CURRENT, Measurand.RESISTANCE,
    Measurand.RESISTANCE_4_WIRE, Measurand.DIODE, Measurand.TEMPERATURE, Measurand.RATIO,
)  # fmt: skip
RANGED = tuple(one for one in FUNCTIONS.values() if one not in (*FIXED, *COUNTED))
UNIT = {
    Measurand.DC_VOLTAGE: "V", Measurand.AC_VOLTAGE: "V", Measurand.DC_CURRENT: "A",
    Measurand.AC_CURRENT: "A", Measurand.RESISTANCE: "OHM", Measurand.RESISTANCE_4_WIRE: "OHM",
    Measurand.CAPACITANCE: "F", Measurand.RATIO: "V",
}  # fmt: skip
MOST_REFERENCE = {
    Measurand.DC_VOLTAGE: 1000.0, Measurand.AC_VOLTAGE: 750.0, Measurand.DC_CURRENT: 3.0,
    Measurand.AC_CURRENT: 3.0, Measurand.RESISTANCE: 1e8, Measurand.RESISTANCE_4_WIRE: 1e8,
    Measurand.DIODE: 10.0, Measurand.CAPACITANCE: 1e-3, Measurand.TEMPERATURE: 3310.0,
    Measurand.CONTINUITY: 1e3, Measurand.FREQUENCY: 1e6, Measurand.PERIOD: 1.0,
    Measurand.RATIO: 1e6,
}  # fmt: skip
MOST_COUNT = 1_000_000


def sense_commands(panel: Panel6500) -> Iterator[Command]:
    """Yield FUNCtion, COUNt and everything below the function nodes."""
    # An optional node may be there or not: both are names.
    names = {
        notation.replace("[:DC]", dc).replace("[:VOLTage]", volts): measurand
        for notation, measurand in FUNCTIONS.items()
        for dc in ("", ":DC")
        for volts in ("", ":VOLTage")
    }

    def choose(measurand: Measurand) -> None:
        panel.meter.measurand = measurand
        changed(panel)

    def count(value: Level) -> None:
        panel.settings.count = round(limited(value, 1, MOST_COUNT, 1))

    def counted(asked: Level | None) -> str:
        held = panel.settings.count
        return f"{held if asked is None else round(limited(asked, 1, MOST_COUNT, 1))}"

    yield Command(
        "[SENSe:]FUNCtion[:ON]", choose, lambda: NAMES[panel.meter.measurand],
        (Parameter(name_of(names)),),
    )  # fmt: skip
    yield Command("[SENSe:]COUNt", count, counted, (Parameter(number()),), ASKED)
    yield Command("[SENSe:]AZERo:ONCE", partial(_zero_once, panel))
    for notation, measurand in FUNCTIONS.items():
        at = FunctionNode(panel, f"[SENSe:]{notation}", measurand, partial(changed, panel), shown)
        yield from _function_commands(at)


def shown(value: float) -> str:
    """Return a setting as queries give it: 1, 0.01, 1E+07 (pymeasure's tests)."""
    return f"{value:G}"


def _zero_once(panel: Panel6500) -> None:
    """Refresh the zero and leave automatic zeros off."""
    panel.meter.setup.auto_zero = False
    changed(panel)


def _function_commands(at: Node6500) -> Iterator[Command]:
    measurand = at.measurand
    yield from at.reference(":RELative", MOST_REFERENCE[measurand])
    yield from at.averaging()
    yield _filter_kind_command(at)
    if measurand in RANGED:
        yield from _range_commands(at)
    if measurand in INTEGRATED:
        yield from _integration_commands(at)
        yield at.switch(":AZERo[:STATe]", "auto_zero")
    if measurand in AC:
        filters = sorted(at.panel.meter.specification.settling.filters)
        ends = (filters[0], filters[-1], filters[0])
        yield at.bandwidth(":DETector:BANDwidth", ends, filters[-1])
    if measurand in COUNTED:
        yield from _counter_commands(at)
    if measurand is Measurand.DC_VOLTAGE:
        yield _impedance_command(at)
    if measurand is Measurand.DIODE:
        yield _bias_command(at)


def _range_commands(at: Node6500) -> Iterator[Command]:
    ranges, unit = at.panel.meter.ranges(at.measurand), UNIT[at.measurand]

    def select(level: Level) -> float:
        wanted = limited(level, 0.0, ranges[-1], ranges[-1])
        return next((one for one in ranges if wanted <= one * (1 + 1e-9)), ranges[-1])

    yield at.level(":RANGe[:UPPer]", select, (ranges[0], ranges[-1], ranges[-1]), unit)
    yield at.switch(":RANGe:AUTO", "auto_range")


def _integration_commands(at: Node6500) -> Iterator[Command]:
    seconds = (FEWEST_CYCLES / LINE_HERTZ, MOST_CYCLES / LINE_HERTZ, 1.0 / LINE_HERTZ)

    def last(value: Level) -> None:
        at.setup().line_cycles = limited(value, *seconds) * LINE_HERTZ
        at.changed()

    lasting = at.answered(seconds, lambda: at.setup().line_cycles / LINE_HERTZ)
    yield at.number(":NPLCycles", "line_cycles", (FEWEST_CYCLES, MOST_CYCLES, DEFAULT_CYCLES))
    yield Command(f"{at.node}:APERture", last, lasting, (Parameter(number("S")),), ASKED)


def _filter_kind_command(at: Node6500) -> Command:
    place = f"{at.node}:TCON"

    def kind(name: str) -> None:
        # A hybrid filter moves along once it is full, as a moving one does.
        at.panel.settings.filters[at.measurand].repeats = name == "REP"
        at.panel.settings.words[place] = name
        at.changed()

    def kind_set() -> str:
        return at.panel.settings.words.get(place, "MOV")

    kinds = (Parameter(word("MOVing", "REPeat", "HYBRid")),)
    return Command(f"{at.node}:AVERage:TCONtrol", kind, kind_set, kinds)


def _counter_commands(at: Node6500) -> Iterator[Command]:
    ranges, gates = at.panel.meter.ranges(at.measurand), at.panel.meter.specification.gates
    volts = (ranges[0], ranges[-1], 10.0)

    def select(level: Level) -> float:
        wanted = limited(level, *volts)
        return next(one for one in ranges if wanted <= one)

    yield at.number(":APERture", "gate_seconds", (gates[0], gates[-1], 0.2), "S")
    yield at.level(":THReshold:RANGe", select, volts, "V")
    yield at.switch(":THReshold:RANGe:AUTO", "auto_range")


def _impedance_command(at: Node6500) -> Command:
    def impedance(name: str) -> None:
        at.setup().high_impedance = name == "AUTO"
        at.changed()

    def held() -> str:
        return "AUTO" if at.setup().high_impedance else "MOHM10"

    impedances = (Parameter(word("MOHM10", "AUTO")),)
    return Command(f"{at.node}:INPutimpedance", impedance, held, impedances)


def _bias_command(at: Node6500) -> Command:
    """Return the diode test's current: a resistance in its place is measured with 1 mA always."""

    def bias(value: Level) -> None:
        wanted = limited(value, 1e-5, 1e-2, 1e-3)
        if wanted not in (1e-5, 1e-4, 1e-3, 1e-2):
            raise ScpiError(-222)
        at.panel.settings.words["bias"] = shown(wanted)

    def held() -> str:
        return at.panel.settings.words.get("bias", "0.001")

    return Command(f"{at.node}:BIAS:LEVel", bias, held, (Parameter(number("A")),))
