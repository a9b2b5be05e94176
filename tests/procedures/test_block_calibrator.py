"""`block-calibrator`: EA-4/02 S11 through its own budget, details, what is found, whole runs."""

import math
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from procedures.temperature import block_calibrator
from procedures.temperature.block_budget import (
    Block,
    error_of_block,
    mean_indication,
    mean_reference,
)
from procedures.temperature.block_calibrator import PROCEDURE
from procedures.temperature.block_item import Seen, planned
from procedures.temperature.block_results import (
    axial_of,
    hysteresis_at,
    loading_of,
    radial_of,
    stability_of,
    suspicion,
)
from procedures.temperature.thermometer_budget import Compared, ReferenceReading
from simulators.fluke_914x.well import Well
from station.errors import BadInput
from station.evidence import StandardValue, Taken
from station.metrology.coverage import Coverage, CoverageReason
from station.metrology.inputs import constant
from station.procedure import Item, Point, find_procedure
from station.run import entries as e
from station.run.journal import Row
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import RunState, Status
from station.simulated_world import truth_of
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured, verdicts
from tests.procedures.proving import honest, study_of, with_points, with_standard, wrong_sign
from tests.procedures.temperature_rig import alternating, evidence, taken

BENCH = files("procedures") / "temperature" / "benches" / "block-calibrator"
DETAILS: Mapping[str, Any] = {
    "points": "50, 200, 350", "limit": 0.2, "resolution": 0.01, "holes": "HOLE 1, HOLE 2, HOLE 3",
}  # fmt: skip
SMALL: Mapping[str, Any] = {
    **DETAILS, "points": "50, 150", "holes": "HOLE 1, HOLE 2", "heights": "0, 40",
    "stability_minutes": 10, "soak_minutes": 5, "resolution": 0.001,
}  # fmt: skip


def items(**changes: Any) -> dict[str, Item]:
    return {"dut": Item("fluke-9143", {**DETAILS, **changes})}


# -- budget ------------------------------------------------------------------------------


def test_ea_4_02_s11_through_our_own_budget() -> None:
    """EA-4/02 M:2022, S11: the temperature of a block at 180 °C, as an error of indication.

    Its δt_S (resistance measurement, U = 0.02 °C, k = 2) is our readout: the same u, 0.01 °C.
    Printed is k = 1.81; its own formula of the trapezoid (S10) gives 1.80 for 95 %.
    """
    standard = StandardValue(180.1, 0.03 / 2.0, "certificate", 0.04, "drift of the thermometer")
    budget = error_of_block(
        constant("indication", 180.0, source="setting"),
        standard,
        resolution=0.1,
        reading=ReferenceReading(step=0.0, readout=0.01 * math.sqrt(3.0)),
        block=Block(
            radial=0.1, axial=0.25, hysteresis=0.1, loading=0.0, stability=0.03, conduction=0.0
        ),
    )
    result = budget.evaluate(Coverage(probability=0.95))
    assert 180.0 - result.value == pytest.approx(180.1)
    assert result.standard_uncertainty == pytest.approx(0.164, abs=0.0005)
    assert result.coverage_reason is CoverageReason.TWO_RECTANGULAR
    assert result.k == pytest.approx(1.80, abs=0.005)
    assert result.expanded_uncertainty == pytest.approx(0.3, abs=0.005)
    printed = {
        "reference": 0.015, "readout": 0.010, "drift": 0.023, "resolution": 0.029, "radial": 0.058,
        "axial": 0.144, "hysteresis": 0.029, "stability": 0.017,
    }  # fmt: skip
    found = {line.name: line.contribution for line in result.contributions if line.contribution}
    assert found == pytest.approx(printed, abs=0.0006)


def test_up_and_down_count_together() -> None:
    up = Compared((50.1, 50.3), (50.0, 50.0), StandardValue(49.9, 0.01, "c", 0.02, "m"))
    down = Compared((50.0, 50.0), (50.2, 50.2), StandardValue(50.1, 0.01, "c", 0.02, "m"))
    indication, standard = mean_indication([up, down]), mean_reference([up, down])
    assert indication.value - standard.actual == pytest.approx((0.3 - 0.1) / 2.0)
    assert indication.standard_uncertainty == pytest.approx(0.1 / 2.0)  # s/√n = 0.1 and 0
    assert indication.dof == 2
    assert standard.standard_uncertainty == 0.01


