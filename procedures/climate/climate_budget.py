"""The error of a thermo-hygrometer by comparison, in a chamber or in the air of a room.

The model is that of EA-4/02 M:2022, S11 (comparison in a block): what both indicate at once,
corrected by the reference's certificate, with the differences of place and of time in the air.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from station.evidence import StandardValue
from station.metrology.inputs import digital_step, normal, readings, rectangular
from station.metrology.uncertainty import Budget


@dataclass(frozen=True, slots=True)
class Air:
    """What is known of the air that both are in, in the unit of the quantity.

    Attributes:
        uniformity: half-width of the difference between two places.
        source: who says so.
    """

    uniformity: float
    source: str


def error_by_comparison(
    unit: str,
    item: Sequence[float],
    reference: Sequence[float],
    standard: StandardValue,
    air: Air,
    *,
    step: float,
    reference_step: float,
) -> Budget:
    """Return the budget of E = indication - reference value, in `unit` (°C or %).

    Args:
        unit: of all values.
        item: readings of the item, shape `(cycle,)`.
        reference: of the reference, one before each reading of the item and one after the last,
            shape `(cycle + 1,)`.
        standard: the reference's certificate where it indicates the mean of `reference`.
        air: that they are in.
        step: resolution of the item.
        reference_step: resolution of the reference.
    """
    beside = [(one + other) / 2.0 for one, other in pairwise(reference)]
    apart = [own - other for own, other in zip(item, beside, strict=True)]
    indicated = fmean(reference)
    return Budget(
        "error of indication",
        unit,
        lambda difference, resolution, correction, drift, reference_resolution, uniformity,
        stability: (
            difference + resolution - (correction + drift) + reference_resolution + uniformity
            + stability
        ),
        readings(
            "difference", apart, source=f"item less reference, {len(apart)} pairs, this run"
        ),
        digital_step("resolution", step=step, source="last digit of the item"),
        normal(
            "correction",
            # Pairs weigh the first and the last reading half: the rest is in their scatter.
            standard.actual - indicated,
            standard_uncertainty=standard.standard_uncertainty,
            dof=standard.dof,
            source=standard.certificate,
        ),
        rectangular("drift", half_width=standard.drift_half_width, source=standard.drift_source),
        digital_step(
            "reference_resolution",
            step=abs(standard.slope) * reference_step,
            source="last digit of the reference",
        ),
        rectangular("uniformity", half_width=air.uniformity, source=air.source),
        rectangular(
            "stability",
            half_width=(max(reference) - min(reference)) / 2.0,
            source="half the range of the reference while it was read: sensors lag differently",
        ),
    )  # fmt: skip
