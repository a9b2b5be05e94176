"""Who has an account, who may do what, and what a wrong password costs."""

import os
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from station.errors import BadInput, Refused, StationError
from station.locale import translation
from station.records.audit import audit
from station.records.store import Store, open_store
from station.register import book, people, sessions
from station.register.entries import Entry, PasswordWrong, Role, RoleTaken
from station.register.passwords import FREE, LONGEST, LONGEST_WAIT, hashed, is_right, waiting
from station.register.state import Register
from tests.station.register.people import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    PASSWORD,
    REVIEWER,
    SINCE,
    TECHNICIAN,
    UNTIL,
    HandClock,
    encoded,
    enter,
    name_of,
)

DAY = date(2026, 11, 20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


@pytest.fixture
def laboratory(store: Store) -> Store:
    enter(store)
    return store


def kinds(store: Store) -> list[str]:
    return [row.entry.kind for row in book.rows(store)]


# -- passwords -------------------------------------------------------------------------------


def test_a_password_is_kept_as_argon2id_and_never_as_itself() -> None:
    encoded_ = hashed(PASSWORD)
    assert encoded_.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in encoded_
    # The same letters typed as one or as several are the same password.
    assert is_right(encoded_, unicodedata.normalize("NFD", PASSWORD))
    assert not is_right(encoded_, PASSWORD + " ")
    assert hashed(PASSWORD) != encoded_


@pytest.mark.parametrize(
    "given", ["", "a" * (LONGEST + 1), "a" * 10_000_000], ids=["empty", "long", "a book"]
)
def test_what_can_be_no_password_is_never_hashed(given: str) -> None:
    with pytest.raises(BadInput, match="10 to 200 characters"):
        hashed(given)
    if len(given) > LONGEST:
        assert not is_right(encoded(), given)


def test_an_account_without_a_password_has_no_right_one() -> None:
    assert not is_right("", "")


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(0, 0), (FREE - 1, 0), (FREE, 1), (FREE + 1, 2), (FREE + 5, 32), (50, 900), (5000, 900)],
)
def test_each_wrong_password_doubles_the_wait(wrong: int, seconds: int) -> None:
    at = HandClock().at
    given = [at] * wrong
    assert waiting(given, at) == timedelta(seconds=seconds)
    assert waiting(given, at + timedelta(seconds=seconds)) == timedelta(0)
    assert waiting(given, at) <= LONGEST_WAIT


def test_another_computers_clock_locks_nobody_out_for_long() -> None:
    at = HandClock().at
    assert waiting([at + timedelta(days=400)] * FREE, at) == timedelta(seconds=1)


# -- proof -----------------------------------------------------------------------------------


def test_wrong_passwords_are_written_down_and_make_the_next_wait(laboratory: Store) -> None:
    clock = HandClock()
    for _ in range(FREE):
        with pytest.raises(Refused, match="password of binh is wrong; that was written down"):
            people.prove(laboratory, clock, TECHNICIAN, "wrong")
    length = book.read(laboratory).length
    with pytest.raises(Refused, match=r"3 wrong passwords .* Try again in 1 s"):
        people.prove(laboratory, clock, TECHNICIAN, PASSWORD)
    assert book.read(laboratory).length == length
    # Others do not wait, and after the wait the right one is right and the count begins anew.
    people.prove(laboratory, clock, REVIEWER, PASSWORD)
    clock.sleep(1.0)
    people.prove(laboratory, clock, TECHNICIAN, PASSWORD)
    assert book.read(laboratory).people[TECHNICIAN].wrong == ()
    assert kinds(laboratory).count("password-wrong") == FREE
    assert not any("wrong" in row.entry.model_dump_json() for row in book.rows(laboratory)
                   if not isinstance(row.entry, PasswordWrong))  # fmt: skip


