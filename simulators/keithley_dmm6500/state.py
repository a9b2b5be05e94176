"""What a DMM6500 remembers besides its physics: functions, buffers, calendar, settings."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simulators.language.scpi_errors import ScpiError
from simulators.multimeter.averaging import Filter, apply
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Measurand

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # a choice: when the world's clock began
DEFAULT_CAPACITY = 100_000
DEFAULT_BUFFERS = ("defbuffer1", "defbuffer2")

Parameters = tuple[float | str, ...]  # of a block of the trigger model

# Node in manual notation → function; the names in answers are in `NAMES`.
FUNCTIONS: Mapping[str, Measurand] = {
    "VOLTage[:DC]": Measurand.DC_VOLTAGE,
    "VOLTage:AC": Measurand.AC_VOLTAGE,
    "CURRent[:DC]": Measurand.DC_CURRENT,
    "CURRent:AC": Measurand.AC_CURRENT,
    "RESistance": Measurand.RESISTANCE,
    "FRESistance": Measurand.RESISTANCE_4_WIRE,
    "DIODe": Measurand.DIODE,
    "CAPacitance": Measurand.CAPACITANCE,
    "TEMPerature": Measurand.TEMPERATURE,
    "CONTinuity": Measurand.CONTINUITY,
    "FREQuency[:VOLTage]": Measurand.FREQUENCY,
    "PERiod[:VOLTage]": Measurand.PERIOD,
    "VOLTage[:DC]:RATio": Measurand.RATIO,
}
NAMES: Mapping[Measurand, str] = {
    Measurand.DC_VOLTAGE: "VOLT:DC", Measurand.AC_VOLTAGE: "VOLT:AC",
    Measurand.DC_CURRENT: "CURR:DC", Measurand.AC_CURRENT: "CURR:AC",
    Measurand.RESISTANCE: "RES", Measurand.RESISTANCE_4_WIRE: "FRES", Measurand.DIODE: "DIOD",
    Measurand.CAPACITANCE: "CAP", Measurand.TEMPERATURE: "TEMP", Measurand.CONTINUITY: "CONT",
    Measurand.FREQUENCY: "FREQ:VOLT", Measurand.PERIOD: "PER:VOLT",
    Measurand.RATIO: "VOLT:DC:RAT",
}  # fmt: skip
UNITS: Mapping[Measurand, str] = {
    Measurand.DC_VOLTAGE: "Volt DC", Measurand.AC_VOLTAGE: "Volt AC",
    Measurand.DC_CURRENT: "Amp DC", Measurand.AC_CURRENT: "Amp AC",
    Measurand.RESISTANCE: "Ohm", Measurand.RESISTANCE_4_WIRE: "Ohm", Measurand.DIODE: "Volt",
    Measurand.CAPACITANCE: "Farad", Measurand.TEMPERATURE: "Celsius",
    Measurand.CONTINUITY: "Ohm", Measurand.FREQUENCY: "Hertz", Measurand.PERIOD: "Second",
    Measurand.RATIO: "Ratio",
}  # fmt: skip


@dataclass(slots=True)
class ReadingBuffer:
    """One reading buffer; full, it loses its oldest readings.

    Attributes:
        capacity: readings it holds.
        values: readings, oldest first.
        instants: at which they are complete (s), in the same order.
        unit: of the last ones.
    """

    capacity: int = DEFAULT_CAPACITY
    values: list[float] = field(default_factory=list)
    instants: list[float] = field(default_factory=list)
    unit: str = ""

    def add(self, instants: list[float], values: list[float], unit: str) -> None:
        """Append readings."""
        self.values += values
        self.instants += instants
        self.unit = unit
        if len(self.values) > self.capacity:
            del self.values[: -self.capacity]
            del self.instants[: -self.capacity]

    def stored(self, instant: float) -> int:
        """Return how many readings were complete at `instant` (s)."""
        return bisect_right(self.instants, instant + 1e-9)

    def clear(self) -> None:
        """Forget every reading."""
        self.values, self.instants = [], []


class Calendar:
    """The instrument's date and time."""

    def __init__(self) -> None:
        self._zero = FIRST_DAY

    def at(self, instant: float) -> datetime:
        """Return the date at `instant` (s)."""
        return self._zero + timedelta(seconds=instant)

    def set(self, instant: float, date: datetime) -> None:
        """Let `instant` (s) be `date`."""
        self._zero = date - timedelta(seconds=instant)

    def entry(self, text: str, instant: float) -> str:
        """Return an error's text with its type (1 is an error) and time.

        From memory, unverified; without an error a real one sends `0,"No error;0;0 0"`.
        """
        date = self.at(instant)
        return f"{text};1;{date:%Y/%m/%d %H:%M:%S}.{date.microsecond // 1000:03d}"


def _default_buffers() -> dict[str, ReadingBuffer]:
    return {name: ReadingBuffer() for name in DEFAULT_BUFFERS}


def _filters() -> dict[Measurand, Filter]:
    return {measurand: Filter(repeats=False) for measurand in FUNCTIONS.values()}


@dataclass(slots=True)
class Settings:
    """What `*RST` brings back, besides the physics.

    Attributes:
        display_text: what the two lines of the user screen show.
        count: readings a measurement takes.
        digits: function → digits on the display.
        filters: function → averaging filter.
        buffers: name → reading buffer.
        format: of readings: ASC, REAL or SRE.
        precision: significant digits of readings; 0 is seven.
        swapped: whether binary readings come with the least byte first.
        blocks: number → (kind, parameters) of the trigger model.
        resume: block to go on with at the event a loop waits for; None when none does.
        words: settings that nothing here depends on.
    """

    display_text: str = ""
    count: int = 1
    digits: dict[Measurand, int] = field(default_factory=dict)
    filters: dict[Measurand, Filter] = field(default_factory=_filters)
    buffers: dict[str, ReadingBuffer] = field(default_factory=_default_buffers)
    format: str = "ASC"
    precision: int = 0
    swapped: bool = True
    blocks: dict[int, tuple[str, Parameters]] = field(default_factory=dict)
    resume: int | None = None
    words: dict[str, str] = field(default_factory=dict)


Panel6500 = MultimeterPanel[Settings]


def changed(panel: Panel6500) -> None:
    """Let a changed setting take effect."""
    apply(panel.settings.filters, panel.meter.setups)
    panel.acquisition.revise()


def buffer_named(panel: Panel6500, name: str | None) -> ReadingBuffer:
    """Return a reading buffer, the first one when none is named.

    Raises:
        ScpiError: −224 when there is none of that name.
    """
    wanted = (name or DEFAULT_BUFFERS[0]).strip()
    for known, buffer in panel.settings.buffers.items():
        if known.lower() == wanted.lower():
            return buffer
    raise ScpiError(-224)
