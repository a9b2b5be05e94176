"""Sources of direct voltage and current, such as calibrators and supplies, against a multimeter.

The source is set to a value, a reference multimeter says what it gives. The error is that of the
source's indication, which is its setting: E = setting - actual output (VIM 4.16), so that a source
that gives too much has a negative error.

A supply's change by a load is measured where the bench has a load. The change by the mains voltage
is not: it needs a source of mains voltage that the bench does not have.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from typing import Any, Protocol

from drivers.capabilities import (
    DcAmmeter,
    DcCurrentSource,
    DcVoltageSource,
    DcVoltmeter,
    LoadResistor,
    Reading,
)
from procedures.electrical import plausible
from procedures.electrical.dc_source_budget import (
    LEAKAGE_AMPERES,
    change_by_load,
    error_of_output,
    mean_of,
    voltage_connection,
)
from procedures.electrical.dc_source_dut import DcSource, LoadRegulation, OutputRange, dc_source
from procedures.electrical.symbols import SYMBOLS
from station.evidence import StandardValue
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
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Taken,
    Test,
    Tolerance,
    Truth,
    Use,
    Wire,
    source_digest,
)

READINGS = 10

SETTLE_SECONDS = 5.0
"""How long is waited after the source says that it has settled: for the meter's input."""

NEAR = 0.01
"""How far from a setting, as a part of it, what the certificate says there holds: the meter's
correction changes by less than 100 ppm of that. Of the item's range where the setting is 0."""

LOAD_REGULATION = "load-regulation"
FREE, LOADED = "meter/free", "meter/loaded"

_LEADS = N_("copper, low thermal EMF, at most 1 m; meter and source on for at least an hour")


@dataclass(frozen=True)
class DcVoltage:
    """Who takes part in direct voltage."""

    dut: DcVoltageSource
    meter: DcVoltmeter


@dataclass(frozen=True)
class DcCurrent:
    """Who takes part in direct current."""

    dut: DcCurrentSource
    meter: DcAmmeter


@dataclass(frozen=True)
class Load:
    """Who takes part in the change by a load."""

    dut: DcVoltageSource
    meter: DcVoltmeter
    load: LoadResistor


class _Reads(Protocol):
    def read(self) -> Reading: ...


def _series(meter: _Reads, of: str = "meter") -> Iterator[Taken]:
    for _ in range(READINGS):
        yield Taken(of, meter.read())


# The meter's range is chosen before the source gives anything, by what it will give: the range
# that holds the setting is the one that the meter's certificate is asked about.


def measure_dc_voltage(point: Point, roles: DcVoltage, attendant: Attendant) -> Iterator[Taken]:
    """Set the source to `point.nominal` (V) and read the meter."""
    roles.meter.configure_dc_voltage(abs(point.nominal))
    roles.dut.source_dc_voltage(point.nominal)
    attendant.wait(N_("The voltage settles."), SETTLE_SECONDS)
    yield from _series(roles.meter)


def measure_dc_current(point: Point, roles: DcCurrent, attendant: Attendant) -> Iterator[Taken]:
    """Set the source to `point.nominal` (A) and read the meter."""
    roles.meter.configure_dc_current(abs(point.nominal))
    roles.dut.source_dc_current(point.nominal)
    attendant.wait(N_("The current settles."), SETTLE_SECONDS)
    yield from _series(roles.meter)


def measure_load(
    ohms: float, across: tuple[str, str], point: Point, roles: Load, attendant: Attendant
) -> Iterator[Taken]:
    """Read the voltage `point.nominal` (V) with a load and without.

    Whoever connects the load has dead terminals in hand: the output is in standby meanwhile.
    """
    roles.meter.configure_dc_voltage(abs(point.nominal))
    for of in (LOADED, FREE):
        roles.dut.standby()
        if of == LOADED:
            roles.load.load(ohms, across)
        else:
            roles.load.unload()
        roles.dut.source_dc_voltage(point.nominal)
        attendant.wait(N_("The voltage settles."), SETTLE_SECONDS)
        yield from _series(roles.meter, of)


def readings_of(evidence: Evidence, point: Point, of: str = "meter") -> tuple[Reading, ...]:
    """Return the readings of `of` at a point."""
    return tuple(each.reading for each in evidence.readings.get(point.id, ()) if each.of == of)


