"""A set of weights of OIML R 111-1:2004: 1, 2, 2* and 5 of each decade, wherever they are put.

Each has a terminal by its name: "weights 200 g*". What the set is comes with the specification's
constants: `least_kilograms` (default 1 mg, or where the class begins), `greatest_kilograms`
(default 1 kg; of the greatest there is one), `density` (kg/m³; drawn around that of steel), and
by a weight's name the error (kg) of its conventional mass.  What is not set is drawn within the
maximum permissible error of the class, or set for all by the error of function "mass" ("gain_ppm"
of the nominal value; "times" what was drawn).
"""

from collections.abc import Mapping
from math import floor, log10

from simulators.artefacts.weight import (
    CLASSES,
    CONSTANTS,
    SHARE,
    STEEL,
    TABLE,
    Weight,
    permissible_error,
)
from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName
from simulators.physics.air_density import mass_of_conventional
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.world import World

DENSITY_SPREAD = 70.0  # kg/m³; u of what is assumed of steel nobody has measured (unverified)
DEFAULT_GREATEST = 1.0  # kg
MARK = "*"
UNITS = (("kg", 1.0), ("g", 1e-3), ("mg", 1e-6))
SET_CONSTANTS = ("least_kilograms", "greatest_kilograms", CONSTANTS[1])
SAME = 1e-9


class WeightSet:
    """All weights of one set.

    Attributes:
        weights: by name.
    """

    def __init__(self, weights: Mapping[str, Weight]) -> None:
        self.weights = weights

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return conventional mass minus nominal value (kg) of the weight of nominal `value`.

        Function "mass" is about the weights without a mark, "mass-marked" about those with one.
        """
        return self.actual_output(function, value) - value

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the conventional mass (kg) of the weight of this nominal value (kg)."""
        if function not in (Function.MASS, Function.MARKED_MASS):
            known = (Function.MASS, Function.MARKED_MASS)
            raise UnknownName("function of a weight set", function, known)
        name = weight_name(nominal) + (MARK if function == Function.MARKED_MASS else "")
        if name not in self.weights:
            raise UnknownName("weight of the set", name, self.weights)
        return self.weights[name].conventional_kilograms


def weight_name(kilograms: float) -> str:
    """Return the name of a weight without a mark, e.g. "500 mg", "1 g", "20 kg"."""
    unit, size = next((u for u in UNITS if kilograms >= u[1] * (1 - SAME)), UNITS[-1])
    return f"{kilograms / size:.9g} {unit}"


def _nominal_values(spec: InstrumentSpec, class_: str) -> dict[str, float]:
    """Return the nominal value (kg) of each weight by its name, from the smallest up."""
    begins = min(nominal for nominal, limits in TABLE.items() if limits[CLASSES.index(class_)])
    least = max(spec.constants.get("least_kilograms", begins), begins) * (1 - SAME)
    greatest = spec.constants.get("greatest_kilograms", DEFAULT_GREATEST) * (1 + SAME)
    found = {}
    for nominal in sorted(TABLE):
        if least <= nominal <= greatest:
            name = weight_name(nominal)
            found[name] = nominal
            leading = round(nominal / 10.0 ** floor(log10(nominal * (1 + SAME))))
            if leading == 2 and nominal * (1 + 2 * SAME) < greatest:
                found[name + MARK] = nominal
    return found


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a set into `world`; the model says the class, as "weight-set-e2"."""
    class_ = spec.model.rpartition("-")[2].upper()
    nominal_values = _nominal_values(spec, class_)
    for name in spec.constants:
        if name not in SET_CONSTANTS and name not in nominal_values:
            raise UnknownName("constant of a weight set", name, (*SET_CONSTANTS, *nominal_values))
    of_body = generator(world.seed, spec.name, "density")
    density = STEEL + DENSITY_SPREAD * of_body.standard_normal()
    density = spec.constants.get("density", density)
    weights = {}
    for name, nominal in nominal_values.items():
        conventional = nominal + _error(spec, world, class_, name, nominal)
        mass = mass_of_conventional(conventional, density)
        weights[name] = Weight(mass, conventional, nominal, density)
    world.install(spec.name, weights, things=weights)
    return Built(None, WeightSet(weights))


def _error(spec: InstrumentSpec, world: World, class_: str, name: str, nominal: float) -> float:
    settings = spec.errors.get(Function.MASS, {})
    if name in spec.constants:
        return spec.constants[name]
    if "gain_ppm" in settings:
        return settings["gain_ppm"] * 1e-6 * nominal
    limit = permissible_error(class_, nominal) * SHARE * settings.get("times", 1.0)
    return limit * generator(world.seed, spec.name, name).uniform(-1.0, 1.0)
