"""A hand-held multimeter that a person reads, from its wiring to its certificate."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from procedures.electrical.dmm import PROCEDURE
from procedures.electrical.dmm_budget import error_of_indication
from procedures.electrical.dut import dut
from simulators.hand_held.specification import HAND_HELD, MEASURANDS
from simulators.physics.functions import Function
from station.certificate.issue import issue
from station.certificate.verification.file import verify
from station.errors import BadInput
from station.procedure import Item, StandardValue
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run import second_look
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.people import Interrupted
from station.run.plan import Phase
from station.run.state import RunState, Status
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured, verdicts

BENCH = files("procedures") / "electrical" / "benches" / "hand-held"
NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
ITEMS = {"dut": Item("hand-held-multimeter")}


def laboratory(folder: Path, **simulation: Any) -> FolderLaboratory:
    return laboratory_on(BENCH, folder, PROCEDURE, **simulation)


def script(**mistakes: Mistake) -> ScriptedOperator:
    """Who reads the room and the display; `r3=…` is a mistake at the third reading."""
    armed = {int(name[1:]): mistake for name, mistake in mistakes.items()}
    return ScriptedOperator("tester", {"°C": 23.1, "%": 52.0}, mistakes=armed)


def entries_of(rows: list[Row], kind: type[Any]) -> list[Any]:
    return [row.entry for row in rows if isinstance(row.entry, kind)]


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, e.Measured]:
    """What is found where nobody makes a mistake."""
    return measured(laboratory(tmp_path_factory.mktemp("faultless")).begin(operator=script()))


def assert_alike(found: dict[str, e.Measured], others: dict[str, e.Measured]) -> None:
    """A last digit may be another one when a display is looked at again: no more than U."""
    assert list(found) == list(others)
    for point, one in found.items():
        assert one.error == pytest.approx(others[point].error, abs=one.expanded_uncertainty)
        assert one.verdict == others[point].verdict


def test_a_good_meter_passes_every_point_and_gets_its_certificate(tmp_path: Path) -> None:
    work = laboratory(tmp_path)
    state = work.begin(operator=script())
    found = verdicts(state)
    assert len(found) == len(state.points) == 39
    assert {point for point, verdict in found.items() if verdict != "pass"} == set()
    asked = [p for p in entries_of(work.rows(), e.Prompted) if p.wants is e.PromptKind.READ]
    assert len(asked) == 35 + 2 * 4, "one reading a point, of capacitance two; none is doubted"
    with open_store(work.url) as store:
        made = issue(store, work.run, by="Approver", now=NOW, order=None, laboratory=None)
        for content in (made.pdf, made.xml):
            report = verify(content, store)
            assert report.good, report.findings


def test_the_switch_is_turned_before_the_stimulus_and_only_to_another_position(
    tmp_path: Path,
) -> None:
    work = laboratory(tmp_path)
    state = work.begin(operator=script())
    turned = [
        p.about
        for p in entries_of(work.rows(), e.Prompted)
        if p.wants is e.PromptKind.CONFIRM and p.instrument == "dut"
    ]
    assert turned[:5] == ["V DC, 200 mV", "V DC, 2 V", "V DC, 20 V", "V DC, 200 V", "V DC, 1000 V"]
    places = {(point.test, point.range) for point in state.points}
    assert len(turned) == len(places)


MISTAKES = [
    pytest.param(Mistake.TRANSPOSED, second_look.SWAPPED, id="transposed"),
    pytest.param(Mistake.SLIPPED_POINT, second_look.POINT, id="slipped point"),
    pytest.param(Mistake.WRONG_SIGN, second_look.SIGN, id="wrong sign"),
    pytest.param(Mistake.ROUNDED, second_look.FEWER, id="a decimal too few"),
]


@pytest.mark.parametrize(("mistake", "doubt"), MISTAKES)
def test_a_mistake_is_asked_about_and_leaves_no_trace_in_the_result(
    tmp_path: Path, faultless: dict[str, e.Measured], mistake: Mistake, doubt: str
) -> None:
    work = laboratory(tmp_path)
    state = work.begin(operator=script(r8=mistake))
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    found = measured(state)
    assert_alike(found, faultless)
    doubted = [p for p in entries_of(work.rows(), e.Prompted) if p.doubts]
    assert [doubt in p.doubts for p in doubted] == [True]
    answered = {a.prompt: a.value for a in entries_of(work.rows(), e.Answered)}
    (again,) = doubted
    assert answered[again.prompt - 1] == again.doubted != answered[again.prompt]
    eighth = found["dc-voltage/20 V/19 V"].readings[0]
    assert eighth.raw == f"{answered[again.prompt]} V"


def test_what_no_check_can_see_is_corrected_in_the_review_and_journalled(
    tmp_path: Path, faultless: dict[str, e.Measured]
) -> None:
    work = laboratory(tmp_path)
    state = work.begin(operator=script(r8=Mistake.CORRECTED))
    found = measured(state)
    assert_alike(found, faultless)
    (corrected,) = entries_of(work.rows(), e.Corrected)
    assert (corrected.point, corrected.number) == ("dc-voltage/20 V/19 V", 1)
    assert float(corrected.was) - float(corrected.value) == pytest.approx(1e-3)
    assert found[corrected.point].readings[0].raw == f"{corrected.value} V"


def test_what_nobody_notices_is_wrong_by_a_division(
    tmp_path: Path, faultless: dict[str, e.Measured]
) -> None:
    work = laboratory(tmp_path)
    found = measured(work.begin(operator=script(r8=Mistake.MISREAD_BY_A_DIVISION)))
    off = {p: round(m.error - faultless[p].error, 9) for p, m in found.items()}
    assert {point: by for point, by in off.items() if by} == {"dc-voltage/20 V/19 V": 1e-3}
    assert entries_of(work.rows(), e.Corrected) == []


def test_the_right_points_of_a_bad_meter_fail(tmp_path: Path) -> None:
    errors = {"dut": {"dc-voltage": {"gain_ppm": 800.0, "offset_ppm_of_range": 0.0}}}
    state = laboratory(tmp_path, errors=errors).begin(operator=script())
    failed = {point for point, verdict in verdicts(state).items() if verdict == "fail"}
    full = {f"dc-voltage/{r}" for r in ("200 mV/190 mV", "200 mV/-190 mV", "2 V/1.9 V",
            "2 V/-1.9 V", "20 V/19 V", "20 V/-19 V", "200 V/190 V")}  # fmt: skip
    assert failed == full, "1000 V has a wider limit, and low points have the digits"
    assert state.decisions == {Phase.AS_FOUND: "fail"}


def test_overload_is_entered_twice_and_counts_as_a_failure(tmp_path: Path) -> None:
    errors = {"dut": {"dc-voltage": {"gain_ppm": 60e3, "offset_ppm_of_range": 0.0}}}
    work = laboratory(tmp_path, errors=errors)
    state = work.begin(operator=script())
    over = {o.point: o.reply for o in entries_of(work.rows(), e.Overloaded)}
    assert set(over) == {
        f"dc-voltage/{p}" for p in ("200 mV/190 mV", "200 mV/-190 mV", "2 V/1.9 V", "2 V/-1.9 V",
        "20 V/19 V", "20 V/-19 V", "200 V/190 V")
    }  # fmt: skip
    assert set(over.values()) == {"OL"}
    asked = [p for p in entries_of(work.rows(), e.Prompted) if p.doubted == "OL"]
    assert len(asked) == len(over)
    assert {p.seen for p in asked} == {"OL"}
    assert {p.doubts for p in asked} == {(second_look.NO_OVERLOAD,)}
    assert state.decisions == {Phase.AS_FOUND: "fail"}


@pytest.mark.parametrize("answers", [3, 9, 10, 11, 30, 61])
def test_a_run_ended_in_the_middle_goes_on_where_it_was(
    tmp_path: Path, faultless: dict[str, e.Measured], answers: int
) -> None:
    """After so many answers: at a turn of the switch, a reading, a second look, a review."""
    work = laboratory(tmp_path)
    given = 0

    def watch(row: Row, state: RunState) -> None:
        nonlocal given
        given += isinstance(row.entry, e.Answered)
        if given == answers:
            work.stop.set()

    with pytest.raises(Interrupted):
        work.begin(operator=script(r2=Mistake.TRANSPOSED), watch=watch)
    survived = work.rows()
    work.stop.clear()
    state = work.resume(operator=script(r2=Mistake.CORRECTED))
    rows = work.rows()
    assert rows[: len(survived)] == survived
    assert state.status is Status.FINISHED
    assert [m.point for m in entries_of(rows, e.Measured)] == [p.id for p in state.points]
    assert_alike(measured(state), faultless)
    with open_store(work.url) as store:
        assert audit(store).faults == ()


def test_a_single_reading_has_a_digit_for_what_was_not_repeated() -> None:
    applied = StandardValue(10.0, 2e-5, "certificate", 1e-4, "stability")
    one = error_of_indication("V", 0.0, 1e-3, [10.002], applied)
    indication = next(i for i in one.inputs if i.name == "indication")
    assert indication.value == 10.002
    assert indication.standard_uncertainty == pytest.approx(1e-3 / 3**0.5)
    two = error_of_indication("V", 0.0, 1e-3, [10.002, 10.002], applied)
    repeated = next(i for i in two.inputs if i.name == "indication")
    assert repeated.standard_uncertainty == 0.0


def test_the_simulated_meter_has_the_limits_of_the_data_file() -> None:
    figures = dut("hand-held-multimeter").figures
    named: dict[Function, tuple[Any, ...]] = {
        Function.DC_VOLTAGE: figures.dc_voltage,
        Function.AC_VOLTAGE: figures.ac_voltage,
        Function.RESISTANCE: figures.resistance_2w,
        Function.CAPACITANCE: figures.capacitance,
        Function.DC_CURRENT: figures.dc_current,
        Function.AC_CURRENT: figures.ac_current,
    }
    for function, rows in named.items():
        for row in rows:
            drawn = HAND_HELD.band(function, row.range, 50.0).accuracy
            published = (drawn.reading * 100.0, drawn.full_scale * 100.0)
            assert published == pytest.approx(row.accuracy, rel=1e-3), (function, row.range)
    assert set(MEASURANDS) == {*named, Function.FREQUENCY}


def test_every_row_resolves_a_digit_of_twenty_thousand_counts() -> None:
    figures = dut("hand-held-multimeter").figures
    for row in (
        *figures.dc_voltage,
        *figures.resistance_2w,
        *figures.capacitance,
        *figures.dc_current,
    ):
        assert row.range / row.resolution in (pytest.approx(20_000), pytest.approx(10_000))
    assert {test.name for test in PROCEDURE.tests(ITEMS)} == {
        "dc-voltage", "ac-voltage", "frequency", "resistance-2w", "capacitance", "dc-current",
        "ac-current",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("details", "said"),
    [
        pytest.param({"counts": 6000}, r"steps of 0\.0001 on the range 0\.2.*says 1e-05", id="3¾"),
        pytest.param({"counts": 0}, "greater than or equal to 100", id="no counts"),
        pytest.param({"function": "dc-voltage"}, "there are functions, counts", id="unknown"),
    ],
)
def test_details_that_its_data_contradict_are_refused(details: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        PROCEDURE.tests({"dut": Item("hand-held-multimeter", details)})


def test_more_counts_than_its_data_need_are_no_fault() -> None:
    item = Item("hand-held-multimeter", {"counts": 50_000, "hertz_resolution": 0.01})
    assert PROCEDURE.tests({"dut": item})
