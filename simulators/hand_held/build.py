"""From a specification to a hand-held multimeter in the world.

Terminals: `HI` (V Ω), `LO` (COM), `mA`, `A`. Its switch and range key are turned on the bench, or
at its control desk, to a function and a range in the SI unit: "dc-voltage 20", "resistance 2000";
for "frequency 20" the range is that of the input voltage. It wakes up at "dc-voltage 1000".
"""

from collections.abc import Mapping
from math import ceil, copysign, inf, log10

from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.hand_held.specification import COUNTS, HAND_HELD, MEASURANDS
from simulators.multimeter.meter import OVERLOAD, Multimeter
from simulators.multimeter.specification import COUNTED, Measurand
from simulators.world import World

HAIR = 1e-9  # what a power of ten may be off as a float

POSITIONS: Mapping[str, tuple[Measurand, float]] = {
    f"{function} {range_:g}": (measurand, range_)
    for function, measurand in MEASURANDS.items()
    for range_ in HAND_HELD.ranges(measurand)
}


class HandHeld:
    """One meter's switch and display."""

    def __init__(self, meter: Multimeter, world: World) -> None:
        self._meter, self._world = meter, world
        self.turn(f"dc-voltage {HAND_HELD.starting[Measurand.DC_VOLTAGE]:g}")

    def turn(self, position: str) -> None:
        """Choose function and range.

        Raises:
            UnknownName: there is no such position.
        """
        if position not in POSITIONS:
            raise UnknownName("position of the switch", position, POSITIONS)
        self._meter.measurand, range_ = POSITIONS[position]
        setup = self._meter.setup
        setup.range_, setup.auto_range, setup.auto_zero = range_, False, False
        self._meter.revise()

    def look(self, quantity: str = "") -> Sight:
        """Return what the display shows, in the SI unit; infinite where that is overload."""
        value = self._meter.read(self._world.clock.monotonic())
        if abs(value) >= OVERLOAD:
            return Sight(copysign(inf, value))
        range_ = self._meter.setup.range_
        counted = self._meter.measurand in COUNTED
        step = _step(abs(value) if counted and value else range_)
        shown = round(value / step)
        if range_ / step >= COUNTS * (1.0 - HAIR) and abs(shown) >= COUNTS and not counted:
            return Sight(copysign(inf, value))
        return Sight(shown * step + 0.0)


def _step(full_scale: float) -> float:
    """Return the last digit of the display where `full_scale` is the most it shows."""
    return float(10.0 ** ceil(log10(full_scale / COUNTS) - HAIR))


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a hand-held multimeter into `world`."""
    meter = Multimeter(HAND_HELD, spec.name, world, spec.errors)
    held = HandHeld(meter, world)
    return Built(None, meter, turn=held.turn, look=held.look)
