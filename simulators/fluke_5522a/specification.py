"""What is published about the 5522A, as data.

Source: 5522A specifications (Rev V) and operators manual p. 7-7, which confirm the dc voltage
ranges and floors.  From memory, unverified: the 1-year column of dc voltage, every other table,
the output resistances, and every range name except DC330MV.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from simulators.physics.functions import Function


class Kind(Enum):
    """What the calibrator sources; the value is the reply to FUNC?."""

    DC_VOLTAGE = "DCV"
    AC_VOLTAGE = "ACV"
    DC_CURRENT = "DCI"
    AC_CURRENT = "ACI"
    RESISTANCE = "RES"
    CAPACITANCE = "CAP"


FUNCTION_OF = MappingProxyType({
    Kind.DC_VOLTAGE: Function.DC_VOLTAGE, Kind.AC_VOLTAGE: Function.AC_VOLTAGE,
    Kind.DC_CURRENT: Function.DC_CURRENT, Kind.AC_CURRENT: Function.AC_CURRENT,
    Kind.RESISTANCE: Function.RESISTANCE, Kind.CAPACITANCE: Function.CAPACITANCE,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """±(`relative` · output + `floor`) up to `hertz` (Hz); 0 Hz for dc, ohms and farads."""

    hertz: float
    relative: float
    floor: float


@dataclass(frozen=True, slots=True)
class Range:
    """One range.

    Attributes:
        name: as RANGE? gives it.
        low: least magnitude (V, A, Ω, F) sourced here.
        high: greatest magnitude.
        resolution: smallest step.
        bands: specification against frequency.
        lowest_hertz: least frequency (Hz).
        source_ohms: output resistance (Ω).
        settle_seconds: time (s) to settle within specification; below 5 s (specifications,
            Rev V), the value itself is a choice.
    """

    name: str
    low: float
    high: float
    resolution: float
    bands: tuple[Band, ...]
    lowest_hertz: float = 0.0
    source_ohms: float = 0.0
    settle_seconds: float = 1.0

    def band(self, hertz: float) -> Band | None:
        """Return the specification at `hertz` (Hz); None where the range does not reach."""
        if hertz < self.lowest_hertz:
            return None
        return next((band for band in self.bands if hertz <= band.hertz), None)


def _dc(name: str, high: float, step: float, ppm: float, floor: float, **more: float) -> Range:
    return Range(name, 0.0, high, step, (Band(0.0, ppm * 1e-6, floor),), **more)


def _ac(
    name: str, low: float, high: float, step: float, *bands: tuple[float, float, float],
    lowest_hertz: float = 10.0, source_ohms: float = 0.0, settle_seconds: float = 2.0,
) -> Range:  # fmt: skip
    made = tuple(Band(hertz, ppm * 1e-6, micro * 1e-6) for hertz, ppm, micro in bands)
    return Range(name, low, high, step, made, lowest_hertz, source_ohms, settle_seconds)


def _ohms(name: str, low: float, high: float, step: float, ppm: float, floor: float) -> Range:
    return Range(name, low, high, step, (Band(0.0, ppm * 1e-6, floor),))


def _farads(name: str, low: float, high: float, step: float, percent: float, floor: float) -> Range:
    return Range(name, low, high, step, (Band(0.0, percent / 100.0, floor),))


DC_VOLTAGE = (
    _dc("DC330MV", 0.3299999, 1e-7, 20, 1e-6, source_ohms=50.0),
    _dc("DC3_3V", 3.299999, 1e-6, 11, 2e-6),
    _dc("DC33V", 32.99999, 1e-5, 12, 20e-6),
    _dc("DC330V", 329.9999, 1e-4, 18, 150e-6, settle_seconds=2.0),
    _dc("DC1000V", 1020.0, 1e-3, 18, 1500e-6, settle_seconds=3.0),
)
DC_CURRENT = (
    _dc("DC330UA", 329.999e-6, 1e-9, 150, 0.02e-6), _dc("DC3_3MA", 3.29999e-3, 1e-8, 100, 0.05e-6),
    _dc("DC33MA", 32.9999e-3, 1e-7, 100, 0.25e-6), _dc("DC330MA", 0.329999, 1e-6, 100, 2.5e-6),
    _dc("DC1_1A", 1.09999, 1e-5, 200, 40e-6), _dc("DC3A", 2.99999, 1e-5, 380, 40e-6),
    _dc("DC11A", 10.9999, 1e-4, 500, 500e-6, settle_seconds=2.0),
    _dc("DC20A", 20.5, 1e-4, 1000, 750e-6, settle_seconds=3.0),
)  # fmt: skip
AC_VOLTAGE = (
    _ac("AC33MV", 1e-3, 32.999e-3, 1e-6, (45, 800, 6), (10e3, 150, 6), (20e3, 200, 6),
        (50e3, 1000, 6), (100e3, 3500, 12), (500e3, 8000, 50), source_ohms=50.0),
    _ac("AC330MV", 33e-3, 0.329999, 1e-6, (45, 300, 8), (10e3, 145, 8), (20e3, 160, 8),
        (50e3, 350, 8), (100e3, 800, 32), (500e3, 2000, 70), source_ohms=50.0),
    _ac("AC3_3V", 0.33, 3.29999, 1e-5, (45, 300, 50), (10e3, 150, 60), (20e3, 190, 60),
        (50e3, 300, 50), (100e3, 700, 125), (500e3, 2400, 600)),
    _ac("AC33V", 3.3, 32.9999, 1e-4, (45, 300, 650), (10e3, 150, 600), (20e3, 240, 600),
        (50e3, 350, 600), (100e3, 900, 1600)),
    _ac("AC330V", 33.0, 329.999, 1e-3, (1e3, 190, 2000), (10e3, 200, 6000), (20e3, 250, 6000),
        (50e3, 300, 6000), (100e3, 2000, 50000), lowest_hertz=45.0, settle_seconds=3.0),
    _ac("AC1000V", 330.0, 1020.0, 1e-2, (1e3, 300, 10000), (5e3, 250, 10000),
        (10e3, 300, 10000), lowest_hertz=45.0, settle_seconds=3.0),
)  # fmt: skip
AC_CURRENT = (
    _ac("AC330UA", 29e-6, 329.99e-6, 1e-8, (20, 2000, 0.1), (45, 1500, 0.1), (1e3, 1250, 0.1),
        (5e3, 3000, 0.15), (10e3, 8000, 0.2), (30e3, 16000, 0.4)),
    _ac("AC3_3MA", 0.33e-3, 3.2999e-3, 1e-8, (20, 2000, 0.15), (45, 1250, 0.15), (1e3, 1000, 0.15),
        (5e3, 2000, 0.2), (10e3, 5000, 0.3), (30e3, 10000, 0.6)),
    _ac("AC33MA", 3.3e-3, 32.999e-3, 1e-7, (20, 1800, 2), (45, 900, 2), (1e3, 400, 2),
        (5e3, 800, 2), (10e3, 2000, 3), (30e3, 4000, 4)),
    _ac("AC330MA", 33e-3, 0.32999, 1e-6, (20, 1800, 20), (45, 900, 20), (1e3, 400, 20),
        (5e3, 1000, 50), (10e3, 2000, 100), (30e3, 4000, 200)),
    _ac("AC1_1A", 0.33, 1.09999, 1e-5, (45, 1800, 100), (1e3, 500, 100), (5e3, 6000, 1000),
        (10e3, 25000, 5000)),
    _ac("AC3A", 1.1, 2.99999, 1e-5, (45, 1800, 100), (1e3, 600, 100), (5e3, 6000, 1000),
        (10e3, 25000, 5000)),
    _ac("AC11A", 3.0, 10.9999, 1e-4, (100, 600, 2000), (1e3, 1000, 2000), (5e3, 30000, 2000),
        lowest_hertz=45.0, settle_seconds=3.0),
    _ac("AC20A", 11.0, 20.5, 1e-4, (100, 1200, 5000), (1e3, 1500, 5000), (5e3, 30000, 5000),
        lowest_hertz=45.0, settle_seconds=4.0),
)  # fmt: skip
# Floors as 12 h after an ohms zero within ±1 °C.  The step of 3.3 MΩ follows the manual's
# example reply 1.92400E+06.
RESISTANCE = (
    _ohms("R11OHM", 0.0, 10.9999, 1e-4, 40, 0.001),
    _ohms("R33OHM", 11.0, 32.9999, 1e-4, 30, 0.0015),
    _ohms("R110OHM", 33.0, 109.9999, 1e-4, 28, 0.0014),
    _ohms("R330OHM", 110.0, 329.9999, 1e-4, 28, 0.002),
    _ohms("R1_1KOHM", 330.0, 1099.999, 1e-3, 28, 0.002),
    _ohms("R3_3KOHM", 1.1e3, 3299.999, 1e-3, 28, 0.02),
    _ohms("R11KOHM", 3.3e3, 10999.99, 1e-2, 28, 0.02),
    _ohms("R33KOHM", 11e3, 32999.99, 1e-2, 28, 0.2),
    _ohms("R110KOHM", 33e3, 109999.9, 0.1, 28, 0.2),
    _ohms("R330KOHM", 110e3, 329999.9, 0.1, 32, 2.0),
    _ohms("R1_1MOHM", 330e3, 1.099999e6, 1.0, 32, 2.0),
    _ohms("R3_3MOHM", 1.1e6, 3.29999e6, 10.0, 60, 30.0),
    _ohms("R11MOHM", 3.3e6, 10.99999e6, 10.0, 130, 50.0),
    _ohms("R33MOHM", 11e6, 32.99999e6, 10.0, 250, 2500.0),
    _ohms("R110MOHM", 33e6, 109.9999e6, 100.0, 500, 3000.0),
    _ohms("R330MOHM", 110e6, 329.9999e6, 1e3, 3000, 1e5),
    _ohms("R1100MOHM", 330e6, 1.1e9, 1e4, 15000, 5e5),
)  # fmt: skip

# Those of its limits up to 330 nF agree with what an accredited laboratory states for the sibling
# 5502A.  How fast a capacitor may be charged is not simulated: it is sourced as a pure one.
CAPACITANCE = (
    _farads("C0_4NF", 220e-12, 399.9e-12, 1e-13, 0.5, 10e-12),
    _farads("C1_1NF", 0.4e-9, 1.0999e-9, 1e-13, 0.5, 10e-12),
    _farads("C3_3NF", 1.1e-9, 3.2999e-9, 1e-13, 0.5, 10e-12),
    _farads("C11NF", 3.3e-9, 10.9999e-9, 1e-13, 0.25, 10e-12),
    _farads("C33NF", 11e-9, 32.9999e-9, 1e-13, 0.25, 0.1e-9),
    _farads("C110NF", 33e-9, 109.999e-9, 1e-12, 0.25, 0.1e-9),
    _farads("C330NF", 110e-9, 329.999e-9, 1e-12, 0.25, 0.3e-9),
    _farads("C1_1UF", 0.33e-6, 1.09999e-6, 1e-11, 0.25, 1e-9),
    _farads("C3_3UF", 1.1e-6, 3.29999e-6, 1e-11, 0.25, 3e-9),
    _farads("C11UF", 3.3e-6, 10.9999e-6, 1e-10, 0.25, 10e-9),
    _farads("C33UF", 11e-6, 32.9999e-6, 1e-10, 0.4, 30e-9),
    _farads("C110UF", 33e-6, 109.999e-6, 1e-9, 0.45, 100e-9),
    _farads("C330UF", 110e-6, 329.999e-6, 1e-9, 0.45, 300e-9),
    _farads("C1_1MF", 0.33e-3, 1.09999e-3, 1e-8, 0.45, 1e-6),
    _farads("C3_3MF", 1.1e-3, 3.29999e-3, 1e-8, 0.45, 3e-6),
    _farads("C11MF", 3.3e-3, 10.9999e-3, 1e-7, 0.45, 10e-6),
    _farads("C33MF", 11e-3, 32.9999e-3, 1e-7, 0.75, 30e-6),
    _farads("C110MF", 33e-3, 0.11, 1e-6, 1.1, 100e-6),
)

RANGES = MappingProxyType({
    Kind.DC_VOLTAGE: DC_VOLTAGE, Kind.AC_VOLTAGE: AC_VOLTAGE, Kind.DC_CURRENT: DC_CURRENT,
    Kind.AC_CURRENT: AC_CURRENT, Kind.RESISTANCE: RESISTANCE, Kind.CAPACITANCE: CAPACITANCE,
})  # fmt: skip

FREQUENCY_RELATIVE = 2.5e-6
FREQUENCY_FLOOR_HERTZ = 5e-6
FREQUENCY_STEPS = ((120.0, 0.01), (1.2e3, 0.1), (12e3, 1.0), (120e3, 10.0), (1.2e6, 100.0),
                   (2e6, 1000.0))  # fmt: skip
NOISE_SHARE = 0.05  # rms noise in a reading, as a share of the specified floor: a choice


def range_for(kind: Kind, magnitude: float, hertz: float) -> Range | None:
    """Return the lowest range that reaches `magnitude` at `hertz`; None when none does."""
    ranges = RANGES[kind]
    if magnitude < ranges[0].low:
        return None
    fitting = (one for one in ranges if magnitude <= one.high * (1 + 1e-12))
    return next((one for one in fitting if one.band(hertz) is not None), None)


def frequency_step(hertz: float) -> float | None:
    """Return the resolution (Hz) at `hertz`; None beyond the calibrator's reach."""
    return next((step for top, step in FREQUENCY_STEPS if hertz <= top), None)
