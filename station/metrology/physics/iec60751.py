"""Industrial platinum resistance thermometers: Callendar-Van Dusen both ways, and tolerances.

IEC 60751:2022, R(t) = R₀·(1 + A·t + B·t²) from 0 °C, with C·(t - 100 °C)·t³ added below. The
tolerance formulas were compared with a public table; the ranges of the classes are unverified.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from station.metrology.errors import InvalidNumber
from station.metrology.functions import sqrt
from station.metrology.physics.curves import by_piece, check_within, polynomial, slope_of, solve

LOW_CELSIUS = -200.0
HIGH_CELSIUS = 850.0
A_PER_CELSIUS = 3.9083e-3
B_PER_CELSIUS2 = -5.775e-7
C_PER_CELSIUS4 = -4.183e-12

_END_RELATIVE = 1e-12
_END_CELSIUS = 1e-8
"""Room at the ends of a range for rounding: what a function returns, its inverse takes."""


def resistance_ratio(t90_celsius: Any, a: float, b: float, c: float) -> Any:
    """Return R/R₀ at t90 (°C), float or array; the range is the caller's to check.

    Args:
        t90_celsius: t90 (°C).
        a: A (1/°C).
        b: B (1/°C²).
        c: C (1/°C⁴), used below 0 °C.
    """
    below, above = (1.0, a, b, -100.0 * c, c), (1.0, a, b)
    return by_piece(
        t90_celsius, (0.0,), (lambda t: polynomial(below, t), lambda t: polynomial(above, t))
    )


@dataclass(frozen=True, slots=True)
class CallendarVanDusen:
    """A thermometer's characteristic: the standard one, or one fitted in a calibration.

    Attributes:
        r0_ohm: resistance at 0 °C (Ω).
        a: A (1/°C).
        b: B (1/°C²).
        c: C (1/°C⁴), used below 0 °C.
        low_celsius: t90 (°C) where the characteristic begins.
        high_celsius: t90 (°C) where it ends.

    Raises:
        InvalidNumber: R₀ is not positive, a number is not finite, the range is reversed, or the
            resistance does not rise throughout it.
    """

    r0_ohm: float = 100.0
    a: float = A_PER_CELSIUS
    b: float = B_PER_CELSIUS2
    c: float = C_PER_CELSIUS4
    low_celsius: float = LOW_CELSIUS
    high_celsius: float = HIGH_CELSIUS

    def __post_init__(self) -> None:
        numbers = (self.r0_ohm, self.a, self.b, self.c, self.low_celsius, self.high_celsius)
        if not all(map(math.isfinite, numbers)) or not self.r0_ohm > 0.0:
            raise InvalidNumber(f"{self._name}: numbers must be finite and R₀ positive")
        if not self.low_celsius < self.high_celsius:
            raise InvalidNumber(f"{self._name}: its range is reversed; state the lower end first")
        nearest_to_zero = max(self.low_celsius, min(0.0, self.high_celsius))
        places = (self.low_celsius, nearest_to_zero, self.high_celsius)
        if not all(self._slope(place) > 0.0 for place in places):
            raise InvalidNumber(
                f"{self._name}: the resistance does not rise throughout; check the coefficients"
            )

    @classmethod
    def from_alpha(
        cls,
        *,
        r0_ohm: float,
        alpha: float,
        delta: float,
        beta: float,
        low_celsius: float = LOW_CELSIUS,
        high_celsius: float = HIGH_CELSIUS,
    ) -> "CallendarVanDusen":
        """Take the older form: A = α(1 + δ/100), B = -αδ·10⁻⁴, C = -αβ·10⁻⁸.

        Args:
            r0_ohm: resistance at 0 °C (Ω).
            alpha: α (1/°C).
            delta: δ (°C).
            beta: β (°C), zero where there is nothing below 0 °C.
            low_celsius: t90 (°C) where the characteristic begins.
            high_celsius: t90 (°C) where it ends.

        Raises:
            InvalidNumber: as for the class.
        """
        return cls(
            r0_ohm,
            alpha * (1.0 + delta / 100.0),
            -alpha * delta * 1e-4,
            -alpha * beta * 1e-8,
            low_celsius,
            high_celsius,
        )

    def resistance_ohm(self, t90_celsius: Any) -> Any:
        """Return R (Ω) at t90 (°C), float or array.

        Raises:
            OutOfValidity: a temperature is outside the characteristic.
        """
        self._check(t90_celsius)
        return self._resistance(t90_celsius)

    def slope_ohm_per_kelvin(self, t90_celsius: Any) -> Any:
        """Return dR/dt90 (Ω/K) at t90 (°C), float or array.

        Raises:
            OutOfValidity: a temperature is outside the characteristic.
        """
        self._check(t90_celsius)
        return self._slope(t90_celsius)

    def temperature_celsius(self, resistance_ohm: Any) -> Any:
        """Return t90 (°C) at R (Ω), float or array: the inverse of `resistance_ohm` to 1 nK.

        Raises:
            OutOfValidity: a resistance is outside the characteristic.
        """
        room = _END_RELATIVE * self.r0_ohm
        low = self._resistance(self.low_celsius) - room
        high = self._resistance(self.high_celsius) + room
        check_within(resistance_ohm, low, high, what="platinum resistance", unit="Ω")
        return by_piece(resistance_ohm, (self.r0_ohm,), (self._below_zero, self._above_zero))

    @property
    def _name(self) -> str:
        return (
            f"Callendar-Van Dusen with R₀ = {self.r0_ohm:g} Ω, A = {self.a:g}, B = {self.b:g},"
            f" C = {self.c:g}, {self.low_celsius:g} … {self.high_celsius:g} °C"
        )

    def _check(self, t90_celsius: Any) -> None:
        low, high = self.low_celsius - _END_CELSIUS, self.high_celsius + _END_CELSIUS
        check_within(t90_celsius, low, high, what="platinum t90", unit="°C")

    def _resistance(self, t90_celsius: Any) -> Any:
        return self.r0_ohm * resistance_ratio(t90_celsius, self.a, self.b, self.c)

    def _slope(self, t90_celsius: Any) -> Any:
        below = slope_of((1.0, self.a, self.b, -100.0 * self.c, self.c))
        above = slope_of((1.0, self.a, self.b))
        return self.r0_ohm * by_piece(
            t90_celsius, (0.0,), (lambda t: polynomial(below, t), lambda t: polynomial(above, t))
        )

    def _above_zero(self, resistance_ohm: Any) -> Any:
        """Solve the quadratic, written so that B may be zero and nothing cancels."""
        excess = resistance_ohm / self.r0_ohm - 1.0
        return 2.0 * excess / (self.a + sqrt(self.a * self.a + 4.0 * self.b * excess))

    def _below_zero(self, resistance_ohm: Any) -> Any:
        start = self._above_zero(resistance_ohm)
        return solve(self._resistance, self._slope, resistance_ohm, start, tolerance=1e-10)


PT100 = CallendarVanDusen()
"""The characteristic of IEC 60751 with R₀ = 100 Ω."""


class Construction(Enum):
    """How the resistor is made."""

    WIRE_WOUND = "wire-wound"
    FILM = "film"


class Span(NamedTuple):
    """Temperatures (°C) over which a tolerance class holds."""

    low_celsius: float
    high_celsius: float


class ToleranceClass(Enum):
    """A tolerance class of IEC 60751: half-width (°C) = constant + slope·|t|."""

    AA = "AA"
    A = "A"
    B = "B"
    C = "C"


TOLERANCE = {
    ToleranceClass.AA: (0.1, 0.0017),
    ToleranceClass.A: (0.15, 0.002),
    ToleranceClass.B: (0.3, 0.005),
    ToleranceClass.C: (0.6, 0.01),
}
"""Class → constant (°C) and slope (°C/°C)."""

CLASS_SPANS = {
    (ToleranceClass.AA, Construction.WIRE_WOUND): Span(-50.0, 250.0),
    (ToleranceClass.AA, Construction.FILM): Span(0.0, 150.0),
    (ToleranceClass.A, Construction.WIRE_WOUND): Span(-100.0, 450.0),
    (ToleranceClass.A, Construction.FILM): Span(-30.0, 300.0),
    (ToleranceClass.B, Construction.WIRE_WOUND): Span(-196.0, 600.0),
    (ToleranceClass.B, Construction.FILM): Span(-50.0, 500.0),
    (ToleranceClass.C, Construction.WIRE_WOUND): Span(-196.0, 600.0),
    (ToleranceClass.C, Construction.FILM): Span(-50.0, 600.0),
}
"""Class and construction → span of a complete thermometer; unverified."""


def tolerance_celsius(
    tolerance_class: ToleranceClass, construction: Construction, t90_celsius: Any
) -> Any:
    """Return the tolerance, ± in °C, of a complete thermometer at t90.

    The formulas are the standard's; the spans they hold over are unverified (`CLASS_SPANS`).

    Args:
        tolerance_class: of the thermometer.
        construction: of its resistor.
        t90_celsius: float or array (°C).

    Raises:
        OutOfValidity: a temperature is outside the class's span.
    """
    low, high = CLASS_SPANS[tolerance_class, construction]
    what = f"class {tolerance_class.value}, {construction.value}, t90"
    check_within(t90_celsius, low, high, what=what, unit="°C")
    constant, slope = TOLERANCE[tolerance_class]
    return constant + slope * abs(t90_celsius)
