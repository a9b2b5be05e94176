"""Commands that measure: configure, read, fetch, and the reading memory."""

from collections.abc import Callable, Iterator
from functools import partial
from math import inf

from simulators.hp_multimeter.dialect import Dialect, Feature, HpPanel
from simulators.hp_multimeter.ranging import (
    RANGE_UNIT,
    aperture_for,
    choose_range,
    resolution,
)
from simulators.hp_multimeter.temperature import temperature_commands
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    limited,
    number,
    plain_number,
    quoted,
    word,
)
from simulators.multimeter.acquisition import Memory, TriggerSource
from simulators.multimeter.setup import Setup
from simulators.multimeter.specification import AC, COUNTED, FIXED, Measurand

NOT_A_NUMBER = 9.91e37
# READ? of a 34401A goes straight to the output buffer; how much it takes is a choice.
READ_AT_ONCE = 50_000

Level = float | Special | None


def measuring_commands(panel: HpPanel, dialect: Dialect) -> Iterator[Command]:
    """Yield MEASure, CONFigure, READ, INITiate, FETCh and the memory."""
    read_out = partial(read, panel, dialect)
    for node, measurand in dialect.functions.items():
        converter = number(RANGE_UNIT[measurand])
        levels = (Parameter(converter, required=False), Parameter(converter, required=False))
        set_up = partial(configure, panel, dialect, measurand)
        yield Command(f"CONFigure[:SCALar]:{node}", set_up, None, levels)
        measure = partial(_measure, read_out, set_up)
        yield Command(f"MEASure[:SCALar]:{node}", None, measure, asked=levels)
    yield Command("CONFigure", None, partial(configuration, panel))
    yield Command("READ", None, read_out)
    yield Command("INITiate[:IMMediate]", partial(initiate, panel, dialect))
    yield Command("FETCh", None, partial(fetch, panel, dialect))
    yield Command("DATA:POINts", None, lambda: f"+{_done(panel)}")
    if dialect.has(Feature.PROBES):

        def set_up_probe(measurand: Measurand) -> None:
            configure(panel, dialect, measurand, None)

        yield from temperature_commands(panel, set_up_probe, read_out)
    if dialect.has(Feature.ABORT):
        yield Command("ABORt", lambda: panel.acquisition.abort(panel.cursor))
    if dialect.has(Feature.READING_MEMORY):
        yield from _memory_commands(panel)


def formatted(value: float) -> str:
    """Return a number as replies carry it: SD.DDDDDDDDESDD (34401A User's Guide, p. 159)."""
    return f"{value:+.8E}"


def configure(
    panel: HpPanel,
    dialect: Dialect,
    measurand: Measurand,
    range_: Level,
    wanted: Level = None,
) -> None:
    """Set a function up and everything else to its default (CONFigure)."""
    meter = panel.meter
    start = meter.setups[measurand]
    setup = Setup(
        range_=start.range_,
        auto_range=measurand not in FIXED,
        line_cycles=meter.specification.line_cycles,
        filter_hertz=meter.specification.filter_hertz,
        gate_seconds=meter.specification.gate_seconds,
    )
    ranged = measurand not in (*FIXED, *COUNTED)
    if measurand in COUNTED:
        ranged = dialect.has(Feature.COUNTS_ON_RANGE)
    if ranged and range_ not in (None, Special.DEFAULT, Special.AUTO):
        choose_range(meter, measurand, setup, range_)
    if measurand not in (*AC, *COUNTED, *FIXED):
        setup.line_cycles = aperture_for(meter, setup, wanted)
    meter.measurand, meter.setups[measurand] = measurand, setup
    panel.acquisition.reset()


def configuration(panel: HpPanel) -> str:
    """Return function, range and resolution in quotes (CONFigure?)."""
    meter = panel.meter
    range_ = 20.0 if meter.measurand in COUNTED else meter.setup.range_
    name = panel.habits.names[meter.measurand]
    return quoted(f"{name} {range_:+.6E},{resolution(meter):+.6E}")


