"""Budget of a block calibrator's error of indication.

E = t_i + δ_resolution - (t_reference + δ_drift + δ_readout + δ_step + δ_radial + δ_axial
+ δ_hysteresis + δ_loading + δ_stability + δ_conduction): EA-4/02 M:2022, S11, which is the method
of EURAMET cg-13, solved for the error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Any

from procedures.temperature.thermometer_budget import Compared, ReferenceReading, reference_terms
from station.evidence import StandardValue
from station.metrology.inputs import (
    Input,
    digital_step,
    hysteresis,
    mean_and_variance,
    normal,
    rectangular,
)
from station.metrology.uncertainty import Budget

GUIDE = "this calibration (EURAMET cg-13)"


@dataclass(frozen=True, slots=True)
class Block:
    """What was found of the block itself (K).

    Attributes:
        radial: greatest difference between two holes, taken as half-width.
        axial: greatest difference from the bottom within the zone, likewise.
        hysteresis: difference of the errors with rising and falling temperature.
        loading: difference that further thermometers make, taken as half-width.
        stability: half the range of half an hour.
        conduction: half-width of what goes along the reference's stem, the laboratory's allowance.
    """

    radial: float
    axial: float
    hysteresis: float
    loading: float
    stability: float
    conduction: float


def mean_indication(visits: Sequence[Compared]) -> Input:
    """Return the block's mean indication (°C) over its visits, less the reference's movements.

    u is that of the mean of the visits' means; what they differ by is hysteresis.
    """
    count = len(visits)
    found = [(*mean_and_variance(visit.differences), len(visit.differences)) for visit in visits]
    return normal(
        "indication",
        fsum(mean for mean, _, _ in found) / count,
        standard_uncertainty=sqrt(fsum(s2 / n for _, s2, n in found)) / count,
        dof=sum(n - 1 for _, _, n in found),
        source=f"{sum(n for _, _, n in found)} readings, alternating with the reference, this run",
    )


def mean_reference(visits: Sequence[Compared]) -> StandardValue:
    """Return the mean reference temperature (°C) over the visits; its parts are all shared."""
    first = visits[0].standard
    return StandardValue(
        actual=fsum(visit.standard.actual for visit in visits) / len(visits),
        standard_uncertainty=max(visit.standard.standard_uncertainty for visit in visits),
        certificate=first.certificate,
        drift_half_width=max(visit.standard.drift_half_width for visit in visits),
        drift_source=first.drift_source,
        dof=first.dof,
        slope=first.slope,
    )


def _error(
    indication: Any,
    resolution: Any,
    reference: Any,
    drift: Any,
    readout: Any,
    reference_step: Any,
    radial: Any,
    axial: Any,
    hysteresis: Any,
    loading: Any,
    stability: Any,
    conduction: Any,
) -> Any:
    there = reference + drift + readout + reference_step
    block = radial + axial + hysteresis + loading + stability + conduction
    return indication + resolution - (there + block)


def error_of_block(
    indication: Input,
    standard: StandardValue,
    *,
    resolution: float,
    reading: ReferenceReading,
    block: Block,
) -> Budget:
    """Return the budget of the error (°C) of a block's indication.

    Args:
        indication: the input of that name (°C).
        standard: the reference temperature.
        resolution: step of the block's display (°C).
        reading: of the reference.
        block: what was found of the block itself.
    """
    return Budget(
        "error of indication",
        "°C",
        _error,
        indication,
        digital_step("resolution", step=resolution, source="block's display, half a digit"),
        *reference_terms(standard, reading),
        rectangular("radial", half_width=block.radial, source=f"hole to hole, {GUIDE}"),
        rectangular("axial", half_width=block.axial, source=f"along the zone, {GUIDE}"),
        hysteresis(
            "hysteresis", difference=block.hysteresis, source=f"rising and falling, {GUIDE}"
        ),
        rectangular("loading", half_width=block.loading, source=f"with all holes full, {GUIDE}"),
        rectangular(
            "stability", half_width=block.stability, source=f"half the range in 30 min, {GUIDE}"
        ),
        rectangular(
            "conduction",
            half_width=block.conduction,
            source="along the reference's stem, this laboratory's allowance",
        ),
    )
