"""What distinguishes the PACE instruments and their modules, as data.

Sources: PACE modular pressure controller data sheet (GE 920-448 family) for precision and
stability; SCPI manual K0472 for ranges as written, units and limits; speeds are choices that give
the usual 5 s for a step of 10 % (from memory, unverified).
"""

from dataclasses import dataclass
from types import MappingProxyType

BAR, MILLIBAR = 1e5, 100.0  # Pa
BAROMETER = "BAROMETER"
BAROMETER_RANGE = (825.0, 1207.5)  # mbar
OVER_RANGE = 1.05  # of full scale: upper limit of a set-point
LOWEST = -1100.0  # mbar: its lower limit, as the manual's example has it


@dataclass(frozen=True, slots=True)
class ControlModule:
    """One control module.

    Attributes:
        full_scale: gauge pressure (Pa).
        relative: precision, part of the reading.
        floor: precision, part of full scale.
        stability: of control, part of full scale.
        barometer: precision (Pa) of the barometer.
    """

    full_scale: float
    relative: float = 5e-5  # CM2
    floor: float = 5e-5
    stability: float = 1e-5
    barometer: float = 2.5

    @property
    def gauge_range(self) -> str:
        """Name of its gauge range."""
        return f"{self.full_scale / BAR:.2f}barg"

    @property
    def absolute_range(self) -> str:
        """Name of its pseudo-absolute range: gauge sensor and barometer."""
        return f"{self.full_scale / BAR + 1.0:.2f}bara"

    @property
    def ranges(self) -> tuple[str, ...]:
        """Names of its ranges, in the order of the catalogue."""
        return (self.gauge_range, BAROMETER, self.absolute_range)

    def limits(self, range_: str) -> tuple[float, float]:
        """Return the upper and lower limit (mbar) of a range."""
        if range_ == BAROMETER:
            return BAROMETER_RANGE[1], BAROMETER_RANGE[0]
        if range_ == self.absolute_range:
            return OVER_RANGE * (self.full_scale + BAR) / MILLIBAR, 0.0
        return OVER_RANGE * self.full_scale / MILLIBAR, LOWEST


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument of the family.

    Attributes:
        name: as it names itself.
        firmware: part number and version of its firmware.
        modules: in their order.
        controls: whether it controls at all.
    """

    name: str
    firmware: str
    modules: tuple[ControlModule, ...]
    controls: bool = True


MODELS = MappingProxyType({
    "druck-pace5000": Instrument(
        "PACE5000", "DK0367  v03.02.11", (ControlModule(7.0 * BAR),)
    ),
    "druck-pace6000": Instrument(
        "PACE6000", "DK0388  v02.02.05", (ControlModule(7.0 * BAR), ControlModule(3.5 * BAR))
    ),
    "druck-pace1000": Instrument(
        "PACE1000", "DK0406  v01.10.12", (ControlModule(7.0 * BAR),), controls=False
    ),
})  # fmt: skip

_STANDARD_GRAVITY = 9.80665
_MERCURY = 133.322387415  # Pa, conventional millimetre
_WATER = {"4": 999.972, "20": 998.2067, "60": 999.012}  # kg/m³ at 4 °C, 20 °C, 60 °F
_INCH, _FOOT = 0.0254, 0.3048


def _water(metres: float, temperature: str) -> float:
    return _WATER[temperature] * _STANDARD_GRAVITY * metres


# In the order of the instrument's own list (1…28); 29…32 are the user's.
PASCALS = MappingProxyType({
    "MBAR": 100.0, "BAR": 1e5, "PA": 1.0, "HPA": 100.0, "KPA": 1e3, "MPA": 1e6,
    "MMHG": _MERCURY, "CMHG": 10 * _MERCURY, "MHG": 1e3 * _MERCURY, "INHG": 25.4 * _MERCURY,
    "KG/CM2": 98066.5, "KG/M2": _STANDARD_GRAVITY,
    "MMH2O_4": _water(1e-3, "4"), "CMH2O_4": _water(1e-2, "4"), "MH2O_4": _water(1.0, "4"),
    "MMH2O_20": _water(1e-3, "20"), "CMH2O_20": _water(1e-2, "20"), "MH2O_20": _water(1.0, "20"),
    "TORR": 101325.0 / 760.0, "ATM": 101325.0, "PSI": 6894.757293168, "LB/FT2": 47.88025898034,
    "INH2O_4": _water(_INCH, "4"), "INH2O_20": _water(_INCH, "20"),
    "INH2O_60": _water(_INCH, "60"), "FTH2O_4": _water(_FOOT, "4"),
    "FTH2O_20": _water(_FOOT, "20"), "FTH2O_60": _water(_FOOT, "60"),
})  # fmt: skip
USER_UNITS = ("USER1", "USER2", "USER3", "USER4")
UNIT_LIST = (*PASCALS, *USER_UNITS)
