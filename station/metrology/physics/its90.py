"""ITS-90 from 13.8033 K to 1234.93 K: the platinum reference function W_r and its inverse.

H. Preston-Thomas, "The International Temperature Scale of 1990", Metrologia 27 (1990) 3-10 and
107: equations (9a), (9b), (10a), (10b) and tables 1 and 4; at the fixed points they reproduce
W_r of table 1 to 1e-8.
"""

from typing import Any

from station.metrology.functions import exp, log
from station.metrology.physics.curves import by_piece, check_within, polynomial, slope_of, solve

CELSIUS_ZERO_KELVIN = 273.15
WATER_KELVIN = 273.16
"""Triple point of water, where W = 1; (9a) is used up to it and (10a) above.

Both are defined from 273.15 K to 273.16 K; they differ there by less than 1.5 µK.
"""

FIXED_POINTS_KELVIN = {
    "e-H2": 13.8033,
    "Ne": 24.5561,
    "O2": 54.3584,
    "Ar": 83.8058,
    "Hg": 234.3156,
    "H2O": 273.16,
    "Ga": 302.9146,
    "In": 429.7485,
    "Sn": 505.078,
    "Zn": 692.677,
    "Al": 933.473,
    "Ag": 1234.93,
}
"""Substance → T90 (K) of its triple, melting (Ga) or freezing point (In … Ag); table 1."""

LOWEST_KELVIN = FIXED_POINTS_KELVIN["e-H2"]
HIGHEST_KELVIN = FIXED_POINTS_KELVIN["Ag"]

END_KELVIN = 1e-4
"""Room at the ends of a range (K): the functions meet the fixed points' W_r no better than this."""

_A = (
    -2.13534729, 3.18324720, -1.80143597, 0.71727204, 0.50344027, -0.61899395, -0.05332322,
    0.28021362, 0.10715224, -0.29302865, 0.04459872, 0.11868632, -0.05248134,
)  # fmt: skip
_B = (
    0.183324722, 0.240975303, 0.209108771, 0.190439972, 0.142648498, 0.077993465, 0.012475611,
    -0.032267127, -0.075291522, -0.056470670, 0.076201285, 0.123893204, -0.029201193,
    -0.091173542, 0.001317696, 0.026025526,
)  # fmt: skip
_C = (
    2.78157254, 1.64650916, -0.13714390, -0.00649767, -0.00234444, 0.00511868, 0.00187982,
    -0.00204472, -0.00046122, 0.00045724,
)  # fmt: skip
_D = (
    439.932854, 472.418020, 37.684494, 7.472018, 2.920828, 0.005184, -0.963864, -0.188732,
    0.191203, 0.049025,
)  # fmt: skip

_A_SLOPE = slope_of(_A)
_C_SLOPE = slope_of(_C)


def reference_ratio(t90_kelvin: Any) -> Any:
    """Return W_r(T90), dimensionless, by (9a) up to 273.16 K and (10a) above.

    Args:
        t90_kelvin: 13.8033 K … 1234.93 K, float or array.

    Raises:
        OutOfValidity: a temperature is outside.
    """
    _check_temperature(t90_kelvin)
    return _ratio(t90_kelvin)


def reference_slope(t90_kelvin: Any) -> Any:
    """Return dW_r/dT90 (1/K), the derivative of (9a) and (10a).

    Args:
        t90_kelvin: 13.8033 K … 1234.93 K, float or array.

    Raises:
        OutOfValidity: a temperature is outside.
    """
    _check_temperature(t90_kelvin)
    return _slope(t90_kelvin)


def temperature(reference_ratio: Any) -> Any:
    """Return T90 (K) where W_r has the given value: the inverse of `reference_ratio` to 1e-9 K.

    The scale's own inverses (9b) and (10b) are only approximate (0.1 mK); here they are where
    Newton's method on (9a) and (10a) begins.

    Args:
        reference_ratio: W_r, 0.00119007 … 4.28642053, float or array.

    Raises:
        OutOfValidity: a ratio is outside.
    """
    check_within(reference_ratio, _LOWEST_RATIO, _HIGHEST_RATIO, what="W_r", unit="(ratio)")
    start = approximate_temperature(reference_ratio)
    return solve(_ratio, _slope, reference_ratio, start, tolerance=1e-9)


def approximate_temperature(reference_ratio: Any) -> Any:
    """Return T90 (K) by the scale's inverse functions (9b) and (10b).

    They agree with (9a) and (10a) to 0.1 mK and 0.13 mK.

    Args:
        reference_ratio: W_r, 0.00119007 … 4.28642053, float or array.

    Raises:
        OutOfValidity: a ratio is outside.
    """
    check_within(reference_ratio, _LOWEST_RATIO, _HIGHEST_RATIO, what="W_r", unit="(ratio)")
    return by_piece(reference_ratio, (1.0,), (_equation_9b, _equation_10b))


def _check_temperature(t90_kelvin: Any) -> None:
    low, high = LOWEST_KELVIN - END_KELVIN, HIGHEST_KELVIN + END_KELVIN
    check_within(t90_kelvin, low, high, what="T90", unit="K")


def _ratio(t90_kelvin: Any) -> Any:
    return by_piece(t90_kelvin, (WATER_KELVIN,), (_equation_9a, _equation_10a))


def _slope(t90_kelvin: Any) -> Any:
    return by_piece(t90_kelvin, (WATER_KELVIN,), (_slope_of_9a, _slope_of_10a))


def _equation_9a(t90_kelvin: Any) -> Any:
    return exp(polynomial(_A, (log(t90_kelvin / WATER_KELVIN) + 1.5) / 1.5))


def _slope_of_9a(t90_kelvin: Any) -> Any:
    x = (log(t90_kelvin / WATER_KELVIN) + 1.5) / 1.5
    return exp(polynomial(_A, x)) * polynomial(_A_SLOPE, x) / (1.5 * t90_kelvin)


def _equation_9b(ratio: Any) -> Any:
    return WATER_KELVIN * polynomial(_B, (ratio ** (1.0 / 6.0) - 0.65) / 0.35)


def _equation_10a(t90_kelvin: Any) -> Any:
    return polynomial(_C, (t90_kelvin - 754.15) / 481.0)


def _slope_of_10a(t90_kelvin: Any) -> Any:
    return polynomial(_C_SLOPE, (t90_kelvin - 754.15) / 481.0) / 481.0


def _equation_10b(ratio: Any) -> Any:
    return CELSIUS_ZERO_KELVIN + polynomial(_D, (ratio - 2.64) / 1.64)


_LOWEST_RATIO = _equation_9a(LOWEST_KELVIN - END_KELVIN)
_HIGHEST_RATIO = _equation_10a(HIGHEST_KELVIN + END_KELVIN)