def indicated(evidence: Evidence, quantity: str, point: Point, mean: float) -> StandardValue:
    """Return what is there when the meter indicates `mean`, near the setting of `point`.

    Near the setting its certificate is asked about the setting itself: what it says there hardly
    differs, and a certificate that ends at 10 V serves for 10.00003 V, one that begins at 0 V for
    -0.1 µV.

    Raises:
        OutOfCertificate: its certificate does not reach there.
    """
    if abs(mean - point.nominal) > NEAR * (abs(point.nominal) or point.range):
        return evidence.indicated("meter", quantity, mean)
    found = evidence.indicated("meter", quantity, point.nominal)
    return replace(found, actual=found.actual + found.slope * (mean - point.nominal))


def evaluate_output(
    quantity: str,
    unit: str,
    connection: Callable[[Point], float],
    point: Point,
    evidence: Evidence,
) -> Evaluation:
    """Return the error of the source's output at a point."""
    taken = readings_of(evidence, point)
    standard = indicated(evidence, quantity, point, mean_of(taken))
    budget = error_of_output(unit, point.nominal, taken, standard, connection=connection(point))
    return Evaluation(budget, reference=standard.actual, indication=point.nominal)


def evaluate_load(ohms: float, point: Point, evidence: Evidence) -> Evaluation:
    """Return how far the voltage changes with the load."""
    free, loaded = (readings_of(evidence, point, of) for of in (FREE, LOADED))
    standard = indicated(evidence, "dc-voltage", point, mean_of(free))
    budget = change_by_load(free, loaded, standard, amperes=abs(point.nominal) / ohms)
    return Evaluation(budget, reference=mean_of(free), indication=mean_of(loaded))


def suspicion(half_width: Callable[[Point], float], point: Point, evidence: Evidence) -> str:
    """Return what the readings look like where it is a usual mistake."""
    values = evidence.values(point.id, "meter")
    return plausible.suspicion(point.nominal, half_width(point), values)


