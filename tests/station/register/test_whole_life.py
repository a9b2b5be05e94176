"""The whole life of a certificate through the command line alone, from an empty store on."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from station.errors import Exit
from tests.station.register.people import PASSWORD, Told, cheaply_hashed
from tests.station.run.laboratory import FEW, few_points

SHORT = few_points(FEW[:1])
METHOD = f"{__name__}:SHORT"
BENCH = str(files("station") / "demo" / "bench.toml")
ORDER = """
[order]
number = "PYC-2026-0043"

[order.customer]
name = "Công ty Ví Dụ"
address = "Số 9, đường Ví Dụ"
"""
PEOPLE = {"an": "administrator", "binh": "technician", "chi": "reviewer", "dung": "approver"}


@pytest.fixture
def laboratory(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts, roles and authorisations, made by commands."""
    monkeypatch.setattr("station.register.passwords.hashed", cheaply_hashed)
    for login, role in PEOPLE.items():
        added = ("people", "add", login, "--name", f"Person {login}", "--role", role, "--by", "an")
        assert told(*added, password=PASSWORD, new=PASSWORD)[0] == Exit.DONE
    for login in ("binh", "chi", "dung"):
        span = ("--since", "2026-01-01", "--until", "2099-12-31", "--by", "an")
        assert told("people", "authorise", login, METHOD, *span, password=PASSWORD)[0] == Exit.DONE


@pytest.mark.usefixtures("laboratory")
def test_a_whole_life_by_commands(home: Path, told: Told) -> None:
    out = home / "out"

    def do(by: str, *words: str, code: Exit = Exit.DONE) -> str:
        ended, printed, said = told(*words, "--by", by, password=PASSWORD)
        assert (words, ended) == (words, code), said
        return printed + said

    def verified(number: str, code: Exit, said: str) -> None:
        named = [str(out / f"{number}.{kind}") for kind in ("pdf", "xml")]
        store = ("--store", str(home / "station.db"))
        ended, printed, _ = told("certificate", "verify", *named, *store)
        assert (ended, printed.count(said)) == (code, 2), printed

    run = do(
        "binh", "run", METHOD, "--bench", BENCH, "--simulate", "--operator", "auto"
    ).splitlines()[0]  # fmt: skip
    issue = ("certificate", "issue", run, "--out", str(out))
    assert "not reviewed" in do("binh", *issue, code=Exit.REFUSED)
    do("chi", "review", run, "--return", "--reason", "door was open")
    assert "returned by chi (door was open)" in do("dung", "approve", run, code=Exit.REFUSED)
    do("chi", "review", run, "--accept")
    do("dung", "approve", run, "--reason", "checked with the customer")
    assert "approved" in told("runs")[1]
    do("binh", *issue)
    first = next(out.glob("*.pdf")).stem
    second, third, fourth = (f"{first[:-1]}{number}" for number in (2, 3, 4))
    verified(first, Exit.DONE, f"verified: {first}")

    order = home / "order.toml"
    order.write_text(ORDER, encoding="utf-8")
    amend = ("certificate", "amend", "--reason", "another address", "--out", str(out))
    do("chi", *amend, first, "--order", str(order), code=Exit.REFUSED)
    do("dung", *amend, first, "--order", str(order))
    verified(first, Exit.REFUSED, f"{first} is in force no longer: amended by {second}")
    verified(second, Exit.DONE, f"verified: {second}")
    withdraw = ("certificate", "withdraw", "--reason", "standard found bad")
    do("dung", *withdraw, first, code=Exit.REFUSED)
    do("dung", *withdraw, second)
    verified(second, Exit.REFUSED, f"{second} is in force no longer: withdrawn")
    assert "was withdrawn by dung" in do("binh", *issue, code=Exit.REFUSED)

    do("dung", "certificate", "void-number", third, "--reason", "form spoilt")
    do("dung", *amend, second)
    verified(fourth, Exit.DONE, f"verified: {fourth}")
    shown = told("show", run)[1]
    # Each act with its person, instant and reason; nothing is forgotten.
    assert len(re.findall(r"\n  \d{4}-\d\d-\d\d \d\d:\d\d  dut: ", shown)) == 9
    for line in (
        "dut: reviewed, returned (chi: door was open)",
        "dut: reviewed, accepted (chi)",
        "dut: approved (dung: checked with the customer)",
        f"dut: issued: {first} (binh)",
        f"dut: issued: {second}, takes the place of {first} (dung: another address)",
        f"dut: withdrawn: {second} (dung: standard found bad)",
        f"dut: issued: {fourth}, takes the place of {second} (dung: another address)",
    ):
        assert line in shown
    assert json.loads(told("show", run, "--json")[1])["items"][0]["stage"] == "amended"
    assert "all as written" in told("audit")[1]
    do("an", "people", "end", "binh", "--procedure", METHOD, "--reason", "retraining")
    again = ("run", METHOD, "--bench", BENCH, "--simulate", "--operator", "auto")
    assert f"binh is not authorised for {METHOD}" in do("binh", *again, code=Exit.REFUSED)
