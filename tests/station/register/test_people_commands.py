"""People at the command line: from an empty store to a withdrawn certificate; no secret told."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit
from station.records.audit import audit
from station.records.store import open_store
from station.register import book, sessions
from station.run.carry_out import Session
from station.run.entries import RunBegun
from station.run.setup import Setup
from station.tui.app import StationConsole
from tests.station.certificate.runs import SHOTS, Run, write_down
from tests.station.register.people import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    PASSWORD,
    REVIEWER,
    TECHNICIAN,
    Told,
    cheaply_hashed,
    enter,
)
from tests.station.stores import Place

DEMO = files("station") / "demo" / "bench.toml"

ISSUING = """
import sys
from station.cli.main import main
store, out, *runs = sys.argv[1:]
for run in runs:
    code = main(["certificate", "issue", run, "--by", "a", "--store", store, "--out", out])
    if code:
        sys.exit(code)
"""


class ByTechnician(Run):
    """A run that an account operated."""

    def begun(self) -> RunBegun:
        return super().begun().model_copy(update={"operator": TECHNICIAN})


MEASURED = ByTechnician(shots=SHOTS[:1], voided=0)


@pytest.fixture
def laboratory(home: Path) -> Path:
    """A store in which everybody has an account, and a run was measured."""
    with open_store(str(home / "station.db")) as store:
        enter(store)
        write_down(store, MEASURED)
    return home


def test_a_whole_life_with_people(home: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.register.passwords.hashed", cheaply_hashed)
    secrets = ["một mật khẩu dài", "another long one", "mật khẩu của chi", "wrong-guess-1234"]
    first, second, third, guess = secrets
    assert told("people", "add", "an", "--name", "An", new=first)[0] == Exit.DONE
    for login, role, word in ((TECHNICIAN, "technician", second), (REVIEWER, "reviewer", third),
                              (APPROVER, "approver", third)):  # fmt: skip
        added = ("people", "add", login, "--name", login.title(), "--role", role)
        assert told(*added, new=word)[0] == Exit.REFUSED
        assert told(*added, "--by", "an", password=guess, new=word)[0] == Exit.REFUSED
        assert told(*added, "--by", "an", password=first, new=word)[0] == Exit.DONE
        span = ("--since", "2026-01-01", "--until", "2099-12-31", "--by", "an")
        assert told("people", "authorise", login, "dmm", *span, password=first)[0] == Exit.DONE
    with open_store(str(home / "station.db")) as store:
        write_down(store, MEASURED)
    run, out = MEASURED.id, ("--out", str(home / "out"))
    for words, by, word, code in (
        (("certificate", "issue", run, *out), TECHNICIAN, second, Exit.REFUSED),
        (("review", run, "--accept"), TECHNICIAN, second, Exit.REFUSED),
        (("review", run, "--return"), REVIEWER, third, Exit.BAD_INPUT),
        (("review", run, "--return", "--reason", "door open"), REVIEWER, third, Exit.DONE),
        (("approve", run), APPROVER, third, Exit.REFUSED),
        (("review", run, "--accept"), REVIEWER, third, Exit.DONE),
        (("approve", run), REVIEWER, third, Exit.REFUSED),
        (("approve", run), APPROVER, third, Exit.DONE),
        (("certificate", "issue", run, *out), TECHNICIAN, second, Exit.DONE),
    ):
        ended, _, said = told(*words, "--by", by, password=word)
        assert (words, ended) == (words, code), said
    (number,) = {path.stem for path in (home / "out").iterdir()}
    amendment = f"{number[:-1]}2"
    for words, by, word in (
        (
            ("certificate", "amend", number, "--reason", "name", "--language", "vi", *out),
            *(APPROVER, third),
        ),
        (("certificate", "withdraw", amendment, "--reason", "lost"), APPROVER, third),
        (("certificate", "void-number", f"{number[:-1]}3", "--reason", "spoilt"), APPROVER, third),
    ):
        assert told(*words, "--by", by, password=word)[0] == Exit.DONE
    shown = told("show", run)[1]
    for line in (
        "withdrawn",
        "dut: reviewed, accepted (chi)",
        f"dut: issued: {number} (binh)",
        f"dut: issued: {amendment}, takes the place of {number} (dung: name)",
        f"dut: withdrawn: {amendment} (dung: lost)",
    ):
        assert line in shown
    assert "withdrawn" in told("runs")[1]
    assert json.loads(told("show", run, "--json")[1])["items"][0]["stage"] == "withdrawn"
    assert "all as written" in told("audit")[1]
    _known_who_gave_what(told)
    _no_secret_in(home, [*secrets, PASSWORD])


def _known_who_gave_what(told: Told) -> None:
    """Roles and authorisations have somebody who gave them, and wrong passwords are told."""
    lines = told("people", "history", REVIEWER)[1].splitlines()
    assert {line[18:30].strip() for line in lines} == {REVIEWER}
    for words in (
        "role-given           role reviewer  (by an)",
        "since 2026-01-01, until 2099-12-31",
    ):
        assert any(words in line for line in lines), words
    everything = told("people", "history", "--json")[1]
    kinds = [(each["kind"], each["login"]) for each in json.loads(everything)]
    assert kinds.count(("password-wrong", "an")) == 3
    assert "$argon2id$" not in everything
    assert told("people", "history", "nobody")[0] == Exit.REFUSED


def _no_secret_in(folder: Path, secrets: list[str]) -> None:
    looked = [path for path in folder.rglob("*") if path.is_file()]
    assert {"station.db", "printed.log"} <= {path.name for path in looked}
    for path in looked:
        content = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, path


def test_a_session_stands_for_the_password(laboratory: Path, told: Told) -> None:
    login = ("login", "--by", REVIEWER)
    assert told(*login)[0] == Exit.REFUSED
    assert "is wrong" in told(*login, password="guess")[2]
    code, out, _ = told(*login, password=PASSWORD)
    assert (code, "chi is signed in" in out) == (Exit.DONE, True)
    with open_store(str(laboratory / "station.db")) as store:
        kept = sessions.kept(store.url)
    assert kept is not None
    # Neither --by nor a password is needed; somebody else needs both.
    assert told("review", MEASURED.id, "--accept")[0] == Exit.DONE
    assert "dung is not signed in" in told("approve", MEASURED.id, "--by", APPROVER)[2]
    assert told("logout")[1] == "chi is signed out\n"
    assert told("logout")[1] == "nobody was signed in\n"
    assert told("review", MEASURED.id, "--accept", "--by", REVIEWER)[0] == Exit.REFUSED
    # The token that is over, put back, is over.
    sessions.keep(f"sqlite:///{laboratory / 'station.db'}", kept)
    code, _, said = told("review", MEASURED.id, "--accept")
    assert (code, "session of chi is over" in said) == (Exit.REFUSED, True)
    sessions.forget(f"sqlite:///{laboratory / 'station.db'}")
    _no_secret_in(laboratory, [kept.token, PASSWORD])


def test_a_forged_session_is_none(laboratory: Path, told: Told) -> None:
    forged = sessions.Session(login=APPROVER, token="0" * 43)
    sessions.keep(f"sqlite:///{laboratory / 'station.db'}", forged)
    assert told("certificate", "void-number", "C26.00001", "--reason", "x")[0] == Exit.REFUSED
    with open_store(str(laboratory / "station.db")) as store:
        assert book.read(store).voided == {}


def test_a_password_comes_by_a_file_descriptor(laboratory: Path, told: Told) -> None:
    review = ("review", MEASURED.id, "--accept", "--by", REVIEWER)
    for given, code in ((PASSWORD + "\n", Exit.DONE), ("wrong\n", Exit.REFUSED)):
        read, write = os.pipe()
        with os.fdopen(write, "w", encoding="utf-8") as to:
            to.write(given)
        assert told(*review, "--password-fd", str(read))[0] == code
        os.close(read)
    assert "No password can be read" in told(*review, "--password-fd", "987")[2]


def test_a_password_as_an_argument_is_refused_and_not_repeated(
    laboratory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in ("--password", "--password-fd"):
        with pytest.raises(SystemExit) as ended:
            main(["review", MEASURED.id, "--accept", option, PASSWORD])
        out, err = capsys.readouterr()
        assert ended.value.code == Exit.BAD_INPUT
        assert "a password is never an argument" in err
        assert PASSWORD not in out + err


def test_the_screens_are_for_whoever_acts(
    laboratory: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.cli.tui._check_terminal", lambda: None)
    monkeypatch.setattr("station.cli.tui._show", lambda *_: None)
    for login in (TECHNICIAN, REVIEWER, APPROVER, ADMINISTRATOR):
        assert told("tui", "--by", login, password=PASSWORD)[0] == Exit.DONE
    code, _, said = told("tui", "--by", AUDITOR, password=PASSWORD)
    assert (code, "em has not the role technician" in said) == (Exit.REFUSED, True)


def test_an_engine_that_a_screen_starts_has_the_session_of_who_sits_there(
    laboratory: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password was typed at the screen; the engine has no terminal to ask at."""
    ended: list[tuple[int, str]] = []

    def starts(console: StationConsole) -> None:
        engine = ("run", "dmm", "--bench", str(DEMO), "--simulate", "--operator", "inbox")
        code, _, said = told(*engine, "--by", TECHNICIAN)
        ended.append((code, said))

    monkeypatch.setattr("station.cli.tui._check_terminal", lambda: None)
    monkeypatch.setattr("station.run.carry_out.begin", lambda *_: None)
    monkeypatch.setattr(StationConsole, "run", starts)
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(f"gc.{name}", lambda *_: None)
    assert told("tui", "--by", TECHNICIAN, password=PASSWORD)[0] == Exit.DONE
    assert ended == [(Exit.DONE, "")]


