"""The calibration of a balance: repeatability, eccentricity, errors, and what follows for use.

EURAMET Calibration Guide No. 18, version 4.0 (2015); its clauses are named from memory, unverified.
"""

from dataclasses import dataclass
from functools import partial
from math import sqrt

from procedures.mass.balance_budget import (
    Surroundings,
    Use,
    density_input,
    error_of_indication,
    uncertainty_in_use,
)
from procedures.mass.balance_details import Details, Mode
from procedures.mass.balance_loads import marked, said, unmarked, weights_of
from procedures.mass.balance_weighing import (
    HOOKUP,
    MARKED_MASS,
    MASS,
    Plan,
    Roles,
    Weighing,
    calibration_loads,
    eccentric_weighings,
    eccentricity_ids,
    eccentricity_load,
    observations,
    repeatability_load,
    standard_values,
)
from procedures.mass.weight_budget import air_density_input
from station.locale import N_
from station.metrology.least_squares import Spread
from station.metrology.regression import fit_polynomial
from station.metrology.uncertainty import Budget
from station.procedure import (
    Conclusion,
    Evaluation,
    Evidence,
    Point,
    StandardUse,
    Test,
    Tolerance,
)

GUIDE = "EURAMET cg-18, version 4.0"
UNVERIFIED = "(from memory, unverified)"

ERROR = "error-of-indication"
EMPTY, EMPTY_AGAIN = "empty pan", "empty pan again"
"""The first and the last observation: that the zero key was pressed with nothing on the pan. The
last one leaves it empty, as an adjustment needs it."""

COVERAGE = 2.0


@dataclass(frozen=True)
class Errors:
    """How errors of indication are evaluated.

    Attributes:
        plan: the weighings.
        repeatability: id of the series.
        eccentricity: ids of the weighings at all positions, the centre first; none: the load
            stands where its eccentricity is what is looked for.
        zero: id of the weighing at which the error at zero was found; "": it was set to zero.
    """

    plan: Plan
    repeatability: str
    eccentricity: tuple[str, ...] = ()
    zero: str = ""

    def points(self, ids: tuple[str, ...], prefix: str) -> tuple[Point, ...]:
        """Return a result for each of the weighings `ids`, named with `prefix`."""
        rest = (self.repeatability, *self.eccentricity, *([self.zero] if self.zero else ()))
        return tuple(
            Point(
                f"{prefix}/{id_.partition('/')[2]}",
                self.plan.of[id_].load,
                self.plan.details.capacity,
                rests_on=(id_, *rest),
            )
            for id_ in ids
        )

    def evaluate(self, point: Point, evidence: Evidence) -> Evaluation:
        """Return the error of indication beside what was indicated and the reference value."""
        budget = self.budget(point.rests_on[0], evidence)
        indication = self.plan.indications(point.rests_on[0], evidence)[0] - self._zero(evidence)
        return Evaluation(budget, indication - budget.evaluate().value, indication)

    def budget(self, id_: str, evidence: Evidence) -> Budget:
        """Return the budget (kg) of the error that the weighing `id_` found."""
        plan, details = self.plan, self.plan.details
        return error_of_indication(
            plan.indications(id_, evidence)[0],
            self._zero(evidence),
            standard_values(plan.of[id_].load, evidence),
            display=plan.display(),
            repeatability=plan.repeatability(self.repeatability, evidence),
            eccentricity=(
                plan.eccentricity(self.eccentricity, evidence) if self.eccentricity else 0.0
            ),
            surroundings=Surroundings(
                air_density_input(evidence.room),
                density_input(details.weights_material),
                # A verification judges what is shown now, whatever air it was adjusted in.
                adjusted=details.adjusted or details.mode is not Mode.CALIBRATION,
            ),
        )

    def _zero(self, evidence: Evidence) -> float:
        if not self.zero:
            return 0.0
        return self.plan.indications(self.zero, evidence)[0] - self.plan.of[self.zero].load

    def tolerance(self, point: Point) -> Tolerance:
        """Return the limits of the error at the load of `point`."""
        return self.plan.details.tolerance(point.nominal)


