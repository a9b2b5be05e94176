"""How a meter and a calibrator are wired and driven, by function."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from drivers.capabilities import (
    AcAmmeter,
    AcCurrentSource,
    AcVoltageSource,
    AcVoltmeter,
    CapacitanceMeter,
    CapacitanceSource,
    DcAmmeter,
    DcCurrentSource,
    DcVoltageSource,
    DcVoltmeter,
    FrequencyMeter,
    FrequencySource,
    Ohmmeter,
    Reading,
    ResistanceSource,
    Wires,
)
from station.locale import N_
from station.procedure import Attendant, Hookup, Point, Taken, Wire

OPEN = "dut/open"
"""Whose readings are those of the leads alone, their far ends at the open calibrator."""

LEADS = N_("copper, low thermal EMF, shielded, at most 1 m")

_VOLTAGE = (
    Wire("calibrator", "NORMAL HI", "dut", "HI", "red"),
    Wire("calibrator", "NORMAL LO", "dut", "LO", "black"),
)
TWO_LEADS = Hookup("two leads", _VOLTAGE, LEADS)
FOUR_LEADS = Hookup(
    "four leads",
    (
        *_VOLTAGE,
        Wire("calibrator", "AUX HI", "dut", "SENSE HI", "yellow"),
        Wire("calibrator", "AUX LO", "dut", "SENSE LO", "blue"),
    ),
    LEADS,
)


def current_leads(terminal: str) -> Hookup:
    """Return the wiring for a current into the `terminal` of the DUT at hand."""
    return Hookup(
        "current leads",
        (
            Wire("calibrator", "AUX HI", "dut", terminal, "red"),
            Wire("calibrator", "AUX LO", "dut", "LO", "black"),
        ),
        N_("copper, rated for 3 A, at most 1 m"),
    )


@dataclass(frozen=True)
class DcVoltage:
    """Who takes part in direct voltage."""

    calibrator: DcVoltageSource
    dut: DcVoltmeter


@dataclass(frozen=True)
class AcVoltage:
    """Who takes part in alternating voltage."""

    calibrator: AcVoltageSource
    dut: AcVoltmeter


@dataclass(frozen=True)
class Frequency:
    """Who takes part in frequency."""

    calibrator: FrequencySource
    dut: FrequencyMeter


@dataclass(frozen=True)
class Resistance:
    """Who takes part in resistance."""

    calibrator: ResistanceSource
    dut: Ohmmeter


@dataclass(frozen=True)
class Capacitance:
    """Who takes part in capacitance."""

    calibrator: CapacitanceSource
    dut: CapacitanceMeter


@dataclass(frozen=True)
class DcCurrent:
    """Who takes part in direct current."""

    calibrator: DcCurrentSource
    dut: DcAmmeter


@dataclass(frozen=True)
class AcCurrent:
    """Who takes part in alternating current."""

    calibrator: AcCurrentSource
    dut: AcAmmeter


class _Reads(Protocol):
    def read(self) -> Reading: ...


def _series(count: int, meter: _Reads) -> Iterator[Taken]:
    for _ in range(count):
        yield Taken("dut", meter.read())


# The meter's range is chosen before the stimulus is applied, so that no input is ever
# beyond the range it meets.


def measure_dc_voltage(
    count: int, point: Point, roles: DcVoltage, attendant: Attendant
) -> Iterator[Taken]:
    """Apply `point.nominal` (V) and read the meter."""
    roles.dut.configure_dc_voltage(point.range)
    roles.calibrator.source_dc_voltage(point.nominal)
    yield from _series(count, roles.dut)


def measure_ac_voltage(
    count: int, point: Point, roles: AcVoltage, attendant: Attendant
) -> Iterator[Taken]:
    """Apply `point.nominal` (V r.m.s.) at `point.hertz` (Hz) and read the meter."""
    roles.dut.configure_ac_voltage(point.range, _hertz(point))
    roles.calibrator.source_ac_voltage(point.nominal, _hertz(point))
    yield from _series(count, roles.dut)


def measure_frequency(
    count: int,
    volts: float,
    gate_seconds: float,
    point: Point,
    roles: Frequency,
    attendant: Attendant,
) -> Iterator[Taken]:
    """Apply `volts` (V r.m.s.) at `point.nominal` (Hz) and read the meter."""
    roles.dut.configure_frequency(point.range, gate_seconds)
    roles.calibrator.source_frequency(point.nominal, volts)
    yield from _series(count, roles.dut)


def measure_resistance(
    wires: Wires, count: int, point: Point, roles: Resistance, attendant: Attendant
) -> Iterator[Taken]:
    """Present `point.nominal` (Ω) and read the meter."""
    roles.dut.configure_resistance(point.range, wires)
    roles.calibrator.source_resistance(point.nominal, wires)
    yield from _series(count, roles.dut)


def measure_capacitance(
    count: int, point: Point, roles: Capacitance, attendant: Attendant
) -> Iterator[Taken]:
    """Read the meter with the calibrator open, then with `point.nominal` (F).

    Both with the same leads in the same place, on the same range: what leads and terminals add
    is in both. Standby comes first, so that no meter of capacitance meets a voltage.
    """
    roles.calibrator.standby()
    roles.dut.configure_capacitance(point.range)
    for _ in range(count):
        yield Taken(OPEN, roles.dut.read_open())
    roles.calibrator.source_capacitance(point.nominal)
    yield from _series(count, roles.dut)


def measure_dc_current(
    count: int, point: Point, roles: DcCurrent, attendant: Attendant
) -> Iterator[Taken]:
    """Apply `point.nominal` (A) and read the meter."""
    roles.dut.configure_dc_current(point.range)
    roles.calibrator.source_dc_current(point.nominal)
    yield from _series(count, roles.dut)


def measure_ac_current(
    count: int, point: Point, roles: AcCurrent, attendant: Attendant
) -> Iterator[Taken]:
    """Apply `point.nominal` (A r.m.s.) at `point.hertz` (Hz) and read the meter."""
    roles.dut.configure_ac_current(point.range, _hertz(point))
    roles.calibrator.source_ac_current(point.nominal, _hertz(point))
    yield from _series(count, roles.dut)


def _hertz(point: Point) -> float:
    if point.hertz is None:
        raise TypeError(f"point {point.id} alternates and has no frequency")
    return point.hertz