def test_a_guess_that_was_overtaken_waits_all_the_same(
    laboratory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many who guess at once are one after the other: nobody is told before it is written."""
    clock = HandClock()
    real = people.is_right

    def overtaken(encoded_: str, password: str) -> bool:
        monkeypatch.setattr(people, "is_right", real)
        wrong = [PasswordWrong(login=TECHNICIAN)] * FREE
        book.act(laboratory, clock, lambda _: wrong)
        return real(encoded_, password)

    monkeypatch.setattr(people, "is_right", overtaken)
    with pytest.raises(Refused, match="Try again in 1 s"):
        people.prove(laboratory, clock, TECHNICIAN, PASSWORD)


def test_a_session_ends_with_time_password_account_or_by_hand(laboratory: Store) -> None:
    clock = HandClock()
    tokens = [people.sign_in(laboratory, clock, TECHNICIAN, PASSWORD)[0] for _ in range(2)]

    def valid(token: str, login: str = TECHNICIAN) -> bool:
        return people.in_session(book.read(laboratory), login, token, clock.now())

    assert [valid(token) for token in tokens] == [True, True]
    assert not valid(tokens[0], REVIEWER)
    assert not valid("another token")
    people.sign_out(laboratory, clock, TECHNICIAN, tokens[0])
    assert [valid(token) for token in tokens] == [False, True]
    clock.sleep(people.SESSION.total_seconds())
    assert not valid(tokens[1])

    token, _ = people.sign_in(laboratory, clock, TECHNICIAN, PASSWORD)
    assert valid(token)
    book.act(laboratory, clock, lambda r: people.password_set(
        r, by=ADMINISTRATOR, login=TECHNICIAN, hash=encoded()
    ))  # fmt: skip
    assert not valid(token)

    token, _ = people.sign_in(laboratory, clock, TECHNICIAN, PASSWORD)
    book.act(laboratory, clock, lambda r: people.ended(
        r, by=ADMINISTRATOR, login=TECHNICIAN, reason="left"
    ))  # fmt: skip
    assert not valid(token)
    with pytest.raises(Refused, match=r"account of 'binh' was ended \(left\)"):
        people.prove(laboratory, clock, TECHNICIAN, PASSWORD)
    assert audit(laboratory).faults == ()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_a_session_file_is_this_users_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    assert sessions.kept("sqlite:///a.db") is None
    path = sessions.keep("sqlite:///a.db", sessions.Session(login="a", token="t"))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert sessions.kept(f"sqlite:///{Path('a.db').resolve()}") == sessions.kept("sqlite:///a.db")
    assert sessions.kept("sqlite:///b.db") is None
    path.write_text("[" * 100_000)
    with pytest.raises(Refused, match="is no session"):
        sessions.kept("sqlite:///a.db")
    path.parent.chmod(0o755)
    with pytest.raises(Refused, match="not this user's alone"):
        sessions.kept("sqlite:///a.db")
    sessions.forget("sqlite:///a.db")
    assert not path.exists()


def test_who_signs_in_at_one_terminal_is_not_signed_in_at_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv(sessions.SEAT, raising=False)

    monkeypatch.setattr("os.ttyname", no_terminal)
    assert sessions.seat() == ""
    for login, terminal in (("an", "/dev/pts/1"), ("binh", "/dev/pts/2")):
        monkeypatch.setattr("os.ttyname", only_errors_at(terminal))
        assert sessions.kept("s.db") is None
        sessions.keep("s.db", sessions.Session(login=login, token="t"))
    monkeypatch.setattr("os.ttyname", only_errors_at("/dev/pts/1"))
    found = sessions.kept("s.db")
    assert found is not None
    assert found.login == "an"
    # An engine has no terminal: it is told where whoever started it sits.
    monkeypatch.setattr("os.ttyname", no_terminal)
    monkeypatch.setenv(sessions.SEAT, "/dev/pts/2")
    found = sessions.kept("s.db")
    assert found is not None
    assert found.login == "binh"


def no_terminal(_: int) -> str:
    raise OSError("not a terminal")


def only_errors_at(terminal: str) -> Callable[[int], str]:
    """Input and output are files; what goes wrong is told at a terminal."""
    return lambda stream: terminal if stream == 2 else no_terminal(stream)


# -- what an administrator writes ------------------------------------------------------------


def added(register: Register, login: str, **changed: object) -> list[Entry]:
    given: dict[str, object] = {
        "by": ADMINISTRATOR, "name": "Nguyễn Phúc", "hash": encoded(),
        "unattended": False, "roles": [],
    }  # fmt: skip
    return people.added(register, login=login, **{**given, **changed})  # type: ignore[arg-type]


def test_the_first_account_is_an_administrators(store: Store) -> None:
    with pytest.raises(Refused, match="no program's"):
        added(book.read(store), "ci", unattended=True)
    clock = HandClock()
    register = book.act(store, clock, lambda r: added(r, "phuc", by="phuc"))
    assert register.people["phuc"].roles == {Role.ADMINISTRATOR}
    # From now on, an administrator is needed; who was slower with a first account is refused.
    with pytest.raises(Refused, match="'quan' has no account"):
        book.act(store, clock, lambda r: added(r, "quan", by="quan"))


@pytest.mark.parametrize(
    ("login", "changed", "kind", "said"),
    [
        ("Phuc", {}, BadInput, "no login"),
        ("phuc phuc", {}, BadInput, "no login"),
        ("../phuc", {}, BadInput, "no login"),
        ("p" * 41, {}, BadInput, "no login"),
        ("phuc", {"name": " "}, BadInput, "letters in one line"),
        ("phuc", {"name": "Phúc\nx"}, BadInput, "letters in one line"),
        ("phuc", {"by": TECHNICIAN}, Refused, "binh has not the role administrator"),
        ("phuc", {"by": "nobody"}, Refused, "'nobody' has no account"),
        (TECHNICIAN, {}, Refused, "is that of Person BINH, for good"),
        ("ci", {"unattended": True, "roles": [Role.APPROVER]}, Refused, "cannot be approver"),
    ],
)
def test_an_account_is_refused(
    laboratory: Store, login: str, changed: dict[str, object], kind: type[StationError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        added(book.read(laboratory), login, **changed)


def test_the_last_administrator_stays(laboratory: Store) -> None:
    register = book.read(laboratory)
    for taken in (
        lambda: people.ended(register, by=ADMINISTRATOR, login=ADMINISTRATOR, reason="x"),
        lambda: people.role_changed(
            register, by=ADMINISTRATOR, login=ADMINISTRATOR, role=Role.ADMINISTRATOR, taken=True
        ),
    ):
        with pytest.raises(Refused, match="an is the only administrator"):
            taken()


def test_who_comes_back_has_the_login_again_and_no_role(laboratory: Store) -> None:
    clock = HandClock()
    book.act(laboratory, clock, lambda r: people.ended(
        r, by=ADMINISTRATOR, login=TECHNICIAN, reason="left"
    ))  # fmt: skip
    with pytest.raises(Refused, match="is that of Person BINH, for good"):
        added(book.read(laboratory), TECHNICIAN, name="Somebody Else")
    name = name_of(TECHNICIAN)
    register = book.act(laboratory, clock, lambda r: added(r, TECHNICIAN, name=name))
    person = register.people[TECHNICIAN]
    assert (person.ended, person.roles, dict(person.authorisations)) == ("", frozenset(), {})
    people.prove(laboratory, clock, TECHNICIAN, PASSWORD)


def test_roles_are_given_and_taken_once(laboratory: Store) -> None:
    def changed(role: Role, *, taken: bool) -> list[Entry]:
        return people.role_changed(
            book.read(laboratory), by=ADMINISTRATOR, login=TECHNICIAN, role=role, taken=taken
        )

    assert changed(Role.TECHNICIAN, taken=False) == []
    assert changed(Role.REVIEWER, taken=True) == []
    expected = RoleTaken(by=ADMINISTRATOR, login=TECHNICIAN, role=Role.TECHNICIAN)
    assert changed(Role.TECHNICIAN, taken=True) == [expected]


def test_only_oneself_and_an_administrator_set_a_password(laboratory: Store) -> None:
    register = book.read(laboratory)
    for by in (TECHNICIAN, ADMINISTRATOR):
        assert people.password_set(register, by=by, login=TECHNICIAN, hash="h")
    with pytest.raises(Refused, match="chi has not the role administrator"):
        people.password_set(register, by=REVIEWER, login=TECHNICIAN, hash="h")


def test_a_role_is_told_in_vietnamese_and_given_by_its_code(laboratory: Store) -> None:
    with pytest.raises(Refused) as refused:
        people.need(book.read(laboratory), REVIEWER, Role.TECHNICIAN, Role.APPROVER)
    assert refused.value.told(translation("vi")) == (
        "chi không có vai trò kỹ thuật viên hoặc người phê duyệt (đang có: người soát xét). "
        "Quản trị viên cấp vai trò bằng `station people role chi technician`."
    )


# -- authorisation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "procedure", "on", "said"),
    [
        (TECHNICIAN, "dmm", DAY, None),
        (TECHNICIAN, "dmm", SINCE, None),
        (TECHNICIAN, "dmm", UNTIL, None),
        (TECHNICIAN, "dmm", SINCE - timedelta(1), "authorised for dmm from 2026-01-01 to"),
        (TECHNICIAN, "dmm", UNTIL + timedelta(1), "not on 2100-01-01"),
        (TECHNICIAN, "weight", DAY, "binh is not authorised for weight"),
        (REVIEWER, "dmm", DAY, "chi has not the role technician"),
        (APPROVER, "dmm", DAY, "dung has not the role technician"),
        (ADMINISTRATOR, "dmm", DAY, "an has not the role technician"),
        (AUDITOR, "dmm", DAY, "em has not the role technician"),
        ("nobody", "dmm", DAY, "'nobody' has no account"),
    ],
)
def test_who_may_run_what_and_when(
    laboratory: Store, by: str, procedure: str, on: date, said: str | None
) -> None:
    if said is None:
        people.may_run(laboratory, by, procedure, on)
        return
    with pytest.raises(Refused, match=said):
        people.may_run(laboratory, by, procedure, on)


def test_without_accounts_everybody_may(store: Store) -> None:
    people.may_run(store, "whoever", "dmm", DAY)
    people.need(book.read(store), "whoever", Role.APPROVER)


def test_an_authorisation_ends_for_a_reason(laboratory: Store) -> None:
    def end(procedure: str) -> Register:
        return book.act(laboratory, HandClock(), lambda r: people.authorisation_ended(
            r, by=ADMINISTRATOR, login=TECHNICIAN, procedure=procedure, reason="method changed"
        ))  # fmt: skip

    with pytest.raises(Refused, match="nothing to end"):
        end("weight")
    end("dmm")
    with pytest.raises(Refused, match="not authorised for dmm"):
        people.may_run(laboratory, TECHNICIAN, "dmm", DAY)
    with pytest.raises(BadInput, match="cannot end on"):
        people.authorised(
            book.read(laboratory), by=ADMINISTRATOR, login=TECHNICIAN, procedure="dmm",
            since=UNTIL, until=SINCE,
        )  # fmt: skip
