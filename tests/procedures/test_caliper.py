"""`caliper`: details, suspicions, and whole runs on its simulated bench."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drivers.capabilities import Reading
from procedures.length import caliper
from procedures.length.caliper import PROCEDURE
from procedures.length.hand_tool import DIRT, INCHES, OTHER_BLOCK, SCATTERS, ZERO
from station import procedure as p
from station.errors import BadInput, OutOfReach
from station.evidence import Evidence, Room, StandardValue, Taken
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.second_look import FAR, FEWER
from station.run.state import RunState, Status
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured
from tests.procedures.proving import study_of, with_points

assert PROCEDURE.proof is not None
BENCH = PROCEDURE.proof.bench
ROOM = {"°C": 20.6, "%": 48.0}
EXACT = {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
FEW = {"high_mm": 150, "lengths": "25, 150=100+50", "tips": "25", "inside": "10", "depth": "none"}


# -- details ------------------------------------------------------------------------------------


def made(model: str = "calliper", **details: Any) -> dict[str, p.Test[Any]]:
    return {test.name: test for test in caliper.tests({"dut": p.Item(model, details)})}


def test_the_usual_tests() -> None:
    found = made()
    assert list(found) == ["outside", "tips", "inside", "depth"]
    outside = found["outside"]
    assert [point.nominal for point in outside.points] == [
        0.0, 0.01, 0.025, 0.0413, 0.075, 0.1, 0.1314, 0.15,
    ]  # fmt: skip
    ids = [point.id for test in found.values() for point in (*test.points, *test.observations)]
    assert len(set(ids)) == len(ids)
    observed = {point.id for point in outside.observations}
    assert all(set(point.rests_on) <= observed and point.rests_on for point in outside.points)
    (use,) = outside.standards
    assert [use.at(point) for point in outside.points][:4] == [
        (), (0.01,), (0.025,), (0.025, 0.015, 0.0013),
    ]  # fmt: skip


def test_limits_are_those_of_din_862_or_of_the_maker() -> None:
    def limit(test: p.Test[Any]) -> float | None:
        return test.tolerance(test.points[-1]).limits.upper

    vernier, digital = made(resolution_mm=0.05), made("mitutoyo-calliper")
    stated = made(mpe_mm=0.03, shift_mpe_mm=0.04, mpe_source="the maker's data sheet")
    assert [limit(vernier[name]) for name in ("outside", "inside")] == pytest.approx([5e-5, 7e-5])
    assert [limit(digital[name]) for name in ("outside", "inside")] == pytest.approx([3e-5, 4e-5])
    assert [limit(stated[name]) for name in ("outside", "depth")] == pytest.approx([3e-5, 4e-5])
    assert stated["outside"].tolerance(stated["outside"].points[0]).source == (
        "the maker's data sheet"
    )


@pytest.mark.parametrize(
    ("model", "details", "said"),
    [
        pytest.param("calliper", {"resolutoin_mm": 0.05}, "resolutoin_mm", id="unknown"),
        pytest.param("other", {}, "resolution_mm is missing", id="no resolution"),
        pytest.param("calliper", {"high_mm": 170.0}, "none are usual", id="unusual range"),
        pytest.param("calliper", {"lengths": "160"}, "outside 0 mm to 150 mm", id="too long"),
        pytest.param("calliper", {"inside": "160"}, "outside 0 mm to 150 mm", id="too long inside"),
        pytest.param("calliper", {"lengths": "20=10+9"}, "does not add up", id="blocks"),
        pytest.param("calliper", {"mpe_mm": -0.1}, "greater than 0", id="negative limit"),
        pytest.param("calliper", {"block_grade": "00"}, "one of K, 0, 1, 2", id="grade"),
        pytest.param("calliper", {"lengths": "10, 25, 10.0"}, "a length twice", id="twice"),
        pytest.param("calliper", {"lengths": "0, 50"}, "a block of 0 mm", id="no block"),
        pytest.param("calliper", {"lengths": "50=0+50"}, "a block of 0 mm", id="part of nought"),
        pytest.param("calliper", {"resolution_mm": 50}, "less than or equal to 1", id="in µm"),
        pytest.param("calliper", {"mpe_mm": 20}, "less than or equal to 1", id="limit in µm"),
        pytest.param("calliper", {"expansion_doubt": 1}, "less than or equal", id="in 1e-6/K"),
        pytest.param("calliper", {"apart_kelvin": 293}, "less than or equal", id="in K absolute"),
        pytest.param("calliper", {"soak_minutes": 1e9}, "less than or equal", id="soaks for ever"),
        pytest.param("calliper", {"repeats": 2}, "greater than or equal to 3", id="repeats"),
    ],
)
def test_wrong_details_are_refused(model: str, details: Mapping[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        made(model, **details)


def test_no_limits_for_a_strange_resolution() -> None:
    outside = made(resolution_mm=0.03)["outside"]
    with pytest.raises(BadInput, match="mpe_mm"):
        outside.tolerance(outside.points[0])


# -- evaluation and suspicion -------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Blocks:
    """A certificate without deviations."""

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        assert quantity == "length"
        return StandardValue(nominal + 1e-7, 5e-8, f"block {nominal:g}", 1e-7, "ISO 3650")

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        raise AssertionError("blocks are no indicators")


def evidence(readings: Mapping[str, tuple[float, ...]]) -> Evidence:
    return Evidence(
        on=date(2026, 11, 2),
        room=Room(20.6, 48.0),
        standards={"blocks": Blocks()},
        readings={
            id_: tuple(Taken("dut", Reading(mm * 1e-3, f"{mm} mm")) for mm in values)
            for id_, values in readings.items()
        },
    )


def point_of(test: p.Test[Any], id_: str) -> p.Point:
    return next(each for each in (*test.observations, *test.points) if each.id == id_)


def test_an_error_and_its_budget_by_hand() -> None:
    outside = made(resolution_mm=0.01, play_mm=0.01, lengths="25, 100, 150=100+50")["outside"]
    again = (100.00, 100.01, 100.00, 100.00, 100.01)
    found = outside.evaluate(
        point_of(outside, "outside/150 mm"),
        evidence({
            "outside/150 mm/reading": (150.02, 150.02, 150.03),
            "outside/repeatability": again,
        }),
    )  # fmt: skip
    result = found.budget.evaluate()
    assert found.reference == pytest.approx(0.1500002, abs=1e-12)
    assert found.indication == pytest.approx(0.150023333, abs=1e-9)
    assert result.value == pytest.approx(23.133e-6, abs=1e-9)
    # s²: 4·3.0e-11 and 2·3.333e-11 m² over six degrees of freedom; more than half a digit.
    s = ((4 * 3.0e-11 + 2 * 3.3333e-11) / 6) ** 0.5
    shares = {each.name: each.contribution for each in result.contributions}
    assert shares["indication"] == pytest.approx(s / 3**0.5, rel=1e-4)
    assert shares["reading"] == 0.0
    assert shares["instrument"] == pytest.approx(1e-5 / 3**0.5)
    assert shares["standard"] == pytest.approx(1e-7)
    assert shares["drift"] == pytest.approx(2e-7 / 3**0.5)
    assert shares["temperature_difference"] == pytest.approx(0.15 * 11.5e-6 * 0.5 / 3**0.5)
    assert result.contributions[0].dof == 6


def test_a_resolution_counts_where_readings_do_not_scatter() -> None:
    outside = made(resolution_mm=0.05, lengths="25, 100")["outside"]
    found = outside.evaluate(
        point_of(outside, "outside/25 mm"),
        evidence({"outside/25 mm/reading": (25.0, 25.0, 25.0),
                  "outside/repeatability": (100.0,) * 5}),
    )  # fmt: skip
    shares = {each.name: each.contribution for each in found.budget.evaluate().contributions}
    assert shares["indication"] == pytest.approx(0.0, abs=1e-15)
    assert shares["reading"] == pytest.approx(25e-6 / 3**0.5)


def test_closed_jaws_need_no_certificate() -> None:
    outside = made(lengths="25, 100")["outside"]
    found = outside.evaluate(
        point_of(outside, "outside/0 mm"),
        evidence({"outside/zero/readings": (0.05, 0.0, 0.0),
                  "outside/repeatability": (100.0,) * 5}),
    )  # fmt: skip
    assert found.reference == 0.0
    assert found.budget.evaluate().value == pytest.approx(0.05e-3 / 3)


@pytest.mark.parametrize(
    ("id_", "values", "expected"),
    [
        pytest.param("outside/zero/readings", (0.0, 0.05, 0.0), "", id="zero well set"),
        pytest.param("outside/zero/readings", (0.15, 0.15, 0.15), ZERO, id="zero off"),
        pytest.param("outside/25 mm/reading", (25.05, 25.0, 25.05), "", id="right"),
        pytest.param("outside/25 mm/reading", (25.15,), "", id="a bad calliper"),
        pytest.param("outside/25 mm/reading", (100.05,), OTHER_BLOCK, id="another block"),
        pytest.param("outside/25 mm/reading", (50.0,), OTHER_BLOCK, id="part of a stack"),
        pytest.param("outside/25 mm/reading", (0.98,), INCHES, id="inches"),
        pytest.param("outside/25 mm/reading", (25.0, 25.25, 25.0), DIRT, id="a jump"),
        pytest.param("outside/25 mm/reading", (25.0, 25.15, 25.0), SCATTERS, id="scatter"),
        pytest.param("outside/repeatability", (60.0, 60.0), DIRT, id="far from its block"),
        pytest.param("outside/25 mm", (), "", id="nothing was read"),
    ],
)
def test_usual_mistakes(id_: str, values: tuple[float, ...], expected: str) -> None:
    outside = made(resolution_mm=0.05, lengths="25, 100, 150=100+50")["outside"]
    assert outside.suspicion is not None
    assert outside.suspicion(point_of(outside, id_), evidence({id_: values})) == expected


def test_the_repeatability_is_told() -> None:
    outside = made(lengths="25, 100")["outside"]
    assert outside.conclude is not None
    (drawn,) = outside.conclude("dut", evidence({"outside/repeatability": (25.0, 25.05, 25.0)}))
    assert drawn.name == "repeatability"
    assert drawn.value == pytest.approx(28.87e-6, rel=1e-3)
    assert outside.conclude("dut", evidence({})) == ()


# -- whole runs ---------------------------------------------------------------------------------


def script(**mistakes: Mistake) -> ScriptedOperator:
    return ScriptedOperator("tester", ROOM, mistakes={int(n[1:]): m for n, m in mistakes.items()})


def laboratory(folder: Path, **simulation: Any) -> FolderLaboratory:
    return laboratory_on(BENCH, folder, PROCEDURE, dut={"details": FEW}, **simulation)


def test_a_good_calliper_passes(tmp_path: Path) -> None:
    exact = {name: EXACT for name in ("length", "length-at-tips", "inside-length")}
    made = laboratory(tmp_path, errors={"dut": exact})
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    found = measured(state)
    assert set(found) == {
        "outside/0 mm", "outside/25 mm", "outside/150 mm", "tips/25 mm", "inside/10 mm",
    }  # fmt: skip
    assert {each.verdict for each in found.values()} <= {"pass", "conditional pass"}
    assert found["outside/150 mm"].reference == pytest.approx(0.15, abs=1e-6)
    assert len(state.observed[Phase.AS_FOUND, "outside/repeatability"].readings) == 5
    assert state.observed[Phase.AS_FOUND, "outside/25 mm/reading"].readings[0].raw.endswith(" mm")
    with open_store(made.url) as store:
        assert audit(store).faults == ()


def test_a_calliper_whose_inside_jaws_are_worn_fails_there(tmp_path: Path) -> None:
    errors = {
        "dut": {
            "length": EXACT,
            "length-at-tips": EXACT,
            "inside-length": {**EXACT, "offset_ppm_of_range": -1000.0},
        }
    }
    state = laboratory(tmp_path, errors=errors).begin(operator=script())
    found = measured(state)
    assert found["inside/10 mm"].verdict == "fail"
    assert found["inside/10 mm"].error == pytest.approx(-150e-6, abs=30e-6)
    assert found["outside/25 mm"].verdict in ("pass", "conditional pass")


def test_a_mistake_in_an_entry_is_found_and_corrected(tmp_path: Path) -> None:
    made = laboratory(tmp_path, errors={"dut": {"length": EXACT}})
    state = made.begin(operator=script(n10=Mistake.SLIPPED_POINT, n13=Mistake.CORRECTED))
    rows = [row.entry for row in made.rows()]
    assert sum(isinstance(row, e.Prompted) and bool(row.doubted) for row in rows) >= 1
    (corrected,) = [row for row in rows if isinstance(row, e.Corrected)]
    assert corrected.point == "outside/150 mm/reading"
    for place in ("25", "150"):
        assert abs(measured(state)[f"outside/{place} mm"].error) < 60e-6


class Killed(Exception):
    """The power went."""


@pytest.mark.parametrize("after", [1, 3])
def test_killed_in_the_middle_and_resumed(tmp_path: Path, after: int) -> None:
    made = laboratory(tmp_path, errors={"dut": {"length": EXACT}})

    def kill(row: Row, state: RunState) -> None:
        if len(state.observed) == after:
            raise Killed

    with pytest.raises(Killed):
        made.begin(watch=kill, operator=script())
    state = made.resume(operator=script())
    assert state.status is Status.FINISHED
    assert len(measured(state)) == 5
    assert len(state.observed) == 4


def test_the_wrong_block_is_asked_about_and_taken_out(tmp_path: Path) -> None:
    """The person reads the 100 mm block in place of the 25 mm one, until asked to look."""
    made = laboratory(tmp_path, errors={"dut": {"length": EXACT}})
    asked: list[e.Prompted] = []

    class Hasty(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            about = (prompt.expected or 0.0) == 25.0 and prompt.wants is e.PromptKind.READ
            if about and not asked:
                self._answer = "150.00"
            if prompt.doubts and prompt.wants is e.PromptKind.YES_NO:
                asked.append(prompt)
                self._answer = "no"

    state = made.begin(operator=Hasty("tester", ROOM))
    assert [prompt.doubts for prompt in asked] == [(OTHER_BLOCK,)]
    assert abs(measured(state)["outside/25 mm"].error) < 60e-6


class Insisting(ScriptedOperator):
    """Enters `typed`, one after the other, for what is asked first of the closed jaws."""

    typed: tuple[str, ...] = ()

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        if prompt.wants is e.PromptKind.READ and prompt.expected == 0.0 and self.typed:
            self._answer, *rest = self.typed
            self.typed = tuple(rest)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param(("0.30", "0.30"), [{FAR}], id="six times the limits"),
        pytest.param(("1.00", "1.00"), [{FAR}], id="twenty times the limits"),
        pytest.param(("0.3", "0.30"), [{FEWER, FAR}], id="told of both before it stands"),
        pytest.param(("0.05",), [], id="as good as it need be"),
    ],
)
def test_a_zero_many_times_the_limits_off_is_asked_for_again_and_marked(
    tmp_path: Path, typed: tuple[str, ...], told: list[set[str]]
) -> None:
    made = laboratory(tmp_path, errors={"dut": {"length": EXACT}})
    operator = Insisting("tester", ROOM)
    operator.typed = typed
    made.begin(operator=operator)
    asked = [row.entry for row in made.rows() if isinstance(row.entry, e.Prompted)]
    assert [set(p.doubts) for p in asked if p.wants is e.PromptKind.READ and p.doubts] == told
    first, *_, last = (p for p in asked if p.wants is e.PromptKind.REVIEW)
    assert (first.about, last.about) == ("outside/zero/readings", "inside/10 mm")
    assert first.striking == ((1,) if told else ())
    assert last.striking == ()


def test_a_block_that_is_not_in_the_certificate_is_refused_before_the_run(tmp_path: Path) -> None:
    details = {"details": {**FEW, "lengths": "25, 30"}}
    with pytest.raises(OutOfReach, match=r"0\.03"):
        laboratory_on(BENCH, tmp_path, PROCEDURE, dut=details).begin(operator=script())


def test_a_digital_calliper_on_a_wire(tmp_path: Path) -> None:
    wired = {
        "model": "mitutoyo-calliper", "address": "ASRL7::INSTR", "settings": {}, "maker": None,
        "details": FEW,
    }  # fmt: skip
    made = laboratory_on(BENCH, tmp_path, PROCEDURE, dut=wired, constants={})
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    assert state.observed[Phase.AS_FOUND, "outside/25 mm/reading"].readings[0].raw.startswith("01A")
    assert measured(state)["outside/25 mm"].expanded_uncertainty < 15e-6


# -- the proof ----------------------------------------------------------------------------------


def test_the_honest_procedure_is_compatible() -> None:
    study = study_of(PROCEDURE, 8, BENCH)
    assert study.complete
    assert study.proved
    assert {group.test for group in study.groups} == {"", "outside", "tips", "inside", "depth"}


def forgetful(test: p.Test[Any], *names: str) -> p.Test[Any]:
    """Forget the components `names`."""

    def evaluate(point: p.Point, evidence: Evidence) -> Any:
        honest = test.evaluate(point, evidence)
        kept = tuple(
            each._replace(standard_uncertainty=0.0, half_width=0.0) if each.name in names else each
            for each in honest.budget.inputs
        )
        budget = type(honest.budget)("error", "m", honest.budget.model, *kept)
        return dataclasses.replace(honest, budget=budget)

    return dataclasses.replace(test, evaluate=evaluate)


@pytest.mark.parametrize(
    ("names", "trials"),
    [
        pytest.param(("reading", "instrument"), 12, id="the vernier's steps and how the jaws lie"),
        pytest.param(("instrument",), 40, id="how the jaws lie"),
    ],
)
def test_a_forgotten_component_is_caught(names: tuple[str, ...], trials: int) -> None:
    points = [point.id for point in made()["outside"].points if point.nominal > 0.0]
    spoilt = with_points(PROCEDURE, points, lambda test: forgetful(test, *names))
    study = study_of(spoilt, trials, BENCH)
    assert not study.proved
    assert "outside" in {group.test for group in study.too_low}
