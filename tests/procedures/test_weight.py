"""Weights on a comparator: sequence, mistakes at the pan, whole runs, and the proof."""

import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from drivers.capabilities import Reading
from drivers.errors import InstrumentRefused
from drivers.person import Doing
from procedures.details import checked
from procedures.mass.weight import PROCEDURE, TOO_UNCERTAIN, UNLIKE_RECORDS, Roles
from procedures.mass.weight_details import Details
from procedures.mass.weight_limits import WeightClass, permissible_error
from procedures.mass.weight_plausible import (
    EXCHANGED,
    FAR_APART,
    NOT_LINEAR,
    NOT_SETTLED,
    READING_EXCHANGED,
    SCATTERED,
    WRONG_WEIGHT,
    suspicion,
)
from simulators.clock import VirtualClock
from station import procedure as p
from station.bench_file import BenchFile, InstrumentEntry, parse_standard, read_bench_file
from station.errors import BadInput
from station.evidence import CertifiedStandard, Evidence, Room, StandardValue
from station.metrology.uncertainty import Budget
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run import journal
from station.run.carry_out import Session, begin, resume
from station.run.hands import Hands
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.setup import COVERAGE_PROBABILITY, Setup
from station.run.state import RunState, Status
from station.validation.finding import Study, assessed
from station.validation.study import studied
from station.validation.subject import subject

MILLIGRAM = 1e-6
BENCH = files("procedures") / "mass" / "benches" / "weight"
PLAIN: Mapping[str, float | str] = {
    "nominals": "200 g, 200 g*",
    "class": "F1",
    "comparator_division_milligrams": 0.01,
    "comparator_eccentricity_milligrams": 0.02,
}


def items(**details: float | str) -> p.Items:
    return {"dut": p.Item("weight-set-f1", {**PLAIN, **details})}


class TestDetails:
    @pytest.mark.parametrize(
        ("details", "said"),
        [
            pytest.param({"nominals": "0.2 lb"}, "no nominal value", id="unit"),
            pytest.param({"nominals": "1 g, 1 g"}, "1 g is named twice", id="twice"),
            pytest.param({"nominals": "1 kg, 1000 g"}, "1 kg is named twice", id="twice in g"),
            pytest.param({"nominals": "300 g"}, "no weight of '300 g'", id="no such weight"),
            pytest.param({"class": "E3"}, "class", id="class"),
            pytest.param({"class": "M3", "nominals": "100 mg"}, "M3", id="not in this class"),
            pytest.param({"material": "gold"}, "no density is assumed of 'gold'", id="material"),
            pytest.param({"density": 7800.0}, "density_uncertainty", id="density without U"),
            pytest.param({"comparator_divison": 1.0}, "did you mean", id="misspelt"),
            pytest.param({"cycles": 1}, "cycles", id="one cycle"),
            pytest.param({"nominals": "500 g*"}, "only a 2 has a second", id="second of a 5"),
            pytest.param({"nominals": "2 kg"}, "greatest_kilograms", id="beyond the set"),
            pytest.param(
                {"density": 7.95, "density_uncertainty": 0.14}, "density: .*100", id="g/cm³"
            ),
            pytest.param(
                {"reference_density": 7950.0, "reference_density_uncertainty": 9000.0},
                "U in kg/m³, not 9000 of 7950",
                id="U of a density",
            ),
            pytest.param(
                {"comparator_repeatability_milligrams": 0.0, "comparator_repeatability_dof": 9.0},
                "comparator_repeatability_milligrams: .*greater than 0",
                id="no scatter at all",
            ),
            pytest.param({"comparator_sensitivity": 2.0}, "sensitivity", id="sensitivity in %"),
        ],
    )
    def test_refused(self, details: dict[str, float | str], said: str) -> None:
        with pytest.raises(BadInput, match=said):
            PROCEDURE.tests(items(**details))

    def test_what_is_missing_is_named(self) -> None:
        with pytest.raises(BadInput, match="'nominals' is missing; 'class' is missing"):
            checked(
                "dut",
                {"comparator_division_milligrams": 1.0, "comparator_eccentricity_milligrams": 0.0},
                Details,
            )

    @pytest.mark.parametrize(
        ("class_", "cycles"), [("E1", 6), ("E2", 5), ("F1", 4), ("F2", 3), ("M3", 3)]
    )
    def test_cycles_by_class(self, class_: str, cycles: int) -> None:
        details = checked("dut", {**PLAIN, "class": class_}, Details)
        assert details.number_of_cycles == cycles
        stated = {**PLAIN, "class": class_, "cycles": 9}
        assert checked("dut", stated, Details).number_of_cycles == 9

    @pytest.mark.parametrize(
        ("said", "name", "kilograms"),
        [("1000 g", "1 kg", 1.0), ("0.2 kg", "200 g", 0.2), ("0.5g", "500 mg", 5e-4)],
    )
    def test_a_weight_is_called_as_in_the_table(
        self, said: str, name: str, kilograms: float
    ) -> None:
        """A reader of "1000 g" is not asked whether 1000 kg were meant."""
        (point,) = PROCEDURE.tests(items(nominals=said))[0].points
        assert (point.id, point.nominal) == (f"mass/{name}", kilograms)

    def test_marked_weights_are_a_test_of_their_own(self) -> None:
        found = {
            test.name: [point.id for point in test.points] for test in PROCEDURE.tests(items())
        }
        assert found == {"mass": ["mass/200 g"], "mass-marked": ["mass-marked/200 g*"]}


