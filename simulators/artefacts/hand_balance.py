"""A balance or scale without an interface: a person reads its display and presses its keys.

What it is comes with the specification's constants: `capacity_kilograms` (default 6 kg),
`interval_kilograms` (default 1 g, e = d), `time_constant` of its settling (default 0.15 s) and
`eccentricity_intervals`, the limit of the error at the edge of its pan with a third of its
capacity (default 0.8).  The limits that its errors are drawn from are choices of the usual size for
a scale of OIML R 76 class III, in intervals, no specification.
"""

from math import inf

from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.weighing.balance import WeighingCell
from simulators.weighing.scale import Outcome, Scale
from simulators.weighing.specification import Balance
from simulators.world import World

DEFAULTS = {
    "capacity_kilograms": 6.0,
    "interval_kilograms": 1e-3,
    "time_constant": 0.15,
    "eccentricity_intervals": 0.8,
}
OVER_RANGE = 9  # intervals above its capacity that a scale still shows
REPEATABILITY = (0.06, 0.10)  # intervals, next to empty and near full
LINEARITY, SLOPE = 0.6, 0.8  # intervals: each limit, at its worst place
TEMPERATURE = 0.02  # intervals per kelvin, at full load
ZERO, TARE = "ZERO", "TARE"


def specification(constants: dict[str, float]) -> Balance:
    """Return what a data sheet would say of it."""
    capacity, step = constants["capacity_kilograms"], constants["interval_kilograms"]
    most = capacity + OVER_RANGE * step
    return Balance(
        "scale",
        most,
        ((most, step),),
        (REPEATABILITY[0] * step, REPEATABILITY[1] * step),
        LINEARITY * step,
        constants["eccentricity_intervals"] * step,
        capacity / 3.0,
        constants["time_constant"],
        sensitivity=SLOPE * step / capacity,
        per_kelvin=TEMPERATURE * step / capacity,
        internal_weight=False,
    )


class Front:
    """Display and keys."""

    def __init__(self, scale: Scale, world: World) -> None:
        self._scale, self._world = scale, world

    def look(self, quantity: str) -> Sight:
        """Return what is shown (kg) once it is steady, for which a person waits; as it is if never.

        Infinity: it shows overload.
        """
        reading = self._scale.reading(self._steady())
        return Sight(reading.net if reading.range_ is not Outcome.ABOVE else inf)

    def press(self, key: str) -> None:
        """Press the zero or the tare key once the indication is steady.

        Raises:
            UnknownName: there is no such key.
        """
        keys = {ZERO: self._scale.zero, TARE: self._scale.take_tare}
        if key not in keys:
            raise UnknownName("key of a balance", key, keys)
        keys[key](self._steady())

    def _steady(self) -> float:
        now = self._world.clock.monotonic()
        steady = self._scale.stable_at(now)
        return now if steady == inf else steady


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a scale into `world`."""
    for name in spec.constants:
        if name not in DEFAULTS:
            raise UnknownName("constant of a balance", name, DEFAULTS)
    made = specification({**DEFAULTS, **spec.constants})
    cell = WeighingCell(made, spec.name, world, spec.errors)
    front = Front(Scale(cell, world.clock.monotonic()), world)
    return Built(None, cell, turn=front.press, look=front.look)
