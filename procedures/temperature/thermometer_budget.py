"""Budgets of a thermometer compared with a reference in a well or bath.

E = t_item + δ_resolution + δ_hysteresis - (t_reference + δ_drift + δ_readout + δ_step + δ_radial
+ δ_axial + δ_conduction + δ_stability): the model of EA-4/02 M:2022, S11, seen from the
thermometer. t_item holds each reading less what the reference moved meanwhile, so that a slow
change of the source drops out and its scatter counts once.
"""

from dataclasses import dataclass
from typing import Any

from station.evidence import StandardValue
from station.metrology.inputs import (
    Input,
    digital_step,
    hysteresis,
    normal,
    readings,
    rectangular,
)
from station.metrology.uncertainty import Budget


@dataclass(frozen=True, slots=True)
class Compared:
    """What one item and the reference indicated in turn at one temperature.

    Attributes:
        item: the item's readings (°C), shape `(reading,)`.
        reference: what the reference indicated between them, in its own unit, likewise.
        standard: the temperature (°C) where the reference indicates the mean of `reference`.
    """

    item: tuple[float, ...]
    reference: tuple[float, ...]
    standard: StandardValue

    @property
    def differences(self) -> tuple[float, ...]:
        """Each reading of the item (°C), less what the reference was then off its mean."""
        mean = sum(self.reference) / len(self.reference)
        slope = self.standard.slope
        return tuple(
            item - slope * (reference - mean)
            for item, reference in zip(self.item, self.reference, strict=True)
        )

    @property
    def error(self) -> float:
        """Mean indication minus reference temperature (K)."""
        return sum(self.differences) / len(self.item) - self.standard.actual


@dataclass(frozen=True, slots=True)
class Source:
    """By how much (K, half-widths) reference and item may differ in the source.

    Attributes:
        radial: from place to place.
        axial: along sensors of different length.
        conduction: by heat that goes along the stems.
        stability: half the range of the reference's readings meanwhile.
        stated: who states the first three.
    """

    radial: float
    axial: float
    conduction: float
    stability: float
    stated: str


@dataclass(frozen=True, slots=True)
class ReferenceReading:
    """What reading the reference adds, in its own unit.

    Attributes:
        step: of its display.
        readout: half-width of its readout's error, where the certificate is the probe's alone.
    """

    step: float
    readout: float = 0.0


@dataclass(frozen=True, slots=True)
class ReadoutTerms:
    """The readout of a resistance thermometer, in °C: u from its certificate, and its drift."""

    standard_uncertainty: float
    dof: float
    certificate: str
    drift_half_width: float
    drift_source: str


def reference_terms(standard: StandardValue, reading: ReferenceReading) -> tuple[Input, ...]:
    """Return everything about the temperature (°C) of the reference itself."""
    slope = abs(standard.slope)
    return (
        normal(
            "reference",
            standard.actual,
            standard_uncertainty=standard.standard_uncertainty,
            dof=standard.dof,
            source=standard.certificate,
        ),
        rectangular("drift", half_width=standard.drift_half_width, source=standard.drift_source),
        rectangular(
            "readout",
            half_width=reading.readout * slope,
            source="error of the reference's readout, stated by the laboratory"
            if reading.readout
            else "the reference is certified together with its readout",
        ),
        digital_step(
            "reference_step", step=reading.step * slope, source="reference's display, half a digit"
        ),
    )


def source_terms(source: Source) -> tuple[Input, ...]:
    """Return by how much (K) the item's place may be off that of the reference."""
    return (
        rectangular("radial", half_width=source.radial, source=f"between holes; {source.stated}"),
        rectangular("axial", half_width=source.axial, source=f"along the holes; {source.stated}"),
        rectangular(
            "conduction", half_width=source.conduction, source=f"along the stems; {source.stated}"
        ),
        rectangular(
            "stability",
            half_width=source.stability,
            source="half the range of the reference's readings, this run (EURAMET cg-13)",
        ),
    )


def item_terms(compared: Compared, returned: float) -> tuple[Input, ...]:
    """Return the item's mean reading (°C) and its hysteresis (K)."""
    count = len(compared.item)
    return (
        readings(
            "indication",
            compared.differences,
            source=f"{count} readings, alternating with the reference, this run",
        ),
        hysteresis(
            "hysteresis",
            difference=abs(returned),
            source="return to the first temperature, h/√12 (JCGM 100:2008, F.2.2.2)",
        ),
    )


def _display(
    indication: Any,
    resolution: Any,
    hysteresis: Any,
    reference: Any,
    drift: Any,
    readout: Any,
    reference_step: Any,
    radial: Any,
    axial: Any,
    conduction: Any,
    stability: Any,
) -> Any:
    there = reference + drift + readout + reference_step + radial + axial + conduction + stability
    return indication + resolution + hysteresis - there


def _resistance(
    indication: Any,
    item_readout: Any,
    item_readout_drift: Any,
    hysteresis: Any,
    reference: Any,
    drift: Any,
    readout: Any,
    reference_step: Any,
    radial: Any,
    axial: Any,
    conduction: Any,
    stability: Any,
) -> Any:
    there = reference + drift + readout + reference_step + radial + axial + conduction + stability
    return indication + item_readout + item_readout_drift + hysteresis - there


def error_of_display(
    compared: Compared,
    *,
    resolution: float,
    returned: float,
    reading: ReferenceReading,
    source: Source,
) -> Budget:
    """Return the budget of a digital thermometer's error of indication (°C).

    Args:
        compared: the readings.
        resolution: step of its display (°C).
        returned: change of its error (K) after it went through all temperatures and back.
        reading: of the reference.
        source: the well or bath.
    """
    return Budget(
        "error of indication",
        "°C",
        _display,
        *item_terms(compared, returned),
        digital_step("resolution", step=resolution, source="item's display, half a digit"),
        *reference_terms(compared.standard, reading),
        *source_terms(source),
    )


def error_of_resistance(
    compared: Compared,
    *,
    item_readout: ReadoutTerms,
    returned: float,
    reading: ReferenceReading,
    source: Source,
) -> Budget:
    """Return the budget of a resistance thermometer's departure (°C) from its nominal function.

    Args:
        compared: the item's readings in °C by the nominal function.
        item_readout: of what measured its resistance.
        returned: change of its error (K) after it went through all temperatures and back.
        reading: of the reference.
        source: the well or bath.
    """
    return Budget(
        "deviation from the nominal function",
        "°C",
        _resistance,
        *item_terms(compared, returned),
        normal(
            "item_readout",
            0.0,
            standard_uncertainty=item_readout.standard_uncertainty,
            dof=item_readout.dof,
            source=item_readout.certificate,
        ),
        rectangular(
            "item_readout_drift",
            half_width=item_readout.drift_half_width,
            source=item_readout.drift_source,
        ),
        *reference_terms(compared.standard, reading),
        *source_terms(source),
    )


INDEPENDENT = frozenset({"indication", "reference_step", "stability", "resolution"})
"""Inputs that are other at each temperature; the others are shared by all of them."""


def shared_and_own(budget: Budget) -> tuple[dict[str, float], float]:
    """Return u (K) of each input that all temperatures share, and of the others together.

    The certificate's points share their standard, the probes stay in their holes; hysteresis may
    have either sign at each temperature, and is taken as shared: that is the larger u of a zero.
    """
    shared = {
        each.name: each.standard_uncertainty
        for each in budget.inputs
        if each.name not in INDEPENDENT and each.standard_uncertainty
    }
    own = sum(each.standard_uncertainty**2 for each in budget.inputs if each.name in INDEPENDENT)
    return shared, float(own) ** 0.5
