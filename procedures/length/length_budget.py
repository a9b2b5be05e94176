"""Comparison of two lengths near 20 °C: the one model behind callipers, micrometers and blocks.

EA-4/02 M:2022, S4 (gauge block by mechanical comparison) and S10 (vernier caliper); JCGM 100:2008,
H.1. What is warmer or expands more than what it is compared with differs from it at 20 °C by
L·(ᾱ·δt + δα·Δt̄): ᾱ mean coefficient, δt difference of temperature, δα difference of coefficient,
Δt̄ mean deviation from 20 °C.
"""

from dataclasses import dataclass
from enum import Enum
from math import hypot, sqrt

from station.evidence import StandardValue
from station.metrology.inputs import Input, normal, rectangular
from station.metrology.physics.expansion import REFERENCE_CELSIUS, STEEL_PER_KELVIN
from station.metrology.uncertainty import Budget


class Reads(Enum):
    """What is read where the standard is measured; its value says how the standard enters."""

    LENGTH = -1.0
    """A length: the result is the instrument's error of indication, read less standard (S10)."""

    DIFFERENCE = 1.0
    """Item less standard, on a comparator: the result is the item's length (S4)."""


@dataclass(frozen=True, slots=True)
class Warmth:
    """What is known of temperature and expansion of the two lengths.

    Attributes:
        celsius: mean temperature of both (°C).
        doubt_kelvin: half-width of what that may be wrong (K).
        apart_kelvin: half-width of the difference between them (K).
        expansion_doubt: half-width of the doubt about the coefficient of each (1/K).
        source: who says so.
        expansion: mean coefficient of both (1/K).
    """

    celsius: float
    doubt_kelvin: float
    apart_kelvin: float
    expansion_doubt: float
    source: str
    expansion: float = STEEL_PER_KELVIN

    def difference_of_temperature(self) -> Input:
        """Return δt (K)."""
        return rectangular(
            "temperature_difference", half_width=self.apart_kelvin, source=self.source
        )

    def difference_of_expansion(self) -> Input:
        """Return the product δα·Δt̄ (1), of which δα is 0 at its estimate.

        δα of two equal rectangular doubts is triangular over twice their half-width. The product
        has u(δα)·√(Δt̄² + u²(Δt̄)), all of it where Δt̄ is 0, as S4 takes it.
        """
        u_expansion = 2.0 * self.expansion_doubt / sqrt(6.0)
        away = hypot(self.celsius - REFERENCE_CELSIUS, self.doubt_kelvin / sqrt(3.0))
        return normal(
            "expansion_difference", 0.0, standard_uncertainty=u_expansion * away, source=self.source
        )


def comparison_of_lengths(
    reads: Reads,
    nominal: float,
    standard: StandardValue,
    warmth: Warmth,
    *,
    indication: Input,
    reading: Input,
    instrument: Input,
    faces: Input,
) -> Budget:
    """Return the budget of an error of indication, or of a length, at 20 °C (m).

    Args:
        reads: what `indication` is.
        nominal: length of both (m).
        standard: length of the standard at 20 °C (m).
        warmth: temperatures and expansion.
        indication: mean of the readings (m), with their scatter.
        reading: resolution and eye (m); its estimate is 0, as of the two that follow.
        instrument: what the instrument adds: play, Abbe errors, faces that are not parallel, a
            comparator's own errors (m).
        faces: where on its faces the standard is touched, and films between wrung blocks (m).
    """
    sign, warm = reads.value, nominal * warmth.expansion
    quantity = "error of indication" if reads is Reads.LENGTH else "length"
    return Budget(
        quantity,
        "m",
        lambda indication, reading, instrument, faces, standard, drift, temperature_difference,
        expansion_difference: (
            indication + reading + instrument + faces + sign * (standard + drift)
            - warm * temperature_difference - nominal * expansion_difference
        ),
        indication,
        reading,
        instrument,
        faces,
        normal(
            "standard",
            standard.actual,
            standard_uncertainty=standard.standard_uncertainty,
            dof=standard.dof,
            source=standard.certificate,
        ),
        rectangular("drift", half_width=standard.drift_half_width, source=standard.drift_source),
        warmth.difference_of_temperature(),
        warmth.difference_of_expansion(),
    )  # fmt: skip
