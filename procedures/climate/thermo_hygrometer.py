"""Thermo-hygrometers by comparison with a reference, in a climatic chamber or in a room's air.

The chamber goes to a climate; when the reference neither drifts nor scatters, and the items had
their time, the reference and all items are read in turn, the reference first and last. First the
temperatures at one humidity, then the humidities at one temperature, rising.

ĐLVN 359:2019 is the Vietnamese method of temperature-humidity instruments by a laboratory's
register; its text and kind were not seen, so there is no verification mode. DKD-R 5-7 (chambers)
and DKD-R 5-8 (hygrometers) are what the parts of the budget follow; their clauses were not seen.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from statistics import fmean
from typing import Any

from drivers.capabilities import ClimateSource, Hygrometer, Reading, Thermometer
from procedures.climate.climate_budget import Air, error_by_comparison
from procedures.climate.details import Details, Place, Quantity, RunDetails, planned
from station.evidence import Evaluation, Evidence, StandardValue, Taken
from station.locale import N_
from station.metrology.conformity import Limits
from station.metrology.errors import OutOfCertificate
from station.procedure import (
    DUT,
    Approach,
    Attendant,
    EnvironmentLimits,
    Hookup,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Test,
    Tolerance,
    Use,
    Wire,
    source_digest,
)

REFERENCE = "reference"
MOST_ITEMS = 12
WINDOW, EVERY_SECONDS, LONGEST_SECONDS = 10, 30.0, 4 * 3600.0
"""The reference is at rest when so many readings, so far apart, lie within the stated width."""

GROSS = 3.0
"""Times the limit; beyond, something other than the item's error is likelier."""


@dataclass(frozen=True)
class TemperatureInChamber:
    """Who takes part where temperatures are made."""

    chamber: ClimateSource
    reference: Thermometer
    duts: Mapping[str, Thermometer]


@dataclass(frozen=True)
class HumidityInChamber:
    """Who takes part where humidities are made."""

    chamber: ClimateSource
    reference: Hygrometer
    duts: Mapping[str, Hygrometer]


@dataclass(frozen=True)
class TemperatureInRoom:
    """Who takes part where the room's temperature is taken as it is."""

    reference: Thermometer
    duts: Mapping[str, Thermometer]


@dataclass(frozen=True)
class HumidityInRoom:
    """Who takes part where the room's humidity is taken as it is."""

    reference: Hygrometer
    duts: Mapping[str, Hygrometer]


ROLES: Mapping[tuple[Quantity, Place], type[Any]] = {
    (Quantity.TEMPERATURE, Place.CHAMBER): TemperatureInChamber,
    (Quantity.HUMIDITY, Place.CHAMBER): HumidityInChamber,
    (Quantity.TEMPERATURE, Place.ROOM): TemperatureInRoom,
    (Quantity.HUMIDITY, Place.ROOM): HumidityInRoom,
}


def read(quantity: Quantity, instrument: Any) -> Reading:
    """Take one reading of `quantity` (°C or %)."""
    if quantity is Quantity.TEMPERATURE:
        reading: Reading = instrument.read_temperature()
    else:
        reading = instrument.read_humidity()
    return reading


def measure(
    quantity: Quantity, run: RunDetails, point: Point, roles: Any, attendant: Attendant
) -> Iterator[Taken]:
    """Have `point.nominal` (°C or %) made, wait, and read all in turn."""
    if run.place is Place.CHAMBER:
        roles.chamber.approach_climate(*run.climate(quantity, point.nominal))
    last: deque[float] = deque(maxlen=WINDOW)

    def at_rest() -> bool:
        last.append(read(quantity, roles.reference).value)
        near = run.place is Place.ROOM or abs(fmean(last) - point.nominal) <= run.near(quantity)
        quiet = max(last) - min(last) <= run.stable_within(quantity)
        return len(last) == WINDOW and near and quiet

    attendant.wait_until(
        N_("The air goes to its climate, and the reference comes to rest."),
        at_rest,
        at_most=LONGEST_SECONDS,
        every=EVERY_SECONDS,
        approach=Approach(
            lambda: last[-1] if last else None, run.stable_within(quantity), quantity.unit
        ),
    )
    attendant.wait(N_("The items take on the climate."), 60.0 * run.soak_minutes)
    yield Taken(REFERENCE, read(quantity, roles.reference))
    for _ in range(run.readings):
        for role, item in roles.duts.items():
            yield Taken(role, read(quantity, item))
        attendant.wait(N_("Between two readings."), run.pace_seconds)
        yield Taken(REFERENCE, read(quantity, roles.reference))


