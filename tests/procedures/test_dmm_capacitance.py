"""Capacitance in `dmm`: open leads first, budget, runs on its own bench, and its proof."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from math import hypot, sqrt
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from drivers.capabilities import CapacitanceMeter, CapacitanceSource, Reading
from procedures.electrical.dmm import FUNCTIONS, PROCEDURE
from procedures.electrical.dmm_budget import OPEN_FARADS, error_of_zeroed_indication
from procedures.electrical.dmm_measuring import OPEN, Capacitance, measure_capacitance
from simulators.clock import VirtualClock
from station import procedure as p
from station.certificate.issue import issue
from station.certificate.verification.file import verify
from station.errors import BadInput, OutOfReach
from station.evidence import Evidence, Room, StandardValue, Taken
from station.metrology.coverage import Coverage
from station.procedure import Item, Point
from station.records.store import open_store
from station.run.people import Interrupted
from station.run.plan import Phase
from station.run.preflight import UNITS
from station.run.state import RunState, Status
from tests.procedures.bench_folder import laboratory_on, measured, verdicts
from tests.procedures.proving import (
    Spoil,
    honest,
    study_of,
    with_points,
    with_standard,
    without_drift,
    wrong_sign,
)

NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
BENCH = files("procedures") / "electrical" / "benches" / "capacitance"
DEMO = files("station") / "demo"
IDS = (
    "capacitance/1 nF/1 nF",
    "capacitance/10 nF/5 nF",
    "capacitance/10 nF/10 nF",
    *(f"capacitance/{v}/{v}" for v in ("100 nF", "1 µF", "10 µF", "100 µF", "1 mF", "10 mF")),
    "capacitance/100 mF/100 mF",
)
NANOFARAD = Point("capacitance/1 nF/1 nF", 1e-9, 1e-9)
FIXED = Coverage.fixed(2)


def capacitance_of(model: str, **details: str) -> p.Test[Any]:
    tests = PROCEDURE.tests({"dut": Item(model, details)})
    (found,) = (test for test in tests if test.name == "capacitance")
    return found


# --- driving ---


@dataclass
class Bench:
    """A source and a meter that write down what they are told."""

    told: list[str] = field(default_factory=list)
    applied: float = 0.0

    def standby(self) -> None:
        self.told.append("standby")
        self.applied = 0.0

    def confirm_operating(self) -> None: ...

    def source_capacitance(self, farads: float) -> None:
        self.told.append(f"source {farads:g}")
        self.applied = farads

    def configure_capacitance(self, range_farads: float) -> None:
        self.told.append(f"range {range_farads:g}")

    def read_open(self) -> Reading:
        self.told.append("open")
        return self.read()

    def read(self) -> Reading:
        return Reading(self.applied + 80e-12, "")


class NobodyWaits:
    clock = VirtualClock()

    def wait(self, why: str, seconds: float) -> None:
        raise AssertionError("a calibrator settles by itself")

    def wait_until(self, *args: Any, **more: Any) -> None:
        raise AssertionError("a calibrator settles by itself")


def test_the_calibrator_is_open_before_the_meter_is_turned_to_capacitance() -> None:
    bench = Bench()
    assert isinstance(bench, CapacitanceSource)
    assert isinstance(bench, CapacitanceMeter)
    taken = list(measure_capacitance(3, NANOFARAD, Capacitance(bench, bench), NobodyWaits()))
    assert bench.told == ["standby", "range 1e-09", "open", "open", "open", "source 1e-09"]
    assert [each.of for each in taken] == [OPEN] * 3 + ["dut"] * 3
    assert [each.reading.value for each in taken] == [80e-12] * 3 + [1e-9 + 80e-12] * 3


# --- budget ---


APPLIED = StandardValue(1.002e-9, 1.5e-12, "certificate", 15e-12, "365 days")


def test_what_the_open_leads_show_is_taken_off() -> None:
    few = error_of_zeroed_indication("F", 0.0, 0.0, [1.0e-9] * 3, [0.0] * 3, APPLIED)
    much = error_of_zeroed_indication("F", 0.0, 0.0, [1.5e-9] * 3, [0.5e-9] * 3, APPLIED)
    for budget in (few, much):
        assert budget.evaluate(FIXED).value == pytest.approx(-2e-12, abs=1e-18)


def test_every_component_is_in_the_uncertainty_with_its_divisor() -> None:
    values, open_ = [1.081e-9, 1.083e-9], [0.080e-9, 0.081e-9, 0.082e-9]
    budget = error_of_zeroed_indication("F", OPEN_FARADS, 1e-12, values, open_, APPLIED)
    result = budget.evaluate(FIXED)
    assert result.value == pytest.approx(1.082e-9 - 0.081e-9 - 1.002e-9, abs=1e-18)
    indication = sqrt(2.0) * 1e-12 / sqrt(2.0)  # s of 1.081 and 1.083, of two
    opened = 1e-12 / sqrt(3.0)  # s of 80, 81 and 82 pF, of three
    steps = [0.5e-12 / sqrt(3.0)] * 2
    u = hypot(indication, opened, *steps, 5e-12 / sqrt(3.0), 1.5e-12, 15e-12 / sqrt(3.0))
    assert result.standard_uncertainty == pytest.approx(u, rel=1e-9)
    names = [component.name for component in budget.inputs]
    assert names == [
        "indication", "resolution", "zero", "zero_resolution", "connection", "applied", "drift",
    ]  # fmt: skip


def test_single_readings_may_both_have_flickered_by_a_digit() -> None:
    made = error_of_zeroed_indication("F", 0.0, 1e-12, [10.08e-9], [0.08e-9], APPLIED)
    u = {each.name: each.standard_uncertainty for each in made.inputs}
    assert u["indication"] == u["zero"] == pytest.approx(1e-12 / sqrt(3.0))


# --- what the data file says ---


# 8845A/8846A Users Manual, p. 1-22
@pytest.mark.parametrize(
    ("point", "limit"),
    [
        ("capacitance/1 nF/1 nF", 45e-12),
        ("capacitance/10 nF/5 nF", 100e-12),
        ("capacitance/1 µF/1 µF", 15e-9),
        ("capacitance/100 µF/100 µF", 1.5e-6),
        ("capacitance/100 mF/100 mF", 4.2e-3),
    ],
)
def test_limits_of_the_8846a_are_the_makers(point: str, limit: float) -> None:
    test = capacitance_of("fluke-8846a")
    (found,) = (test.tolerance(each) for each in test.points if each.id == point)
    assert found.limits.upper == -found.limits.lower == pytest.approx(limit, rel=1e-9)
    assert found.verified


def test_points_are_said_as_at_the_bench() -> None:
    assert tuple(point.id for point in capacitance_of("fluke-8846a").points) == IDS


@pytest.mark.parametrize("model", ["keysight-34461a", "hp-34401a", "keithley-2000"])
def test_a_model_of_which_nothing_is_known_has_no_capacitance(model: str) -> None:
    assert "capacitance" not in {test.name for test in PROCEDURE.tests({"dut": Item(model)})}


def test_reaches_are_in_farads() -> None:
    assert {
        UNITS[CapacitanceSource],
        UNITS[CapacitanceMeter],
        capacitance_of("fluke-8846a").unit,
    } == {"F"}


# --- which functions are wanted ---


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("capacitance", ["capacitance"]),
        ("capacitance, dc-voltage", ["dc-voltage", "capacitance"]),
        ("dc-current", ["dc-current"] * 2),  # at two terminals
        (" ", None),
    ],
)
def test_the_functions_that_are_named_are_calibrated(said: str, names: list[str] | None) -> None:
    every = [test.name for test in PROCEDURE.tests({"dut": Item("fluke-8846a")})]
    found = PROCEDURE.tests({"dut": Item("fluke-8846a", {FUNCTIONS: said})})
    assert [test.name for test in found] == (every if names is None else names)


def test_a_function_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadInput, match=r"functions: 'capacity' is none .*capacitance"):
        PROCEDURE.tests({"dut": Item("fluke-8846a", {FUNCTIONS: "dc-voltage, capacity"})})


def test_a_calibrator_that_is_not_certified_for_it_is_found_out_before_anything_else(
    tmp_path: Path,
) -> None:
    work = laboratory_on(DEMO, tmp_path, PROCEDURE, dut={"model": "fluke-8846a"})
    with pytest.raises(OutOfReach, match="capacitance"):
        work.begin()


# --- suspicion ---


@dataclass
class Certified:
    """A standard that is what it is set to."""

    def at(self, quantity: str, nominal: float, on: date, *, hertz: float | None = None) -> Any:
        return StandardValue(nominal, 1e-12, "certificate", 1e-11, "365 days")

    def measured(self, *args: Any, **more: Any) -> Any:
        raise AssertionError("a calibrator is set")


@pytest.mark.parametrize(
    ("shown", "open_", "said"),
    [
        pytest.param(1.08e-9, 80e-12, "", id="good"),
        pytest.param(1.6e-9, 600e-12, "", id="good, long leads"),
        pytest.param(80e-12, 80e-12, "terminals the right ones", id="nothing connected"),
        pytest.param(10.08e-9, 80e-12, "power of ten", id="another range"),
    ],
)
def test_usual_mistakes(shown: float, open_: float, said: str) -> None:
    taken = (*[Taken(OPEN, Reading(open_, ""))] * 3, *[Taken("dut", Reading(shown, ""))] * 3)
    evidence = Evidence(
        date(2026, 11, 2), Room(23.0, 50.0), {"calibrator": Certified()}, {NANOFARAD.id: taken}
    )
    asked = capacitance_of("fluke-8846a").suspicion
    assert asked is not None
    found = asked(NANOFARAD, evidence)
    assert said in found
    assert bool(found) == bool(said)


# --- whole runs ---


def test_a_good_meter_passes_and_its_certificate_speaks_of_nanofarads(tmp_path: Path) -> None:
    work = laboratory_on(BENCH, tmp_path, PROCEDURE)
    state = work.begin()
    found = measured(state)
    assert tuple(found) == IDS
    assert set(verdicts(state).values()) == {"pass"}
    first = found[IDS[0]]
    opened = [r.value for r in first.readings if r.of == OPEN]
    assert len(opened) == len(first.readings) / 2 == 10
    assert min(opened) > 30e-12, "leads and terminals are there"
    assert first.indication == pytest.approx(1e-9, abs=45e-12)
    with open_store(work.url) as store:
        made = issue(store, work.run, by="Approver", now=NOW, order=None, laboratory=None)
        for content in (made.pdf, made.xml):
            report = verify(content, store)
            assert report.good, report.findings
    (tmp_path / "made.pdf").write_bytes(made.pdf)
    with (tmp_path / "made.pdf").open("rb") as file:
        text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert {unit for unit in ("pF", "nF", "µF", "mF") if unit in text} == {"pF", "nF", "µF", "mF"}
    assert b"\\farad" in made.xml


def test_the_right_points_of_a_bad_meter_fail(tmp_path: Path) -> None:
    errors = {"dut": {"capacitance": {"gain_ppm": 30e3, "offset_ppm_of_range": 0.0}}}
    state = laboratory_on(BENCH, tmp_path, PROCEDURE, errors=errors).begin()
    good = {point for point, verdict in verdicts(state).items() if verdict == "pass"}
    failed = {point for point, verdict in verdicts(state).items() if verdict == "fail"}
    assert failed == set(IDS) - {IDS[0], IDS[-1]}, "1 nF and 100 mF have wider limits"
    assert good <= {IDS[0], IDS[-1]}
    assert state.decisions == {Phase.AS_FOUND: "fail"}


def test_an_offset_of_the_meter_goes_with_its_zero(tmp_path: Path) -> None:
    errors = {"dut": {"capacitance": {"gain_ppm": 0.0, "offset_ppm_of_range": 80e3}}}
    state = laboratory_on(BENCH, tmp_path, PROCEDURE, errors=errors).begin()
    assert set(verdicts(state).values()) == {"pass"}


@pytest.mark.parametrize("after", [1, 4])
def test_a_run_ended_in_the_middle_goes_on_where_it_was(tmp_path: Path, after: int) -> None:
    whole = laboratory_on(BENCH, tmp_path, PROCEDURE)
    work = laboratory_on(BENCH, tmp_path / "again", PROCEDURE)
    (tmp_path / "again").mkdir()

    def watch(row: Any, state: RunState) -> None:
        if len(state.results) == after:
            work.stop.set()

    with pytest.raises(Interrupted):
        work.begin(watch=watch)
    survived = work.rows()
    work.stop.clear()
    state = work.resume()
    assert state.status is Status.FINISHED
    assert work.rows()[: len(survived)] == survived
    expected = measured(whole.begin())
    for point, found in measured(state).items():
        assert found.error == pytest.approx(expected[point].error, abs=found.expanded_uncertainty)


# --- proof ---


TRIALS = 20
POINTS = (IDS[0], IDS[2], IDS[4], IDS[6])


def test_honest_capacitance_is_compatible_with_its_claim() -> None:
    study = study_of(with_points(PROCEDURE, POINTS, honest), TRIALS, BENCH)
    assert study.complete
    assert study.proved
    assert study.groups[0].covered.total == TRIALS * len(POINTS)
    assert study.groups[0].covered.share > 0.9
    assert study.overloaded == 0


def without_zero(test: p.Test[Any]) -> p.Test[Any]:
    """Leads and terminals are left in the result."""

    def evaluate(point: p.Point, evidence: p.Evidence) -> p.Evaluation:
        nothing = tuple(
            Taken(t.of, Reading(0.0, "")) if t.of == OPEN else t
            for t in evidence.readings[point.id]
        )
        return test.evaluate(point, dataclasses.replace(evidence, readings={point.id: nothing}))

    return dataclasses.replace(test, evaluate=evaluate, suspicion=None)


def unconnected(test: p.Test[Any]) -> p.Test[Any]:
    """The open reading is taken of the capacitance that is there already."""

    def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Iterator[Taken]:
        roles.dut.configure_capacitance(point.range)
        roles.calibrator.source_capacitance(point.nominal)
        for of in (OPEN, "dut"):
            for _ in range(3):
                yield Taken(of, roles.dut.read())

    return dataclasses.replace(test, measure=measure, suspicion=None)


SPOILT = [
    pytest.param(without_zero, id="leads left in"),
    pytest.param(unconnected, id="open reading of no open leads"),
    pytest.param(with_standard(without_drift), id="drift forgotten"),
    pytest.param(with_standard(wrong_sign), id="wrong sign of the correction"),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_spoilt_capacitance_is_not(spoil: Spoil) -> None:
    study = study_of(with_points(PROCEDURE, POINTS, spoil), TRIALS, BENCH)
    assert study.complete
    assert not study.proved
    assert "capacitance" in {group.test for group in study.too_low}
