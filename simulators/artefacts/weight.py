"""A weight of OIML R 111-1:2004, lying wherever it is put.

What it is comes with the specification's constants: `nominal_kilograms` (default 0.1 kg) and
`density` (kg/m³).  Its conventional mass is drawn within the maximum permissible error of its
class, or set by the error of function "mass" ("gain_ppm" of the nominal value).
"""

from dataclasses import dataclass
from types import MappingProxyType

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.air_density import mass_of_conventional
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.world import World

TERMINAL = "MASS"
CONSTANTS = ("nominal_kilograms", "density")
DEFAULT_KILOGRAMS = 0.1
STEEL = 7950.0  # kg/m³; from memory, unverified
SHARE = 0.8  # of the maximum permissible error that a drawn weight uses up at most

CLASSES = ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
# OIML R 111-1:2004, table 1, in ± mg.  1 mg to 5 kg as seen in a maker's table; 10 kg to 50 kg
# follow the constant pattern (from memory, unverified).  0: there is no weight of this class.
TABLE = MappingProxyType({
    50.0: (25, 80, 250, 800, 2500, 8000, 25000), 20.0: (10, 30, 100, 300, 1000, 3000, 10000),
    10.0: (5, 16, 50, 160, 500, 1600, 5000), 5.0: (2.5, 8, 25, 80, 250, 800, 2500),
    2.0: (1, 3, 10, 30, 100, 300, 1000), 1.0: (0.5, 1.6, 5, 16, 50, 160, 500),
    0.5: (0.25, 0.8, 2.5, 8, 25, 80, 250), 0.2: (0.1, 0.3, 1, 3, 10, 30, 100),
    0.1: (0.05, 0.16, 0.5, 1.6, 5, 16, 50), 0.05: (0.03, 0.1, 0.3, 1, 3, 10, 30),
    0.02: (0.025, 0.08, 0.25, 0.8, 2.5, 8, 25), 0.01: (0.02, 0.06, 0.2, 0.6, 2, 6, 20),
    0.005: (0.016, 0.05, 0.16, 0.5, 1.6, 5, 16), 0.002: (0.012, 0.04, 0.12, 0.4, 1.2, 4, 12),
    0.001: (0.01, 0.03, 0.1, 0.3, 1, 3, 10), 5e-4: (0.008, 0.025, 0.08, 0.25, 0.8, 2.5, 0),
    2e-4: (0.006, 0.02, 0.06, 0.2, 0.6, 2, 0), 1e-4: (0.005, 0.016, 0.05, 0.16, 0.5, 1.6, 0),
    5e-5: (0.004, 0.012, 0.04, 0.12, 0.4, 0, 0), 2e-5: (0.003, 0.01, 0.03, 0.1, 0.3, 0, 0),
    1e-5: (0.003, 0.008, 0.025, 0.08, 0.25, 0, 0), 5e-6: (0.003, 0.006, 0.02, 0.06, 0.2, 0, 0),
    2e-6: (0.003, 0.006, 0.02, 0.06, 0.2, 0, 0), 1e-6: (0.003, 0.006, 0.02, 0.06, 0.2, 0, 0),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: mass and conventional mass (kg), nominal value (kg) and density (kg/m³)."""

    kilograms: float
    conventional_kilograms: float
    nominal_kilograms: float
    density: float

    @property
    def cubic_metres(self) -> float:
        """Its volume (m³) at 20 °C."""
        return self.kilograms / self.density

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return conventional mass minus nominal value (kg)."""
        return self.conventional_kilograms - self.nominal_kilograms


def permissible_error(class_: str, nominal_kilograms: float) -> float:
    """Return the maximum permissible error (kg) of a class.

    Raises:
        WrongSpecification: there is no such weight in this class.
    """
    for nominal, milligrams in TABLE.items():
        limit = milligrams[CLASSES.index(class_)]
        if limit and abs(nominal_kilograms / nominal - 1.0) < 1e-9:
            return limit * 1e-6
    raise WrongSpecification(
        f"OIML R 111-1 has no {nominal_kilograms:g} kg weight of class {class_}: "
        "give nominal_kilograms as 1, 2 or 5 times a power of ten"
    )


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a weight into `world`; the model says the class, as "weight-e2"."""
    for name in spec.constants:
        if name not in CONSTANTS:
            raise UnknownName("constant of a weight", name, CONSTANTS)
    class_ = spec.model.rpartition("-")[2].upper()
    nominal = spec.constants.get("nominal_kilograms", DEFAULT_KILOGRAMS)
    body_density = spec.constants.get("density", STEEL)
    error = permissible_error(class_, nominal) * SHARE
    error *= generator(world.seed, spec.name, "conventional mass").uniform(-1.0, 1.0)
    if "gain_ppm" in spec.errors.get(Function.MASS, {}):
        error = spec.errors[Function.MASS]["gain_ppm"] * 1e-6 * nominal
    conventional = nominal + error
    mass = mass_of_conventional(conventional, body_density)
    weight = Weight(mass, conventional, nominal, body_density)
    world.install(spec.name, (TERMINAL,), things={TERMINAL: weight})
    return Built(None, weight)
