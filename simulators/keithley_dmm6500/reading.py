"""Commands of the DMM6500 that measure, and the reading buffers.

Sources: pymeasure/pymeasure (tests of keithleyDMM6500.py) and PyFixate/Fixate
(keithley_6500.py); buffer elements from the reference manual of the sibling DMM7510, pp. 6-11,
6-155 and 6-156.
"""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import fmean, stdev
from struct import pack

from simulators.keithley_dmm6500.state import (
    DEFAULT_BUFFERS,
    FUNCTIONS,
    UNITS,
    Calendar,
    Panel6500,
    ReadingBuffer,
    buffer_named,
    changed,
)
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import limited, number, string, word
from simulators.multimeter.specification import Measurand

ELEMENTS = (
    "DATE", "EXTRa", "FORMatted", "FRACtional", "READing", "RELative", "SEConds", "STATus",
    "TIME", "TSTamp", "UNIT",
)  # fmt: skip
MOST_ELEMENTS = 14
FRONT = 8  # buffer status bit of the front terminals
# A public client makes buffers as small as it needs.
LEAST_CAPACITY, MOST_CAPACITY = 1, 6_000_000
NAME = Parameter(string, required=False)
ITEMS = (Parameter(word(*ELEMENTS), required=False),) * MOST_ELEMENTS


def reading_commands(panel: Panel6500, calendar: Calendar) -> Iterator[Command]:
    """Yield READ, FETCh, MEASure and TRACe."""

    def read(name: str | None, *items: str | None) -> str:
        buffer = buffer_named(panel, name)
        take(panel, buffer, panel.settings.count)
        return _sent(panel, calendar, buffer, len(buffer.values) - 1, items)

    def fetch(name: str | None, *items: str | None) -> str:
        buffer = buffer_named(panel, name)
        stored = buffer.stored(panel.cursor)
        if not stored:
            raise ScpiError(-230)
        return _sent(panel, calendar, buffer, stored - 1, items)

    def measure(measurand: Measurand, name: str | None, *items: str | None) -> str:
        panel.meter.measurand = measurand
        changed(panel)
        return read(name, *items)

    yield Command("READ", None, read, asked=(NAME, *ITEMS))
    yield Command("FETCh", None, fetch, asked=(NAME, *ITEMS))
    for node, measurand in FUNCTIONS.items():
        yield Command(f"MEASure:{node}", None, partial(measure, measurand), asked=(NAME, *ITEMS))
    yield from _trace_commands(panel, calendar)
    yield from _buffer_commands(panel)
    yield from _statistics_commands(panel)


def take(panel: Panel6500, buffer: ReadingBuffer, count: int) -> None:
    """Take `count` readings into `buffer`; the next command waits for them."""
    acquisition = panel.acquisition
    acquisition.arm()
    acquisition.awaited = 0.0
    began = panel.cursor
    panel.cursor = acquisition.burst(began, count)
    values, pace = acquisition.memory.values, acquisition.memory.pace
    instants = [began + (index + 1) * pace for index in range(len(values))]
    buffer.add(instants, values, UNITS[panel.meter.measurand])
    if acquisition.overloaded:
        panel.overload()


def formatted(panel: Panel6500, value: float) -> str:
    """Return a reading: digits as set, no plus sign."""
    precision = panel.settings.precision or 7
    return f"{value:.{precision - 1}E}"


def _sent(
    panel: Panel6500,
    calendar: Calendar,
    buffer: ReadingBuffer,
    index: int,
    items: tuple[str | None, ...],
) -> str:
    """Return one reading with the elements asked for."""
    value, instant = buffer.values[index], buffer.instants[index]
    if panel.settings.format != "ASC":
        return _binary(panel, [value])
    if not any(items):
        return formatted(panel, value)
    date = calendar.at(instant)
    elements: dict[str, Callable[[], str]] = {
        "DATE": lambda: f"{date:%m/%d/%Y}",
        "EXTR": lambda: formatted(panel, 0.0),
        "FORM": lambda: f"{value:+.6g} {buffer.unit}",
        "FRAC": lambda: f"{date.microsecond / 1e6:.6f}",
        "READ": lambda: formatted(panel, value),
        "REL": lambda: f"{instant - buffer.instants[0]:.6f}",
        "SEC": lambda: f"{int(date.timestamp())}",
        "STAT": lambda: f"{FRONT}",
        "TIME": lambda: f"{date:%H:%M:%S}",
        "TST": lambda: f"{date:%m/%d/%Y %H:%M:%S.%f}",
        "UNIT": lambda: buffer.unit,
    }
    return ",".join(elements[item]() for item in items if item is not None)


