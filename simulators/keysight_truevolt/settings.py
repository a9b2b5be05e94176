"""Commands of a Truevolt multimeter that set a function up: the SENSe subsystem."""

from collections.abc import Callable, Iterator
from functools import partial
from types import MappingProxyType

from simulators.keysight_truevolt.meter import AC, COUNTED, Setup, Truevolt
from simulators.keysight_truevolt.panel import TruevoltPanel
from simulators.keysight_truevolt.specification import FILTER_SECONDS, GATE_SECONDS, Measurand
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    boolean_or,
    number,
    quoted,
    spellings,
    string,
)

Level = float | Special

RANGE_UNIT = MappingProxyType({
    Measurand.DC_VOLTAGE: "V", Measurand.AC_VOLTAGE: "V", Measurand.DC_CURRENT: "A",
    Measurand.AC_CURRENT: "A", Measurand.RESISTANCE: "OHM", Measurand.RESISTANCE_4_WIRE: "OHM",
    Measurand.FREQUENCY: "HZ", Measurand.PERIOD: "S",
})  # fmt: skip
# [SENSe:] nodes of the functions that have ranges.
NODES = MappingProxyType({
    "VOLTage[:DC]": Measurand.DC_VOLTAGE, "VOLTage:AC": Measurand.AC_VOLTAGE,
    "CURRent[:DC]": Measurand.DC_CURRENT, "CURRent:AC": Measurand.AC_CURRENT,
    "RESistance": Measurand.RESISTANCE, "FRESistance": Measurand.RESISTANCE_4_WIRE,
})  # fmt: skip
FUNCTION_NAMES = MappingProxyType({
    "VOLTage": Measurand.DC_VOLTAGE, "VOLTage:DC": Measurand.DC_VOLTAGE,
    "VOLTage:AC": Measurand.AC_VOLTAGE, "CURRent": Measurand.DC_CURRENT,
    "CURRent:DC": Measurand.DC_CURRENT, "CURRent:AC": Measurand.AC_CURRENT,
    "RESistance": Measurand.RESISTANCE, "FRESistance": Measurand.RESISTANCE_4_WIRE,
    "FREQuency": Measurand.FREQUENCY, "PERiod": Measurand.PERIOD,
})  # fmt: skip
DEFAULT_LINE_CYCLES = 10.0
QUERY_LEVEL = Parameter(number(), required=False)


def setting_commands(panel: TruevoltPanel) -> Iterator[Command]:
    """Yield FUNCtion and everything below the function nodes."""
    yield Command(
        "[SENSe:]FUNCtion[:ON]",
        partial(_choose_function, panel),
        lambda: quoted(panel.meter.measurand.value),
        (Parameter(string),),
    )
    for node, measurand in NODES.items():
        unit = RANGE_UNIT[measurand]
        yield from _range_commands(panel, f"[SENSe:]{node}", measurand, unit)
        if measurand in AC:
            continue
        yield from _aperture_commands(panel, f"[SENSe:]{node}", measurand)
        yield from _zero_commands(panel, f"[SENSe:]{node}:ZERO:AUTO", (measurand,))
    # The counter's range is that of its input voltage (public clients of the family send it).
    yield from _range_commands(panel, "[SENSe:]FREQuency:VOLTage", Measurand.FREQUENCY, "V")
    yield from _range_commands(panel, "[SENSe:]PERiod:VOLTage", Measurand.PERIOD, "V")
    direct = tuple(one for one in NODES.values() if one not in AC)
    yield from _zero_commands(panel, "[SENSe:]ZERO:AUTO", direct)
    for node in ("[SENSe:]VOLTage[:DC]:IMPedance:AUTO", "INPut:IMPedance:AUTO"):
        yield from _impedance_commands(panel, node)
    yield from _alternating_commands(panel)


def choose_range(meter: Truevolt, measurand: Measurand, setup: Setup, level: Level) -> None:
    """Select the lowest range that holds the expected input `level`.

    Raises:
        ScpiError: −222 above the top range.
    """
    ranges = meter.ranges(measurand)
    if isinstance(level, Special):
        ends = {Special.MINIMUM: ranges[0], Special.MAXIMUM: ranges[-1]}
        if level is Special.DEFAULT:
            setup.auto_range = True
            return
        if level not in ends:
            raise ScpiError(-224)
        level = ends[level]
    fitting = [one for one in ranges if abs(level) <= one * (1 + 1e-9)]
    if not fitting:
        raise ScpiError(-222)
    setup.range_, setup.auto_range = fitting[0], False


