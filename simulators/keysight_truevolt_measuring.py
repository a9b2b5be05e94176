"""Commands of a Truevolt multimeter that measure: configure, trigger, read, fetch."""

from collections.abc import Iterator
from functools import partial
from math import inf

from simulators.keysight_truevolt import AC, COUNTED, Setup
from simulators.keysight_truevolt_panel import Memory, Triggering, TriggerSource, TruevoltPanel
from simulators.keysight_truevolt_settings import (
    RANGE_UNIT,
    aperture_for,
    choose_range,
    resolution,
)
from simulators.keysight_truevolt_specification import Measurand
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    number,
    plain_number,
    quoted,
    word,
)

NOT_A_NUMBER = 9.91e37

CONFIGURED = {
    "VOLTage[:DC]": Measurand.DC_VOLTAGE,
    "VOLTage:AC": Measurand.AC_VOLTAGE,
    "CURRent[:DC]": Measurand.DC_CURRENT,
    "CURRent:AC": Measurand.AC_CURRENT,
    "RESistance": Measurand.RESISTANCE,
    "FRESistance": Measurand.RESISTANCE_4_WIRE,
    "FREQuency": Measurand.FREQUENCY,
    "PERiod": Measurand.PERIOD,
}
Level = float | Special | None


def measuring_commands(panel: TruevoltPanel) -> Iterator[Command]:
    """Yield MEASure, CONFigure, READ, INITiate, FETCh, the memory and the trigger system."""
    for node, measurand in CONFIGURED.items():
        unit = RANGE_UNIT[measurand]
        levels = (Parameter(number(unit), required=False), Parameter(number(unit), required=False))
        set_up = partial(configure, panel, measurand)
        yield Command(f"CONFigure[:SCALar]:{node}", set_up, None, levels)
        measure = partial(_measure, panel, measurand)
        yield Command(f"MEASure[:SCALar]:{node}", None, measure, asked=levels)
    yield Command("CONFigure", None, partial(configuration, panel))
    yield Command("READ", None, partial(read, panel))
    yield Command("INITiate[:IMMediate]", partial(initiate, panel))
    yield Command("FETCh", None, partial(fetch, panel))
    yield Command("ABORt", panel.abort)
    yield Command("*TRG", partial(bus_trigger, panel))
    yield from _memory_commands(panel)
    yield from _trigger_commands(panel)


def formatted(value: float) -> str:
    """Return a number as replies carry it: SD.DDDDDDDDESDD (34401A User's Guide, p. 159)."""
    return f"{value:+.8E}"


def configure(
    panel: TruevoltPanel, measurand: Measurand, range_: Level, wanted: Level = None
) -> None:
    """Set a function up and everything else to its default (CONFigure)."""
    meter = panel.meter
    setup = Setup(range_=meter.setups[measurand].range_)
    if range_ not in (None, Special.DEFAULT, Special.AUTO) and measurand not in COUNTED:
        choose_range(meter, measurand, setup, range_)
    if measurand not in (*AC, *COUNTED):
        setup.line_cycles = aperture_for(meter, setup, wanted)
    meter.measurand, meter.setups[measurand] = measurand, setup
    panel.triggering = Triggering()
    panel.abort()
    panel.memory = Memory()
    panel.revise()


def configuration(panel: TruevoltPanel) -> str:
    """Return function, range and resolution in quotes (CONFigure?)."""
    meter = panel.meter
    range_ = 20.0 if meter.measurand in COUNTED else meter.setup.range_
    return quoted(f"{meter.measurand.value} {range_:+.6E},{resolution(meter):+.6E}")


def _measure(
    panel: TruevoltPanel, measurand: Measurand, range_: Level = None, wanted: Level = None
) -> str:
    configure(panel, measurand, range_, wanted)
    return read(panel)


def read(panel: TruevoltPanel) -> str:
    """Measure and return all readings (READ?).

    Raises:
        ScpiError: −214 when only the bus could trigger, −213 when already measuring.
    """
    source = panel.triggering.source
    if source is not TriggerSource.IMMEDIATE:
        if source is TriggerSource.BUS:
            raise ScpiError(-214)
        panel.cursor = inf  # nobody ever triggers the input at the rear
        return ""
    if panel.armed or panel.measuring_until > panel.cursor:
        raise ScpiError(-213)
    panel.cursor = panel.acquire()
    values = panel.memory.values
    return f"{values[0]:+.8E}" if len(values) == 1 else ",".join(map(formatted, values))


def initiate(panel: TruevoltPanel) -> None:
    """Leave idle: measure at once, or wait for the trigger (INITiate).

    The readings are worked out here from what the world is going to do unless someone
    interferes: a source changed before they are complete does not show in them.
    """
    if panel.armed or panel.measuring_until > panel.cursor:
        raise ScpiError(-213)
    panel.memory = Memory()
    if panel.triggering.source is TriggerSource.IMMEDIATE:
        panel.measuring_until = panel.acquire()
    else:
        panel.armed = True


