"""What a resistance thermometer's resistance says about its temperature, and the other way.

ITS-90: H. Preston-Thomas, Metrologia 27 (1990) 3-10, equations (9a), (10a) and the deviation
functions of subranges 4 and 6 to 11.  Callendar-Van Dusen: IEC 60751.  Thermistors: 1/T as a
polynomial of third degree in ln R.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, inf, log
from typing import Protocol

from simulators.errors import SimulationError

ZERO_KELVIN = 273.15
WATER_KELVIN = 273.16
ALUMINIUM_CELSIUS = 660.323
LOWEST_CELSIUS, HIGHEST_CELSIUS = -200.0, 962.0
STEP_CELSIUS = 1e-3  # half-width of the difference that stands for a derivative
A = (
    -2.13534729, 3.18324720, -1.80143597, 0.71727204, 0.50344027, -0.61899395, -0.05332322,
    0.28021362, 0.10715224, -0.29302865, 0.04459872, 0.11868632, -0.05248134,
)  # fmt: skip
C = (
    2.78157254, 1.64650916, -0.13714390, -0.00649767, -0.00234444, 0.00511868, 0.00187982,
    -0.00204472, -0.00046122, 0.00045724,
)  # fmt: skip


class OutOfCurve(SimulationError):
    """No temperature of a thermometer has this resistance."""

    def __init__(self, ohms: float) -> None:
        super().__init__(f"{ohms:g} Ω is no resistance of this thermometer: check its hookup")


class Curve(Protocol):
    """A thermometer's characteristic."""

    def ohms(self, celsius: float) -> float:
        """Return the resistance (Ω) at `celsius` (°C)."""
        ...


def slope(curve: Curve, celsius: float) -> float:
    """Return dR/dt (Ω/K) at `celsius` (°C)."""
    rise = curve.ohms(celsius + STEP_CELSIUS) - curve.ohms(celsius - STEP_CELSIUS)
    return rise / (2 * STEP_CELSIUS)


def celsius_of(curve: Curve, ohms: float) -> float:
    """Return the temperature (°C) at which `curve` has the resistance `ohms` (Ω).

    Raises:
        OutOfCurve: there is none between −200 °C and 962 °C.
    """
    low, high = LOWEST_CELSIUS, HIGHEST_CELSIUS
    falls = curve.ohms(low) > curve.ohms(high)
    ends = sorted((curve.ohms(low), curve.ohms(high)))
    if not ends[0] <= ohms <= ends[1]:
        raise OutOfCurve(ohms)
    celsius = (low + high) / 2
    for _ in range(100):
        difference = curve.ohms(celsius) - ohms
        if (difference > 0.0) is not falls:
            high = celsius
        else:
            low = celsius
        rate = slope(curve, celsius)
        stepped = celsius - difference / rate if rate else inf
        stepped = stepped if low < stepped < high else (low + high) / 2
        if abs(stepped - celsius) < 1e-9:
            return stepped
        celsius = stepped
    return celsius


@dataclass(frozen=True, slots=True)
class CallendarVanDusen:
    """R = R0·(1 + A·t + B·t² + C·(t - 100)·t³), the last term below 0 °C alone.

    Attributes:
        r0: resistance (Ω) at 0 °C.
        a: A (1/°C).
        b: B (1/°C²).
        c: C (1/°C⁴).
    """

    r0: float = 100.0
    a: float = 3.9083e-3
    b: float = -5.775e-7
    c: float = -4.183e-12

    def ohms(self, celsius: float) -> float:
        """Return the resistance (Ω) at `celsius` (°C)."""
        t = celsius
        below = self.c * (t - 100.0) * t**3 if t < 0.0 else 0.0
        return self.r0 * (1.0 + self.a * t + self.b * t * t + below)