def test_a_program_gets_its_password_once(laboratory: Path, told: Told) -> None:
    add = ("people", "add", "ci", "--name", "CI", "--unattended", "--by", ADMINISTRATOR)
    assert told(*add, "--role", "approver", password=PASSWORD)[0] == Exit.REFUSED
    code, out, _ = told(*add, "--role", "technician", password=PASSWORD)
    token = out.rpartition(" ")[2].strip()
    assert (code, len(token)) == (Exit.DONE, 43)
    (laboratory / "printed.log").write_text("")
    assert (
        told("certificate", "issue", MEASURED.id, "--by", "ci", password=token)[0] == Exit.REFUSED
    )
    ci = next(p for p in json.loads(told("people", "list", "--json")[1]) if p["login"] == "ci")
    assert (ci["unattended"], ci["roles"]) == (True, ["technician"])
    assert "ci has not the role" in told(
        "people", "end", TECHNICIAN, "--reason", "x", "--by", "ci", password=token
    )[2]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "procedure", "said"),
    [
        (REVIEWER, "dmm", "chi has not the role technician"),
        (AUDITOR, "dmm", "em has not the role technician"),
        (TECHNICIAN, "weight", "binh is not authorised for weight"),
        ("nobody", "dmm", "'nobody' has no account"),
        (TECHNICIAN, "dmm", None),
    ],
)
def test_a_run_is_begun_by_who_is_authorised(
    laboratory: Path, told: Told, monkeypatch: pytest.MonkeyPatch,
    by: str, procedure: str, said: str | None,
) -> None:  # fmt: skip
    begun: list[str] = []

    def begin(setup: Setup, session: Session, announce: Callable[[str], None]) -> None:
        begun.extend((setup.by, session.operator.name))

    monkeypatch.setattr("station.run.carry_out.begin", begin)
    words = ("run", procedure, "--bench", str(DEMO), "--simulate", "--operator", "auto")
    code, _, complaint = told(*words, "--by", by, password=PASSWORD)
    if said is None:
        assert (code, begun) == (Exit.DONE, [by, by])
    else:
        assert (code, begun) == (Exit.REFUSED, [])
        assert said in complaint


