"""The physics of a balance: bodies on the pan, the air around them, and what it makes of the force.

Closed form: a change of the load leaves a difference that dies away exponentially from the
instant at which it was laid on (`World.wired_at`); everything else follows at once.
"""

from dataclasses import dataclass, replace
from math import exp, inf, log

from simulators.errors import UnknownName
from simulators.physics.air_density import REFERENCE_DENSITY, density
from simulators.physics.functions import Function
from simulators.physics.media import Body
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import CUBIC_PEAK, Errors
from simulators.weighing.specification import Balance
from simulators.world import World

PAN = "PAN"
# Where a body stands, in parts of the distance at which the eccentricity is specified.
POSITIONS = {
    PAN: (0.0, 0.0),
    "PAN LEFT FRONT": (-1.0, -1.0),
    "PAN RIGHT FRONT": (1.0, -1.0),
    "PAN LEFT REAR": (-1.0, 1.0),
    "PAN RIGHT REAR": (1.0, 1.0),
}
STANDARD_CELSIUS = 20.0
ERROR_SHARE = 0.5  # of each limit that a drawn balance uses up at most
# The repeatability of a data sheet is that of putting on and taking off: most of it is the load's
# place, little is the noise of the cell.  Squares of the shares add up to one.
PLACING_SHARE, CELL_SHARE = 0.8, 0.6
DRAUGHT_SHARE = 30.0  # of the repeatability, in a draught; a choice
UPDATE_SECONDS = 0.1  # between two displayed values
STABLE_STEPS = 0.5  # of d: what may be left of a change when a value is called stable
STABLE_SECONDS = 0.4  # for which it must have stayed so; a choice
UNDERLOAD = -0.1  # of the capacity; a choice
SHAKE_STEPS = 50.0  # of d: what hands leave that put the same thing on again; a choice


@dataclass(frozen=True, slots=True)
class Load:
    """What lies on the pan.

    Attributes:
        kilograms: total mass.
        cubic_metres: total volume.
        moment: Σ mass · place (kg), to the right and to the rear.
    """

    kilograms: float = 0.0
    cubic_metres: float = 0.0
    moment: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class CellErrors:
    """The systematic errors of one balance.

    Attributes:
        slope: of the sensitivity (1).
        per_kelvin: its change with temperature (1/K).
        linearity: greatest deviation (kg) from the straight line.
        corner: error of a load at the edge, as part of it, to the right and to the rear.
    """

    slope: float
    per_kelvin: float
    linearity: float
    corner: tuple[float, float]

    def times(self, factor: float) -> "CellErrors":
        """Return errors of indication amid the pan so many times as large."""
        return replace(self, slope=factor * self.slope, linearity=factor * self.linearity)