@dataclass(frozen=True, slots=True)
class Plan:
    """One quantity: how it is compared, and what is known of each item."""

    quantity: Quantity
    run: RunDetails
    items: Mapping[str, Details]


def evaluate(plan: Plan, point: Point, evidence: Evidence) -> Evaluation:
    """Return the error of an item (°C or %), with its budget."""
    (observed,) = point.rests_on
    item = evidence.values(observed, point.dut)
    reference = evidence.values(observed, REFERENCE)
    standard = indicated(plan, point, evidence, fmean(reference))
    budget = error_by_comparison(
        plan.quantity.unit,
        item,
        reference,
        standard,
        Air(plan.run.uniformity(plan.quantity), plan.run.uniformity_source),
        step=plan.items[point.dut].resolution(plan.quantity),
        reference_step=plan.run.reference_resolution(plan.quantity),
    )
    return Evaluation(budget, reference=standard.actual, indication=fmean(item))


def indicated(plan: Plan, point: Point, evidence: Evidence, mean: float) -> StandardValue:
    """Return what is there when the reference indicates `mean` (°C or %).

    No chamber meets its set-point: where it is a little beyond the last certified point, and the
    set-point itself is not, the correction at the set-point serves.

    Raises:
        OutOfCertificate: the certificate does not reach there.
    """
    name, nominal = plan.quantity.value, point.nominal
    try:
        return evidence.indicated(REFERENCE, name, mean)
    except OutOfCertificate:
        if abs(mean - nominal) > plan.run.beyond(plan.quantity):
            raise
    found = evidence.indicated(REFERENCE, name, nominal)
    return replace(found, actual=found.actual + found.slope * (mean - nominal))


def tolerance(plan: Plan, point: Point) -> Tolerance:
    """Return the limits that are stated for an item."""
    details = plan.items[point.dut]
    half = details.limit(plan.quantity)
    return Tolerance(Limits(-half, half), details.limit_source, verified=True)


FAHRENHEIT = N_("The item may show degrees Fahrenheit: set it to degrees Celsius.")
OTHER_NUMBER = N_("The other number of the display may have been read: temperature for humidity.")
UNSETTLED = N_("The reference still drifted while it was read: let the air come to rest longer.")
FOLLOWS = N_("An item still drifted while it was read: give the items more time.")
FAR = N_("An item is far from the reference: is its sensor in the same air, and its cap off?")


def suspicion(plan: Plan, point: Point, evidence: Evidence) -> str:
    """Return what looks like a usual mistake in what was read at `point`, or ""."""
    reference = evidence.values(point.id, REFERENCE)
    if not reference:
        return ""
    mean = fmean(reference)
    other = plan.run.other(plan.quantity)
    for role, details in plan.items.items():
        gross = GROSS * details.limit(plan.quantity)
        wrong = [value for value in evidence.values(point.id, role) if abs(value - mean) > gross]
        if wrong:
            return _explained(plan.quantity, wrong[0], mean, other, gross)
    width = GROSS * plan.run.stable_within(plan.quantity)
    if max(reference) - min(reference) > width:
        return UNSETTLED
    moved = [evidence.values(point.id, role) for role in plan.items]
    limits = [details.limit(plan.quantity) for details in plan.items.values()]
    if any(
        values and max(values) - min(values) > limit
        for values, limit in zip(moved, limits, strict=True)
    ):
        return FOLLOWS
    return ""


