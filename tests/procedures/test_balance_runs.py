"""Whole runs of `balance`: on a wire and read by a person, good, bad, mistaken, killed, proved."""

import dataclasses
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from procedures.mass.balance import PROCEDURE
from procedures.mass.balance_plausible import NOT_ZEROED, WRONG_WEIGHT
from station import procedure as p
from station.certificate.issue import issue
from station.certificate.results import sections
from station.certificate.verification.file import verify
from station.errors import OutOfReach, RunAborted
from station.metrology.conformity import Verdict
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import RunState, Status
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured, verdicts
from tests.procedures.proving import study_of, with_standard, wrong_sign
from tests.station.certificate.runs import LABORATORY, ORDER

MASS = files("procedures") / "mass" / "benches"
WIRED, SCALE = MASS / "balance", MASS / "balance-scale"
ROOM = {"°C": 21.0, "%": 50.0, "hPa": 1006.0}
ERROR = "error-of-indication"
ISSUED_AT = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
CALIBRATED: Mapping[str, Any] = {"capacity": "6 kg", "division": "1 g", "class": "III"}


RECEIVED = ORDER.model_copy(update={"received": ISSUED_AT.date() - timedelta(days=5)})


def script(**mistakes: Mistake) -> ScriptedOperator:
    return ScriptedOperator("tester", ROOM, mistakes={int(n[1:]): m for n, m in mistakes.items()})


def wired(folder: Path, **simulation: Any) -> FolderLaboratory:
    return laboratory_on(WIRED, folder, PROCEDURE, **simulation)


def scale(
    folder: Path, details: Mapping[str, Any] | None = None, **simulation: Any
) -> FolderLaboratory:
    """The counter scale; without `details` in its periodic verification."""
    dut = {} if details is None else {"details": dict(details)}
    made = laboratory_on(SCALE, folder, PROCEDURE, dut=dut, **simulation)
    made.rule = "simple-acceptance"
    return made


class Deciding(ScriptedOperator):
    """Answers questions about an adjustment with one word, and counts them."""

    def __init__(self, word: str) -> None:
        super().__init__("tester", ROOM)
        self.word, self.asked, self.interrupted = word, 0, 0

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        if "Adjust it now" in prompt.text or "interrupted" in prompt.text:
            self._answer = self.word
            self.asked += "Adjust it now" in prompt.text
            self.interrupted += "interrupted" in prompt.text


def with_details(made: FolderLaboratory, **details: Any) -> FolderLaboratory:
    """The same laboratory, some details of its item changed."""
    dut = made.file.instruments["dut"]
    dut = dut.model_copy(update={"details": {**dut.details, **details}})
    made.file = made.file.model_copy(update={"instruments": {**made.file.instruments, "dut": dut}})
    return made


def gain(ppm: float) -> dict[str, Any]:
    return {"dut": {"mass": {"gain_ppm": ppm}}}


