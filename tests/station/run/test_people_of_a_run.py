"""Who may act in a run that goes on, and who did: asked of the register at each act."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta

import pytest

from station.clock import SystemClock
from station.errors import BadInput, Refused, RunAborted
from station.records.store import open_store
from station.register import book
from station.register import entries as r
from station.register.entries import Role
from station.run import entries as e
from station.run.engine import Watch
from station.run.inbox import Abort, Answer, Command, GoOn, Pause, Remove, Void, send
from station.run.journal import Row
from station.run.operator import InboxOperator, ScriptedOperator
from station.run.state import RunState, Status
from tests.station.certificate.runs import SHOTS, Run, write_down
from tests.station.register.people import ADMINISTRATOR, AUDITOR, REVIEWER, TECHNICIAN, enter
from tests.station.run.laboratory import FEW, Laboratory, few_points

ROOM = {"°C": 23.1, "%": 52.0}
ANSWERS = {"°C": "23.1", "%": "52"}
BOTH = "giang"
RUN = Run(shots=SHOTS[:1])

pytestmark = pytest.mark.usefixtures("eager_inbox")


@pytest.fixture
def eager_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.run.inbox.POLL_SECONDS", 0.0)


@pytest.fixture
def checked(laboratory: Laboratory) -> Laboratory:
    """A laboratory with accounts, and a run of two points."""
    laboratory.procedure = few_points(FEW[:2])
    with open_store(laboratory.url) as store:
        enter(store)
    return laboratory


def write(laboratory: Laboratory, *entries: r.Entry) -> None:
    with open_store(laboratory.url) as store:
        book.act(store, SystemClock(), lambda _: entries)


def tell(laboratory: Laboratory, commands: Sequence[Command]) -> None:
    # Not by `send`, which refuses some of them already: the engine does not rely on that.
    with open_store(laboratory.url) as store:
        for command in commands:
            store.put_inbox(laboratory.run, SystemClock().now(), command.model_dump_json())


def at_first(laboratory: Laboratory, *commands: Command) -> Watch:
    """Send the commands when the first point is done."""
    left = [commands]

    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Measured) and left:
            tell(laboratory, left.pop())

    return watch


def entries_of(laboratory: Laboratory) -> list[e.Entry]:
    return [row.entry for row in laboratory.rows()]


def script(name: str) -> ScriptedOperator:
    return ScriptedOperator(name, ROOM)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (REVIEWER, "chi has not the role technician"),
        (AUDITOR, "em has not the role technician"),
        ("nobody", "'nobody' has no account"),
        (BOTH, None),
    ],
)
def test_a_command_is_taken_from_who_is_authorised(
    checked: Laboratory, by: str, said: str | None
) -> None:
    void = Void(point=FEW[0], reason="lead was loose", by=by)
    state = checked.begin(
        operator=script(TECHNICIAN), watch=at_first(checked, void, Pause(by="x"), GoOn(by="y"))
    )
    assert state.status is Status.FINISHED
    declined = [each for each in entries_of(checked) if isinstance(each, e.Declined)]
    told = [(each.what, each.by) for each in declined]
    stopped = [("pause", "x"), ("go-on", "y")]
    if said is None:
        assert [v.by for v, _ in state.void] == [BOTH]
        assert told == stopped
    else:
        assert state.void == ()
        assert told == [(f"void {FEW[0]}", by), *stopped]
        assert said in declined[0].reason


def test_an_answer_counts_of_who_is_authorised_and_is_written_as_his(checked: Laboratory) -> None:
    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Prompted):
            value = ANSWERS.get(row.entry.unit, "")
            answers = [Answer(prompt=row.entry.prompt, value=value, by=by)
                       for by in (REVIEWER, BOTH)]  # fmt: skip
            tell(checked, answers)

    checked.begin(operator=InboxOperator(TECHNICIAN), watch=watch)
    written = entries_of(checked)
    assert {each.by for each in written if isinstance(each, e.Answered)} == {BOTH}
    assert {each.by for each in written if isinstance(each, e.Declined)} == {REVIEWER}
    # What follows from an answer names who gave it, not who began the run.
    assert {each.source for each in written if isinstance(each, e.EnvironmentRead)} == {BOTH}


TAKEN: dict[str, Callable[[], r.Entry]] = {
    "role": lambda: r.RoleTaken(by=ADMINISTRATOR, login=TECHNICIAN, role=Role.TECHNICIAN),
    "account": lambda: r.AccountEnded(by=ADMINISTRATOR, login=TECHNICIAN, reason="left"),
    "authorisation": lambda: r.AuthorisationEnded(
        by=ADMINISTRATOR, login=TECHNICIAN, procedure="dmm", reason="retraining"
    ),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken_in_the_middle_of_a_run_is_taken_at_once(
    checked: Laboratory, what: str
) -> None:
    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Prompted) and row.entry.prompt == 2:
            write(checked, TAKEN[what]())

    with pytest.raises(BadInput, match=r"Not taken: (binh|The account of 'binh')"):
        checked.begin(operator=script(TECHNICIAN), watch=watch)
    answered = [each for each in entries_of(checked) if isinstance(each, e.Answered)]
    assert [each.prompt for each in answered] == [1]
    # Somebody who may takes it up again.
    assert checked.resume(operator=script(BOTH)).status is Status.FINISHED


def test_anybody_may_abort_and_it_is_written_who_did(checked: Laboratory) -> None:
    abort = Abort(by=AUDITOR, reason="smoke")
    with pytest.raises(RunAborted, match="smoke"):
        checked.begin(operator=script(TECHNICIAN), watch=at_first(checked, abort))
    aborted = entries_of(checked)[-1]
    assert isinstance(aborted, e.Aborted)
    assert aborted.by == AUDITOR


@pytest.mark.parametrize("said", ["a\x01b", "a\nb", "a" * 501, "\u202e"])
def test_what_no_certificate_can_print_is_not_sent(checked: Laboratory, said: str) -> None:
    """A certificate says why an item was taken out, or a point voided."""
    remove = Remove(dut="dut", reason=said, by=TECHNICIAN)
    write(checked, r.SignedIn(login=TECHNICIAN))
    with open_store(checked.url) as store:
        with pytest.raises(BadInput, match="cannot be printed"):
            send(store, "run", remove, SystemClock().now())
        assert store.inbox("run", 0) == []


@pytest.mark.parametrize(
    ("ended", "refused"),
    [("", False), ("time", True), ("logout", True), ("password", True), ("account", True)],
)
def test_a_screen_whose_session_is_over_changes_nothing(
    checked: Laboratory, ended: str, *, refused: bool
) -> None:
    now, later = SystemClock().now(), timedelta(hours=1)
    until = now + 2 * later
    write(checked, r.SignedIn(login=TECHNICIAN, session="s", until=until))
    ends: dict[str, list[r.Entry]] = {
        "logout": [r.SignedOut(login=TECHNICIAN, session="s")],
        "password": [r.PasswordSet(by=ADMINISTRATOR, login=TECHNICIAN, hash="h")],
        "account": [TAKEN["account"]()],
    }
    write(checked, *ends.get(ended, []))
    at = until if ended == "time" else now + later
    with open_store(checked.url) as store:
        write_down(store, RUN)
        # What makes the bench safe is never refused.
        send(store, RUN.id, Pause(by=TECHNICIAN), at)
        send(store, RUN.id, Abort(by=TECHNICIAN), at)
        for command in (Answer(prompt=1, value="yes", by=TECHNICIAN), GoOn(by=TECHNICIAN)):
            with pytest.raises(Refused) if refused else nullcontext():
                send(store, RUN.id, command, at)
        assert len(store.inbox(RUN.id, 0)) == (2 if refused else 4)


def test_a_password_stands_for_the_command_that_it_was_given_for(checked: Laboratory) -> None:
    write(checked, r.SignedIn(login=TECHNICIAN))
    with open_store(checked.url) as store:
        write_down(store, RUN)
        now = SystemClock().now()
        send(store, RUN.id, Remove(dut="dut", reason="r", by=TECHNICIAN), now)
        with pytest.raises(Refused, match="session of binh is over"):
            send(store, RUN.id, GoOn(by=TECHNICIAN), now + timedelta(minutes=2))
