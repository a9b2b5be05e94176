"""Weights against reference weights, by substitution on a mass comparator.

The reference weight (A) and the weight under test (B) take turns on the pan, A B B A or A B A, in
equal steps of time: what the comparator drifts meanwhile falls out of each cycle's difference.
OIML R 111-1:2004, annex C (conventional mass, buoyancy, cycles) and table 1 (limits).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from drivers.capabilities import Balance, Weights
from drivers.errors import InstrumentRefused, Overload
from procedures.details import checked
from procedures.mass.weight_budget import (
    ROOM_CELSIUS,
    ROOM_HUMIDITY,
    ROOM_PASCALS,
    Comparator,
    air_density_input,
    are_unlike,
    difference,
    differences,
    error_of_weight,
    magnetism_input,
    reference_inputs,
)
from procedures.mass.weight_details import Details, Nominal, Start
from procedures.mass.weight_limits import MILLIGRAM, content, permissible_error
from procedures.mass.weight_plausible import suspicion
from procedures.mass.weight_verification import verification
from station.locale import N_
from station.metrology.type_a import pooled, scatter
from station.metrology.uncertainty import Budget
from station.procedure import (
    DUT,
    Attendant,
    Conclusion,
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
    source_digest,
)

PAN = "comparator PAN"

REFERENCE = "comparator/reference"
UNDER_TEST = "comparator/test"
"""Whose the readings are: indications of the comparator, with one or the other weight on it."""

QUANTITY = "mass"
"""Of the reference weights' certificate: conventional mass (kg) by nominal value."""

AT_REST = N_("Weight and comparator come to rest.")

HOOKUP = Hookup(
    "comparator",
    (),
    N_(
        "tongs or gloves; both sets open beside the comparator until they have its temperature, "
        "doors closed while reading"
    ),
)

LARGEST_SHARE = 1.0 / 3.0
"""Of the maximum permissible error: what U may be (OIML R 111-1, 5.2; from memory, unverified)."""


@dataclass(frozen=True)
class Roles:
    """Who takes part."""

    comparator: Balance
    weights: Weights
    dut: Weights