@pytest.mark.parametrize("words", [
    ("remove", MEASURED.id, "dut", "--reason", "x"),
    ("resume", MEASURED.id),
    ("abort", MEASURED.id),
    ("review", MEASURED.id, "--accept"),
    ("approve", MEASURED.id),
    ("certificate", "issue", MEASURED.id),
    ("certificate", "amend", "C26.00001", "--reason", "x"),
    ("certificate", "withdraw", "C26.00001", "--reason", "x"),
    ("certificate", "void-number", "C26.00001", "--reason", "x"),
    ("people", "add", "khanh", "--name", "Khanh"),
    ("people", "password", TECHNICIAN),
    ("people", "rename", TECHNICIAN, "--name", "Nguyễn Phúc"),
    ("people", "role", TECHNICIAN, "reviewer"),
    ("people", "authorise", TECHNICIAN, "dmm", "--since", "2026-01-01", "--until", "2027-01-01"),
    ("people", "end", TECHNICIAN, "--reason", "x"),
], ids=" ".join)  # fmt: skip
def test_nothing_is_changed_by_whom_nobody_knows(
    laboratory: Path, told: Told, words: tuple[str, ...]
) -> None:
    with open_store(str(laboratory / "station.db")) as store:
        before = book.read(store).length
    code, _, said = told(*words)
    assert (code, "no account" in said) == (Exit.REFUSED, True)
    # An auditor reads: whatever is asked for, it is refused, too.
    code, _, said = told(*words, "--by", AUDITOR, password=PASSWORD, new=PASSWORD)
    assert code == Exit.REFUSED or words[0] == "abort"
    with open_store(str(laboratory / "station.db")) as store:
        written = [row.entry.kind for row in book.rows(store)][before:]
    assert set(written) <= {"signed-in"}


