"""The density of the room's air, and what it does to a weighing."""

from math import exp

from simulators.world import Air

ICE_POINT = 273.15  # K
REFERENCE_AIR = 1.2  # kg/m³, of the conventional mass (OIML R 111-1:2004, 10.2)
REFERENCE_DENSITY = 8000.0  # kg/m³, likewise


def density(air: Air) -> float:
    """Return the density (kg/m³) of `air`.

    Source: OIML R 111-1:2004, formula E.3-1; within 2·10⁻⁴ from 900 hPa to 1100 hPa and 10 °C to
    30 °C below 80 % humidity (from memory, unverified).
    """
    moisture = 0.009 * air.humidity * exp(0.061 * air.celsius)
    return (0.34848 * air.pascals / 100.0 - moisture) / (ICE_POINT + air.celsius)


def mass_of_conventional(conventional: float, body_density: float) -> float:
    """Return the mass (kg) of a body of `body_density` (kg/m³) and `conventional` mass (kg)."""
    reference = 1.0 - REFERENCE_AIR / REFERENCE_DENSITY
    return conventional * reference / (1.0 - REFERENCE_AIR / body_density)