def _measure(
    read_out: Callable[[], str],
    set_up: Callable[[Level, Level], None],
    range_: Level = None,
    wanted: Level = None,
) -> str:
    set_up(range_, wanted)
    return read_out()


def read(panel: HpPanel, dialect: Dialect) -> str:
    """Measure and return all readings (READ?).

    Raises:
        ScpiError: −214 when only the bus could trigger, −213 when already measuring.
    """
    acquisition = panel.acquisition
    if acquisition.triggering.source is not TriggerSource.IMMEDIATE:
        if acquisition.triggering.source is TriggerSource.BUS:
            raise ScpiError(-214)
        panel.cursor = inf  # nobody ever triggers the input at the rear
        return ""
    if acquisition.busy(panel.cursor):
        raise ScpiError(-213)
    if dialect.has(Feature.READING_MEMORY):
        panel.cursor = panel.acquire()
        values = acquisition.memory.values
    else:
        acquisition.most, kept = READ_AT_ONCE, acquisition.most
        panel.cursor = panel.acquire()
        acquisition.most = kept
        values = acquisition.memory.values
        acquisition.memory = Memory()
    return f"{values[0]:+.8E}" if len(values) == 1 else ",".join(map(formatted, values))


def initiate(panel: HpPanel, dialect: Dialect) -> None:
    """Leave idle: measure at once, or wait for triggers (INITiate)."""
    acquisition = panel.acquisition
    if acquisition.busy(panel.cursor):
        raise ScpiError(-213)
    triggering = acquisition.triggering
    wanted = triggering.count * triggering.samples
    if not dialect.has(Feature.READING_MEMORY) and acquisition.most < wanted < inf:
        raise ScpiError(531)
    acquisition.arm()
    if triggering.source is TriggerSource.IMMEDIATE:
        acquisition.awaited = 0.0
        acquisition.until = panel.acquire()


def fetch(panel: HpPanel, dialect: Dialect) -> str:
    """Return the readings in memory once they are complete (FETCh?)."""
    acquisition = panel.acquisition
    if acquisition.armed and not dialect.has(Feature.FETCH_SOME):
        panel.cursor = inf
        return ""
    if not acquisition.memory.values:
        raise ScpiError(-230)
    panel.cursor = max(panel.cursor, acquisition.until)
    if not acquisition.armed:
        acquisition.until = 0.0
    return ",".join(map(formatted, acquisition.memory.values))


def _done(panel: HpPanel) -> int:
    return panel.acquisition.memory.done(panel.cursor)


def _memory_commands(panel: HpPanel) -> Iterator[Command]:
    acquisition = panel.acquisition
    most = acquisition.most

    def last() -> str:
        complete = _done(panel)
        return formatted(acquisition.memory.values[complete - 1] if complete else NOT_A_NUMBER)

    def remove(count: float, wait: str | None) -> str:
        memory = acquisition.memory
        wanted = round(limited(count, 1, most, 1))
        if len(memory.values) < wanted or (_done(panel) < wanted and wait is None):
            raise ScpiError(-230)
        panel.cursor = max(panel.cursor, memory.completion(wanted))
        return ",".join(map(formatted, memory.take(wanted)))

    def read_out(count: float | None) -> str:
        wanted = most if count is None else round(limited(count, 1, most, 1))
        text = ",".join(map(formatted, acquisition.memory.take(min(_done(panel), wanted))))
        return f"#{len(str(len(text)))}{len(text)}{text}"  # block form from memory, unverified

    count = Parameter(plain_number)
    wait = Parameter(word("WAIT"), required=False)
    yield Command("DATA:LAST", None, last)
    yield Command("DATA:REMove", None, remove, asked=(count, wait))
    yield Command("R", None, read_out, asked=(Parameter(plain_number, required=False),))