class TestCalibration:
    def test_a_good_balance(self, tmp_path: Path) -> None:
        made = wired(tmp_path, errors=gain(0.5))
        state = made.begin(operator=script())
        assert state.status is Status.FINISHED
        assert set(verdicts(state).values()) == {"pass"}
        found = measured(state)
        assert list(found) == [f"{ERROR}/{n} g" for n in (50, 100, 150, 200, 220)]
        for point in found.values():
            assert abs(point.error - 0.5e-6 * point.indication) < point.expanded_uncertainty
        assert len(state.observed) == 1 + 1 + 5 + 5 + 1
        series = state.observed[Phase.AS_FOUND, "repeatability/200 g"]
        assert [r.of for r in series.readings] == [f"dut/{n}" for n in range(1, 7)]
        with open_store(made.url) as store:
            assert audit(store).faults == ()

    def test_what_follows_for_use(self, tmp_path: Path) -> None:
        state = wired(tmp_path, errors=gain(3.0)).begin(operator=script())
        (concluded,) = state.conclusions.values()
        drawn = {c.name: c for c in concluded.conclusions}
        assert list(drawn) == [
            "repeatability", "eccentricity", "approximate-error", "in-use-constant",
            "in-use-slope", "minimum-weight",
        ]  # fmt: skip
        assert drawn["repeatability"].value == pytest.approx(0.07e-6, rel=0.9)
        slope = drawn["approximate-error"]
        assert slope.expanded_uncertainty is not None
        assert slope.value == pytest.approx(3e-6, abs=slope.expanded_uncertainty)
        assert drawn["minimum-weight"].value == pytest.approx(0.3e-3, rel=0.6)

    def test_a_bad_balance_fails(self, tmp_path: Path) -> None:
        state = wired(tmp_path, errors=gain(-9.0)).begin(operator=Deciding("no"))
        assert verdicts(state) == {
            f"{ERROR}/50 g": "conditional pass", f"{ERROR}/100 g": "conditional pass",
            f"{ERROR}/150 g": "fail", f"{ERROR}/200 g": "fail", f"{ERROR}/220 g": "fail",
        }  # fmt: skip
        assert state.verdicts[Phase.AS_FOUND, "dut"] == Verdict.FAIL.value

    def test_read_by_a_person(self, tmp_path: Path) -> None:
        state = scale(tmp_path, CALIBRATED, errors=gain(50.0)).begin(operator=script())
        found = measured(state)
        assert list(found) == [f"{ERROR}/{n} kg" for n in ("1", "2.5", "3.5", "5", "6")]
        for point in found.values():
            assert abs(point.error - 50e-6 * point.indication) < point.expanded_uncertainty
        observed = state.observed[Phase.AS_FOUND, "load/2.5 kg"]
        assert observed.readings[0].raw == "2500 g"

    @pytest.mark.parametrize("after", [1, 2, 5, 9, 13])
    def test_killed_in_the_middle_and_resumed(self, tmp_path: Path, after: int) -> None:
        made = wired(tmp_path, errors=gain(2.0))

        class Killed(Exception):
            pass

        def kill(row: Row, state: RunState) -> None:
            if len(state.observed) == after:
                raise Killed

        with pytest.raises(Killed):
            made.begin(watch=kill, operator=script())
        state = made.resume(operator=script())
        assert state.status is Status.FINISHED
        assert len(state.observed) == 13
        for point in measured(state).values():
            assert abs(point.error - 2e-6 * point.indication) < point.expanded_uncertainty

    def test_a_load_beyond_the_certificate_is_refused_before_power(self, tmp_path: Path) -> None:
        with pytest.raises(OutOfReach, match="outside the certified ranges"):
            scale(tmp_path, {"capacity": "30 kg", "division": "1 g", "limit": "10 g"}).begin(
                operator=script()
            )


class TestAdjustment:
    """A balance that fails as found adjusts itself, where it can and a person agrees."""

    FAR = 12.0

    def test_as_found_it_fails_and_as_left_it_passes(self, tmp_path: Path) -> None:
        made = wired(tmp_path, errors=gain(self.FAR))
        operator = Deciding("yes")
        state = made.begin(operator=operator)
        assert operator.asked == 1
        assert state.decisions == {Phase.AS_FOUND: "fail", Phase.AS_LEFT: "pass"}
        for phase, slope in ((Phase.AS_FOUND, self.FAR), (Phase.AS_LEFT, 0.0)):
            for n in (50, 100, 150, 200, 220):
                found = state.results[phase, f"{ERROR}/{n} g"]
                assert isinstance(found, e.Measured)
                left = abs(found.error - slope * 1e-6 * found.indication)
                # In the built-in weight 1e-6 may be left, and the line is bent a little.
                assert left < found.expanded_uncertainty + 1e-6 * found.indication
        with open_store(made.url) as store:
            assert audit(store).faults == ()

    def test_the_certificate_shows_both(self, tmp_path: Path) -> None:
        made = wired(tmp_path, errors=gain(self.FAR))
        state = made.begin(operator=Deciding("yes"))
        found, left = sections(state)
        assert [found.title.en, left.title.en] == ["Results as found", "Results as left"]
        assert (found.verdict, left.verdict) == (Verdict.FAIL, Verdict.PASS)
        assert len(found.lines) == len(left.lines) == 5
        with open_store(made.url) as store:
            issued = issue(
                store, made.run, by="A", now=ISSUED_AT, order=RECEIVED, laboratory=LABORATORY
            )
        shown = " ".join(page.extract_text() for page in PdfReader(BytesIO(issued.pdf)).pages)
        places = [shown.index(title.en) for title in (found.title, left.title)]
        assert places == sorted(places)
        found_wrong = verify(issued.pdf, None).findings
        assert [one for one in found_wrong if one.weight.value == "error"] == []

    def test_a_person_says_no(self, tmp_path: Path) -> None:
        operator = Deciding("no")
        state = wired(tmp_path, errors=gain(self.FAR)).begin(operator=operator)
        assert (operator.asked, state.left_as_found) == (1, True)
        assert state.decisions == {Phase.AS_FOUND: "fail"}
        assert state.status is Status.FINISHED

    def test_a_balance_that_a_person_reads_is_not_asked_about(self, tmp_path: Path) -> None:
        operator = Deciding("yes")
        state = scale(tmp_path, CALIBRATED, errors=gain(900.0)).begin(operator=operator)
        assert operator.asked == 0
        assert state.decisions == {Phase.AS_FOUND: "fail"}

    def test_nor_is_one_in_a_verification(self, tmp_path: Path) -> None:
        operator = Deciding("yes")
        made = with_details(wired(tmp_path, errors=gain(self.FAR)), mode="periodic")
        made.rule = "simple-acceptance"
        state = made.begin(operator=operator)
        assert operator.asked == 0
        assert state.decisions == {Phase.AS_FOUND: "fail"}

    @pytest.mark.parametrize("word", ["yes", "no"])
    def test_killed_in_the_middle_of_it(self, tmp_path: Path, word: str) -> None:
        """Nobody knows what became of it: a person is asked, and it is not made again."""
        made = wired(tmp_path, errors=gain(self.FAR))

        class Killed(BaseException):
            pass

        def kill(row: Row, state: RunState) -> None:
            if isinstance(row.entry, e.AdjustBegun):
                raise Killed

        with pytest.raises(Killed):
            made.begin(watch=kill, operator=Deciding("yes"))
        assert made.state().adjusting
        operator = Deciding(word)
        if word == "no":
            with pytest.raises(RunAborted, match="not completed"):
                made.resume(operator=operator)
            return
        state = made.resume(operator=operator)
        assert (operator.interrupted, operator.asked) == (1, 0)
        begun = [row for row in made.rows() if isinstance(row.entry, e.AdjustBegun)]
        assert len(begun) == 1
        # The simulated balance is a new one, which nobody adjusted: as left tells the truth.
        assert state.decisions == {Phase.AS_FOUND: "fail", Phase.AS_LEFT: "fail"}


