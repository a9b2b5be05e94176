"""What is published about Truevolt multimeters, as data.

Sources, where a line does not say otherwise: 1-year accuracy, 23 °C ± 5 °C, of the 34461A data
sheet in the transcription of PhilippCo/testgear (K34461A.py); aperture list and resolution
factors from microsoft/Qcodes (Keysight_344xxA).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from simulators.errors import UnknownName
from simulators.functions import Function

OVER_RANGE = 1.2  # Truevolt guide: 20 % over range, except the ranges in NO_OVER_RANGE
LINE_HERTZ = 50.0
BAND_EDGE = 1e-4  # relative


class Measurand(Enum):
    """A measuring function; the value is its short SCPI name, as FUNC? gives it."""

    DC_VOLTAGE = "VOLT"
    AC_VOLTAGE = "VOLT:AC"
    DC_CURRENT = "CURR"
    AC_CURRENT = "CURR:AC"
    RESISTANCE = "RES"
    RESISTANCE_4_WIRE = "FRES"
    FREQUENCY = "FREQ"
    PERIOD = "PER"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """±(`reading` · reading + `full_scale` · range), both relative (1)."""

    reading: float
    full_scale: float


@dataclass(frozen=True, slots=True)
class Band:
    """Accuracy up to `hertz` (Hz)."""

    hertz: float
    accuracy: Accuracy


Ranges = Mapping[float, Accuracy]
BandedRanges = Mapping[float, tuple[Band, ...]]


@dataclass(frozen=True)
class Model:
    """One row of the family.

    Attributes:
        name: as in `*IDN?`.
        firmware: last field of `*IDN?`.
        apertures: NPLC → smallest resolved part of the range (1).
        dc_voltage: range (V) → accuracy.
        dc_current: range (A) → accuracy.
        resistance: range (Ω) → accuracy.
        ac_voltage: range (V) → bands.
        ac_current: range (A) → bands.
        frequency: bands of the relative accuracy.
        memory: readings kept.
    """

    name: str
    firmware: str
    apertures: Mapping[float, float]
    dc_voltage: Ranges
    dc_current: Ranges
    resistance: Ranges
    ac_voltage: BandedRanges
    ac_current: BandedRanges
    frequency: tuple[Band, ...]
    memory: int

    def table(self, function: Function) -> Ranges | BandedRanges:
        """Return the ranges of `function`; of the input voltage for frequency."""
        tables: dict[Function, Ranges | BandedRanges] = {
            Function.DC_VOLTAGE: self.dc_voltage,
            Function.AC_VOLTAGE: self.ac_voltage,
            Function.DC_CURRENT: self.dc_current,
            Function.AC_CURRENT: self.ac_current,
            Function.RESISTANCE: self.resistance,
            Function.FREQUENCY: self.ac_voltage,
        }
        return tables[function]

    def band(self, function: Function, range_: float, hertz: float) -> Band:
        """Return the accuracy at `hertz` (Hz); beyond the last band the last one serves.

        Raises:
            UnknownName: there is no range `range_`.
        """
        if function is Function.FREQUENCY:
            bands = self.frequency
        else:
            row = self.table(function).get(range_)
            if row is None:
                ranges = [f"{one:g}" for one in self.table(function)]
                raise UnknownName(f"range of {function}", f"{range_:g}", ranges)
            bands = (Band(0.0, row),) if isinstance(row, Accuracy) else row
        # A source set to the edge of a band is a few ppm off it: that must not choose the next one.
        return next((b for b in bands if hertz <= b.hertz * (1 + BAND_EDGE)), bands[-1])


def _percent(reading: float, full_scale: float) -> Accuracy:
    return Accuracy(reading / 100.0, full_scale / 100.0)


def _bands(*limits: tuple[float, float, float]) -> tuple[Band, ...]:
    return tuple(Band(hertz, _percent(reading, scale)) for hertz, reading, scale in limits)


_AC_VOLTAGE = _bands(
    (5.0, 1.00, 0.03), (10.0, 0.35, 0.03), (20e3, 0.06, 0.03),
    (50e3, 0.12, 0.05), (100e3, 0.60, 0.08), (300e3, 4.00, 0.50),
)  # fmt: skip
_AC_CURRENT_LOW = _bands((10e3, 0.10, 0.04))

K34461A = Model(
    name="34461A",
    firmware="A.03.03-03.15-03.03-00.52-03-02",  # form as captured from a 34465A
    apertures=MappingProxyType({0.02: 100e-6, 0.2: 10e-6, 1.0: 3e-6, 10.0: 1e-6, 100.0: 0.3e-6}),
    dc_voltage=MappingProxyType({
        0.1: _percent(0.0050, 0.0035), 1.0: _percent(0.0040, 0.0007),
        10.0: _percent(0.0035, 0.0005), 100.0: _percent(0.0045, 0.0006),
        1000.0: _percent(0.0045, 0.0010),
    }),
    dc_current=MappingProxyType({
        1e-4: _percent(0.050, 0.025), 1e-3: _percent(0.050, 0.006), 1e-2: _percent(0.050, 0.020),
        0.1: _percent(0.050, 0.005), 1.0: _percent(0.100, 0.010), 3.0: _percent(0.200, 0.020),
        10.0: _percent(0.120, 0.010),
    }),
    resistance=MappingProxyType({
        1e2: _percent(0.010, 0.004), 1e3: _percent(0.010, 0.001), 1e4: _percent(0.010, 0.001),
        1e5: _percent(0.010, 0.001), 1e6: _percent(0.010, 0.001), 1e7: _percent(0.040, 0.001),
        1e8: _percent(0.800, 0.001),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys((0.1, 1.0, 10.0, 100.0, 750.0), _AC_VOLTAGE)),
    ac_current=MappingProxyType({
        **dict.fromkeys((1e-4, 1e-3, 1e-2, 0.1, 1.0), _AC_CURRENT_LOW),
        3.0: _bands((10e3, 0.23, 0.04)), 10.0: _bands((10e3, 0.15, 0.04)),
    }),
    frequency=_bands((10.0, 0.100, 0), (100.0, 0.030, 0), (1e3, 0.010, 0), (300e3, 0.010, 0)),
    memory=10_000,  # from memory, unverified
)  # fmt: skip

# A full-scale point with its error must still show: the margin is a choice.
FULL_SCALE_MARGIN = 1.005

MODELS: Mapping[str, Model] = MappingProxyType({"keysight-34461a": K34461A})

NO_OVER_RANGE = MappingProxyType({
    Measurand.DC_VOLTAGE: (1000.0,), Measurand.AC_VOLTAGE: (750.0,),
    Measurand.DC_CURRENT: (3.0, 10.0), Measurand.AC_CURRENT: (3.0, 10.0),
})  # fmt: skip

# Everything below: from memory, unverified.
DC_INPUT_OHMS = 10e6
HIGH_INPUT_OHMS = 10e9
HIGH_IMPEDANCE_UP_TO_VOLTS = 10.0
AC_INPUT_OHMS = 1e6
TEST_AMPERES = MappingProxyType(
    {1e2: 1e-3, 1e3: 1e-3, 1e4: 1e-4, 1e5: 1e-5, 1e6: 5e-6, 1e7: 5e-7, 1e8: 5e-7}
)
# 34401A figures; the filter is named by its lowest frequency (Hz) → settling (s).
FILTER_SECONDS = MappingProxyType({3.0: 7.0, 20.0: 1.0, 200.0: 0.6})
DC_SETTLING_SECONDS = 0.0015
OHMS_SETTLING_SECONDS = MappingProxyType({1e6: 0.015, 1e7: 0.1, 1e8: 0.1})
GATE_SECONDS = (0.01, 0.1, 1.0)
