"""A pressure gauge read by a person: it shows what is at its "INLET", and says nothing.

EN 837-1: the class is the limit of the error in % of the span.  It is tapped before it is read, so
friction leaves no trace; what is left is the elastic hysteresis of the tube: nothing at both ends
of the scale, greatest in the middle.  The tube follows the pressure as often as somebody looks
(`look`, `state`) and wherever a controller turns (`follow`), so nothing of its way is missed.

What it is comes with the specification's constants: `span_pascals` (default 10 bar), `class`
(default 1.0), `interval_pascals` of the scale (default a hundredth of the span; the panel's state
is read to a fifth of it), `step_pascals` of a display in place of a pointer, `per_kelvin` (limit
of the effect of temperature, of the reading), `metres_below` (how far its own level lies below the
outlet that it is joined to, default 0).
"""

from collections.abc import Mapping

from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.language.mute import Mute
from simulators.panel import Replies, Scalar
from simulators.physics.functions import Function
from simulators.physics.media import PressurePort
from simulators.physics.noise import generator
from simulators.physics.true_error import SETTABLE, Errors, drawn, with_settings
from simulators.world import World

INLET = "INLET"
CONSTANTS = (
    "span_pascals", "class", "interval_pascals", "step_pascals", "per_kelvin", "metres_below",
)  # fmt: skip
DEFAULT_SPAN, DEFAULT_CLASS = 1e6, 1.0
ERROR_SHARE = 0.8  # of the limit of the class
HYSTERESIS_SHARE = (0.2, 0.6)  # of the limit of the class; EN 837-1 allows all of it
READ_TO = 5.0  # parts of a scale interval that a person tells apart
REFERENCE_CELSIUS = 20.0
PER_KELVIN = 4e-4  # limit, of the reading; EN 837-1 says of the span (from memory, unverified)
GRAVITY, DRY_AIR, ICE_POINT = 9.80665, 0.0034837, 273.15  # m/s²; kg·K/(m³·Pa); K


class DialGauge:
    """The physics of one gauge with its own errors.

    Attributes:
        span: of its scale (Pa).
        interval: of its scale (Pa).
        step: of its display (Pa); None: it has a pointer.
    """

    def __init__(self, spec: InstrumentSpec, world: World) -> None:
        constants = spec.constants
        self.span = constants.get("span_pascals", DEFAULT_SPAN)
        self.interval = constants.get("interval_pascals", self.span / 100.0)
        self.step = constants.get("step_pascals")
        limit = constants.get("class", DEFAULT_CLASS) / 100.0 * self.span
        draws = generator(world.seed, spec.name, "errors")
        error = drawn(draws, relative=0.0, floor=ERROR_SHARE * limit, full_scale=self.span)
        self._error = with_settings(error, spec.errors.get(Function.GAUGE_PRESSURE, {}))
        drawn_share = draws.uniform(*HYSTERESIS_SHARE)
        self._hysteresis = _hysteresis(drawn_share * limit, spec.errors, self.span)
        self._name, self._world = spec.name, world
        self._per_kelvin = constants.get("per_kelvin", PER_KELVIN) * draws.uniform(-1.0, 1.0)
        self._below = constants.get("metres_below", 0.0)
        self._held = 0.0
        world.install(spec.name, (INLET,), things={INLET: self})

    def pointer(self) -> float:
        """Return where the pointer stands (Pa above atmosphere), not rounded."""
        true = self._pressure()
        drift = self._per_kelvin * (self._world.air.celsius - REFERENCE_CELSIUS) * true
        self._bend(true)
        return self._held + self.true_error(Function.GAUGE_PRESSURE, true, range_=0.0) + drift

    def follow(self, pascals: float) -> None:
        """Have an absolute pressure (Pa) at the level of what it is joined to."""
        self._bend(self._at_its_level(pascals))

    def _bend(self, true: float) -> None:
        """Let the tube come to a gauge pressure (Pa) from where it was."""
        play = self._loop(true) / 2.0
        self._held = min(max(self._held, true - play), true + play)

    def look(self, quantity: str = "") -> Sight:
        """Return what a person sees: where the pointer stands, or what the display says."""
        pointer = self.pointer()
        if self.step is None:
            return Sight(pointer, analogue=True)
        return Sight(round(pointer / self.step) * self.step + 0.0)

    def indication(self) -> float:
        """Return what is read (Pa above atmosphere): of a pointer, to a part of an interval."""
        step = self.interval / READ_TO if self.step is None else self.step
        return round(self.pointer() / step) * step + 0.0

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (Pa) at `value` (Pa), half way between up and down, at 20 °C.

        Of the hysteresis: by how much it indicates more going down than going up.
        """
        if function is Function.PRESSURE_HYSTERESIS:
            return self._loop(value)
        return self._error.of(value)

    @property
    def hysteresis(self) -> float:
        """Difference (Pa) between going down and going up in the middle of the scale."""
        return self._hysteresis

    def _loop(self, true: float) -> float:
        """Return the width (Pa) of the hysteresis loop at a pressure (Pa)."""
        part = min(abs(true) / self.span, 1.0)
        return self._hysteresis * 4.0 * part * (1.0 - part)

    def _pressure(self) -> float:
        """Return the true gauge pressure (Pa) at its own level."""
        ports = self._world.joined(f"{self._name} {INLET}", PressurePort)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        if not ports:
            return 0.0
        return self._at_its_level(ports[0].pascals(self._world.clock.monotonic()))

    def _at_its_level(self, absolute: float) -> float:
        """Return the gauge pressure (Pa) at its own level."""
        air = self._world.air
        gauge = absolute - air.pascals
        # Both ends see the air's own column: what counts is how much denser the line's gas is.
        return gauge * (1.0 + DRY_AIR * GRAVITY * self._below / (air.celsius + ICE_POINT))


def _hysteresis(drawn_pascals: float, errors: Errors, span: float) -> float:
    settings = errors.get(Function.PRESSURE_HYSTERESIS, {})
    times, _, offset_ppm = (settings.get(name) for name in SETTABLE)
    if offset_ppm is not None:
        return offset_ppm * 1e-6 * span
    return drawn_pascals if times is None else times * drawn_pascals


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
    return Built(DialPanel(gauge), gauge, look=gauge.look)
