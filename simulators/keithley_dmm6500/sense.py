"""Commands of the DMM6500 that set functions up: the SENSe subsystem.

Limits as in pymeasure/pymeasure (keithleyDMM6500.py); on a 50 Hz line the longest integration is
12 power line cycles.
"""

from collections.abc import Callable, Iterator
from functools import partial

from simulators.keithley_dmm6500.state import FUNCTIONS, NAMES, Panel6500, changed
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    limited,
    name_of,
    number,
    word,
)
from simulators.multimeter.averaging import reference_from_reading
from simulators.multimeter.specification import AC, COUNTED, FIXED, LINE_HERTZ, Measurand

Level = float | Special
Handler = Callable[[Level | None], str]
ASKED = (Parameter(number(), required=False),)
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
MOST_FILTERED, MOST_COUNT = 100, 1_000_000


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
        yield from _function_commands(panel, f"[SENSe:]{notation}", measurand)


def shown(value: float) -> str:
    """Return a setting as queries give it: 1, 0.01, 1E+07 (pymeasure's tests)."""
    return f"{value:G}"


def _zero_once(panel: Panel6500) -> None:
    """Refresh the zero and leave automatic zeros off."""
    panel.meter.setup.auto_zero = False
    changed(panel)


def _function_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    yield from _reference_commands(panel, node, measurand)
    yield from _filter_commands(panel, node, measurand)
    if measurand in RANGED:
        yield from _range_commands(panel, node, measurand)
    if measurand in INTEGRATED:
        yield from _integration_commands(panel, node, measurand)
        yield _switch(panel, f"{node}:AZERo[:STATe]", measurand)
    if measurand in AC:
        yield from _bandwidth_commands(panel, node, measurand)
    if measurand in COUNTED:
        yield from _counter_commands(panel, node, measurand)
    if measurand is Measurand.DC_VOLTAGE:
        yield from _impedance_commands(panel, node)
    if measurand is Measurand.DIODE:
        yield from _bias_commands(panel, node)


def _answered(ends: tuple[float, float, float], present: Callable[[], float]) -> Handler:
    def answer(asked: Level | None) -> str:
        return shown(present() if asked is None else limited(asked, *ends))

    return answer


def _range_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    setups, ranges = panel.meter.setups, panel.meter.ranges(measurand)
    ends = (ranges[0], ranges[-1], ranges[-1])

    def select(level: Level) -> None:
        wanted = limited(level, 0.0, ranges[-1], ranges[-1])
        setup = setups[measurand]
        setup.range_ = next((one for one in ranges if wanted <= one * (1 + 1e-9)), ranges[-1])
        setup.auto_range = False
        changed(panel)

    def automatic(on: bool) -> None:
        setups[measurand].auto_range = on
        changed(panel)

    def is_automatic() -> str:
        return f"{setups[measurand].auto_range:d}"

    held = _answered(ends, lambda: setups[measurand].range_)
    unit = (Parameter(number(UNIT[measurand])),)
    yield Command(f"{node}:RANGe[:UPPer]", select, held, unit, ASKED)
    yield Command(f"{node}:RANGe:AUTO", automatic, is_automatic, (Parameter(boolean),))


def _integration_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    setups = panel.meter.setups
    cycles = (FEWEST_CYCLES, MOST_CYCLES, DEFAULT_CYCLES)
    seconds = (FEWEST_CYCLES / LINE_HERTZ, MOST_CYCLES / LINE_HERTZ, 1.0 / LINE_HERTZ)

    def integrate(value: Level) -> None:
        setups[measurand].line_cycles = limited(value, *cycles)
        changed(panel)

    def last(value: Level) -> None:
        setups[measurand].line_cycles = limited(value, *seconds) * LINE_HERTZ
        changed(panel)

    held = _answered(cycles, lambda: setups[measurand].line_cycles)
    lasting = _answered(seconds, lambda: setups[measurand].line_cycles / LINE_HERTZ)
    yield Command(f"{node}:NPLCycles", integrate, held, (Parameter(number()),), ASKED)
    yield Command(f"{node}:APERture", last, lasting, (Parameter(number("S")),), ASKED)


def _switch(panel: Panel6500, node: str, measurand: Measurand) -> Command:
    setups = panel.meter.setups

    def zero(on: bool) -> None:
        setups[measurand].auto_zero = on
        changed(panel)

    def zeroed() -> str:
        return f"{setups[measurand].auto_zero:d}"

    return Command(node, zero, zeroed, (Parameter(boolean),))


