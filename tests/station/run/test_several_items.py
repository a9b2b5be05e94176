"""Two meters on one calibrator: observations, results resting on them, conclusions, removal."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pytest

from drivers.capabilities import DcVoltageSource, DcVoltmeter
from station import procedure as p
from station.bench_file import BenchFile, InstrumentEntry
from station.errors import BadInput, Refused
from station.evidence import Evaluation, Evidence, Taken
from station.metrology.conformity import Limits
from station.metrology.inputs import normal, readings, rectangular
from station.metrology.uncertainty import Budget
from station.procedure import (
    Attendant,
    Conclusion,
    EnvironmentLimits,
    Hookup,
    Inspection,
    Items,
    Point,
    Procedure,
    StandardUse,
    Tolerance,
    Verification,
    Wire,
)
from station.records.store import open_store
from station.run import entries as e
from station.run.inbox import Remove, send
from station.run.journal import Row
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import RunState, Status, fold
from tests.station.run.laboratory import Laboratory, bench

VOLTS = (1.0, 5.0)
OTHER = InstrumentEntry(model="hp-34401a", address="GPIB0::22::INSTR", serial="0")


@dataclass(frozen=True)
class Roles:
    """One calibrator, and every meter."""

    calibrator: DcVoltageSource
    duts: Mapping[str, DcVoltmeter]


def series(name: str) -> tuple[Point, ...]:
    order = VOLTS if name == "up" else VOLTS[::-1]
    return tuple(Point(f"{name}/{volts:g} V", volts, 10.0) for volts in order)


def measure(point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
    for meter in roles.duts.values():
        meter.configure_dc_voltage(point.range)
    roles.calibrator.source_dc_voltage(point.nominal)
    attendant.wait("The meters warm up.", 90.0)
    for _ in range(3):
        for dut, meter in roles.duts.items():
            yield Taken(dut, meter.read())


def evaluate(point: Point, evidence: Evidence) -> Evaluation:
    up, down = (evidence.values(series_, point.dut) for series_ in point.rests_on)
    applied = evidence.set_to("calibrator", "dc-voltage", point.nominal)
    budget = Budget(
        "error of indication",
        "V",
        lambda indication, hysteresis, applied: indication + hysteresis - applied,
        readings("indication", [*up, *down], source="both series"),
        rectangular("hysteresis", half_width=abs(fmean(up) - fmean(down)), source="both series"),
        normal("applied", applied.actual, standard_uncertainty=1e-5, source="certificate"),
    )
    return Evaluation(budget, applied.actual, fmean([*up, *down]))


def conclude(dut: str, evidence: Evidence) -> tuple[Conclusion, ...]:
    up, down = (fmean(evidence.values(f"{way}/5 V", dut)) for way in ("up", "down"))
    return (
        Conclusion(
            "hysteresis", "Hysteresis", abs(up - down), "V", "of the example",
            expanded_uncertainty=2e-5, coverage_factor=2.0,
        ),
    )  # fmt: skip


def tolerance(point: Point) -> Tolerance:
    # The second meter cannot meet its limits.
    limits = Limits(-1e-3, 1e-3) if point.dut == "dut" else Limits(0.5, 0.6)
    return Tolerance(limits, "example", verified=True)


def of_items(items: Items) -> tuple[p.Test[Roles], ...]:
    wires = [
        wire
        for dut in items
        for wire in (
            Wire("calibrator", "NORMAL HI", dut, "HI"),
            Wire("calibrator", "NORMAL LO", dut, "LO"),
        )
    ]
    points = tuple(
        Point(f"{dut}/{volts:g} V", volts, 10.0, dut=dut,
              rests_on=(f"up/{volts:g} V", f"down/{volts:g} V"))
        for dut in items
        for volts in VOLTS
    )  # fmt: skip
    return (
        p.Test(
            name="dc-voltage",
            title="DC voltage",
            unit="V",
            range_unit="V",
            points=points,
            hookup=Hookup("in parallel", tuple(wires), "copper"),
            roles=Roles,
            standards=(StandardUse("calibrator", "dc-voltage"),),
            measure=measure,
            evaluate=evaluate,
            tolerance=tolerance,
            seconds=5.0,
            observations=(*series("up"), *series("down")),
            conclude=conclude,
        ),
    )


PARALLEL = Procedure(
    name="parallel",
    revision=1,
    title="Two meters",
    method="an example",
    environment=EnvironmentLimits((18.0, 28.0), (10.0, 80.0), "example"),
    tests=of_items,
    digest=lambda items: "0" * 64,
    most_duts=2,
)

QUESTIONS = (Inspection("mark", "Is the mark legible?", "1"), Inspection("glass", "Whole?", "2"))
LEGAL = dataclasses.replace(
    PARALLEL, verification=lambda items: Verification("DOC 1", "initial verification", QUESTIONS)
)


def both() -> BenchFile:
    file = bench()
    return file.model_copy(update={"instruments": {**file.instruments, "dut-2": OTHER}})


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path, procedure=PARALLEL, file=both())


class Objecting(ScriptedOperator):
    """Says no to what contains a text."""

    no: str = ""

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        if prompt.wants is e.PromptKind.YES_NO and self.no and self.no in prompt.text:
            self._answer = "no"


def objecting(no: str) -> Objecting:
    operator = Objecting("tester", {"°C": 23.1, "%": 52.0})
    operator.no = no
    return operator


def test_one_stimulus_two_verdicts(laboratory: Laboratory) -> None:
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    assert [key[1] for key in state.observed] == ["up/1 V", "up/5 V", "down/5 V", "down/1 V"]
    observed = state.observed[Phase.AS_FOUND, "up/5 V"]
    assert [r.of for r in observed.readings] == ["dut", "dut-2"] * 3
    assert {w.instrument for w in observed.wire} == {"dut", "dut-2", "calibrator"}
    result = state.results[Phase.AS_FOUND, "dut-2/5 V"]
    assert isinstance(result, e.Measured)
    own = [r.value for r in observed.readings if r.of == "dut-2"]
    down = state.observed[Phase.AS_FOUND, "down/5 V"]
    own += [r.value for r in down.readings if r.of == "dut-2"]
    assert result.indication == pytest.approx(fmean(own), rel=1e-15)
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass", (Phase.AS_FOUND, "dut-2"): "fail"}
    assert state.decisions == {Phase.AS_FOUND: "fail"}
    drawn = state.conclusions[Phase.AS_FOUND, "dc-voltage", "dut"].conclusions
    assert drawn[0].name == "hysteresis"
    assert (drawn[0].expanded_uncertainty, drawn[0].coverage_factor) == (2e-5, 2.0)
    assert 0.0 < drawn[0].value < 1e-4
    # Four waits of a minute and a half were waited.
    assert state.first_at is not None
    assert state.last_at is not None
    assert (state.last_at - state.first_at).total_seconds() > 360.0


def test_killed_after_many_an_entry_and_resumed(laboratory: Laboratory, tmp_path: Path) -> None:
    whole = laboratory.begin()
    kinds = [row.entry.kind for row in laboratory.rows()]

    class Killed(Exception):
        pass

    for stop in range(1, len(kinds) - 1, 4):
        folder = tmp_path / str(stop)
        folder.mkdir()
        other = Laboratory(folder, procedure=PARALLEL, file=both())

        def kill(row: Row, state: RunState, stop: int = stop) -> None:
            if row.seq == stop:
                raise Killed

        with pytest.raises(Killed):
            other.begin(watch=kill)
        resumed = other.resume()
        assert resumed.verdicts == whole.verdicts
        assert resumed.results.keys() == whole.results.keys()
        assert resumed.conclusions.keys() == whole.conclusions.keys()


def test_an_item_that_does_not_work_is_left_out(tmp_path: Path) -> None:
    file = both()
    fault = {"instrument": "dut-2", "fault": "silence", "at_exchange": 12}
    world = file.simulation.model_dump()
    world["faults"] = [fault]
    file = BenchFile.model_validate({**file.model_dump(), "simulation": world})
    laboratory = Laboratory(tmp_path, procedure=PARALLEL, file=file)
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    assert set(state.removed) == {"dut-2"}
    assert "no reply in time" in state.removed["dut-2"].reason
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}
    assert {point for _, point in state.results} == {"dut/1 V", "dut/5 V"}


def test_a_removed_item_stays_out_and_the_last_cannot_be_removed(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.run.inbox.POLL_SECONDS", 0.0)
    asked: list[str] = []

    def remove(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Observed) and not asked:
            asked.append(row.entry.point)
            with open_store(laboratory.url) as store:
                for dut in ("dut-2", "dut"):
                    send(store, laboratory.run, Remove(dut=dut, reason="leaks", by="b"), row.at)

    state = laboratory.begin(watch=remove)
    assert asked == ["up/1 V"]
    assert state.removed["dut-2"].reason == "leaks"
    declined = [row.entry for row in laboratory.rows() if isinstance(row.entry, e.Declined)]
    assert [each.what for each in declined] == ["remove dut"]
    assert state.status is Status.FINISHED
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass"}


def test_a_void_observation_takes_back_all_that_rests_on_it(laboratory: Laboratory) -> None:
    before = laboratory.begin()
    rows = laboratory.rows()
    void = e.Voided(point="up/5 V", phase=Phase.AS_FOUND, reason="door", by="tester")
    at_the_end = next(row for row in rows if isinstance(row.entry, e.Decided))
    state = RunState()
    for row in rows[: at_the_end.seq + 1]:
        state = fold(state, row)
    state = fold(state, dataclasses.replace(at_the_end, seq=at_the_end.seq + 1, entry=void))
    assert (Phase.AS_FOUND, "up/5 V") not in state.observed
    assert {point for _, point in state.results} == {"dut/1 V", "dut-2/1 V"}
    assert not state.verdicts
    assert not state.conclusions
    assert [outcome.point for _, outcome in state.void] == ["dut-2/5 V", "dut/5 V", "up/5 V"]
    assert before.verdicts


def test_a_failed_inspection_ends_the_verification_of_the_item(tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path, procedure=LEGAL, file=both())
    state = laboratory.begin(operator=objecting("legible"))
    assert state.begun is not None
    assert (state.begun.verification, state.begun.operation) == ("DOC 1", "initial verification")
    # Neither went on to the second question, and nothing was measured.
    assert set(state.inspected) == {("dut", "mark"), ("dut-2", "mark")}
    assert not state.observed
    assert set(state.verdicts.values()) == {"fail"}
    assert state.status is Status.FINISHED


def test_more_items_than_a_run_takes_are_refused(tmp_path: Path) -> None:
    single = dataclasses.replace(PARALLEL, most_duts=1)
    with pytest.raises(BadInput, match=r"takes 1 item\(s\) at once"):
        Laboratory(tmp_path, procedure=single, file=both()).begin()


def never(point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
    attendant.wait_until("The bath settles.", lambda: False, at_most=600.0, every=30.0)
    yield from measure(point, roles, attendant)


def test_what_never_settles_stops_the_run(tmp_path: Path) -> None:
    def unsettled(items: Items) -> tuple[p.Test[Roles], ...]:
        return tuple(dataclasses.replace(test, measure=never) for test in of_items(items))

    procedure = dataclasses.replace(PARALLEL, tests=unsettled)
    laboratory = Laboratory(tmp_path, procedure=procedure, file=both())
    with pytest.raises(Refused, match=r"The bath settles\. That has not come about within 600 s"):
        laboratory.begin()
    state = laboratory.state()
    assert state.status is Status.FAULTED
    assert not state.observed
    assert not state.unsafe


def suspicious(point: Point, evidence: Evidence) -> str:
    return "Are the leads swapped?" if point.id == "up/5 V" else ""


def test_a_suspicion_is_asked_about_and_kept(tmp_path: Path) -> None:
    def suspected(items: Items) -> tuple[p.Test[Roles], ...]:
        return tuple(dataclasses.replace(test, suspicion=suspicious) for test in of_items(items))

    procedure = dataclasses.replace(PARALLEL, tests=suspected)
    laboratory = Laboratory(tmp_path, procedure=procedure, file=both())
    once: list[e.Prompted] = []

    class Once(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if prompt.doubts:
                once.append(prompt)
                self._answer = "no" if len(once) == 1 else "yes"

    state = laboratory.begin(operator=Once("tester", {"°C": 23.1, "%": 52.0}))
    assert [prompt.doubts for prompt in once] == [("Are the leads swapped?",)] * 2
    assert [row.entry.point for row in laboratory.rows() if isinstance(row.entry, e.Suspected)] == [
        "up/5 V"
    ]
    # The first "no" had it measured again, with the leads looked at again.
    connects = [
        row.entry
        for row in laboratory.rows()
        if isinstance(row.entry, e.Prompted) and row.entry.wires
    ]
    assert len(connects) == 2
    assert state.status is Status.FINISHED


def test_a_suspicion_names_the_item_it_is_about(tmp_path: Path) -> None:
    def far(point: Point, evidence: Evidence) -> str:
        values = evidence.values(point.id, "dut-2")
        return "Are the leads swapped?" if point.id == "up/5 V" and values else ""

    def suspected(items: Items) -> tuple[p.Test[Roles], ...]:
        return tuple(dataclasses.replace(test, suspicion=far) for test in of_items(items))

    procedure = dataclasses.replace(PARALLEL, tests=suspected)
    laboratory = Laboratory(tmp_path, procedure=procedure, file=both())
    laboratory.begin()
    entries = [row.entry for row in laboratory.rows()]
    (asked,) = [each for each in entries if isinstance(each, e.Prompted) and each.doubts]
    (stands,) = [each for each in entries if isinstance(each, e.Suspected)]
    assert (asked.about, stands.duts) == ("up/5 V: dut-2, 0", ("dut-2",))


def test_a_terminal_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    def elsewhere(items: Items) -> tuple[p.Test[Roles], ...]:
        wire = Wire("calibrator", "NORMAL HI", "dut", "HIGH")
        hookup = Hookup("wrong", (wire,), "copper")
        return tuple(dataclasses.replace(test, hookup=hookup) for test in of_items(items))

    procedure = dataclasses.replace(PARALLEL, tests=elsewhere)
    with pytest.raises(BadInput, match="unknown terminal 'dut HIGH'"):
        Laboratory(tmp_path, procedure=procedure, file=both()).begin()


def beyond(point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
    too_much = point.id == "up/5 V"
    yield from measure(
        dataclasses.replace(point, nominal=15.0 if too_much else 1.0), roles, attendant
    )


def test_an_overload_while_observing_is_of_all_that_rests_on_it(tmp_path: Path) -> None:
    def overloaded(items: Items) -> tuple[p.Test[Roles], ...]:
        return tuple(dataclasses.replace(test, measure=beyond) for test in of_items(items))

    procedure = dataclasses.replace(PARALLEL, tests=overloaded)
    laboratory = Laboratory(tmp_path, procedure=procedure)
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    kinds = {point: type(outcome) for (_, point), outcome in state.results.items()}
    assert kinds["dut/5 V"] is e.Overloaded
    assert kinds["dut/1 V"] is e.Measured
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "fail"}
    assert state.conclusions[Phase.AS_FOUND, "dc-voltage", "dut"].conclusions == ()
