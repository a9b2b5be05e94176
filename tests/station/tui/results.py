"""Finished runs at every stage of a certificate's life, for the tests of the results' screens."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from station.certificate.issue import amend, issue
from station.records.store import Store
from station.register import book
from station.register import entries as e
from station.register.lives import Stage
from station.register.work import work_of
from station.run import journal
from station.tui.desk import Desk
from station.tui.parts.words import Speech
from station.tui.sign_in import begin_session
from tests.station.certificate.runs import ANOTHER_ORDER, ISSUED_AT, SHOTS, Run, write_down
from tests.station.register.people import APPROVER, PASSWORD, REVIEWER
from tests.station.tui.journals import StillWall
from tests.station.tui.screens import ENGLISH, desk

NOW = ISSUED_AT
FEW = SHOTS[:5]


def measured(store: Store, run: str = "20261120-a1b2c3", **kinds: object) -> str:
    """A finished run."""
    few = {"shots": FEW} | kinds
    return write_down(store, Run(id=run, **few))  # type: ignore[arg-type]


def decided(store: Store, run: str, stage: Stage, wall: StillWall | None = None) -> str:
    """Bring the results of a run to a stage; return the number of the certificate."""
    wall = wall or StillWall(NOW)
    head = work_of(list(journal.read(store, run))).head
    if stage is Stage.MEASURED:
        return ""
    accepted = stage is not Stage.RETURNED
    reason = "" if accepted else "The leads were loose."
    reviewed = e.Reviewed(
        by=REVIEWER, run=run, dut="dut", accepted=accepted, reason=reason, head=head
    )
    book.act(store, wall, lambda _: [reviewed])
    if stage in (Stage.RETURNED, Stage.REVIEWED):
        return ""
    book.act(store, wall, lambda _: [e.Approved(by=APPROVER, run=run, dut="dut")])
    if stage is Stage.APPROVED:
        return ""
    given = {"by": APPROVER, "now": wall.at, "order": None, "laboratory": None}
    number = issue(store, run, **given).number  # type: ignore[arg-type]
    if stage is Stage.AMENDED:
        number = amend(
            store,
            number,
            by=APPROVER,
            now=wall.at + timedelta(hours=1),
            reason="The name.",
            order=ANOTHER_ORDER,
        ).number
    if stage is Stage.WITHDRAWN:
        withdrawn = e.Withdrawn(by=APPROVER, number=number, reason="The standard was bad.")
        book.act(store, wall, lambda _: [withdrawn])
    return number


def signed_in(
    store: Store,
    login: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    say: Speech = ENGLISH,
    at: datetime = NOW,
) -> Desk:
    """A desk at which somebody has proved who he is."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    folder.chmod(0o700)
    sits = replace(desk(store, say, login), wall=StillWall(at), signed_in=True)
    begin_session(sits, login, PASSWORD)
    return sits