@pytest.mark.parametrize(
    ("class_", "nominal", "milligrams", "verified"),
    [
        (WeightClass.E1, "1 kg", 0.5, True),
        (WeightClass.E2, "100 g", 0.16, True),
        (WeightClass.F1, "1 mg", 0.02, True),
        (WeightClass.M1, "20 kg", 1000.0, False),
        (WeightClass.M2_3, "500 kg", 160000.0, False),
    ],
)
def test_limits(class_: WeightClass, nominal: str, milligrams: float, verified: bool) -> None:
    tolerance = permissible_error(class_, nominal)
    assert tolerance.limits.upper == pytest.approx(milligrams * MILLIGRAM, rel=1e-12)
    assert tolerance.limits.lower == -tolerance.limits.upper
    assert tolerance.verified is verified


# -- the sequence ------------------------------------------------------------------------


@dataclass
class Table:
    """What happened at the pan, in words."""

    said: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FakeSet:
    table: Table
    name: str

    def load(self, kilograms: Any, onto: str, position: str = "", *, marked: bool = False) -> None:
        assert onto == "comparator PAN"
        star = "*" if marked else ""
        self.table.said.append(f"{self.name} {kilograms[0]:g}{star}")


@dataclass(frozen=True)
class FakeComparator:
    table: Table

    def tare(self) -> None:
        self.table.said.append("tare")

    def zero(self) -> None:
        raise AssertionError("nothing is zeroed: the pan is never empty")

    def weigh(self) -> Reading:
        self.table.said.append("weigh")
        return Reading(0.0, "S S 0.0000 g")


@dataclass(frozen=True)
class FakeAttendant:
    table: Table
    clock: VirtualClock = field(default_factory=VirtualClock)

    def wait(self, why: str, seconds: float) -> None:
        self.table.said.append(f"wait {seconds:g}")

    def wait_until(self, why: str, done: Callable[[], bool], **_: object) -> None:
        raise AssertionError(why)


