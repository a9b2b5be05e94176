"""The equations that certificates state by name, for `function = "…"` in a certificate's file.

All are thermometers: x is t90 (°C), and the equation gives what is measured there, the resistance
(Ω). The temperature of a measured resistance is `CertifiedEquation.measured`.

- "callendar-van-dusen": R0, A, B, C, from -200 °C to 850 °C (IEC 60751).
- "callendar": R0, A, B of the same equation, where a certificate begins at 0 °C or above.
- "its90-deviation-1" … "its90-deviation-11": R(273.16 K) as RTPW, and the coefficients a, b, c…
  of the subrange with that number (ITS-90, table 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from station.metrology.equation_curve import EquationFunction
from station.metrology.physics.iec60751 import HIGH_CELSIUS, LOW_CELSIUS, resistance_ratio
from station.metrology.physics.its90 import CELSIUS_ZERO_KELVIN
from station.metrology.physics.its90_deviation import FORMS, Subrange, Thermometer

ARGUMENT_UNIT = "°C"
UNIT = "Ω"


@dataclass(frozen=True, slots=True)
class CertifiedFunction:
    """An equation with a name: R (Ω) of t90 (°C).

    Attributes:
        resistance_ohm: f(t90, coefficients …).
        coefficients: their names, in the order of the arguments.
        low_celsius: t90 (°C) where the equation begins to hold.
        high_celsius: t90 (°C) up to which it holds.
    """

    resistance_ohm: EquationFunction
    coefficients: tuple[str, ...]
    low_celsius: float
    high_celsius: float


def _callendar_van_dusen(t90_celsius: float, r0: float, a: float, b: float, c: float) -> float:
    return r0 * float(resistance_ratio(t90_celsius, a, b, c))


def _callendar(t90_celsius: float, r0: float, a: float, b: float) -> float:
    return r0 * float(resistance_ratio(t90_celsius, a, b, 0.0))


def _its90(subrange: Subrange) -> CertifiedFunction:
    def resistance_ohm(t90_celsius: float, water_ohm: float, *coefficients: float) -> float:
        thermometer = Thermometer(subrange, coefficients)
        return water_ohm * float(thermometer.ratio(t90_celsius + CELSIUS_ZERO_KELVIN))

    form = FORMS[subrange]
    return CertifiedFunction(
        resistance_ohm,
        ("RTPW", *form.names),
        form.low_kelvin - CELSIUS_ZERO_KELVIN,
        form.high_kelvin - CELSIUS_ZERO_KELVIN,
    )


CERTIFIED_FUNCTIONS: Mapping[str, CertifiedFunction] = MappingProxyType(
    {
        "callendar-van-dusen": CertifiedFunction(
            _callendar_van_dusen, ("R0", "A", "B", "C"), LOW_CELSIUS, HIGH_CELSIUS
        ),
        "callendar": CertifiedFunction(_callendar, ("R0", "A", "B"), 0.0, HIGH_CELSIUS),
    }
    | {f"its90-deviation-{each.value}": _its90(each) for each in Subrange}
)
"""Name in the file → equation."""
