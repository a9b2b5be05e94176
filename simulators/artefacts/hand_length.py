"""Callipers, micrometers and gauges: what is between their jaws, and what they make of it.

A calliper has four places for a length: in the middle of its jaws, at their tips, between the
jaws for inside lengths, and at its depth rod; each has an error of its own beside that of the
scale.  With nothing in any of them the jaws are closed.

Without an interface it is read by a person.  What it then is comes with the specification's
constants: range `shortest_metres` … `longest_metres`, `step_metres` (of the vernier, scale or
display), `digital` (1: a display, 0: lines), `limit_metres` of the error, `feel_metres`, the
standard deviation of taking the measure again, and `play_metres`, see `Gauge`.
"""

from dataclasses import dataclass
from types import MappingProxyType

from simulators.artefacts.gauge_block import REFERENCE_CELSIUS, STEEL_EXPANSION
from simulators.catalogue import Built, InstrumentSpec, Sight
from simulators.errors import UnknownName
from simulators.physics.functions import Function
from simulators.physics.media import Gap
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, TrueError, drawn, with_settings
from simulators.world import World

JAWS = "JAWS"
FACES = ((JAWS, Function.LENGTH),)
JAWS_OF_CALLIPER = (
    *FACES,
    ("JAW TIPS", Function.LENGTH_AT_TIPS),
    ("INSIDE JAWS", Function.INSIDE_LENGTH),
    ("DEPTH ROD", Function.DEPTH),
)

DEFAULTS = MappingProxyType({
    "calliper": {"longest_metres": 0.15, "step_metres": 5e-5, "limit_metres": 5e-5,
                 "feel_metres": 8e-6, "play_metres": 2e-5},
    "micrometer": {"longest_metres": 0.025, "step_metres": 5e-6, "limit_metres": 4e-6,
                   "feel_metres": 5e-7, "play_metres": 8e-7},
})  # fmt: skip
OPTIONAL = ("shortest_metres", "digital")

PLACE_SHARE = 0.5
"""Of the limit, what a place adds to the error of the scale at most: a choice."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a data sheet says of a hand tool.

    Attributes:
        shortest, longest: measuring range (m).
        step: resolution (m).
        decimals: of a value in millimetres, as it is sent.
        limit: of the error (m).
        feel: standard deviation (m) of taking the measure again.
        places: terminals, each with the function whose error counts there.
        play: half-width (m) of what the jaws do to each length however often it is taken: tilt,
            faces that are not parallel; no part of the error of indication.
    """

    shortest: float
    longest: float
    step: float
    decimals: int
    limit: float
    feel: float
    places: tuple[tuple[str, Function], ...] = FACES
    play: float = 0.0


class Tool:
    """The physics of one hand tool with its own errors.

    Attributes:
        gauge: its specification.
        connected: whether its cable is in the converter and it is switched on.
    """

    def __init__(self, gauge: Gauge, name: str, world: World, errors: Errors) -> None:
        self.gauge = gauge
        self.connected = True
        self._name, self._world = name, world
        draws = generator(world.seed, name, "errors")
        error = drawn(draws, relative=0.0, floor=gauge.limit, full_scale=gauge.longest)
        self._error = with_settings(error, errors.get(Function.LENGTH, {}))
        self._places: dict[Function, TrueError] = {
            function: _of_place(gauge, function, name, world, errors)
            for _, function in gauge.places
            if function is not Function.LENGTH
        }
        self._feel = standard_normals(generator(world.seed, name, "feel"))
        self._taken = (world.revision, 0.0)
        world.install(name, [terminal for terminal, _ in gauge.places])

    def metres(self) -> float | None:
        """Return what it measures (m), unrounded; None: beyond its range."""
        celsius = self._world.air.celsius
        length = 0.0
        function: Function = Function.LENGTH
        for terminal, each in self.gauge.places:
            gaps = self._world.joined(f"{self._name} {terminal}", Gap)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
            if gaps:
                length, function = sum(gap.metres(celsius) for gap in gaps), each
                break
        # Its own scale is of steel, and as warm as the room.
        shown = length / (1.0 + STEEL_EXPANSION * (celsius - REFERENCE_CELSIUS))
        if not self.gauge.shortest * (1.0 - 1e-3) <= shown <= self.gauge.longest * (1.0 + 1e-3):
            return None
        return (
            shown + self.true_error(function, shown) + self._tilt(function, length) + self._hand()
        )

    def true_error(
        self, function: Function, value: float, *, range_: float = 0.0, hertz: float = 0.0
    ) -> float:
        """Return the error (m) of the indication of a length of `value` (m) at 20 °C."""
        place = self._places.get(function)
        return self._error.of(value) + (place.of(value) if place else 0.0)

    def _tilt(self, function: Function, length: float) -> float:
        if not self.gauge.play:
            return 0.0
        draws = generator(self._world.seed, self._name, function, f"tilt at {length:.4f}")
        return self.gauge.play * draws.uniform(-1.0, 1.0)

    def _hand(self) -> float:
        """Return what this taking of the measure adds (m)."""
        if self._taken[0] != self._world.revision:
            self._taken = (self._world.revision, self.gauge.feel * next(self._feel))
        return self._taken[1]


def _of_place(
    gauge: Gauge, function: Function, name: str, world: World, errors: Errors
) -> TrueError:
    """Return what a place adds to the error of the scale."""
    draws = generator(world.seed, name, function)
    limit = PLACE_SHARE * gauge.limit
    error = drawn(draws, relative=0.0, floor=limit, full_scale=gauge.longest)
    return with_settings(error, errors.get(function, {}))


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a hand tool that a person reads into `world`."""
    usual = DEFAULTS[spec.model]
    for name in spec.constants:
        if name not in usual and name not in OPTIONAL:
            raise UnknownName(f"constant of a {spec.model}", name, (*usual, *OPTIONAL))
    made = {"shortest_metres": 0.0, "digital": 0.0, **usual, **spec.constants}
    gauge = Gauge(
        shortest=made["shortest_metres"],
        longest=made["longest_metres"],
        step=made["step_metres"],
        decimals=3,
        limit=made["limit_metres"],
        feel=made["feel_metres"],
        places=JAWS_OF_CALLIPER if spec.model == "calliper" else FACES,
        play=made["play_metres"],
    )
    tool = Tool(gauge, spec.name, world, spec.errors)

    def look(quantity: str) -> Sight:
        shown = tool.metres()
        if shown is None:  # nothing fits: its jaws stand at the end of the range
            shown = gauge.longest
        if made["digital"]:
            return Sight(round(round(shown / gauge.step) * gauge.step, 9) + 0.0)
        return Sight(shown, analogue=True)

    return Built(None, tool, look=look)
