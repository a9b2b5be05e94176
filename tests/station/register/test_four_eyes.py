"""Whoever measured decides nothing of the results, under whatever name; and who may decide at all.

ISO/IEC 17025:2017, 6.2.6 c: authorised for reviewing and authorising results, of that method.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from station.certificate.issue import amend, issue
from station.errors import Refused
from station.records.store import Store, open_store
from station.register import book, people
from station.register import entries as r
from station.register.entries import Role
from station.run import entries as e
from station.run.plan import Overridden
from tests.station.certificate.runs import ISSUED_AT, LABORATORY, ORDER, SHOTS, Run, write_down
from tests.station.register.people import (
    ADMINISTRATOR,
    APPROVER,
    REVIEWER,
    SINCE,
    TECHNICIAN,
    UNTIL,
    enter,
    name_of,
)
from tests.station.register.test_lives import (
    BOTH,
    CLOCK,
    MEASURED,
    ByTechnician,
    Stage,
    approve,
    issued,
    review,
    stage,
)

ANOTHER = ORDER.model_copy(update={"number": "PYC-2026-0099"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


@pytest.fixture
def laboratory(store: Store) -> Store:
    enter(store)
    write_down(store, MEASURED)
    return store


def write(store: Store, *entries: r.Entry) -> None:
    book.act(store, CLOCK, lambda _: entries)


def run_with(store: Store, *acts: e.Entry, **begun: object) -> str:
    """Write a run down in which people did `acts` besides measuring."""

    class Acted(ByTechnician):
        def begun(self) -> e.RunBegun:
            return super().begun().model_copy(update=begun)

        def entries(self) -> list:  # type: ignore[type-arg]
            first, *others = super().entries()
            return [first, *acts, *others]

    return write_down(store, replace(Acted(shots=SHOTS[:1]), id="acted"))


POINT, PHASE = "point", e.Phase.AS_FOUND
ACTS: dict[str, e.Entry] = {
    "resumed": e.Resumed(operator=BOTH, software="s", reason="r"),
    "answered": e.Answered(prompt=1, value="yes", by=BOTH),
    "corrected": e.Corrected(
        point=POINT, phase=PHASE, number=1, was="1", value="2", by=BOTH
    ),
    "voided": e.Voided(point="voided", phase=PHASE, reason="r", by=BOTH),
    "inspected": e.Inspected(
        dut="dut", inspection="i", text="t", clause="", passed=True, by=BOTH
    ),
    "paused": e.PausedByPerson(by=BOTH),
    "went on": e.WentOn(by=BOTH),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_whoever_did_anything_in_a_run_decides_nothing_of_it(laboratory: Store, act: str) -> None:
    prompt = e.Prompted(prompt=1, wants=e.PromptKind.YES_NO, text="?")
    run = run_with(laboratory, prompt, ACTS[act])
    with pytest.raises(Refused, match="giang took part in measuring run acted and cannot review"):
        review(laboratory, BOTH, run=run)
    review(laboratory, REVIEWER, run=run)
    with pytest.raises(Refused, match="giang took part in measuring run acted and cannot approve"):
        approve(laboratory, BOTH, run=run)


def test_whoever_asked_in_vain_took_no_part(laboratory: Store) -> None:
    """Else anybody's refused request would keep a reviewer from his work."""
    run = run_with(laboratory, e.Declined(what="void", reason="no", by=REVIEWER))
    review(laboratory, REVIEWER, run=run)


def test_whoever_let_an_overdue_standard_be_used_does_not_approve_what_rests_on_it(
    laboratory: Store,
) -> None:
    decided = Overridden(
        role="calibrator", equipment="S-1", refusal="overdue", until=UNTIL, reason="r", by=BOTH
    )
    run = run_with(laboratory, overrides=(decided,))
    review(laboratory, BOTH, run=run)
    with pytest.raises(Refused, match="giang decided that S-1 may be used and cannot approve"):
        approve(laboratory, BOTH, run=run)
    approve(laboratory, APPROVER, run=run)


def test_a_second_account_of_the_same_name_does_not_help(laboratory: Store) -> None:
    """Accounts made before names had to differ; capitals and spaces tell nobody apart."""
    write(
        laboratory,
        r.PersonEntered(by=ADMINISTRATOR, login="binh2", name=name_of(TECHNICIAN).upper() + " "),
        r.RoleGiven(by=ADMINISTRATOR, login="binh2", role=Role.REVIEWER),
        r.Authorised(by=ADMINISTRATOR, login="binh2", procedure="dmm", since=SINCE, until=UNTIL),
    )
    with pytest.raises(Refused, match="binh2 took part in measuring"):
        review(laboratory, "binh2")


def test_another_name_does_not_help(store: Store) -> None:
    """A run from before there were accounts names somebody who is called something else now."""

    class Named(Run):
        def begun(self) -> e.RunBegun:
            return super().begun().model_copy(update={"operator": name_of(BOTH)})

    enter(store)
    run = write_down(store, replace(Named(shots=SHOTS[:1]), id="named"))
    write(store, r.PersonEntered(by=ADMINISTRATOR, login=BOTH, name="Somebody Else"))
    with pytest.raises(Refused, match="giang took part in measuring"):
        review(store, BOTH, run=run)
    # Nor may another account have the name that was left.
    with pytest.raises(Refused, match="is how giang is known"):
        people.renamed(book.read(store), by=ADMINISTRATOR, login=REVIEWER, name=name_of(BOTH))


