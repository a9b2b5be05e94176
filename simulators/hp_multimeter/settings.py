"""Commands that set a function up: the SENSe subsystem."""

from collections.abc import Callable, Iterator
from functools import partial
from types import MappingProxyType

from simulators.hp_multimeter.dialect import Dialect, Feature, HpPanel
from simulators.hp_multimeter.ranging import (
    AC_RESOLUTION,
    RANGE_UNIT,
    aperture_for,
    choose_range,
)
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    boolean_or,
    limited,
    name_of,
    number,
    quoted,
)
from simulators.multimeter.setup import Setup
from simulators.multimeter.specification import AC, COUNTED, LINE_HERTZ, Measurand

Level = float | Special

# [SENSe:] nodes of the functions that have ranges.
NODES = MappingProxyType({
    "VOLTage[:DC]": Measurand.DC_VOLTAGE, "VOLTage:AC": Measurand.AC_VOLTAGE,
    "CURRent[:DC]": Measurand.DC_CURRENT, "CURRent:AC": Measurand.AC_CURRENT,
    "RESistance": Measurand.RESISTANCE, "FRESistance": Measurand.RESISTANCE_4_WIRE,
})  # fmt: skip
COUNTER_NODES = MappingProxyType({
    "FREQuency": Measurand.FREQUENCY, "PERiod": Measurand.PERIOD,
})  # fmt: skip
LONGEST_APERTURE_CYCLES = 100.0
MOST_NULL = 1.2e9  # from memory, unverified
QUERY_LEVEL = Parameter(number(), required=False)


def setting_commands(panel: HpPanel, dialect: Dialect) -> Iterator[Command]:
    """Yield FUNCtion and everything below the function nodes."""
    if panel.meter.specification.capacitance:
        yield from _range_commands(
            panel, "[SENSe:]CAPacitance", Measurand.CAPACITANCE, RANGE_UNIT[Measurand.CAPACITANCE]
        )
    function = Parameter(name_of(function_names(dialect)))
    yield Command(
        "[SENSe:]FUNCtion[:ON]",
        partial(_choose_function, panel),
        lambda: quoted(panel.habits.names[panel.meter.measurand]),
        (function,),
    )
    for node, measurand in NODES.items():
        unit = RANGE_UNIT[measurand]
        yield from _range_commands(panel, f"[SENSe:]{node}", measurand, unit)
        if measurand in AC:
            yield from _fixed_resolution(panel, f"[SENSe:]{node}", measurand)
            continue
        yield from _aperture_commands(panel, f"[SENSe:]{node}", measurand)
        yield from _resolution_commands(panel, f"[SENSe:]{node}", measurand)
        yield from _zero_commands(panel, f"[SENSe:]{node}:ZERO:AUTO", (measurand,))
    for node, measurand in dialect.functions.items():
        if measurand in (Measurand.TEMPERATURE, Measurand.TEMPERATURE_4_WIRE):
            yield from _aperture_commands(panel, f"[SENSe:]{node}", measurand)
    if dialect.has(Feature.NULL):
        for node, measurand in (*NODES.items(), *COUNTER_NODES.items()):
            yield from _null_commands(panel, f"[SENSe:]{node}:NULL", measurand)
    if dialect.has(Feature.DIGITIZING):
        for node, measurand in NODES.items():
            if measurand not in AC:
                yield from _time_commands(panel, f"[SENSe:]{node}:APERture", measurand)
    # The counter's range is that of its input voltage (public clients of the family send it).
    yield from _range_commands(panel, "[SENSe:]FREQuency:VOLTage", Measurand.FREQUENCY, "V")
    yield from _range_commands(panel, "[SENSe:]PERiod:VOLTage", Measurand.PERIOD, "V")
    direct = tuple(one for one in NODES.values() if one not in AC)
    yield from _zero_commands(panel, "[SENSe:]ZERO:AUTO", direct)
    for node in ("[SENSe:]VOLTage[:DC]:IMPedance:AUTO", "INPut:IMPedance:AUTO"):
        yield from _impedance_commands(panel, node)
    yield from _alternating_commands(panel)


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


def _choose_function(panel: HpPanel, measurand: Measurand) -> None:
    panel.meter.measurand = measurand
    panel.acquisition.abort(panel.cursor)
    panel.acquisition.revise()


def function_names(dialect: Dialect) -> dict[str, Measurand]:
    """Return the spelt-out names in FUNCtion: the ratio leaves the DC away."""
    names: dict[str, Measurand] = {}
    for notation, measurand in dialect.functions.items():
        names[notation.replace("[:DC]", "")] = measurand
        names[notation.replace("[:DC]", ":DC")] = measurand
    if dialect.has(Feature.PROBES):
        names["TEMPerature"] = Measurand.TEMPERATURE_4_WIRE
    return names


