"""What an instrument can do, as Protocols, and how far it reaches.

A procedure asks for these and never for a model. Amplitudes are in SI units: volts (V),
amperes (A), ohms (Ω), farads (F), hertz (Hz), pascals (Pa), kilograms (kg), metres (m);
temperatures are in degrees Celsius (°C) and relative humidity in per cent (%), as every
laboratory reads them. Alternating quantities are r.m.s. values of a sine.

What settles within seconds is waited for: `source_…` returns when the output has settled. What
takes minutes is not: `approach_…` returns at once, and whoever asked watches `is_stable`, so that
a person sees the progress.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval of a quantity, both ends included, in the quantity's SI unit."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a capability goes.

    Attributes:
        amplitude: of the quantity itself, in its SI unit (for a frequency: Hz).
        hertz: frequency (Hz) of an alternating quantity.
    """

    amplitude: Span
    hertz: Span | None = None


Offers = Mapping[type, Reach]
"""Capability → reach. Every driver states it as the class attribute `offers`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One indication in SI units, and the reply it was read from, as it came over the wire."""

    value: float
    raw: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered: the four fields of an IEEE 488.2 `*IDN?` reply (10.14)."""

    maker: str
    model: str
    serial: str
    firmware: str


class Wires(Enum):
    """How a resistance is connected."""

    TWO = 2
    FOUR = 4


@runtime_checkable
class Instrument(Protocol):
    """Anything on the bench that can say who it is."""

    def identify(self) -> Identity:
        """Return the identity that the instrument states."""
        ...

    def close(self) -> None:
        """End the session; the instrument keeps its state."""
        ...


@runtime_checkable
class Output(Protocol):
    """An instrument whose terminals can be live."""

    def standby(self) -> None:
        """Take the output off the terminals. Safe to call at any time and more than once."""
        ...

    def confirm_operating(self) -> None:
        """Make sure that the output is on the terminals still, and was not refused meanwhile.

        Readings taken of an output that has tripped are wrong values, however plausible.
        """
        ...


@runtime_checkable
class DcVoltageSource(Output, Protocol):
    """A source of direct voltage."""

    def source_dc_voltage(self, volts: float) -> None:
        """Apply `volts` (V) and return when the output has settled."""
        ...


@runtime_checkable
class AcVoltageSource(Output, Protocol):
    """A source of sinusoidal voltage."""

    def source_ac_voltage(self, volts: float, hertz: float) -> None:
        """Apply `volts` (V r.m.s.) at `hertz` (Hz) and return when the output has settled."""
        ...


@runtime_checkable
class DcCurrentSource(Output, Protocol):
    """A source of direct current."""

    def source_dc_current(self, amperes: float) -> None:
        """Apply `amperes` (A) and return when the output has settled."""
        ...


@runtime_checkable
class AcCurrentSource(Output, Protocol):
    """A source of sinusoidal current."""

    def source_ac_current(self, amperes: float, hertz: float) -> None:
        """Apply `amperes` (A r.m.s.) at `hertz` (Hz) and return when the output has settled."""
        ...


@runtime_checkable
class ResistanceSource(Output, Protocol):
    """A source of resistance."""

    def source_resistance(self, ohms: float, wires: Wires) -> None:
        """Present `ohms` (Ω), compensated for `wires`, and return when it has settled."""
        ...


@runtime_checkable
class CapacitanceSource(Output, Protocol):
    """A source of capacitance; in standby its terminals are open."""

    def source_capacitance(self, farads: float) -> None:
        """Present `farads` (F) and return when it has settled."""
        ...


@runtime_checkable
class FrequencySource(Output, Protocol):
    """A source of known frequency."""

    def source_frequency(self, hertz: float, volts: float) -> None:
        """Apply a sine of `hertz` (Hz) and `volts` (V r.m.s.); return when it has settled."""
        ...


@runtime_checkable
class DcVoltmeter(Protocol):
    """A meter of direct voltage."""

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage and the range whose full scale is `range_volts` (V)."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class AcVoltmeter(Protocol):
    """A meter of alternating voltage."""

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), for a signal of `hertz` (Hz)."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class DcAmmeter(Protocol):
    """A meter of direct current."""

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current and the range whose full scale is `range_amperes` (A)."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class AcAmmeter(Protocol):
    """A meter of alternating current."""

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), for a signal of `hertz` (Hz)."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class Ohmmeter(Protocol):
    """A meter of resistance."""

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), measured with `wires`."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class CapacitanceMeter(Protocol):
    """A meter of capacitance; what it reads has that of its own leads in it."""

    def configure_capacitance(self, range_farads: float) -> None:
        """Select capacitance and the range whose full scale is `range_farads` (F)."""
        ...

    def read_open(self) -> Reading:
        """Take one reading of the leads alone, whose far ends are open: what zeroes others."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class FrequencyMeter(Protocol):
    """A meter of frequency."""

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range `range_volts` (V), gate time `gate_seconds` (s)."""
        ...

    def read(self) -> Reading:
        """Take one reading in the unit of the configured function."""
        ...


@runtime_checkable
class TemperatureSource(Output, Protocol):
    """A metrology well or bath; in standby it neither heats nor cools."""

    def approach_temperature(self, celsius: float) -> None:
        """Go for the set-point `celsius` (°C); returns at once."""
        ...

    def is_stable(self) -> bool:
        """Return whether the instrument itself says that it is at the set-point and stable."""
        ...

    def read_temperature(self) -> Reading:
        """Return the temperature (°C) that its own control sensor indicates."""
        ...


@runtime_checkable
class Thermometer(Protocol):
    """An instrument that indicates a temperature."""

    def read_temperature(self) -> Reading:
        """Take one reading (°C)."""
        ...


@runtime_checkable
class ResistanceThermometerReadout(Protocol):
    """An instrument that measures the resistance of a thermometer probe."""

    def read_resistance(self) -> Reading:
        """Take one reading (Ω)."""
        ...


@runtime_checkable
class PressureSource(Output, Protocol):
    """A pressure controller; in standby it controls nothing and lets the pressure go safely."""

    def approach_pressure(self, pascals: float) -> None:
        """Go for the set-point `pascals` (Pa, gauge) and control it; returns at once."""
        ...

    def is_stable(self) -> bool:
        """Return whether the instrument itself says that the pressure is within its limits."""
        ...

    def vent(self) -> None:
        """Open to the atmosphere and return when the pressure is gone."""
        ...


@runtime_checkable
class PressureGauge(Protocol):
    """An instrument that indicates a gauge pressure."""

    def read_pressure(self) -> Reading:
        """Take one reading (Pa, relative to the atmosphere)."""
        ...


@runtime_checkable
class PressureController(PressureSource, PressureGauge, Protocol):
    """A pressure controller that indicates the pressure it controls."""


@runtime_checkable
class Barometer(Protocol):
    """An instrument that indicates the pressure of the atmosphere."""

    def read_atmospheric_pressure(self) -> Reading:
        """Take one reading (Pa, absolute)."""
        ...


@runtime_checkable
class Hygrometer(Protocol):
    """An instrument that indicates relative humidity."""

    def read_humidity(self) -> Reading:
        """Take one reading (% relative humidity)."""
        ...


@runtime_checkable
class Balance(Protocol):
    """A balance or mass comparator."""

    def tare(self) -> None:
        """Take the present load as zero net weight; return when that is done."""
        ...

    def zero(self) -> None:
        """Set the indication of the empty pan to zero; return when that is done."""
        ...

    def weigh(self) -> Reading:
        """Wait for a stable indication and return it (kg)."""
        ...


@runtime_checkable
class SelfAdjusting(Protocol):
    """An instrument that can adjust itself with what is built into it."""

    def adjust_itself(self) -> None:
        """Adjust it with its built-in weight; return when that is done.

        The pan must be empty, and zero or tare be set again before the next weighing. Balances
        take 20 s to 60 s; after 180 s a driver gives up.
        """
        ...


@runtime_checkable
class LengthIndicator(Protocol):
    """A calliper, micrometer or gauge that indicates a length."""

    def read_length(self) -> Reading:
        """Take one reading (m)."""
        ...


@runtime_checkable
class FrequencyReference(Protocol):
    """A frequency standard."""

    def is_locked(self) -> bool:
        """Return whether its output is that of the standard, not of a warming-up oscillator."""
        ...


@runtime_checkable
class Weights(Protocol):
    """A set of weights, laid on by a person or a handler."""

    def load(
        self,
        kilograms: Sequence[float],
        onto: str,
        position: str = "",
        *,
        marked: bool = False,
        beside: Sequence[float] = (),
    ) -> None:
        """Put weights of these nominal values (kg) on a pan, and take everything else off it.

        Args:
            kilograms: nominal values; none takes all weights of the set off.
            onto: role and terminal, e.g. "dut PAN".
            position: where on the pan, as a person is told, e.g. "front left"; "" is the centre.
            marked: whether the second weight of a nominal value is meant, where a set has two.
            beside: nominal values (kg) of weights of the set that lie there and stay untouched.
        """
        ...


@runtime_checkable
class ThermometerPlacing(Protocol):
    """Somebody, or a handler, who puts thermometers into the holes of a block."""

    def place(self, thermometer: str, into: str, loads: Sequence[str] = ()) -> None:
        """Put a thermometer into a hole, and others beside it; take all those not named out.

        Args:
            thermometer: role and terminal, e.g. "reference TIP".
            into: role, hole and height above its bottom, e.g. "dut HOLE 1 +20 MM".
            loads: holes that other thermometers of like size are put into, e.g. "dut HOLE 2".
        """
        ...


@runtime_checkable
class GaugeBlocks(Protocol):
    """A set of gauge blocks, put between jaws by a person."""

    def insert(self, metres: Sequence[float], into: str) -> None:
        """Put blocks of these nominal lengths (m), and no others, between jaws.

        Args:
            metres: nominal lengths, wrung together; none means that the jaws close on each other.
            into: role and terminal, e.g. "dut JAWS".
        """
        ...


@runtime_checkable
class ClimateSource(Protocol):
    """A climatic chamber; whether it is stable is seen by instruments inside."""

    def approach_climate(self, celsius: float, humidity: float) -> None:
        """Go for air of `celsius` (°C) and `humidity` (% relative); returns at once."""
        ...


@runtime_checkable
class LoadResistor(Protocol):
    """A resistance that loads an output: a resistor, or an electronic load."""

    def load(self, ohms: float, across: tuple[str, str]) -> None:
        """Connect `ohms` (Ω) across two terminals, each a role and a terminal."""
        ...

    def unload(self) -> None:
        """Take the load off again."""
        ...


@runtime_checkable
class ReferencedFrequencyMeter(FrequencyMeter, Protocol):
    """A meter of frequency whose time base can be a reference from outside."""

    def follows_reference(self) -> bool:
        """Return whether its time base is the reference at its reference input now."""
        ...
