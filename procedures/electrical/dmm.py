"""Digital multimeters against a multi-product calibrator, by direct comparison.

The calibrator applies a known value, the meter indicates it; the error of indication is
E = indication - applied (VIM 4.16; EURAMET cg-15, direct measurement of a calibrator's output).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from statistics import fmean
from typing import Any, Protocol

from drivers.capabilities import (
    AcAmmeter,
    AcCurrentSource,
    AcVoltageSource,
    AcVoltmeter,
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
from procedures.electrical.dut import (
    AlternatingRange,
    DirectRange,
    Dut,
    FrequencyBand,
    dut,
)
from station.locale import N_
from station.metrology.conformity import Limits
from station.metrology.inputs import Input, digital_step, normal, readings, rectangular
from station.metrology.rounding import setting_scale
from station.metrology.uncertainty import Budget
from station.procedure import (
    DUT,
    Attendant,
    EnvironmentLimits,
    Evaluation,
    Evidence,
    Hookup,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    StandardValue,
    Taken,
    Test,
    Tolerance,
    Wire,
    source_digest,
)

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


THERMAL_EMF_VOLTS = 0.5e-6
"""Half-width (V) left by copper leads after settling: this laboratory's allowance."""

TWO_WIRE_OHMS = 0.1
"""Half-width (Ω) of what two leads add beyond the calibrator's terminals: the same."""

LOADED_BELOW_VOLTS = 0.33
"""Below it (V) a calibrator's output has 50 Ω (5522A; from memory, unverified)."""

DC_LOADING = 50.0 / 10e6
"""What 50 Ω loses into 10 MΩ, of the value; into a meter of more ohms it loses less."""

AC_LOADING = 50.0 / 1e6
"""What 50 Ω loses into the meter's 1 MΩ (from memory, unverified), of the value."""


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


def _dc_connection(point: Point) -> float:
    return THERMAL_EMF_VOLTS + _loading(point, DC_LOADING)


def _ac_connection(point: Point) -> float:
    return _loading(point, AC_LOADING)


def _loading(point: Point, share: float) -> float:
    return share * abs(point.nominal) if abs(point.nominal) < LOADED_BELOW_VOLTS else 0.0


def _two_wire_connection(point: Point) -> float:
    return TWO_WIRE_OHMS


def _no_allowance(point: Point) -> float:
    return 0.0


def error_of_indication(
    unit: str,
    connection: float,
    resolution: float,
    indications: Sequence[float],
    applied: StandardValue,
) -> Budget:
    """Return the budget of E = indication - applied, in `unit`.

    The step of the display is kept beside the scatter of the readings: where the scatter
    already contains it, U is a little too large, never too small (EURAMET cg-15, 5).
    """
    return Budget(
        "error of indication",
        unit,
        lambda indication, resolution, connection, applied, drift: (
            indication + resolution + connection - (applied + drift)
        ),
        _indication(indications, resolution),
        digital_step("resolution", step=resolution, source="display, half a digit"),
        rectangular(
            "connection",
            half_width=connection,
            source="laboratory's allowance for leads, thermal EMF and loading",
        ),
        normal(
            "applied",
            applied.actual,
            standard_uncertainty=applied.standard_uncertainty,
            source=applied.certificate,
        ),
        rectangular("drift", half_width=applied.drift_half_width, source=applied.drift_source),
    )


def _indication(indications: Sequence[float], resolution: float) -> Input:
    """Return the mean of the readings; a single one may have flickered by a digit."""
    if len(indications) == 1:
        source = "single reading; laboratory's allowance of one digit for what was not repeated"
        return rectangular("indication", value=indications[0], half_width=resolution, source=source)
    return readings("indication", indications, source=f"{len(indications)} readings, this run")


