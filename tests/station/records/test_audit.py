"""Whoever changes a record is found."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import StationError
from station.records.audit import audit
from station.records.copy import copy
from station.records.schema import APPEND_ONLY
from station.records.store import open_store
from tests.station.records.issued import Certified, certified, changed
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


UNCOVERED = {("document", "name"), ("document", "media_type")}
"""What a kept file is called in a list (docs/records.md)."""


OTHER_VALUES = (
    "{0} || 'x'",
    "CASE typeof({0}) WHEN 'blob' THEN CAST({0} AS TEXT) ELSE CAST({0} AS BLOB) END",
)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_every_column_of_every_record_is_vouched_for(
    issued: Certified, tmp_path: Path, table: str
) -> None:
    """One letter more, and the same as another type, in the last row of each table."""
    with closing(sqlite3.connect(issued.url)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    tried = set()
    for number, (column, other) in enumerate(product(columns, OTHER_VALUES)):
        last = f"(SELECT max(rowid) FROM {table})"
        statement = f"UPDATE {table} SET {column} = {other.format(column)} WHERE rowid = {last}"
        try:
            wrong = changed(Path(issued.url), tmp_path / f"{number}.db", statement)
        except sqlite3.IntegrityError:
            continue  # the table refuses it even without its triggers
        with open_store(str(wrong)) as store:
            found = audit(store).faults
        assert bool(found) != ((table, column) in UNCOVERED), (column, other)
        tried.add(column)
    assert tried >= set(columns) - {"seq"}


def test_a_changed_byte_of_the_file_is_found_or_is_in_no_record(
    issued: Certified, tmp_path: Path
) -> None:
    """A sample; what is not found lies where nothing is kept."""
    clean = changed(Path(issued.url), tmp_path / "clean.db")
    content, kept = clean.read_bytes(), records_of(clean)
    wrong, found = tmp_path / "wrong.db", 0
    for place in random.Random(1).sample(range(len(content)), 100):
        changed_content = bytearray(content)
        changed_content[place] ^= 1
        wrong.write_bytes(changed_content)
        try:
            with open_store(str(wrong), create=False) as store:
                faults = audit(store).faults
        except StationError as error:
            faults = (error,)
        found += bool(faults)
        assert faults or records_of(wrong) == kept, place
    assert found > 30


def records_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
            for table in APPEND_ONLY
        }


FORGED = [
    pytest.param(
        "UPDATE certificate SET entries = entries - 1, head = "
            "(SELECT hash FROM entry WHERE seq = certificate.entries - 2)",
        "its XML does not state the journal",
        id="a certificate of a shorter journal",
    ),
    pytest.param(
        "UPDATE certificate SET issued = '2026-11-04 03:04:05.000000'",
        "when it was issued, and what it rests on, is not what the register says",
        id="issued on another day",
    ),
    pytest.param(
        "UPDATE certificate SET order_body = replace(order_body, 'name', 'Name')",
        "what it rests on, is not what the register says",
        id="another customer",
    ),
    pytest.param(
        "INSERT INTO standard_use SELECT 'nowhere', role, serial, title, certificate, document, "
         "points FROM standard_use",
        "Run nowhere: has entries or standards and is not in the index",
        id="a use by no run",
    ),
    pytest.param(
        "INSERT INTO entry SELECT 'nowhere', seq, at, kind, body, previous, hash FROM entry",
        "Run nowhere: has entries or standards and is not in the index",
        id="a journal copied",
    ),
    pytest.param(
        "INSERT INTO certificate SELECT 'C26.00009', run, issued, issued_by, order_body, "
         "entries, head, pdf, xml, dut, 'C26.00001' FROM certificate",
        "Certificate C26.00009: the register does not say that it was issued",
        id="a certificate copied",
    ),
    pytest.param(
        "UPDATE run SET procedure = 'weight'", "the index of runs", id="another procedure"
    ),
    pytest.param(
        "DELETE FROM document WHERE name LIKE 'SIM-%'", " is missing", id="a standard's certificate"
    ),
    pytest.param(
        "DELETE FROM document WHERE name = 'bench.toml'", " is missing", id="a bench file"
    ),
    pytest.param("UPDATE certificate SET order_body = '[]'", "Certificate C26", id="no order"),
    pytest.param("UPDATE run SET item = 'another'", "the index of runs", id="another item"),
    pytest.param("UPDATE run SET begun = 'never'", "The index of runs", id="begun never"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "fault"), FORGED)
def test_what_was_forged_is_named(
    issued: Certified, tmp_path: Path, statement: str, fault: str
) -> None:
    wrong = changed(Path(issued.url), tmp_path / "wrong.db", statement)
    with open_store(str(wrong)) as store:
        assert any(fault in str(each) for each in audit(store).faults)


def test_two_runs_whose_names_are_exchanged_are_found(tmp_path: Path) -> None:
    first, second = certified(tmp_path).run, certified(tmp_path).run
    renamed = ((first, "x"), (second, first), ("x", second))
    exchange = [f"UPDATE entry SET run = '{new}' WHERE run = '{old}'" for old, new in renamed]
    wrong = changed(tmp_path / "station.db", tmp_path / "wrong.db", *exchange)
    with open_store(str(wrong)) as store:
        faults = [str(fault) for fault in audit(store).faults]
    for run in (first, second):
        assert f"Run {run}: entry 0 (run-begun) is not what was written." in faults


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(["DROP TRIGGER entry_no_update"], id="gone"),
        pytest.param(
            [
                "DROP TRIGGER entry_no_update",
                "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT 1; END",
            ],
            id="another of that name",
        ),
    ],
)
def test_a_table_that_no_longer_refuses_changes_is_named(
    issued: Certified, tmp_path: Path, statements: list[str]
) -> None:
    wrong = changed(Path(issued.url), tmp_path / "wrong.db")
    with closing(sqlite3.connect(wrong)) as connection:
        for statement in statements:
            connection.execute(statement)
    with open_store(str(wrong)) as store:
        (fault,) = audit(store).faults
    assert str(fault) == (
        "Trigger entry_no_update: is not there as it was made, so changes are not refused."
    )


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
