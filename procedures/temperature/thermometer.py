"""Digital and resistance thermometers, by comparison in a metrology well or a bath.

The source goes to a temperature; when it says that it is stable, and the reference thermometer
neither drifts nor scatters, the reference and all items are read in turn, the reference first and
last. At the end the first temperature is visited again, for the hysteresis. The error of a
resistance thermometer is the temperature of its resistance by the nominal function, less the
reference temperature. EURAMET cg-13 (source), EA-4/02 M:2022 S11 (model), IEC 60751:2022 (classes).

ĐLVN 138:2004 is the Vietnamese calibration method of such thermometers by title; its text was not
seen, nor that of a verification method, so there is no verification mode.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from drivers.capabilities import ResistanceThermometerReadout, TemperatureSource, Thermometer
from procedures.temperature.reference import (
    LONGEST_SECONDS,
    QUANTITY,
    REFERENCE,
    Indicates,
    around,
    in_kelvin,
    read,
    wait_for_rest,
)
from procedures.temperature.thermometer_item import (
    NAME,
    Kind,
    Plan,
    RunDetails,
    nominal_ohms,
    observation,
    planned,
)
from procedures.temperature.thermometer_results import (
    RESISTANCE,
    conclude,
    evaluate,
    suspicion,
    tolerance,
)
from station.evidence import Taken
from station.locale import N_
from station.procedure import (
    DUT,
    Attendant,
    EnvironmentLimits,
    Hookup,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Test,
    Use,
    Wire,
    source_digest,
)

MOST_ITEMS = 12
CYCLES, PACE_SECONDS = 6, 15.0


@dataclass(frozen=True)
class DigitalByTemperature:
    """Who takes part: items and reference indicate temperatures."""

    source: TemperatureSource
    reference: Thermometer
    duts: Mapping[str, Thermometer]


@dataclass(frozen=True)
class DigitalByResistance:
    """Who takes part: the reference is a probe on a readout."""

    source: TemperatureSource
    reference: ResistanceThermometerReadout
    duts: Mapping[str, Thermometer]


@dataclass(frozen=True)
class ResistanceByTemperature:
    """Who takes part: the items are probes on readouts."""

    source: TemperatureSource
    reference: Thermometer
    duts: Mapping[str, ResistanceThermometerReadout]


@dataclass(frozen=True)
class ResistanceByResistance:
    """Who takes part: all are probes on readouts."""

    source: TemperatureSource
    reference: ResistanceThermometerReadout
    duts: Mapping[str, ResistanceThermometerReadout]


ROLES: Mapping[tuple[Kind, Indicates], type[Any]] = {
    (Kind.DIGITAL, Indicates.TEMPERATURE): DigitalByTemperature,
    (Kind.DIGITAL, Indicates.RESISTANCE): DigitalByResistance,
    (Kind.RESISTANCE, Indicates.TEMPERATURE): ResistanceByTemperature,
    (Kind.RESISTANCE, Indicates.RESISTANCE): ResistanceByResistance,
}


def measure(run: RunDetails, point: Point, roles: Any, attendant: Attendant) -> Iterator[Taken]:
    """Bring the source to `point.nominal` (°C), wait, and read all in turn."""
    roles.source.approach_temperature(point.nominal)
    attendant.wait_until(
        N_("The source goes to the temperature and becomes stable."),
        roles.source.is_stable,
        at_most=LONGEST_SECONDS,
        every=30.0,
    )
    wait_for_rest(
        N_("The reference thermometer comes to rest."),
        run.stable_within,
        partial(_reference_kelvin, run, point, roles),
        attendant,
    )
    attendant.wait(N_("The items take on the temperature."), 60.0 * run.soak_minutes)
    yield Taken(REFERENCE, read(roles.reference, run.reference))
    for _ in range(CYCLES):
        for role, item in roles.duts.items():
            yield Taken(role, read(item, Indicates(_INDICATES[run.kind])))
        attendant.wait(N_("Between two readings."), PACE_SECONDS)
        yield Taken(REFERENCE, read(roles.reference, run.reference))


_INDICATES = {Kind.DIGITAL: Indicates.TEMPERATURE, Kind.RESISTANCE: Indicates.RESISTANCE}


def _reference_kelvin(run: RunDetails, point: Point, roles: Any) -> float:
    return in_kelvin(run.reference, point.nominal, read(roles.reference, run.reference).value)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the one test: all items at all temperatures, and back.

    Raises:
        BadInput: the details of an item are wrong or missing.
    """
    plan = planned(items)
    run = plan.run
    full = plan.full_scale(DUT)
    observations = (
        *(Point(observation(celsius), celsius, full) for celsius in run.points),
        Point(plan.last, run.points[0], full),
    )
    return (
        Test(
            name=NAME,
            title=N_("Temperature"),
            unit="°C",
            range_unit="°C",
            points=_points(plan),
            hookup=_hookup(tuple(items)),
            roles=ROLES[run.kind, run.reference],
            standards=_standards(plan),
            measure=partial(measure, run),
            evaluate=partial(evaluate, plan),
            tolerance=partial(tolerance, plan),
            seconds=45 * 60.0,
            observations=observations,
            suspicion=partial(suspicion, plan),
            conclude=partial(conclude, plan),
        ),
    )


def _points(plan: Plan) -> tuple[Point, ...]:
    return tuple(
        Point(
            f"{NAME}/{celsius:g} °C" + ("" if role == DUT else f"/{role}"),
            celsius,
            plan.full_scale(role),
            dut=role,
            rests_on=tuple(dict.fromkeys((observation(celsius), plan.first, plan.last))),
        )
        for role in plan.items
        for celsius in plan.run.points
    )


def _hookup(roles: tuple[str, ...]) -> Hookup:
    places = enumerate((REFERENCE, *roles), start=1)
    return Hookup(
        "comparison",
        tuple(Wire(role, "TIP", "source", f"HOLE {number}") for number, role in places),
        N_("probes to the bottom of their holes, with sleeves that fit; in a bath side by side"),
    )


def _standards(plan: Plan) -> tuple[StandardUse, ...]:
    reference = StandardUse(REFERENCE, QUANTITY, Use.READ, around)
    if plan.run.kind is Kind.DIGITAL:
        return (reference,)

    def ohms(role: str) -> Callable[[Point], tuple[float, ...]]:
        item = plan.items[role]
        return lambda point: tuple(nominal_ohms(item, celsius) for celsius in around(point))

    return (
        reference,
        *(StandardUse(role, RESISTANCE, Use.READ, ohms(role), "Ω") for role in plan.items),
    )


MODULES = tuple(
    f"procedures.temperature.{name}"
    for name in (
        "details",
        "reference",
        "fit",
        "thermometer_budget",
        "thermometer_item",
        "thermometer_results",
        "thermometer",
    )
)


def digest(items: Items) -> str:
    """Return the SHA-256 of the procedure's modules and of what it is told of the items."""
    told = repr({role: (item.model, sorted(item.details.items())) for role, item in items.items()})
    return source_digest(*MODULES, extra=told.encode())


PROCEDURE = Procedure(
    name="thermometer",
    revision=1,
    title=N_("Calibration of thermometers"),
    method=N_("Comparison with a reference thermometer in a metrology well or bath"),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0), humidity=(10.0, 80.0), source="laboratory's limits"
    ),
    tests=tests,
    digest=digest,
    most_duts=MOST_ITEMS,
    proof=Proof(
        bench=files("procedures") / "temperature" / "benches" / "thermometer",
        further={"pt100": files("procedures") / "temperature" / "benches" / "thermometer-pt100"},
    ),
)
