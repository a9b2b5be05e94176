"""The physics of wells and baths: what their control shows and what is true in their holes.

Everything is stated in what the control sensor indicates; a hole's true temperature is that, less
the sensor's error and its hysteresis, plus the hole's own offset, less what thermometers in the
holes lead away.  Stem conduction, which puts a thermometer off its hole, is not simulated.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf, pi, sin, sqrt

from simulators.physics.approach import Approach, Drive, approach
from simulators.physics.electrical import Trajectory
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.physics.true_error import Errors, drawn, with_settings
from simulators.world import World

Points = Sequence[tuple[float, float]]

COOLING_FREELY_SECONDS = 3600.0  # time constant of a block without power; a choice
HOLES = 4
WAVES = 3
WAVE_SECONDS = (40.0, 400.0)  # periods of what is called stability; a choice
UNIFORMITY_SHARE = 0.5  # of the published uniformity, that one hole is off at most
KEPT_LEGS = 8
TURNING_KELVIN = 1.0  # a way to the set-point that is longer turns the hysteresis over
WINDOW_SECONDS = 120.0  # over which stability is judged; not published
WINDOW_STEPS = 24


@dataclass(frozen=True)
class Character:
    """What is published about a model; curves are (°C, K) points, straight between.

    Attributes:
        name: as its identity gives it.
        low: lowest set-point (°C).
        high: highest set-point (°C).
        display: half-width of the display's accuracy.
        stability: two standard deviations of what remains.
        axial: from the bottom of a hole to `span_millimetres` above.
        radial: from hole to hole.
        span_millimetres: see `axial` (mm).
        heating: full power.
        cooling: likewise.
        stabilising: time (s) from arrival to rest.
        rate: scan rate (K/min) as delivered.
        cut_out: (°C) as delivered.
        hysteresis: of the control sensor between coming from below and from above.
        loading: of all holes by thermometers in all but one of them, at the end of the range that
            is farther from the room (K).
        holes: how many there are.
    """

    name: str
    low: float
    high: float
    display: Points
    stability: Points
    axial: Points
    radial: Points
    span_millimetres: float
    heating: Drive
    cooling: Drive
    stabilising: float
    rate: float
    cut_out: float
    hysteresis: float = 0.0
    loading: float = 0.0
    holes: int = HOLES


@dataclass(frozen=True, slots=True)
class Control:
    """What is asked of the control.

    Attributes:
        set_point: (°C).
        on: whether it heats and cools.
        rate: greatest speed (K/min).
        cut_out: indication (°C) at which it switches itself off.
    """

    set_point: float
    on: bool
    rate: float
    cut_out: float


@dataclass(frozen=True, slots=True)
class Wander:
    """Slow noise of unit standard deviation: a few sine waves of drawn periods and phases."""

    waves: tuple[tuple[float, float], ...]

    def at(self, instant: float) -> float:
        """Return its value (1) at `instant` (s)."""
        parts = (sin(2 * pi * instant / period + phase) for period, phase in self.waves)
        return sqrt(2.0 / WAVES) * sum(parts)


@dataclass(frozen=True, slots=True)
class Hole:
    """One hole at one height above its bottom: a `TemperaturePlace`.

    Attributes:
        source: whose it is.
        radial: its own share of the radial uniformity (1).
        height: above the bottom (mm).
    """

    source: "TemperatureSource" = field(repr=False)
    radial: float
    height: float

    def celsius(self, instant: float) -> float:
        """Return the true temperature (°C) at `instant` (s)."""
        source, indicated = self.source, self.source.indicated(instant)
        character = source.character
        axial = source.axial_share * between(character.axial, indicated)
        return (
            source.true(indicated)
            - source.hysteresis_now / 2.0
            - source.lost(indicated)
            + self.radial * between(character.radial, indicated)
            + axial * self.height / character.span_millimetres
        )


class Course:
    """The indication without its wandering: where the control goes, and its cut-out.

    Attributes:
        control: what was asked of it last.
        direction: 1 where it came from below, -1 from above.
    """

    def __init__(self, character: Character, control: Control, start: float, began: float) -> None:
        self.control, self.direction = control, 1.0
        self._character = character
        self._tripped_at = inf
        self._legs: deque[Approach | Trajectory] = deque(maxlen=KEPT_LEGS)
        self._legs.append(_free(start, start, began))

    def ask(self, control: Control, instant: float, *, ambient: float) -> None:
        """Ask for something else from `instant` (s) on; it goes there from where it is."""
        start, tripped = self.at(instant), self.tripped(instant)
        while self._legs[-1].began > instant:
            self._legs.pop()  # a cut-out that was still to come
        self.control = control
        if not tripped:
            self._tripped_at = instant if control.on and start >= control.cut_out else inf
        if not control.on or self.tripped(instant):
            self._legs.append(_free(start, ambient, instant))
            return
        if abs(control.set_point - start) > TURNING_KELVIN:
            self.direction = 1.0 if control.set_point > start else -1.0
        way = self._way(start, instant)
        self._legs.append(way)
        self._tripped_at = way.passes(control.cut_out)
        if self._tripped_at < inf:
            self._legs.append(_free(control.cut_out, ambient, self._tripped_at))

    def at(self, instant: float) -> float:
        """Return the indication (°C) at `instant` (s)."""
        begun = [leg for leg in self._legs if leg.began <= instant]
        return (begun[-1] if begun else self._legs[0]).at(instant)

    def tripped(self, instant: float) -> bool:
        """Return whether the cut-out has switched it off."""
        return instant >= self._tripped_at

    def reset_cut_out(self, instant: float) -> None:
        """End a cut-out unless it is as hot as that still; it stays off until switched on."""
        if self.tripped(instant) and self.at(instant) < self.control.cut_out:
            self._tripped_at = inf
            self.control = replace(self.control, on=False)

    def _way(self, start: float, instant: float) -> Approach:
        control, character = self.control, self._character
        return approach(
            start=start,
            target=control.set_point,
            began=instant,
            drive=character.heating if control.set_point >= start else character.cooling,
            rate=control.rate / 60.0,
            stabilising=character.stabilising,
        )


class TemperatureSource:
    """One well or bath with its own errors.

    Attributes:
        character: what is published about it.
        holes: terminal → place.
        axial_share: its share of the axial uniformity (1).
    """

    def __init__(
        self,
        character: Character,
        name: str,
        world: World,
        errors: Errors,
        *,
        on: bool,
        heights: Sequence[float],
    ) -> None:
        self.character = character
        self._world = world
        draw = generator(world.seed, name, "temperature")
        accuracies = [kelvin for _, kelvin in character.display]
        relative = (max(accuracies) - min(accuracies)) / character.high
        error = drawn(draw, relative=relative, floor=min(accuracies), full_scale=character.high)
        self._error = with_settings(error, errors.get(Function.TEMPERATURE, {}))
        periods, phases = draw.uniform(*WAVE_SECONDS, WAVES), draw.uniform(0.0, 2 * pi, WAVES)
        self._wander = Wander(tuple(zip(periods.tolist(), phases.tolist(), strict=True)))
        self.axial_share = float(draw.uniform(-UNIFORMITY_SHARE, UNIFORMITY_SHARE))
        shares = draw.uniform(-UNIFORMITY_SHARE, UNIFORMITY_SHARE, character.holes).tolist()
        self.holes = {
            f"HOLE {number}" + (f" +{height:g} MM" if height else ""): Hole(self, share, height)
            for number, share in enumerate(shares, start=1)
            for height in heights
        }
        self._hysteresis = character.hysteresis * float(draw.uniform(0.2, 1.0))
        self._loading = character.loading * float(draw.uniform(0.2, 1.0))
        self._loads = (-1, 0)  # revision of the world, thermometers in the holes
        self._name = name
        control = Control(
            max(25.0, character.low), on=False, rate=character.rate, cut_out=character.cut_out
        )
        self._course = Course(character, control, self._ambient(), world.began)
        if on:
            self.ask(replace(control, on=True), world.began)
        world.install(name, (), things=self.holes)

    @property
    def control(self) -> Control:
        """What was asked of it last."""
        return self._course.control

    def ask(self, control: Control, instant: float) -> None:
        """Ask for something else from `instant` (s) on."""
        self._course.ask(control, instant, ambient=self._ambient())

    def reset_cut_out(self, instant: float) -> None:
        """End a cut-out unless it is as hot as that still; it stays off until switched on."""
        self._course.reset_cut_out(instant)

    def tripped(self, instant: float) -> bool:
        """Return whether the cut-out has switched it off."""
        return self._course.tripped(instant)

    def working(self, instant: float) -> bool:
        """Return whether it heats or cools at `instant` (s)."""
        return self.control.on and not self.tripped(instant)

    def indicated(self, instant: float) -> float:
        """Return what the control sensor indicates (°C) at `instant` (s)."""
        course = self._course.at(instant)
        if not self.working(instant):
            return course
        half = between(self.character.stability, course) / 2
        return course + half * self._wander.at(instant)

    def true(self, indicated: float) -> float:
        """Return the true temperature (°C) of the block when `indicated` (°C) is shown."""
        return indicated - self._error.of(indicated)

    @property
    def hysteresis_now(self) -> float:
        """How much more (K) is indicated than half way, by where it came from."""
        return self._course.direction * self._hysteresis

    def lost(self, indicated: float) -> float:
        """Return what all holes are colder (K) by thermometers beside the first one."""
        beside = max(self._thermometers() - 1, 0) / (self.character.holes - 1)
        air, low, high = self._world.air.celsius, self.character.low, self.character.high
        return self._loading * beside * (indicated - air) / max(high - air, air - low)

    def _thermometers(self) -> int:
        """Return how many thermometers are in the holes."""
        revision, count = self._loads
        if revision != self._world.revision:
            mine = {f"{self._name} {hole}" for hole in self.holes}
            count = sum((one in mine) != (other in mine) for one, other in self._world.connections)
            self._loads = (self._world.revision, count)
        return count

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the control sensor's error (K) when it indicates `value` (°C)."""
        return self._error.of(value)

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true temperature (°C) of the block at rest on the set-point `nominal` (°C)."""
        return self.true(nominal)

    def deviation(self, instant: float) -> float:
        """Return the greatest distance (K) from the set-point over the time judged."""
        step = WINDOW_SECONDS / WINDOW_STEPS
        seen = (self.indicated(instant - step * count) for count in range(WINDOW_STEPS + 1))
        return max(abs(one - self.control.set_point) for one in seen)

    def power(self, instant: float) -> float:
        """Return a heater's duty (%) that would explain what it does; a rough one."""
        if not self.working(instant):
            return 0.0
        indicated = self.indicated(instant)
        holding = abs(indicated - self._world.air.celsius) / (self.character.high + 100.0)
        pushing = (self.control.set_point - indicated) / 10.0
        return 100.0 * min(max(holding + pushing, 0.0), 1.0)

    def _ambient(self) -> float:
        """Return what is indicated (°C) at the temperature of the room."""
        air = self._world.air.celsius
        return air + self._error.of(air)


def _free(start: float, ambient: float, began: float) -> Trajectory:
    """Return how it goes to the temperature of the room (°C) without power."""
    return Trajectory(start, ambient, began, COOLING_FREELY_SECONDS)


def between(points: Points, celsius: float) -> float:
    """Return the value of a curve at `celsius` (°C); beyond its ends it stays as it is there."""
    before = points[0]
    for point in points:
        if celsius <= point[0]:
            if point[0] == before[0]:
                return point[1]
            part = (celsius - before[0]) / (point[0] - before[0])
            return before[1] + part * (point[1] - before[1])
        before = point
    return before[1]