@pytest.mark.parametrize(
    ("sequence", "order"),
    [("ABBA", ["weights", "dut", "dut", "weights"]), ("ABA", ["weights", "dut", "weights"])],
)
def test_one_request_a_reading(sequence: str, order: list[str]) -> None:
    """Each weighing is one request, then a wait; only the first is followed by a tare."""
    test = PROCEDURE.tests(items(sequence=sequence, cycles=2, settle_seconds=20))[1]
    table = Table()
    roles = Roles(FakeComparator(table), FakeSet(table, "weights"), FakeSet(table, "dut"))
    taken = list(test.measure(test.points[0], roles, FakeAttendant(table)))
    expected = []
    for number, who in enumerate(2 * order):
        star = "*" if who == "dut" else ""
        expected += [f"{who} 0.2{star}", "wait 20", *([] if number else ["tare"]), "weigh"]
    assert table.said == expected
    whose = {"weights": "comparator/reference", "dut": "comparator/test"}
    assert [each.of for each in taken] == [whose[who] for who in 2 * order]


# -- mistakes at the pan -----------------------------------------------------------------


def abba(*differences: float, drift: float = 0.0) -> tuple[list[float], list[float]]:
    """Readings of cycles ABBA (mg) whose weights differ so, with a drift a reading."""
    reference, test, step = [], [], 0.0
    for each in differences:
        reference += [step, step + 3 * drift]
        test += [each + step + drift, each + step + 2 * drift]
        step += 4 * drift
    return reference, test


def changed(readings: tuple[list[float], list[float]], **by: float) -> Any:
    """The readings, one of the reference (a0, a1, …) or the test (b0, …) set to a value."""
    reference, test = readings
    for name, value in by.items():
        (reference if name[0] == "a" else test)[int(name[1:])] = value
    return reference, test


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        pytest.param(abba(0.1, 0.11, 0.09), "", id="good"),
        pytest.param(abba(0.1, 0.11, 0.09, drift=0.5), "", id="good, in a steady drift"),
        pytest.param(abba(*3 * [100e3]), WRONG_WEIGHT, id="200 g in place of 100 g"),
        pytest.param(abba(*3 * [-50e3 - 0.2]), WRONG_WEIGHT, id="50 g in place of 100 g"),
        pytest.param(abba(*3 * [-100e3]), WRONG_WEIGHT, id="nothing on the pan"),
        pytest.param(abba(*3 * [33.0]), FAR_APART, id="something on the pan"),
        pytest.param(abba(0.6, 0.61, -0.6), EXCHANGED, id="exchanged in a cycle"),
        pytest.param(changed(abba(0.6, 0.6, 0.6), b2=0.0), READING_EXCHANGED, id="not changed"),
        pytest.param(changed(abba(0.6, 0.6, 0.6), b2=1.9), NOT_LINEAR, id="one far off"),
        pytest.param(abba(0.1, 0.25, 0.4), NOT_SETTLED, id="warming up"),
        pytest.param(abba(0.1, 0.4, 0.2), SCATTERED, id="a draught"),
    ],
)  # fmt: skip
def test_suspicion(readings: tuple[list[float], list[float]], said: str) -> None:
    reference, test = ([1e-6 * each for each in series] for series in readings)
    found = suspicion(reference, test, nominal=0.1, limit=0.5 * MILLIGRAM, noise=1e-9)
    assert found == said


def test_aba_has_its_drift_from_the_other_cycles() -> None:
    steady = suspicion([0.0, 2e-6] * 3, [1e-6] * 3, nominal=0.1, limit=0.5e-6, noise=1e-9)
    assert steady == ""
    jump = [0.0, 0.0, 0.0, 3e-7, 0.0, 0.0]
    assert suspicion(jump, [0.0] * 3, nominal=0.1, limit=0.5e-6, noise=1e-9) == NOT_LINEAR


@dataclass(frozen=True)
class Certified:
    """A reference weight without error, with some U."""

    standard_uncertainty: float

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        assert quantity == "mass"
        return StandardValue(nominal, self.standard_uncertainty, "C-1", 0.0, "none")

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        raise AssertionError("weights are no instruments")