def test_two_processes_give_no_number_twice_and_skip_none(place: Place, home: Path) -> None:
    runs = [f"run-{number}" for number in range(4)]
    with open_store(place.url) as store:
        for run in runs:
            write_down(store, replace(MEASURED, id=run))
    # Both issue the certificate of the second run, too: it has one.
    shares = (runs[:3], [runs[1], *runs[3:]])
    processes = [
        subprocess.Popen([sys.executable, "-c", ISSUING, place.url, str(home / "out"), *share])
        for share in shares
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    with open_store(place.url) as store:
        kept = store.certificates()
        assert sorted(c.run for c in kept) == runs
        assert [int(c.number[4:]) for c in kept] == [1, 2, 3, 4]
        assert audit(store).faults == ()


def test_an_administrator_keeps_the_accounts(laboratory: Path, told: Told) -> None:
    def person(login: str) -> dict[str, object]:
        listed = json.loads(told("people", "list", "--json")[1])
        return next(each for each in listed if each["login"] == login)

    def act(*words: str, code: Exit = Exit.DONE) -> str:
        ended, out, said = told("people", *words, "--by", ADMINISTRATOR, password=PASSWORD)
        assert ended == code, said
        return out + said

    act("rename", AUDITOR, "--name", "Em Nguyễn")
    assert person(AUDITOR)["name"] == "Em Nguyễn"
    assert "is how chi is known" in act("rename", AUDITOR, "--name", "Chi", code=Exit.REFUSED)
    act("role", TECHNICIAN, "reviewer")
    act("role", TECHNICIAN, "technician", "--take")
    assert person(TECHNICIAN)["roles"] == ["reviewer"]
    act("authorise", AUDITOR, "weight", "--since", "2026-01-01", "--until", "2026-12-31")
    spans = {"weight": {"since": "2026-01-01", "until": "2026-12-31"}}
    assert person(AUDITOR)["authorisations"] == spans
    unknown = act("authorise", AUDITOR, "wieght", "--since", "2026-01-01",
                  "--until", "2026-12-31", code=Exit.BAD_INPUT)  # fmt: skip
    assert "wieght" in unknown
    act("end", AUDITOR, "--procedure", "weight", "--reason", "method changed")
    assert person(AUDITOR)["authorisations"] == {}
    act("end", REVIEWER, "--reason", "left")
    assert "ended: left" in told("people", "list")[1]
    assert "was ended (left)" in told(
        "review", MEASURED.id, "--accept", "--by", REVIEWER, password=PASSWORD
    )[2]  # fmt: skip
    assert "is the only administrator" in act("end", ADMINISTRATOR, "--reason", "x",
                                              code=Exit.REFUSED)  # fmt: skip


def test_a_person_is_asked_without_echo(
    laboratory: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return answers.pop(0)

    monkeypatch.setattr("getpass.getpass", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers += [PASSWORD, "một cái mới", "một cái khác"]
    change = ("people", "password", REVIEWER, "--by", REVIEWER)
    code, _, said = told(*change)
    assert (code, said) == (
        Exit.BAD_INPUT, "station: The two passwords differ. Nothing was written.\n"
    )  # fmt: skip
    answers += [PASSWORD, "một cái mới", "một cái mới"]
    assert told(*change)[0] == Exit.DONE
    assert asked[-3:] == ["Password of chi: ", "New password of chi: ", "The same again: "]
    assert told("review", MEASURED.id, "--accept", "--by", REVIEWER, password=PASSWORD)[0] == 4
    answers += ["một cái mới"]
    assert told("review", MEASURED.id, "--accept", "--by", REVIEWER)[0] == Exit.DONE
    _no_secret_in(laboratory, ["một cái mới", "một cái khác", PASSWORD])
