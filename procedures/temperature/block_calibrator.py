"""A metrology well or other block calibrator, against a reference thermometer.

The block goes through its temperatures up and down; at each, its indication and the reference
thermometer at the bottom of one hole are read in turn. At the temperature farthest from the room
the reference is watched for half an hour, lifted along its hole, moved from hole to hole, and read
with thermometers in all other holes. EURAMET cg-13; EA-4/02 M:2022 S11 (model).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from drivers.capabilities import (
    ResistanceThermometerReadout,
    TemperatureSource,
    Thermometer,
    ThermometerPlacing,
)
from procedures.temperature.block_item import (
    NAME,
    BlockDetails,
    BlockPlan,
    Seen,
    place,
    planned,
)
from procedures.temperature.block_results import (
    ALONE,
    LOADED,
    conclude,
    evaluate,
    suspicion,
    tolerance,
)
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
    source_digest,
)

CYCLES, PACE_SECONDS = 6, 20.0
STABILITY_EVERY_SECONDS = 60.0
READINGS_AT_A_PLACE = 5
TIP = f"{REFERENCE} TIP"


@dataclass(frozen=True)
class ByTemperature:
    """Who takes part; the reference indicates temperatures."""

    dut: TemperatureSource
    reference: Thermometer
    probes: ThermometerPlacing


@dataclass(frozen=True)
class ByResistance:
    """Who takes part; the reference is a probe on a readout."""

    dut: TemperatureSource
    reference: ResistanceThermometerReadout
    probes: ThermometerPlacing


@dataclass(frozen=True)
class AtTheBlock:
    """What is done again and again at one temperature (°C)."""

    details: BlockDetails
    celsius: float
    roles: Any
    attendant: Attendant

    def reach(self, celsius: float) -> None:
        """Go for a temperature (°C) and wait until the block says that it is stable."""
        self.roles.dut.approach_temperature(celsius)
        self.attendant.wait_until(
            N_("The block goes to the temperature and becomes stable."),
            self.roles.dut.is_stable,
            at_most=LONGEST_SECONDS,
            every=30.0,
        )

    def put(self, into: str, loads: tuple[str, ...] = ()) -> None:
        """Have the reference put somewhere, and wait until all is at rest again."""
        self.roles.probes.place(TIP, into, loads)
        self.attendant.wait(
            N_("The thermometers take on the temperature."), 60.0 * self.details.soak_minutes
        )
        wait_for_rest(
            N_("The reference thermometer comes to rest."),
            self.details.stable_within,
            self._kelvin,
            self.attendant,
        )

    def read(self, where: str) -> Iterator[Taken]:
        """Read reference and block in turn at a place."""
        for _ in range(READINGS_AT_A_PLACE):
            yield Taken(f"{REFERENCE}/{where}", read(self.roles.reference, self.details.reference))
            yield Taken(f"{DUT}/{where}", self.roles.dut.read_temperature())
            self.attendant.wait(N_("Between two readings."), PACE_SECONDS)

    def _kelvin(self) -> float:
        what = self.details.reference
        return in_kelvin(what, self.celsius, read(self.roles.reference, what).value)


def measure(plan: BlockPlan, point: Point, roles: Any, attendant: Attendant) -> Iterator[Taken]:
    """Bring the block to `point.nominal` (°C) and observe what this observation is of."""
    visit = plan.visits[point.id]
    at = AtTheBlock(plan.details, visit.celsius, roles, attendant)
    if visit.by_way_of is not None:
        at.reach(visit.by_way_of)
    at.reach(visit.celsius)
    yield from _OBSERVE[visit.seen](at)


def _error(at: AtTheBlock) -> Iterator[Taken]:
    what = at.details.reference
    at.put(place(at.details.holes[0]))
    yield Taken(REFERENCE, read(at.roles.reference, what))
    for _ in range(CYCLES):
        yield Taken(DUT, at.roles.dut.read_temperature())
        at.attendant.wait(N_("Between two readings."), PACE_SECONDS)
        yield Taken(REFERENCE, read(at.roles.reference, what))


def _stability(at: AtTheBlock) -> Iterator[Taken]:
    at.put(place(at.details.holes[0]))
    for _ in range(round(60.0 * at.details.stability_minutes / STABILITY_EVERY_SECONDS)):
        at.attendant.wait(N_("The block's stability is watched."), STABILITY_EVERY_SECONDS)
        yield Taken(REFERENCE, read(at.roles.reference, at.details.reference))


def _axial(at: AtTheBlock) -> Iterator[Taken]:
    hole = at.details.holes[0]
    for height in at.details.heights:
        at.put(place(hole, height))
        yield from at.read(place(hole, height))
    at.put(place(hole))
    yield from at.read(f"{place(hole)} again")


def _radial(at: AtTheBlock) -> Iterator[Taken]:
    for hole in at.details.holes:
        at.put(place(hole))
        yield from at.read(place(hole))


def _loading(at: AtTheBlock) -> Iterator[Taken]:
    first, *others = map(place, at.details.holes)
    at.put(first)
    yield from at.read(ALONE)
    at.put(first, tuple(others))
    yield from at.read(LOADED)


_OBSERVE = {
    Seen.ERROR: _error,
    Seen.STABILITY: _stability,
    Seen.AXIAL: _axial,
    Seen.RADIAL: _radial,
    Seen.LOADING: _loading,
}


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the one test: the block at all temperatures, up and down.

    Raises:
        BadInput: the details of the block are wrong or missing.
    """
    plan = planned(items)
    details = plan.details
    highest = max(details.points, key=abs)
    full = highest if details.full_scale is None else details.full_scale
    observations = tuple(Point(id_, visit.celsius, full) for id_, visit in plan.visits.items())
    points = tuple(
        Point(f"{NAME}/{celsius:g} °C", celsius, full, rests_on=tuple(plan.visits))
        for celsius in details.points
    )
    by_temperature = details.reference is Indicates.TEMPERATURE
    return (
        Test(
            name=NAME,
            title=N_("Temperature"),
            unit="°C",
            range_unit="°C",
            points=points,
            hookup=HOOKUP,
            roles=ByTemperature if by_temperature else ByResistance,
            standards=(StandardUse(REFERENCE, QUANTITY, Use.READ, around),),
            measure=partial(measure, plan),
            evaluate=partial(evaluate, plan),
            tolerance=partial(tolerance, plan),
            seconds=45 * 60.0,
            observations=observations,
            suspicion=partial(suspicion, plan),
            conclude=partial(conclude, plan),
        ),
    )


HOOKUP = Hookup(
    "block",
    (),
    N_("the reference thermometer as each step says, with a sleeve that fits; no other probes"),
)

MODULES = tuple(
    f"procedures.temperature.{name}"
    for name in (
        "details", "reference", "thermometer_budget", "block_budget", "block_item",
        "block_results", "block_calibrator",
    )
)  # fmt: skip


def digest(items: Items) -> str:
    """Return the SHA-256 of the procedure's modules and of what it is told of the block."""
    told = repr({role: (item.model, sorted(item.details.items())) for role, item in items.items()})
    return source_digest(*MODULES, extra=told.encode())


PROCEDURE = Procedure(
    name="block-calibrator",
    revision=1,
    title=N_("Calibration of a temperature block calibrator"),
    method=N_("Comparison with a reference thermometer in the block, after EURAMET cg-13"),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0), humidity=(10.0, 80.0), source="laboratory's limits"
    ),
    tests=tests,
    digest=digest,
    proof=Proof(bench=files("procedures") / "temperature" / "benches" / "block-calibrator"),
)
