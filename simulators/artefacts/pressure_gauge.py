"""A dial gauge for pressure, read by a person: it shows what is at its "INLET", and says nothing.

EN 837-1: the class is the limit of the error in % of the span.  Friction holds the pointer back by
half the hysteresis on either side; the bends of the tube follow the pressure only as often as
somebody looks (`state`), so a peak between two looks leaves no trace.

What it is comes with the specification's constants: `span_pascals` (default 10 bar), `class`
(default 1.0), `interval_pascals` of the scale (default a hundredth of the span, read to a fifth).
"""

from collections.abc import Mapping

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName
from simulators.language.mute import Mute
from simulators.panel import Replies, Scalar
from simulators.physics.functions import Function
from simulators.physics.media import PressurePort
from simulators.physics.noise import generator
from simulators.physics.true_error import drawn, with_settings
from simulators.world import World

INLET = "INLET"
CONSTANTS = ("span_pascals", "class", "interval_pascals")
DEFAULT_SPAN, DEFAULT_CLASS = 1e6, 1.0
ERROR_SHARE = 0.8  # of the limit of the class
HYSTERESIS_SHARE = (0.2, 0.6)  # of the limit of the class; EN 837-1 allows all of it
READ_TO = 5.0  # parts of a scale interval that a person tells apart
REFERENCE_CELSIUS = 20.0
PER_KELVIN = 4e-4  # limit, of the reading; EN 837-1 says of the span (from memory, unverified)


class DialGauge:
    """The physics of one gauge with its own errors.

    Attributes:
        span: of its scale (Pa).
        interval: of its scale (Pa).
    """

    def __init__(self, spec: InstrumentSpec, world: World) -> None:
        self.span = spec.constants.get("span_pascals", DEFAULT_SPAN)
        self.interval = spec.constants.get("interval_pascals", self.span / 100.0)
        limit = spec.constants.get("class", DEFAULT_CLASS) / 100.0 * self.span
        draws = generator(world.seed, spec.name, "errors")
        error = drawn(draws, relative=0.0, floor=ERROR_SHARE * limit, full_scale=self.span)
        self._error = with_settings(error, spec.errors.get(Function.GAUGE_PRESSURE, {}))
        self._hysteresis = draws.uniform(*HYSTERESIS_SHARE) * limit
        self._name, self._world = spec.name, world
        self._per_kelvin = PER_KELVIN * draws.uniform(-1.0, 1.0)
        self._held = 0.0
        world.install(spec.name, (INLET,))

    def indication(self) -> float:
        """Return where the pointer stands (Pa above atmosphere), read to a part of an interval."""
        ports = self._world.joined(f"{self._name} {INLET}", PressurePort)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        instant, air = self._world.clock.monotonic(), self._world.air
        true = ports[0].pascals(instant) - air.pascals if ports else 0.0
        drift = self._per_kelvin * (air.celsius - REFERENCE_CELSIUS) * true
        play = self._hysteresis / 2.0
        self._held = min(max(self._held, true - play), true + play)
        step = self.interval / READ_TO
        pointer = self._held + self.true_error(Function.GAUGE_PRESSURE, true, range_=0.0) + drift
        return round(pointer / step) * step + 0.0

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (Pa) at `value` (Pa), half way between up and down, at 20 °C."""
        return self._error.of(value)

    @property
    def hysteresis(self) -> float:
        """Difference (Pa) between going down and going up."""
        return self._hysteresis


class DialPanel(Mute):
    """The face of the gauge: to be read, not to be talked to."""

    def __init__(self, gauge: DialGauge) -> None:
        self._gauge = gauge

    def receive(self, message: bytes) -> Replies:
        """Do nothing: there is no interface."""
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what a person reads off the dial."""
        pascals = self._gauge.indication()
        return {"pascals": pascals, "text": f"{pascals / 1e5:.3f} bar"}


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a gauge into `world`."""
    for name in spec.constants:
        if name not in CONSTANTS:
            raise UnknownName("constant of a pressure gauge", name, CONSTANTS)
    gauge = DialGauge(spec, world)
    return Built(DialPanel(gauge), gauge)
