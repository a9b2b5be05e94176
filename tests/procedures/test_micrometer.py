"""`micrometer`: details, suspicions, and whole runs on its simulated bench."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drivers.capabilities import Reading
from procedures.length import micrometer
from procedures.length.hand_tool import DIRT, INCHES, OTHER_BLOCK, TURN, ZERO
from procedures.length.micrometer import PROCEDURE
from station import procedure as p
from station.errors import BadInput
from station.evidence import Evidence, Room, Taken
from station.metrology.inputs import rectangular
from station.metrology.uncertainty import Budget
from station.run import entries as e
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import RunState, Status
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured
from tests.procedures.proving import (
    honest,
    study_of,
    with_points,
    with_standard,
)

assert PROCEDURE.proof is not None
BENCH = PROCEDURE.proof.bench
ROOM = {"°C": 20.4, "%": 47.0}
EXACT = {"length": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}
FEW = {"lengths": "5.1, 12.9, 25"}

# -- details ------------------------------------------------------------------------------------


def made(model: str = "micrometer", **details: Any) -> p.Test[Any]:
    (test,) = micrometer.tests({"dut": p.Item(model, details)})
    return test


@pytest.mark.parametrize(
    ("details", "first", "blocks"),
    [
        pytest.param({}, [0.0, 0.0025, 0.0051], [(), (0.0025,), (0.0051,)], id="from nought"),
        pytest.param(
            {"low_mm": 50, "high_mm": 75},
            [0.05, 0.0525, 0.0551],
            [(0.05,), (0.05, 0.0025), (0.05, 0.0051)],
            id="from 50 mm",
        ),
    ],
)
def test_the_usual_lengths(
    details: Mapping[str, Any], first: list[float], blocks: list[tuple[float, ...]]
) -> None:
    test = made(**details)
    assert len(test.points) == 11
    assert [point.nominal for point in test.points[:3]] == first
    assert test.points[-1].nominal == details.get("high_mm", 25) * 1e-3
    (use,) = test.standards
    assert [use.at(point) for point in test.points[:3]] == blocks
    observed = {point.id for point in test.observations}
    assert all(set(point.rests_on) <= observed and point.rests_on for point in test.points)


@pytest.mark.parametrize(
    ("details", "micrometres"),
    [
        ({}, 4.0),
        ({"low_mm": 75, "high_mm": 100}, 5.0),
        ({"mpe_mm": 0.002}, 2.0),
        ({"low_mm": 300, "high_mm": 325, "mpe_mm": 0.009, "parallelism_um": 5}, 9.0),
    ],
)
def test_limits(details: Mapping[str, Any], micrometres: float) -> None:
    test = made(**details)
    assert test.tolerance(test.points[0]).limits.upper == pytest.approx(micrometres * 1e-6)


@pytest.mark.parametrize(
    ("model", "details", "said"),
    [
        pytest.param("other", {}, "resolution_mm is missing", id="no resolution"),
        pytest.param("micrometer", {"low_mm": 300, "high_mm": 325}, "parallelism_um", id="table"),
        pytest.param(
            "micrometer",
            {"low_mm": 300, "high_mm": 325, "parallelism_um": 5.0},
            "mpe_mm",
            id="no limits",
        ),
        pytest.param("micrometer", {"lengths": "30"}, "outside 0 mm to 25 mm", id="too long"),
        pytest.param("micrometer", {"display": "clock"}, "'digital' or 'lines'", id="display"),
        pytest.param(
            "micrometer",
            {"high_mm": 50, "mpe_mm": 0.004, "parallelism_um": 2},
            "only for 25 mm of travel",
            id="half of the range untried",
        ),
        pytest.param("micrometer", {"resolution_mm": 5}, "less than or equal to 0.01", id="µm"),
        pytest.param("micrometer", {"parallelism_um": 2000}, "less than or equal", id="nm"),
        pytest.param("micrometer", {"tips": "25"}, "tips", id="no calliper"),
    ],
)
def test_wrong_details_are_refused(model: str, details: Mapping[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        made(model, **details)


# -- suspicion ----------------------------------------------------------------------------------


def evidence(id_: str, values: tuple[float, ...]) -> Evidence:
    taken = tuple(Taken("dut", Reading(mm * 1e-3, f"{mm} mm")) for mm in values)
    return Evidence(date(2026, 11, 2), Room(20.4, 47.0), {}, {id_: taken})


@pytest.mark.parametrize(
    ("id_", "values", "expected"),
    [
        pytest.param("length/zero/readings", (0.001, 0.0, 0.0), "", id="zero well set"),
        pytest.param("length/zero/readings", (0.006, 0.005, 0.006), ZERO, id="zero off"),
        pytest.param("length/5.1 mm/reading", (5.102,), "", id="right"),
        pytest.param("length/5.1 mm/reading", (5.602,), TURN, id="half a millimetre more"),
        pytest.param("length/5.1 mm/reading", (4.601,), TURN, id="half a millimetre less"),
        pytest.param("length/5.1 mm/reading", (7.701,), OTHER_BLOCK, id="another block"),
        pytest.param("length/25 mm/reading", (0.984,), INCHES, id="inches"),
        pytest.param("length/5.1 mm/reading", (5.125,), DIRT, id="dirt"),
    ],
)
def test_usual_mistakes(id_: str, values: tuple[float, ...], expected: str) -> None:
    test = made()
    assert test.suspicion is not None
    point = next(each for each in test.observations if each.id == id_)
    assert test.suspicion(point, evidence(id_, values)) == expected


def test_a_display_has_no_turns() -> None:
    test = made("mitutoyo-micrometer")
    assert test.suspicion is not None
    id_ = "length/5.1 mm/reading"
    point = next(each for each in test.observations if each.id == id_)
    assert test.suspicion(point, evidence(id_, (5.602,))) == DIRT


# -- whole runs ---------------------------------------------------------------------------------


def script(**mistakes: Mistake) -> ScriptedOperator:
    return ScriptedOperator("tester", ROOM, mistakes={int(n[1:]): m for n, m in mistakes.items()})


def laboratory(folder: Path, **simulation: Any) -> FolderLaboratory:
    return laboratory_on(BENCH, folder, PROCEDURE, dut={"details": FEW}, **simulation)


def by_hand(folder: Path, **simulation: Any) -> FolderLaboratory:
    """A micrometer with a thimble, read to half a division."""
    read = {
        "model": "micrometer",
        "address": "person",
        "maker": "Micrometer",
        "settings": {"resolution_mm": 0.005},
        "details": FEW,
    }
    return laboratory_on(BENCH, folder, PROCEDURE, dut=read, **simulation)


def test_a_good_micrometer_passes(tmp_path: Path) -> None:
    state = laboratory(tmp_path, errors={"dut": EXACT}).begin(operator=script())
    assert state.status is Status.FINISHED
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}
    found = measured(state)
    assert set(found) == {"length/0 mm", "length/5.1 mm", "length/12.9 mm", "length/25 mm"}
    assert found["length/25 mm"].expanded_uncertainty == pytest.approx(1.3e-6, abs=0.3e-6)
    assert found["length/25 mm"].reference != 0.025
    (drawn,) = state.conclusions[Phase.AS_FOUND, "length", "dut"].conclusions
    assert drawn.name == "repeatability"
    assert drawn.value < 1e-6


def test_a_worn_screw_fails(tmp_path: Path) -> None:
    errors = {"dut": {"length": {"gain_ppm": 300.0, "offset_ppm_of_range": 0.0}}}
    found = measured(laboratory(tmp_path, errors=errors).begin(operator=script()))
    assert found["length/25 mm"].verdict == "fail"
    assert found["length/25 mm"].error == pytest.approx(7.5e-6, abs=1.2e-6)
    assert found["length/5.1 mm"].error == pytest.approx(1.5e-6, abs=1.5e-6)


def test_a_thimble_read_by_a_person_and_a_turn_missed(tmp_path: Path) -> None:
    made = by_hand(tmp_path, errors={"dut": EXACT})
    asked: list[e.Prompted] = []

    class Hasty(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if prompt.wants is e.PromptKind.READ and prompt.expected == 25.0 and not asked:
                self._answer = "25.500"
            if prompt.doubts and prompt.wants is e.PromptKind.YES_NO:
                asked.append(prompt)
                self._answer = "no"

    state = made.begin(operator=Hasty("tester", ROOM))
    assert [prompt.doubts for prompt in asked] == [(TURN,)]
    assert abs(measured(state)["length/25 mm"].error) < 6e-6


def test_a_mistake_in_an_entry_is_found_and_corrected(tmp_path: Path) -> None:
    made = by_hand(tmp_path, errors={"dut": EXACT})
    state = made.begin(operator=script(n9=Mistake.CORRECTED))
    (corrected,) = [r.entry for r in made.rows() if isinstance(r.entry, e.Corrected)]
    assert corrected.point == "length/5.1 mm/reading"
    assert abs(measured(state)["length/5.1 mm"].error) < 6e-6


class Killed(Exception):
    """The power went."""


@pytest.mark.parametrize("after", [1, 3])
def test_killed_in_the_middle_and_resumed(tmp_path: Path, after: int) -> None:
    made = laboratory(tmp_path, errors={"dut": EXACT})

    def kill(row: Row, state: RunState) -> None:
        if len(state.observed) == after:
            raise Killed

    with pytest.raises(Killed):
        made.begin(watch=kill, operator=script())
    state = made.resume(operator=script())
    assert state.status is Status.FINISHED
    assert len(measured(state)) == 4


# -- the proof ----------------------------------------------------------------------------------


TRIALS = 40


def deviations_misread(nominal: float, value: Any) -> Any:
    """The deviations of the blocks in the wrong unit: a hundred times as large."""
    return dataclasses.replace(value, actual=nominal + 100.0 * (value.actual - nominal))


def forgetful(test: p.Test[Any]) -> p.Test[Any]:
    """Forget that the faces are not parallel, and the last digit."""

    def evaluate(point: p.Point, evidence: Evidence) -> p.Evaluation:
        found = test.evaluate(point, evidence)
        kept = [
            rectangular(each.name, half_width=0.0, source="forgotten")
            if each.name in ("instrument", "reading")
            else each
            for each in found.budget.inputs
        ]
        budget = Budget(found.budget.quantity, "m", found.budget.model, *kept)
        return dataclasses.replace(found, budget=budget)

    return dataclasses.replace(test, evaluate=evaluate)


@pytest.mark.parametrize(
    ("spoil", "is_proved"),
    [
        pytest.param(honest, True, id="honest"),
        pytest.param(forgetful, False, id="forgotten components"),
        pytest.param(with_standard(deviations_misread), False, id="deviations misread"),
    ],
)
def test_a_spoilt_procedure_is_caught(spoil: Any, is_proved: bool) -> None:
    points = ("length/5.1 mm", "length/12.9 mm", "length/20.2 mm", "length/25 mm")
    study = study_of(with_points(PROCEDURE, points, spoil), TRIALS, BENCH)
    assert study.complete
    assert study.proved == is_proved
