"""Points that somebody leaves out, remarks on points, and a pause while a person reads."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from station.certificate.issue import issue
from station.certificate.item import alone, verdict
from station.certificate.results import sections
from station.certificate.verification.file import verify
from station.metrology.conformity import Verdict
from station.records.store import open_store
from station.run import entries as e
from station.run.inbox import Command, GoOn, Note, Pause, Skip, Void, send
from station.run.journal import Row
from station.run.operator import ScriptedOperator, Unusable
from station.run.plan import Phase
from station.run.progress import progress
from station.run.state import RunState, Status
from tests.procedures.bench_folder import laboratory_on
from tests.station.run.laboratory import FEW, Laboratory, few_points
from tests.station.run.test_several_items import PARALLEL, both

FIRST, SECOND, LAST = FEW[0], FEW[1], FEW[-1]
BY_HAND = ("dc-voltage/20 V/19 V", "dc-voltage/20 V/-19 V")
HAND_HELD = files("procedures") / "electrical" / "benches" / "hand-held"
FOUND = Phase.AS_FOUND
NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def eager_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """The virtual run is over in less than the inbox's polling interval: look every time."""
    monkeypatch.setattr("station.run.inbox.POLL_SECONDS", 0.0)


def sending(
    laboratory: Laboratory, when: Callable[[e.Entry], bool], *commands: Command
) -> Callable[[Row, RunState], None]:
    """Send commands, once, after the first entry that `when` is true of."""
    left = list(commands)

    def watch(row: Row, state: RunState) -> None:
        if left and when(row.entry):
            with open_store(laboratory.url) as store:
                while left:
                    send(store, laboratory.run, left.pop(0), row.at)

    return watch


def is_measured(point: str) -> Callable[[e.Entry], bool]:
    return lambda entry: isinstance(entry, e.Measured) and entry.point == point


def declined(laboratory: Laboratory) -> list[tuple[str, str]]:
    entries = [row.entry for row in laboratory.rows()]
    return [(each.what, each.reason) for each in entries if isinstance(each, e.Declined)]


def test_a_point_that_is_left_out_has_no_result_and_the_item_no_pass(
    laboratory: Laboratory,
) -> None:
    skip = Skip(point=SECOND, reason="the range is broken", by="b")
    state = laboratory.begin(watch=sending(laboratory, is_measured(FIRST), skip))
    assert state.status is Status.FINISHED
    assert {point for _, point in state.results} == set(FEW) - {SECOND}
    assert state.skipped[FOUND, SECOND].reason == "the range is broken"
    assert state.verdicts == {(FOUND, "dut"): Verdict.NOT_ASSESSABLE.value}
    assert progress(state) == (3, 3)
    own = alone(state, "dut")
    assert verdict(own, FOUND) is Verdict.NOT_ASSESSABLE
    assert SECOND not in [line.point for line in sections(own)[0].lines]
    with open_store(laboratory.url) as store:
        made = issue(store, laboratory.run, by="A", now=NOW, order=None, laboratory=None)
        assert verify(made.xml, store).good
    said = "Not measured, by decision of b (the range is broken): DC voltage: −10 V."
    assert said in made.xml.decode()


def test_a_run_of_which_every_point_is_left_out_comes_to_its_end(laboratory: Laboratory) -> None:
    skips = [Skip(point=point, reason="the item is broken", by="b") for point in FEW]
    send_once = sending(laboratory, lambda entry: isinstance(entry, e.EnvironmentRead), *skips)

    def watch(row: Row, state: RunState) -> None:
        assert len(state.environment) <= 2, "the room is asked for without end"
        send_once(row, state)

    state = laboratory.begin(watch=watch)
    assert state.status is Status.FINISHED
    assert not state.results
    assert state.verdicts == {(FOUND, "dut"): Verdict.NOT_ASSESSABLE.value}


def test_a_decision_to_leave_a_point_out_can_be_taken_back(laboratory: Laboratory) -> None:
    skip = Skip(point=SECOND, reason="no adapter", by="b")
    back = Void(point=SECOND, reason="the adapter was found", by="c")
    state = laboratory.begin(watch=sending(laboratory, is_measured(FIRST), skip, back))
    assert {point for _, point in state.results} == set(FEW)
    assert not state.skipped
    assert state.verdicts == {(FOUND, "dut"): "pass"}


class Unable(ScriptedOperator):
    """Has no answer to the first reading that is asked for."""

    def ask(self, prompt: e.Prompted) -> None:
        if prompt.wants is e.PromptKind.READ and not self.refused:
            self.refused.append(prompt.prompt)
            return
        super().ask(prompt)

    def withdraw(self, reason: Unusable) -> None:
        self.told.append(str(reason))

    refused: list[int]
    told: list[str]


