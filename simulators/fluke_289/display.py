"""What a 289's display shows: a reading every quarter of a second, at its switch's position."""

from dataclasses import dataclass
from math import floor, log10

from simulators.errors import UnknownName
from simulators.fluke_289.specification import COUNTS, POSITIONS, Position
from simulators.multimeter.meter import OVERLOAD, Multimeter
from simulators.multimeter.specification import AC

SAMPLE_SECONDS = 0.25
TURN_SECONDS = 0.5  # that the display stays blank after a turn of the switch: a choice
DOWN_RANGE = 0.09  # part of the range below which it goes down: a choice


@dataclass(frozen=True, slots=True)
class Shown:
    """One reading.

    Attributes:
        value: in V, A or Ω; meaningless unless `state` is NORMAL.
        resolution: of the display, in the same unit.
        range_: in use.
        state: NORMAL, OL, OL_MINUS or BLANK.
        instant: at which it was taken (s).
    """

    value: float
    resolution: float
    range_: float
    state: str
    instant: float


class Display:
    """One meter's switch and display.

    Attributes:
        name: position of the switch, as replies name it.
    """

    def __init__(self, meter: Multimeter, name: str) -> None:
        self.meter, self.name = meter, name
        self._turned = -TURN_SECONDS
        self._number = -1
        self._shown: Shown | None = None
        self._set()

    @property
    def position(self) -> Position:
        """Where the switch stands."""
        return POSITIONS[self.name]

    def turn(self, name: str, instant: float) -> None:
        """Turn the switch at `instant` (s).

        Raises:
            UnknownName: there is no such position.
        """
        if name not in POSITIONS:
            raise UnknownName("position of the switch", name, POSITIONS)
        self.name, self._turned = name, instant
        self._set()

    def reset(self, instant: float) -> None:
        """Look for the range anew."""
        self._turned = instant
        self._set()

    def at(self, instant: float) -> Shown:
        """Return what it shows at `instant` (s)."""
        number = floor(instant / SAMPLE_SECONDS)
        if self._shown is None or number != self._number:
            self._number = number
            self._shown = self._sample(number * SAMPLE_SECONDS)
        if instant < self._turned + TURN_SECONDS:
            shown = self._shown
            return Shown(OVERLOAD, shown.resolution, shown.range_, "BLANK", shown.instant)
        return self._shown

    def _set(self) -> None:
        self.meter.measurand = self.position.measurand
        setup = self.meter.setup
        setup.auto_range, setup.auto_zero = False, False
        setup.range_ = self.position.ranges[-1]
        self.meter.revise()
        self._shown = None

    def _sample(self, instant: float) -> Shown:
        setup, ranges = self.meter.setup, self.position.ranges
        value = self.meter.read(instant)
        for _ in ranges:  # each look moves it by one range at most
            here = ranges.index(setup.range_)
            if abs(value) >= OVERLOAD and here + 1 < len(ranges):
                here += 1
            elif abs(value) < DOWN_RANGE * setup.range_ and here > 0:
                here -= 1
            else:
                break
            setup.range_ = ranges[here]
            self.meter.revise()
            value = self.meter.read(instant)
        resolution = 10.0 ** floor(log10(setup.range_ / COUNTS) + 0.5)
        if abs(value) >= OVERLOAD:
            state = "OL" if value > 0 else "OL_MINUS"
            return Shown(value, resolution, setup.range_, state, instant)
        if self.position.measurand in AC:
            value = abs(value)
        shown = round(value / resolution) * resolution
        return Shown(shown, resolution, setup.range_, "NORMAL", instant)