class WeighingCell:
    """One balance with its own errors.

    Attributes:
        specification: of its model.
        draught: whether moving air keeps it from ever being stable.
        failure: what it shows instead of values, in the words of its maker; empty: nothing.
    """

    def __init__(self, specification: Balance, name: str, world: World, errors: Errors) -> None:
        self.specification = specification
        self._name, self._world = name, world
        self._errors = _drawn(specification, name, world, errors)
        self._adjusted_air = density(world.air)
        self._drift = specification.drift * generator(world.seed, name, "drift").uniform(-1.0, 1.0)
        self._built_in = specification.built_in * generator(
            world.seed, name, "built-in weight"
        ).uniform(-1.0, 1.0)
        self._placings = standard_normals(generator(world.seed, name, "placing"))
        self._noise = standard_normals(generator(world.seed, name, "cell"))
        self._load = Load()
        self._revision = -1  # of the world at the last look
        self._placed = 0.0  # what the place of the present load adds (kg)
        self._left = 0.0  # what was left (kg) of the last change, at its instant
        self._changed_at = self._wired_at = world.began
        self._update: tuple[int, float] = (-1, 0.0)
        self.draught, self.failure = False, ""
        world.install(name, POSITIONS)

    def force(self, instant: float) -> float:
        """Return what the cell makes of the load (kg) at `instant` (s), before zero and tare."""
        self._observe(instant)
        age = (instant - self._changed_at) / self.specification.time_constant
        left = self._left * exp(-min(max(age, 0.0), 700.0))
        drifted = self._drift * (instant - self._world.began)
        return self._settled() + left + drifted + self._cell_noise(instant)

    def stable_at(self, instant: float) -> float:
        """Return the instant (s), not before `instant`, from which on values are stable.

        Infinity: never, in a draught.
        """
        self._observe(instant)
        if self.draught:
            return inf
        tolerance = STABLE_STEPS * self.step(self._load.kilograms)
        if abs(self._left) <= tolerance:
            return max(instant, self._changed_at)
        fading = self.specification.time_constant * log(abs(self._left) / tolerance)
        return max(instant, self._changed_at + fading + STABLE_SECONDS)

    def step(self, kilograms: float) -> float:
        """Return the scale interval d (kg) at a load."""
        for most, step in self.specification.steps:
            if abs(kilograms) <= most:
                return step
        return self.specification.steps[-1][1]

    def overloaded(self, force: float) -> bool:
        """Return whether `force` (kg) is beyond the capacity."""
        return force > self.specification.capacity

    def underloaded(self, force: float) -> bool:
        """Return whether `force` (kg) is less than an empty pan's by too much."""
        return force < UNDERLOAD * self.specification.capacity

    def adjust(self) -> None:
        """Adjust the slope with the built-in weight, in the air as it is now.

        What is left at this temperature is the error of that weight.
        """
        kept = self._errors
        self._adjusted_air = density(self._world.air)
        kelvin = self._world.air.celsius - STANDARD_CELSIUS
        self._errors = replace(kept, slope=self._built_in - kept.per_kelvin * kelvin)

    def correct_slope(self, relative: float) -> None:
        """Adjust the slope by `relative` (1), as after a weighing of an external weight."""
        self._errors = replace(self._errors, slope=self._errors.slope + relative)

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (kg) of the indication of `value` (kg) amid the pan, at 20 °C.

        Of a body of 8000 kg/m³ in the air in which it was adjusted.
        """
        if function is not Function.MASS:
            raise UnknownName("function of a balance", function, (Function.MASS,))
        return self._response(value, kelvin=0.0) - value

    def error_in_room(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (kg) of `value` (kg) amid the pan, in the room's air as it is.

        Of a body of 8000 kg/m³ and the mass `value`, which is its conventional mass too.
        """
        if function is not Function.MASS:
            raise UnknownName("function of a balance", function, (Function.MASS,))
        air = self._world.air
        buoyancy = 1.0 - density(air) / REFERENCE_DENSITY
        pressed = value * buoyancy / (1.0 - self._adjusted_air / REFERENCE_DENSITY)
        return self._response(pressed, kelvin=air.celsius - STANDARD_CELSIUS) - value

    def _observe(self, instant: float) -> None:
        """Notice that hands have been at the pan since the last look."""
        if self._world.revision == self._revision:
            return
        self._revision = self._world.revision
        load, again = self._on_pan(), self._world.wired_at > self._wired_at
        self._wired_at = self._world.wired_at
        if load == self._load and not (again and load.kilograms):
            return
        shake = SHAKE_STEPS * self.step(load.kilograms) if load == self._load else 0.0
        changed = min(max(self._world.wired_at, self._changed_at), instant)
        age = (changed - self._changed_at) / self.specification.time_constant
        before = self._settled() + self._left * exp(-min(max(age, 0.0), 700.0))
        self._load, self._changed_at = load, changed
        self._placed = PLACING_SHARE * self._repeatability() * next(self._placings)
        self._left = before - self._settled() - shake

    def _on_pan(self) -> Load:
        mass, volume, right, rear = 0.0, 0.0, 0.0, 0.0
        for terminal, (x, y) in POSITIONS.items():
            place = f"{self._name} {terminal}"
            bodies = self._world.joined(place, Body)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
            for body in bodies:
                mass += body.kilograms
                volume += body.cubic_metres
                right += x * body.kilograms
                rear += y * body.kilograms
        return Load(mass, volume, (right, rear))

    def _settled(self) -> float:
        """Return the force (kg) to which the present load settles in the present air."""
        load, air = self._load, self._world.air
        buoyancy = 1.0 - self._adjusted_air / REFERENCE_DENSITY
        pressed = (load.kilograms - density(air) * load.cubic_metres) / buoyancy
        corner = sum(
            error * part for error, part in zip(self._errors.corner, load.moment, strict=True)
        )
        kelvin = air.celsius - STANDARD_CELSIUS
        return self._response(pressed, kelvin=kelvin) + corner + self._placed

    def _response(self, pressed: float, *, kelvin: float) -> float:
        errors, part = self._errors, pressed / self.specification.capacity
        slope = errors.slope + errors.per_kelvin * kelvin
        return pressed * (1.0 + slope) + errors.linearity * CUBIC_PEAK * (part - part**3)

    def _cell_noise(self, instant: float) -> float:
        """Return the noise (kg) of the display's present value: one draw an update."""
        update = int((instant - self._world.began) / UPDATE_SECONDS + 1e-6)
        if update != self._update[0]:
            self._update = (update, next(self._noise))
        share = DRAUGHT_SHARE if self.draught else CELL_SHARE
        return share * self._repeatability() * self._update[1]

    def _repeatability(self) -> float:
        """Return the standard deviation (kg) with the present load."""
        light, full = self.specification.repeatability
        return light + (full - light) * min(self._load.kilograms / self.specification.capacity, 1.0)


def _drawn(specification: Balance, name: str, world: World, errors: Errors) -> CellErrors:
    """Draw the errors of one balance, or take those that a test has set."""
    draws = generator(world.seed, name, "errors").uniform(-1.0, 1.0, 5).tolist()
    slope, kelvin, linearity, right, rear = (ERROR_SHARE * draw for draw in draws)
    # Limits of the corners are those of the edge; half of each direction adds up to it there.
    corner = 0.5 * specification.eccentricity / specification.eccentric_load
    drawn = CellErrors(
        slope * specification.sensitivity,
        kelvin * specification.per_kelvin,
        linearity * specification.linearity,
        (2.0 * right * corner, 2.0 * rear * corner),
    )
    settings = errors.get(Function.MASS, {})
    if "gain_ppm" not in settings:
        return drawn.times(settings.get("times", 1.0))
    return CellErrors(settings["gain_ppm"] * 1e-6, drawn.per_kelvin, 0.0, drawn.corner)
