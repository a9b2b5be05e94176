"""What is published about a multimeter, as data: the physics is driven by it alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from math import exp, log
from types import MappingProxyType

from simulators.errors import UnknownName
from simulators.physics.functions import Function

LINE_HERTZ = 50.0
BAND_EDGE = 1e-4  # relative


class Measurand(Enum):
    """A measuring function; the value is its short SCPI name, as the 34401A's FUNC? gives it."""

    DC_VOLTAGE = "VOLT"
    AC_VOLTAGE = "VOLT:AC"
    DC_CURRENT = "CURR"
    AC_CURRENT = "CURR:AC"
    RESISTANCE = "RES"
    RESISTANCE_4_WIRE = "FRES"
    FREQUENCY = "FREQ"
    PERIOD = "PER"
    CONTINUITY = "CONT"
    DIODE = "DIOD"
    RATIO = "VOLT:RAT"
    CAPACITANCE = "CAP"
    TEMPERATURE = "TEMP"  # of a two-wire transducer
    TEMPERATURE_4_WIRE = "TEMP:FRTD"


AC = (Measurand.AC_VOLTAGE, Measurand.AC_CURRENT)
OHMS = (Measurand.RESISTANCE, Measurand.RESISTANCE_4_WIRE, Measurand.CONTINUITY)
COUNTED = (Measurand.FREQUENCY, Measurand.PERIOD)
CURRENTS = (Measurand.DC_CURRENT, Measurand.AC_CURRENT)
# One range, nothing to set.
FIXED = (
    Measurand.CONTINUITY, Measurand.DIODE, Measurand.TEMPERATURE, Measurand.TEMPERATURE_4_WIRE,
)  # fmt: skip

ERROR_OF = MappingProxyType({
    Measurand.DC_VOLTAGE: Function.DC_VOLTAGE,
    Measurand.AC_VOLTAGE: Function.AC_VOLTAGE,
    Measurand.DC_CURRENT: Function.DC_CURRENT,
    Measurand.AC_CURRENT: Function.AC_CURRENT,
    Measurand.RESISTANCE: Function.RESISTANCE,
    Measurand.RESISTANCE_4_WIRE: Function.RESISTANCE,
    Measurand.FREQUENCY: Function.FREQUENCY,
    Measurand.PERIOD: Function.FREQUENCY,
    Measurand.CONTINUITY: Function.RESISTANCE,
    Measurand.DIODE: Function.DC_VOLTAGE,
    Measurand.RATIO: Function.DC_VOLTAGE,
    Measurand.CAPACITANCE: Function.CAPACITANCE,
    Measurand.TEMPERATURE: Function.RESISTANCE,
    Measurand.TEMPERATURE_4_WIRE: Function.RESISTANCE,
})  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Settling:
    """How long (s) a meter waits by itself before it looks.

    Attributes:
        dc: for dc functions and low resistances.
        ohms: range (Ω) → wait, where it is longer than `dc`.
        filters: lowest frequency (Hz) of an ac filter → wait.
    """

    dc: float
    ohms: Mapping[float, float]
    filters: Mapping[float, float]


@dataclass(frozen=True, slots=True)
class Loading:
    """What the inputs put across the source: resistances (Ω) by kind of measurement.

    Attributes:
        dc: of dc voltage.
        dc_high: of dc voltage with the input left open.
        high_up_to: greatest range (V) on which it can be left open.
        ac: of ac voltage.
    """

    dc: float = 10e6
    dc_high: float = 10e9
    high_up_to: float = 10.0
    ac: float = 1e6

    def ohms(self, measurand: Measurand, range_: float, *, high_impedance: bool) -> float:
        """Return what is across a source of voltage (Ω)."""
        if measurand in (*AC, *COUNTED):
            return self.ac
        return self.dc_high if high_impedance and range_ <= self.high_up_to else self.dc