def evidence(readings: tuple[list[float], list[float]], u: float) -> Evidence:
    reference, test = readings
    taken = [p.Taken("comparator/reference", Reading(1e-6 * each, "")) for each in reference]
    taken += [p.Taken("comparator/test", Reading(1e-6 * each, "")) for each in test]
    return Evidence(
        date(2026, 11, 3), Room(20.0, 50.0, 101325.0), {"weights": Certified(u)},
        {"mass/200 g": tuple(taken)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("u", "holds"),
    [
        # 1 mg is permitted for 200 g of class F1: U may be 0.33 mg.
        pytest.param(0.1 * MILLIGRAM, True, id="U of 0.2 mg"),
        pytest.param(0.2 * MILLIGRAM, False, id="U of 0.4 mg"),
    ],
)
def test_u_over_the_limit_is_said(u: float, holds: bool) -> None:
    details = {"comparator_repeatability_milligrams": 0.01, "comparator_repeatability_dof": 50.0}
    test = PROCEDURE.tests(items(**details))[0]
    known = evidence(abba(0.1, 0.11, 0.09), u)
    assert test.suspicion is not None
    assert test.conclude is not None
    assert test.suspicion(test.points[0], known) == ("" if holds else TOO_UNCERTAIN)
    share, repeatability, density = test.conclude("dut", known)
    assert (share.value <= 1.0 / 3.0) is holds
    assert share.source.endswith("holds" if holds else "does not hold")
    assert repeatability.value == pytest.approx(0.01 * MILLIGRAM)
    assert (density.value, density.expanded_uncertainty) == (7950.0, 140.0)


def test_cycles_unlike_the_records_are_asked_about() -> None:
    """Within the limit of the class, and yet no scatter that the records know."""
    details = {"comparator_repeatability_milligrams": 0.001, "comparator_repeatability_dof": 50.0}
    test = PROCEDURE.tests(items(**details))[0]
    assert test.suspicion is not None
    calm, wild = (
        evidence(abba(0.1, 0.1 + step, 0.1 - step), 0.01 * MILLIGRAM) for step in (0.002, 0.01)
    )
    assert test.suspicion(test.points[0], calm) == ""
    assert test.suspicion(test.points[0], wild) == UNLIKE_RECORDS
    u = {
        kind: next(
            each
            for each in test.evaluate(test.points[0], known).budget.inputs
            if each.name == "difference"
        )
        for kind, known in (("calm", calm), ("wild", wild))
    }
    assert (u["calm"].standard_uncertainty, u["calm"].dof) == (pytest.approx(1e-9 / 3**0.5), 50.0)
    # If it stands, U is that of these cycles: s = 0.01 mg, of three.
    assert (u["wild"].standard_uncertainty, u["wild"].dof) == (pytest.approx(1e-8 / 3**0.5), 2.0)


# -- whole runs --------------------------------------------------------------------------


def few(nominals: str = "100 g, 20 g", **details: Any) -> BenchFile:
    """The procedure's bench with fewer weights."""
    with as_file(BENCH) as folder:
        file, _ = read_bench_file(folder / "bench.toml")
    dut = file.instruments["dut"]
    chosen = {**dut.details, "nominals": nominals, "cycles": 3, **details}
    changed = dut.model_copy(update={"details": chosen})
    return file.model_copy(update={"instruments": {**file.instruments, "dut": changed}})


def with_dut(file: BenchFile, constants: Mapping[str, float]) -> BenchFile:
    """The bench with weights under test of these errors (kg)."""
    world = file.simulation
    world = world.model_copy(update={"constants": {**world.constants, "dut": constants}})
    return file.model_copy(update={"simulation": world})


GOOD = {"100 g": 0.03e-6, "20 g": -0.01e-6}
BAD = {"100 g": 0.3e-6, "20 g": -0.01e-6}  # 0.16 mg is permitted


@dataclass
class Laboratory:
    folder: Path
    file: BenchFile
    operator: ScriptedOperator = field(
        default_factory=lambda: ScriptedOperator("tester", {"°C": 21.0, "%": 50.0, "hPa": 1006.0})
    )
    run: str = ""

    def setup(self) -> Setup:
        content = (BENCH / "weights-certificate.toml").read_bytes()
        standard = parse_standard("weights", content, name="certificate")
        return Setup(
            procedure=PROCEDURE,
            bench=self.file,
            bench_content=b"",
            standards={"weights": (standard, content)},
            simulate=True,
            real_time=False,
            rule="guarded-non-binary",
            by="tester",
        )

    def begin(self, watch: Callable[[Row, RunState], None] = lambda row, state: None) -> RunState:
        with open_store(str(self.folder / "station.db")) as store:
            session = Session(store, self.operator, watch, threading.Event())
            return begin(self.setup(), session, lambda run: setattr(self, "run", run))

    def resume(self) -> RunState:
        with open_store(str(self.folder / "station.db")) as store:
            session = Session(store, self.operator, lambda row, state: None, threading.Event())
            return resume(self.setup(), session, self.run)

    def rows(self) -> list[Row]:
        with open_store(str(self.folder / "station.db")) as store:
            assert audit(store).faults == ()
            return list(journal.read(store, self.run))


def result(state: RunState, point: str) -> e.Measured:
    found = state.results[Phase.AS_FOUND, point]
    assert isinstance(found, e.Measured)
    return found


def test_a_good_set(tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path, with_dut(few(), GOOD))
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}
    for name, error in GOOD.items():
        found = result(state, f"mass/{name}")
        assert abs(found.error - error) <= found.expanded_uncertainty < 0.05 * MILLIGRAM
        assert found.indication - found.reference == pytest.approx(found.error, abs=1e-15)
        assert all(line.source for line in found.budget)
    rows = laboratory.rows()
    asked = [r.entry for r in rows if isinstance(r.entry, e.Prompted) and r.entry.instrument]
    assert [each.instrument for each in asked] == 6 * ["weights", "dut", "dut", "weights"]
    assert {each.about for each in asked} == {"100 g", "20 g"}
    drawn = state.conclusions[Phase.AS_FOUND, "mass", "dut"].conclusions
    assert [each.name for each in drawn] == ["uncertainty-over-limit", "repeatability", "density"]
    # 3 cycles of 4 readings, 15 s each, at two points.
    assert state.first_at is not None
    assert state.last_at is not None
    assert (state.last_at - state.first_at).total_seconds() > 360.0