def _reference_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    setups, most = panel.meter.setups, MOST_REFERENCE[measurand]

    def reference(value: Level) -> None:
        setups[measurand].reference = limited(value, -most, most, 0.0)
        changed(panel)

    def switch(on: bool) -> None:
        setups[measurand].referenced = on
        changed(panel)

    def acquire() -> None:
        reference_from_reading(panel, measurand, most)
        changed(panel)

    def switched() -> str:
        return f"{setups[measurand].referenced:d}"

    held = _answered((-most, most, 0.0), lambda: setups[measurand].reference)
    yield Command(f"{node}:RELative", reference, held, (Parameter(number()),), ASKED)
    yield Command(f"{node}:RELative:STATe", switch, switched, (Parameter(boolean),))
    yield Command(f"{node}:RELative:ACQuire", acquire)


def _filter_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    def switch(on: bool) -> None:
        panel.settings.filters[measurand].on = on
        changed(panel)

    def kind(name: str) -> None:
        # A hybrid filter moves along once it is full, as a moving one does.
        panel.settings.filters[measurand].repeats = name == "REP"
        panel.settings.words[f"{node}:TCON"] = name
        changed(panel)

    def kind_set() -> str:
        return panel.settings.words.get(f"{node}:TCON", "MOV")

    def count(value: Level) -> None:
        panel.settings.filters[measurand].count = round(limited(value, 1, MOST_FILTERED, 10))
        changed(panel)

    def counted(asked: Level | None) -> str:
        held = panel.settings.filters[measurand].count
        return f"{held if asked is None else round(limited(asked, 1, MOST_FILTERED, 10))}"

    def switched() -> str:
        return f"{panel.settings.filters[measurand].on:d}"

    kinds = (Parameter(word("MOVing", "REPeat", "HYBRid")),)
    yield Command(f"{node}:AVERage[:STATe]", switch, switched, (Parameter(boolean),))
    yield Command(f"{node}:AVERage:TCONtrol", kind, kind_set, kinds)
    yield Command(f"{node}:AVERage:COUNt", count, counted, (Parameter(number()),), ASKED)


def _bandwidth_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    setups = panel.meter.setups
    filters = sorted(panel.meter.specification.settling.filters)
    ends = (filters[0], filters[-1], filters[0])

    def filter_(hertz: Level) -> None:
        wanted = limited(hertz, *ends)
        setups[measurand].filter_hertz = max(one for one in filters if one <= wanted)
        changed(panel)

    held = _answered(ends, lambda: setups[measurand].filter_hertz)
    hertz = (Parameter(number("HZ")),)
    yield Command(f"{node}:DETector:BANDwidth", filter_, held, hertz, ASKED)


def _counter_commands(panel: Panel6500, node: str, measurand: Measurand) -> Iterator[Command]:
    setups, ranges = panel.meter.setups, panel.meter.ranges(measurand)
    gates = panel.meter.specification.gates
    seconds, volts = (gates[0], gates[-1], 0.2), (ranges[0], ranges[-1], 10.0)

    def gate(value: Level) -> None:
        setups[measurand].gate_seconds = limited(value, *seconds)
        changed(panel)

    def threshold(value: Level) -> None:
        wanted = limited(value, *volts)
        setups[measurand].range_ = next(one for one in ranges if wanted <= one)
        setups[measurand].auto_range = False
        changed(panel)

    def automatic(on: bool) -> None:
        setups[measurand].auto_range = on
        changed(panel)

    def is_automatic() -> str:
        return f"{setups[measurand].auto_range:d}"

    gated = _answered(seconds, lambda: setups[measurand].gate_seconds)
    held = _answered(volts, lambda: setups[measurand].range_)
    limit = (Parameter(number("V")),)
    yield Command(f"{node}:APERture", gate, gated, (Parameter(number("S")),), ASKED)
    yield Command(f"{node}:THReshold:RANGe", threshold, held, limit, ASKED)
    yield Command(f"{node}:THReshold:RANGe:AUTO", automatic, is_automatic, (Parameter(boolean),))


def _impedance_commands(panel: Panel6500, node: str) -> Iterator[Command]:
    setups = panel.meter.setups

    def impedance(name: str) -> None:
        setups[Measurand.DC_VOLTAGE].high_impedance = name == "AUTO"
        changed(panel)

    def held() -> str:
        return "AUTO" if setups[Measurand.DC_VOLTAGE].high_impedance else "MOHM10"

    yield Command(f"{node}:INPutimpedance", impedance, held, (Parameter(word("MOHM10", "AUTO")),))


def _bias_commands(panel: Panel6500, node: str) -> Iterator[Command]:
    """Yield the diode test's current: a resistance in its place is measured with 1 mA always."""

    def bias(value: Level) -> None:
        wanted = limited(value, 1e-5, 1e-2, 1e-3)
        if wanted not in (1e-5, 1e-4, 1e-3, 1e-2):
            raise ScpiError(-222)
        panel.settings.words["bias"] = shown(wanted)

    def held() -> str:
        return panel.settings.words.get("bias", "0.001")

    yield Command(f"{node}:BIAS:LEVel", bias, held, (Parameter(number("A")),))