def _range_commands(
    panel: HpPanel, node: str, measurand: Measurand, unit: str
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


def _aperture_commands(panel: HpPanel, node: str, measurand: Measurand) -> Iterator[Command]:
    meter, apertures = panel.meter, panel.meter.specification.resolutions
    shortest, longest = min(apertures), max(apertures)
    usual = meter.specification.line_cycles

    def integrate(cycles: Level) -> None:
        words = {Special.MINIMUM: shortest, Special.MAXIMUM: longest, Special.DEFAULT: usual}
        wanted = words.get(cycles) if isinstance(cycles, Special) else cycles
        if wanted is None:
            raise ScpiError(-224)
        if not shortest * (1 - 1e-9) <= wanted <= longest:
            raise ScpiError(-222)
        # Other values are rounded up to the next one (from memory, unverified).
        meter.setups[measurand].line_cycles = next(n for n in sorted(apertures) if n >= wanted)
        panel.acquisition.revise()

    def cycles(level: Level | None) -> str:
        return _end(level, meter.setups[measurand].line_cycles, (shortest, longest, usual))

    yield Command(f"{node}:NPLCycles", integrate, cycles, (Parameter(number()),), (QUERY_LEVEL,))


def _resolution_commands(panel: HpPanel, node: str, measurand: Measurand) -> Iterator[Command]:
    meter, apertures = panel.meter, panel.meter.specification.resolutions
    shortest, longest = min(apertures), max(apertures)
    usual = meter.specification.line_cycles

    def resolve(wanted: Level) -> None:
        setup = meter.setups[measurand]
        if setup.auto_range:
            raise ScpiError(-221)
        setup.line_cycles = aperture_for(meter, setup, wanted)
        panel.acquisition.revise()

    def resolved(level: Level | None) -> str:
        scale = meter.setups[measurand].range_
        present = meter.specification.resolution(meter.setups[measurand].line_cycles) * scale
        ends = (apertures[longest] * scale, apertures[shortest] * scale, apertures[usual] * scale)
        return _end(level, present, ends)

    unit = Parameter(number(RANGE_UNIT[measurand]))
    yield Command(f"{node}:RESolution", resolve, resolved, (unit,), (QUERY_LEVEL,))


def _fixed_resolution(panel: HpPanel, node: str, measurand: Measurand) -> Iterator[Command]:
    """Yield the resolution of an ac function: it only shortens what the display shows."""

    def resolve(wanted: Level) -> None:
        if panel.meter.setups[measurand].auto_range:
            raise ScpiError(-221)

    def resolved(level: Level | None) -> str:
        return _number_reply(AC_RESOLUTION * panel.meter.setups[measurand].range_)

    unit = Parameter(number(RANGE_UNIT[measurand]))
    yield Command(f"{node}:RESolution", resolve, resolved, (unit,), (QUERY_LEVEL,))


def _time_commands(panel: HpPanel, node: str, measurand: Measurand) -> Iterator[Command]:
    """Yield the integration time in seconds (34465A and 34470A)."""
    meter = panel.meter
    shortest = min(meter.specification.resolutions) / LINE_HERTZ
    longest = LONGEST_APERTURE_CYCLES / LINE_HERTZ

    def integrate(seconds: Level) -> None:
        wanted = limited(seconds, shortest, longest, meter.specification.line_cycles / LINE_HERTZ)
        meter.setups[measurand].line_cycles = wanted * LINE_HERTZ
        panel.settings.aperture_enabled = True
        panel.acquisition.revise()

    def integrated(level: Level | None) -> str:
        present = meter.setups[measurand].line_cycles / LINE_HERTZ
        usual = meter.specification.line_cycles / LINE_HERTZ
        return _end(level, present, (shortest, longest, usual))

    def enable(on: bool) -> None:
        panel.settings.aperture_enabled = on

    def enabled() -> str:
        return f"{panel.settings.aperture_enabled:d}"

    yield Command(node, integrate, integrated, (Parameter(number("S")),), (QUERY_LEVEL,))
    yield Command(f"{node}:ENABled", enable, enabled, (Parameter(boolean),))


def _null_commands(panel: HpPanel, node: str, measurand: Measurand) -> Iterator[Command]:
    setups = panel.meter.setups

    def switch(on: bool) -> None:
        setups[measurand].referenced = on
        panel.acquisition.revise()

    def value(level: Level) -> None:
        wanted = limited(level, -MOST_NULL, MOST_NULL, 0.0)
        setups[measurand].reference, setups[measurand].referenced = wanted, True
        panel.acquisition.revise()

    def switched() -> str:
        return f"{setups[measurand].referenced:d}"

    def held(level: Level | None) -> str:
        return _end(level, setups[measurand].reference, (-MOST_NULL, MOST_NULL, 0.0))

    unit = Parameter(number(RANGE_UNIT[measurand]))
    yield Command(f"{node}[:STATe]", switch, switched, (Parameter(boolean),))
    yield Command(f"{node}:VALue", value, held, (unit,), (QUERY_LEVEL,))


def _zero_commands(
    panel: HpPanel, node: str, measurands: tuple[Measurand, ...]
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


def _impedance_commands(panel: HpPanel, node: str) -> Iterator[Command]:
    setups = panel.meter.setups

    def impedance(on: bool) -> None:
        setups[Measurand.DC_VOLTAGE].high_impedance = on
        panel.acquisition.revise()

    def high() -> str:
        return f"{setups[Measurand.DC_VOLTAGE].high_impedance:d}"

    yield Command(node, impedance, high, (Parameter(boolean),))


def _stepped(
    panel: HpPanel,
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


def _alternating_commands(panel: HpPanel) -> Iterator[Command]:
    setups, filters = panel.meter.setups, tuple(sorted(panel.meter.specification.settling.filters))
    gates = panel.meter.specification.gates

    def filter_(setup: Setup, hertz: float) -> None:
        setup.filter_hertz = hertz

    def gate(setup: Setup, seconds: float) -> None:
        setup.gate_seconds = seconds

    def bandwidth(measurand: Measurand, level: Level | None) -> str:
        return _end(level, setups[measurand].filter_hertz, (filters[0], filters[-1], filters[1]))

    def gated(level: Level | None) -> str:
        present = setups[Measurand.FREQUENCY].gate_seconds
        return _end(level, present, (gates[0], gates[-1], gates[1]))

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
        tell = _stepped(panel, gates, COUNTED, gate)
        yield Command(node, tell, gated, seconds, (QUERY_LEVEL,))
