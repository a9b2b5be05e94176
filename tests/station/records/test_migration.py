"""A store of an earlier program is brought to the present tables with all it holds."""

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError, IntegrityError

from station.errors import BadInput, StoreFailed
from station.records.audit import audit
from station.records.migrate import HEAD, MIGRATIONS
from station.records.schema import APPEND_ONLY, METADATA
from station.records.store import open_store
from station.records.trace import trace
from station.records.uses import touched_by
from station.register import book
from station.register.lives import index_faults, next_number
from station.run import journal
from station.run.state import Status, fold_all
from tests.station.records.issued import SERIAL
from tests.station.stores import Place, new_place

FIRST = "0001"
LANDED = Path(__file__).parent / "first_landed.db.xz"
"""A store as the first landed program (2026-11-21, 720c31b) left it: a finished run of two points
with its certificate C26.00001, a run that was told to stop, and a command that nobody took."""

FINISHED, STOPPED = "20261102-eb5625", "20261102-465db3"
ROWS = (
    "INSERT INTO run VALUES ('r1', '2026-11-01', 'dmm', 'bench', 'item')",
    "INSERT INTO document VALUES ('d1', 'text/xml', 'a.xml', '')",
    "INSERT INTO certificate (number, run, issued, issued_by, order_body, entries, head, pdf, xml)"
    " VALUES ('C26.00001', 'r1', '2026-11-01 00:00:00', 'A', '{}', 3, 'h', 'd1', 'd1')",
)
OTHER_ROWS = (
    "INSERT INTO entry VALUES ('r1', 0, '', 'k', '{}', '', '')",
    "INSERT INTO register VALUES (0, '', 'k', '{}', '', '')",
    "INSERT INTO point_list VALUES ('p', '{}')",
    "INSERT INTO standard_use VALUES ('r1', 'a', '1', 't', 'c', 'd1', 'p')",
)
ANOTHER = (
    "INSERT INTO certificate"
    " (number, run, issued, issued_by, order_body, entries, head, pdf, xml, dut)"
    " SELECT 'C26.00002', run, issued, issued_by, order_body, entries, head, pdf, xml, 'dut-2'"
    " FROM certificate WHERE dut = 'dut'"
)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("landed") / "landed.db"
    path.write_bytes(lzma.decompress(LANDED.read_bytes()))
    return path


@pytest.fixture
def first(empty_place: Place, landed: Path) -> Place:
    """That store: the file as it is, or its rows in the same tables on a server."""
    if empty_place.is_file:
        Path(empty_place.url).write_bytes(landed.read_bytes())
        return empty_place
    created(empty_place)
    with empty_place.connected() as connection:
        connection.exec_driver_sql("SET timezone = 'UTC'")
        for table, rows in rows_of(landed).items():
            for row in rows if table != "alembic_version" else []:
                marks = ", ".join(["%s"] * len(row))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", row)
    return empty_place


def created(place: Place) -> None:
    """Make the first tables with the migration of today."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with place.connected() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)


def rows_of(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a file, by table, in an order in which they may be entered."""
    tables = ("alembic_version", "run", "entry", "inbox", "document", "certificate")
    with closing(sqlite3.connect(store)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
            for table in tables
        }


def test_the_first_migration_makes_what_the_first_program_made(
    landed: Path, tmp_path: Path
) -> None:
    def made(path: Path) -> list[tuple[str, ...]]:
        query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1, 2"
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    created(Place(str(tmp_path / "today.db")))
    assert made(tmp_path / "today.db") == made(landed)


