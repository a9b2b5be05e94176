"""What the bench file says of weights to be calibrated, and of how that is to be done."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from procedures.details import Stated
from procedures.mass.weight_limits import MILLIGRAM, WeightClass
from station.files import Unfit, nearest
from station.metrology.inputs import Input, normal
from station.metrology.physics.mass import (
    ASSUMED_DENSITIES,
    HEAVIEST_DENSITY,
    LIGHTEST_DENSITY,
)
from station.metrology.type_a import Scatter

MARK = "*"
"""What tells the second of two weights of one nominal value from the first."""

NOMINAL = re.compile(r"(\d+(?:\.\d+)?) ?(kg|g|mg)(\*?)")
POWERS = {"kg": 0, "g": -3, "mg": -6}
"""Of ten: one unit in kilograms."""

SMALLEST, GREATEST = 1e-6, 1.0
"""Ends (kg) of a set of weights whose bench file does not state them, as its driver has them."""

SAME = 1e-9
"""Relative difference within which two nominal values are one."""

MOST_DOUBT = 0.25
"""Of a density: what its U may be; more is a slip, or no measurement."""

Positive = Annotated[float, Field(gt=0)]
BodyDensity = Annotated[float, Field(ge=LIGHTEST_DENSITY, le=HEAVIEST_DENSITY)]
NotNegative = Annotated[float, Field(ge=0)]


class Mode(StrEnum):
    """Why the weights are measured: a calibration, or a legal verification."""

    CALIBRATION = "calibration"
    INITIAL = "initial"
    PERIODIC = "periodic"
    AFTER_REPAIR = "after-repair"


class Sequence(StrEnum):
    """The order of one cycle: A is the reference weight, B the weight under test."""

    ABBA = "ABBA"
    ABA = "ABA"


class Start(StrEnum):
    """From what the comparator counts."""

    TARE = "tare"
    """From the reference weight on the pan: a comparator that weighs in a window only."""

    ZERO = "zero"
    """From the empty pan, so that it shows the whole mass: a balance that a person reads."""


CYCLES = {
    WeightClass.E1: 6,
    WeightClass.E2: 5,
    WeightClass.F1: 4,
}
"""How many cycles by default; this laboratory's choice, above the least that R 111-1, annex C
asks for (from memory, unverified)."""

OTHER_CYCLES = 3
"""The same for all other classes: s of fewer readings is worth nothing."""


@dataclass(frozen=True, slots=True)
class Nominal:
    """One weight of the set: its name, e.g. "200 g*", and its nominal value (kg)."""

    name: str
    kilograms: float

    @property
    def unmarked(self) -> str:
        """The name without a mark, e.g. "200 g"."""
        return self.name.removesuffix(MARK)

    @property
    def is_marked(self) -> bool:
        """Whether it is the second of its nominal value."""
        return self.name.endswith(MARK)


class Details(Stated):
    """[instruments.dut.details], and the settings of the set's driver.

    Attributes:
        nominals: the weights to be calibrated, e.g. "1 kg, 500 g, 200 g, 200 g*".
        class_: of OIML R 111-1, whose limits hold ("class" in the file).
        material: of the weights, where their density was not measured.
        density: of the weights (kg/m³), where it was, with U at k = 2.
        reference_material, reference_density, reference_density_uncertainty: the same of the
            reference weights.
        reference_air_density: of the air (kg/m³) when the reference weights were calibrated.
        sequence: order of a cycle.
        start: from what the comparator counts.
        cycles: how many; by class where nothing is said.
        mode: calibration or which verification.
        document: verification document, where the class has none here.
        comparator_division_milligrams: scale interval d of the comparator.
        comparator_eccentricity_milligrams: half the greatest difference between indications of
            one weight within as far from the centre as weights are put down (D/2·d1/d2).
        comparator_repeatability_milligrams: pooled standard deviation of the difference of one
            cycle, from this laboratory's records of the comparator, with its degrees of freedom.
        comparator_sensitivity: limit of the relative error of a small difference that the
            comparator indicates.
        magnetism_milligrams: limit of what magnetism adds; 0 where the weights were found to be
            within the limits of their class.
        settle_seconds: from putting a weight on to reading (s).
        least_kilograms, greatest_kilograms: of the driver of the set.
    """

    nominals: str
    class_: WeightClass = Field(alias="class")
    comparator_division_milligrams: Positive
    comparator_eccentricity_milligrams: NotNegative
    material: str = "stainless steel"
    density: BodyDensity | None = None
    density_uncertainty: NotNegative | None = None
    reference_material: str = "stainless steel"
    reference_density: BodyDensity | None = None
    reference_density_uncertainty: NotNegative | None = None
    reference_air_density: Annotated[float, Field(ge=0.8, le=1.4)] = 1.2
    sequence: Sequence = Sequence.ABBA
    start: Start = Start.TARE
    cycles: Annotated[int, Field(ge=2, le=50)] | None = None
    mode: Mode = Mode.CALIBRATION
    document: str = ""
    comparator_repeatability_milligrams: Positive | None = None
    comparator_repeatability_dof: Positive | None = None
    comparator_sensitivity: Annotated[float, Field(ge=0, le=0.1)] = 1e-3
    magnetism_milligrams: NotNegative = 0.0
    settle_seconds: Annotated[float, Field(ge=0, le=3600)] = 15.0
    least_kilograms: float | None = None
    greatest_kilograms: float | None = None

    @field_validator("nominals")
    @classmethod
    def _names(cls, nominals: str) -> str:
        names = [each.name for each in _listed(nominals)]
        for name in names:
            if names.count(name) > 1:
                raise Unfit(
                    "{name} is named twice; mark the second one: {name}{mark}", name=name, mark=MARK
                )
            if name.endswith(MARK) and not name.startswith("2"):
                raise Unfit(
                    "there is no {name}: in a set of 1, 2, 2{mark} and 5 only a 2 has a second one",
                    name=name,
                    mark=MARK,
                )
        return nominals

    @field_validator("material", "reference_material")
    @classmethod
    def _known_material(cls, material: str) -> str:
        if material not in ASSUMED_DENSITIES:
            raise Unfit(
                "no density is assumed of {material!r}.{nearest} Or state density and "
                "density_uncertainty",
                material=material,
                nearest=nearest(material, ASSUMED_DENSITIES),
            )
        return material

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        for one, other in (
            ("density", "density_uncertainty"),
            ("reference_density", "reference_density_uncertainty"),
            ("comparator_repeatability_milligrams", "comparator_repeatability_dof"),
        ):
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                raise Unfit("state {one} and {other}, or neither", one=one, other=other)
        for name in ("density", "reference_density"):
            value, expanded = getattr(self, name), getattr(self, f"{name}_uncertainty")
            if value is not None and expanded > MOST_DOUBT * value:
                raise Unfit(
                    "{name}_uncertainty is U in kg/m³, not {expanded:g} of {value:g}",
                    name=name,
                    expanded=expanded,
                    value=value,
                )
        return self

    @model_validator(mode="after")
    def _of_the_set(self) -> Self:
        least = SMALLEST if self.least_kilograms is None else self.least_kilograms
        greatest = GREATEST if self.greatest_kilograms is None else self.greatest_kilograms
        for weight in self.weights:
            if not least * (1.0 - SAME) <= weight.kilograms <= greatest * (1.0 + SAME):
                raise Unfit(
                    "{name} is not in a set from {least:g} kg to {greatest:g} kg: state "
                    "least_kilograms and greatest_kilograms in the settings of the set",
                    name=weight.name,
                    least=least,
                    greatest=greatest,
                )
        return self

    @property
    def weights(self) -> tuple[Nominal, ...]:
        """The weights, in the order in which they were named."""
        return _listed(self.nominals)

    @property
    def number_of_cycles(self) -> int:
        """How many cycles are weighed."""
        return self.cycles or CYCLES.get(self.class_, OTHER_CYCLES)

    @property
    def repeatability(self) -> Scatter | None:
        """The comparator's scatter (kg) of the difference of one cycle, as it was known before."""
        if (
            self.comparator_repeatability_milligrams is None
            or self.comparator_repeatability_dof is None
        ):
            return None
        return Scatter(
            self.comparator_repeatability_milligrams * MILLIGRAM, self.comparator_repeatability_dof
        )

    def density_under_test(self) -> Input:
        """Return the density (kg/m³) of the weights under test, named "density"."""
        return _density("density", self.density, self.density_uncertainty, self.material)

    def density_of_reference(self) -> Input:
        """Return the density (kg/m³) of the reference weights, named "reference_density"."""
        return _density(
            "reference_density",
            self.reference_density,
            self.reference_density_uncertainty,
            self.reference_material,
        )


