"""A set of gauge blocks of ISO 3650, wherever they are put.

Each has a terminal by its name: "blocks 1.005 mm".  A set is one box with everything a workshop
uses: the usual 112 blocks, the ten for micrometers, those for callipers, and long ones (which
lengths belong to such boxes is from memory, unverified).  Constants of the specification:
`expansion` (1/K; drawn around that of steel), `kelvin_warmer` (drawn: blocks are never quite as
warm as what measures them), and by a block's name its deviation (m) from the nominal length.
What is not set is drawn within the limit of the grade, or set for all by the error of function
"length" ("gain_ppm" of the nominal length; "times" what was drawn).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.artefacts.gauge_block import SHARE, STEEL_EXPANSION, GaugeBlock, limit_deviation
from simulators.catalogue import Built, InstrumentSpec
from simulators.errors import UnknownName
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.world import World

EXPANSION_SPREAD = 1e-6  # 1/K; as is assumed of steel blocks (ISO 3650:1998; unverified)
WARMER_KELVIN = 0.3  # at most, either way, after some hours beside the instrument: a choice
SET_CONSTANTS = ("expansion", "kelvin_warmer")


def _millimetres() -> tuple[float, ...]:
    found = {1.0005, *(round(1.0 + step / 1000, 3) for step in range(10))}
    found |= {round(1.0 + step / 100, 2) for step in range(1, 50)}
    found |= {step / 2 for step in range(1, 50)}
    found |= {2.5, 5.1, 7.7, 10.3, 12.9, 15.0, 17.6, 20.2, 22.8, 25.0}
    found |= {40.0, 41.3, 50.0, 75.0, 100.0, 125.0, 131.4, 150.0, 175.0, 200.0, 250.0, 300.0}
    return tuple(sorted(found))


LENGTHS = tuple(float(f"{millimetres}e-3") for millimetres in _millimetres())
"""Nominal lengths (m), each the float nearest to its decimal number."""


@dataclass(frozen=True, slots=True)
class WarmBlock:
    """A block of the set: what it is at 20 °C, and how much warmer (K) than the room."""

    block: GaugeBlock
    kelvin: float

    def metres(self, celsius: float) -> float:
        """Return its true length (m) in a room of `celsius` (°C)."""
        return self.block.metres(celsius + self.kelvin)


class GaugeBlockSet:
    """All blocks of one set.

    Attributes:
        blocks: by name.
    """

    def __init__(self, blocks: Mapping[str, WarmBlock]) -> None:
        self.blocks = blocks

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the length (m) at 20 °C of the block of this nominal length (m)."""
        if function != Function.LENGTH:
            raise UnknownName("function of a set of gauge blocks", function, (Function.LENGTH,))
        name = block_name(nominal)
        if name not in self.blocks:
            raise UnknownName("block of the set", name, self.blocks)
        return nominal + self.blocks[name].block.deviation

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the deviation (m) from the nominal length `value` at 20 °C."""
        return self.actual_output(function, value) - value


def block_name(metres: float) -> str:
    """Return the name of a block by its nominal length (m), e.g. "1.005 mm"."""
    return f"{metres * 1e3:.9g} mm"


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a set into `world`; the model says the grade, as "gauge-block-set-0"."""
    nominal_lengths = {block_name(each): each for each in LENGTHS}
    for name in spec.constants:
        if name not in SET_CONSTANTS and name not in nominal_lengths:
            known = (*SET_CONSTANTS, *nominal_lengths)
            raise UnknownName("constant of a set of gauge blocks", name, known)
    grade = spec.model.rpartition("-")[2].upper()
    spread, warmth = generator(world.seed, spec.name, "steel").uniform(-1.0, 1.0, 2).tolist()
    expansion = spec.constants.get("expansion", STEEL_EXPANSION + EXPANSION_SPREAD * spread)
    kelvin = spec.constants.get("kelvin_warmer", WARMER_KELVIN * warmth)
    blocks = {
        name: WarmBlock(
            GaugeBlock(nominal, _deviation(spec, world, grade, name, nominal), expansion), kelvin
        )
        for name, nominal in nominal_lengths.items()
    }
    world.install(spec.name, blocks, things=blocks)
    return Built(None, GaugeBlockSet(blocks))


def _deviation(spec: InstrumentSpec, world: World, grade: str, name: str, nominal: float) -> float:
    settings = spec.errors.get(Function.LENGTH, {})
    if name in spec.constants:
        return spec.constants[name]
    if "gain_ppm" in settings:
        return settings["gain_ppm"] * 1e-6 * nominal
    limit = limit_deviation(grade, nominal) * SHARE * settings.get("times", 1.0)
    return limit * generator(world.seed, spec.name, name).uniform(-1.0, 1.0)