class TestMistakes:
    def test_a_wrong_weight_is_asked_about_and_weighed_again(self, tmp_path: Path) -> None:
        """The first 100 g of the errors are really 50 g; the person looks, and puts them on."""
        made = wired(tmp_path, errors=gain(0.0))
        asked: list[e.Prompted] = []
        operator = script()

        class Absent(ScriptedOperator):
            def ask(self, prompt: e.Prompted) -> None:
                super().ask(prompt)
                if prompt.wants is e.PromptKind.YES_NO and prompt.doubts:
                    asked.append(prompt)
                    self._answer = "no"

        wrong = {"done": False}

        def confused(test: p.Test[Any]) -> p.Test[Any]:
            def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Any:
                if point.id == "load/100 g" and not wrong["done"]:
                    wrong["done"] = True
                    point = dataclasses.replace(point, id="load/50 g")
                yield from test.measure(point, roles, attendant)

            return dataclasses.replace(test, measure=measure)

        made.procedure = dataclasses.replace(
            PROCEDURE,
            tests=lambda items: tuple(confused(test) for test in PROCEDURE.tests(items)),
        )
        state = made.begin(operator=Absent(operator.name, ROOM))
        assert [prompt.doubts for prompt in asked] == [(WRONG_WEIGHT,)]
        assert asked[0].about == "load/100 g"
        assert abs(measured(state)[f"{ERROR}/100 g"].error) < 1e-6

    def test_a_pan_that_was_not_empty_when_it_was_zeroed(self, tmp_path: Path) -> None:
        made = scale(tmp_path, CALIBRATED)
        asked: list[e.Prompted] = []

        class Lazy(ScriptedOperator):
            def ask(self, prompt: e.Prompted) -> None:
                super().ask(prompt)
                if prompt.wants is e.PromptKind.READ and not asked:
                    self._answer = "12"
                if prompt.wants is e.PromptKind.YES_NO and prompt.doubts:
                    asked.append(prompt)
                    self._answer = "no"

        state = made.begin(operator=Lazy("tester", ROOM))
        assert [prompt.doubts for prompt in asked] == [(NOT_ZEROED,)]
        assert state.status is Status.FINISHED

    @pytest.mark.parametrize("mistake", [Mistake.TRANSPOSED, Mistake.CORRECTED])
    def test_an_entry_is_looked_at_again(self, tmp_path: Path, mistake: Mistake) -> None:
        made = scale(tmp_path, CALIBRATED, errors=gain(0.0))
        # The empty pan, five weighings, five places, 1 kg; then 2500 g.
        state = made.begin(operator=script(n13=mistake))
        rows = [row.entry for row in made.rows()]
        doubted = [row for row in rows if isinstance(row, e.Prompted) and row.doubted]
        corrected = [row for row in rows if isinstance(row, e.Corrected)]
        assert (len(doubted), len(corrected)) == (
            (0, 1) if mistake is Mistake.CORRECTED else (1, 0)
        )
        assert abs(measured(state)[f"{ERROR}/2.5 kg"].error) < 1.1e-3