# -- details -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"points": "50"}, "at least 2", id="one point"),
        pytest.param({"points": "50, 200, 150"}, "must rise", id="not rising"),
        pytest.param({"uniformity_at": 60.0}, "one of the points", id="elsewhere"),
        pytest.param({"heights": "20, 40"}, "rise from 0", id="no bottom"),
        pytest.param({"heights": "0, 40, 20"}, "rise from 0", id="not rising heights"),
        pytest.param({"holes": "HOLE 1"}, "at least 2", id="one hole"),
        pytest.param({"stability_minutes": 1}, "10", id="too short"),
        pytest.param({"heigths": "0, 40"}, "heigths", id="unknown"),
    ],
)
def test_wrong_details_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        block_calibrator.tests(items(**changes))


def test_the_block_is_looked_at_where_it_is_worst_and_gone_down_again() -> None:
    (test,) = block_calibrator.tests(items())
    assert [observation.id.removeprefix("temperature/") for observation in test.observations] == [
        "50 °C/up",
        "200 °C/up",
        "350 °C/up",
        "350 °C/stability",
        "350 °C/axial",
        "350 °C/radial",
        "350 °C/loading",
        "200 °C/down",
        "50 °C/down",
    ]
    cold = planned(items(points="-25, 0, 50"))
    assert cold.uniform_at == -25.0
    assert list(cold.visits)[:2] == ["temperature/-25 °C/up", "temperature/-25 °C/stability"]
    assert block_calibrator.digest(items()) != block_calibrator.digest(items(conduction=0.1))


# -- what is found -----------------------------------------------------------------------


def at_places(**offsets: float) -> tuple[Taken, ...]:
    """Reference off the block's 350.0 °C by so much (K) at each place."""
    series: list[tuple[str, float]] = []
    for where, offset in offsets.items():
        series += [(f"reference/{where}", 350.0 + offset), (f"dut/{where}", 350.0)] * 3
    return taken(series)


FOUND = {
    "temperature/350 °C/axial": at_places(
        **{
            "dut HOLE 1": 0.10, "dut HOLE 1 +20 MM": 0.07, "dut HOLE 1 +40 MM": -0.02,
            "dut HOLE 1 again": 0.12,
        }
    ),
    "temperature/350 °C/radial": at_places(
        **{"dut HOLE 1": 0.10, "dut HOLE 2": 0.13, "dut HOLE 3": 0.08}
    ),
    "temperature/350 °C/loading": at_places(alone=0.11, loaded=0.07),
    "temperature/350 °C/stability": taken(
        [("reference", value) for value in (350.10, 350.13, 350.07, 350.11)]
    ),
    "temperature/50 °C/up": alternating(50.0, dut=50.10),
    "temperature/50 °C/down": alternating(50.0, dut=50.06),
    "temperature/200 °C/up": alternating(200.0, dut=200.10),
    "temperature/200 °C/down": alternating(200.0, dut=200.03),
}  # fmt: skip


def test_homogeneity_by_hand() -> None:
    plan, found = planned(items()), evidence(FOUND)
    assert axial_of(plan, found) == pytest.approx(0.13)  # from 0.11, the bottom's mean
    assert radial_of(plan, found) == pytest.approx(0.05)
    assert loading_of(plan, found) == pytest.approx(0.04)
    assert stability_of(plan, found) == pytest.approx(0.03)
    assert hysteresis_at(plan, 50.0, found) == pytest.approx(0.04)
    assert hysteresis_at(plan, 350.0, found) == pytest.approx(0.07), "at the turn the greatest"


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        pytest.param(alternating(50.05, dut=50.0), "", id="in order"),
        pytest.param(alternating(23.0, dut=50.0), "far from the set-point", id="not in the block"),
        pytest.param(alternating(48.5, dut=50.0), "several times the limit", id="not deep enough"),
        pytest.param(
            (*alternating(50.0, dut=50.0), *taken([("reference", 50.2)])), "moved", id="not settled"
        ),
    ],
)
def test_usual_mistakes_are_suspected(readings: tuple[Taken, ...], said: str) -> None:
    point = Point("temperature/50 °C/up", 50.0, 350.0)
    found = suspicion(planned(items()), point, evidence({point.id: readings}))
    assert said in found
    assert bool(found) == bool(said)


# -- whole runs --------------------------------------------------------------------------


def script() -> ScriptedOperator:
    return ScriptedOperator("tester", {"°C": 22.4, "%": 51.0})


def laboratory(folder: Path, **simulation: Any) -> FolderLaboratory:
    return laboratory_on(BENCH, folder, PROCEDURE, dut={"details": dict(SMALL)}, **simulation)


