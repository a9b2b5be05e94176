"""Where people have accounts, who may write what of equipment."""

from datetime import date
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.errors import Refused
from station.records.store import open_store
from station.register import book
from station.register import entries as e
from station.register.book import Decide
from station.register.equipment import (
    Acceptance,
    accept,
    enter,
    found_bad,
    override,
    reject,
    retire,
    service,
)
from station.register.equipment_checks import accept_baseline, plan_check
from tests.station.register import people
from tests.station.register.test_equipment_standing import certificate, entered

DAY = date(2026, 6, 1)
EVERYBODY = set(people.ROLES)
KEEPERS = EVERYBODY - {people.AUDITOR}
JUDGES = {people.REVIEWER, people.APPROVER, "giang"}


def acts(by: str) -> dict[str, tuple[Decide, set[str]]]:
    """Each act, and who may do it."""
    check = e.Serviced(
        by=by, equipment="S-1", what=e.ServiceKind.CHECK, on=DAY, passed=True, note=""
    )
    planned = e.CheckPlanned(by=by, equipment="S-1", every_days=30)
    baseline = e.BaselineAccepted(
        by=by, equipment="S-1", procedure="dmm", point="p", unit="V", runs=("r1", "r2"),
        first=DAY, last=DAY, centre=0.0, standard_deviation=1e-6,
    )  # fmt: skip
    return {
        "enter": (enter(entered(by=by, location="Room 3")), KEEPERS),
        "check": (service("S-1", check, DAY), KEEPERS),
        "retire": (retire("S-1", "sold", by), KEEPERS),
        "accept": (accept("S-1", "C2", Acceptance(by)), JUDGES),
        "reject": (reject("S-1", "C1", "wrong", by), JUDGES),
        "found bad": (found_bad("S-1", DAY, "fell", by, DAY), KEEPERS),
        "plan a check": (plan_check(planned), KEEPERS),
        "accept a baseline": (accept_baseline(baseline), JUDGES),
        "override": (override("S-1", DAY, "away", by, DAY), {people.REVIEWER, "giang"}),
    }


@pytest.mark.parametrize("act", acts("x"))
def test_who_may(tmp_path: Path, act: str) -> None:
    with open_store(str(tmp_path / "station.db")) as store:
        book.act(store, SystemClock(), lambda _: [
            entered(), certificate("C1", "2026-01-01"), certificate("C2", "2026-02-01"),
            e.CertificateAccepted(by="a", equipment="S-1", number="C1"),
        ])  # fmt: skip
        people.enter(store)
        register = book.read(store)
    allowed = set()
    for login in (*EVERYBODY, "stranger"):
        decide, _ = acts(login)[act]
        try:
            decide(register)
        except Refused:
            continue
        allowed.add(login)
    assert allowed == acts("x")[act][1]
