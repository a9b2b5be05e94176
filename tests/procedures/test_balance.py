"""Balances: details, limits, loads, the sequence of a weighing, and mistakes at the pan."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MethodType
from typing import Any

import pytest

from drivers.by_hand.weights import WeightSet
from drivers.capabilities import Identity, Reading
from drivers.person import Doing, Sought
from procedures.details import checked
from procedures.mass.balance import PROCEDURE
from procedures.mass.balance_details import Details
from procedures.mass.balance_limits import (
    BalanceClass,
    minimum_capacity,
    permissible_error,
    turning_loads,
)
from procedures.mass.balance_loads import even_loads, filled, marked, said, unmarked, weights_of
from procedures.mass.balance_plausible import (
    FAR_OFF,
    NOT_FOLLOWING,
    NOT_TARED,
    NOT_ZEROED,
    NOTHING_ON,
    OTHER_UNIT,
    UNSTEADY,
    WRONG_WEIGHT,
    Expected,
    suspicion,
)
from procedures.mass.balance_verification import error_loads, sensed_loads, tared
from procedures.mass.balance_weighing import (
    Plan,
    Roles,
    Weighing,
    eccentricity_load,
    repeatability_load,
)
from station import procedure as p
from station.clock import Clock
from station.errors import BadInput
from station.evidence import Evidence, Room, StandardValue, Taken
from station.metrology.conformity import Limits
from station.procedure import Item, Items, Point

ANALYTICAL: Mapping[str, Any] = {
    "capacity": "220 g",
    "division": "0.1 mg",
    "verification_interval": "1 mg",
    "class": "I",
}
COUNTER: Mapping[str, Any] = {
    "capacity": "6 kg",
    "division": "1 g",
    "class": "III",
    "kind": "counter",
}
PLATFORM: Mapping[str, Any] = {
    "capacity": "60 kg",
    "division": "20 g",
    "class": "III",
    "kind": "platform",
}


def details(made: Mapping[str, Any] = ANALYTICAL, **changes: Any) -> Details:
    return checked("dut", {**made, **changes}, Details)


def items(made: Mapping[str, Any] = ANALYTICAL, **changes: Any) -> Items:
    return {"dut": Item("balance", {**made, **changes})}


def plan_of(test: p.Test[Any]) -> Plan:
    assert isinstance(test.measure, MethodType)
    plan = test.measure.__self__
    assert isinstance(plan, Plan)
    return plan


class TestDetails:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            pytest.param({"capacity": "0.5 lb"}, "no mass", id="unit"),
            pytest.param({"capacity": 220.0}, "with its unit", id="bare number"),
            pytest.param({"division": "2 mg"}, "greater than e", id="d above e"),
            pytest.param({"class": "V"}, "class", id="class"),
            pytest.param(
                {"class": "III", "verification_interval": "1 mg"},
                "at most 10000",
                id="too many intervals",
            ),
            pytest.param({"limit": "1 mg"}, "class, e.g.", id="class and limit"),
            pytest.param(
                {"weights_material": "gold"}, "no density is known of 'gold'", id="material"
            ),
            pytest.param({"clas": "I"}, "did you mean 'class'", id="misspelt"),
            pytest.param({"loads": 4}, "loads", id="four loads"),
            pytest.param({"capacity": "0.9 mg"}, "fewer than ten", id="nothing to weigh"),
            pytest.param(
                {"unit": "g", "resolution": 0.001}, "shows steps of 0.001 g", id="other d"
            ),
            pytest.param({"resolution": 0.001}, "shows steps of 0.001 g", id="grams are usual"),
            pytest.param({"division": "0.3 mg"}, "1, 2 or 5", id="d of 3"),
            pytest.param({"verification_interval": "2.5 mg"}, "1, 2 or 5", id="e of 2.5"),
            pytest.param({"verification_interval": "10 mg"}, "at most 10 d", id="e of 100 d"),
            pytest.param(
                {"class": "II", "verification_interval": "5 mg"}, "at most 10 d", id="e of 50 d"
            ),
            pytest.param({"weighings": 3}, "at least 5", id="three weighings"),
        ],
    )
    def test_refused(self, changes: dict[str, Any], said: str) -> None:
        with pytest.raises(BadInput, match=said):
            PROCEDURE.tests(items(**changes))

    @pytest.mark.parametrize(
        ("made", "said"),
        [
            pytest.param(
                {"capacity": "220 g", "division": "1 mg", "limit": "1 mg"},
                "needs the class",
                id="no class",
            ),
            pytest.param(
                {"capacity": "6 kg", "division": "1 g", "class": "III"},
                'kind = "counter"',
                id="kind",
            ),
            pytest.param(
                {
                    "capacity": "2 g",
                    "division": "1 µg",
                    "verification_interval": "1 µg",
                    "class": "I",
                },
                "smallest weight",
                id="e/10",
            ),
            pytest.param(
                {
                    "capacity": "40 g",
                    "division": "0.1 mg",
                    "verification_interval": "1 mg",
                    "class": "I",
                },
                "at least 50 g",
                id="too few intervals",
            ),
            pytest.param(
                {"capacity": "60 g", "division": "0.01 g", "class": "III", "kind": "counter"},
                "at least 0.1 g",
                id="e of no such class",
            ),
        ],
    )
    def test_refused_in_verification(self, made: dict[str, Any], said: str) -> None:
        with pytest.raises(BadInput, match=said):
            PROCEDURE.tests(items(made, mode="initial"))

    @pytest.mark.parametrize(
        ("made", "changes"),
        [
            pytest.param(ANALYTICAL, {"division": "0.01 mg"}, id="class I below 1 mg"),
            pytest.param(ANALYTICAL, {"division": "1 µg", "capacity": "60 g"}, id="microbalance"),
            pytest.param(ANALYTICAL, {"division": "0.5 mg"}, id="e of 2 d"),
            pytest.param(PLATFORM, {"capacity": "150 kg", "division": "50 g"}, id="coarse"),
            pytest.param(
                PLATFORM, {"capacity": "300 kg", "division": "50 g", "weighings": 3}, id="heavy"
            ),
        ],
    )
    def test_accepted(self, made: Mapping[str, Any], changes: dict[str, Any]) -> None:
        assert PROCEDURE.tests(items(made, **changes))

    @pytest.mark.parametrize("class_", ["III", "IIII"])
    def test_classes_three_and_four_have_no_auxiliary_indication(self, class_: str) -> None:
        made = {**COUNTER, "class": class_, "capacity": "5 kg", "verification_interval": "10 g"}
        with pytest.raises(BadInput, match="d and e are the same"):
            PROCEDURE.tests(items(made, division="5 g"))

    def test_a_verification_has_the_limits_of_a_verification(self) -> None:
        with pytest.raises(BadInput, match="in-service"):
            PROCEDURE.tests(items(COUNTER, mode="periodic", limits="in-service"))

    def test_what_is_missing_is_named(self) -> None:
        with pytest.raises(BadInput, match="'capacity' is missing; 'division' is missing"):
            checked("dut", {"class": "II"}, Details)

    @pytest.mark.parametrize(
        ("changes", "load", "milligrams"),
        [
            ({}, 0.05, 0.5),
            ({}, 0.051, 1.0),
            ({}, 0.22, 1.5),
            ({"limits": "in-service"}, 0.22, 3.0),
            (
                {"class": "II", "division": "1 mg", "verification_interval": "10 mg"},
                0.22,
                15.0,
            ),
        ],
    )
    def test_limits(self, changes: dict[str, Any], load: float, milligrams: float) -> None:
        tolerance = details(**changes).tolerance(load)
        assert tolerance.limits.upper == pytest.approx(milligrams * 1e-6)
        assert tolerance.limits.lower == -tolerance.limits.upper
        assert "R 76-1" in tolerance.source

    def test_a_limit_of_the_order(self) -> None:
        tolerance = details({"capacity": "220 g", "division": "0.1 mg", "limit": "2 mg"}).tolerance(
            0.2
        )
        assert tolerance.limits.upper == 2e-6
        assert "order" in tolerance.source


@pytest.mark.parametrize(
    ("class_", "interval", "intervals", "limit"),
    [
        ("I", 1e-6, 50_000, 0.5), ("I", 1e-6, 50_001, 1.0), ("I", 1e-6, 200_001, 1.5),
        ("II", 1e-4, 5_000, 0.5), ("II", 1e-4, 20_000, 1.0), ("II", 1e-4, 100_000, 1.5),
        ("III", 0.02, 500, 0.5), ("III", 0.02, 2_000, 1.0), ("III", 0.02, 10_000, 1.5),
        ("IIII", 0.1, 50, 0.5), ("IIII", 0.1, 200, 1.0), ("IIII", 0.1, 1_000, 1.5),
    ],
)  # fmt: skip
def test_permissible_errors(class_: str, interval: float, intervals: int, limit: float) -> None:
    found = permissible_error(BalanceClass(class_), interval, intervals * interval)
    assert found.limits.upper == pytest.approx(limit * interval)
    service = permissible_error(
        BalanceClass(class_), interval, intervals * interval, in_service=True
    )
    assert service.limits.upper == pytest.approx(2 * limit * interval)


@pytest.mark.parametrize(
    ("class_", "interval", "intervals"),
    [("I", 1e-6, 100), ("II", 5e-5, 20), ("II", 1e-4, 50), ("III", 5e-3, 20), ("IIII", 0.1, 10)],
)
def test_minimum_capacity(class_: str, interval: float, intervals: int) -> None:
    found = minimum_capacity(BalanceClass(class_), interval)
    assert found == pytest.approx(intervals * interval)


class Nobody:
    """Somebody who does everything."""

    def read(self, sought: Sought) -> Reading:
        raise AssertionError(sought)

    def do(self, doing: Doing) -> None:
        assert doing.wires


NOBODY = Identity("", "", "", "")


class TestLoads:
    @pytest.mark.parametrize(
        ("load", "weights"),
        [
            (0.0, ()),
            (0.05, (0.05,)),
            (0.19, (0.1, 0.05, 0.02, 0.02)),
            (6.0004, (5.0, 1.0, 0.0002, 0.0002)),
            (0.0061, (0.005, 0.001, 0.0001)),
            (60.0, (50.0, 10.0)),
            (1e-6, (1e-6,)),
        ],
    )
    def test_weights_of_a_load(self, load: float, weights: tuple[float, ...]) -> None:
        assert weights_of(load) == weights
        assert sum(weights_of(load)) == pytest.approx(load, abs=1e-12)

    def test_marked_weights(self) -> None:
        assert marked(weights_of(0.49)) == (0.2, 0.02)
        assert unmarked(weights_of(0.49)) == (0.2, 0.05, 0.02)

    @pytest.mark.parametrize(
        ("capacity", "loads"),
        [
            (0.22, ["50 g", "100 g", "150 g", "200 g", "220 g"]),
            (0.220009, ["50 g", "100 g", "150 g", "200 g", "220 g"]),
            (6.0, ["1 kg", "2.5 kg", "3.5 kg", "5 kg", "6 kg"]),
            (1.011, ["200 g", "400 g", "600 g", "800 g", "1.01 kg"]),
            (0.0061, ["1 g", "2.5 g", "3.5 g", "5 g", "6.1 g"]),
        ],
    )
    def test_loads_are_even_and_round(self, capacity: float, loads: list[str]) -> None:
        assert [said(load) for load in even_loads(capacity, 5)] == loads

    @pytest.mark.parametrize("capacity", [0.0021, 0.12, 0.31, 0.82, 1.5, 3.2, 15.0, 30.0, 150.0])
    @pytest.mark.parametrize("number", [5, 7, 10])
    def test_loads_differ_and_reach_the_capacity(self, capacity: float, number: int) -> None:
        loads = even_loads(capacity, number)
        assert len(set(loads)) == number
        assert list(loads) == sorted(loads)
        assert 0.99 * capacity < loads[-1] <= capacity
        assert loads[0] > 0.0
        gaps = [after - before for before, after in zip((0.0, *loads), loads, strict=False)]
        assert max(gaps) < 2.5 * capacity / number

    def test_gaps_are_filled(self) -> None:
        assert filled((0.02, 0.5, 2.0, 6.0), 5, 1e-3) == (0.02, 0.5, 2.0, 4.0, 6.0)
        assert filled((0.1, 0.2), 2, 1e-3) == (0.1, 0.2)

    @pytest.mark.parametrize(
        ("made", "series", "aside"),
        [(ANALYTICAL, 0.2, 0.1), (COUNTER, 5.0, 2.0), (PLATFORM, 50.0, 20.0),
         ({**ANALYTICAL, "capacity": "4.5 g"}, 4e-3, 2e-3)],
    )  # fmt: skip
    def test_of_series_and_eccentricity(
        self, made: Mapping[str, Any], series: float, aside: float
    ) -> None:
        assert repeatability_load(details(made)) == series
        assert eccentricity_load(details(made)) == aside

    @pytest.mark.parametrize("made", [ANALYTICAL, COUNTER, PLATFORM])
    def test_of_verification(self, made: Mapping[str, Any]) -> None:
        plate = details(made, mode="initial")
        assert plate.class_ is not None
        loads = error_loads(plate)
        assert len(loads) >= 5
        assert loads[0] == plate.minimum
        assert loads[-1] == plate.capacity
        assert {x for x in turning_loads(plate.class_, plate.interval) if x < plate.capacity} < {
            *loads
        }
        tare, net = tared(plate)
        assert len(net) == 2
        for load in net:
            together = (*weights_of(tare), *weights_of(load))
            assert len(together) - len(set(together)) <= len(marked(weights_of(load)))
            assert tare + load <= plate.capacity

    @pytest.mark.parametrize("mode", ["calibration", "initial"])
    @pytest.mark.parametrize(
        ("capacities", "division", "class_"),
        [
            (("2.1 g", "5.1 g"), "1 µg", "I"), (("52 g", "120 g", "220 g"), "0.1 mg", "I"),
            (("620 g", "1.2 kg", "4.2 kg"), "10 mg", "II"),
            (("3 kg", "4.5 kg", "6.2 kg", "15 kg"), "5 g", "III"),
            (("30 kg", "60 kg", "64 kg", "150 kg"), "20 g", "III"), (("35 kg",), "50 g", "IIII"),
        ],
    )  # fmt: skip
    def test_all_can_be_laid_on_from_one_set(
        self, capacities: tuple[str, ...], division: str, class_: str, mode: str
    ) -> None:
        fine = {"1 µg": "10 µg", "0.1 mg": "1 mg", "10 mg": "0.1 g"}.get(division, division)
        weights = WeightSet(Nobody(), "weights", NOBODY, greatest_kilograms=200.0)
        for capacity in capacities:
            made = {"capacity": capacity, "division": division, "verification_interval": fine,
                    "class": class_, "kind": "counter"}  # fmt: skip
            for test in PROCEDURE.tests(items(made, mode=mode)):
                of = plan_of(test).of
                for id_, weighing in of.items():
                    assert weighing.load + weighing.tare <= float(capacity.split()[0]) * (
                        1.0 if capacity.endswith("kg") else 1e-3
                    ) * (1.0 + 1e-9), id_
                    lying = (*weights_of(weighing.tare), *weights_of(weighing.load))
                    assert sum(lying) == pytest.approx(weighing.load + weighing.tare, abs=1e-10)
                    for added in range(1, 12 if weighing.step else 1):
                        small = weights_of(float(f"{added * weighing.step:.9g}"))
                        assert sum(small) == pytest.approx(added * weighing.step, rel=1e-9)
                        weights.load(small, "dut PAN", beside=lying)

    @pytest.mark.parametrize(
        ("made", "number"),
        [
            (COUNTER, 3), (PLATFORM, 3), (ANALYTICAL, 0),
            ({"capacity": "620 g", "division": "2 mg", "verification_interval": "20 mg",
              "class": "II"}, 0),
            ({"capacity": "2 kg", "division": "5 mg", "verification_interval": "50 mg",
              "class": "II"}, 3),
        ],
    )  # fmt: skip
    def test_discrimination_from_five_milligrams_on(
        self, made: Mapping[str, Any], number: int
    ) -> None:
        plate = details(made, mode="initial")
        assert len(sensed_loads(plate)) == number
        for test in PROCEDURE.tests(items(made, mode="initial")):
            if test.name == "discrimination":
                of = plan_of(test).of
                steps = {of[point.id].step for point in test.observations}
                (step,) = steps
                assert weights_of(step), "it can be laid on"
                assert 0.1 * plate.division <= step * (1.0 + 1e-9)


# -- the sequence ------------------------------------------------------------------------


@dataclass
class Table:
    """A balance and a set of weights, and what happened, in words.

    Attributes:
        shows: load (kg) and tare (kg) → indication (kg).
    """

    shows: Callable[[float, float], float]
    said: list[str] = field(default_factory=list)
    load_: float = 0.0
    tare_: float = 0.0
    stays: float = 0.0

    def load(
        self,
        kilograms: Sequence[float],
        onto: str,
        position: str = "",
        *,
        marked: bool = False,
        beside: Sequence[float] = (),
    ) -> None:
        assert onto == "dut PAN"
        # What stays is what lay there: all of it, or what small weights were put beside before.
        stays = round(sum(beside), 9)
        assert not beside or stays in (self.load_, self.stays)
        self.stays = stays
        self.load_ = round(sum(kilograms) + sum(beside), 9)
        self.said.append(" ".join([f"{self.load_:g}", *([position] if position else [])]))

    def tare(self) -> None:
        self.tare_ = self.load_
        self.said.append("tare")

    def zero(self) -> None:
        assert self.load_ == 0.0
        self.tare_ = 0.0
        self.said.append("zero")

    def weigh(self) -> Reading:
        self.said.append("weigh")
        return Reading(self.shows(self.load_, self.tare_), "")


class Patience:
    clock: Clock

    def wait(self, why: str, seconds: float) -> None:
        assert why
        assert seconds > 0

    def wait_until(
        self,
        why: str,
        done: Callable[[], bool],
        *,
        at_most: float,
        every: float = 5.0,
        approach: object = None,
    ) -> None:
        raise AssertionError(why)


def exact(load: float, tare: float) -> float:
    return load - tare


def carried_out(
    weighing: Weighing, table: Table, made: Mapping[str, Any] = COUNTER
) -> tuple[Plan, Evidence]:
    plan = Plan(details(made, mode="initial"), {"one": weighing})
    point = Point("one", weighing.load, 6.0)
    taken = tuple(plan.measure(point, Roles(table, table), Patience()))
    evidence = Evidence(date(2026, 11, 2), Room(21.0, 50.0, 101e3), {}, {"one": taken})
    return plan, evidence


@pytest.mark.parametrize(
    ("weighing", "said"),
    [
        pytest.param(Weighing(0.0), ["0", "zero", "weigh"], id="empty"),
        pytest.param(Weighing(2.0), ["0", "zero", "2", "weigh"], id="once"),
        pytest.param(
            Weighing(2.0, times=2), ["0", "zero", "2", "weigh"] * 2, id="again from an empty pan"
        ),
        pytest.param(
            Weighing(2.0, position="left front"),
            ["0", "zero", "2 left front", "weigh"],
            id="aside",
        ),
        pytest.param(
            Weighing(0.5, tare=2.0), ["0", "zero", "2", "tare", "2.5", "weigh"], id="tared"
        ),
    ],
)
def test_sequence(weighing: Weighing, said: list[str]) -> None:
    table = Table(exact)
    carried_out(weighing, table)
    assert table.said == said


def scale(error: float) -> Callable[[float, float], float]:
    """A scale with d = 1 g that rounds to the nearest."""
    return lambda load, tare: round((load - tare + error) / 1e-3) * 1e-3


@pytest.mark.parametrize("error", [-1.4e-3, -0.5e-3, -0.21e-3, 0.0, 0.33e-3, 0.49e-3, 2.6e-3])
def test_additional_weights_take_the_rounding_away(error: float) -> None:
    """P = I + e/2 - ΔL is found to a step of e/10, whatever the display rounds."""
    plan, evidence = carried_out(Weighing(2.0, step=1e-4), Table(scale(error)))
    (found,) = plan.indications("one", evidence)
    assert found - 2.0 == pytest.approx(error, abs=1.0001e-4)


HALF: Mapping[str, Any] = {
    "capacity": "6 kg", "division": "0.5 g", "verification_interval": "1 g", "class": "II",
}  # fmt: skip


@pytest.mark.parametrize("error", [-0.5e-3, -0.21e-3, 0.0, 0.33e-3])
def test_the_rounding_is_that_of_d(error: float) -> None:
    """Where d is half of e, the display changes half an interval d, not e, above what it shows."""
    table = Table(lambda load, tare: round((load - tare + error) / 0.5e-3) * 0.5e-3)
    plan, evidence = carried_out(Weighing(2.0, step=1e-4), table, HALF)
    (found,) = plan.indications("one", evidence)
    assert found - 2.0 == pytest.approx(error, abs=1.0001e-4)


def test_the_error_at_zero_is_found_to_a_step() -> None:
    """P = I + e/2 - ΔL lies up to a step below: U reaches that far."""
    for error in (-6e-3, -2.1e-3, 0.0, 1.9e-3, 5e-3):
        readings = {}
        test = PROCEDURE.tests(items(PLATFORM, mode="initial"))[0]
        table = platform(lambda load, error=error: error)  # type: ignore[misc]  # bound at once
        for point in test.observations:
            readings[point.id] = tuple(test.measure(point, Roles(table, table), Patience()))
        evidence = Evidence(
            date(2026, 11, 2), Room(21.0, 50.0, 101e3), {"weights": Nominal()}, readings
        )
        result = test.evaluate(test.points[0], evidence).budget.evaluate()
        assert abs(result.value - error) <= math.sqrt(3.0) * result.standard_uncertainty


def test_a_verification_judges_what_is_shown_in_the_air_of_the_day() -> None:
    """What other air might have done since an adjustment is in the indication already."""
    not_adjusted = {**PLATFORM, "adjusted": "no", "capacity": "60 kg"}
    readings: dict[str, tuple[Taken, ...]] = {}
    for made, mode, there in (
        (not_adjusted, "initial", False),
        (not_adjusted, "calibration", True),
    ):
        table = platform()
        for test in PROCEDURE.tests(items(made, mode=mode)):
            for point in test.observations:
                readings[point.id] = tuple(test.measure(point, Roles(table, table), Patience()))
        evidence = Evidence(
            date(2026, 11, 2), Room(21.0, 50.0, 101e3), {"weights": Nominal()}, readings
        )
        for test in PROCEDURE.tests(items(made, mode=mode)):
            if test.name.startswith("error"):
                result = test.evaluate(test.points[-1], evidence).budget.evaluate()
                named = {line.name for line in result.contributions}
                assert ("air_since_adjustment" in named) is there


def in_use(shows: Callable[[float, float], float]) -> dict[str, p.Conclusion]:
    """What a calibration of a fine balance concludes."""
    readings: dict[str, tuple[Taken, ...]] = {}
    (test,) = PROCEDURE.tests(items(ANALYTICAL, division="0.01 mg", adjusted="yes"))
    table = Table(shows)
    for point in test.observations:
        readings[point.id] = tuple(test.measure(point, Roles(table, table), Patience()))
    evidence = Evidence(
        date(2026, 11, 2), Room(21.0, 50.0, 101e3), {"weights": Nominal()}, readings
    )
    assert test.conclude is not None
    return {one.name: one for one in test.conclude("dut", evidence)}


def test_a_bent_line_counts_in_use() -> None:
    """Errors far from the straight line are in U of a weighing that nobody corrects."""
    straight = in_use(lambda load, tare: (load - tare) * (1.0 + 5e-6))
    bent = in_use(lambda load, tare: (load - tare) * (1.0 + (4e-5 if load < 0.11 else -4e-5)))
    for drawn, least in ((straight, 5e-6), (bent, 4e-5)):
        alpha, beta = drawn["in-use-constant"].value, drawn["in-use-slope"].value
        assert alpha + beta * 0.1 >= least * 0.1
    narrow, wide = (d["approximate-error"].expanded_uncertainty for d in (straight, bent))
    assert narrow is not None
    assert wide is not None
    assert wide > 3.0 * narrow


@pytest.mark.parametrize("width", [0.6, 1.0, 1.4, 1.8])
def test_the_load_between_two_changes(width: float) -> None:
    """A scale that needs `width` intervals for the next one."""
    table = Table(lambda load, tare: 1e-3 * round((load - 2.0) / (width * 1e-3)) + 2.0)
    _, evidence = carried_out(Weighing(2.0, step=1e-4, changes=2), table)
    values = evidence.values("one", "dut/1")
    rises = [n for n in range(1, len(values)) if values[n] > values[n - 1] + 5e-4]
    assert len(rises) == 2
    assert 1e-4 * (rises[1] - rises[0]) == pytest.approx(width * 1e-3, abs=1.01e-4)


@dataclass(frozen=True)
class Nominal:
    """A certificate of weights that are what they are called."""

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        assert quantity in ("mass", "mass-marked")
        return StandardValue(nominal, 1e-6 * nominal, f"{quantity} {nominal}", 0.0, "none")

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        raise AssertionError(quantity)


def verified(made: Mapping[str, Any], table: Table) -> dict[str, tuple[float, Limits]]:
    """Error and limits at each point of a whole verification of what `table` shows."""
    readings: dict[str, tuple[Taken, ...]] = {}
    tests = PROCEDURE.tests(items(made, mode="initial"))
    for test in tests:
        for point in test.observations:
            readings[point.id] = tuple(test.measure(point, Roles(table, table), Patience()))
    evidence = Evidence(
        date(2026, 11, 2), Room(21.0, 50.0, 101e3), {"weights": Nominal()}, readings
    )
    return {
        point.id: (
            test.evaluate(point, evidence).budget.evaluate().value,
            test.tolerance(point).limits,
        )
        for test in tests
        for point in test.points
    }


def platform(error: Callable[[float], float] = lambda load: 0.0) -> Table:
    """A scale with d = 20 g that errs by `error` (kg) at a load (kg)."""
    return Table(lambda load, tare: 0.02 * round((load - tare + error(load)) / 0.02))


def test_an_exact_scale_passes_everything() -> None:
    found = verified(PLATFORM, platform())
    assert {point.partition("/")[0] for point in found} == {
        "zero", "repeatability", "eccentricity", "error", "tare", "discrimination",
    }  # fmt: skip
    for point, (error, limits) in found.items():
        assert limits.lower <= error <= limits.upper, point
        expected = 0.02 if point.startswith("discrimination") else 0.0
        assert error == pytest.approx(expected, abs=2.1e-3), point


def test_an_error_at_zero_does_not_count_at_loads() -> None:
    """What is wrong at zero is judged there, and taken off elsewhere: Ec = E - E0."""
    found = verified(PLATFORM, platform(lambda load: 0.008))
    error, limits = found["zero/200 g"]
    assert error == pytest.approx(0.008, abs=2.1e-3)
    assert error > limits.upper == pytest.approx(0.005)
    assert all(
        abs(error) < 3e-3 for point, (error, _) in found.items() if point.startswith("error")
    )


def test_errors_are_those_of_the_load() -> None:
    found = verified(PLATFORM, platform(lambda load: 1e-3 * load))
    for load in (10.0, 20.0, 40.0, 60.0):
        error, limits = found[f"error/{said(load)}"]
        assert error == pytest.approx(1e-3 * load, abs=3e-3)
        assert limits.upper == pytest.approx(0.01 if load <= 10 else 0.02 if load <= 40 else 0.03)


def test_a_scale_that_sticks_fails_by_discrimination() -> None:
    """It shows whole intervals, and moves only after two of them."""

    def shows(load: float, tare: float) -> float:
        return 0.04 * round((load - tare) / 0.04)

    error, limits = verified(PLATFORM, Table(shows))["discrimination/30 kg"]
    assert error == pytest.approx(0.04, abs=4.1e-3)
    assert error > limits.upper == pytest.approx(0.028)


def test_a_scale_that_does_not_follow_is_asked_about() -> None:
    plan, evidence = carried_out(Weighing(2.0, step=1e-4), Table(lambda load, tare: 2.0))
    assert plan.suspicion(Point("one", 2.0, 6.0), evidence) == NOT_FOLLOWING
    (found,) = plan.indications("one", evidence)
    assert found < 2.0 - 2e-3


def test_a_fine_display_is_read_as_it_is() -> None:
    plan = Plan(details(), {})
    assert plan.fine_step() == 0.0
    assert plan.display().interval == 1e-7


@pytest.mark.parametrize(
    ("mode", "step", "interval"), [("calibration", 0.0, 1e-3), ("initial", 1e-4, 1e-4)]
)
def test_a_coarse_display_by_mode(mode: str, step: float, interval: float) -> None:
    """In a calibration the rounding counts in U; in a verification weights take it away."""
    plan = Plan(details(COUNTER, mode=mode), {})
    assert plan.fine_step() == step
    assert plan.display().interval == interval


# -- mistakes ----------------------------------------------------------------------------

FIFTY = Expected(load=0.05, tare=0.0, limit=0.5e-6, capacity=0.22)
TARED = Expected(load=0.05, tare=0.1, limit=0.5e-6, capacity=0.22)
EMPTY_PAN = Expected(load=0.0, tare=0.0, limit=0.5e-6, capacity=0.22)


@pytest.mark.parametrize(
    ("indications", "expected", "said"),
    [
        pytest.param([0.05], FIFTY, "", id="right"),
        pytest.param([0.0500015], FIFTY, "", id="a bad balance"),
        pytest.param([0.02], FIFTY, WRONG_WEIGHT, id="20 g for 50 g"),
        pytest.param([0.055], FIFTY, WRONG_WEIGHT, id="one more"),
        pytest.param([50.0], FIFTY, OTHER_UNIT, id="g for kg"),
        pytest.param([0.05 / 0.45359237], FIFTY, OTHER_UNIT, id="pounds"),
        pytest.param([0.25], FIFTY, OTHER_UNIT, id="carats"),
        pytest.param([0.0], FIFTY, NOTHING_ON, id="nothing on"),
        pytest.param([0.15], TARED, NOT_TARED, id="not tared"),
        pytest.param([0.0513], FIFTY, FAR_OFF, id="something else"),
        pytest.param([0.003], EMPTY_PAN, NOT_ZEROED, id="far from zero"),
        pytest.param([2e-6], EMPTY_PAN, NOT_ZEROED, id="not zeroed"),
        pytest.param([1e-7], EMPTY_PAN, "", id="zero"),
        pytest.param([0.05, 0.0500031, 0.05], FIFTY, UNSTEADY, id="a draught"),
        pytest.param([0.05, 0.0500004, 0.05], FIFTY, "", id="scatter"),
    ],
)
def test_mistakes(indications: list[float], expected: Expected, said: str) -> None:
    assert suspicion(indications, expected) == said


@pytest.mark.parametrize("load", [0.05, 0.1, 0.15, 0.2, 0.22])
def test_every_single_wrong_weight_is_found(load: float) -> None:
    """One weight of the set missing, or another nominal value in its place."""
    expected = Expected(load, 0.0, 1e-6, 0.22)
    for weight in weights_of(load):
        for other in (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2):
            if other not in (weight, *weights_of(load)):
                shown = load - weight + other
                assert suspicion([shown], expected), (weight, other)


def test_the_readings_of_others_are_no_evidence() -> None:
    plan = Plan(details(), {"one": Weighing(0.05)})
    evidence = Evidence(
        date(2026, 11, 2), Room(21.0, 50.0, 101e3), {},
        {"one": (Taken("weights", Reading(1.0, "")),)},
    )  # fmt: skip
    assert plan.indications("one", evidence) == ()
