"""A climatic chamber, set by a person: air that goes to its set-points, from place to place.

The air tends exponentially to what is set, breathes around it, and differs a little at each of
the places.  All of that is a choice, of the size that characterisations of small chambers state.
Constants of the specification: half-widths `uniformity_kelvin` (default 0.2) and
`uniformity_percent` (0.8) of the places, amplitudes `stability_kelvin` (0.05) and
`stability_percent` (0.2), `seconds` (300), the time constant of a change.
"""

import re
from dataclasses import dataclass
from math import atan, cos, exp, pi

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.world import World

PLACES = tuple(f"PLACE {number}" for number in range(1, 14))
"""One for the reference, twelve for what is calibrated."""

DEFAULTS = {
    "uniformity_kelvin": 0.2,
    "uniformity_percent": 0.8,
    "stability_kelvin": 0.05,
    "stability_percent": 0.2,
    "seconds": 300.0,
}
PERIODS = {Function.TEMPERATURE: 420.0, Function.HUMIDITY: 260.0}  # s, of its breathing
SETTING = re.compile(r"(-?\d+(?:\.\d+)?) °C, (\d+(?:\.\d+)?) %", re.ASCII)


class Chamber:
    """The air of one chamber."""

    def __init__(self, spec: InstrumentSpec, world: World) -> None:
        self.constants = {**DEFAULTS, **spec.constants}
        self._name, self._world = spec.name, world
        air = world.air
        self._from = {Function.TEMPERATURE: air.celsius, Function.HUMIDITY: air.humidity}
        self._to = dict(self._from)
        self._set_at = world.clock.monotonic()
        self._breathes = False

    def turn(self, setting: str) -> None:
        """Set it, as "25 °C, 50 %".

        Raises:
            WrongSpecification: that is no climate.
        """
        found = SETTING.fullmatch(setting)
        if found is None:
            raise WrongSpecification(f"the chamber {self._name!r} is set as 25 °C, 50 %")
        now = self._world.clock.monotonic()
        self._from = {each: self._settling(each, 0.0, now) for each in self._to}
        self._to = {Function.TEMPERATURE: float(found[1]), Function.HUMIDITY: float(found[2])}
        self._set_at, self._breathes = now, True

    def felt(self, function: Function, lag: float, instant: float) -> float:
        """Return what a sensor of time constant `lag` (s) feels of the air's mean (°C, %)."""
        return self._settling(function, lag, instant) + self._breath(function, lag, instant)

    def _settling(self, function: Function, lag: float, instant: float) -> float:
        """Return the answer of a first-order sensor to air that tends to its end exponentially."""
        age, slow = max(instant - self._set_at, 0.0), self.constants["seconds"]
        lag = lag if abs(lag - slow) > 1e-3 * slow else lag * 1.01  # the formula's limit, nearly
        left = slow * exp(-min(age / slow, 700.0))
        if lag:
            left -= lag * exp(-min(age / lag, 700.0))
        step = self._from[function] - self._to[function]
        return self._to[function] + step * left / (slow - lag)

    def _breath(self, function: Function, lag: float, instant: float) -> float:
        if not self._breathes:
            return 0.0
        unit = "kelvin" if function is Function.TEMPERATURE else "percent"
        pulse = 2.0 * pi / PERIODS[function]
        late = atan(pulse * lag)
        return self.constants[f"stability_{unit}"] * cos(late) * cos(pulse * instant - late)


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the chamber: how its air differs from the mean (K, %)."""

    chamber: Chamber
    kelvin: float
    percent: float

    def sensed(self, function: Function, lag: float, instant: float) -> float | None:
        """Return what a sensor of time constant `lag` (s) feels here (°C, %); else None."""
        if function is Function.TEMPERATURE:
            return self.chamber.felt(function, lag, instant) + self.kelvin
        if function is Function.HUMIDITY:
            return self.chamber.felt(function, lag, instant) + self.percent
        return None


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a chamber into `world`."""
    for name in spec.constants:
        if name not in DEFAULTS:
            raise UnknownName("constant of a climatic chamber", name, tuple(DEFAULTS))
    chamber = Chamber(spec, world)
    places = {}
    for terminal in PLACES:
        kelvin, percent = generator(world.seed, spec.name, terminal).uniform(-1.0, 1.0, 2).tolist()
        places[terminal] = Place(
            chamber,
            kelvin * chamber.constants["uniformity_kelvin"],
            percent * chamber.constants["uniformity_percent"],
        )
    world.install(spec.name, places, things=places)
    return Built(None, chamber, turn=chamber.turn)
