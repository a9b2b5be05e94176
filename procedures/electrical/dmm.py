"""Digital multimeters against a multi-product calibrator, by direct comparison.

The calibrator applies a known value, the meter indicates it; the error of indication is
E = indication - applied (VIM 4.16; EURAMET cg-15, direct measurement of a calibrator's output).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from statistics import fmean
from typing import Any

from drivers.capabilities import Wires
from procedures.electrical.dmm_budget import (
    ac_connection,
    dc_connection,
    error_of_indication,
    error_of_zeroed_indication,
    no_allowance,
    open_connection,
    two_wire_connection,
)
from procedures.electrical.dmm_details import details_of
from procedures.electrical.dmm_measuring import (
    FOUR_LEADS,
    OPEN,
    TWO_LEADS,
    AcCurrent,
    AcVoltage,
    Capacitance,
    DcCurrent,
    DcVoltage,
    Frequency,
    Resistance,
    current_leads,
    measure_ac_current,
    measure_ac_voltage,
    measure_capacitance,
    measure_dc_current,
    measure_dc_voltage,
    measure_frequency,
    measure_resistance,
)
from procedures.electrical.dut import (
    AlternatingRange,
    DirectRange,
    Dut,
    FrequencyBand,
    dut,
)
from procedures.electrical.plausible import suspicion
from procedures.electrical.symbols import SYMBOLS
from station.errors import BadInput
from station.locale import N_
from station.metrology.conformity import Limits
from station.metrology.rounding import setting_scale
from station.procedure import (
    DUT,
    Attendant,
    EnvironmentLimits,
    Evaluation,
    Evidence,
    Hookup,
    Item,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Taken,
    Test,
    Tolerance,
    source_digest,
)

Measure = Callable[[int, Point, Any, Attendant], Iterator[Taken]]
"""How often to read, and the rest of what a test's `measure` takes."""

Amount = Callable[[Point], float]
Evaluate = Callable[[str, str, Amount, Amount, Point, Evidence], Evaluation]
"""Quantity, unit, connection and resolution at a point, and what a test's `evaluate` takes."""

FUNCTIONS = "functions"
"""Detail of the item: names of the tests that are wanted, with commas; all where it is not said."""


def _evaluated(
    quantity: str,
    unit: str,
    connection: Amount,
    resolution: Amount,
    point: Point,
    evidence: Evidence,
) -> Evaluation:
    indications = evidence.values(point.id, DUT)
    applied = evidence.set_to("calibrator", quantity, point.nominal, hertz=point.hertz)
    budget = error_of_indication(unit, connection(point), resolution(point), indications, applied)
    return Evaluation(budget, applied.actual, fmean(indications))


def _evaluated_zeroed(
    quantity: str,
    unit: str,
    connection: Amount,
    resolution: Amount,
    point: Point,
    evidence: Evidence,
) -> Evaluation:
    indications, open_ = evidence.values(point.id, DUT), evidence.values(point.id, OPEN)
    applied = evidence.set_to("calibrator", quantity, point.nominal)
    budget = error_of_zeroed_indication(
        unit, connection(point), resolution(point), indications, open_, applied
    )
    return Evaluation(budget, applied.actual, fmean(indications) - fmean(open_))