def _listed(nominals: str) -> tuple[Nominal, ...]:
    return tuple(_nominal(each.strip()) for each in nominals.split(","))


def _nominal(text: str) -> Nominal:
    found = NOMINAL.fullmatch(text)
    if found is None:
        raise Unfit('{text!r} is no nominal value: write "200 g", "500 mg", "1 kg"', text=text)
    number, unit, mark = found.groups()
    # From the decimal number, not by a product: the certificate's 0.0002 kg is the same float.
    exact = Decimal(number).scaleb(POWERS[unit])
    # 1000 g are called 1 kg, as in the table of limits.
    called = next((u for u, power in POWERS.items() if exact >= Decimal(1).scaleb(power)), unit)
    size = exact.scaleb(-POWERS[called]).normalize()
    return Nominal(f"{size:f} {called}{mark}", float(exact))


def _density(
    name: str, density: float | None, expanded_uncertainty: float | None, material: str
) -> Input:
    if density is not None and expanded_uncertainty is not None:
        value, expanded, source = density, expanded_uncertainty, "stated in the bench file, k = 2"
    else:
        value, expanded = ASSUMED_DENSITIES[material]
        source = f"assumed of {material}, OIML R 111-1, annex B (from memory, unverified)"
    return normal(name, value, standard_uncertainty=expanded / 2.0, source=source)