def test_a_bad_weight(tmp_path: Path) -> None:
    state = Laboratory(tmp_path, with_dut(few(), BAD)).begin()
    assert result(state, "mass/100 g").verdict == "fail"
    assert result(state, "mass/20 g").verdict == "pass"
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "fail"}


def test_killed_in_the_middle_and_resumed(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Answered) and state.results and row.seq % 5 == 0:
            raise Killed

    file = with_dut(few(), GOOD)
    laboratory = Laboratory(tmp_path, file)
    with pytest.raises(Killed):
        laboratory.begin(kill)
    state = laboratory.resume()
    assert state.status is Status.FINISHED
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}
    points = [row.entry.point for row in laboratory.rows() if isinstance(row.entry, e.Measured)]
    assert points == ["mass/100 g", "mass/20 g"]


def test_a_wrong_weight_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody takes 50 g for 100 g; asked whether that stands, they look, and do it again."""
    did, objected = Hands.do, []

    def careless(self: Hands, doing: Doing) -> None:
        if doing.instrument == "dut" and not objected:
            doing = dataclasses.replace(doing, wires=(("dut 50 g", "comparator PAN"),))
        did(self, doing)

    class Honest(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if prompt.doubts:
                objected.append(prompt)
                self._answer = "no"

    monkeypatch.setattr(Hands, "do", careless)
    laboratory = Laboratory(tmp_path, with_dut(few(), GOOD))
    laboratory.operator = Honest("tester", laboratory.operator.numbers)
    state = laboratory.begin()
    assert [(each.about, each.doubts) for each in objected] == [("mass/100 g", (WRONG_WEIGHT,))]
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}


def test_a_load_beyond_the_comparator_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 kg beside 100 g is too much: the run stops, and goes on when it was put right."""
    did, wrong = Hands.do, [True]

    def careless(self: Hands, doing: Doing) -> None:
        if doing.instrument == "dut" and wrong:
            more = ("dut 1 kg", "comparator PAN")
            doing = dataclasses.replace(doing, wires=(*(doing.wires or ()), more))
        did(self, doing)

    monkeypatch.setattr(Hands, "do", careless)
    laboratory = Laboratory(tmp_path, with_dut(few(), GOOD))
    with pytest.raises(InstrumentRefused, match="wrong weight lies on the pan"):
        laboratory.begin()
    wrong.clear()
    assert laboratory.resume().verdicts == {(Phase.AS_FOUND, "dut"): "pass"}