def display(offset_ppm: float) -> dict[str, Any]:
    return {"dut": {"temperature": {"gain_ppm": 0.0, "offset_ppm_of_range": offset_ppm}}}


def test_a_good_block_passes_and_its_homogeneity_is_found(tmp_path: Path) -> None:
    made = laboratory(tmp_path)
    state = made.begin(operator=script())
    assert find_procedure("block-calibrator") is PROCEDURE
    assert state.status is Status.FINISHED
    assert set(verdicts(state).values()) == {"pass"}
    concluded = {
        c.name: c.value for c in state.conclusions[Phase.AS_FOUND, "temperature", "dut"].conclusions
    }
    with truth_of(made.file) as truth:
        well = truth.physics("dut", Well).block
        bottom, top = (well.holes[place].celsius(1e6) for place in ("HOLE 1", "HOLE 1 +40 MM"))
        other = well.holes["HOLE 2"].celsius(1e6)
    # The truth's block is at the room's temperature, where the sheet says less than at 150 °C.
    assert concluded["axial"] == pytest.approx(2.0 * abs(top - bottom), abs=0.03)
    assert concluded["radial"] == pytest.approx(abs(other - bottom), abs=0.02)
    assert 0.0 < concluded["hysteresis"] < 0.08
    assert 0.0 <= concluded["loading"] < 0.05
    doings = [
        row.entry.about for row in made.rows()
        if isinstance(row.entry, e.Prompted) and row.entry.instrument == "probes"
    ]  # fmt: skip
    assert doings.count("HOLE 1, HOLE 2") == 1, "loaded once"
    assert "HOLE 1 +40 MM" in doings


def test_a_bad_block_fails_by_its_true_error(tmp_path: Path) -> None:
    state = laboratory(tmp_path, errors=display(1500.0)).begin(operator=script())  # 0.525 K of 0.2
    assert set(verdicts(state).values()) == {"fail"}
    for found in measured(state).values():
        assert abs(found.error - 0.525) < found.expanded_uncertainty < 0.2


class Killed(Exception):
    """The power went."""


def test_each_visit_comes_from_its_own_side() -> None:
    plan = planned(items())
    ways = {
        id_.removeprefix("temperature/"): visit.by_way_of
        for id_, visit in plan.visits.items()
        if visit.seen is Seen.ERROR
    }
    assert ways == {
        "50 °C/up": None,
        "200 °C/up": 50.0,
        "350 °C/up": 200.0,
        "200 °C/down": 350.0,
        "50 °C/down": 200.0,
    }


@pytest.mark.parametrize("after", [1, 3, 6])
def test_killed_in_the_middle_and_resumed(tmp_path: Path, after: int) -> None:
    made = laboratory(tmp_path, errors=display(300.0))

    def kill(row: Row, state: RunState) -> None:
        if len(state.observed) == after:
            raise Killed

    with pytest.raises(Killed):
        made.begin(watch=kill, operator=script())
    state = made.resume(operator=script())
    assert state.status is Status.FINISHED
    assert len(state.observed) == len(planned({"dut": Item("any", SMALL)}).visits) == 7
    for found in measured(state).values():
        assert abs(found.error - 0.105) < found.expanded_uncertainty
    # Cold after the break, it went up first and came down again: as without one.
    (tmp_path / "whole").mkdir()
    whole = laboratory(tmp_path / "whole", errors=display(300.0)).begin(operator=script())
    broken, unbroken = (
        next(
            c.value
            for c in each.conclusions[Phase.AS_FOUND, "temperature", "dut"].conclusions
            if c.name == "hysteresis"
        )
        for each in (state, whole)
    )
    assert broken == pytest.approx(unbroken, abs=0.01)
    assert unbroken > 0.015


def test_every_observation_is_of_something() -> None:
    plan = planned({"dut": Item("any", SMALL)})
    assert {visit.seen for visit in plan.visits.values()} == set(Seen)


# -- proof -------------------------------------------------------------------------------

POINTS = ("temperature/50 °C",)


@pytest.mark.parametrize(
    ("spoil", "proved"),
    [
        pytest.param(honest, True, id="as it is"),
        pytest.param(with_standard(wrong_sign), False, id="the correction's sign"),
    ],
)
def test_its_proof_at_one_point(spoil: Any, proved: bool) -> None:
    study = study_of(with_points(PROCEDURE, POINTS, spoil), 12, BENCH)
    assert study.proved is proved