def suspicion_of_load(point: Point, evidence: Evidence) -> str:
    """Return what the readings look like where it is a usual mistake."""
    free, loaded = (mean_of(readings_of(evidence, point, of)) for of in (FREE, LOADED))
    if abs(loaded - free) > 0.02 * abs(point.nominal):
        return N_("The voltage breaks down with the load: is the meter connected at the output?")
    return ""


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests that the data file of the DUT's model has points for.

    Raises:
        BadInput: there is no data file for it, the file is wrong, or its details are.
    """
    known = dc_source(items[DUT])
    # What needs the same leads comes together.
    made = (_voltage(known), *_load(known), _current(known))
    return tuple(test for test in made if test.points)


def _voltage(known: DcSource) -> Test[Any]:
    row_of = _rows("dc-voltage", "V", known.figures.dc_voltage)
    high, low = known.figures.terminals.voltage
    wires = (Wire(DUT, high, "meter", "HI", "red"), Wire(DUT, low, "meter", "LO", "black"))
    return _test(
        known, "dc-voltage", N_("DC voltage"), "V", row_of, Hookup("two leads", wires, _LEADS),
        DcVoltage, measure_dc_voltage,
        lambda point: voltage_connection(point.nominal, row_of[point].output_ohms),
    )  # fmt: skip


def _current(known: DcSource) -> Test[Any]:
    row_of = _rows("dc-current", "A", known.figures.dc_current)
    high, low = known.figures.terminals.current
    terminal = known.details.meter_current_terminal
    wires = (Wire(DUT, high, "meter", terminal, "red"), Wire(DUT, low, "meter", "LO", "black"))
    return _test(
        known, "dc-current", N_("DC current"), "A", row_of, Hookup("current leads", wires, _LEADS),
        DcCurrent, measure_dc_current, lambda point: LEAKAGE_AMPERES,
    )  # fmt: skip


def _test(
    known: DcSource,
    name: str,
    title: str,
    unit: str,
    row_of: dict[Point, OutputRange],
    hookup: Hookup,
    roles: type[Any],
    measure: Callable[[Point, Any, Attendant], Iterator[Taken]],
    connection: Callable[[Point], float],
) -> Test[Any]:
    return Test(
        name=name,
        title=title,
        symbol=SYMBOLS[name],
        unit=unit,
        range_unit=unit,
        points=tuple(row_of),
        hookup=hookup,
        roles=roles,
        standards=(StandardUse("meter", name, Use.READ),),
        measure=measure,
        evaluate=partial(evaluate_output, name, unit, connection),
        tolerance=lambda point: _tolerance(known, row_of[point], point),
        suspicion=partial(suspicion, lambda point: row_of[point].half_width(point.nominal)),
        seconds=60.0,
    )


def _load(known: DcSource) -> tuple[Test[Any], ...]:
    ohms, regulation = known.details.load_ohms, known.figures.load_regulation
    if ohms is None or regulation is None:
        return ()
    high, low = known.figures.terminals.voltage
    volts, across = regulation.volts, (f"{DUT} {high}", f"{DUT} {low}")
    wires = (Wire(DUT, high, "meter", "HI", "red"), Wire(DUT, low, "meter", "LO", "black"))
    leads = N_("at the terminals of the output themselves: the load has leads of its own")
    point = Point(f"{LOAD_REGULATION}/{_said(volts, 'V')}/{_said(ohms, 'Ω')}", volts, volts)
    return (
        Test(
            name=LOAD_REGULATION,
            title=N_("Change of the voltage by a load"),
            symbol="ΔU",
            unit="V",
            range_unit="V",
            points=(point,),
            hookup=Hookup("two leads", wires, leads),
            roles=Load,
            standards=(StandardUse("meter", "dc-voltage", Use.READ),),
            measure=partial(measure_load, ohms, across),
            evaluate=partial(evaluate_load, ohms),
            headings=(N_("Without load"), N_("With load")),
            tolerance=lambda point: _tolerance(known, regulation, point),
            suspicion=suspicion_of_load,
            seconds=180.0,
        ),
    )


def _rows(name: str, unit: str, rows: tuple[OutputRange, ...]) -> dict[Point, OutputRange]:
    return {
        Point(f"{name}/{_said(row.range, unit)}/{_said(value, unit)}", value, row.range): row
        for row in rows
        for value in row.points
    }


def _tolerance(known: DcSource, limit: OutputRange | LoadRegulation, point: Point) -> Tolerance:
    half, source = limit.half_width(point.nominal), known.figures.sources[limit.source]
    return Tolerance(Limits(-half, half), source.text, source.verified)


def _said(value: float, unit: str) -> str:
    """Return a value as it is said at a bench, e.g. "-100 mV"."""
    chosen = setting_scale(unit, abs(value))
    return f"{float(chosen.apply(value)):.7g} {chosen.unit}"


def true_error(truth: Truth, point: Point) -> float:
    """Return what a simulated source is set to less what it really gives (V or A).

    With a load it is how far the voltage really goes down: as its share of all resistance.
    """
    function = point.id.partition("/")[0]
    if function == LOAD_REGULATION:
        behind = truth.output_in_room(point.dut, "resistance", 0.0)
        return -point.nominal * behind / (behind + truth.output_in_room("load", "resistance", 0.0))
    return point.nominal - truth.output_in_room(point.dut, function, point.nominal)


def digest(items: Items) -> str:
    """Return the SHA-256 of these modules, the DUT model's data file and its details."""
    known = dc_source(items[DUT])
    return source_digest(
        "procedures.electrical.dc_source",
        "procedures.electrical.dc_source_budget",
        "procedures.electrical.dc_source_dut",
        "procedures.data_file",
        extra=known.content + known.details.model_dump_json().encode(),
    )


PROCEDURE = Procedure(
    name="dc-source",
    revision=1,
    title=N_("Calibration of a source of direct voltage and current"),
    method=N_("Direct measurement with a reference multimeter"),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0),
        humidity=(10.0, 80.0),
        source="accuracy of the DUT holds at 23 °C ± 5 °C; humidity: laboratory's limits",
    ),
    tests=tests,
    digest=digest,
    proof=Proof(
        bench=files("procedures") / "electrical" / "benches" / "dc-source",
        further={
            "supply": files("procedures") / "electrical" / "benches" / "dc-source-supply",
        },
        functions={LOAD_REGULATION: "dc-voltage"},
        error=true_error,
    ),
)
