"""Commands of a Truevolt multimeter that measure: configure, trigger, read, fetch."""

from collections.abc import Iterator
from functools import partial
from math import inf

from simulators.keysight_truevolt.acquisition import Memory, TriggerSource
from simulators.keysight_truevolt.meter import AC, COUNTED, Setup
from simulators.keysight_truevolt.panel import TruevoltPanel
from simulators.keysight_truevolt.settings import (
    RANGE_UNIT,
    aperture_for,
    choose_range,
    resolution,
)
from simulators.keysight_truevolt.specification import Measurand
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
    yield Command("ABORt", lambda: panel.acquisition.abort(panel.cursor))
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
    panel.acquisition.reset()


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
    source = panel.acquisition.triggering.source
    if source is not TriggerSource.IMMEDIATE:
        if source is TriggerSource.BUS:
            raise ScpiError(-214)
        panel.cursor = inf  # nobody ever triggers the input at the rear
        return ""
    if panel.acquisition.busy(panel.cursor):
        raise ScpiError(-213)
    panel.cursor = panel.acquire()
    values = panel.acquisition.memory.values
    return f"{values[0]:+.8E}" if len(values) == 1 else ",".join(map(formatted, values))


def initiate(panel: TruevoltPanel) -> None:
    """Leave idle: measure at once, or wait for the trigger (INITiate)."""
    if panel.acquisition.busy(panel.cursor):
        raise ScpiError(-213)
    panel.acquisition.memory = Memory()
    if panel.acquisition.triggering.source is TriggerSource.IMMEDIATE:
        panel.acquisition.until = panel.acquire()
    else:
        panel.acquisition.armed = True


def bus_trigger(panel: TruevoltPanel) -> None:
    """Start what INITiate armed (`*TRG`)."""
    acquisition = panel.acquisition
    if not acquisition.armed or acquisition.triggering.source is not TriggerSource.BUS:
        raise ScpiError(-211)
    acquisition.armed = False
    acquisition.until = panel.acquire()


def fetch(panel: TruevoltPanel) -> str:
    """Return the readings in memory once they are complete (FETCh?)."""
    acquisition = panel.acquisition
    if acquisition.armed:
        panel.cursor = inf
        return ""
    if not acquisition.memory.values:
        raise ScpiError(-230)
    panel.cursor = max(panel.cursor, acquisition.until)
    acquisition.until = 0.0
    return ",".join(map(formatted, acquisition.memory.values))


def _memory_commands(panel: TruevoltPanel) -> Iterator[Command]:
    acquisition, most = panel.acquisition, panel.meter.model.memory

    def done() -> int:
        return acquisition.memory.done(panel.cursor)

    def last() -> str:
        complete = done()
        return formatted(acquisition.memory.values[complete - 1] if complete else NOT_A_NUMBER)

    def remove(count: float, wait: str | None) -> str:
        memory = acquisition.memory
        wanted = round(_limited(count, 1, most, 1))
        if len(memory.values) < wanted or (done() < wanted and wait is None):
            raise ScpiError(-230)
        complete = memory.began + (memory.removed + wanted) * memory.pace
        panel.cursor = max(panel.cursor, complete)
        return ",".join(map(formatted, memory.take(wanted)))

    def read_out(count: float | None) -> str:
        wanted = most if count is None else round(_limited(count, 1, most, 1))
        text = ",".join(map(formatted, acquisition.memory.take(min(done(), wanted))))
        return f"#{len(str(len(text)))}{len(text)}{text}"  # block form from memory, unverified

    count = Parameter(plain_number)
    wait = Parameter(word("WAIT"), required=False)
    yield Command("DATA:POINts", None, lambda: f"+{done()}")
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
    acquisition = panel.acquisition

    def source(name: str) -> None:
        if name == TriggerSource.INTERNAL:
            raise ScpiError(-224)  # level triggering belongs to the 34465A and 34470A
        acquisition.triggering.source = TriggerSource(name)

    def slope(name: str) -> None:
        acquisition.triggering.slope = name

    sources = (Parameter(word("IMMediate", "BUS", "EXTernal", "INTernal")),)
    slopes = (Parameter(word("POSitive", "NEGative")),)
    yield Command("TRIGger:SOURce", source, lambda: acquisition.triggering.source.value, sources)
    yield Command("TRIGger:SLOPe", slope, lambda: acquisition.triggering.slope, slopes)
    yield from _delay_commands(panel)
    yield from _count_commands(panel)


def _delay_commands(panel: TruevoltPanel) -> Iterator[Command]:
    acquisition = panel.acquisition

    def delay(value: float | Special) -> None:
        acquisition.triggering.delay = _limited(value, 0.0, 3600.0, 0.0)
        acquisition.revise()

    def automatic(on: bool) -> None:
        acquisition.triggering.delay = None if on else panel.meter.settling()
        acquisition.revise()

    def present() -> str:
        held = acquisition.triggering.delay
        return formatted(panel.meter.settling() if held is None else held)

    def is_automatic() -> str:
        return f"{acquisition.triggering.delay is None:d}"

    yield Command("TRIGger:DELay", delay, present, (Parameter(number("S")),))
    yield Command("TRIGger:DELay:AUTO", automatic, is_automatic, (Parameter(boolean),))


def _count_commands(panel: TruevoltPanel) -> Iterator[Command]:
    acquisition = panel.acquisition

    def triggers(value: float | Special) -> None:
        wanted = _limited(value, 1, 1e6, 1, infinite=True)
        acquisition.triggering.count = wanted if wanted == inf else float(round(wanted))

    def samples(value: float | Special) -> None:
        acquisition.triggering.samples = round(_limited(value, 1, 1e6, 1))

    def triggers_set() -> str:
        held = acquisition.triggering.count
        return formatted(9.9e37 if held == inf else held)

    numeric = (Parameter(number()),)
    yield Command("TRIGger:COUNt", triggers, triggers_set, numeric)
    yield Command("SAMPle:COUNt", samples, lambda: f"+{acquisition.triggering.samples}", numeric)