class TestComparatorReadByAPerson:
    """100 g of class F2 (1.6 mg) on an analytical balance without interface, d = 0.1 mg."""

    def laboratory(self, folder: Path, **mistakes: Any) -> Laboratory:
        file = with_dut(
            few(
                "100 g",
                **{"class": "F2", "start": "zero", "comparator_division_milligrams": 0.1},
                comparator_eccentricity_milligrams=0.1,
                comparator_repeatability_milligrams=0.1,
            ),
            {"100 g": 0.5e-6},
        )
        read = InstrumentEntry(
            model="balance", address="person", settings={"unit": "g", "resolution": 0.0001}
        )
        interval = {"capacity_kilograms": 0.22, "interval_kilograms": 1e-7}
        world = file.simulation
        world = world.model_copy(update={"constants": {**world.constants, "comparator": interval}})
        laboratory = Laboratory(
            folder,
            file.model_copy(
                update={
                    "instruments": {**file.instruments, "comparator": read},
                    "simulation": world,
                }
            ),
        )
        laboratory.operator.mistakes = mistakes.get("mistakes", {})
        return laboratory

    def test_a_run(self, tmp_path: Path) -> None:
        laboratory = self.laboratory(tmp_path)
        state = laboratory.begin()
        found = result(state, "mass/100 g")
        assert abs(found.error - 0.5e-6) <= found.expanded_uncertainty < 1.6e-6 / 3.0
        asked = [
            row.entry.text
            for row in laboratory.rows()
            if isinstance(row.entry, e.Prompted)
            and row.entry.instrument in ("weights", "comparator")
        ]
        assert "Take all weights" in asked[0]
        assert "zero" in asked[1]
        assert not any(row.entry.doubts for row in laboratory.rows()
                       if isinstance(row.entry, e.Prompted))  # fmt: skip

    @pytest.mark.parametrize(
        ("mistake", "corrections"), [(Mistake.TRANSPOSED, 0), (Mistake.CORRECTED, 1)]
    )
    def test_a_mistake_is_put_right(
        self, tmp_path: Path, mistake: Mistake, corrections: int
    ) -> None:
        laboratory = self.laboratory(tmp_path, mistakes={3: mistake})
        state = laboratory.begin()
        (tmp_path / "right").mkdir()
        right = result(self.laboratory(tmp_path / "right").begin(), "mass/100 g")
        assert result(state, "mass/100 g").error == right.error
        entries = [row.entry for row in laboratory.rows()]
        assert sum(isinstance(each, e.Corrected) for each in entries) == corrections
        looked_again = [each for each in entries if isinstance(each, e.Prompted) and each.doubted]
        assert len(looked_again) == 1 - corrections


