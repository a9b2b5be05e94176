"""A store of an earlier program is brought to the present tables with all it holds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import station.records
from station.records.store import HEAD, open_store
from station.register import book
from station.register.lives import index_faults, next_number

FIRST = "0001"
ROWS = (
    "INSERT INTO run VALUES ('r1', '2026-11-01', 'dmm', 'bench', 'item')",
    "INSERT INTO document VALUES ('d1', 'text/xml', 'a.xml', x'00')",
    "INSERT INTO certificate (number, run, issued, issued_by, order_body, entries, head, pdf, xml)"
    " VALUES ('C26.00001', 'r1', '2026-11-01 00:00:00', 'A', '{}', 3, 'h', 'd1', 'd1')",
)
ANOTHER = (
    "INSERT INTO certificate"
    " (number, run, issued, issued_by, order_body, entries, head, pdf, xml, dut)"
    " VALUES ('C26.00002', 'r1', '2026-11-01 00:00:00', 'A', '{}', 3, 'h', 'd1', 'd1', ?)"
)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A store as the first program made it, with one certificate."""
    path = tmp_path / "station.db"
    config = Config()
    folder = Path(station.records.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        for row in ROWS:
            connection.exec_driver_sql(row)
        connection.commit()
    engine.dispose()
    return path


def test_a_certificate_from_before_is_of_the_one_item(first: Path) -> None:
    with open_store(str(first)) as store:
        (kept,) = store.certificates()
        assert store.certificate_of("r1", "dut") == kept
        assert store.certificate_of("r1", "dut-2") is None
        # The register says of it that it was issued, as of any that is issued now.
        register = book.read(store)
        (said,) = register.items["r1", "dut"].issued
        assert (said.number, said.by, said.pdf, said.amends) == ("C26.00001", "A", "d1", "")
        assert list(index_faults(register, store.certificates())) == []
        assert next_number(register, "C26.") == "C26.00002"
    with closing(sqlite3.connect(first)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)


@pytest.mark.parametrize(
    "change", ["UPDATE certificate SET issued_by = 'B'", "DELETE FROM certificate"]
)
def test_certificates_stay_append_only(first: Path, change: str) -> None:
    open_store(str(first)).close()
    with closing(sqlite3.connect(first)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(change)


def test_each_item_has_one_certificate(first: Path) -> None:
    open_store(str(first)).close()
    with closing(sqlite3.connect(first)) as connection:
        connection.execute(ANOTHER, ("dut-2",))
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(ANOTHER.replace("C26.00002", "C26.00003"), ("dut-2",))
        connection.commit()
    with open_store(str(first)) as store:
        assert [c.dut for c in store.certificates()] == ["dut", "dut-2"]
