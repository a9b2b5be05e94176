"""Density of moist air: CIPM-2007 with its uncertainty, and the simpler formula of OIML R 111.

A. Picard, R. S. Davis, M. Gläser, K. Fujii, "Revised formula for the density of moist air
(CIPM-2007)", Metrologia 45 (2008) 149-155, equation (1) and appendix A.1; OIML R 111-1:2004,
equation (E.3-1). The numbers of appendix and of the R 111 equation are unverified.
"""

from typing import Any

from station.metrology.functions import exp
from station.metrology.inputs import Input, constant, normal
from station.metrology.physics.curves import check_within
from station.metrology.uncertainty import Budget

FORMULA_RELATIVE_UNCERTAINTY = 22e-6
"""u of the CIPM-2007 formula over the density, without that of its arguments."""

SIMPLE_RELATIVE_UNCERTAINTY = 2e-4
"""u of the R 111 formula over the density, without that of its arguments; unverified."""

USUAL_CARBON_DIOXIDE = 400e-6
"""Mole fraction of CO₂ where it is not measured."""

GAS_CONSTANT = 8.314472
"""R (J/(mol·K)) with which the formula was fitted (CODATA 2006); not the exact one of the SI."""

MOLAR_MASS_OF_WATER = 18.01528e-3
"""M_v (kg/mol)."""

PASCAL_RANGE = (60_000.0, 110_000.0)
CELSIUS_RANGE = (15.0, 27.0)

SIMPLE_PASCAL_RANGE = (90_000.0, 110_000.0)
SIMPLE_CELSIUS_RANGE = (10.0, 30.0)
SIMPLE_HIGHEST_HUMIDITY = 0.8


def molar_mass_of_dry_air(carbon_dioxide: Any = USUAL_CARBON_DIOXIDE) -> Any:
    """Return M_a (kg/mol) for a mole fraction of CO₂, 0 … 1."""
    check_within(carbon_dioxide, 0.0, 1.0, what="mole fraction of CO₂", unit="mol/mol")
    return (28.96546 + 12.011 * (carbon_dioxide - 400e-6)) * 1e-3


def saturation_vapour_pascal(t_celsius: Any) -> Any:
    """Return the vapour pressure of water at saturation (Pa) at 15 °C … 27 °C.

    Raises:
        OutOfValidity: a temperature is outside.
    """
    check_within(t_celsius, *CELSIUS_RANGE, what="air temperature", unit="°C")
    kelvin = t_celsius + 273.15
    return exp(
        1.2378847e-5 * kelvin * kelvin - 1.9121316e-2 * kelvin + 33.93711047 - 6343.1645 / kelvin
    )


def vapour_fraction(pascal: Any, t_celsius: Any, relative_humidity: Any) -> Any:
    """Return the mole fraction of water vapour x_v = h·f(p, t)·p_sv(t)/p.

    Args:
        pascal: pressure of the air (Pa), 600 hPa … 1100 hPa.
        t_celsius: its temperature (°C), 15 … 27.
        relative_humidity: 0 … 1.

    Raises:
        OutOfValidity: an argument is outside.
    """
    check_within(pascal, *PASCAL_RANGE, what="air pressure", unit="Pa")
    check_within(relative_humidity, 0.0, 1.0, what="relative humidity", unit="(0 … 1)")
    enhancement = 1.00062 + 3.14e-8 * pascal + 5.6e-7 * t_celsius * t_celsius
    return relative_humidity * enhancement * saturation_vapour_pascal(t_celsius) / pascal


def compressibility(pascal: Any, t_celsius: Any, vapour: Any) -> Any:
    """Return Z of air at pressure (Pa), temperature (°C) and mole fraction of vapour."""
    over_kelvin = pascal / (t_celsius + 273.15)
    first = (
        1.58123e-6
        - 2.9331e-8 * t_celsius
        + 1.1043e-10 * t_celsius * t_celsius
        + (5.707e-6 - 2.051e-8 * t_celsius) * vapour
        + (1.9898e-4 - 2.376e-6 * t_celsius) * vapour * vapour
    )
    second = 1.83e-11 - 0.765e-8 * vapour * vapour
    return 1.0 - over_kelvin * first + over_kelvin * over_kelvin * second


