"""A load resistor, connected across the output of whatever is to be loaded.

What it is comes with the specification's constants: `ohms` (default 10 Ω).
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName
from simulators.physics.electrical import Output, Quantity, Trajectory
from simulators.world import World

ENDS = ("1", "2")
CONSTANT = "ohms"
DEFAULT_OHMS = 10.0


class LoadResistor:
    """One resistor: its resistance (Ω), the same at every power."""

    revision = 0

    def __init__(self, ohms: float) -> None:
        self.ohms = ohms
        self.ports = {"R": ENDS}

    def output(self, port: str) -> Output:
        """Return the resistance that it is."""
        return Output(Quantity.RESISTANCE, dc=Trajectory(self.ohms, self.ohms, 0.0, 1.0))

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return its true resistance (Ω), whatever it is called."""
        return self.ohms


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a resistor into `world`.

    Raises:
        UnknownName: it has no such constant.
    """
    for name in spec.constants:
        if name != CONSTANT:
            raise UnknownName("constant of a load resistor", name, (CONSTANT,))
    resistor = LoadResistor(spec.constants.get(CONSTANT, DEFAULT_OHMS))
    world.install(spec.name, ENDS, resistor)
    return Built(None, resistor)
