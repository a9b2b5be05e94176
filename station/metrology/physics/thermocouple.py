"""Thermocouples: electromotive force at a temperature and back, types B E J K N R S T.

Reference functions of the NIST ITS-90 Thermocouple Database (SRD 60, NIST Monograph 175); the
inverses are of these functions themselves, not the published approximations of them.
"""

from bisect import bisect_right
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any

from station.metrology.functions import exp
from station.metrology.physics.curves import (
    Curve,
    by_piece,
    check_within,
    polynomial,
    slope_of,
    solve,
)
from station.metrology.physics.thermocouple_coefficients import K_EXPONENTIAL, PIECES

VOLTS_PER_MILLIVOLT = 1e-3

_NODES = 129
"""Starting points of the inverse; Newton's method takes at most 8 steps from between two."""


_END_MILLIVOLTS = 1e-10
_END_CELSIUS = 1e-6
"""Room at the ends of a range for rounding: what a function returns, its inverse takes."""


class Letter(Enum):
    """A thermocouple type (IEC 60584-1)."""

    B = "B"
    E = "E"
    J = "J"
    K = "K"
    N = "N"
    R = "R"
    S = "S"
    T = "T"

    @property
    def low_celsius(self) -> float:
        """Lowest t90 (°C) of the reference function."""
        return PIECES[self.value][0].low_celsius

    @property
    def high_celsius(self) -> float:
        """Highest t90 (°C) of the reference function."""
        return PIECES[self.value][-1].high_celsius

    @property
    def lowest_invertible_celsius(self) -> float:
        """Lowest t90 (°C) of the inverse: type B falls below 21 °C and repeats itself up to 42 °C.

        50 °C is where ours begins; the published approximate inverse of type B begins at 250 °C.
        """
        return 50.0 if self is Letter.B else self.low_celsius


def emf_volts(letter: Letter, t90_celsius: Any) -> Any:
    """Return E(t90) in volts, reference junction at 0 °C.

    Args:
        letter: type of thermocouple.
        t90_celsius: measuring junction (°C), float or array.

    Raises:
        OutOfValidity: a temperature is outside the reference function.
    """
    _check_celsius(letter, t90_celsius)
    return VOLTS_PER_MILLIVOLT * _millivolts(letter)(t90_celsius)


def seebeck_volts_per_kelvin(letter: Letter, t90_celsius: Any) -> Any:
    """Return dE/dt90 in volts per kelvin.

    Args:
        letter: type of thermocouple.
        t90_celsius: float or array (°C).

    Raises:
        OutOfValidity: a temperature is outside the reference function.
    """
    _check_celsius(letter, t90_celsius)
    return VOLTS_PER_MILLIVOLT * _slope(letter)(t90_celsius)


def temperature_celsius(letter: Letter, emf_volts: Any) -> Any:
    """Return t90 (°C) where the reference function has this value, reference junction at 0 °C.

    The inverse of `emf_volts` to 0.1 µK; to 2 µK where pieces meet, which they do not quite.

    Args:
        letter: type of thermocouple; B from 50 °C.
        emf_volts: float or array (V).

    Raises:
        OutOfValidity: a voltage is outside the reference function.
    """
    emfs, temperatures = _nodes(letter)
    millivolts = emf_volts / VOLTS_PER_MILLIVOLT
    low, high = emfs[0] - _END_MILLIVOLTS, emfs[-1] + _END_MILLIVOLTS
    check_within(millivolts, low, high, what=f"type {letter.value} emf", unit="mV")
    start = _interpolated(millivolts, emfs, temperatures)
    return solve(_millivolts(letter), _slope(letter), millivolts, start, tolerance=1e-10)


def compensated_celsius(letter: Letter, emf_volts: Any, reference_junction_celsius: Any) -> Any:
    """Return t90 (°C) of the measuring junction with the reference junction at its temperature.

    The voltages add, never the temperatures: t90 = E⁻¹(E_measured + E(t_reference)).

    Args:
        letter: type of thermocouple.
        emf_volts: measured (V), float or array.
        reference_junction_celsius: °C, float or array.

    Raises:
        OutOfValidity: a temperature or the sum of voltages is outside the reference function.
    """
    reference = _volts_at(letter, reference_junction_celsius)
    return temperature_celsius(letter, emf_volts + reference)


def simulated_emf_volts(letter: Letter, t90_celsius: Any, reference_junction_celsius: Any) -> Any:
    """Return the voltage (V) to apply so that an indicator at its junction temperature shows t90.

    Args:
        letter: type of thermocouple.
        t90_celsius: to be shown (°C), float or array.
        reference_junction_celsius: of the indicator (°C), float or array.

    Raises:
        OutOfValidity: a temperature is outside the reference function.
    """
    reference = _volts_at(letter, reference_junction_celsius)
    return _volts_at(letter, t90_celsius) - reference


_volts_at = emf_volts
"""Under a name that no argument has."""


def _check_celsius(letter: Letter, t90_celsius: Any) -> None:
    check_within(
        t90_celsius,
        letter.low_celsius - _END_CELSIUS,
        letter.high_celsius + _END_CELSIUS,
        what=f"type {letter.value} t90",
        unit="°C",
    )


@cache
def _millivolts(letter: Letter) -> Curve:
    """Return E in mV as a function of t90 in °C."""
    return _joined(letter, lambda coefficients: coefficients, _exponential)


@cache
def _slope(letter: Letter) -> Curve:
    """Return dE/dt90 in mV/°C as a function of t90 in °C."""
    return _joined(letter, slope_of, _slope_of_exponential)


def _joined(
    letter: Letter,
    of: Callable[[tuple[float, ...]], tuple[float, ...]],
    k_term: Curve,
) -> Curve:
    """Join the pieces into one curve, type K with its further term above 0 °C."""
    pieces = PIECES[letter.value]
    curves: list[Curve] = [_polynomial(of(piece.coefficients)) for piece in pieces]
    if letter is Letter.K:
        above_zero = curves[1]
        curves[1] = lambda t: above_zero(t) + k_term(t)
    joints = tuple(piece.high_celsius for piece in pieces[:-1])
    return lambda t: by_piece(t, joints, curves)


def _polynomial(coefficients: tuple[float, ...]) -> Curve:
    return lambda t: polynomial(coefficients, t)


def _exponential(t90_celsius: Any) -> Any:
    size, width, centre = K_EXPONENTIAL
    away = t90_celsius - centre
    return size * exp(width * away * away)


def _slope_of_exponential(t90_celsius: Any) -> Any:
    _, width, centre = K_EXPONENTIAL
    return 2.0 * width * (t90_celsius - centre) * _exponential(t90_celsius)


@cache
def _nodes(letter: Letter) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return voltages (mV) and temperatures (°C), rising, over the invertible range."""
    low, high = letter.lowest_invertible_celsius, letter.high_celsius
    curve = _millivolts(letter)
    steps = _NODES - 1
    temperatures = (*(low + (high - low) * i / steps for i in range(steps)), high)
    return tuple(float(curve(t)) for t in temperatures), temperatures


def _interpolated(x: Any, xs: tuple[float, ...], ys: tuple[float, ...]) -> Any:
    x = x.real
    if not isinstance(x, float | int):
        import numpy as np

        return np.interp(x, xs, ys)
    i = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1])
