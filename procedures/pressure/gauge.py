"""Pressure gauges and transmitters against a pressure controller: several on one manifold.

The controller's own indication is the standard: it is read beside the gauges, and its certificate
corrects it. A set-point would leave out how well it is controlled. Sequences: DKD-R 6-1, see
`procedures.pressure.series`; limits: EN 837-1, or as the items' details say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from drivers.capabilities import DcAmmeter, PressureController, PressureGauge, Reading
from procedures.details import checked
from procedures.pressure import series
from procedures.pressure.details import Details, Mode, Sequence
from procedures.pressure.gauge_results import (
    AFTER,
    BEFORE,
    CONTROLLER,
    HYSTERESIS,
    QUANTITY,
    conclude,
    error_points,
    error_tolerance,
    evaluate_error,
    evaluate_hysteresis,
    hysteresis_points,
    hysteresis_tolerance,
    suspect,
)
from procedures.pressure.plan import Plan, planned
from station.evidence import Taken
from station.locale import N_
from station.procedure import (
    Attendant,
    EnvironmentLimits,
    Hookup,
    Inspection,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Test,
    Use,
    Verification,
    Wire,
    source_digest,
)

LONGEST_SECONDS = 600.0
"""To reach a pressure: hoses of twelve gauges hold a litre."""

EVERY_SECONDS = 2.0

NEAR = 0.01
"""Of full scale: a pressure this near to the one before need not be approached anew."""

SETTLES = N_("The pressure settles.")
RESTS = N_("The gauges rest at this pressure.")
PRELOAD = N_("Preload: the gauges rest at the end of the scale.")

HOSES = N_("hoses for the pressure, without leaks; gauges upright, as they are used")
AGAIN = N_("take every gauge off and screw it on again, as before")

OVER_RANGE = 1.25
"""Of its highest current, that the ammeter must be able to read of a transmitter."""

SECONDS = 60.0
"""About how long one pressure takes."""

MODULES = tuple(
    f"procedures.pressure.{name}"
    for name in (
        "gauge",
        "gauge_results",
        "gauge_budget",
        "gauge_suspicion",
        "plan",
        "series",
        "details",
    )
)

SPRING_GAUGES = "ĐLVN 08:2011, spring pressure gauges, verification procedure"
"""Number and title by registers of laboratories; the document itself was not seen."""

NOT_SEEN = "ĐLVN 08:2011, clause not seen, unverified"

OPERATIONS = {
    Mode.INITIAL: N_("initial verification"),
    Mode.PERIODIC: N_("periodic verification"),
    Mode.AFTER_REPAIR: N_("verification after repair"),
}

POINTER = "pointer"

INSPECTIONS = (
    Inspection(
        "inscriptions",
        N_("Are maker or mark, number, unit, scale and accuracy class legible on the gauge?"),
        NOT_SEEN,
    ),
    Inspection(
        "condition",
        N_("Are case, glass, thread and scale sound, without anything that could mislead?"),
        NOT_SEEN,
    ),
    Inspection(
        POINTER,
        N_(
            "Is the pointer straight, and free of the scale and of the glass? (Of a digital gauge: "
            "does the display show all its segments?)"
        ),
        NOT_SEEN,
    ),
    Inspection(
        "zero",
        N_("Without pressure, does it show zero within the limit, or the pointer rest at its pin?"),
        NOT_SEEN,
    ),
)
"""Asked in all three modes: which of them a mode leaves out was not seen. A transmitter has no
pointer that could be asked about."""


@dataclass(frozen=True, slots=True)
class Manifold:
    """The controller and the gauges on its manifold."""

    controller: PressureController
    duts: Mapping[str, PressureGauge]


@dataclass(frozen=True, slots=True)
class Loops:
    """The controller and transmitters on its manifold, each in a loop with an ammeter."""

    controller: PressureController
    duts: Mapping[str, DcAmmeter]


def observe(
    plan: Plan, point: Point, roles: Manifold | Loops, attendant: Attendant
) -> Iterator[Taken]:
    """Go for the pressure from the right side, rest, and read the standard around all gauges."""
    step = plan.steps[point.id]
    go = partial(_go, roles.controller, attendant)
    for _ in range(step.preloads):
        go(plan.full_scale, PRELOAD)
        go(0.0, RESTS)
    if step.before is not None and not _stands_at(step.before, plan, roles.controller):
        # The pressure was let go meanwhile: to where the series can be taken up from its own side.
        go(plan.full_scale, PRELOAD)
        if step.goes_up:
            go(0.0, RESTS)
    go(step.pascals, RESTS, step.rest)
    yield Taken(BEFORE, roles.controller.read_pressure())
    for role, item in roles.duts.items():
        yield Taken(role, _read(item, plan.details[role]))
    yield Taken(AFTER, roles.controller.read_pressure())


def _read(item: PressureGauge | DcAmmeter, details: Details) -> Reading:
    """Read a gauge (Pa), or the current of a transmitter (A)."""
    if isinstance(item, PressureGauge):
        return item.read_pressure()
    item.configure_dc_current(1e-3 * details.high_milliamperes * OVER_RANGE)
    return item.read()


def _go(
    controller: PressureController,
    attendant: Attendant,
    pascals: float,
    why: str,
    rest: float = series.REST_SECONDS,
) -> None:
    controller.approach_pressure(pascals)
    attendant.wait_until(
        SETTLES, controller.is_stable, at_most=LONGEST_SECONDS, every=EVERY_SECONDS
    )
    attendant.wait(why, rest)


def _stands_at(pascals: float, plan: Plan, controller: PressureController) -> bool:
    now = controller.read_pressure().value
    return abs(now - pascals) <= NEAR * abs(plan.full_scale)


TITLES = {
    Sequence.A: N_("Gauge pressure, sequence A of DKD-R 6-1"),
    Sequence.B: N_("Gauge pressure, sequence B of DKD-R 6-1"),
    Sequence.C: N_("Gauge pressure, sequence C of DKD-R 6-1"),
}


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests of all items on one manifold.

    All series but those after screwing on anew belong to the first of them, the hysteresis; errors
    are evaluated from all.

    Raises:
        BadInput: details are wrong, or the items cannot share a manifold.
    """
    plan = planned(items)
    first = tuple(plan.without_reclamping.steps)
    again = tuple(i for i in plan.steps if i not in first)
    roles = Loops if plan.is_of_transmitters else Manifold
    hoses = _hookup(plan, N_("manifold"), HOSES)
    return (
        Test(
            name=HYSTERESIS,
            title=N_("Hysteresis"),
            points=tuple(p for dut in plan.details for p in hysteresis_points(plan, dut)),
            observations=_observations(plan, first),
            hookup=hoses,
            standards=(),
            measure=partial(observe, plan),
            evaluate=partial(evaluate_hysteresis, plan),
            headings=(N_("Reading, rising"), N_("Reading, falling")),
            tolerance=partial(hysteresis_tolerance, plan),
            suspicion=partial(suspect, plan),
            unit="Pa",
            range_unit="Pa",
            roles=roles,
            seconds=SECONDS,
        ),
        Test(
            name=QUANTITY,
            title=TITLES[plan.sequence],
            points=tuple(p for dut in plan.details for p in error_points(plan, dut)),
            observations=_observations(plan, again),
            hookup=_hookup(plan, N_("manifold, screwed on again"), AGAIN) if again else hoses,
            standards=(StandardUse(CONTROLLER, QUANTITY, Use.READ),),
            measure=partial(observe, plan),
            evaluate=partial(evaluate_error, plan),
            tolerance=partial(error_tolerance, plan),
            suspicion=partial(suspect, plan),
            conclude=partial(conclude, plan),
            unit="Pa",
            range_unit="Pa",
            roles=roles,
            seconds=SECONDS,
        ),
    )