def test_a_store_of_the_first_program_keeps_all_it_holds(first: Place, landed: Path) -> None:
    with open_store(first.url) as store:
        found = audit(store)
        assert (found.runs, found.entries, found.certificates) == (2, 34, 1)
        assert found.faults == ()
        there = rows_of(landed)
        entries = [(run, *row) for run in (FINISHED, STOPPED) for row in store.entries(run)]
        assert sorted(entries) == sorted(there["entry"])
        assert {store.document(str(row[0])) for row in there["document"]} == {
            row[3] for row in there["document"]
        }
        assert [run.id for run in store.runs()] == [
            row[0] for row in sorted(there["run"], key=lambda row: str(row[1]), reverse=True)
        ]
        states = [fold_all(journal.read(store, run)) for run in (FINISHED, STOPPED)]
        assert [state.status for state in states] == [Status.FINISHED, Status.FAULTED]
        assert len(store.inbox(STOPPED, 0)) == 1
        # What later programs look up is there for it, too.
        assert [point.result.seq for point in trace(store, "C26.00001").points] == [9, 13]
        assert {touched.run for touched in touched_by(store, [SERIAL], None)} == {
            FINISHED, STOPPED
        }  # fmt: skip
    with first.connected() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        assert version == HEAD


def test_a_certificate_from_before_is_of_the_one_item(first: Place) -> None:
    with open_store(first.url) as store:
        (kept,) = store.certificates()
        assert store.certificate_of(FINISHED, "dut") == kept
        assert store.certificate_of(FINISHED, "dut-2") is None
        # The register says of it that it was issued, as of any that is issued now.
        register = book.read(store)
        (said,) = register.items[FINISHED, "dut"].issued
        assert (said.number, said.by, said.pdf) == ("C26.00001", "approver", kept.pdf)
        assert said.amends == ""
        assert list(index_faults(register, store.certificates())) == []
        assert next_number(register, "C26.") == "C26.00002"


@pytest.mark.parametrize(
    ("version", "says"),
    [("9999", "Use the newer program"), ("0000", "of an unknown version 0000")],
)
def test_a_store_of_another_program_is_left_alone(place: Place, version: str, says: str) -> None:
    open_store(place.url).close()
    with place.connected() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(StoreFailed, match=says):
        open_store(place.url)
    with place.connected() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        assert found == version
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_records_stay_append_only(place: Place, table: str, change: str) -> None:
    open_store(place.url).close()
    column = next(iter(METADATA.tables[table].columns)).name
    with place.connected() as connection:
        for row in (*ROWS, *OTHER_ROWS):
            connection.exec_driver_sql(row)
    with pytest.raises(DBAPIError, match="append-only"), place.connected() as connection:
        connection.exec_driver_sql(change.format(table, column))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_server_does_not_truncate_records(
    table: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = new_place("postgresql", tmp_path, request)
    with pytest.raises(DBAPIError, match="append-only"), place.connected() as connection:
        connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")


def test_each_item_has_one_certificate(first: Place) -> None:
    open_store(first.url).close()
    with first.connected() as connection:
        connection.exec_driver_sql(ANOTHER)
    with pytest.raises(IntegrityError), first.connected() as connection:
        connection.exec_driver_sql(ANOTHER.replace("C26.00002", "C26.00003"))
    with open_store(first.url) as store:
        assert [c.dut for c in store.certificates()] == ["dut", "dut-2"]


def test_the_tables_are_those_of_the_schema(empty_place: Place) -> None:
    open_store(empty_place.url).close()
    with empty_place.connected() as connection:
        # SQLite does not keep the length of a text, nor a difference between kinds of text.
        options = {"compare_type": not empty_place.is_file}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_every_record_is_append_only() -> None:
    """A table added to the schema is a record, or is named here."""
    assert set(METADATA.tables) - set(APPEND_ONLY) == {"inbox", "live", "claim"}


def test_an_empty_place_is_no_store_unless_one_is_to_be_made(empty_place: Place) -> None:
    with pytest.raises(BadInput, match="no record store"):
        open_store(empty_place.url, create=False)


def test_names_have_any_length(place: Place) -> None:
    long = "Ω" * 1000
    with open_store(place.url) as store:
        digest = store.keep(b"1", name=long, media_type="text/plain")
        assert store.document(digest) == b"1"
