"""Proof of who acts, at the command line: passwords, names, what is left behind."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit
from station.records.store import open_store
from station.register import book
from station.register.entries import Entry
from tests.station.register.people import (
    ADMINISTRATOR,
    PASSWORD,
    REVIEWER,
    TECHNICIAN,
    Told,
    cheaply_hashed,
    enter,
)

NO_TEXT = "mật khẩu \udcff dài"


@pytest.fixture
def laboratory(home: Path) -> Path:
    with open_store(str(home / "station.db")) as store:
        enter(store)
    return home


def written(home: Path) -> list[Entry]:
    with open_store(str(home / "station.db")) as store:
        return [row.entry for row in book.rows(store)]


def test_a_password_that_is_no_text_is_refused_and_not_repeated(
    laboratory: Path, told: Told
) -> None:
    for given, new in ((NO_TEXT, "a new password"), (PASSWORD, NO_TEXT)):
        change = ("people", "password", REVIEWER, "--by", REVIEWER)
        code, out, said = told(*change, password=given, new=new)
        assert (code, said) == (
            Exit.BAD_INPUT, "station: The password is not text in UTF-8. Give it so.\n"
        )  # fmt: skip
        assert "dài" not in out + said
    assert list(laboratory.rglob("last-error.txt")) == []


def test_a_password_is_not_inherited_by_what_is_started(laboratory: Path, told: Told) -> None:
    """The guardian of a run, and the engine of a screen, live for hours with our environment."""
    assert told("login", "--by", REVIEWER, password=PASSWORD)[0] == Exit.DONE
    shown = subprocess.run([sys.executable, "-c", "import os; print(os.environ)"],
                           capture_output=True, text=True, check=True)  # fmt: skip
    assert "STATION_PASSWORD" not in shown.stdout


def test_a_session_does_not_change_the_password(
    laboratory: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds a screen open shall not keep the account."""
    monkeypatch.setattr("station.register.passwords.hashed", cheaply_hashed)
    assert told("login", "--by", REVIEWER, password=PASSWORD)[0] == Exit.DONE
    change = ("people", "password", REVIEWER)
    assert told(*change, new="a new password")[0] == Exit.REFUSED
    assert told(*change, password=PASSWORD, new="a new password")[0] == Exit.DONE


def test_two_passwords_come_by_one_file_descriptor(
    laboratory: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.register.passwords.hashed", cheaply_hashed)
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as to:
        to.write(f"{PASSWORD}\na new password\n")
    descriptors = ("--password-fd", str(read), "--new-password-fd", str(read))
    code, _, said = told("people", "password", REVIEWER, "--by", REVIEWER, *descriptors)
    os.close(read)
    assert (code, said) == (Exit.DONE, "")


def test_the_password_of_another_does_not_prove_who_is_named(laboratory: Path, told: Told) -> None:
    assert told("login", "--by", TECHNICIAN, password=PASSWORD)[0] == Exit.DONE
    role = ("people", "role", TECHNICIAN, "approver", "--by", ADMINISTRATOR)
    assert "an is not signed in" in told(*role)[2]
    with_wrong = told(*role, password="guess of a password")
    assert with_wrong[0] == Exit.REFUSED
    assert [e.kind for e in written(laboratory)][-2:] == ["signed-in", "password-wrong"]


def test_a_role_that_is_taken_is_taken_from_open_sessions_too(laboratory: Path, told: Told) -> None:
    assert told("login", "--by", REVIEWER, password=PASSWORD)[0] == Exit.DONE
    take = ("people", "role", REVIEWER, "reviewer", "--take", "--by", ADMINISTRATOR)
    assert told(*take, password=PASSWORD)[0] == Exit.DONE
    assert "chi has not the role reviewer (has: none)" in told("review", "x", "--accept")[2]


@pytest.mark.parametrize("name", ["\x01", "a\nb", "a" * 101, "Bình\u202e", "\udcff", "  "])
def test_without_accounts_a_name_is_still_a_name(home: Path, told: Told, name: str) -> None:
    """It is printed on certificates, where nothing may hide."""
    open_store(str(home / "station.db")).close()
    code, _, said = told("certificate", "void-number", "C26.00001", "--reason", "x", "--by", name)
    assert (code, "letters in one line" in said) == (Exit.BAD_INPUT, True)
    assert written(home) == []


def test_a_computer_that_does_not_know_who_types_asks_for_a_name(
    home: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    open_store(str(home / "station.db")).close()
    monkeypatch.setattr("getpass.getuser", unknown)
    void = ("certificate", "void-number", "C26.00001", "--reason", "x")
    code, _, said = told(*void)
    assert (code, "Name yourself with --by" in said) == (Exit.BAD_INPUT, True)


def test_no_password_is_seen_in_a_list_of_processes(
    laboratory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refusals: list[Callable[[], int]] = [
        lambda: main(["people", "add", "x", "--name", "X", "--new-password", PASSWORD]),
        lambda: main(["people", "add", "x", "--name", "X", "--new-password-fd", PASSWORD]),
        lambda: main(["login", "--password", PASSWORD]),
    ]
    for refusal in refusals:
        with pytest.raises(SystemExit) as ended:
            refusal()
        out, err = capsys.readouterr()
        assert (ended.value.code, PASSWORD in out + err) == (Exit.BAD_INPUT, False)
