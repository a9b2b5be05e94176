"""Commands of the Keithley 2000 that measure: configure, initiate, read, fetch.

Source: user manual, "signal oriented measurement commands" (pp. 5-3 to 5-6), from memory where
the sheets on which the figures were found do not show it.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from math import inf

from simulators.keithley_2000.state import (
    Panel2000,
    Running,
    busy,
    changed,
    endless,
    notice,
    stop,
)
from simulators.language.scpi import Command
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import quoted
from simulators.multimeter.acquisition import Triggering, TriggerSource
from simulators.multimeter.averaging import Filter
from simulators.multimeter.setup import initial_setups
from simulators.multimeter.specification import Measurand

FUNCTIONS: Mapping[str, Measurand] = {
    "CURRent[:DC]": Measurand.DC_CURRENT,
    "CURRent:AC": Measurand.AC_CURRENT,
    "VOLTage[:DC]": Measurand.DC_VOLTAGE,
    "VOLTage:AC": Measurand.AC_VOLTAGE,
    "RESistance": Measurand.RESISTANCE,
    "FRESistance": Measurand.RESISTANCE_4_WIRE,
    "PERiod": Measurand.PERIOD,
    "FREQuency": Measurand.FREQUENCY,
    "TEMPerature": Measurand.TEMPERATURE,
    "DIODe": Measurand.DIODE,
    "CONTinuity": Measurand.CONTINUITY,
}
# User manual, figure 5-1; the units of period, diode and continuity are not in it.
UNITS: Mapping[Measurand, str] = {
    Measurand.DC_VOLTAGE: "VDC",
    Measurand.AC_VOLTAGE: "VAC",
    Measurand.DC_CURRENT: "ADC",
    Measurand.AC_CURRENT: "AAC",
    Measurand.RESISTANCE: "OHM",
    Measurand.RESISTANCE_4_WIRE: "OHM4W",
    Measurand.FREQUENCY: "HZ",
    Measurand.PERIOD: "SEC",
    Measurand.TEMPERATURE: "C",
    Measurand.DIODE: "VDC",
    Measurand.CONTINUITY: "OHM",
}
OVERFLOWN = 9e37


def reading_commands(panel: Panel2000) -> Iterator[Command]:
    """Yield CONFigure, MEASure, READ, FETCh, DATA, INITiate, ABORt and `*TRG`."""
    for node, measurand in FUNCTIONS.items():
        yield Command(f"CONFigure:{node}", partial(configure, panel, measurand))
        yield Command(f"MEASure:{node}", None, partial(_measure, panel, measurand))
    yield Command("CONFigure", None, lambda: quoted(panel.habits.names[panel.meter.measurand]))
    yield Command("MEASure", None, lambda: _measure(panel, panel.meter.measurand))
    yield Command("READ", None, partial(read, panel))
    for node in ("FETCh", "[SENSe:]DATA[:LATest]"):
        yield Command(node, None, partial(fetch, panel))
    yield Command("[SENSe:]DATA:FRESh", None, partial(fresh, panel))
    yield Command("INITiate[:IMMediate]", partial(initiate, panel))
    yield Command("ABORt", partial(abort, panel))
    yield Command("*TRG", partial(bus_trigger, panel))


def formatted(panel: Panel2000, value: float) -> str:
    """Return a reading with its elements: ±d.dddddde±dd, unit, channel."""
    elements = panel.settings.elements
    units = "UNIT" in elements
    parts = []
    if "READ" in elements:
        unit = UNITS[panel.meter.measurand] if units and abs(value) < OVERFLOWN else ""
        parts.append(f"{value:+.6E}{unit}")
    if "CHAN" in elements:
        parts.append("0INTCHAN" if units else "0")
    return ",".join(parts)


def configure(panel: Panel2000, measurand: Measurand) -> None:
    """Make a function ready for one reading, everything of it at its default (CONFigure)."""
    meter = panel.meter
    stop(panel)
    meter.measurand = measurand
    meter.setups[measurand] = initial_setups(meter.specification)[measurand]
    panel.acquisition.triggering = Triggering()
    panel.settings.continuous = False
    panel.settings.buffer.feeding = False
    panel.settings.digits.pop(measurand, None)
    if measurand in panel.settings.filters:
        panel.settings.filters[measurand] = Filter()
    changed(panel)


def _measure(panel: Panel2000, measurand: Measurand) -> str:
    configure(panel, measurand)
    return read(panel)


def read(panel: Panel2000) -> str:
    """Abort, initiate and fetch (READ?).

    Raises:
        ScpiError: −213 in the continuous mode, and nothing is sent (from memory, unverified).
    """
    if panel.settings.continuous:
        raise ScpiError(-213)
    if busy(panel):
        stop(panel)
    initiate(panel)
    return fetch(panel)


def initiate(panel: Panel2000) -> None:
    """Leave idle: measure at once, or wait for the trigger (INITiate).

    Raises:
        ScpiError: −213 when it has left idle already.
    """
    if busy(panel):
        raise ScpiError(-213)
    acquisition, settings = panel.acquisition, panel.settings
    settings.taken = 0
    source = acquisition.triggering.source
    timed = source is TriggerSource.TIMER
    acquisition.space(settings.timer if timed else 0.0)
    acquisition.arm()
    if source is not TriggerSource.IMMEDIATE and not timed:
        return
    acquisition.awaited = 0.0
    if endless(panel):
        settings.running.restart(panel.cursor, acquisition.timing())
        feed_running(panel)
        return
    began = panel.cursor
    acquisition.until = acquisition.run(began)
    _note(panel)


def _note(panel: Panel2000) -> None:
    memory = panel.acquisition.memory
    values = memory.values[memory.before :]
    instants = [memory.began + (n + 1) * memory.pace for n in range(len(values))]
    notice(panel, instants, values)


def feed_running(panel: Panel2000) -> None:
    """Fill the buffer from readings that run on, from the next one."""
    running, meter, buffer = _running(panel), panel.meter, panel.settings.buffer
    if running.began is None or not buffer.feeding:
        return
    first = running.latest(panel.cursor) + 1
    numbers = range(first, first + buffer.points - len(buffer.values))
    instants = [running.complete(number) for number in numbers]
    notice(panel, instants, [running.value(meter, number) for number in numbers])


def _running(panel: Panel2000) -> Running:
    return panel.settings.running


def bus_trigger(panel: Panel2000) -> None:
    """Take one bus trigger (`*TRG`).

    Raises:
        ScpiError: −211 when none is awaited.
    """
    acquisition = panel.acquisition
    waiting = acquisition.armed and acquisition.until <= panel.cursor
    if not waiting or acquisition.triggering.source is not TriggerSource.BUS:
        raise ScpiError(-211)
    acquisition.until = acquisition.trigger(panel.cursor)
    _note(panel)


def abort(panel: Panel2000) -> None:
    """Go to idle, and leave it at once in the continuous mode (ABORt)."""
    stop(panel)
    if panel.settings.continuous:
        panel.settings.running.restart(panel.cursor, panel.acquisition.timing())


def fetch(panel: Panel2000) -> str:
    """Return the latest readings, as many as the sample count (FETCh?).

    Raises:
        ScpiError: −230 when there are none.
    """
    acquisition, running = panel.acquisition, _running(panel)
    if running.began is not None:
        return _latest(panel, max(1, running.latest(panel.cursor)))
    if acquisition.armed and not acquisition.memory.values:
        panel.cursor = inf  # for a trigger
        return ""
    if not acquisition.memory.values:
        raise ScpiError(-230)
    panel.cursor = max(panel.cursor, acquisition.until)
    last = acquisition.memory.values[-acquisition.triggering.samples :]
    settings = panel.settings
    settings.taken = len(acquisition.memory.values)
    return ",".join(formatted(panel, value) for value in last)


def fresh(panel: Panel2000) -> str:
    """Return a reading that was not returned before, once there is one (DATA:FRESh?).

    Raises:
        ScpiError: −230 when none is going to come.
    """
    acquisition, running = panel.acquisition, _running(panel)
    if running.began is not None:
        return _latest(panel, max(running.shown + 1, running.latest(panel.cursor)))
    if panel.settings.taken >= len(acquisition.memory.values) and not acquisition.armed:
        raise ScpiError(-230)
    return fetch(panel)


def _latest(panel: Panel2000, number: int) -> str:
    """Return reading `number` of those running on, once it is complete."""
    running = _running(panel)
    panel.cursor = max(panel.cursor, running.complete(number))
    running.shown = number
    return formatted(panel, running.value(panel.meter, number))