class TestVerification:
    def test_a_good_scale(self, tmp_path: Path) -> None:
        state = scale(tmp_path).begin(operator=script())
        assert state.begun is not None
        assert state.begun.verification.startswith("ĐLVN 15:2009")
        assert state.begun.operation == "periodic verification"
        assert len(state.inspected) == 5
        assert set(verdicts(state).values()) == {"pass"}
        names = [point.partition("/")[0] for point in measured(state)]
        assert list(dict.fromkeys(names)) == [
            "zero", "repeatability", "eccentricity", "error", "tare", "discrimination",
        ]  # fmt: skip

    def test_places_on_the_pan_are_told_apart(self) -> None:
        items = {"dut": p.Item("balance", {**CALIBRATED, "kind": "counter", "mode": "initial"})}
        found = {test.name: test.points for test in PROCEDURE.tests(items)}
        assert [point.label for point in found["eccentricity"]] == [
            "centre", "left front", "right front", "right rear", "left rear",
        ]  # fmt: skip
        assert {point.label for name in ("error", "tare") for point in found[name]} == {""}

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_errors_are_found_without_rounding(self, tmp_path: Path, seed: int) -> None:
        """The scale shows whole grams; its errors are found to a tenth, zero included."""
        state = scale(tmp_path, seed=seed, errors=gain(50.0)).begin(operator=script())
        for point in ("error/2 kg", "error/4 kg", "error/6 kg"):
            found = measured(state)[point]
            assert found.error == pytest.approx(50e-6 * found.indication, abs=0.4e-3), point

    def test_a_failed_operation_ends_it(self, tmp_path: Path) -> None:
        constants = {
            "dut": {"eccentricity_intervals": 0.1},
            "weights": {"greatest_kilograms": 5.0},
        }
        made = scale(tmp_path, errors=gain(320.0), constants=constants)
        state = made.begin(operator=script())
        found = verdicts(state)
        assert found["error/6 kg"] == "fail"
        assert not [point for point in found if point.startswith("tare")]
        assert state.verdicts[Phase.AS_FOUND, "dut"] == "fail"
        assert state.status is Status.FINISHED

    def test_corners_that_differ_end_it_before_the_errors(self, tmp_path: Path) -> None:
        constants = {
            "dut": {"eccentricity_intervals": 9.0},
            "weights": {"greatest_kilograms": 5.0},
        }
        state = scale(tmp_path, constants=constants).begin(operator=script())
        found = verdicts(state)
        assert "fail" in {found[point] for point in found if point.startswith("eccentricity")}
        assert not [point for point in found if point.startswith("error")]

    def test_a_no_to_an_inspection_ends_it(self, tmp_path: Path) -> None:
        class Strict(ScriptedOperator):
            def ask(self, prompt: e.Prompted) -> None:
                super().ask(prompt)
                if "seals" in prompt.text:
                    self._answer = "no"

        state = scale(tmp_path).begin(operator=Strict("tester", ROOM))
        assert measured(state) == {}
        assert state.verdicts[Phase.AS_FOUND, "dut"] == "fail"

    @pytest.mark.parametrize(
        ("mode", "asked"),
        [("initial", "approved type"), ("periodic", "seals"), ("after-repair", "repaired")],
    )
    def test_what_is_looked_at_by_mode(self, mode: str, asked: str) -> None:
        items = {"dut": p.Item("balance", {**CALIBRATED, "kind": "counter", "mode": mode})}
        found = PROCEDURE.verification(items)
        assert found is not None
        assert any(asked in each.text for each in found.inspections)
        assert len({each.id for each in found.inspections}) == len(found.inspections) == 5
        assert all("not seen" in each.clause for each in found.inspections)

    @pytest.mark.parametrize(
        ("details", "document"),
        [
            (
                {
                    "class": "I",
                    "verification_interval": "1 g",
                    "capacity": "60 kg",
                    "division": "0.1 g",
                },
                "ĐLVN 16:2021",
            ),
            ({"kind": "platform"}, "ĐLVN 14:2009"),
            ({"kind": "counter", "document": "ĐLVN 30:2019, spring scales"}, "ĐLVN 30:2019"),
        ],
    )
    def test_documents(self, details: dict[str, Any], document: str) -> None:
        items = {"dut": p.Item("balance", {**CALIBRATED, "mode": "initial", **details})}
        found = PROCEDURE.verification(items)
        assert found is not None
        assert found.document.startswith(document)

    def test_a_calibration_is_none(self) -> None:
        assert PROCEDURE.verification({"dut": p.Item("balance", CALIBRATED)}) is None

    def test_an_analytical_balance_on_a_wire(self, tmp_path: Path) -> None:
        made = with_details(wired(tmp_path, errors=gain(0.5)), mode="initial")
        made.rule = "simple-acceptance"
        state = made.begin(operator=script())
        assert set(verdicts(state).values()) == {"pass"}
        assert "error/100 mg" in measured(state)

    def test_discrimination_of_a_coarse_scale(self, tmp_path: Path) -> None:
        details = {"capacity": "6 kg", "division": "10 g", "class": "III", "kind": "counter",
                   "mode": "initial"}  # fmt: skip
        constants = {
            "dut": {"capacity_kilograms": 6.0, "interval_kilograms": 0.01},
            "weights": {"greatest_kilograms": 5.0},
        }
        made = scale(tmp_path, details, errors=gain(0.0), constants=constants)
        dut = made.file.instruments["dut"].model_copy(
            update={"settings": {"unit": "g", "resolution": 10.0}}
        )
        instruments = {**made.file.instruments, "dut": dut}
        made.file = made.file.model_copy(update={"instruments": instruments})
        state = made.begin(operator=script())
        found = {k: v for k, v in measured(state).items() if k.startswith("discrimination")}
        assert len(found) == 3
        assert {one.verdict for one in found.values()} == {"pass"}
        # The places of the load scatter by a tenth of an interval.
        assert all(one.error == pytest.approx(0.01, abs=3.1e-3) for one in found.values())


