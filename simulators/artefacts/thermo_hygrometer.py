"""A thermo-hygrometer without an interface: two numbers on a display.

What it is comes with the specification's constants: limits of error `celsius_limit` (default
0.5 °C) and `percent_limit` (3 %), last digits `celsius_step` (0.1 °C) and `percent_step` (1 %).
Lags and noise are a choice.
"""

from collections.abc import Callable

from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.physics.climate import Climate, Sensor
from simulators.physics.functions import Function
from simulators.world import World

STEPS = {Function.TEMPERATURE: ("celsius_step", 0.1), Function.HUMIDITY: ("percent_step", 1.0)}
LIMITS = {Function.TEMPERATURE: ("celsius_limit", 0.5), Function.HUMIDITY: ("percent_limit", 3.0)}
CONSTANTS = tuple(name for name, _ in (*STEPS.values(), *LIMITS.values()))
LAG_SECONDS = 90.0  # of sensors behind the slits of a case
NOISE = {Function.TEMPERATURE: 0.02, Function.HUMIDITY: 0.1}
FULL_SCALE = {Function.TEMPERATURE: 50.0, Function.HUMIDITY: 100.0}


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put an instrument into `world`."""
    for name in spec.constants:
        if name not in CONSTANTS:
            raise UnknownName("constant of a thermo-hygrometer", name, CONSTANTS)
    limits = {one: spec.constants.get(*LIMITS[one]) for one in LIMITS}
    sensors = {
        one: Sensor(limit, FULL_SCALE[one], LAG_SECONDS, NOISE[one])
        for one, limit in limits.items()
    }
    climate = Climate(sensors, spec.name, world, spec.errors)
    return Built(None, climate, look=_display(spec, climate, world))


def _display(spec: InstrumentSpec, climate: Climate, world: World) -> Callable[[str], Sight]:
    steps = {one: spec.constants.get(*STEPS[one]) for one in STEPS}

    def look(quantity: str) -> Sight:
        if quantity not in steps:
            raise UnknownName("indication of a thermo-hygrometer", quantity, tuple(steps))
        function = Function(quantity)
        value = climate.value(function, world.clock.monotonic())
        step = steps[function]
        return Sight(round(round(value / step) * step, 9) + 0.0)

    return look
