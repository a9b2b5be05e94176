"""From what a transducer gives to a temperature, as a multimeter computes it.

Platinum: IEC 60751:2022, nominal 100 Ω.  Thermocouples: inverse functions of the NIST ITS-90
Thermocouple Database (NIST Monograph 175), approximations within 0.06 °C.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

A, B, C = 3.9083e-3, -5.775e-7, -4.183e-12  # 1/°C, 1/°C², 1/°C⁴
OHMS_AT_ZERO = 100.0
NEWTON_STEPS = 4  # from the quadratic's root, enough for 0.1 mK at −200 °C
MILLI = 1e3


def platinum_celsius(ohms: float) -> float:
    """Return the temperature (°C) of a Pt100 of `ohms` (Ω)."""
    part = ohms / OHMS_AT_ZERO
    celsius = (-A + sqrt(max(A * A - 4 * B * (1 - part), 0.0))) / (2 * B)
    if part >= 1.0:
        return celsius
    for _ in range(NEWTON_STEPS):
        t = celsius
        excess = 1 + A * t + B * t**2 + C * (t - 100) * t**3 - part
        celsius -= excess / (A + 2 * B * t + C * (4 * t**3 - 300 * t**2))
    return celsius


@dataclass(frozen=True, slots=True)
class Thermocouple:
    """One type of thermocouple with its reference junction at a fixed temperature.

    Attributes:
        below: coefficients (°C/mVⁿ), from n = 1, of the inverse function below 0 °C.
        above: the same from 0 °C.
        reference_millivolts: what the wires would give from 0 °C to the reference junction.
    """

    below: tuple[float, ...]
    above: tuple[float, ...]
    reference_millivolts: float

    def celsius(self, volts: float) -> float:
        """Return the temperature (°C) of the measuring junction at `volts` (V)."""
        millivolts = volts * MILLI + self.reference_millivolts
        return _polynomial(self.below if millivolts < 0.0 else self.above, millivolts)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    value = 0.0
    for coefficient in reversed(coefficients):
        value = (value + coefficient) * x
    return value


# Reference junctions at 23 °C, the default of a simulated one.
TYPE_J = Thermocouple(
    below=(1.9528268e1, -1.2286185, -1.0752178, -5.9086933e-1, -1.7256713e-1, -2.8131513e-2,
           -2.3963370e-3, -8.3823321e-5),
    above=(1.978425e1, -2.001204e-1, 1.036969e-2, -2.549687e-4, 3.585153e-6, -5.344285e-8,
           5.099890e-10),
    reference_millivolts=1.174,
)  # fmt: skip
TYPE_K = Thermocouple(
    below=(2.5173462e1, -1.1662878, -1.0833638, -8.9773540e-1, -3.7342377e-1, -8.6632643e-2,
           -1.0450598e-2, -5.1920577e-4),
    above=(2.508355e1, 7.860106e-2, -2.503131e-1, 8.315270e-2, -1.228034e-2, 9.804036e-4,
           -4.413030e-5, 1.057734e-6, -1.052755e-8),
    reference_millivolts=0.919,
)  # fmt: skip
THERMOCOUPLES: Mapping[str, Thermocouple] = {"J": TYPE_J, "K": TYPE_K}
CELSIUS: Mapping[str, Callable[[float], float]] = {
    "PT100": platinum_celsius,
    **{letter: one.celsius for letter, one in THERMOCOUPLES.items()},
}
