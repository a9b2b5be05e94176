"""A digital thermometer without an interface: its probe lies somewhere, its display is read.

What it is comes with the specification's constants: `resolution` of its display (default 0.1 °C),
`limit` of its error (default 0.5 °C), `time_constant` of its probe (default 8 s), `high` end of
its range (default 200 °C).  Errors are drawn within the limit, or set by hand under "temperature".
All these figures are choices of the usual size, no specification.
"""

from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.physics.tip import TIP, Tip
from simulators.physics.true_error import drawn, with_settings
from simulators.world import World

DEFAULTS = {"resolution": 0.1, "limit": 0.5, "time_constant": 8.0, "high": 200.0}
GAIN_SHARE = 0.4  # of the limit, that the error of slope may use up at the end of the range


class DigitalThermometer:
    """The physics of one thermometer with its own errors; terminal "NAME TIP"."""

    def __init__(self, spec: InstrumentSpec, world: World) -> None:
        made = {**DEFAULTS, **spec.constants}
        limit, high = made["limit"], made["high"]
        error = drawn(
            generator(world.seed, spec.name, "errors"),
            relative=GAIN_SHARE * limit / high,
            floor=(1.0 - GAIN_SHARE) * limit,
            full_scale=high,
        )
        self._error = with_settings(error, spec.errors.get(Function.TEMPERATURE, {}))
        self._tip = Tip(spec.name, world, made["time_constant"])
        self._resolution, self._world = made["resolution"], world
        world.install(spec.name, (TIP,))

    def display(self) -> float:
        """Return what stands on the display (°C)."""
        true = self._tip.celsius(self._world.clock.monotonic())
        shown = true + self._error.of(true)
        return round(shown / self._resolution) * self._resolution + 0.0

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (K) before rounding, where its tip is at `value` (°C)."""
        return self._error.of(value)


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a thermometer into `world`."""
    for name in spec.constants:
        if name not in DEFAULTS:
            raise UnknownName("constant of a digital thermometer", name, tuple(DEFAULTS))
    thermometer = DigitalThermometer(spec, world)
    return Built(None, thermometer, look=lambda quantity: Sight(thermometer.display()))