@dataclass(frozen=True)
class Weighing:
    """How the weights of one set are weighed and evaluated.

    Attributes:
        details: of the set.
        nominal_of: id of a point → the weight it is about.
    """

    details: Details
    nominal_of: dict[str, Nominal]

    def measure(self, point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
        """Weigh both in turn: each request to the person takes the other weight off."""
        weight, details = self.nominal_of[point.id], self.details
        if details.start is Start.ZERO:
            roles.weights.load((), PAN)
            roles.comparator.zero()
        is_first = True
        for letter in details.number_of_cycles * details.sequence:
            if letter == "A":
                roles.weights.load((weight.kilograms,), PAN)
            else:
                roles.dut.load((weight.kilograms,), PAN, marked=weight.is_marked)
            attendant.wait(AT_REST, details.settle_seconds)
            with _overload_is_a_mistake():
                if is_first and details.start is Start.TARE:
                    roles.comparator.tare()
                reading = roles.comparator.weigh()
            is_first = False
            yield Taken(REFERENCE if letter == "A" else UNDER_TEST, reading)

    def differences(self, point: Point, evidence: Evidence) -> tuple[float, ...]:
        """Return test - reference of all cycles (kg)."""
        return differences(
            evidence.values(point.id, REFERENCE), evidence.values(point.id, UNDER_TEST)
        )

    def budget(self, point: Point, evidence: Evidence) -> Budget:
        """Return the budget of conventional mass minus nominal value (kg)."""
        details, nominal = self.details, point.nominal
        found = self.differences(point, evidence)
        value = evidence.set_to("weights", QUANTITY, nominal)
        reference, drift = reference_inputs(value, nominal)
        return error_of_weight(
            nominal=nominal,
            reference=reference,
            drift=drift,
            difference=difference(
                found, details.repeatability, cycles=f"{len(found)} cycles {details.sequence}"
            ),
            comparator=Comparator(
                details.comparator_division_milligrams * MILLIGRAM,
                details.comparator_eccentricity_milligrams * MILLIGRAM,
                details.comparator_sensitivity,
            ),
            magnetism=magnetism_input(details.magnetism_milligrams * MILLIGRAM),
            air=air_density_input(evidence.room),
            density=details.density_under_test(),
            reference_density=details.density_of_reference(),
            reference_air_density=details.reference_air_density,
        )

    def evaluate(self, point: Point, evidence: Evidence) -> Evaluation:
        """Return conventional mass minus nominal value, beside both."""
        budget = self.budget(point, evidence)
        return Evaluation(budget, point.nominal, point.nominal + budget.evaluate().value)

    def tolerance(self, point: Point) -> Tolerance:
        """Return the maximum permissible error of the class."""
        return permissible_error(self.details.class_, self.nominal_of[point.id].unmarked)

    def share(self, point: Point, evidence: Evidence) -> float:
        """Return U over the maximum permissible error."""
        u = self.budget(point, evidence).evaluate().expanded_uncertainty
        return u / self.tolerance(point).limits.upper

    def suspicion(self, point: Point, evidence: Evidence) -> str:
        """Return what looks like a mistake at the pan, or too much scatter or U for the class."""
        limit = self.tolerance(point).limits.upper
        said = suspicion(
            evidence.values(point.id, REFERENCE),
            evidence.values(point.id, UNDER_TEST),
            nominal=point.nominal,
            limit=limit,
            noise=self._noise(),
        )
        if said:
            return said
        known = self.details.repeatability
        if known is not None and are_unlike(self.differences(point, evidence), known):
            return UNLIKE_RECORDS
        return "" if self.share(point, evidence) <= LARGEST_SHARE else TOO_UNCERTAIN

    def conclude(
        self, points: tuple[Point, ...], dut: str, evidence: Evidence
    ) -> tuple[Conclusion, ...]:
        """Return the largest U over its limit, and the scatter of all cycles together."""
        weighed = [point for point in points if evidence.values(point.id, UNDER_TEST)]
        if not weighed:
            return ()
        largest = max(self.share(point, evidence) for point in weighed)
        holds = "holds" if largest <= LARGEST_SHARE else "does not hold"
        series = [scatter(self.differences(point, evidence)) for point in weighed]
        density = self.details.density_under_test()
        return (
            Conclusion(
                "uncertainty-over-limit",
                N_("Largest U over the maximum permissible error (at most 1/3)"),
                largest,
                "1",
                f"OIML R 111-1, 5.2 (from memory, unverified): U ≤ MPE/3 {holds}",
            ),
            Conclusion(
                "repeatability",
                N_("Standard deviation of the difference of one cycle, pooled"),
                pooled(series).standard_deviation,
                "kg",
                f"JCGM 100:2008, 4.2.4; {pooled(series).dof:g} degrees of freedom",
            ),
            Conclusion(
                "density",
                N_("Density of the weights, with which buoyancy was corrected"),
                density.value,
                "kg/m³",
                density.source,
                expanded_uncertainty=2.0 * density.standard_uncertainty,
                coverage_factor=2.0,
            ),
        )

    def _noise(self) -> float:
        known = self.details.repeatability
        return max(
            self.details.comparator_division_milligrams * MILLIGRAM,
            0.0 if known is None else known.standard_deviation,
        )


@contextmanager
def _overload_is_a_mistake() -> Iterator[None]:
    """Stop the run where the comparator shows overload: that says nothing of the item.

    Raises:
        InstrumentRefused: it does.
    """
    try:
        yield
    except Overload as fault:
        advice = "The wrong weight lies on the pan, or something else beside it: look, then resume"
        raise InstrumentRefused(fault.instrument, fault.command, fault.reply, advice) from fault


UNLIKE_RECORDS = N_(
    "The cycles scatter more than three times as much as your records of the comparator say: look "
    "for draughts, vibration and dust, and weigh again."
)

TOO_UNCERTAIN = N_(
    "U is more than a third of the maximum permissible error: conformity with the class cannot be "
    "stated. Weigh more cycles, or on a better comparator."
)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests for the weights that the details of the item name.

    Raises:
        BadInput: the details are wrong, or the class has no such weight.
    """
    details = checked(DUT, items[DUT].details, Details)
    made = (
        _test("mass", N_("Conventional mass"), details, is_marked=False),
        _test(
            "mass-marked",
            N_("Conventional mass of the marked weights"),
            details,
            is_marked=True,
        ),
    )
    return tuple(test for test in made if test.points)


def _test(name: str, title: str, details: Details, *, is_marked: bool) -> Test[Roles]:
    weights = [each for each in details.weights if each.is_marked == is_marked]
    points = tuple(Point(f"{name}/{each.name}", each.kilograms, each.kilograms) for each in weights)
    weighing = Weighing(details, dict(zip((p.id for p in points), weights, strict=True)))
    for point in points:
        weighing.tolerance(point)  # an impossible weight is refused before the run
    readings = details.number_of_cycles * len(details.sequence)
    return Test(
        name=name,
        title=title,
        symbol="m*" if is_marked else "m",
        unit="kg",
        range_unit="kg",
        points=points,
        hookup=HOOKUP,
        roles=Roles,
        standards=(StandardUse("weights", QUANTITY),),
        measure=weighing.measure,
        evaluate=weighing.evaluate,
        tolerance=weighing.tolerance,
        seconds=readings * (details.settle_seconds + SECONDS_A_LOAD),
        suspicion=weighing.suspicion,
        conclude=partial(weighing.conclude, points),
        headings=(N_("Nominal mass"), N_("Conventional mass")),
    )


SECONDS_A_LOAD = 20.0
"""What a person takes (s) to change the weight and to close the doors."""


def digest(items: Items) -> str:
    """Return the SHA-256 of this procedure's modules, the limits, and the item's details."""
    details = repr(sorted(items[DUT].details.items()))
    return source_digest(
        "procedures.mass.weight",
        "procedures.mass.weight_budget",
        "procedures.mass.weight_details",
        "procedures.mass.weight_limits",
        "procedures.mass.weight_plausible",
        "procedures.mass.weight_verification",
        extra=content() + details.encode(),
    )


PROCEDURE = Procedure(
    name="weight",
    revision=1,
    title=N_("Calibration of weights"),
    method=N_("Substitution weighing on a mass comparator, after OIML R 111-1, annex C"),
    environment=EnvironmentLimits(
        celsius=(18.0, 26.0),
        humidity=(30.0, 70.0),
        source=(
            "OIML R 111-1, annex C (from memory, unverified); pressure: air density within 10 % of "
            "1.2 kg/m³"
        ),
        pascals=(95_000.0, 108_000.0),
    ),
    tests=tests,
    digest=digest,
    verification=verification,
    proof=Proof(
        bench=files("procedures") / "mass" / "benches" / "weight",
        further={
            "small": files("procedures") / "mass" / "benches" / "weight-small",
            "large": files("procedures") / "mass" / "benches" / "weight-large",
        },
        room={"°C": ROOM_CELSIUS, "%": 100.0 * ROOM_HUMIDITY, "hPa": ROOM_PASCALS / 100.0},
    ),
)