class TestVerification:
    def test_its_questions_come_first(self, tmp_path: Path) -> None:
        file = few("100 g, 20 g", **{"class": "F2", "mode": "periodic"})
        laboratory = Laboratory(tmp_path, with_dut(file, GOOD))
        state = laboratory.begin()
        assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}
        kinds = [row.entry.kind for row in laboratory.rows()]
        assert kinds.count("inspected") == 4
        last = len(kinds) - 1 - kinds[::-1].index("inspected")
        assert last < kinds.index("measured")
        assert state.begun is not None
        assert state.begun.verification.startswith("ĐLVN 47:2009")
        assert state.begun.operation == "periodic verification"

    def test_a_failed_inspection_ends_it(self, tmp_path: Path) -> None:
        class Strict(ScriptedOperator):
            def ask(self, prompt: e.Prompted) -> None:
                super().ask(prompt)
                if "rust" in prompt.text:
                    self._answer = "no"

        file = few("100 g, 20 g", **{"class": "M1", "mode": "after-repair"})
        laboratory = Laboratory(tmp_path, file)
        laboratory.operator = Strict("tester", laboratory.operator.numbers)
        state = laboratory.begin()
        assert state.status is Status.FINISHED
        assert state.verdicts == {(Phase.AS_FOUND, "dut"): "fail"}
        assert not state.results

    @pytest.mark.parametrize(
        ("mode", "inspections"), [("initial", 5), ("periodic", 4), ("after-repair", 5)]
    )
    def test_by_mode(self, mode: str, inspections: int) -> None:
        found = PROCEDURE.verification(items(**{"class": "M2", "mode": mode}))
        assert found is not None
        assert len(found.inspections) == inspections

    def test_no_document_of_the_class(self) -> None:
        with pytest.raises(BadInput, match="No verification document is known here"):
            PROCEDURE.verification(items(mode="initial"))
        named = PROCEDURE.verification(items(mode="initial", document="ĐLVN 50"))
        assert named is not None
        assert named.document == "ĐLVN 50"


# -- the proof ---------------------------------------------------------------------------

TRIALS = 25
Spoil = Callable[[p.Test[Any]], p.Test[Any]]


def proved(spoil: Spoil, bench: str = "weight") -> Study:
    """What the proof on a bench says of the procedure, every test spoilt by `spoil`."""

    def tests(of: p.Items) -> tuple[p.Test[Any], ...]:
        return tuple(spoil(test) for test in PROCEDURE.tests(of))

    proof = dataclasses.replace(PROCEDURE.proof, bench=BENCH.parent / bench)
    variant = dataclasses.replace(PROCEDURE, tests=tests, proof=proof)
    trials = studied(
        subject(variant, "guarded-non-binary"),
        seed=1,
        trials=TRIALS,
        workers=1,
        stop=threading.Event(),
        progress=lambda done: None,
    )
    return assessed(trials, claim=COVERAGE_PROBABILITY, planned=TRIALS)


def with_evidence(change: Callable[[Evidence], Evidence]) -> Spoil:
    def spoil(test: p.Test[Any]) -> p.Test[Any]:
        def evaluate(point: p.Point, known: Evidence) -> p.Evaluation:
            return test.evaluate(point, change(known))

        return dataclasses.replace(test, evaluate=evaluate)

    return spoil


@dataclass(frozen=True)
class Misread:
    """A standard whose certificate is read wrongly."""

    standard: CertifiedStandard
    change: Callable[[float, StandardValue], StandardValue]

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        return self.change(nominal, self.standard.at(quantity, nominal, on, hertz=hertz))

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        raise AssertionError("weights are no instruments")


def misread(change: Callable[[float, StandardValue], StandardValue]) -> Spoil:
    def of_weights(known: Evidence) -> Evidence:
        standards = {role: Misread(each, change) for role, each in known.standards.items()}
        return dataclasses.replace(known, standards=standards)

    return with_evidence(of_weights)


