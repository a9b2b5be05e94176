"""A pressure transmitter: the pressure at its "INLET" becomes a current of 4 mA to 20 mA.

The loop has its supply and an ammeter with it that somebody reads, exact but for its last digit.
What it is comes with the specification's constants, those of a gauge (`span_pascals`, `class`,
`per_kelvin`, `metres_below`) and `step_amperes` of the ammeter (default 1 µA).
"""

from dataclasses import replace

from simulators.artefacts.pressure_gauge import DialGauge
from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.world import World

LOW, HIGH = 4e-3, 20e-3  # A
LOWEST, HIGHEST = 3.8e-3, 20.5e-3  # A, where it saturates (NAMUR NE 43; from memory, unverified)
STEP = "step_amperes"
CONSTANTS = ("span_pascals", "class", "per_kelvin", "metres_below")
DEFAULT_STEP = 1e-6


class Transmitter:
    """A gauge's physics, and the current that it makes of it."""

    def __init__(self, gauge: DialGauge, step: float) -> None:
        self.gauge, self.step = gauge, step

    def amperes(self) -> float:
        """Return the current (A) in the loop."""
        current = LOW + (HIGH - LOW) * self.gauge.pointer() / self.gauge.span
        return min(max(current, LOWEST), HIGHEST)

    def look(self, quantity: str = "") -> Sight:
        """Return what the ammeter shows (A)."""
        return Sight(round(self.amperes() / self.step) * self.step + 0.0)


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a transmitter into `world`; what is true of it is said in pascals."""
    for name in spec.constants:
        if name not in (*CONSTANTS, STEP):
            raise UnknownName("constant of a pressure transmitter", name, (*CONSTANTS, STEP))
    of_gauge = {name: value for name, value in spec.constants.items() if name != STEP}
    gauge = DialGauge(replace(spec, constants=of_gauge), world)
    transmitter = Transmitter(gauge, spec.constants.get(STEP, DEFAULT_STEP))
    return Built(None, gauge, look=transmitter.look)
