"""What a Keithley 2000 remembers besides its physics: filters, buffer, readings running on."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from math import inf

from simulators.multimeter.averaging import Filter, apply
from simulators.multimeter.meter import OVERLOAD, Multimeter, Timing
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Measurand

FILTERED = (
    Measurand.DC_VOLTAGE, Measurand.AC_VOLTAGE, Measurand.DC_CURRENT, Measurand.AC_CURRENT,
    Measurand.RESISTANCE, Measurand.RESISTANCE_4_WIRE, Measurand.TEMPERATURE,
)  # fmt: skip
KEPT = 2048  # readings remembered of those running on
NOT_RUNNING = Timing(0.0, 1.0)
# Bits of the measurement event register (user manual, figure 5-4).
OVERFLOW, AVAILABLE, TWO, HALF, FULL = 1, 32, 128, 256, 512
DEFAULT_DIGITS: Mapping[Measurand, int] = {
    Measurand.AC_VOLTAGE: 6, Measurand.AC_CURRENT: 6, Measurand.TEMPERATURE: 6,
}  # fmt: skip


@dataclass(slots=True)
class Running:
    """Readings that follow each other without end, from an instant on.

    Attributes:
        began: instant (s) at which the first one began; None when none are running.
        timing: of each.
        shown: number of the last one handed out as fresh.
        known: number → value of those looked at.
    """

    began: float | None = None
    timing: Timing = NOT_RUNNING
    shown: int = 0
    known: dict[int, float] = field(default_factory=dict)

    def restart(self, instant: float, timing: Timing) -> None:
        """Begin anew at `instant` (s), reading after reading as `timing` has it."""
        self.began, self.timing, self.shown = instant, timing, 0
        self.known.clear()

    def latest(self, instant: float) -> int:
        """Return the number of the last one complete at `instant` (s); 0 is none."""
        began = instant if self.began is None else self.began
        return int((instant - began) / self.timing.total + 1e-9)

    def complete(self, number: int) -> float:
        """Return the instant (s) at which reading `number` is complete."""
        return (self.began or 0.0) + number * self.timing.total

    def value(self, meter: Multimeter, number: int) -> float:
        """Return reading `number`, always the same one."""
        if number not in self.known:
            if len(self.known) >= KEPT:
                del self.known[next(iter(self.known))]
            self.known[number] = meter.read(self.complete(number - 1) + self.timing.middle)
        return self.known[number]


@dataclass(slots=True)
class Buffer:
    """The reading buffer (TRACe).

    Attributes:
        points: readings it is to hold.
        feeding: whether readings go into it until it is full.
        source: where they come from: SENS, CALC or NONE.
        values: readings, oldest first.
        instants: at which they are complete (s), in the same order.
    """

    points: int = 100
    feeding: bool = False
    source: str = "SENS1"
    values: list[float] = field(default_factory=list)
    instants: list[float] = field(default_factory=list)

    def stored(self, instant: float) -> list[float]:
        """Return the readings that were complete at `instant` (s)."""
        return self.values[: bisect_right(self.instants, instant + 1e-9)]

    def clear(self) -> None:
        """Forget every reading."""
        self.values.clear()
        self.instants.clear()


@dataclass(slots=True)
class Settings:
    """What `*RST` brings back, besides the physics (from memory, unverified where not said).

    Attributes:
        display_text: message on the display.
        text_on: whether it is shown.
        display_on: whether the display is lit.
        continuous: whether the trigger system never rests.
        elements: what comes with a reading: READ, CHAN, UNIT.
        format: of buffered readings.
        swapped: whether binary readings come with the least byte first.
        timer: interval (s) of the timer source.
        filters: function → averaging filter.
        digits: function → digits of a reading.
        buffer: the reading buffer.
        running: readings of the continuous mode.
        due: (instant in s, bits) that the measurement register is going to show.
        taken: readings of the last INITiate handed out as fresh.
    """

    display_text: str = ""
    text_on: bool = False
    display_on: bool = True
    continuous: bool = False
    elements: tuple[str, ...] = ("READ",)
    format: str = "ASC"
    swapped: bool = True
    timer: float = 0.1
    filters: dict[Measurand, Filter] = field(
        default_factory=lambda: {measurand: Filter() for measurand in FILTERED}
    )
    digits: dict[Measurand, int] = field(default_factory=lambda: dict(DEFAULT_DIGITS))
    buffer: Buffer = field(default_factory=Buffer)
    running: Running = field(default_factory=Running)
    due: list[tuple[float, int]] = field(default_factory=list)
    taken: int = 0


Panel2000 = MultimeterPanel[Settings]


def changed(panel: Panel2000) -> None:
    """Let a changed setting take effect; what runs on begins anew."""
    apply(panel.settings.filters, panel.meter.setups)
    for measurand, setup in panel.meter.setups.items():
        setup.digits = panel.settings.digits.get(measurand, 7)
    panel.acquisition.revise()
    if panel.settings.running.began is not None:
        panel.settings.running.restart(panel.cursor, panel.acquisition.timing())


def preset(panel: Panel2000) -> None:
    """Set everything as for the bench (SYSTem:PRESet): continuous, moving filter of ten on."""
    panel.reset()
    panel.settings.continuous = True
    for one in panel.settings.filters.values():
        one.on, one.repeats = True, False
    changed(panel)
    panel.settings.running.restart(panel.cursor, panel.acquisition.timing())


def notice(panel: Panel2000, instants: list[float], values: list[float]) -> None:
    """Let the measurement register show readings when they are complete, and feed the buffer."""
    if not instants:
        return
    settings, overload = panel.settings, panel.habits.overload_bits[panel.meter.measurand]
    due = settings.due
    due.append((instants[0], AVAILABLE))
    due += [
        (instant, overload)
        for instant, value in zip(instants, values, strict=True)
        if abs(value) >= OVERLOAD
    ]
    if settings.buffer.feeding:
        _feed(settings.buffer, instants, values, due)
    due.sort()
    if panel.watch is None:
        panel.watch = partial(_ripen, panel)


def _feed(
    buffer: Buffer, instants: list[float], values: list[float], due: list[tuple[float, int]]
) -> None:
    room = buffer.points - len(buffer.values)
    buffer.values += values[:room]
    buffer.instants += instants[:room]
    buffer.feeding = len(buffer.values) < buffer.points
    for count, bit in ((2, TWO), (buffer.points // 2, HALF), (buffer.points, FULL)):
        if 0 < count <= len(buffer.instants):
            due.append((buffer.instants[count - 1], bit))


def _ripen(panel: Panel2000, instant: float) -> bool:
    """Show what is due at `instant` (s); return whether that was all."""
    due, register = panel.settings.due, panel.events.registers["measurement"]
    while due and due[0][0] <= instant + 1e-9:
        bits = due.pop(0)[1]
        register.event |= bits
        register.condition |= bits
    return not due


def busy(panel: Panel2000) -> bool:
    """Return whether readings are under way or awaited."""
    return panel.settings.running.began is not None or panel.acquisition.busy(panel.cursor)


def stop(panel: Panel2000) -> None:
    """Go back to idle; readings not complete now are not kept."""
    panel.acquisition.abort(panel.cursor)
    panel.settings.running.began = None
    buffer = panel.settings.buffer
    if buffer.values:
        buffer.values = buffer.stored(panel.cursor)
        del buffer.instants[len(buffer.values) :]
    panel.settings.due = [one for one in panel.settings.due if one[0] <= panel.cursor]


def endless(panel: Panel2000) -> bool:
    """Return whether the trigger count never ends."""
    return panel.acquisition.triggering.count == inf
