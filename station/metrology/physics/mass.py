"""Mass: air buoyancy, conventional mass, and comparison weighing.

OIML R 111-1:2004, clause 2 and annex C. What is said to be unverified was not compared with the
document.
"""

import math
from typing import Any, NamedTuple

from station.metrology.errors import InvalidNumber
from station.metrology.physics.curves import check_within

CONVENTIONAL_AIR_DENSITY = 1.2
"""ρ₀ (kg/m³), of the air of the conventional mass."""

CONVENTIONAL_DENSITY = 8000.0
"""ρ_c (kg/m³) at 20 °C, of the reference weight of the conventional mass."""

LIGHTEST_DENSITY = 100.0
HEAVIEST_DENSITY = 23_000.0
"""Densities (kg/m³) taken for those of a body; beyond, a unit was mistaken."""

THINNEST_AIR = 0.5
THICKEST_AIR = 1.5
"""Densities (kg/m³) taken for those of air; beyond, a unit was mistaken."""


class AssumedDensity(NamedTuple):
    """Density of a material that was not measured, with U at k = 2 (kg/m³)."""

    density: float
    expanded_uncertainty: float


ASSUMED_DENSITIES = {
    "stainless steel": AssumedDensity(7950.0, 140.0),
    "brass": AssumedDensity(8400.0, 170.0),
    "aluminium": AssumedDensity(2700.0, 130.0),
    "cast iron": AssumedDensity(7700.0, 400.0),
    "platinum": AssumedDensity(21400.0, 150.0),
    "nickel silver": AssumedDensity(8600.0, 170.0),
}
"""Material → density of a weight where none is stated (OIML R 111-1, annex B); unverified."""


def conventional_mass(mass: Any, density: Any) -> Any:
    """Return the conventional mass, in the unit of `mass`: m·(1 - 1.2/ρ)/(1 - 1.2/8000).

    Args:
        mass: true mass, any unit.
        density: of the body at 20 °C (kg/m³).

    Raises:
        OutOfValidity: the density is none of a body.
    """
    return mass * _buoyancy_ratio(density)


def true_mass(conventional: Any, density: Any) -> Any:
    """Return the mass, in the unit of `conventional`: m_c·(1 - 1.2/8000)/(1 - 1.2/ρ).

    Args:
        conventional: conventional mass, any unit.
        density: of the body at 20 °C (kg/m³).

    Raises:
        OutOfValidity: the density is none of a body.
    """
    return conventional / _buoyancy_ratio(density)


def aba_difference(reference_1: Any, test: Any, reference_2: Any) -> Any:
    """Return the difference of indications test - reference of a cycle r t r, in their unit.

    OIML R 111-1, C.4.1 (unverified). A linear drift cancels.
    """
    return test - (reference_1 + reference_2) / 2.0


def abba_difference(reference_1: Any, test_1: Any, test_2: Any, reference_2: Any) -> Any:
    """Return the difference of indications test - reference of a cycle r t t r, in their unit.

    OIML R 111-1, C.4.1 (unverified). A linear drift cancels.
    """
    return (test_1 - reference_1 - reference_2 + test_2) / 2.0


def buoyancy_correction(air_density: Any, test_density: Any, reference_density: Any) -> Any:
    """Return C = (ρ_a - 1.2)·(1/ρ_t - 1/ρ_r), dimensionless (OIML R 111-1, annex C).

    Args:
        air_density: ρ_a (kg/m³).
        test_density: ρ_t, of the weight under test (kg/m³).
        reference_density: ρ_r, of the reference weight (kg/m³).

    Raises:
        OutOfValidity: a density is none of air or of a body.
    """
    _check_air(air_density)
    _check_body(test_density)
    _check_body(reference_density)
    excess = air_density - CONVENTIONAL_AIR_DENSITY
    return excess * (1.0 / test_density - 1.0 / reference_density)


def conventional_mass_of_test(
    reference: Any,
    difference: Any,
    air_density: Any,
    test_density: Any,
    reference_density: Any,
) -> Any:
    """Return m_ct = m_cr·(1 + C) + ΔI, in the unit of `reference` (OIML R 111-1, annex C).

    Args:
        reference: conventional mass of the reference weight.
        difference: indication of the test weight minus that of the reference, as mass.
        air_density: kg/m³.
        test_density: kg/m³.
        reference_density: kg/m³.

    Raises:
        OutOfValidity: a density is none of air or of a body.
    """
    correction = buoyancy_correction(air_density, test_density, reference_density)
    return reference * (1.0 + correction) + difference


class Density(NamedTuple):
    """A density with its standard uncertainty, both in kg/m³."""

    value: float
    standard_uncertainty: float


def buoyancy_uncertainty(
    reference: float, *, air: Density, air_at_calibration: float, test: Density, standard: Density
) -> float:
    """Return the standard uncertainty u_b of the buoyancy correction, in the unit of `reference`.

    OIML R 111-1, C.6.3 (unverified). The term of the reference weight's density is negative where
    the correction of its own calibration makes up for it; the variance may not be.

    Args:
        reference: conventional mass of the reference weight.
        air: of the room now.
        air_at_calibration: density of the air (kg/m³) when the reference weight was calibrated.
        test: of the weight under test.
        standard: of the reference weight.

    Raises:
        OutOfValidity: a density is none of air or of a body.
        InvalidNumber: the variance is negative: the numbers contradict each other.
    """
    correction = buoyancy_correction(air.value, test.value, standard.value)
    _check_air(air_at_calibration)
    excess = air.value - CONVENTIONAL_AIR_DENSITY
    then = air_at_calibration - CONVENTIONAL_AIR_DENSITY
    by_air = (1.0 / test.value - 1.0 / standard.value) * air.standard_uncertainty
    by_test = excess * test.standard_uncertainty / test.value**2
    by_standard = (standard.standard_uncertainty / standard.value**2) ** 2
    independent = by_air**2 + by_test**2
    variance = independent + excess * (excess - 2.0 * then) * by_standard
    if variance < -1e-12 * independent:
        raise InvalidNumber(
            f"buoyancy correction {correction:g}: its variance is {variance:g}; check the densities"
            " of air, now and at the calibration of the reference weight"
        )
    return abs(reference) * math.sqrt(max(variance, 0.0))


def balance_reading_change(
    air_density: Any, air_density_at_adjustment: Any, body_density: Any
) -> Any:
    """Return ΔI/I of a balance, adjusted with a weight of 8000 kg/m³ in other air, for a body.

    ΔI/I = -(ρ_a - ρ_a0)·(1/ρ - 1/8000).

    Args:
        air_density: now (kg/m³).
        air_density_at_adjustment: when it was adjusted (kg/m³).
        body_density: of what is weighed (kg/m³).

    Raises:
        OutOfValidity: a density is none of air or of a body.
    """
    _check_air(air_density)
    _check_air(air_density_at_adjustment)
    _check_body(body_density)
    change = air_density - air_density_at_adjustment
    return -change * (1.0 / body_density - 1.0 / CONVENTIONAL_DENSITY)


def _buoyancy_ratio(density: Any) -> Any:
    _check_body(density)
    of_body = 1.0 - CONVENTIONAL_AIR_DENSITY / density
    return of_body / (1.0 - CONVENTIONAL_AIR_DENSITY / CONVENTIONAL_DENSITY)


def _check_body(density: Any) -> None:
    check_within(density, LIGHTEST_DENSITY, HEAVIEST_DENSITY, what="density", unit="kg/m³")


def _check_air(density: Any) -> None:
    check_within(density, THINNEST_AIR, THICKEST_AIR, what="air density", unit="kg/m³")