def forgotten(nominal: float, value: StandardValue) -> StandardValue:
    return dataclasses.replace(value, standard_uncertainty=0.0, drift_half_width=0.0)


def without_u(nominal: float, value: StandardValue) -> StandardValue:
    return dataclasses.replace(value, standard_uncertainty=0.0)


def wrong_sign(nominal: float, value: StandardValue) -> StandardValue:
    return dataclasses.replace(value, actual=2.0 * nominal - value.actual)


def one_after_the_other(test: p.Test[Any]) -> p.Test[Any]:
    """Weigh the reference weight ten times, then the other: the drift stays in the difference."""

    def measure(point: p.Point, roles: Roles, attendant: p.Attendant) -> Iterator[p.Taken]:
        marked = point.id.endswith("*")
        for number in range(20):
            if number < 10:
                roles.weights.load((point.nominal,), "comparator PAN")
            else:
                roles.dut.load((point.nominal,), "comparator PAN", marked=marked)
            attendant.wait("rest", 15.0)
            if not number:
                roles.comparator.tare()
            of = "comparator/reference" if number < 10 else "comparator/test"
            yield p.Taken(of, roles.comparator.weigh())

    # Its readings would look suspicious: asked, the person lets them stand.
    return dataclasses.replace(test, measure=measure)


def as_steel(test: p.Test[Any]) -> p.Test[Any]:
    """Take aluminium for steel: the correction for buoyancy is left out."""

    def evaluate(point: p.Point, known: Evidence) -> p.Evaluation:
        found = test.evaluate(point, known)
        budget = found.budget
        inputs = [
            each._replace(value=7950.0, standard_uncertainty=70.0)
            if each.name == "density"
            else each
            for each in budget.inputs
        ]
        budget = Budget(budget.quantity, budget.unit, budget.model, *inputs)
        return dataclasses.replace(found, budget=budget)

    return dataclasses.replace(test, evaluate=evaluate)


def turned(test: p.Test[Any]) -> p.Test[Any]:
    """Correct for buoyancy the wrong way round."""

    def evaluate(point: p.Point, known: Evidence) -> p.Evaluation:
        found = test.evaluate(point, known)
        budget = found.budget
        by_name = {each.name: each for each in budget.inputs}
        swapped = {"density": "reference_density", "reference_density": "density"}
        inputs = [
            by_name[swapped.get(each.name, each.name)]._replace(name=each.name)
            for each in budget.inputs
        ]
        budget = Budget(budget.quantity, budget.unit, budget.model, *inputs)
        return dataclasses.replace(found, budget=budget)

    return dataclasses.replace(test, evaluate=evaluate)


@pytest.mark.parametrize(
    ("bench", "points"), [("weight", 6), ("weight-small", 6), ("weight-large", 4)]
)
def test_the_honest_procedure_is_compatible(bench: str, points: int) -> None:
    study = proved(lambda test: test, bench)
    assert study.complete
    assert study.proved
    assert study.groups[0].covered.total == TRIALS * points
    assert study.groups[0].covered.share > 0.9
    assert study.overloaded == 0


@pytest.mark.parametrize(
    ("spoil", "bench"),
    [
        pytest.param(misread(forgotten), "weight", id="certificate and drift forgotten"),
        pytest.param(misread(without_u), "weight-large", id="certificate's U forgotten"),
        pytest.param(misread(wrong_sign), "weight", id="wrong sign of the correction"),
        pytest.param(one_after_the_other, "weight", id="no substitution"),
        pytest.param(as_steel, "weight-small", id="no correction for buoyancy"),
        pytest.param(turned, "weight-large", id="wrong sign of the buoyancy"),
    ],
)
def test_a_spoilt_procedure_is_caught(spoil: Spoil, bench: str) -> None:
    study = proved(spoil, bench)
    assert study.complete
    assert not study.proved
    assert study.too_low