def from_alpha(r0: float, alpha: float, delta: float, beta: float) -> CallendarVanDusen:
    """Return the characteristic of R0 (Ω), α (1/°C), δ (°C) and β (°C)."""
    return CallendarVanDusen(
        r0, alpha * (1.0 + delta / 100.0), -alpha * delta * 1e-4, -alpha * beta * 1e-8
    )


@dataclass(frozen=True, slots=True)
class Its90:
    """A platinum thermometer on ITS-90.

    Attributes:
        r_tpw: resistance (Ω) at the triple point of water.
        below: a4 and b4 of the deviation function below 0 °C.
        above: a, b, c and d of the one above, in any of the subranges 6 to 11.
    """

    r_tpw: float
    below: tuple[float, float] = (0.0, 0.0)
    above: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    _aluminium: float = field(init=False, repr=False, compare=False, default=0.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_aluminium", self.ratio(ALUMINIUM_CELSIUS))

    def ohms(self, celsius: float) -> float:
        """Return the resistance (Ω) at `celsius` (°C)."""
        return self.r_tpw * self.ratio(celsius)

    def ratio(self, celsius: float) -> float:
        """Return W at `celsius` (°C): W = Wr + ΔW(W), solved by repetition."""
        reference = reference_ratio(celsius)
        found = reference
        for _ in range(60):
            before, found = found, reference + self._deviation(found)
            if abs(found - before) < 1e-15:
                break
        return found

    def _deviation(self, ratio: float) -> float:
        excess = ratio - 1.0
        if excess < 0.0:
            return self.below[0] * excess + self.below[1] * excess * log(max(ratio, 1e-3))
        a, b, c, d = self.above
        beyond = max(ratio - self._aluminium, 0.0) if self._aluminium else 0.0
        # Products, not powers: with absurd coefficients they become infinite and do not raise.
        return (a + (b + c * excess) * excess) * excess + d * beyond * beyond


SUBRANGES_ABOVE = range(6, 12)
ITS90_NAMES = (
    *("RTPW", "A4", "B4", "C6", "C7", "D6"),
    *(f"A{number}" for number in SUBRANGES_ABOVE),
    *(f"B{number}" for number in range(6, 10)),
)


def its90(values: Mapping[str, float]) -> Its90:
    """Return the thermometer whose coefficients go by `ITS90_NAMES`; what is not there is 0.

    Above 0 °C the first subrange counts that has a coefficient other than 0.
    """
    above = (0.0, 0.0, 0.0, 0.0)
    for number in SUBRANGES_ABOVE:
        a, b, c, d = (values.get(f"{letter}{number}", 0.0) for letter in "ABCD")
        if any((a, b, c, d)):
            above = (a, b, c, d)
            break
    below = (values.get("A4", 0.0), values.get("B4", 0.0))
    return Its90(values.get("RTPW", 100.0), below, above)


def reference_ratio(celsius: float) -> float:
    """Return Wr at `celsius` (°C), −200 °C to 962 °C."""
    kelvin = celsius + ZERO_KELVIN
    if kelvin < WATER_KELVIN:
        return exp(_polynomial(A, (log(kelvin / WATER_KELVIN) + 1.5) / 1.5))
    return _polynomial(C, (kelvin - 754.15) / 481.0)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


@dataclass(frozen=True, slots=True)
class Thermistor:
    """1/T = b0 + b1·ln R + b2·(ln R)² + b3·(ln R)³, T in K and R in Ω; b2 is 0 in most.

    Attributes:
        coefficients: b0 to b3 (1/K).
    """

    coefficients: tuple[float, float, float, float]

    def ohms(self, celsius: float) -> float:
        """Return the resistance (Ω) at `celsius` (°C), found by halving ln R."""
        inverse = 1.0 / (celsius + ZERO_KELVIN)
        low, high = -10.0, 60.0
        while high - low > 1e-14 * (abs(high) + 1.0):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            if _polynomial(self.coefficients, middle) < inverse:
                low = middle
            else:
                high = middle
        return exp((low + high) / 2)