def test_a_point_that_is_left_out_while_it_is_asked_for(tmp_path: Path) -> None:
    """The outputs go off, and its question is taken back."""
    laboratory = laboratory_on(HAND_HELD, tmp_path, few_points(BY_HAND))
    operator = Unable("tester", {"°C": 23.1, "%": 52.0})
    operator.refused, operator.told = [], []
    skip = Skip(point=BY_HAND[0], reason="the segment is dead", by="b")
    is_asked = sending(laboratory, lambda x: getattr(x, "wants", "") == e.PromptKind.READ, skip)
    state = laboratory.begin(operator=operator, watch=is_asked)
    assert state.status is Status.FINISHED
    assert {point for _, point in state.results} == {BY_HAND[1]}
    assert state.skipped[FOUND, BY_HAND[0]].took_back == operator.refused[0]
    assert operator.told == ["That point is left out."]
    kinds = [row.entry.kind for row in laboratory.rows()]
    at = kinds.index("skipped")
    assert kinds[at - 2 : at] == ["prompted", "made-safe"]


def test_a_pause_while_a_person_reads_puts_the_outputs_to_standby_at_once(tmp_path: Path) -> None:
    """The point is measured anew: what it has so far is worthless."""
    laboratory = laboratory_on(HAND_HELD, tmp_path, few_points(BY_HAND))
    operator = Unable("tester", {"°C": 23.1, "%": 52.0})
    operator.refused, operator.told = [], []
    pause = (Pause(by="b"), GoOn(by="b"))
    is_asked = sending(laboratory, lambda x: getattr(x, "wants", "") == e.PromptKind.READ, *pause)
    state = laboratory.begin(operator=operator, watch=is_asked)
    assert state.decisions == {FOUND: "pass"}
    assert {point for _, point in state.results} == set(BY_HAND)
    assert operator.told == ["Paused: it is asked again."]
    kinds = [row.entry.kind for row in laboratory.rows()]
    at = kinds.index("paused")
    assert kinds[at - 2 : at + 3] == ["prompted", "made-safe", "paused", "went-on", "prompted"]


def test_what_rests_on_something_is_left_out_with_it(tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path, procedure=PARALLEL, file=both())
    skip = Skip(point="up/1 V", reason="a leak", by="b")
    is_answered = sending(laboratory, lambda entry: isinstance(entry, e.EnvironmentRead), skip)
    state = laboratory.begin(watch=is_answered)
    assert state.status is Status.FINISHED
    assert {id_ for _, id_ in state.skipped} == {"up/1 V", "dut/1 V", "dut-2/1 V"}
    assert {id_ for _, id_ in state.results} == {"dut/5 V", "dut-2/5 V"}
    # The second item fails at 5 V: that stands, whatever was left out.
    assert state.verdicts == {(FOUND, "dut"): "not assessable", (FOUND, "dut-2"): "fail"}
    assert all(not concluded.conclusions for concluded in state.conclusions.values())


REFUSED = [
    pytest.param(Skip(point="no such", reason="r", by="b"), "no such point", id="no such point"),
    pytest.param(Skip(point=LAST, reason=" ", by="b"), "no reason was given", id="no reason"),
    pytest.param(Skip(point=FIRST, reason="r", by="b"), "it has a result", id="has a result"),
    pytest.param(Note(point="no such", text="t", by="b"), "no such point", id="note on nothing"),
]


@pytest.mark.parametrize(("command", "why"), REFUSED)
def test_what_cannot_be_left_out_is_declined(
    laboratory: Laboratory, command: Command, why: str
) -> None:
    state = laboratory.begin(watch=sending(laboratory, is_measured(FIRST), command))
    assert state.decisions == {FOUND: "pass"}
    ((_, reason),) = declined(laboratory)
    assert why in reason


def test_a_note_is_in_the_record(laboratory: Laboratory) -> None:
    note = Note(point=FIRST, text="scratched jack", path="jack.jpg", sha256="0" * 64, by="b")
    state = laboratory.begin(watch=sending(laboratory, is_measured(FIRST), note))
    (noted,) = state.notes
    assert (noted.point, noted.phase, noted.text) == (FIRST, FOUND, "scratched jack")
    assert (noted.path, noted.sha256, noted.by) == ("jack.jpg", "0" * 64, "b")
    assert state.decisions == {FOUND: "pass"}