@dataclass(frozen=True)
class Specification:
    """One model.

    Attributes:
        dc_voltage: range (V) → accuracy.
        dc_current: range (A) → accuracy.
        resistance: range (Ω) → accuracy.
        ac_voltage: range (V) → bands.
        ac_current: range (A) → bands.
        frequency: bands of the relative accuracy.
        resolutions: integration time (power line cycles) → resolved part of the range (1).
        starting: range of each function after a reset, in its unit; of the input voltage for
            counted functions.
        tops: function → range → greatest indication, where it is not `over_range` times the range.
        only: function → ranges, where it has not all of its table.
        current_inputs: greatest range (A) → terminal, in rising order.
        test_amperes: range (Ω) → measuring current (A).
        settling: waits.
        gates: gate times (s) of the counter, shortest first.
        memory: readings kept.
        line_cycles: integration time after a reset.
        filter_hertz: ac filter after a reset (Hz).
        gate_seconds: gate time after a reset (s).
        capacitance: range (F) → accuracy once zeroed; empty when it measures none.
        capacitance_resolution: resolved part of its range (1), however long it takes.
        transducer: of a two-wire temperature: one of `simulators.multimeter.transducers.CELSIUS`.
        zero_share: time of an automatic zero, as part of the integration time (1).
        over_range: greatest indication, as part of the range (1).
        loading: what the inputs put across the source.
    """

    dc_voltage: Ranges
    dc_current: Ranges
    resistance: Ranges
    ac_voltage: BandedRanges
    ac_current: BandedRanges
    frequency: tuple[Band, ...]
    resolutions: Mapping[float, float]
    starting: Mapping[Measurand, float]
    tops: Mapping[Measurand, Mapping[float, float]]
    current_inputs: Mapping[float, str]
    test_amperes: Mapping[float, float]
    settling: Settling
    gates: tuple[float, ...]
    memory: int
    only: Mapping[Measurand, tuple[float, ...]] = field(default_factory=dict)
    line_cycles: float = 10.0
    filter_hertz: float = 20.0
    gate_seconds: float = 0.1
    capacitance: Ranges = field(default_factory=dict)
    capacitance_resolution: float = 1e-4
    transducer: str = "PT100"
    zero_share: float = 1.0
    over_range: float = 1.2
    loading: Loading = Loading()

    @property
    def terminals(self) -> tuple[str, ...]:
        """Where it can be connected."""
        return ("HI", "LO", "SENSE HI", "SENSE LO", *self.current_inputs.values())

    def table(self, function: Function) -> Ranges | BandedRanges:
        """Return the ranges of `function`; of the input voltage for frequency."""
        tables: dict[Function, Ranges | BandedRanges] = {
            Function.DC_VOLTAGE: self.dc_voltage,
            Function.AC_VOLTAGE: self.ac_voltage,
            Function.DC_CURRENT: self.dc_current,
            Function.AC_CURRENT: self.ac_current,
            Function.RESISTANCE: self.resistance,
            Function.FREQUENCY: self.ac_voltage,
            Function.CAPACITANCE: self.capacitance,
        }
        if function not in tables:
            raise UnknownName("function of a multimeter", function, tables)
        return tables[function]

    def ranges(self, measurand: Measurand) -> tuple[float, ...]:
        """Return the ranges (V, A or Ω) of `measurand`, smallest first."""
        return self.only.get(measurand) or tuple(self.table(self.error_of(measurand)))

    def error_of(self, measurand: Measurand) -> Function:
        """Return the function whose errors `measurand` has: a thermocouple's are of a voltage."""
        if measurand is Measurand.TEMPERATURE and self.transducer != "PT100":
            return Function.DC_VOLTAGE
        return ERROR_OF[measurand]

    def top(self, measurand: Measurand, range_: float) -> float:
        """Return the greatest level (V, A or Ω) that `range_` can indicate."""
        return self.tops.get(measurand, {}).get(range_, range_ * self.over_range)

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

    def resolution(self, line_cycles: float) -> float:
        """Return the part of the range (1) that `line_cycles` resolve, between steps too."""
        found = self.resolutions.get(line_cycles)
        if found is not None:
            return found
        steps = sorted(self.resolutions)
        inside = min(max(line_cycles, steps[0]), steps[-1])
        low, high = next((a, b) for a, b in pairwise(steps) if inside <= b)
        share = log(inside / low) / log(high / low)
        below, above = self.resolutions[low], self.resolutions[high]
        return below * exp(share * log(above / below))


def percent(reading: float, full_scale: float) -> Accuracy:
    """Return an accuracy given in % of reading and % of range."""
    return Accuracy(reading / 100.0, full_scale / 100.0)


def ppm(reading: float, full_scale: float) -> Accuracy:
    """Return an accuracy given in parts in a million of reading and of range."""
    return Accuracy(reading * 1e-6, full_scale * 1e-6)


def bands(*limits: tuple[float, float, float]) -> tuple[Band, ...]:
    """Return bands from rows of upper frequency (Hz), % of reading and % of range."""
    return tuple(Band(hertz, percent(reading, scale)) for hertz, reading, scale in limits)
