"""Commands of the Keithley 2000 that set functions up: the SENSe subsystem."""

from collections.abc import Iterator
from functools import partial

from simulators.keithley_2000.reading import FUNCTIONS
from simulators.keithley_2000.state import FILTERED, Panel2000, Settings, changed
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import limited, name_of, number, quoted, word
from simulators.multimeter.function_node import ASKED, FunctionNode, Level
from simulators.multimeter.specification import AC, COUNTED, FIXED, Measurand

Node2000 = FunctionNode[Settings]
DIGITS = (4, 7)
RANGED = tuple(one for one in FUNCTIONS.values() if one not in (*FIXED, *COUNTED))
UNIT = {
    Measurand.DC_VOLTAGE: "V", Measurand.AC_VOLTAGE: "V", Measurand.DC_CURRENT: "A",
    Measurand.AC_CURRENT: "A", Measurand.RESISTANCE: "OHM", Measurand.RESISTANCE_4_WIRE: "OHM",
    Measurand.FREQUENCY: "HZ", Measurand.PERIOD: "S", Measurand.TEMPERATURE: "CEL",
}  # fmt: skip
# Greatest reference of each function (pymeasure/pymeasure, keithley2000.py).
MOST_REFERENCE = {
    Measurand.DC_VOLTAGE: 1010.0, Measurand.AC_VOLTAGE: 757.5, Measurand.DC_CURRENT: 3.1,
    Measurand.AC_CURRENT: 3.1, Measurand.RESISTANCE: 120e6, Measurand.RESISTANCE_4_WIRE: 120e6,
    Measurand.FREQUENCY: 15e6, Measurand.PERIOD: 1.0, Measurand.TEMPERATURE: 1372.0,
}  # fmt: skip


def sense_commands(panel: Panel2000) -> Iterator[Command]:
    """Yield FUNCtion and everything below the function nodes."""
    names = {
        notation.replace("[:DC]", dc): measurand
        for notation, measurand in FUNCTIONS.items()
        for dc in ("", ":DC")
    }

    def choose(measurand: Measurand) -> None:
        panel.meter.measurand = measurand
        changed(panel)

    def chosen() -> str:
        return quoted(panel.habits.names[panel.meter.measurand])

    yield Command("[SENSe:]FUNCtion", choose, chosen, (Parameter(name_of(names)),))
    for notation, measurand in FUNCTIONS.items():
        at = FunctionNode(panel, f"[SENSe:]{notation}", measurand, partial(changed, panel), shown)
        yield from _function_commands(at)
    yield from _special_commands()


def shown(value: float) -> str:
    """Return a setting as queries give it (form from memory, unverified)."""
    return f"{value:.7g}".upper()


def _function_commands(at: Node2000) -> Iterator[Command]:
    measurand = at.measurand
    if measurand in RANGED:
        yield from _range_commands(at)
    if measurand in UNIT:
        yield _digit_command(at)
        yield from at.reference(":REFerence", MOST_REFERENCE[measurand], UNIT[measurand])
    if measurand in FILTERED:
        yield from at.averaging()
        yield _filter_kind_command(at)
        yield at.number(":NPLCycles", "line_cycles", (0.01, 10.0, 1.0))
    if measurand in AC:
        filters = sorted(at.panel.meter.specification.settling.filters)
        ends = (filters[0], filters[-1], 30.0)
        yield at.bandwidth(":DETector:BANDwidth[:LOWer]", ends, 300e3)
    if measurand in COUNTED:
        yield from _counter_commands(at)


def _range_commands(at: Node2000) -> Iterator[Command]:
    ranges, unit = at.panel.meter.ranges(at.measurand), UNIT[at.measurand]
    top = at.panel.meter.specification.top(at.measurand, ranges[-1])

    def select(level: Level) -> float:
        expected = abs(limited(level, -top, top, ranges[-1]))
        return next((one for one in ranges if expected <= one * (1 + 1e-9)), ranges[-1])

    yield at.level(":RANGe[:UPPer]", select, (0.0, top, ranges[-1]), unit)
    yield at.switch(":RANGe:AUTO", "auto_range")


def _digit_command(at: Node2000) -> Command:
    panel = at.panel

    def digits(value: Level) -> None:
        panel.settings.digits[at.measurand] = round(limited(value, *DIGITS, 7))
        at.changed()

    def present(asked: Level | None) -> str:
        held = panel.settings.digits.get(at.measurand, 7)
        return f"{held if asked is None else round(limited(asked, *DIGITS, 7))}"

    return Command(f"{at.node}:DIGits", digits, present, (Parameter(number()),), ASKED)


def _filter_kind_command(at: Node2000) -> Command:
    panel = at.panel

    def kind(name: str) -> None:
        panel.settings.filters[at.measurand].repeats = name == "REP"
        at.changed()

    def kind_set() -> str:
        return "REP" if panel.settings.filters[at.measurand].repeats else "MOV"

    kinds = (Parameter(word("MOVing", "REPeat")),)
    return Command(f"{at.node}:AVERage:TCONtrol", kind, kind_set, kinds)


def _counter_commands(at: Node2000) -> Iterator[Command]:
    ranges = at.panel.meter.ranges(at.measurand)
    gates, volts = at.panel.meter.specification.gates, (0.0, 1010.0, 10.0)

    def select(level: Level) -> float:
        expected = limited(level, *volts)
        return next((one for one in ranges if expected <= one), ranges[-1])

    yield at.number(":APERture", "gate_seconds", (gates[0], gates[-1], 1.0), "S")
    yield at.level(":THReshold:VOLTage:RANGe", select, volts, "V")


def _special_commands() -> Iterator[Command]:
    """Yield settings of temperature, continuity and diode that nothing in this world depends on."""
    held = {"ohms": 10.0, "amperes": 1e-3}

    def type_(letter: str) -> None:
        if letter != "J":
            raise ScpiError(-224)  # the other types are not simulated

    def ohms(value: Level) -> None:
        held["ohms"] = limited(value, 1, 1000, 10)

    def amperes(value: Level) -> None:
        held["amperes"] = limited(value, 0.0, 1e-3, 1e-3)

    types, numeric = (Parameter(word("J", "K", "T")),), (Parameter(number()),)
    yield Command("[SENSe:]TEMPerature:TCouple:TYPE", type_, lambda: "J", types)
    yield Command("[SENSe:]CONTinuity:THReshold", ohms, lambda: shown(held["ohms"]), numeric)
    node = "[SENSe:]DIODe:CURRent:RANGe[:UPPer]"
    yield Command(node, amperes, lambda: shown(held["amperes"]), numeric)