def aperture_for(meter: Truevolt, setup: Setup, wanted: Level | None) -> float:
    """Return the shortest integration (power line cycles) that resolves `wanted`."""
    apertures = meter.model.apertures
    if wanted is None or wanted is Special.DEFAULT:
        return DEFAULT_LINE_CYCLES
    if isinstance(wanted, Special):
        ends = {Special.MINIMUM: max(apertures), Special.MAXIMUM: min(apertures)}
        if wanted not in ends:
            raise ScpiError(-224)
        return ends[wanted]
    fine = [
        n for n, part in sorted(apertures.items()) if part * setup.range_ <= wanted * (1 + 1e-9)
    ]
    if not fine:
        raise ScpiError(-222)
    return fine[0]


def resolution(meter: Truevolt) -> float:
    """Return the resolution (V, A or Ω; relative for frequency) of the present function."""
    setup = meter.setup
    if meter.measurand in COUNTED:
        return 1e-6 / setup.gate_seconds
    if meter.measurand in AC:
        return 1e-6 * setup.range_
    return meter.model.apertures[setup.line_cycles] * setup.range_


def _number_reply(value: float) -> str:
    return f"{value:+.8E}"


def _end(level: Level | None, present: float, ends: tuple[float, float, float]) -> str:
    """Return the present value, or the least, greatest or default one a query asks for."""
    asked = {
        None: present,
        Special.MINIMUM: ends[0],
        Special.MAXIMUM: ends[1],
        Special.DEFAULT: ends[2],
    }
    if level not in asked:
        raise ScpiError(-224)
    return _number_reply(asked[level])


def _choose_function(panel: TruevoltPanel, name: str) -> None:
    for notation, measurand in FUNCTION_NAMES.items():
        nodes = [spellings(node) for node in notation.split(":")]
        typed = name.strip().upper().split(":")
        if len(typed) == len(nodes) and all(a in b for a, b in zip(typed, nodes, strict=True)):
            panel.meter.measurand = measurand
            panel.acquisition.abort(panel.cursor)
            panel.acquisition.revise()
            return
    raise ScpiError(-224)


def _range_commands(
    panel: TruevoltPanel, node: str, measurand: Measurand, unit: str
) -> Iterator[Command]:
    meter = panel.meter
    ranges = meter.ranges(measurand)

    def select(level: Level) -> None:
        choose_range(meter, measurand, meter.setups[measurand], level)
        panel.acquisition.revise()

    def selected(level: Level | None) -> str:
        return _end(level, meter.setups[measurand].range_, (ranges[0], ranges[-1], ranges[0]))

    def automatic(choice: bool | str) -> None:
        # ONCE looks at the next reading and stays there; here it is as good as leaving AUTO on
        # until that reading, so the range is the one autoranging last found.
        meter.setups[measurand].auto_range = choice is True
        panel.acquisition.revise()

    level = Parameter(number(unit))
    yield Command(f"{node}:RANGe[:UPPer]", select, selected, (level,), (QUERY_LEVEL,))
    yield Command(
        f"{node}:RANGe:AUTO",
        automatic,
        lambda: f"{meter.setups[measurand].auto_range:d}",
        (Parameter(boolean_or("ONCE")),),
    )


def _aperture_commands(panel: TruevoltPanel, node: str, measurand: Measurand) -> Iterator[Command]:
    meter, apertures = panel.meter, panel.meter.model.apertures
    shortest, longest = min(apertures), max(apertures)

    def integrate(cycles: Level) -> None:
        words = {Special.MINIMUM: shortest, Special.MAXIMUM: longest, Special.DEFAULT: 10.0}
        wanted = words.get(cycles) if isinstance(cycles, Special) else cycles
        if wanted is None:
            raise ScpiError(-224)
        if not shortest * (1 - 1e-9) <= wanted <= longest:
            raise ScpiError(-222)
        # Other values are rounded up to the next one (from memory, unverified).
        meter.setups[measurand].line_cycles = next(n for n in sorted(apertures) if n >= wanted)
        panel.acquisition.revise()

    def cycles(level: Level | None) -> str:
        return _end(level, meter.setups[measurand].line_cycles, (shortest, longest, 10.0))

    def resolve(wanted: Level) -> None:
        setup = meter.setups[measurand]
        setup.line_cycles = aperture_for(meter, setup, wanted)
        panel.acquisition.revise()

    def resolved(level: Level | None) -> str:
        scale = meter.setups[measurand].range_
        present = apertures[meter.setups[measurand].line_cycles] * scale
        ends = (apertures[longest] * scale, apertures[shortest] * scale, apertures[10.0] * scale)
        return _end(level, present, ends)

    unit = Parameter(number(RANGE_UNIT[measurand]))
    yield Command(f"{node}:NPLCycles", integrate, cycles, (Parameter(number()),), (QUERY_LEVEL,))
    yield Command(f"{node}:RESolution", resolve, resolved, (unit,), (QUERY_LEVEL,))


