"""Commands of the Keithley 2000 that set functions up: the SENSe subsystem."""

from collections.abc import Callable, Iterator

from simulators.keithley_2000.reading import FUNCTIONS
from simulators.keithley_2000.state import FILTERED, Panel2000, changed
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    limited,
    name_of,
    number,
    quoted,
    word,
)
from simulators.multimeter.averaging import reference_from_reading
from simulators.multimeter.specification import AC, COUNTED, FIXED, Measurand

Level = float | Special
Handler = Callable[[Level | None], str]
ASKED = (Parameter(number(), required=False),)
MOST_FILTERED = 100
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
        node = f"[SENSe:]{notation}"
        if measurand in RANGED:
            yield from _range_commands(panel, node, measurand)
        if measurand in UNIT:
            yield from _digit_commands(panel, node, measurand)
            yield from _reference_commands(panel, node, measurand)
        if measurand in FILTERED:
            yield from _filter_commands(panel, node, measurand)
            yield from _integration_commands(panel, node, measurand)
        if measurand in AC:
            yield from _bandwidth_commands(panel, node, measurand)
        if measurand in COUNTED:
            yield from _counter_commands(panel, node, measurand)
    yield from _special_commands()


def shown(value: float) -> str:
    """Return a setting as queries give it (form from memory, unverified)."""
    return f"{value:.7g}".upper()


def answered(ends: tuple[float, float, float], present: Callable[[], float]) -> Handler:
    """Return a query of a number that also tells its least, greatest and default value."""

    def answer(asked: Level | None) -> str:
        return shown(present() if asked is None else limited(asked, *ends))

    return answer


def _range_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    setups, ranges = panel.meter.setups, panel.meter.ranges(measurand)
    top = panel.meter.specification.top(measurand, ranges[-1])
    ends = (0.0, top, ranges[-1])

    def select(level: Level) -> None:
        expected = abs(limited(level, -top, top, ranges[-1]))
        setup = setups[measurand]
        setup.range_ = next((one for one in ranges if expected <= one * (1 + 1e-9)), ranges[-1])
        setup.auto_range = False
        changed(panel)

    def automatic(on: bool) -> None:
        setups[measurand].auto_range = on
        changed(panel)

    def is_automatic() -> str:
        return f"{setups[measurand].auto_range:d}"

    selected = answered(ends, lambda: setups[measurand].range_)
    level = (Parameter(number(UNIT[measurand])),)
    yield Command(f"{node}:RANGe[:UPPer]", select, selected, level, ASKED)
    yield Command(f"{node}:RANGe:AUTO", automatic, is_automatic, (Parameter(boolean),))


def _digit_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    def digits(value: Level) -> None:
        panel.settings.digits[measurand] = round(limited(value, *DIGITS, 7))
        changed(panel)

    def present(asked: Level | None) -> str:
        held = panel.settings.digits.get(measurand, 7)
        return f"{held if asked is None else round(limited(asked, *DIGITS, 7))}"

    yield Command(f"{node}:DIGits", digits, present, (Parameter(number()),), ASKED)


def _reference_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    setups, most = panel.meter.setups, MOST_REFERENCE[measurand]

    def reference(value: Level) -> None:
        setups[measurand].reference = limited(value, -most, most, 0.0)
        changed(panel)

    def switch(on: bool) -> None:
        setups[measurand].referenced = on
        changed(panel)

    def acquire() -> None:
        """Take the present reading for the reference."""
        reference_from_reading(panel, measurand, most)
        changed(panel)

    held = answered((-most, most, 0.0), lambda: setups[measurand].reference)
    unit = (Parameter(number(UNIT[measurand])),)

    def switched() -> str:
        return f"{setups[measurand].referenced:d}"

    yield Command(f"{node}:REFerence", reference, held, unit, ASKED)
    yield Command(f"{node}:REFerence:STATe", switch, switched, (Parameter(boolean),))
    yield Command(f"{node}:REFerence:ACQuire", acquire)


def _filter_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    def switch(on: bool) -> None:
        panel.settings.filters[measurand].on = on
        changed(panel)

    def kind(name: str) -> None:
        panel.settings.filters[measurand].repeats = name == "REP"
        changed(panel)

    def count(value: Level) -> None:
        panel.settings.filters[measurand].count = round(limited(value, 1, MOST_FILTERED, 10))
        changed(panel)

    def switched() -> str:
        return f"{panel.settings.filters[measurand].on:d}"

    def kind_set() -> str:
        return "REP" if panel.settings.filters[measurand].repeats else "MOV"

    def counted(asked: Level | None) -> str:
        held = panel.settings.filters[measurand].count
        return f"{held if asked is None else round(limited(asked, 1, MOST_FILTERED, 10))}"

    kinds = (Parameter(word("MOVing", "REPeat")),)
    yield Command(f"{node}:AVERage[:STATe]", switch, switched, (Parameter(boolean),))
    yield Command(f"{node}:AVERage:TCONtrol", kind, kind_set, kinds)
    yield Command(f"{node}:AVERage:COUNt", count, counted, (Parameter(number()),), ASKED)


def _integration_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    setups = panel.meter.setups
    ends = (0.01, 10.0, 1.0)

    def integrate(cycles: Level) -> None:
        setups[measurand].line_cycles = limited(cycles, *ends)
        changed(panel)

    held = answered(ends, lambda: setups[measurand].line_cycles)
    yield Command(f"{node}:NPLCycles", integrate, held, (Parameter(number()),), ASKED)


def _bandwidth_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    setups = panel.meter.setups
    filters = sorted(panel.meter.specification.settling.filters)

    def filter_(hertz: Level) -> None:
        wanted = limited(hertz, filters[0], 300e3, 30.0)
        setups[measurand].filter_hertz = max(one for one in filters if one <= wanted)
        changed(panel)

    held = answered((filters[0], filters[-1], 30.0), lambda: setups[measurand].filter_hertz)
    hertz = (Parameter(number("HZ")),)
    yield Command(f"{node}:DETector:BANDwidth[:LOWer]", filter_, held, hertz, ASKED)


def _counter_commands(panel: Panel2000, node: str, measurand: Measurand) -> Iterator[Command]:
    setups, ranges = panel.meter.setups, panel.meter.ranges(measurand)
    gates = panel.meter.specification.gates

    def gate(seconds: Level) -> None:
        setups[measurand].gate_seconds = limited(seconds, gates[0], gates[-1], 1.0)
        changed(panel)

    def threshold(level: Level) -> None:
        expected = limited(level, 0.0, 1010.0, 10.0)
        setup = setups[measurand]
        setup.range_ = next((one for one in ranges if expected <= one), ranges[-1])
        setup.auto_range = False
        changed(panel)

    gated = answered((gates[0], gates[-1], 1.0), lambda: setups[measurand].gate_seconds)
    held = answered((0.0, 1010.0, 10.0), lambda: setups[measurand].range_)
    yield Command(f"{node}:APERture", gate, gated, (Parameter(number("S")),), ASKED)
    volts = (Parameter(number("V")),)
    yield Command(f"{node}:THReshold:VOLTage:RANGe", threshold, held, volts, ASKED)


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
