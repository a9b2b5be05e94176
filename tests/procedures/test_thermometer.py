"""`thermometer`: details, budgets by hand, sequence, suspicions and fitted coefficients."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from drivers.capabilities import Reading
from drivers.errors import InstrumentRefused
from procedures.temperature import thermometer
from procedures.temperature.details import along
from procedures.temperature.reference import Indicates, between, change, in_kelvin
from procedures.temperature.thermometer_budget import (
    Compared,
    ReadoutTerms,
    ReferenceReading,
    Source,
    error_of_display,
    error_of_resistance,
    shared_and_own,
)
from procedures.temperature.thermometer_item import nominal_celsius, nominal_ohms, planned
from procedures.temperature.thermometer_results import evaluate, suspicion, tolerance
from simulators.clock import VirtualClock
from station.errors import BadInput, Refused
from station.evidence import StandardValue, Taken
from station.metrology.physics.iec60751 import CallendarVanDusen
from station.procedure import Item, Point, source_digest
from tests.procedures.temperature_rig import Straight, alternating, evidence

DIGITAL: Mapping[str, Any] = {
    "points": "0, 50, 100", "resolution": 0.1, "limit": 0.5, "radial": 0.01,
    "axial": "0 0.02, 100 0.04", "conduction": 0.005,
}  # fmt: skip
PT100: Mapping[str, Any] = {
    "kind": "resistance", "class": "B", "points": "0, 50, 100",
    "radial": 0.01, "axial": 0.01,
}  # fmt: skip


def items(*details: Mapping[str, Any]) -> dict[str, Item]:
    roles = ("dut", *(f"dut-{n}" for n in range(2, 13)))
    return {
        role: Item("any", one, named="Example P, 1")
        for role, one in zip(roles, details, strict=False)
    }


# -- details -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("details", "said"),
    [
        pytest.param([{**DIGITAL, "resolutoin": 1.0}], "resolutoin", id="unknown"),
        pytest.param([{"limit": 1.0, "resolution": 0.1}], "points", id="no points"),
        pytest.param([{**DIGITAL, "points": "0, 0"}], "named twice", id="twice"),
        pytest.param([{**DIGITAL, "points": "0, hot"}], "valid number", id="no number"),
        pytest.param([{**DIGITAL, "axial": "100 0.1, 0 0.2"}], "must rise", id="falling curve"),
        pytest.param([{**DIGITAL, "radial": "0.1 K"}], "radial", id="curve with a unit"),
        pytest.param([{**DIGITAL, "limit": -0.5}], "greater than 0", id="negative limit"),
        pytest.param([{k: v for k, v in DIGITAL.items() if k != "limit"}], "limit", id="no limit"),
        pytest.param([{**PT100, "limit": 0.5}], "one of them", id="class and limit"),
        pytest.param([{**PT100, "class": "D"}], "'AA', 'A', 'B' or 'C'", id="no such class"),
        pytest.param([{**PT100, "function": "its90-deviation-8"}], "IEC 60751", id="class, ITS"),
        pytest.param(
            [{**PT100, "class": "AA", "points": "0, 300"}], "does not fit", id="beyond the class"
        ),
        pytest.param([DIGITAL, {"kind": "resistance", "class": "A"}], "two runs", id="mixed"),
        pytest.param(
            [DIGITAL, {"resolution": 0.1, "limit": 1.0, "points": "0"}], "dut-2", id="own points"
        ),
    ],
)
def test_wrong_details_are_refused(details: list[Mapping[str, Any]], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        thermometer.tests(items(*details))


def test_a_readout_without_its_probe_is_refused() -> None:
    with pytest.raises(BadInput, match="say what is calibrated"):
        thermometer.tests({"dut": Item("any", PT100)})


def test_twelve_items_have_points_of_their_own_and_share_the_observations() -> None:
    other = {"resolution": 0.01, "limit": 1.0, "channel": 2, "full_scale": 300}
    (test,) = thermometer.tests(items(DIGITAL, *[other] * 11))
    assert [o.id for o in test.observations] == [
        "temperature/0 °C/readings",
        "temperature/50 °C/readings",
        "temperature/100 °C/readings",
        "temperature/0 °C/return",
    ]
    ids = [point.id for point in (*test.observations, *test.points)]
    assert len(set(ids)) == len(ids) == 4 + 36
    assert {point.dut for point in test.points} == set(items(*[other] * 12))
    middle = next(p for p in test.points if p.id == "temperature/50 °C/dut-12")
    assert (middle.range, test.points[0].range) == (300.0, 100.0)
    assert middle.rests_on == (ids[1], ids[0], ids[3])
    assert [wire.to_terminal for wire in test.hookup.wires][-1] == "HOLE 13"


def test_the_digest_follows_the_details() -> None:
    one, other = (
        thermometer.digest(items({**DIGITAL, "conduction": value})) for value in (0.005, 0.006)
    )
    assert one != other
    assert one == thermometer.digest(items(dict(DIGITAL)))
    assert one != source_digest(*thermometer.MODULES)


@pytest.mark.parametrize(
    ("celsius", "figure"), [(-10, 0.02), (0, 0.02), (50, 0.03), (100, 0.04), (300, 0.04)]
)
def test_a_curve_is_straight_between_and_level_beyond(celsius: float, figure: float) -> None:
    assert along(((0.0, 0.02), (100.0, 0.04)), celsius) == pytest.approx(figure)


# -- budgets -----------------------------------------------------------------------------

STANDARD = StandardValue(100.02, 0.006, "certificate", 0.01, "maker", slope=1.0)
SOURCE = Source(radial=0.02, axial=0.05, conduction=0.01, stability=0.015, stated="laboratory")
READING = ReferenceReading(step=0.001)
ITEM = (100.1, 100.2, 100.1, 100.2, 100.1, 100.2)
RESTING = Compared(ITEM, (100.0,) * 6, STANDARD)


def test_the_error_of_a_display_and_its_uncertainty_by_hand() -> None:
    budget = error_of_display(
        RESTING, resolution=0.1, returned=-0.06, reading=READING, source=SOURCE
    )
    result = budget.evaluate()
    assert result.value == pytest.approx(100.15 - 100.02)
    by_hand = {
        "indication": math.sqrt(0.015 / 5 / 6),  # Σ(x - x̄)² = 6·0.05²
        "resolution": 0.1 / math.sqrt(12.0),
        "hysteresis": 0.06 / math.sqrt(12.0),
        "reference": 0.006,
        "drift": 0.01 / math.sqrt(3.0),
        "readout": 0.0,
        "reference_step": 0.001 / math.sqrt(12.0),
        "radial": 0.02 / math.sqrt(3.0),
        "axial": 0.05 / math.sqrt(3.0),
        "conduction": 0.01 / math.sqrt(3.0),
        "stability": 0.015 / math.sqrt(3.0),
    }
    found = {line.name: line.contribution for line in result.contributions}
    assert found == pytest.approx(by_hand)
    assert all(line.source for line in result.contributions)


def test_a_drift_of_the_source_drops_out() -> None:
    drift = tuple(0.01 * n for n in range(7))
    moving = Compared(
        tuple(100.1 + one for one in between(drift)),
        between(tuple(100.0 + one for one in drift)),
        STANDARD,
    )
    budget = error_of_display(moving, resolution=0.1, returned=0.0, reading=READING, source=SOURCE)
    indication = next(each for each in budget.inputs if each.name == "indication")
    assert indication.standard_uncertainty == pytest.approx(0.0, abs=1e-12)
    assert budget.evaluate().value == pytest.approx(100.13 - 100.02)


def test_a_reference_in_ohms_counts_by_its_slope() -> None:
    standard = StandardValue(100.02, 0.006, "certificate", 0.01, "maker", slope=2.5)
    compared = Compared(ITEM, (138.5,) * 6, standard)
    budget = error_of_display(
        compared,
        resolution=0.1,
        returned=0.0,
        reading=ReferenceReading(step=0.001, readout=0.002),
        source=SOURCE,
    )
    u = {each.name: each.standard_uncertainty for each in budget.inputs}
    assert u["reference_step"] == pytest.approx(0.0025 / math.sqrt(12.0))
    assert u["readout"] == pytest.approx(0.005 / math.sqrt(3.0))


def test_the_readout_of_a_pt100_has_its_own_terms() -> None:
    terms = ReadoutTerms(0.002, 50.0, "readout's certificate", 0.004, "readout's maker")
    budget = error_of_resistance(
        RESTING, item_readout=terms, returned=0.0, reading=READING, source=SOURCE
    )
    lines = {line.name: line for line in budget.evaluate().contributions}
    assert "resolution" not in lines
    assert lines["item_readout"].contribution == pytest.approx(0.002)
    assert lines["item_readout"].dof == 50.0
    assert lines["item_readout_drift"].contribution == pytest.approx(0.004 / math.sqrt(3.0))
    shared, own = shared_and_own(budget)
    total = own**2 + sum(u * u for u in shared.values())
    assert math.sqrt(total) == pytest.approx(budget.evaluate().standard_uncertainty)
    assert {"reference", "radial", "item_readout"} <= set(shared)


def test_evaluation_takes_the_hysteresis_from_the_return() -> None:
    plan = planned(items(DIGITAL))
    readings = {
        "temperature/0 °C/readings": alternating(0.01, dut=0.2),
        "temperature/50 °C/readings": alternating(50.02, dut=50.3),
        "temperature/0 °C/return": alternating(-0.03, dut=0.1),
    }
    rests = ("temperature/50 °C/readings", "temperature/0 °C/readings", "temperature/0 °C/return")
    point = Point("temperature/50 °C", 50.0, 100.0, rests_on=rests)
    made = evaluate(plan, point, evidence(readings, reference=Straight(offset=-0.07)))
    assert made.reference == pytest.approx(49.95)
    assert made.indication == pytest.approx(50.3)
    result = made.budget.evaluate()
    assert result.value == pytest.approx(0.35)
    lines = {line.name: line.contribution for line in result.contributions}
    assert lines["hysteresis"] == pytest.approx(0.06 / math.sqrt(12.0))  # 0.19 K, then 0.13 K
    assert lines["axial"] == pytest.approx(0.02999 / math.sqrt(3.0), rel=1e-3)


# -- nominal functions, limits -----------------------------------------------------------


@pytest.mark.parametrize("celsius", [-50.0, 0.0, 100.0, 400.0])
@pytest.mark.parametrize(
    "details",
    [
        pytest.param({**PT100, "nominal_ohms": 500.0}, id="Pt500"),
        pytest.param(
            {**{k: v for k, v in PT100.items() if k != "class"}, "limit": 1.0,
             "function": "its90-deviation-8", "nominal_ohms": 25.5}, id="SPRT",
        ),
    ],
)  # fmt: skip
def test_nominal_functions_both_ways(details: Mapping[str, Any], celsius: float) -> None:
    plan = planned(items(details))
    item = plan.items["dut"]
    assert nominal_celsius(item, nominal_ohms(item, celsius)) == pytest.approx(celsius, abs=1e-6)


@pytest.mark.parametrize(("class_", "half"), [("AA", 0.27), ("A", 0.35), ("B", 0.8), ("C", 1.6)])
def test_limits_of_the_classes_at_100_degrees(class_: str, half: float) -> None:
    plan = planned(items({**PT100, "class": class_}))
    found = tolerance(plan, Point("p", 100.0, 100.0))
    assert (found.limits.lower, found.limits.upper) == pytest.approx((-half, half))
    assert class_ in found.source
    assert "unverified" in found.source
    assert not found.verified


# -- suspicion ---------------------------------------------------------------------------

FIRST = Point("temperature/50 °C/readings", 50.0, 100.0)


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        pytest.param(alternating(50.02, dut=50.3), "", id="in order"),
        pytest.param(alternating(22.0, dut=22.1), "far from the set-point", id="not in the source"),
        pytest.param(alternating(50.02, dut=22.1), "An item is far", id="item not in the source"),
        pytest.param(
            (*alternating(50.02, dut=50.1), Taken("reference", Reading(50.12, ""))),
            "moved while",
            id="not settled",
        ),
        pytest.param((), "", id="nothing read"),
    ],
)
def test_usual_mistakes_are_suspected(taken: tuple[Taken, ...], said: str) -> None:
    plan = planned(items(DIGITAL))
    found = suspicion(plan, FIRST, evidence({FIRST.id: taken}))
    assert found.startswith(said) or said in found
    assert bool(found) == bool(said)


# -- sequence ----------------------------------------------------------------------------


@dataclass
class Waits:
    """An attendant on a virtual clock who notes what was waited for."""

    clock: VirtualClock = field(
        default_factory=lambda: VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    )
    said: list[str] = field(default_factory=list)

    def wait(self, why: str, seconds: float) -> None:
        self.said.append(why)
        self.clock.sleep(seconds)

    def wait_until(
        self,
        why: str,
        done: Callable[[], bool],
        *,
        at_most: float,
        every: float = 5.0,
        approach: object = None,
    ) -> None:
        self.said.append(why)
        end = self.clock.monotonic() + at_most
        while not done():
            if self.clock.monotonic() >= end:
                raise Refused(why)
            self.clock.sleep(every)


@dataclass
class Oven:
    """A source that is stable at once; its temperature goes exponentially."""

    clock: VirtualClock
    target: float = 20.0
    since: float = 0.0
    settles: bool = True

    def approach_temperature(self, celsius: float) -> None:
        self.target, self.since = celsius, self.clock.monotonic()

    def is_stable(self) -> bool:
        return True

    def celsius(self) -> float:
        age = self.clock.monotonic() - self.since
        wobble = 0.0 if self.settles else 0.3 * math.sin(age / 40.0)
        return self.target + wobble - 5.0 * math.exp(-age / 300.0)


@dataclass
class Probe:
    """A thermometer, or a Pt100, in the oven."""

    oven: Oven
    error: float = 0.0

    def read_temperature(self) -> Reading:
        return Reading(self.oven.celsius() + self.error, "")

    def read_resistance(self) -> Reading:
        return Reading(float(CallendarVanDusen().resistance_ohm(self.oven.celsius())), "")


def sequence(
    details: Mapping[str, Any], *, settles: bool = True
) -> tuple[list[Taken], Waits, Iterator[Taken]]:
    waits = Waits()
    oven = Oven(waits.clock, settles=settles)
    plan = planned(items(details))
    roles = thermometer.DigitalByTemperature(
        oven,
        Probe(oven),
        {"dut": Probe(oven, 0.2), "dut-2": Probe(oven, -0.1)},  # type: ignore[arg-type]  # ovens have no standby
    )
    series = thermometer.measure(plan.run, FIRST, roles, waits)
    return ([] if not settles else list(series)), waits, series


@pytest.mark.parametrize("reference", ["temperature", "resistance"])
def test_the_reference_is_read_first_and_last_and_only_at_rest(reference: str) -> None:
    taken, waits, _ = sequence({**DIGITAL, "reference": reference, "soak_minutes": 5})
    cycle = ["dut", "dut-2", "reference"]
    assert [each.of for each in taken] == ["reference", *cycle * thermometer.CYCLES]
    assert waits.said[:3] == [
        "The source goes to the temperature and becomes stable.",
        "The reference thermometer comes to rest.",
        "The items take on the temperature.",
    ]
    # 5 K go with 300 s: 0.05 K in 2.5 min after about 22 min; then 5 min and six paces.
    assert waits.clock.monotonic() == pytest.approx(28 * 60.0, abs=2 * 60.0)
    if reference == "resistance":
        assert taken[0].reading.value == pytest.approx(119.4, abs=0.1)


def test_a_reference_that_never_rests_is_refused() -> None:
    _, waits, series = sequence(DIGITAL, settles=False)
    with pytest.raises(Refused, match="comes to rest"):
        list(series)
    assert waits.clock.monotonic() > 3600.0


def test_change_is_that_of_the_straight_line() -> None:
    assert change([(10.0 * n, 5.0 - 0.01 * n) for n in range(6)]) == pytest.approx(0.05)
    assert change([(0.0, 1.0), (1.0, 2.0), (2.0, 2.0), (3.0, 1.0)]) == pytest.approx(0.0)


@pytest.mark.parametrize("r0", [25.5, 100.0])
@pytest.mark.parametrize("celsius", [0.0, 100.0, 400.0])
def test_a_change_of_any_platinum_is_told_in_kelvins(r0: float, celsius: float) -> None:
    curve = CallendarVanDusen(r0)
    one, other = (
        in_kelvin(Indicates.RESISTANCE, celsius, float(curve.resistance_ohm(celsius + kelvin)))
        for kelvin in (0.0, 0.1)
    )
    assert other - one == pytest.approx(0.1, rel=1e-3)


def test_a_short_is_no_thermometer() -> None:
    with pytest.raises(InstrumentRefused, match="Check its leads"):
        in_kelvin(Indicates.RESISTANCE, 0.0, 0.0)
