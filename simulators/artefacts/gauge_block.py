"""A gauge block of ISO 3650, between whatever jaws it is put.

What it is comes with the specification's constants: `nominal_metres` (default 0.025 m) and
`expansion` (1/K).  Its deviation is drawn within the limit of its grade, or set by the error of
function "length" ("gain_ppm" of the nominal length).
"""

from dataclasses import dataclass

from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.world import World

TERMINAL = "FACES"
CONSTANTS = ("nominal_metres", "expansion")
DEFAULT_METRES = 0.025
REFERENCE_CELSIUS = 20.0  # ISO 1
STEEL_EXPANSION = 11.5e-6  # 1/K; from memory, unverified
SHARE = 0.8  # of the limit that a drawn block uses up at most

GRADES = ("K", "0", "1", "2")
SHORTEST = 0.5e-3  # m
# Up to this length (mm): limit deviation (± µm) from the nominal length, grade K, 0, 1, 2.  ISO
# 3650:1998, table 5; grades 0, 1 and 2 as seen in a DIN-type table, grade K partly unverified.
LIMITS = (
    (10, (0.20, 0.12, 0.20, 0.45)), (25, (0.30, 0.14, 0.30, 0.60)),
    (50, (0.40, 0.20, 0.40, 0.80)), (75, (0.50, 0.25, 0.50, 1.00)),
    (100, (0.60, 0.30, 0.60, 1.20)), (150, (0.80, 0.40, 0.80, 1.60)),
    (200, (1.00, 0.50, 1.00, 2.00)), (250, (1.20, 0.60, 1.20, 2.40)),
    (300, (1.40, 0.70, 1.40, 2.80)), (400, (1.80, 0.90, 1.80, 3.60)),
    (500, (2.20, 1.10, 2.20, 4.40)), (600, (2.60, 1.30, 2.60, 5.00)),
    (700, (3.00, 1.50, 3.00, 6.00)), (800, (3.40, 1.70, 3.40, 6.50)),
    (900, (3.80, 1.90, 3.80, 7.50)), (1000, (4.20, 2.00, 4.20, 8.00)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GaugeBlock:
    """One gauge block: nominal length and deviation (m) at 20 °C, expansion (1/K)."""

    nominal_metres: float
    deviation: float
    expansion: float

    def metres(self, celsius: float) -> float:
        """Return its true length (m) at `celsius` (°C)."""
        reference = self.nominal_metres + self.deviation
        return reference * (1.0 + self.expansion * (celsius - REFERENCE_CELSIUS))

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return its deviation (m) from the nominal length at 20 °C."""
        return self.deviation


def limit_deviation(grade: str, nominal_metres: float) -> float:
    """Return the limit (m) of the deviation from the nominal length.

    Raises:
        WrongSpecification: ISO 3650 has no gauge block of this length.
    """
    if nominal_metres >= SHORTEST:
        for longest, micrometres in LIMITS:
            if nominal_metres * 1e3 <= longest + 1e-9:
                return micrometres[GRADES.index(grade)] * 1e-6
    raise WrongSpecification(
        f"ISO 3650 has no gauge block of {nominal_metres:g} m: give nominal_metres from 0.0005 to 1"
    )


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a gauge block into `world`; the model says the grade, as "gauge-block-0"."""
    for name in spec.constants:
        if name not in CONSTANTS:
            raise UnknownName("constant of a gauge block", name, CONSTANTS)
    nominal = spec.constants.get("nominal_metres", DEFAULT_METRES)
    limit = limit_deviation(spec.model.rpartition("-")[2].upper(), nominal)
    deviation = SHARE * limit * generator(world.seed, spec.name, "deviation").uniform(-1.0, 1.0)
    if "gain_ppm" in spec.errors.get(Function.LENGTH, {}):
        deviation = spec.errors[Function.LENGTH]["gain_ppm"] * 1e-6 * nominal
    block = GaugeBlock(nominal, deviation, spec.constants.get("expansion", STEEL_EXPANSION))
    world.install(spec.name, (TERMINAL,), things={TERMINAL: block})
    return Built(None, block)
