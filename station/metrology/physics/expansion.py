"""Linear thermal expansion, to and from the reference temperature of 20 °C (ISO 1:2022)."""

import math
from typing import Any

from station.metrology.physics.curves import check_within

REFERENCE_CELSIUS = 20.0
"""Temperature (°C) at which dimensions are stated; ISO 1."""

STEEL_PER_KELVIN = 11.5e-6
"""Coefficient of steel gauge blocks (1/K), ISO 3650; unverified."""

LOW_CELSIUS = -50.0
HIGH_CELSIUS = 150.0
"""Where one coefficient is taken to hold (°C); a choice of ours, not of a standard."""

SMALLEST_PER_KELVIN = -10e-6
LARGEST_PER_KELVIN = 300e-6
"""Coefficients (1/K) taken for those of a solid; beyond, a unit was mistaken."""


def length_at(length: Any, coefficient: Any, from_celsius: Any, to_celsius: Any) -> Any:
    """Return the length at `to_celsius`, in its unit: both are l₂₀·(1 + α·(t - 20 °C)).

    Args:
        length: at `from_celsius`, any unit.
        coefficient: α, of the length at 20 °C (1/K).
        from_celsius: temperature of the length (°C).
        to_celsius: asked for (°C).

    Raises:
        OutOfValidity: an argument is none of a solid in a laboratory.
    """
    return length * _growth(coefficient, to_celsius) / _growth(coefficient, from_celsius)


def length_at_reference(length: Any, coefficient: Any, celsius: Any) -> Any:
    """Return the length at 20 °C of what measures `length` at `celsius` (°C), α in 1/K.

    Raises:
        OutOfValidity: an argument is none of a solid in a laboratory.
    """
    return length / _growth(coefficient, celsius)


def comparison_correction(
    nominal: Any,
    standard_coefficient: Any,
    standard_celsius: Any,
    item_coefficient: Any,
    item_celsius: Any,
) -> Any:
    """Return what to add to the difference item - standard to have it at 20 °C (first order).

    l·(α_s·θ_s - α·θ), θ = t - 20 °C (JCGM 100:2008, H.1, equation (H.2)).

    Args:
        nominal: length of both; its unit is the result's.
        standard_coefficient: α_s (1/K).
        standard_celsius: temperature of the standard (°C).
        item_coefficient: α (1/K).
        item_celsius: temperature of the item (°C).

    Raises:
        OutOfValidity: an argument is none of a solid in a laboratory.
    """
    standard = _growth(standard_coefficient, standard_celsius) - 1.0
    return nominal * (standard - (_growth(item_coefficient, item_celsius) - 1.0))


def expansion_coefficient(
    first_length: Any, first_celsius: Any, second_length: Any, second_celsius: Any
) -> Any:
    """Return the mean α (1/K) between two temperatures, of the first length: Δl/(l₁·Δt).

    As in example E13 of NIST Technical Note 1900.

    Args:
        first_length: any unit.
        first_celsius: its temperature (°C).
        second_length: in the unit of the first.
        second_celsius: its temperature (°C), another one.

    Raises:
        OutOfValidity: the temperatures are the same, or one is none of a laboratory.
    """
    for celsius in (first_celsius, second_celsius):
        check_within(celsius, LOW_CELSIUS, HIGH_CELSIUS, what="temperature", unit="°C")
    span = second_celsius - first_celsius
    check_within(span * span, 1e-12, math.inf, what="square of the span", unit="°C²")
    return (second_length - first_length) / (first_length * span)


def _growth(coefficient: Any, celsius: Any) -> Any:
    low, high = SMALLEST_PER_KELVIN, LARGEST_PER_KELVIN
    check_within(coefficient, low, high, what="expansion coefficient", unit="1/K")
    check_within(celsius, LOW_CELSIUS, HIGH_CELSIUS, what="temperature", unit="°C")
    return 1.0 + coefficient * (celsius - REFERENCE_CELSIUS)
