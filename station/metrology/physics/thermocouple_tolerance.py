"""Tolerances of new thermocouples by class, reference junction at 0 °C.

IEC 60584-1:2013, the table of tolerances, compared with a public copy of it; the limits of type T
in class 3 and the lower end of type E in class 3 are unverified.
"""

from enum import Enum
from typing import Any, NamedTuple

from station.metrology.errors import OutOfValidity
from station.metrology.physics.curves import Curve, by_piece, check_within
from station.metrology.physics.thermocouple import Letter


class ThermocoupleClass(Enum):
    """A tolerance class of IEC 60584-1."""

    CLASS_1 = 1
    CLASS_2 = 2
    CLASS_3 = 3


class Band(NamedTuple):
    """Temperatures over which one formula holds: half-width = constant + slope·|t|.

    Attributes:
        low_celsius: t90 (°C) where it begins.
        high_celsius: t90 (°C) where it ends.
        constant: °C.
        slope: °C/°C.
    """

    low_celsius: float
    high_celsius: float
    constant: float
    slope: float


_Classes = dict[ThermocoupleClass, tuple[Band, ...]]

_FIRST, _SECOND, _THIRD = ThermocoupleClass

_K_AND_N: _Classes = {
    _FIRST: (Band(-40.0, 375.0, 1.5, 0.0), Band(375.0, 1000.0, 0.0, 0.004)),
    _SECOND: (Band(-40.0, 333.0, 2.5, 0.0), Band(333.0, 1200.0, 0.0, 0.0075)),
    _THIRD: (Band(-200.0, -167.0, 0.0, 0.015), Band(-167.0, 40.0, 2.5, 0.0)),
}
_R_AND_S: _Classes = {
    # 1 °C + 0.003·(t - 1100 °C) above 1100 °C.
    _FIRST: (Band(0.0, 1100.0, 1.0, 0.0), Band(1100.0, 1600.0, -2.3, 0.003)),
    _SECOND: (Band(0.0, 600.0, 1.5, 0.0), Band(600.0, 1600.0, 0.0, 0.0025)),
}

BANDS: dict[Letter, _Classes] = {
    Letter.K: _K_AND_N,
    Letter.N: _K_AND_N,
    Letter.R: _R_AND_S,
    Letter.S: _R_AND_S,
    Letter.T: {
        _FIRST: (Band(-40.0, 125.0, 0.5, 0.0), Band(125.0, 350.0, 0.0, 0.004)),
        _SECOND: (Band(-40.0, 133.0, 1.0, 0.0), Band(133.0, 350.0, 0.0, 0.0075)),
        _THIRD: (Band(-200.0, -67.0, 0.0, 0.015), Band(-67.0, 40.0, 1.0, 0.0)),
    },
    Letter.E: {
        _FIRST: (Band(-40.0, 375.0, 1.5, 0.0), Band(375.0, 800.0, 0.0, 0.004)),
        _SECOND: (Band(-40.0, 333.0, 2.5, 0.0), Band(333.0, 900.0, 0.0, 0.0075)),
        _THIRD: (Band(-200.0, -167.0, 0.0, 0.015), Band(-167.0, 40.0, 2.5, 0.0)),
    },
    Letter.J: {
        _FIRST: (Band(-40.0, 375.0, 1.5, 0.0), Band(375.0, 750.0, 0.0, 0.004)),
        _SECOND: (Band(-40.0, 333.0, 2.5, 0.0), Band(333.0, 750.0, 0.0, 0.0075)),
    },
    Letter.B: {
        _SECOND: (Band(600.0, 1700.0, 0.0, 0.0025),),
        _THIRD: (Band(600.0, 800.0, 4.0, 0.0), Band(800.0, 1700.0, 0.0, 0.005)),
    },
}
"""Type → class → bands in rising order; J, R and S have no class 3, B has no class 1."""


def tolerance_celsius(letter: Letter, tolerance_class: ThermocoupleClass, t90_celsius: Any) -> Any:
    """Return the tolerance, ± in °C, of a thermocouple at t90.

    Args:
        letter: type of thermocouple.
        tolerance_class: of the thermocouple.
        t90_celsius: float or array (°C).

    Raises:
        OutOfValidity: the type has no such class, or a temperature is outside it.
    """
    bands = BANDS[letter].get(tolerance_class)
    if bands is None:
        known = ", ".join(str(each.value) for each in BANDS[letter])
        raise OutOfValidity(
            f"type {letter.value} has no class {tolerance_class.value}, only {known}"
        )
    what = f"type {letter.value}, class {tolerance_class.value}, t90"
    low, high = bands[0].low_celsius, bands[-1].high_celsius
    check_within(t90_celsius, low, high, what=what, unit="°C")
    joints = [band.high_celsius for band in bands[:-1]]
    return by_piece(t90_celsius, joints, [_half_width(band) for band in bands])


def _half_width(band: Band) -> Curve:
    return lambda t: band.constant + band.slope * abs(t)