# -- authorised for the method ---------------------------------------------------------------


@pytest.mark.parametrize(("login", "act"), [(REVIEWER, review), (APPROVER, approve)])
def test_who_decides_is_authorised_for_the_method_on_that_day(
    laboratory: Store, login: str, act: object
) -> None:
    assert callable(act)
    if act is approve:
        review(laboratory, REVIEWER)
    write(
        laboratory,
        r.AuthorisationEnded(by=ADMINISTRATOR, login=login, procedure="dmm", reason="r"),
    )
    with pytest.raises(Refused, match=f"{login} is not authorised for dmm"):
        act(laboratory, login)
    over = date(2026, 1, 31)
    write(
        laboratory,
        r.Authorised(by=ADMINISTRATOR, login=login, procedure="dmm", since=SINCE, until=over),
    )
    with pytest.raises(Refused, match=f"{login} is authorised for dmm from .* to 2026-01-31"):
        act(laboratory, login)


def test_a_method_that_is_not_installed_is_not_the_one_of_that_name(laboratory: Store) -> None:
    """Whoever is authorised for dmm is not for what somebody else's module calls dmm."""
    run = run_with(laboratory, found_as="mine:DMM")
    with pytest.raises(Refused, match="chi is not authorised for mine:DMM"):
        review(laboratory, REVIEWER, run=run)


# -- what was approved is what is issued -----------------------------------------------------


def test_an_order_that_was_not_approved_is_issued_by_an_approver_alone(laboratory: Store) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)

    def with_another(by: str, **given: object) -> str:
        terms = {"order": ANOTHER, "laboratory": None, **given}
        return issue(laboratory, MEASURED.id, by=by, now=ISSUED_AT, **terms).number  # type: ignore[arg-type]

    elsewhere = LABORATORY.model_copy(update={"address": "elsewhere"})
    others = (
        {},
        {"order": None, "laboratory": elsewhere},
        {"order": None, "fields": {"room": "3"}},
    )
    for by in (TECHNICIAN, REVIEWER):
        for given in others:
            with pytest.raises(Refused, match=f"not what was approved.* {by} has not the role"):
                with_another(by, **given)
    run = run_with(laboratory, ACTS["paused"])
    review(laboratory, REVIEWER, run=run)
    approve(laboratory, APPROVER, run=run)
    with pytest.raises(Refused, match="giang took part"):
        issue(laboratory, run, by=BOTH, now=ISSUED_AT, order=ANOTHER, laboratory=None)
    assert with_another(APPROVER) == "C26.00001"


def test_the_same_order_given_again_is_the_one_that_was_approved(laboratory: Store) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    assert issue(
        laboratory, MEASURED.id, by=TECHNICIAN, now=ISSUED_AT, order=ORDER, laboratory=LABORATORY
    ).new


def test_what_nobody_proved_was_decided_counts_no_more(store: Store) -> None:
    """A name that was typed before there were accounts is nobody's word afterwards."""
    write_down(store, MEASURED)
    review(store, "Anybody")
    approve(store, "Anybody")
    enter(store)
    with pytest.raises(Refused, match="reviewed by Anybody, who has no account"):
        issued(store)
    review(store, REVIEWER)
    with pytest.raises(Refused, match="not approved"):
        issued(store)
    approve(store, APPROVER)
    assert issued(store).new


def test_an_approval_stands_when_the_approver_has_left(laboratory: Store) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    for login in (REVIEWER, APPROVER):
        write(laboratory, r.AccountEnded(by=ADMINISTRATOR, login=login, reason="left"))
    assert stage(laboratory) is Stage.APPROVED
    assert issued(laboratory).new


def test_whoever_measured_does_not_amend(laboratory: Store) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    number = issued(laboratory).number
    write(laboratory, r.RoleGiven(by=ADMINISTRATOR, login=TECHNICIAN, role=Role.APPROVER))
    with pytest.raises(Refused, match="binh took part in measuring"):
        amend(laboratory, number, by=TECHNICIAN, now=ISSUED_AT, reason="r", order=ANOTHER)


def test_what_a_program_measured_is_marked(store: Store) -> None:
    class ByProgram(Run):
        def begun(self) -> e.RunBegun:
            return super().begun().model_copy(update={"operator": "ci"})

    enter(store)
    write(
        store,
        r.PersonEntered(by=ADMINISTRATOR, login="ci", name="Nguyễn Phúc", unattended=True),
    )
    write_down(store, ByProgram(shots=SHOTS[:1], voided=0))
    review(store, REVIEWER)
    approve(store, APPROVER)
    made = issue(store, MEASURED.id, by=APPROVER, now=ISSUED_AT, order=None, laboratory=None)
    assert "Nguyễn Phúc (chương trình, program)" in made.xml.decode()
