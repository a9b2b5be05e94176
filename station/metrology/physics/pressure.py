"""Pressure: difference of height, density of the gas in the line, and local gravity.

EURAMET Calibration Guide No. 17 (version 2.0, 2017) for Δp = ρ·g·h; its clauses were not seen.
"""

import math
from enum import Enum
from typing import Any

from station.metrology.functions import exp, sin
from station.metrology.physics.curves import check_within

STANDARD_GRAVITY = 9.80665
"""g_n (m/s²), exact; 3rd CGPM (1901)."""

GAS_CONSTANT = 8.31446261815324
"""R (J/(mol·K)), exact in the SI since 2019."""

SMALLEST_GRAVITY = 9.7
LARGEST_GRAVITY = 9.9

LARGEST_HEIGHT_METRES = 100.0
"""Difference of height (m) over which density and gravity are taken as constant."""


class Gas(Enum):
    """A gas in a pressure line; its value is the molar mass (kg/mol)."""

    NITROGEN = 28.0134e-3
    DRY_AIR = 28.96546e-3


def local_gravity(latitude_degrees: Any, height_metres: Any) -> Any:
    """Return g (m/s²) by the formula of WELMEC's gravity zones for weighing instruments.

    g = 9.780318·(1 + 0.0053024·sin²φ - 0.0000058·sin²2φ) - 0.000003085·h; the clause of WELMEC's
    guide is unverified. Anomalies of the ground are not in it: where parts in 10⁵ matter, take a
    measured value.

    Args:
        latitude_degrees: φ, -90 … 90, float or array.
        height_metres: h above sea level (m), -500 … 9000, float or array.

    Raises:
        OutOfValidity: an argument is outside.
    """
    check_within(latitude_degrees, -90.0, 90.0, what="latitude", unit="°")
    check_within(height_metres, -500.0, 9000.0, what="height above sea level", unit="m")
    phi = latitude_degrees * (math.pi / 180.0)
    once, twice = sin(phi), sin(2.0 * phi)
    at_sea = 9.780318 * (1.0 + 0.0053024 * once * once - 0.0000058 * twice * twice)
    return at_sea - 0.000003085 * height_metres


def gas_density(gas: Gas, absolute_pascal: Any, t_celsius: Any, compressibility: Any = 1.0) -> Any:
    """Return ρ = p·M/(Z·R·T) of the gas (kg/m³).

    Args:
        gas: in the line.
        absolute_pascal: its pressure (Pa), not the gauge pressure.
        t_celsius: its temperature (°C).
        compressibility: Z; 1 is the ideal gas. Take it from tables where its departure from 1
            matters.

    Raises:
        OutOfValidity: a pressure is negative, a temperature or Z is none of a gas in a line.
    """
    check_within(absolute_pascal, 0.0, math.inf, what="absolute pressure", unit="Pa")
    return absolute_pascal / _specific_energy(gas, t_celsius, compressibility)


def head_correction(fluid_density: Any, gravity: Any, height_below_metres: Any) -> Any:
    """Return Δp = ρ·g·h (Pa): what to add to the pressure at the standard's reference level.

    The result is the pressure at the device, h below; negative h is above. For gauge pressure
    both ends see the air's own column: take ρ of the fluid minus ρ of the air.

    Args:
        fluid_density: ρ (kg/m³) at the pressure in the line.
        gravity: local g (m/s²).
        height_below_metres: h (m), the device's reference level below the standard's.

    Raises:
        OutOfValidity: gravity is none of the earth's, or the height is beyond constant density.
    """
    highest = LARGEST_HEIGHT_METRES
    check_within(fluid_density, -1.5, 20_000.0, what="density of the fluid", unit="kg/m³")
    check_within(gravity, SMALLEST_GRAVITY, LARGEST_GRAVITY, what="gravity", unit="m/s²")
    check_within(height_below_metres, -highest, highest, what="difference of height", unit="m")
    return fluid_density * gravity * height_below_metres


def gas_column_pascal(
    gas: Gas,
    absolute_pascal: Any,
    t_celsius: Any,
    gravity: Any,
    height_below_metres: Any,
    compressibility: Any = 1.0,
) -> Any:
    """Return the absolute pressure (Pa) h below in gas of one temperature: p·exp(M·g·h/(Z·R·T)).

    Exact where `head_correction` takes the density as constant along the line.

    Args:
        gas: in the line.
        absolute_pascal: pressure at the standard's reference level (Pa).
        t_celsius: temperature of the line (°C).
        gravity: local g (m/s²).
        height_below_metres: h (m), the device's reference level below the standard's.
        compressibility: Z, one value for the line.

    Raises:
        OutOfValidity: as `gas_density` and `head_correction`.
    """
    highest = LARGEST_HEIGHT_METRES
    check_within(absolute_pascal, 0.0, math.inf, what="absolute pressure", unit="Pa")
    check_within(gravity, SMALLEST_GRAVITY, LARGEST_GRAVITY, what="gravity", unit="m/s²")
    check_within(height_below_metres, -highest, highest, what="difference of height", unit="m")
    energy = _specific_energy(gas, t_celsius, compressibility)
    return absolute_pascal * exp(gravity * height_below_metres / energy)


def _specific_energy(gas: Gas, t_celsius: Any, compressibility: Any) -> Any:
    """Return p/ρ = Z·R·T/M (J/kg)."""
    check_within(t_celsius, -50.0, 150.0, what="temperature of the gas", unit="°C")
    check_within(compressibility, 0.5, 2.0, what="compressibility factor Z", unit="(ratio)")
    return compressibility * GAS_CONSTANT * (t_celsius + 273.15) / gas.value