def _suspicion(tolerance: Callable[[Point], Tolerance], point: Point, evidence: Evidence) -> str:
    limit, open_ = tolerance(point).limits.upper, evidence.values(point.id, OPEN)
    beside = fmean(open_) if open_ else 0.0
    values = [value - beside for value in evidence.values(point.id, DUT)]
    return suspicion(point.nominal, limit, values)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests that the data file of the DUT's model has points for, and are wanted.

    Raises:
        BadInput: there is no data file for it, the file is wrong, it has no such test, or its
            details are wrong.
    """
    item = items[DUT]
    known = dut(item.model)
    made = tuple(test for test in _every(known) if test.points)
    details = details_of(item, known.figures)
    wanted = _wanted(item, details.functions, [test.name for test in made])
    return tuple(test for test in made if test.name in wanted)


def _wanted(item: Item, said: str, names: Sequence[str]) -> Sequence[str]:
    wanted = [name.strip() for name in said.split(",") if name.strip()]
    for name in wanted:
        if name not in names:
            raise BadInput(
                "[instruments.{dut}.details] {key}: {name!r} is none of those of {model}: {known}.",
                dut=DUT,
                key=FUNCTIONS,
                name=name,
                model=item.model,
                known=tuple(dict.fromkeys(names)),
            )
    return wanted or names


def _every(known: Dut) -> tuple[Test[Any], ...]:
    figures = known.figures
    two_wire, four_wire = Wires.TWO, Wires.FOUR
    return (
        _direct(known, "dc-voltage", N_("DC voltage"), "V", figures.dc_voltage, TWO_LEADS,
                DcVoltage, measure_dc_voltage, dc_connection),
        _alternating(known, "ac-voltage", N_("AC voltage"), "V", figures.ac_voltage, TWO_LEADS,
                     AcVoltage, measure_ac_voltage, ac_connection),
        _frequency(known),
        _direct(known, "resistance-2w", N_("Resistance, 2-wire"), "Ω", figures.resistance_2w,
                TWO_LEADS, Resistance, partial(measure_resistance, two_wire),
                two_wire_connection),
        _direct(known, "capacitance", N_("Capacitance"), "F", figures.capacitance, TWO_LEADS,
                Capacitance, measure_capacitance, open_connection, _evaluated_zeroed),
        _direct(known, "resistance-4w", N_("Resistance, 4-wire"), "Ω", figures.resistance_4w,
                FOUR_LEADS, Resistance, partial(measure_resistance, four_wire),
                no_allowance),
        *(_direct(known, "dc-current", N_("DC current"), "A", rows, current_leads(terminal),
                  DcCurrent, measure_dc_current, no_allowance)
          for terminal, rows in figures.by_terminal(figures.dc_current).items()),
        *(_alternating(known, "ac-current", N_("AC current"), "A", rows, current_leads(terminal),
                       AcCurrent, measure_ac_current, no_allowance)
          for terminal, rows in figures.by_terminal(figures.ac_current).items()),
    )  # fmt: skip


def _direct(
    known: Dut,
    name: str,
    title: str,
    unit: str,
    rows: tuple[DirectRange, ...],
    hookup: Hookup,
    roles: type[Any],
    measure: Measure,
    connection: Amount,
    evaluate: Evaluate = _evaluated,
) -> Test[Any]:
    row_of = {
        Point(f"{name}/{_said(row.range, unit)}/{_said(value, unit)}", value, row.range): row
        for row in rows
        for value in row.points
    }
    return _test(
        known, name, title, unit, row_of, hookup, roles, measure, connection, 10.0, evaluate
    )


def _alternating(
    known: Dut,
    name: str,
    title: str,
    unit: str,
    rows: tuple[AlternatingRange, ...],
    hookup: Hookup,
    roles: type[Any],
    measure: Measure,
    connection: Amount,
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
    return _test(known, name, title, unit, row_of, hookup, roles, measure, connection, 20.0)


def _test(
    known: Dut,
    name: str,
    title: str,
    unit: str,
    row_of: Mapping[Point, DirectRange] | Mapping[Point, AlternatingRange],
    hookup: Hookup,
    roles: type[Any],
    measure: Measure,
    connection: Amount,
    seconds: float,
    evaluate: Evaluate = _evaluated,
) -> Test[Any]:
    def tolerance(point: Point) -> Tolerance:
        return _tolerance(known, row_of[point], point)

    return Test(
        name=name,
        title=title,
        symbol=SYMBOLS[name],
        unit=unit,
        range_unit=unit,
        points=tuple(row_of),
        hookup=hookup,
        roles=roles,
        standards=(StandardUse("calibrator", name),),
        measure=partial(measure, known.figures.readings),
        evaluate=partial(evaluate, name, unit, connection, lambda p: row_of[p].resolution),
        tolerance=tolerance,
        suspicion=partial(_suspicion, tolerance),
        seconds=seconds,
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

    def tolerance(point: Point) -> Tolerance:
        return _tolerance(known, row_of[point], point)

    return Test(
        name="frequency",
        title=N_("Frequency"),
        symbol=SYMBOLS["frequency"],
        unit="Hz",
        range_unit="V",
        points=tuple(row_of),
        hookup=TWO_LEADS,
        roles=Frequency,
        standards=(StandardUse("calibrator", "frequency"),),
        measure=measure,
        evaluate=partial(_evaluated, "frequency", "Hz", no_allowance, resolution),
        tolerance=tolerance,
        suspicion=partial(_suspicion, tolerance),
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


def digest(items: Items) -> str:
    """Return the SHA-256 of the method's modules and of the DUT model's data file."""
    modules = ("dmm", "dmm_budget", "dmm_measuring", "dut")
    return source_digest(
        *(f"procedures.electrical.{module}" for module in modules),
        "procedures.data_file",
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
        further={
            "hand-held": files("procedures") / "electrical" / "benches" / "hand-held",
            "capacitance": files("procedures") / "electrical" / "benches" / "capacitance",
        },
        functions={"resistance-2w": "resistance", "resistance-4w": "resistance"},
    ),
)