def _zero_commands(
    panel: TruevoltPanel, node: str, measurands: tuple[Measurand, ...]
) -> Iterator[Command]:
    setups = panel.meter.setups

    def zero(choice: bool | str) -> None:
        for measurand in measurands:
            setups[measurand].auto_zero = choice is True  # ONCE leaves it off
        panel.acquisition.revise()

    yield Command(
        node,
        zero,
        lambda: f"{setups[measurands[0]].auto_zero:d}",
        (Parameter(boolean_or("ONCE")),),
    )


def _impedance_commands(panel: TruevoltPanel, node: str) -> Iterator[Command]:
    setups = panel.meter.setups

    def impedance(on: bool) -> None:
        setups[Measurand.DC_VOLTAGE].high_impedance = on
        panel.acquisition.revise()

    def high() -> str:
        return f"{setups[Measurand.DC_VOLTAGE].high_impedance:d}"

    yield Command(node, impedance, high, (Parameter(boolean),))


def _stepped(
    panel: TruevoltPanel,
    steps: tuple[float, ...],
    measurands: tuple[Measurand, ...],
    change: Callable[[Setup, float], None],
) -> Callable[[Level], None]:
    """Return a setter that takes the nearest step at or below the value it is given."""

    def tell(value: Level) -> None:
        words = {Special.MINIMUM: steps[0], Special.MAXIMUM: steps[-1], Special.DEFAULT: steps[1]}
        wanted = words.get(value) if isinstance(value, Special) else value
        if wanted is None:
            raise ScpiError(-224)
        if not steps[0] <= wanted:
            raise ScpiError(-222)
        for measurand in measurands:
            change(panel.meter.setups[measurand], max(step for step in steps if step <= wanted))
        panel.acquisition.revise()

    return tell


def _alternating_commands(panel: TruevoltPanel) -> Iterator[Command]:
    setups, filters = panel.meter.setups, tuple(sorted(FILTER_SECONDS))

    def filter_(setup: Setup, hertz: float) -> None:
        setup.filter_hertz = hertz

    def gate(setup: Setup, seconds: float) -> None:
        setup.gate_seconds = seconds

    def bandwidth(measurand: Measurand, level: Level | None) -> str:
        return _end(level, setups[measurand].filter_hertz, (filters[0], filters[-1], filters[1]))

    def gated(level: Level | None) -> str:
        present = setups[Measurand.FREQUENCY].gate_seconds
        return _end(level, present, (GATE_SECONDS[0], GATE_SECONDS[-1], GATE_SECONDS[1]))

    hertz, seconds = (Parameter(number("HZ")),), (Parameter(number("S")),)
    everything = (*AC, *COUNTED)
    for node, measurands in (
        ("[SENSe:]DETector:BANDwidth", everything),
        ("[SENSe:]VOLTage:AC:BANDwidth", (Measurand.AC_VOLTAGE, *COUNTED)),
        ("[SENSe:]CURRent:AC:BANDwidth", (Measurand.AC_CURRENT,)),
    ):
        tell = _stepped(panel, filters, measurands, filter_)
        yield Command(node, tell, partial(bandwidth, measurands[0]), hertz, (QUERY_LEVEL,))
    for node in ("[SENSe:]FREQuency:APERture", "[SENSe:]PERiod:APERture"):
        tell = _stepped(panel, GATE_SECONDS, COUNTED, gate)
        yield Command(node, tell, gated, seconds, (QUERY_LEVEL,))