# -- the proof ---------------------------------------------------------------------------

TRIALS = 25


def test_it_is_proved() -> None:
    found = study_of(PROCEDURE, TRIALS, WIRED)
    assert found.proved


def changed_folder(folder: Path, source: Any, change: Any) -> Path:
    """A copy of a bench folder, the text of its bench file changed."""
    with as_file(source) as place:
        shutil.copytree(place, folder, dirs_exist_ok=True)
    file = folder / "bench.toml"
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    return folder


def test_a_scale_read_by_a_person_is_proved(tmp_path: Path) -> None:
    """Whole grams, and U is little more than their rounding."""

    def change(text: str) -> str:
        calibrated = text.replace('mode = "periodic"', 'mode = "calibration"')
        return calibrated.replace('kind = "counter"', 'limits = "in-service"')

    found = study_of(PROCEDURE, TRIALS, changed_folder(tmp_path, SCALE, change))
    assert found.proved


def test_corrections_the_wrong_way_round_are_found(tmp_path: Path) -> None:
    """With weights far from their nominal values: of each 5 parts in a million."""

    def change(text: str) -> str:
        kept = [line for line in text.splitlines() if not line.startswith('"')]
        return "\n".join([*kept, "[simulation.errors.weights.mass]", "gain_ppm = 5.0"])

    procedure = dataclasses.replace(
        PROCEDURE,
        tests=lambda items: tuple(
            with_standard(wrong_sign)(test) for test in PROCEDURE.tests(items)
        ),
    )
    bench = changed_folder(tmp_path, WIRED, change)
    assert study_of(PROCEDURE, TRIALS, bench).proved
    assert not study_of(procedure, TRIALS, bench).proved


def test_a_forgotten_repeatability_is_found() -> None:
    def spoilt(test: p.Test[Any]) -> p.Test[Any]:
        def evaluate(point: p.Point, evidence: p.Evidence) -> p.Evaluation:
            made = test.evaluate(point, evidence)
            budget = made.budget
            inputs = [
                each._replace(standard_uncertainty=0.0, half_width=0.0)
                if each.name in ("repeatability", "eccentricity", "weights", "drift")
                else each
                for each in budget.inputs
            ]
            less = type(budget)(budget.quantity, budget.unit, budget.model, *inputs)
            return dataclasses.replace(made, budget=less)

        return dataclasses.replace(test, evaluate=evaluate)

    procedure = dataclasses.replace(
        PROCEDURE, tests=lambda items: tuple(map(spoilt, PROCEDURE.tests(items)))
    )
    assert not study_of(procedure, TRIALS, WIRED).proved
