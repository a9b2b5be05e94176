"""Models and budgets of the calibration of a balance.

EURAMET Calibration Guide No. 18, version 4.0 (2015): its clauses are named from memory,
unverified. Masses of weights are conventional ones; everything is in kilograms.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from station.evidence import StandardValue
from station.metrology.inputs import (
    Input,
    constant,
    difference_of_digital_steps,
    digital_step,
    normal,
    rectangular,
)
from station.metrology.physics.mass import (
    ASSUMED_DENSITIES,
    CONVENTIONAL_AIR_DENSITY,
    CONVENTIONAL_DENSITY,
    buoyancy_correction,
)
from station.metrology.type_a import Scatter
from station.metrology.uncertainty import Budget

UNVERIFIED = "(from memory, unverified)"

AIR_CHANGE = 0.1
"""Relative change of the air's density since the adjustment: cg-18, 7.1.2.2, unverified."""


@dataclass(frozen=True, slots=True)
class Display:
    """How an indication was got.

    Attributes:
        interval: what it is rounded to (kg): d, or e/10 where additional weights were used.
        source: says which.
    """

    interval: float
    source: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What buoyancy depends on.

    Attributes:
        air: density of the air (kg/m³), an input named "air".
        density: of the weights (kg/m³), an input named "density".
        adjusted: whether the balance was adjusted immediately before, in this air.
    """

    air: Input
    density: Input
    adjusted: bool


def error_of_indication(
    indication: float,
    zero: float,
    weights: Sequence[StandardValue],
    *,
    display: Display,
    repeatability: Scatter,
    eccentricity: float,
    surroundings: Surroundings,
) -> Budget:
    """Return the budget of E = I - m_ref (cg-18, 6.3, 7.1), in kg.

    Args:
        indication: with the load, I or P.
        zero: indication without it.
        weights: of which the load consists, by their certificate.
        display: of both indications.
        repeatability: s of single weighings.
        eccentricity: greatest difference from the centre as part of the load, halved:
            |ΔI_ecc|max/(2·L_ecc).
        surroundings: of this weighing.
    """
    load = math.fsum(each.actual for each in weights)
    return Budget(
        "error of indication",
        "kg",
        _error(adjusted=surroundings.adjusted),
        constant("indication", indication, source="indication with the load, this run"),
        constant("zero", zero, source="indication without the load, this run"),
        *_of_display(display),
        normal(
            "repeatability",
            0.0,
            standard_uncertainty=repeatability.standard_deviation,
            dof=repeatability.dof,
            source=f"s of {repeatability.dof + 1:.0f} weighings, cg-18, 7.1.1.3 {UNVERIFIED}",
        ),
        rectangular(
            "eccentricity",
            half_width=eccentricity * abs(indication),
            source=f"|ΔI_ecc|max/(2·L_ecc)·I, cg-18, 7.1.1.4 {UNVERIFIED}",
        ),
        *_of_weights(weights),
        surroundings.air,
        surroundings.density,
        *([] if surroundings.adjusted else [_air_since_adjustment(load)]),
    )


def _of_display(display: Display) -> tuple[Input, ...]:
    return tuple(
        digital_step(
            name,
            step=display.interval,
            source=f"{display.source}, cg-18, {clause} {UNVERIFIED}",
        )
        for name, clause in (("resolution", "7.1.1.2"), ("resolution_at_zero", "7.1.1.1"))
    )


def _error(*, adjusted: bool) -> Callable[..., Any]:
    """Return E as a function; the weights press less where air or density are not conventional."""

    def in_this_air(
        indication: Any,
        zero: Any,
        resolution: Any,
        resolution_at_zero: Any,
        repeatability: Any,
        eccentricity: Any,
        weights: Any,
        drift: Any,
        air: Any,
        density: Any,
    ) -> Any:
        pressing = 1.0 - buoyancy_correction(air, density, CONVENTIONAL_DENSITY)
        shown = indication + resolution + repeatability + eccentricity - zero - resolution_at_zero
        return shown - (weights + drift) * pressing

    def in_other_air(
        indication: Any,
        zero: Any,
        resolution: Any,
        resolution_at_zero: Any,
        repeatability: Any,
        eccentricity: Any,
        weights: Any,
        drift: Any,
        air: Any,
        density: Any,
        air_since_adjustment: Any,
    ) -> Any:
        error = in_this_air(
            indication,
            zero,
            resolution,
            resolution_at_zero,
            repeatability,
            eccentricity,
            weights,
            drift,
            air,
            density,
        )
        return error + air_since_adjustment

    return in_this_air if adjusted else in_other_air


def _of_weights(weights: Sequence[StandardValue]) -> tuple[Input, Input]:
    """Return their masses and drifts, added up as they are: calibrated together, r = 1."""
    certificate = "; ".join(dict.fromkeys(each.certificate for each in weights)) or "no load"
    drift = "; ".join(dict.fromkeys(each.drift_source for each in weights)) or "no load"
    added = ", added up (r = 1), cg-18, 7.1.2" if len(weights) > 1 else ""
    return (
        normal(
            "weights",
            math.fsum(each.actual for each in weights),
            standard_uncertainty=math.fsum(each.standard_uncertainty for each in weights),
            dof=min((each.dof for each in weights), default=math.inf),
            source=certificate + added,
        ),
        rectangular(
            "drift",
            half_width=math.fsum(each.drift_half_width for each in weights),
            source=drift + added,
        ),
    )


def _air_since_adjustment(load: float) -> Input:
    return rectangular(
        "air_since_adjustment",
        half_width=AIR_CHANGE * CONVENTIONAL_AIR_DENSITY * load / CONVENTIONAL_DENSITY,
        source=f"0.1·ρ₀·m/ρ_c, not adjusted before, cg-18, 7.1.2.2 {UNVERIFIED}",
    )


def density_input(material: str) -> Input:
    """Return the density (kg/m³) of weights of `material`, named "density"."""
    value, expanded = ASSUMED_DENSITIES[material]
    source = f"assumed of {material}, OIML R 111-1, annex B {UNVERIFIED}"
    return normal("density", value, standard_uncertainty=expanded / 2.0, source=source)


def without_rounding(indications: Sequence[float], *, interval: float, step: float) -> float:
    """Return P = I + d/2 - ΔL (kg): OIML R 76-1, A.4.4.3, d being e (from memory, unverified).

    Args:
        indications: with the load, and after each addition of `step` until the last one is
            higher by an interval.
        interval: d (kg), to which the indication is rounded.
        step: what was added at a time (kg).
    """
    added = step * (len(indications) - 1)
    return indications[0] + 0.5 * interval - added


def spread(values: Sequence[float], display: Display) -> Budget:
    """Return the budget of the difference of the highest and lowest of repeated weighings (kg)."""
    return Budget(
        "difference of repeated weighings",
        "kg",
        lambda highest, lowest, resolution_of_highest, resolution_of_lowest: (
            highest + resolution_of_highest - lowest - resolution_of_lowest
        ),
        constant("highest", max(values), source=f"of {len(values)} weighings, this run"),
        constant("lowest", min(values), source=f"of {len(values)} weighings, this run"),
        digital_step("resolution_of_highest", step=display.interval, source=display.source),
        digital_step("resolution_of_lowest", step=display.interval, source=display.source),
    )


def difference_of_loads(
    quantity: str,
    indication: float,
    weights: Sequence[StandardValue],
    *,
    interval: float,
    source: str,
) -> Budget:
    """Return the budget of `indication` less a load, with nothing else uncertain, in kg.

    Args:
        quantity: what the difference is.
        indication: kg; or the load that changed it.
        weights: of which the load consists, by their certificate.
        interval: what the indication is rounded to (kg).
        source: of the interval.
    """
    return Budget(
        quantity,
        "kg",
        lambda indication, resolution, weights, drift: indication + resolution - weights - drift,
        constant("indication", indication, source="this run"),
        digital_step("resolution", step=interval, source=source),
        *_of_weights(weights),
    )


def load_between(
    before: Sequence[StandardValue], after: Sequence[StandardValue], step: float
) -> Budget:
    """Return the budget of the load between two changes of the indication, in kg.

    Args:
        before: weights on the pan when it had changed, by their certificate.
        after: weights when it changed again.
        step: by which the load was raised (kg).
    """
    added = [each for each in after if each not in before]
    removed = [each for each in before if each not in after]
    value = math.fsum(each.actual for each in added) - math.fsum(each.actual for each in removed)
    u = math.fsum(each.standard_uncertainty for each in (*added, *removed))
    source = "; ".join(dict.fromkeys(each.certificate for each in (*added, *removed))) or "no load"
    return Budget(
        "load between two changes of the indication",
        "kg",
        lambda weights, resolution: weights + resolution,
        normal("weights", value, standard_uncertainty=u, source=f"{source}, added up (r = 1)"),
        difference_of_digital_steps(
            "resolution", step=step, source="both changes lie within one addition"
        ),
    )


@dataclass(frozen=True, slots=True)
class InUse:
    """The expanded uncertainty of a weighing in use, as a straight line α + β·R.

    Attributes:
        constant: α (kg).
        slope: β (1).
        capacity: Max (kg), as far as it holds.
    """

    constant: float
    slope: float
    capacity: float

    def minimum_weight(self, tolerance: float, safety_factor: float) -> float | None:
        """Return the load (kg) from which U·SF is at most `tolerance` (relative) of it.

        α·SF/(tolerance - β·SF), cg-18, appendix G (from memory, unverified). None: there is no
        such load up to the capacity.
        """
        left = tolerance - self.slope * safety_factor
        needed = self.constant * safety_factor
        return needed / left if needed <= left * self.capacity else None


@dataclass(frozen=True, slots=True)
class Use:
    """How a balance is used, and what of it was found in the calibration.

    Attributes:
        capacity: Max (kg).
        display: of a weighing.
        repeatability: s (kg) of single weighings.
        eccentricity: as for `error_of_indication`.
        slope: a₁ of E = a₁·R (1), and its standard uncertainty.
        kelvins: by how much the temperature may change, ±.
        per_kelvin: relative change of the slope with temperature.
        adjusted: whether it is adjusted before use.
        k: coverage factor.
    """

    capacity: float
    display: Display
    repeatability: float
    eccentricity: float
    slope: tuple[float, float]
    kelvins: float
    per_kelvin: float
    adjusted: bool
    k: float = 2.0


def uncertainty_in_use(use: Use) -> InUse:
    """Return the uncertainty of a weighing without correction: cg-18, 7.4 and 7.5, unverified.

    U(0) has resolution and repeatability, U(Max) all of it and the error that is not corrected;
    the line goes through both, and lies above what is between.
    """
    rounding = 2.0 * use.display.interval**2 / 12.0
    at_zero = math.sqrt(rounding + use.repeatability**2)
    error, of_error = use.slope
    air = 0.0 if use.adjusted else AIR_CHANGE * CONVENTIONAL_AIR_DENSITY / CONVENTIONAL_DENSITY
    relative = math.hypot(
        use.eccentricity / math.sqrt(3.0),
        use.kelvins * use.per_kelvin / math.sqrt(3.0),
        air / math.sqrt(3.0),
        of_error,
    )
    full = math.hypot(at_zero, relative * use.capacity) * use.k + abs(error) * use.capacity
    least = use.k * at_zero
    return InUse(least, (full - least) / use.capacity, use.capacity)