def air_density(
    pascal: Any,
    t_celsius: Any,
    relative_humidity: Any,
    carbon_dioxide: Any = USUAL_CARBON_DIOXIDE,
) -> Any:
    """Return the density of moist air (kg/m³) by CIPM-2007; floats or arrays of one shape.

    Args:
        pascal: pressure (Pa), 600 hPa … 1100 hPa.
        t_celsius: temperature (°C), 15 … 27.
        relative_humidity: 0 … 1.
        carbon_dioxide: mole fraction of CO₂.

    Raises:
        OutOfValidity: an argument is outside.
    """
    vapour = vapour_fraction(pascal, t_celsius, relative_humidity)
    molar_mass = molar_mass_of_dry_air(carbon_dioxide)
    dry = pascal * molar_mass / (GAS_CONSTANT * (t_celsius + 273.15))
    moist = 1.0 - vapour * (1.0 - MOLAR_MASS_OF_WATER / molar_mass)
    return dry * moist / compressibility(pascal, t_celsius, vapour)


def air_density_budget(
    *,
    pascal: Input,
    t_celsius: Input,
    relative_humidity: Input,
    carbon_dioxide: Input | None = None,
) -> Budget:
    """State the density of moist air (kg/m³) with its uncertainty, the formula's own included.

    Args:
        pascal: pressure (Pa), 600 hPa … 1100 hPa; each input may have any name.
        t_celsius: temperature (°C), 15 … 27.
        relative_humidity: 0 … 1.
        carbon_dioxide: mole fraction of CO₂; without it the usual one, as known.
    """
    fraction = carbon_dioxide or constant("x", USUAL_CARBON_DIOXIDE, source="CIPM-2007, usual")
    formula = normal(
        "formula",
        1.0,
        standard_uncertainty=FORMULA_RELATIVE_UNCERTAINTY,
        source="CIPM-2007, Metrologia 45 (2008) 149",
    )
    inputs = (
        pascal._replace(name="pascal"),
        t_celsius._replace(name="t_celsius"),
        relative_humidity._replace(name="relative_humidity"),
        fraction._replace(name="carbon_dioxide"),
        formula,
    )
    return Budget("air density", "kg/m³", _with_formula, *inputs)


def simple_air_density(pascal: Any, t_celsius: Any, relative_humidity: Any) -> Any:
    """Return the density of moist air (kg/m³) by OIML R 111-1:2004, equation (E.3-1).

    Args:
        pascal: pressure (Pa), 900 hPa … 1100 hPa; the three ranges are unverified.
        t_celsius: temperature (°C), 10 … 30.
        relative_humidity: 0 … 0.8.

    Raises:
        OutOfValidity: an argument is outside.
    """
    check_within(pascal, *SIMPLE_PASCAL_RANGE, what="air pressure", unit="Pa")
    check_within(t_celsius, *SIMPLE_CELSIUS_RANGE, what="air temperature", unit="°C")
    highest = SIMPLE_HIGHEST_HUMIDITY
    check_within(relative_humidity, 0.0, highest, what="relative humidity", unit="(0 … 1)")
    hectopascal, percent = pascal / 100.0, 100.0 * relative_humidity
    vapour = 0.009 * percent * exp(0.061 * t_celsius)
    return (0.34848 * hectopascal - vapour) / (273.15 + t_celsius)


def _with_formula(
    pascal: Any, t_celsius: Any, relative_humidity: Any, carbon_dioxide: Any, formula: Any
) -> Any:
    return air_density(pascal, t_celsius, relative_humidity, carbon_dioxide) * formula
