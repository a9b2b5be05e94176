"""Legal verification of balances: what is looked at, and the tests of OIML R 76-1:2006.

The order is that of the operations; one that fails ends the verification. Numbers of ĐLVN
documents are those of laboratories' registers, their clauses were not seen. Clauses of R 76-1 are
from memory, unverified, where nothing else is said. Loads are put on from an empty pan each: a
difference between loading and unloading is not looked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

from procedures.details import checked
from procedures.mass.balance_budget import difference_of_loads, load_between, spread
from procedures.mass.balance_calibration import EMPTY, STANDARDS, Errors
from procedures.mass.balance_details import DISCRIMINATED, Details, Kind, Mode, limit_of
from procedures.mass.balance_limits import turning_loads
from procedures.mass.balance_loads import filled, greatest_load, said, weights_of
from procedures.mass.balance_weighing import (
    CENTRE,
    ECCENTRICITY,
    HOOKUP,
    MOST_ADDED,
    Plan,
    Roles,
    Weighing,
    eccentric_weighings,
    eccentricity_load,
    observations,
    repeatability_load,
    series,
    single_weights,
    standard_values,
)
from station.locale import N_
from station.metrology.conformity import Limits
from station.procedure import (
    DUT,
    Evaluation,
    Evidence,
    Inspection,
    Items,
    Point,
    Test,
    Tolerance,
    Verification,
)

R76 = "OIML R 76-1:2006"
UNVERIFIED = "(from memory, unverified)"
NOT_SEEN = "clause not seen in the document"

FROM_NOTHING = (N_("Ideal value"), N_("Value found"))
"""Headings of results that would be zero of an ideal balance."""

DOCUMENTS = {
    Kind.LABORATORY: "ĐLVN 16:2021, analytical and technical balances, verification procedure",
    Kind.COUNTER: "ĐLVN 15:2009, counter scales, verification procedure",
    Kind.PLATFORM: "ĐLVN 14:2009, platform scales, verification procedure",
}
"""Titles in our words: the documents are in Vietnamese."""

OPERATIONS = {
    Mode.INITIAL: N_("initial verification"),
    Mode.PERIODIC: N_("periodic verification"),
    Mode.AFTER_REPAIR: N_("verification after repair"),
}

WEIGHING = "weighing/"
"""What the ids of observations begin with; the results they are made for are called the rest."""

LEAST_LOADS = 5
ZERO_LOAD = 10.0
"""Intervals e at which the error at zero is found, clear of zero tracking: A.4.2.3.2."""

ZERO_LIMIT = 0.25
"""Of e: the error after setting to zero, 4.5.2."""

SENSED = 1.4
"""Of d: an additional load that must change the indication, 3.8.2.2."""


def _look(id_: str, text: str, clause: str) -> Inspection:
    return Inspection(id_, text, f"{clause}; {NOT_SEEN}")


EXTERNAL = (
    _look(
        "inscriptions",
        N_("Are maker, type, serial number, class, Max, Min, e and d inscribed and legible?"),
        f"external inspection; {R76}, 7.1",
    ),
    _look(
        "condition",
        N_("Is the balance complete, clean and undamaged, and can it be levelled?"),
        "external inspection",
    ),
    _look(
        "weights-fit",
        N_("Do class, Max, e and d of the plate agree with those of this verification?"),
        "technical check",
    ),
    _look(
        "functions",
        N_("Do display, zero and tare work, and does it show no value beyond Max + 9 e?"),
        f"technical check; {R76}, 4.2.3",
    ),
)
APPROVED = _look(
    "type-approval",
    N_("Does the balance conform to its approved type?"),
    f"external inspection; {R76}, 8.3.2",
)
SEALED = _look(
    "seals",
    N_("Are the marks and seals of the last verification whole?"),
    "external inspection",
)
BROKEN = _look(
    "repaired",
    N_("Is it written down what was repaired, and were broken seals put right?"),
    "external inspection",
)
SYMBOLS = {"zero": "E₀", "error": "E", "tare": "E NET"}
"""Name of a test → what stands for its title where that has no room."""

FURTHER = {Mode.INITIAL: APPROVED, Mode.PERIODIC: SEALED, Mode.AFTER_REPAIR: BROKEN}


def verification(items: Items) -> Verification | None:
    """Return the verification that the details ask for; None: a calibration.

    Raises:
        BadInput: the details are wrong.
    """
    details = checked(DUT, items[DUT].details, Details)
    if details.mode is Mode.CALIBRATION:
        return None
    document = details.document or DOCUMENTS[details.kind or Kind.LABORATORY]
    inspections = (*EXTERNAL, FURTHER[details.mode])
    return Verification(document, OPERATIONS[details.mode], inspections)


@dataclass(frozen=True)
class Operations:
    """The tests of one verification: they share their weighings and what they rest on.

    Attributes:
        plan: of all weighings.
        zero: id of the weighing near zero.
        repeatability: id of the series.
    """

    plan: Plan
    zero: str
    repeatability: str

    @property
    def details(self) -> Details:
        """What the bench file says of the balance."""
        return self.plan.details

    def tests(self) -> tuple[Test[Any], ...]:
        """Return the tests in their order."""
        made = (
            self._zero(),
            self._repeatability(),
            self._errors(ECCENTRICITY, N_("Eccentricity"), "3.6.2"),
            self._errors("error", N_("Error of indication"), "A.4.4"),
            self._errors("tare", N_("Error of indication with tare"), "A.4.6.1"),
            self._discrimination(),
        )
        return tuple(test for test in made if test.points)

    def _test(
        self,
        name: str,
        title: str,
        points: tuple[Point, ...],
        evaluate: Callable[[Point, Evidence], Evaluation],
        tolerance: Callable[[Point], Tolerance],
        headings: tuple[str, str] | None = None,
    ) -> Test[Roles]:
        mine = {id_: self.plan.of[id_] for id_ in self._ids(name)}
        return Test(
            name=name,
            title=title,
            symbol=SYMBOLS.get(name, ""),
            unit="kg",
            range_unit="kg",
            points=points,
            hookup=HOOKUP,
            roles=Roles,
            standards=STANDARDS,
            measure=self.plan.measure,
            evaluate=evaluate,
            tolerance=tolerance,
            seconds=sum(w.seconds for w in mine.values()) / max(len(mine), 1),
            observations=observations(mine, self.details.capacity),
            suspicion=self.plan.suspicion,
            headings=headings,
        )

    def _ids(self, name: str) -> tuple[str, ...]:
        return tuple(id_ for id_ in self.plan.of if id_.startswith(f"{WEIGHING}{name}/"))

    def _point(self, id_: str, *rest: str) -> Point:
        load = self.plan.of[id_].load
        name = id_.removeprefix(WEIGHING)
        # Where the load stands tells the points of this test apart, and nothing else does.
        place = self.plan.of[id_].position or CENTRE
        label = place if name.startswith(f"{ECCENTRICITY}/") else ""
        return Point(name, load, self.details.capacity, rests_on=(id_, *rest), label=label)

    def _zero(self) -> Test[Roles]:
        interval = self.details.interval
        limit = limit_of(ZERO_LIMIT * interval, f"{R76}, 4.5.2 {UNVERIFIED}", verified=False)
        errors = Errors(self.plan, self.repeatability)
        return self._test(
            "zero", N_("Error after setting to zero"), (self._point(self.zero),),
            partial(_error_at_zero, errors), lambda point: limit,
        )  # fmt: skip

    def _repeatability(self) -> Test[Roles]:
        def evaluate(point: Point, evidence: Evidence) -> Evaluation:
            found = self.plan.indications(self.repeatability, evidence)
            budget = spread(found, self.plan.display())
            return Evaluation(budget, 0.0, max(found) - min(found))

        def tolerance(point: Point) -> Tolerance:
            usual = self.details.tolerance(point.nominal)
            source = f"{usual.source}; {R76}, 3.6.1 {UNVERIFIED}"
            return replace(usual, source=source, verified=False)

        return self._test(
            "repeatability", N_("Repeatability: difference of weighings of one load"),
            (self._point(self.repeatability),), evaluate, tolerance, FROM_NOTHING,
        )  # fmt: skip

    def _errors(self, name: str, title: str, clause: str) -> Test[Roles]:
        zero = self.zero if self.plan.fine_step() else ""
        errors = Errors(self.plan, self.repeatability, zero=zero)
        rest = (self.repeatability, *([zero] if zero else ()))

        def tolerance(point: Point) -> Tolerance:
            usual = errors.tolerance(point)
            return replace(usual, source=f"{usual.source}; {clause} {UNVERIFIED}")

        points = tuple(self._point(id_, *rest) for id_ in self._ids(name))
        return self._test(name, title, points, errors.evaluate, tolerance)

    def _discrimination(self) -> Test[Roles]:
        most = SENSED * self.details.division
        source = f"{R76}, 3.8.2.2: {SENSED:g} d {UNVERIFIED}"
        return self._test(
            "discrimination", N_("Load that changes the indication"),
            tuple(map(self._point, self._ids("discrimination"))),
            partial(_discriminated, self.plan),
            lambda point: Tolerance(Limits(0.0, most), source, verified=False), FROM_NOTHING,
        )  # fmt: skip


def _error_at_zero(errors: Errors, point: Point, evidence: Evidence) -> Evaluation:
    """Return the error near zero; nothing but the indication itself is uncertain there.

    With additional weights P lies up to a step below what would be shown without rounding; at
    loads that goes away with the error at zero, here it does not.
    """
    (id_,) = point.rests_on
    found = errors.plan.indications(id_, evidence)[0]
    load = errors.plan.of[id_].load
    weights = standard_values(load, evidence)
    display = errors.plan.display()
    reach = 2.0 if errors.plan.fine_step() else 1.0
    budget = difference_of_loads(
        "error at zero", found, weights, interval=reach * display.interval, source=display.source
    )
    return Evaluation(budget, load, found)


def _discriminated(plan: Plan, point: Point, evidence: Evidence) -> Evaluation:
    """Return the load between two changes of the indication."""
    (id_,) = point.rests_on
    step, values = plan.of[id_].step, evidence.values(id_, series(1))
    risen = [place for place, (one, other) in enumerate(pairwise(values), 1) if other - one > step]
    first = risen[0] if risen else 0
    last = risen[1] if len(risen) > 1 else first + MOST_ADDED
    before, after = (
        standard_values(float(f"{point.nominal + place * step:.9g}"), evidence)
        for place in (first, last)
    )
    budget = load_between(before, after, step)
    return Evaluation(budget, 0.0, budget.evaluate().value)


def verification_tests(details: Details) -> tuple[Test[Any], ...]:
    """Return the tests of a verification."""
    series_load, aside = repeatability_load(details), eccentricity_load(details)
    loads, (tare, net) = error_loads(details), tared(details)
    step = details.step if details.adds_weights else 0.0
    near_zero = ZERO_LOAD * details.interval if step else 0.0
    zero = f"{WEIGHING}zero/{said(near_zero) if near_zero else EMPTY}"
    repeatability = f"{WEIGHING}repeatability/{said(series_load)}"
    aside_weighings = eccentric_weighings(aside, step)
    weighings = {
        zero: Weighing(near_zero, step=step),
        repeatability: Weighing(series_load, times=details.number_of_weighings, step=step),
        **{f"{WEIGHING}{id_}": weighing for id_, weighing in aside_weighings.items()},
        **{f"{WEIGHING}error/{said(load)}": Weighing(load, step=step) for load in loads},
        **{
            f"{WEIGHING}tare/{said(tare)}/{said(load)}": Weighing(load, tare=tare, step=step)
            for load in net
        },
        **{
            f"{WEIGHING}discrimination/{said(load)}": Weighing(
                load, step=details.sensing_step, changes=2
            )
            for load in sensed_loads(details)
        },
    }
    plan = Plan(details, weighings)
    return Operations(plan, zero, repeatability).tests()


def error_loads(details: Details) -> tuple[float, ...]:
    """Return the loads (kg) of the error: Min, where the limit changes, Max, at least five."""
    assert details.class_ is not None
    top = greatest_load(details.capacity)
    turning = turning_loads(details.class_, details.interval)
    needed = (details.minimum, *(load for load in turning if details.minimum < load < top), top)
    return filled(needed, max(LEAST_LOADS, details.loads), details.interval)


def tared(details: Details) -> tuple[float, tuple[float, ...]]:
    """Return a tare (kg) of one weight, and two net loads of other weights that go with it."""
    singles = single_weights(details.capacity)
    tare = max(load for load in singles if load <= 0.5 * details.capacity)
    left = float(f"{details.capacity - tare:.9g}")
    between = filled((details.minimum, greatest_load(left)), 7, details.interval)
    free = sorted(
        load
        for load in {*between, *singles}
        if details.minimum <= load <= left and tare not in weights_of(load)
    )
    return tare, tuple(dict.fromkeys((free[0], free[-1])))


def sensed_loads(details: Details) -> tuple[float, ...]:
    """Return the loads (kg) at which discrimination is tested: Min, about half Max, Max."""
    if details.division < DISCRIMINATED * (1.0 - 1e-9):
        return ()
    top = greatest_load(details.capacity)
    return filled((details.minimum, top), 3, details.interval)