def calibration(details: Details) -> Test[Roles]:
    """Return the one test of a calibration: its results rest on all of its weighings."""
    loads = calibration_loads(details)
    series, aside = repeatability_load(details), eccentricity_load(details)
    repeatability = f"repeatability/{said(series)}"
    of_errors = {f"load/{said(load)}": Weighing(load) for load in loads}
    plan = Plan(
        details,
        {
            EMPTY: Weighing(0.0),
            repeatability: Weighing(series, times=details.number_of_weighings),
            **eccentric_weighings(aside),
            **of_errors,
            EMPTY_AGAIN: Weighing(0.0),
        },
    )
    errors = Errors(plan, repeatability, eccentricity_ids(aside))
    points = errors.points(tuple(of_errors), ERROR)
    return Test(
        name=ERROR,
        title=N_("Error of indication"),
        unit="kg",
        range_unit="kg",
        points=points,
        hookup=HOOKUP,
        roles=Roles,
        standards=STANDARDS,
        measure=plan.measure,
        evaluate=errors.evaluate,
        tolerance=errors.tolerance,
        seconds=sum(weighing.seconds for weighing in plan.of.values()) / len(plan.of),
        observations=observations(plan.of, details.capacity),
        suspicion=plan.suspicion,
        conclude=partial(conclude, errors, points),
    )


STANDARDS = (
    StandardUse("weights", MASS, at=lambda point: unmarked(weights_of(point.nominal))),
    StandardUse("weights", MARKED_MASS, at=lambda point: marked(weights_of(point.nominal))),
)
"""Each weight of each load, by its own line of the certificate."""


def conclude(
    errors: Errors, points: tuple[Point, ...], dut: str, evidence: Evidence
) -> tuple[Conclusion, ...]:
    """Return repeatability, eccentricity, the approximate error, and what follows for use."""
    plan, details = errors.plan, errors.plan.details
    if not plan.indications(errors.repeatability, evidence):
        return ()
    s = plan.repeatability(errors.repeatability, evidence)
    slope, of_slope = _approximate_error(errors, points, evidence)
    in_use = uncertainty_in_use(
        Use(
            details.capacity,
            plan.display(),
            s.standard_deviation,
            plan.eccentricity(errors.eccentricity, evidence),
            (slope, of_slope),
            details.use_kelvins,
            details.per_kelvin,
            details.adjusted,
            COVERAGE,
        )
    )
    conditions = f"± {details.use_kelvins:g} K, {details.per_kelvin:g}/K, k = {COVERAGE:g}"
    least = in_use.minimum_weight(details.tolerance_percent / 100.0, details.safety_factor)
    drawn = [
        Conclusion(
            "repeatability", N_("Repeatability: standard deviation of a weighing"),
            s.standard_deviation, "kg", f"{GUIDE}, 7.1.1.3 {UNVERIFIED}; {s.dof + 1:g} weighings",
        ),
        Conclusion(
            "eccentricity", N_("Eccentricity: greatest difference from the centre of the pan"),
            plan.greatest_difference(errors.eccentricity, evidence), "kg",
            f"{GUIDE}, 6.2 {UNVERIFIED}, with {said(plan.of[errors.eccentricity[0]].load)}",
        ),
        Conclusion(
            "approximate-error", N_("Error of indication, as a part of the indication"),
            slope, "1", f"{GUIDE}, appendix C {UNVERIFIED}: line through zero",
            COVERAGE * of_slope,
        ),
        Conclusion(
            "in-use-constant", N_("Uncertainty of a weighing in use: U = α + β·R; α"),
            in_use.constant, "kg", f"{GUIDE}, 7.5 {UNVERIFIED}; {conditions}",
        ),
        Conclusion(
            "in-use-slope", N_("Uncertainty of a weighing in use: U = α + β·R; β"),
            in_use.slope, "1", f"{GUIDE}, 7.5 {UNVERIFIED}; {conditions}",
        ),
    ]  # fmt: skip
    if least is not None:
        wanted = f"{details.tolerance_percent:g} %, safety factor {details.safety_factor:g}"
        drawn.append(
            Conclusion(
                "minimum-weight", N_("Minimum weight"), least, "kg",
                f"{GUIDE}, appendix G {UNVERIFIED}: α·S/(A - β·S); {wanted}",
            )
        )  # fmt: skip
    return tuple(drawn)


def _approximate_error(
    errors: Errors, points: tuple[Point, ...], evidence: Evidence
) -> tuple[float, float]:
    """Return a₁ of E = a₁·R and its standard uncertainty: cg-18, appendix C, unverified.

    Errors that scatter about the line by more than their uncertainties say so: what is not on the
    line is in use an error too, that nobody corrects.
    """
    found = [errors.evaluate(point, evidence) for point in points]
    results = [each.budget.evaluate() for each in found]
    line = fit_polynomial(
        [each.indication for each in found],
        [result.value for result in results],
        uncertainties=[result.standard_uncertainty for result in results],
        spread=Spread.STATED,
        through_origin=True,
    )
    top = max(each.indication for each in found)
    at_top = line.at(top)
    beyond = max(1.0, sqrt(line.fit.chi_squared / line.fit.dof))
    return at_top.value / top, beyond * at_top.standard_uncertainty / top