def bus_trigger(panel: TruevoltPanel) -> None:
    """Start what INITiate armed (`*TRG`)."""
    if not panel.armed or panel.triggering.source is not TriggerSource.BUS:
        raise ScpiError(-211)
    panel.armed = False
    panel.measuring_until = panel.acquire()


def fetch(panel: TruevoltPanel) -> str:
    """Return the readings in memory once they are complete (FETCh?)."""
    if panel.armed:
        panel.cursor = inf
        return ""
    if not panel.memory.values:
        raise ScpiError(-230)
    panel.cursor = max(panel.cursor, panel.measuring_until)
    panel.measuring_until = 0.0
    return ",".join(map(formatted, panel.memory.values))


def _memory_commands(panel: TruevoltPanel) -> Iterator[Command]:
    def points() -> str:
        return f"+{panel.memory.done(panel.cursor)}"

    def last() -> str:
        done = panel.memory.done(panel.cursor)
        return formatted(panel.memory.values[done - 1] if done else NOT_A_NUMBER)

    def take(count: int) -> str:
        memory = panel.memory
        taken, memory.values = memory.values[:count], memory.values[count:]
        memory.removed += len(taken)
        return ",".join(map(formatted, taken))

    def remove(count: float, wait: str | None) -> str:
        if not 1 <= count <= panel.meter.model.memory:
            raise ScpiError(-222)
        if len(panel.memory.values) < count:
            raise ScpiError(-230)
        if panel.memory.done(panel.cursor) < count:
            if wait is None:
                raise ScpiError(-230)
            needed = panel.memory.removed + round(count)
            panel.cursor = max(panel.cursor, panel.memory.began + needed * panel.memory.pace)
        return take(round(count))

    def read_out(count: float | None) -> str:
        done = panel.memory.done(panel.cursor)
        text = take(done if count is None else min(done, round(count)))
        return f"#{len(str(len(text)))}{len(text)}{text}"  # block form from memory, unverified

    count = Parameter(plain_number)
    wait = Parameter(word("WAIT"), required=False)
    yield Command("DATA:POINts", None, points)
    yield Command("DATA:LAST", None, last)
    yield Command("DATA:REMove", None, remove, asked=(count, wait))
    yield Command("R", None, read_out, asked=(Parameter(plain_number, required=False),))


def _limited(
    value: float | Special, low: float, high: float, default: float, *, infinite: bool = False
) -> float:
    """Return a number inside its limits, or what a word stands for."""
    if isinstance(value, Special):
        words = {Special.MINIMUM: low, Special.MAXIMUM: high, Special.DEFAULT: default}
        if infinite:
            words[Special.INFINITY] = inf
        if value not in words:
            raise ScpiError(-224)
        return words[value]
    if not low <= value <= high:
        raise ScpiError(-222)
    return value


def _trigger_commands(panel: TruevoltPanel) -> Iterator[Command]:
    def source(name: str) -> None:
        if name == TriggerSource.INTERNAL:
            raise ScpiError(-224)  # level triggering belongs to the 34465A and 34470A
        panel.triggering.source = TriggerSource(name)

    def delay(value: float | Special) -> None:
        panel.triggering.delay = _limited(value, 0.0, 3600.0, 0.0)
        panel.revise()

    def automatic(on: bool) -> None:
        panel.triggering.delay = None if on else panel.meter.settling()
        panel.revise()

    def count(value: float | Special) -> None:
        panel.triggering.count = _limited(value, 1, 1e6, 1, infinite=True)

    def samples(value: float | Special) -> None:
        panel.triggering.samples = round(_limited(value, 1, 1e6, 1))

    def slope(name: str) -> None:
        panel.triggering.slope = name

    def present_delay() -> str:
        held = panel.triggering.delay
        return formatted(panel.meter.settling() if held is None else held)

    def counted() -> str:
        held = panel.triggering.count
        return formatted(9.9e37 if held == inf else held)

    sources = word("IMMediate", "BUS", "EXTernal", "INTernal")
    numeric = Parameter(number())
    yield Command(
        "TRIGger:SOURce", source, lambda: panel.triggering.source.value, (Parameter(sources),)
    )
    yield Command("TRIGger:DELay", delay, present_delay, (Parameter(number("S")),))
    yield Command(
        "TRIGger:DELay:AUTO",
        automatic,
        lambda: f"{panel.triggering.delay is None:d}",
        (Parameter(boolean),),
    )
    yield Command("TRIGger:COUNt", count, counted, (numeric,))
    yield Command("SAMPle:COUNt", samples, lambda: f"+{panel.triggering.samples}", (numeric,))
    yield Command(
        "TRIGger:SLOPe",
        slope,
        lambda: panel.triggering.slope,
        (Parameter(word("POSitive", "NEGative")),),
    )
