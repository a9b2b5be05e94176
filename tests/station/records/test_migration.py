"""A store of an earlier program is brought to the present tables with all it holds."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError, IntegrityError

from station.errors import BadInput
from station.records.migrate import HEAD, MIGRATIONS
from station.records.schema import APPEND_ONLY, METADATA
from station.records.store import open_store
from station.register import book
from station.register.lives import index_faults, next_number
from tests.station.stores import Place, new_place

FIRST = "0001"
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
    " VALUES ('C26.00002', 'r1', '2026-11-01 00:00:00', 'A', '{}', 3, 'h', 'd1', 'd1', 'dut-2')"
)


@pytest.fixture
def first(empty_place: Place) -> Place:
    """A store as the first program made it, with one certificate."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with empty_place.connected() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        for row in ROWS:
            connection.exec_driver_sql(row)
    return empty_place


def test_a_certificate_from_before_is_of_the_one_item(first: Place) -> None:
    with open_store(first.url) as store:
        (kept,) = store.certificates()
        assert store.certificate_of("r1", "dut") == kept
        assert store.certificate_of("r1", "dut-2") is None
        # The register says of it that it was issued, as of any that is issued now.
        register = book.read(store)
        (said,) = register.items["r1", "dut"].issued
        assert (said.number, said.by, said.pdf, said.amends) == ("C26.00001", "A", "d1", "")
        assert list(index_faults(register, store.certificates())) == []
        assert next_number(register, "C26.") == "C26.00002"
    with first.connected() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        assert version == HEAD


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
