"""The sequences on a manifold: what is gone for and waited for, what comes out, what is refused."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from procedures.details import checked
from procedures.pressure.details import Details, Kind, Sequence
from procedures.pressure.gauge import PROCEDURE
from procedures.pressure.gauge_results import AFTER, BEFORE, greatest_of_span
from procedures.pressure.plan import planned
from procedures.pressure.series import steps
from station.errors import BadInput
from station.evidence import StandardValue
from station.metrology.inputs import normal
from station.metrology.uncertainty import Budget
from station.procedure import Item
from tests.procedures.pressure_rig import ACCURATE, DIAL, ROUND, Rig

DIGITAL = {
    "unit": "kPa",
    "full_scale": 600.0,
    "resolution": 0.01,
    "kind": "digital",
    "percent_of_span": 0.5,
}
FINE = {"class": 0.25, "step_pascals": 10.0}


@pytest.fixture
def rig() -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(*args: Any, **changes: Any) -> Rig:
        made.append(Rig(*args, **changes))
        return made[-1]

    yield make
    for each in made:
        each.close()


def item(**changes: Any) -> Item:
    return Item("pressure-gauge", {**DIAL, **changes})


@pytest.mark.parametrize(
    ("sequence", "series", "preloads", "rests"),
    [
        # Series, with the preloads before, and rests other than 30 s.
        ("A", (1, 2, 3, 4, 5, 6), {1: 3, 5: 1}, {2: 300.0, 4: 300.0, 6: 300.0}),
        ("B", (1, 2, 3), {1: 2}, {2: 300.0}),
        ("C", (1, 2), {1: 1}, {2: 300.0}),
    ],
)
def test_the_sequences(
    sequence: str, series: tuple[int, ...], preloads: dict[int, int], rests: dict[int, float]
) -> None:
    levels = (0.0, 1.0, 2.0)
    taken = list(steps(Sequence(sequence), levels, Kind.DIAL))
    for number in series:
        own = [step for step in taken if step.series == number]
        order = levels if number % 2 else levels[::-1]
        assert [step.pascals for step in own] == list(order)
        assert [step.goes_up for step in own] == [number % 2 == 1] * 3
        assert [step.preloads for step in own] == [preloads.get(number, 0), 0, 0]
        assert [step.rest for step in own] == [rests.get(number, 30.0), 30.0, 30.0]
    assert len(taken) == 3 * len(series)
    for before, step in pairwise(taken):
        assert step.before == (None if step.preloads else before.pascals)


def test_a_gauge_without_a_tube_rests_two_minutes_at_the_top() -> None:
    rests = {step.rest for step in steps(Sequence.C, (0.0, 1.0), Kind.DIGITAL)}
    assert rests == {30.0, 120.0}


@pytest.mark.parametrize(
    ("details", "observations", "levels"),
    [
        pytest.param({"class": 1.6}, 10, 5, id="C for a coarse class"),
        pytest.param({"class": 0.6}, 33, 11, id="B, and the pressures of EN 837-1"),
        pytest.param({"class": 0.6, "points": 9}, 27, 9, id="pressures as stated"),
        pytest.param({"class": 2.5, "sequence": "B"}, 27, 9, id="sequence as stated"),
        pytest.param(
            {"class": None, "percent_of_span": 0.05, "kind": "digital"}, 54, 9, id="A below 0.1 %"
        ),
    ],
)
def test_the_sequence_fits_the_limit(
    details: dict[str, Any], observations: int, levels: int
) -> None:
    stated = {k: v for k, v in {**DIAL, **details}.items() if v is not None}
    plan = planned({"dut": Item("pressure-gauge", stated)})
    assert (len(plan.steps), len(plan.levels)) == (observations, levels)
    assert plan.levels[0] == 0.0
    assert plan.levels[-1] == 6e5


def test_the_most_thorough_sequence_serves_all_on_a_manifold() -> None:
    fine = Item("x", {"full_scale": 0.6, "unit": "MPa", "resolution": 1e-4, "class": 0.25})
    plan = planned({"dut": item(), "dut-2": fine})
    assert len(plan.steps) == 3 * 11
    assert max(step.rest for step in plan.steps.values()) == 300.0


def test_only_sequence_a_screws_the_gauges_on_again() -> None:
    coarse, both = (PROCEDURE.tests({"dut": item(sequence=sequence)}) for sequence in ("B", "A"))
    assert [len(test.observations) for test in coarse] == [27, 0]
    assert coarse[0].hookup == coarse[1].hookup
    assert [len(test.observations) for test in both] == [36, 18]
    assert both[0].hookup != both[1].hookup
    assert both[0].hookup.wires == both[1].hookup.wires
    assert {id_[:2] for id_ in both[0].points[0].rests_on} == {"M1", "M2", "M3", "M4"}
    assert len(both[1].points[0].rests_on) == 54


def test_ids_are_unique_for_twelve_gauges() -> None:
    assert PROCEDURE.most_duts == 12
    roles = ["dut", *(f"dut-{n}" for n in range(2, 13))]
    tests = PROCEDURE.tests({role: item() for role in roles})
    ids = [p.id for test in tests for p in (*test.observations, *test.points)]
    assert len(ids) == len(set(ids)) == 10 + 12 * (3 + 5)
    assert {wire.to_role for wire in tests[0].hookup.wires} == set(roles)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"class": 1.5}, "EN 837-1 has the classes 0.1, 0.25"),
        ({"percent_of_span": 1.0}, 'give its "class", or percent_of_span'),
        ({"class": None}, 'give its "class", or percent_of_span'),
        ({"unit": "at"}, "unit 'at' is unknown"),
        ({"gas": "helium"}, "gas 'helium' is unknown"),
        ({"full_scale": 0.0}, "leave no scale"),
        ({"resolution": 2.0}, "leave no scale"),
        ({"span": 1.0}, "span is that of the whole scale"),
        ({"sequence": "D"}, "'A', 'B' or 'C'"),
        ({"mode": "yearly"}, "mode"),
        ({"kind": "digital", "mode": "periodic"}, "name the document"),
        ({"gravity": 8.0}, "gravity"),
        ({"colour": "red"}, "colour.*there are unit, resolution, full_scale, span, class"),
        ({"points": 2}, "points"),
        ({"kind": "transmitter"}, "give ammeter_percent"),
        ({"low_milliamperes": 20.0}, "more at full scale than at zero"),
        ({"percent_of_reading": 0.5}, "not to a class"),
        ({"full_scale": -2.0}, "beyond vacuum"),
        ({"kind": "digital", "stop_pin": "yes"}, "only a dial has a stop_pin"),
        ({"class": None, "percent_of_span": 160.0}, "percent_of_span.*less than or equal to 25"),
        ({"percent_per_kelvin": 4.0}, "percent_per_kelvin"),
        ({"below": 0.5, "below_half_width": 50.0}, "below_half_width"),
    ],
)
def test_wrong_details_are_refused(changes: dict[str, Any], says: str) -> None:
    stated = {k: v for k, v in {**DIAL, **changes}.items() if v is not None}
    with pytest.raises(BadInput, match=says) as caught:
        PROCEDURE.tests({"dut-3": Item("pressure-gauge", stated)})
    assert "[instruments.dut-3.details]" in str(caught.value)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"full_scale": 10.0}, "Calibrate gauges of another range in another run"),
        ({"mode": "periodic"}, "a run is the one or the other"),
        ({"kind": "transmitter", "ammeter_percent": 0.01}, "of transmitters a current is read"),
    ],
)
def test_what_cannot_share_a_manifold_is_refused(other: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        PROCEDURE.tests({"dut": item(), "dut-2": item(**other)})


@pytest.mark.parametrize(
    ("changes", "at", "limit"),
    [
        ({}, 3e5, 6000.0),
        ({"full_scale": -1.0, "span": 10.0, "class": 1.6}, -5e4, 16_000.0),
        ({"class": None, "percent_of_span": 0.1, "percent_of_reading": 0.5}, 2e5, 600.0 + 1000.0),
    ],
)
def test_limits(changes: dict[str, Any], at: float, limit: float) -> None:
    stated = {k: v for k, v in {**DIAL, **changes}.items() if v is not None}
    tests = PROCEDURE.tests({"dut": Item("pressure-gauge", {**stated, "points": 7})})
    point = min(tests[1].points, key=lambda p: abs(p.nominal - at))
    assert point.nominal == pytest.approx(at)
    limits = tests[1].tolerance(point).limits
    assert (limits.lower, limits.upper) == pytest.approx((-limit, limit))
    assert tests[0].tolerance(point).limits == limits


@pytest.mark.parametrize(
    ("changes", "of_error", "of_hysteresis"),
    [
        ({}, "EN 837-1, class 1", "EN 837-1"),
        ({"kind": "digital"}, "item's details, class 1", "this laboratory's choice"),
    ],
)
def test_en_837_1_is_named_of_dials_only(
    changes: dict[str, Any], of_error: str, of_hysteresis: str
) -> None:
    wide, error = PROCEDURE.tests({"dut": item(**changes)})
    assert error.tolerance(error.points[0]).source == of_error
    assert of_hysteresis in wide.tolerance(wide.points[0]).source


def test_a_vacuum_gauge_begins_at_zero_without_a_sign() -> None:
    tests = PROCEDURE.tests({"dut": item(full_scale=-0.8, span=1.0, resolution=0.005)})
    assert tests[1].points[0].id == "gauge-pressure/dut/0 bar"


TRANSMITTER = {
    "kind": "transmitter",
    "full_scale": 6.0,
    "resolution": 0.001,
    "percent_of_span": 0.25,
    "ammeter_percent": 0.02,
    "ammeter_microamperes": 2.0,
}


def test_what_the_current_of_a_transmitter_says() -> None:
    details = checked("dut", TRANSMITTER, Details)
    assert [details.indicated(amperes) for amperes in (4e-3, 12e-3, 20e-3)] == pytest.approx(
        [0.0, 3e5, 6e5]
    )
    assert details.step_pascals == pytest.approx(6e5 / 16_000)
    # 0.02 % of 12 mA and 2 µA, where 16 mA are 6 bar.
    assert details.ammeter_limit(3e5) == pytest.approx((2.4e-6 + 2e-6) / 16e-3 * 6e5)
    assert checked("dut", DIAL, Details).ammeter_limit(3e5) == 0.0


def test_with_a_stop_pin_the_first_tenth_is_not_assessed() -> None:
    tests = PROCEDURE.tests({"dut": item(stop_pin="yes", points=11)})
    assert [round(p.nominal / 6e5, 3) for p in tests[1].points] == [n / 10 for n in range(1, 11)]
    assert tests[0].observations[0].nominal == 0.0


def test_each_detail_changes_the_digest() -> None:
    digests = {
        PROCEDURE.digest({"dut": item(**changes)})
        for changes in ({}, {"below": 0.1}, {"class": 0.6})
    }
    assert len(digests) == 3


# -- on the simulated manifold --------------------------------------------------------------


def results(rig: Rig) -> dict[str, Any]:
    evidence = rig.run()
    found = {}
    for test in rig.tests:
        for point in test.points:
            evaluation = test.evaluate(point, evidence)
            found[point.id] = (evaluation, evaluation.budget.evaluate(), test, point)
    return found


def test_an_accurate_gauge_shows_no_error(rig: Any) -> None:
    found = results(rig(
        {"dut": DIGITAL}, {"dut": FINE}, {"dut": ACCURATE, "controller": ROUND}
    ))  # fmt: skip
    for evaluation, result, _, point in found.values():
        assert abs(result.value) < 15.0, point.id
        assert evaluation.indication - evaluation.reference == pytest.approx(result.value, abs=1e-6)


def test_the_certificate_corrects_the_standard(rig: Any) -> None:
    """It indicates 150 Pa at 6 bar too little: its certificate of this rig says +8 Pa of it."""
    wrong = {"gauge-pressure": {"gain_ppm": -250.0, "offset_ppm_of_range": 0.0}}
    right = rig({"dut": DIGITAL}, {"dut": FINE}, {"dut": ACCURATE, "controller": ROUND})
    off = rig({"dut": DIGITAL}, {"dut": FINE}, {"dut": ACCURATE, "controller": wrong})
    top = "gauge-pressure/dut/600 kPa"
    evaluation, before = (results(each)[top][0] for each in (off, right))
    assert before.reference == pytest.approx(600_008.0, abs=5.0)
    error = evaluation.budget.evaluate().value
    assert error - before.budget.evaluate().value == pytest.approx(150.0, abs=10.0)


def test_hysteresis_and_its_conclusions(rig: Any) -> None:
    errors = {"dut": {**ACCURATE, "pressure-hysteresis": {"offset_ppm_of_range": 4000.0}}}
    made = rig({"dut": DIGITAL}, {"dut": FINE}, {**errors, "controller": ROUND})
    found = results(made)
    # Of 2400 Pa in the middle, by the square of the distance from it.
    for place, share in enumerate((0.4375, 0.75, 0.9375, 1.0, 0.9375, 0.75, 0.4375), start=1):
        result = found[f"pressure-hysteresis/dut/{75 * place} kPa"][1]
        assert result.value == pytest.approx(2400.0 * share, abs=15.0)
        error = found[f"gauge-pressure/dut/{75 * place} kPa"][1]
        by_name = {c.name: c for c in error.contributions}
        wide = by_name["hysteresis"].standard_uncertainty
        assert wide == pytest.approx(1200.0 * share / 3**0.5, abs=10.0)
    drawn = {c.name: c for c in made.tests[1].conclude("dut", made.evidence())}
    assert list(drawn) == ["zero-deviation", "repeatability", "hysteresis", "error-and-uncertainty"]
    assert drawn["hysteresis"].value == pytest.approx(2400.0, abs=15.0)
    assert drawn["zero-deviation"].value < 15.0
    assert drawn["repeatability"].value < 25.0
    worst = max(
        abs(result.value) + result.expanded_uncertainty
        for _, result, test, _ in found.values()
        if test.name == "gauge-pressure"
    )
    assert drawn["error-and-uncertainty"].value == pytest.approx(worst)


def test_sequence_a_finds_the_reproducibility(rig: Any) -> None:
    made = rig({"dut": {**DIGITAL, "sequence": "A"}}, {"dut": FINE}, {"controller": ROUND})
    found = results(made)
    drawn = {c.name: c.value for c in made.tests[1].conclude("dut", made.evidence())}
    assert 0.0 <= drawn["reproducibility"] < 30.0
    sources = {c.name: c.source for c in found["gauge-pressure/dut/300 kPa"][1].contributions}
    assert sources["reproducibility"].endswith("b/(2√3)")


def test_a_gauge_below_the_controller_is_corrected(rig: Any) -> None:
    """2 m of air at 6 bar weigh 140 Pa: 14 steps of this display."""
    errors = {"dut": ACCURATE, "controller": ROUND}
    constants = {"dut": {**FINE, "metres_below": 2.0}}
    top = "gauge-pressure/dut/600 kPa"
    corrected = results(rig({"dut": {**DIGITAL, "below": 2.0}}, constants, errors))[top][1]
    forgotten = results(rig({"dut": DIGITAL}, constants, errors))[top][1]
    reversed_ = results(rig({"dut": {**DIGITAL, "below": -2.0}}, constants, errors))[top][1]
    assert forgotten.value - corrected.value == pytest.approx(139.9, abs=1.0)
    assert abs(corrected.value) < 15.0
    assert reversed_.value == pytest.approx(2 * 139.9, abs=15.0)


def test_a_vacuum_gauge_goes_down_to_full_vacuum(rig: Any) -> None:
    details = {"full_scale": -0.8, "span": 1.0, "resolution": 0.005, "class": 1.6}
    made = rig(
        {"dut": details}, {"dut": {"span_pascals": 1e5, "class": 1.6}}, {"controller": ROUND}
    )
    made.observe(0, 0)
    taken = made.observe(0, 4)
    assert taken[0].reading.value == pytest.approx(-8e4, abs=50.0)
    assert taken[1].of == "dut"
    assert taken[1].reading.value == pytest.approx(-8e4, abs=1600.0)


VACUUM = {"unit": "kPa", "full_scale": -80.0, "resolution": 0.01, "kind": "digital",
          "percent_of_span": 0.5, "sequence": "C", "points": 5}  # fmt: skip


@pytest.mark.parametrize(
    ("span", "at_its_end"),
    [
        # 1 % of 80 kPa in the middle, nothing at the end of the scale.
        pytest.param(80.0, 0.0, id="to the end of its scale"),
        # Turned at 80 of 100 kPa, it shows nothing there either: what it shows at 60 kPa counts.
        pytest.param(100.0, 0.96, id="to a part of its scale"),
    ],
)
def test_hysteresis_of_a_vacuum_gauge(rig: Any, span: float, at_its_end: float) -> None:
    errors = {"dut": {**ACCURATE, "pressure-hysteresis": {"offset_ppm_of_range": 10_000.0}}}
    made = rig(
        {"dut": {**VACUUM, "span": span}},
        {"dut": {"span_pascals": 1e3 * span, "step_pascals": 10.0}},
        {**errors, "controller": ROUND},
    )
    made.run()
    known = dataclasses.replace(made.evidence(), standards={"controller": Exact()})
    wide, error = made.tests
    for share, point in zip((0.25, 0.5, 0.75), wide.points, strict=True):
        part = share * 80.0 / span
        result = wide.evaluate(point, known).budget.evaluate()
        # It shows more where the pressure falls, which is up the scale of a vacuum gauge.
        expected = 4.0 * part * (1.0 - part) * 10.0 * span
        assert result.value == pytest.approx(expected, abs=25.0), point.id
    result = error.evaluate(error.points[-1], known).budget.evaluate()
    by_name = {c.name: c.standard_uncertainty for c in result.contributions}
    expected = at_its_end * 10.0 * span / 2.0 / 3**0.5
    assert by_name["hysteresis"] == pytest.approx(expected, abs=10.0)
    # Which way it lags is not seen at the end of a part: half the loop is missing there.
    lag = 0.5 * 4.0 * 0.8 * 0.2 * 1e3 if at_its_end else 0.0
    assert result.value == pytest.approx(lag, abs=25.0)
    assert result.expanded_uncertainty > lag


@dataclasses.dataclass(frozen=True)
class Exact:
    """A standard without error, for vacuum too."""

    def at(self, *_: Any, **__: Any) -> StandardValue:
        raise AssertionError("it is read")

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        return StandardValue(indication, 5.0, "C-1", 0.0, "none")


def test_what_the_controller_hunts_is_taken_from_the_whole_run(rig: Any) -> None:
    """At one pressure it may by chance stand still, both times."""
    made = rig({"dut": DIGITAL}, {"dut": FINE}, {"controller": ROUND})
    known = made.run()
    changes = [
        abs(known.values(id_, AFTER)[0] - known.values(id_, BEFORE)[0]) for id_ in known.readings
    ]
    assert min(changes) < max(changes)
    for test in made.tests:
        for point in test.points:
            budget = test.evaluate(point, known).budget
            (steady,) = (each for each in budget.inputs if each.name == "steadiness")
            factor = 2.0 if test.name == "pressure-hysteresis" else 1.0
            assert steady.half_width == pytest.approx(factor * max(changes), rel=1e-3)


def test_the_error_of_a_vacuum_transmitter_has_the_sign_of_its_current() -> None:
    """It gives 0.1 mA of 16 mA too much: +0.6 % of its span, though the pressure is too low."""
    found = greatest_of_span([budget_of("E", -500.0)], -8e4)
    assert found.value == pytest.approx(0.625)
    assert found.expanded_uncertainty == pytest.approx(0.25, rel=1e-5)


def budget_of(name: str, value: float) -> Any:
    return Budget(
        name, "Pa", lambda e: e, normal("e", value, standard_uncertainty=100.0, source="test")
    ).evaluate()


# -- how the pressure is gone for -------------------------------------------------------------


def waited(rig: Rig, number: int, which: int) -> list[float]:
    rig.attendant.waited.clear()
    rig.observe(number, which)
    return [seconds for _, seconds in rig.attendant.waited]


def test_the_first_observation_preloads_and_the_others_do_not(rig: Any) -> None:
    made = rig({"dut": {**DIAL, "sequence": "B"}})
    assert waited(made, 0, 0) == [30.0] * (2 * 2 + 1)
    assert waited(made, 0, 1) == [30.0]


def test_the_gauges_rest_at_the_top_before_they_go_down(rig: Any) -> None:
    made = rig({"dut": DIAL})
    for which in range(5):
        made.observe(0, which)
    assert waited(made, 0, 5) == [300.0]


@pytest.mark.parametrize(
    ("which", "direction"), [(2, "up"), (7, "down")], ids=["going up", "going down"]
)
def test_after_an_interruption_the_series_is_taken_up_from_its_own_side(
    rig: Any, which: int, direction: str
) -> None:
    errors = {"dut": {**ACCURATE, "pressure-hysteresis": {"offset_ppm_of_range": 9000.0}}}
    made = rig({"dut": DIAL}, errors={**errors, "controller": ROUND})
    point = made.tests[0].observations[which]
    assert direction in point.id
    for number in range(which):
        made.observe(0, number)
    made.controller.standby()
    made.bench.world.clock.sleep(60.0)
    seconds = waited(made, 0, which)
    assert len(seconds) == (3 if direction == "up" else 2)
    # 0.9 % of hysteresis in the middle: half of it either way, read to 2000 Pa.
    (shown,) = (taken.reading.value for taken in made.readings[point.id] if taken.of == "dut")
    half = 2700.0 if direction == "down" else -2700.0
    assert shown == pytest.approx(point.nominal + half, abs=1100.0)


@pytest.mark.parametrize(
    ("wrongly", "says"),
    [
        pytest.param(lambda name, shown: 0.04, "valve closed", id="closed"),
        pytest.param(lambda name, shown: 14.5038 * shown, "another unit", id="psi for bar"),
        pytest.param(lambda name, shown: 0.1 * shown, "decimal point", id="MPa, or a slip"),
        pytest.param(lambda name, shown: 10.0 * shown, "decimal point", id="slip"),
        pytest.param(lambda name, shown: 100.0 * shown, "another unit", id="kPa for bar"),
        pytest.param(lambda name, shown: shown / 1.01972 * 1.2, "far from its limits", id="far"),
        pytest.param(lambda name, shown: shown, "", id="right"),
    ],
)
def test_usual_mistakes_are_suspected(rig: Any, wrongly: Any, says: str) -> None:
    made = rig({"dut": DIAL})
    for which in range(3):
        made.observe(0, which)
    made.person.wrongly = wrongly
    made.observe(0, 3)
    test = made.tests[0]
    said = test.suspicion(test.observations[3], made.evidence())
    assert says in said
    assert bool(said) == bool(says)


def test_a_pointer_that_sticks_or_goes_backwards_is_suspected(rig: Any) -> None:
    coarse = {**DIAL, "class": 4.0, "sequence": "B"}
    made = rig({"dut": coarse})
    test = made.tests[0]
    for which in range(4):
        made.observe(0, which)
    third = test.observations[3].nominal / 1e5
    made.person.wrongly = lambda name, shown: third
    made.observe(0, 4)
    assert "has not moved" in test.suspicion(test.observations[4], made.evidence())
    made.person.wrongly = lambda name, shown: third - 0.4
    made.observe(0, 4)
    assert "the other way" in test.suspicion(test.observations[4], made.evidence())


def test_a_pressure_that_changes_meanwhile_is_suspected(rig: Any) -> None:
    made = rig({"dut": DIAL})
    for which in range(2):
        made.observe(0, which)

    def slowly(name: str, shown: float) -> float:
        made.bench.panel("controller").receive(b":SOUR:PRES 140000")
        made.bench.world.clock.sleep(5.0)
        return shown

    made.person.wrongly = slowly
    made.observe(0, 2)
    test = made.tests[0]
    assert "pressure changed" in test.suspicion(test.observations[2], made.evidence())


@pytest.mark.parametrize(
    ("mode", "operation"),
    [
        ("initial", "initial verification"),
        ("periodic", "periodic verification"),
        ("after-repair", "verification after repair"),
    ],
)
def test_a_verification_begins_with_inspections(mode: str, operation: str) -> None:
    asked = PROCEDURE.verification({"dut": item(mode=mode)})
    assert asked is not None
    assert asked.operation == operation
    assert asked.document.startswith("ĐLVN 08:2011")
    assert [i.id for i in asked.inspections] == ["inscriptions", "condition", "pointer", "zero"]
    assert "digital gauge" in asked.inspections[2].text
    assert all("unverified" in i.clause for i in asked.inspections)


def test_no_pointer_is_looked_for_on_a_transmitter() -> None:
    details = {**TRANSMITTER, "mode": "periodic", "document": "Temporary procedure 7"}
    asked = PROCEDURE.verification({"dut": Item("pressure-transmitter", details)})
    assert asked is not None
    assert [i.id for i in asked.inspections] == ["inscriptions", "condition", "zero"]


def test_a_calibration_is_no_verification() -> None:
    assert PROCEDURE.verification({"dut": item()}) is None


def test_another_gauge_is_verified_by_the_document_that_is_named() -> None:
    named = item(kind="digital", mode="periodic", document="Temporary procedure 7")
    asked = PROCEDURE.verification({"dut": named})
    assert asked is not None
    assert asked.document == "Temporary procedure 7"


def test_a_setting_of_its_driver_is_no_wrong_detail() -> None:
    assert PROCEDURE.tests({"dut": item(module=2)})


@pytest.mark.parametrize(
    ("changes", "pascals_per_kelvin"),
    [
        # 0.04 % of 6 bar, which is what EN 837-1 allows anywhere on the scale.
        pytest.param({}, 240.0, id="dial"),
        pytest.param({"span": 7.0}, 280.0, id="compound dial"),
        pytest.param({"percent_per_kelvin": 0.02}, 0.02e-2 * 1.5e5, id="stated, of the pressure"),
        pytest.param({"kind": "digital"}, 0.01e-2 * 1.5e5, id="digital, of the pressure"),
    ],
)
def test_the_details_know_their_temperature_effect(
    changes: dict[str, Any], pascals_per_kelvin: float
) -> None:
    found, source = checked("dut", {**DIAL, **changes}, Details).temperature_effect(1.5e5)
    assert found == pytest.approx(pascals_per_kelvin)
    assert ("EN 837-1" in source) == ("of the span" in source) == (pascals_per_kelvin > 100.0)