def _explained(
    quantity: Quantity, value: float, reference: float, other: float, gross: float
) -> str:
    if quantity is Quantity.TEMPERATURE and abs((value - 32.0) / 1.8 - reference) <= gross:
        return FAHRENHEIT
    return OTHER_NUMBER if abs(value - other) <= gross else FAR


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests of temperature and of humidity, with all items in the same air.

    Raises:
        BadInput: the details of an item are wrong or missing.
    """
    run, known = planned(items)
    plans = (Plan(quantity, run, known) for quantity in Quantity)
    return tuple(_test(plan, _TITLES[plan.quantity]) for plan in plans if _nominal(plan))


_TITLES = {
    Quantity.TEMPERATURE: N_("Temperature"),
    Quantity.HUMIDITY: N_("Relative humidity"),
}


def _nominal(plan: Plan) -> tuple[float, ...]:
    if plan.run.place is Place.ROOM:
        return (plan.run.other(_OTHER[plan.quantity]),)
    return plan.run.points(plan.quantity)


_OTHER = {
    Quantity.TEMPERATURE: Quantity.HUMIDITY,
    Quantity.HUMIDITY: Quantity.TEMPERATURE,
}


def _test(plan: Plan, title: str) -> Test[Any]:
    quantity, nominal = plan.quantity, _nominal(plan)
    name, unit, full = quantity.value, quantity.unit, max(nominal, key=abs)

    def id_of(value: float) -> str:
        return f"{name}/{value:g} {unit}"

    return Test(
        name=name,
        title=title,
        unit=unit,
        range_unit=unit,
        points=tuple(
            Point(
                id_of(value) + ("" if role == DUT else f"/{role}"),
                value,
                full,
                dut=role,
                rests_on=(f"{id_of(value)}/readings",),
            )
            for role in plan.items
            for value in nominal
        ),
        hookup=_hookup(plan),
        roles=ROLES[quantity, plan.run.place],
        standards=(StandardUse(REFERENCE, name, Use.READ),),
        measure=partial(measure, quantity, plan.run),
        evaluate=partial(evaluate, plan),
        tolerance=partial(tolerance, plan),
        seconds=60.0 * (plan.run.soak_minutes + 40.0),
        observations=tuple(Point(f"{id_of(value)}/readings", value, full) for value in nominal),
        suspicion=partial(suspicion, plan),
    )


def _hookup(plan: Plan) -> Hookup:
    if plan.run.place is Place.ROOM:
        return Hookup(
            "room", (), N_("sensors side by side, caps off, away from people, sun and draught")
        )
    places = enumerate((REFERENCE, *plan.items), start=1)
    return Hookup(
        "chamber",
        tuple(Wire("chamber", f"PLACE {number}", role, "PROBE") for number, role in places),
        N_("sensors close together in the middle of the chamber, caps off, door closed"),
    )


def digest(items: Items) -> str:
    """Return the SHA-256 of the procedure's modules and of what it is told of the items."""
    told = repr({role: (item.model, sorted(item.details.items())) for role, item in items.items()})
    modules = ("details", "climate_budget", "thermo_hygrometer")
    return source_digest(*(f"procedures.climate.{name}" for name in modules), extra=told.encode())


PROCEDURE = Procedure(
    name="thermo-hygrometer",
    revision=1,
    title=N_("Calibration of thermo-hygrometers"),
    method=N_("Comparison with a reference thermo-hygrometer in the same air"),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0), humidity=(20.0, 80.0), source="laboratory's limits"
    ),
    tests=tests,
    digest=digest,
    most_duts=MOST_ITEMS,
    proof=Proof(bench=files("procedures") / "climate" / "benches" / "thermo-hygrometer"),
)
