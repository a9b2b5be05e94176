"""Nobody is taken for somebody else: logins, names, programs."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.errors import BadInput, Refused, StationError
from station.records.store import Store, open_store
from station.register import book, people
from station.register.entries import Entry
from tests.station.register.people import ADMINISTRATOR, TECHNICIAN, HandClock, encoded, enter


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        enter(opened)
        yield opened


def added(store: Store, login: str, name: str, *, unattended: bool = False) -> list[Entry]:
    return people.added(
        book.read(store), by=ADMINISTRATOR, login=login, name=name, hash=encoded(),
        unattended=unattended, roles=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("login", "name", "kind", "said"),
    [
        ("b.inh", "Phúc", Refused, "easily taken for the login 'binh'"),
        ("binh-", "Phúc", Refused, "easily taken for the login 'binh'"),
        ("bính", "Phúc", BadInput, "no login"),
        ("bіnh", "Phúc", BadInput, "no login"),
        ("binh\n", "Phúc", BadInput, "no login"),
        ("phuc", "person  binh", Refused, "is how binh is known"),
        ("phuc", "ＰＥＲＳＯＮ BINH", Refused, "is how binh is known"),
        ("phuc", "Binh", Refused, "is how binh is known"),
        ("phuc", "Реrson BINH", BadInput, "mixes cyrillic and latin letters"),
        ("phuc", "Person\u200b BINH", BadInput, "letters in one line"),
        ("phuc", "Person\u202eBINH", BadInput, "letters in one line"),
        ("phuc", "a" * 101, BadInput, "letters in one line"),
    ],
)  # fmt: skip
def test_no_account_looks_like_another(
    store: Store, login: str, name: str, kind: type[StationError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        added(store, login, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (unicodedata.normalize("NFD", "Nguyễn  Phúc "), "Nguyễn Phúc"),
        ("D'Alembert-O’Neill", "D'Alembert-O’Neill"),
        ("山田ハナ", "山田ハナ"),
        ("Bình", "Bình"),
    ],
)
def test_names_that_people_have(store: Store, given: str, kept: str) -> None:
    entered = added(store, "phuc", given)[0]
    assert getattr(entered, "name", None) == kept


@pytest.mark.parametrize("was", [True, False], ids=["program", "person"])
def test_a_program_never_becomes_a_person_nor_a_person_a_program(store: Store, was: bool) -> None:
    clock = HandClock()
    book.act(store, clock, lambda _: added(store, "ci", "Nguyễn Phúc", unattended=was))
    book.act(store, clock, lambda r: people.ended(
        r, by=ADMINISTRATOR, login="ci", reason="replaced"
    ))  # fmt: skip
    with pytest.raises(Refused, match=r"'ci' was a (program|person)'s and stays that"):
        added(store, "ci", "Nguyễn Phúc", unattended=not was)
    assert added(store, "ci", "Nguyễn Phúc", unattended=was)


def test_who_comes_back_is_no_lookalike_of_himself(store: Store) -> None:
    name = book.read(store).people[TECHNICIAN].name
    book.act(store, HandClock(), lambda r: people.ended(
        r, by=ADMINISTRATOR, login=TECHNICIAN, reason="left"
    ))  # fmt: skip
    assert added(store, TECHNICIAN, name)
