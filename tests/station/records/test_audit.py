"""Whoever changes a record is found."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from station.cli.main import main
from station.records.audit import audit
from station.records.copy import copy
from station.records.store import open_store
from tests.station.run.laboratory import Laboratory, few_points
from tests.station.stores import Place

COLUMNS = ("run", "seq", "at", "kind", "body", "previous", "hash")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    laboratory = Laboratory(
        tmp_path_factory.mktemp("audit"), procedure=few_points(("dc-voltage/1 V/1 V",))
    )
    laboratory.begin()
    return Path(laboratory.url)


def test_an_untouched_store_is_as_written(finished: Path) -> None:
    with open_store(str(finished)) as store:
        found = audit(store)
    assert found.faults == ()
    assert found.runs == 1
    assert found.entries > 10


def test_flipping_any_byte_of_any_row_is_found(finished: Path) -> None:
    """Every byte of every column of every row, one at a time."""
    with closing(sqlite3.connect(finished)) as connection:
        rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM entry ORDER BY seq").fetchall()
    verify = verifier()
    assert verify(rows) == []
    tried = 0
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            text = str(value)
            for place in range(len(text)):
                changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
                new = (*row[:column], changed, *row[column + 1 :])
                if column == 1:
                    new = (*row[:1], int(changed) if changed.isdecimal() else -1, *row[2:])
                assert verify([*rows[:index], new, *rows[index + 1 :]]), (row[1], COLUMNS[column])
                tried += 1
    assert tried > 10_000


def verifier() -> Callable[[list[tuple[object, ...]]], list[str]]:
    """The audit's own check of a chain, without the store around it."""
    from station.records.chain import GENESIS, chain_fault

    def verify(rows: list[tuple[object, ...]]) -> list[str]:
        run, previous, faults = rows[0][0] if rows[0][1] == 0 else rows[1][0], GENESIS, []
        for expected, (name, *columns) in enumerate(rows):
            fault = chain_fault(str(name), expected, previous, tuple(columns))  # type: ignore[arg-type]
            if fault or name != run:
                faults.append(fault or "another run")
                break
            previous = str(columns[5])
        return faults

    return verify


CHANGES = [
    pytest.param("UPDATE entry SET body = replace(body, '5522A', '5522B')", id="body"),
    pytest.param("UPDATE entry SET at = replace(at, '2026', '2027') WHERE seq = 3", id="time"),
    pytest.param("UPDATE entry SET kind = 'answered' WHERE seq = 5", id="kind"),
    pytest.param("DELETE FROM entry WHERE seq = 4", id="a row removed"),
    pytest.param("DELETE FROM run", id="the run removed from the index"),
    pytest.param(
        "UPDATE document SET content = substr(content, 2) WHERE length(content) > 1",
        id="a kept file",
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_store_is_refused_by_the_audit(
    finished: Path, place: Place, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(str(finished)) as source, open_store(place.url) as target:
        copy(source, target)
        assert audit(target) == audit(source)
    place.tamper(change)
    assert main(["audit", "--store", place.url]) == 4
    assert "faults\n" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["UPDATE entry SET kind = 'x'", "DELETE FROM entry"])
def test_the_store_itself_refuses_changes(finished: Path, verb: str) -> None:
    with closing(sqlite3.connect(finished)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(verb)


def test_insert_or_replace_does_not_get_round_it(finished: Path) -> None:
    with open_store(str(finished)) as store, store._engine.connect() as connection:
        with pytest.raises(Exception, match="append-only"):
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO entry SELECT run, seq, at, 'x', body, previous, hash "
                "FROM entry WHERE seq = 0"
            )