def _binary(panel: Panel6500, values: list[float]) -> str:
    """Return readings as one block of an indefinite length."""
    order = "<" if panel.settings.swapped else ">"
    kind = "f" if panel.settings.format == "SRE" else "d"
    return "#0" + pack(f"{order}{len(values)}{kind}", *values).decode("latin-1")


def _trace_commands(panel: Panel6500, calendar: Calendar) -> Iterator[Command]:
    def stored(name: str | None) -> int:
        return buffer_named(panel, name).stored(panel.cursor)

    def data(start: float, end: float, name: str | None, *items: str | None) -> str:
        buffer = buffer_named(panel, name)
        if not 1 <= start <= end <= stored(name):
            raise ScpiError(-222)
        first, last = round(start) - 1, round(end)
        if panel.settings.format != "ASC":
            return _binary(panel, buffer.values[first:last])
        return ",".join(
            _sent(panel, calendar, buffer, index, items) for index in range(first, last)
        )

    ends = (Parameter(number()), Parameter(number()))
    yield Command("TRACe:DATA", None, data, asked=(*ends, NAME, *ITEMS))
    yield Command("TRACe:ACTual", None, lambda name: f"{stored(name)}", asked=(NAME,))
    yield Command("TRACe:ACTual:STARt", None, lambda name: f"{min(1, stored(name))}", asked=(NAME,))
    yield Command("TRACe:ACTual:END", None, lambda name: f"{stored(name)}", asked=(NAME,))


def _buffer_commands(panel: Panel6500) -> Iterator[Command]:
    def make(name: str, capacity: float, style: str | None) -> None:
        wanted = limited(capacity, LEAST_CAPACITY, MOST_CAPACITY, MOST_CAPACITY)
        if any(known.lower() == name.lower() for known in panel.settings.buffers):
            raise ScpiError(-224)
        panel.settings.buffers[name] = ReadingBuffer(round(wanted))

    def delete(name: str) -> None:
        buffer_named(panel, name)
        if name.lower() in DEFAULT_BUFFERS:
            raise ScpiError(-224)
        kept = panel.settings.buffers.items()
        panel.settings.buffers = {one: it for one, it in kept if one.lower() != name.lower()}

    def points(capacity: float, name: str | None) -> None:
        buffer = buffer_named(panel, name)
        buffer.clear()
        buffer.capacity = round(limited(capacity, 0, MOST_CAPACITY, MOST_CAPACITY)) or MOST_CAPACITY

    styles = Parameter(word("COMPact", "STANdard", "FULL", "WRITable"), required=False)
    yield Command("TRACe:MAKE", make, None, (Parameter(string), Parameter(number()), styles))
    yield Command("TRACe:DELete", delete, None, (Parameter(string),))
    yield Command("TRACe:CLEar", lambda name: buffer_named(panel, name).clear(), None, (NAME,))
    yield Command(
        "TRACe:POINts", points, lambda name: f"{buffer_named(panel, name).capacity}",
        (Parameter(number()), NAME), (NAME,),
    )  # fmt: skip


def _statistics_commands(panel: Panel6500) -> Iterator[Command]:
    summaries: dict[str, Callable[[list[float]], float]] = {
        "AVERage": fmean,
        "MINimum": min,
        "MAXimum": max,
        "STDDev": lambda values: stdev(values) if len(values) > 1 else 0.0,
    }

    def answer(summary: Callable[[list[float]], float], name: str | None) -> str:
        buffer = buffer_named(panel, name)
        values = buffer.values[: buffer.stored(panel.cursor)]
        if not values:
            raise ScpiError(-230)
        return formatted(panel, summary(values))

    for node, summary in summaries.items():
        asked = partial(answer, summary)
        yield Command(f"TRACe:STATistics:{node}", None, asked, asked=(NAME,))
    yield Command(
        "TRACe:STATistics:CLEar", lambda name: buffer_named(panel, name).clear(), None, (NAME,)
    )
