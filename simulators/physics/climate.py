"""Sensors of air, the room's or a chamber's: each with its own error, lag and noise.

All is in closed form, and a sensor hangs in the room unless it is joined to a place in a chamber.

A change of the air reaches a sensor exponentially, from the instant at which it happened; what
was left of the change before it is neglected.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log

from simulators.physics.functions import Function
from simulators.physics.media import ClimatePlace
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, drawn, with_settings
from simulators.world import Air, World

PROBE = "PROBE"
UPDATE_SECONDS = 1.0  # between two measured values


@dataclass(frozen=True, slots=True)
class Sensor:
    """What a data sheet says of one sensor.

    Attributes:
        accuracy: limit of the error, in the unit of the quantity.
        full_scale: in the unit of the quantity.
        lag: time constant (s).
        noise: standard deviation of a value.
    """

    accuracy: float
    full_scale: float
    lag: float
    noise: float


_OF_AIR: dict[Function, Callable[[Air], float]] = {
    Function.TEMPERATURE: lambda air: air.celsius,
    Function.HUMIDITY: lambda air: air.humidity,
    Function.ATMOSPHERIC_PRESSURE: lambda air: air.pascals,
}


class Climate:
    """The sensors of one instrument.

    Attributes:
        filter_seconds: time constant (s) of a filter after them.
    """

    def __init__(
        self,
        sensors: dict[Function, Sensor],
        name: str,
        world: World,
        errors: Errors,
        *,
        beside: str = "",
    ) -> None:
        """Draw the errors of the sensors; they hang where "`name` PROBE" is, or where `beside`."""
        self.filter_seconds = 0.0
        self._sensors, self._world = sensors, world
        self._errors = {
            function: with_settings(
                drawn(
                    generator(world.seed, name, function),
                    relative=0.0,
                    floor=sensor.accuracy,
                    full_scale=sensor.full_scale,
                ),
                errors.get(function, {}),
            )
            for function, sensor in sensors.items()
        }
        self._noise = {
            function: standard_normals(generator(world.seed, name, function, "noise"))
            for function in sensors
        }
        self._drawn: dict[Function, tuple[int, float]] = {}
        self._terminal = beside or f"{name} {PROBE}"
        if not beside:
            world.install(name, (PROBE,))

    def value(self, function: Function, instant: float) -> float:
        """Return what a sensor says (°C, % or Pa) at `instant` (s)."""
        lag = self._sensors[function].lag + self.filter_seconds
        places = self._world.joined(self._terminal, ClimatePlace)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        sensed = places[0].sensed(function, lag, instant) if places else None
        if sensed is None:
            sensed = self._of_room(function, lag, instant)
        return sensed + self.true_error(function, sensed) + self._noise_of(function, instant)

    def _of_room(self, function: Function, lag: float, instant: float) -> float:
        of_air = _OF_AIR[function]
        now = of_air(self._world.air)
        age = max(instant - self._world.air_changed_at, 0.0)
        return now + (of_air(self._world.air_before) - now) * exp(-min(age / lag, 700.0))

    def true_error(
        self, function: Function, value: float, *, range_: float = 0.0, hertz: float = 0.0
    ) -> float:
        """Return the error of a sensor at `value` (°C, % or Pa)."""
        return self._errors[function].of(value)

    def _noise_of(self, function: Function, instant: float) -> float:
        update = int((instant - self._world.began) / UPDATE_SECONDS + 1e-6)
        kept = self._drawn.get(function)
        if kept is None or kept[0] != update:
            kept = self._drawn[function] = (update, next(self._noise[function]))
        return self._sensors[function].noise * kept[1]


# Magnus formula over water, as psychrometric tables use it (from memory, unverified).
_A_PASCALS, _B, _C_CELSIUS = 611.2, 17.62, 243.12


def saturation_pascals(celsius: float) -> float:
    """Return the saturation vapour pressure (Pa) over water."""
    return _A_PASCALS * exp(_B * celsius / (_C_CELSIUS + celsius))


def dew_point(celsius: float, humidity: float) -> float:
    """Return the dew point (°C) of air of `humidity` (%)."""
    gamma = log(max(humidity, 0.01) / 100.0) + _B * celsius / (_C_CELSIUS + celsius)
    return _C_CELSIUS * gamma / (_B - gamma)