def _observations(plan: Plan, ids: tuple[str, ...]) -> tuple[Point, ...]:
    return tuple(Point(i, plan.steps[i].pascals, abs(plan.full_scale)) for i in ids)


def _hookup(plan: Plan, name: str, leads: str) -> Hookup:
    wires = tuple(Wire(CONTROLLER, "OUTLET", dut, "INLET") for dut in plan.details)
    return Hookup(name, wires, leads)


def verification(items: Items) -> Verification | None:
    """Return the verification that the items' details ask for; None: a calibration."""
    plan = planned(items)
    details = next(iter(plan.details.values()))
    if details.mode is Mode.CALIBRATION:
        return None
    asked = tuple(i for i in INSPECTIONS if i.id != POINTER or not plan.is_of_transmitters)
    return Verification(details.document or SPRING_GAUGES, OPERATIONS[details.mode], asked)


def digest(items: Items) -> str:
    """Return the SHA-256 of these modules and of the items' details."""
    known = {role: checked(role, item.details, Details) for role, item in items.items()}
    said = "\n".join(f"{role} {details!r}" for role, details in known.items())
    return source_digest(*MODULES, extra=said.encode())


PROCEDURE = Procedure(
    name="pressure-gauge",
    revision=1,
    title=N_("Calibration of pressure gauges and transmitters"),
    method=N_(
        "Direct comparison with a pressure controller, DKD-R 6-1; gauges ĐLVN 76:2001, "
        "transmitters ĐLVN 112:2002"
    ),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0),
        humidity=(20.0, 80.0),
        source="DKD-R 6-1: 18 °C to 28 °C (from memory, unverified); humidity: laboratory's limits",
    ),
    tests=tests,
    digest=digest,
    most_duts=12,
    verification=verification,
    proof=Proof(
        bench=files("procedures") / "pressure" / "benches" / "pressure-gauge",
        further={
            "transmitter": files("procedures") / "pressure" / "benches" / "pressure-transmitter",
        },
        room={"°C": 0.5, "hPa": 5.0},
    ),
)