def _evaluated(
    quantity: str,
    unit: str,
    connection: Callable[[Point], float],
    resolution: Callable[[Point], float],
    point: Point,
    evidence: Evidence,
) -> Evaluation:
    indications = evidence.values(point.id, "dut")
    applied = evidence.set_to("calibrator", quantity, point.nominal, hertz=point.hertz)
    budget = error_of_indication(unit, connection(point), resolution(point), indications, applied)
    return Evaluation(budget, applied.actual, fmean(indications))


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests that the data file of the DUT's model has points for.

    Raises:
        BadInput: there is no data file for it, or the file is wrong.
    """
    known = dut(items[DUT].model)
    figures = known.figures
    two_wire, four_wire = Wires.TWO, Wires.FOUR
    made = (
        _direct(known, "dc-voltage", N_("DC voltage"), "V", figures.dc_voltage, TWO_LEADS,
                DcVoltage, measure_dc_voltage, _dc_connection),
        _alternating(known, "ac-voltage", N_("AC voltage"), "V", figures.ac_voltage, TWO_LEADS,
                     AcVoltage, measure_ac_voltage, _ac_connection),
        _frequency(known),
        _direct(known, "resistance-2w", N_("Resistance, 2-wire"), "Ω", figures.resistance_2w,
                TWO_LEADS, Resistance, partial(measure_resistance, two_wire),
                _two_wire_connection),
        _direct(known, "resistance-4w", N_("Resistance, 4-wire"), "Ω", figures.resistance_4w,
                FOUR_LEADS, Resistance, partial(measure_resistance, four_wire),
                _no_allowance),
        *(_direct(known, "dc-current", N_("DC current"), "A", rows, current_leads(terminal),
                  DcCurrent, measure_dc_current, _no_allowance)
          for terminal, rows in figures.by_terminal(figures.dc_current).items()),
        *(_alternating(known, "ac-current", N_("AC current"), "A", rows, current_leads(terminal),
                       AcCurrent, measure_ac_current, _no_allowance)
          for terminal, rows in figures.by_terminal(figures.ac_current).items()),
    )  # fmt: skip
    return tuple(test for test in made if test.points)


def _direct(
    known: Dut,
    name: str,
    title: str,
    unit: str,
    rows: tuple[DirectRange, ...],
    hookup: Hookup,
    roles: type[Any],
    measure: Callable[[int, Point, Any, Attendant], Iterator[Taken]],
    connection: Callable[[Point], float],
) -> Test[Any]:
    row_of = {
        Point(f"{name}/{_said(row.range, unit)}/{_said(value, unit)}", value, row.range): row
        for row in rows
        for value in row.points
    }
    return Test(
        name=name,
        title=title,
        unit=unit,
        range_unit=unit,
        points=tuple(row_of),
        hookup=hookup,
        roles=roles,
        standards=(StandardUse("calibrator", name),),
        measure=partial(measure, known.figures.readings),
        evaluate=partial(_evaluated, name, unit, connection, lambda p: row_of[p].resolution),
        tolerance=lambda p: _tolerance(known, row_of[p], p),
        seconds=10.0,
    )


def _alternating(
    known: Dut,
    name: str,
    title: str,
    unit: str,
    rows: tuple[AlternatingRange, ...],
    hookup: Hookup,
    roles: type[Any],
    measure: Callable[[int, Point, Any, Attendant], Iterator[Taken]],
    connection: Callable[[Point], float],
) -> Test[Any]:
    row_of = {
        Point(
            f"{name}/{_said(row.range, unit)}/{_said(value, unit)}/{_said(hertz, 'Hz')}",
            value,
            row.range,
            hertz,
        ): row
        for row in rows
        for value, hertz in row.points
    }
    return Test(
        name=name,
        title=title,
        unit=unit,
        range_unit=unit,
        points=tuple(row_of),
        hookup=hookup,
        roles=roles,
        standards=(StandardUse("calibrator", name),),
        measure=partial(measure, known.figures.readings),
        evaluate=partial(_evaluated, name, unit, connection, lambda p: row_of[p].resolution),
        tolerance=lambda p: _tolerance(known, row_of[p], p),
        seconds=20.0,
    )


def _frequency(known: Dut) -> Test[Any]:
    row_of = {
        Point(f"frequency/{_said(hertz, 'Hz')}", hertz, band.range): band
        for band in known.figures.frequency
        for hertz in band.points
    }

    def measure(point: Point, roles: Frequency, attendant: Attendant) -> Iterator[Taken]:
        band = row_of[point]
        yield from measure_frequency(
            known.figures.readings, band.volts, band.gate_seconds, point, roles, attendant
        )

    def resolution(point: Point) -> float:
        return row_of[point].resolution_ppm * 1e-6 * point.nominal

    return Test(
        name="frequency",
        title=N_("Frequency"),
        unit="Hz",
        range_unit="V",
        points=tuple(row_of),
        hookup=TWO_LEADS,
        roles=Frequency,
        standards=(StandardUse("calibrator", "frequency"),),
        measure=measure,
        evaluate=partial(_evaluated, "frequency", "Hz", _no_allowance, resolution),
        tolerance=lambda p: _tolerance(known, row_of[p], p),
        seconds=15.0,
    )


def _tolerance(
    known: Dut, row: DirectRange | AlternatingRange | FrequencyBand, point: Point
) -> Tolerance:
    of_reading, of_range = row.accuracy
    half = (of_reading * abs(point.nominal) + of_range * row.range) / 100.0
    source = known.figures.sources[row.source]
    return Tolerance(Limits(-half, half), source.text, source.verified)


def _said(value: float, unit: str) -> str:
    """Return a value as it is said at a bench, e.g. "-100 mV", "1 MΩ"."""
    chosen = setting_scale(unit, abs(value))
    return f"{float(chosen.apply(value)):.7g} {chosen.unit}"


def _hertz(point: Point) -> float:
    if point.hertz is None:
        raise TypeError(f"point {point.id} alternates and has no frequency")
    return point.hertz


def digest(items: Items) -> str:
    """Return the SHA-256 of this module, the data reader and the DUT model's data file."""
    return source_digest(
        "procedures.electrical.dmm",
        "procedures.electrical.dut",
        extra=dut(items[DUT].model).content,
    )


PROCEDURE = Procedure(
    name="dmm",
    revision=1,
    title=N_("Calibration of a digital multimeter"),
    method=N_("Direct comparison with a multi-product calibrator, after EURAMET cg-15"),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0),
        humidity=(10.0, 80.0),
        source="accuracy of the DUT holds at 23 °C ± 5 °C; humidity: laboratory's limits",
    ),
    tests=tests,
    digest=digest,
    proof=Proof(
        bench=files("station") / "demo",
        functions={"resistance-2w": "resistance", "resistance-4w": "resistance"},
    ),
)
