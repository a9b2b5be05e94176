"""What differs between a SQLite file and a PostgreSQL server: opening, taking turns, going away."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError

from station.clock import Clock, SystemClock
from station.errors import BadInput, Phrase, StoreFailed, StoreLost
from station.locale import N_

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
PSYCOPG = f"{POSTGRESQL}+psycopg"

CONNECT = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
    "application_name": "station",
}
"""What libpq is told where the address does not say otherwise: a server that does not answer is
given up within 5 s, because outputs may be live meanwhile (PostgreSQL 15 manual, 34.1.2)."""

LOCK_MILLISECONDS = {SQLITE: 10_000, POSTGRESQL: 4000}
"""How long (ms) a statement waits for another program. SQLite gives turns by chance, so that on a
slow disk one of several may wait long; a server answers in `ANSWER_SECONDS`."""

ANSWER_SECONDS = 5.0
"""How long (s) a server may show no sign of life while something is asked of it."""

LONG_ANSWER_SECONDS = 600.0
"""The same where it goes through all rows of a large store."""

IDLE_MILLISECONDS = 10_000
"""How long (ms) a program that died or froze within a transaction holds others up."""

MODE_MILLISECONDS = 20
"""How often (ms) a change of SQLite's journal mode is tried while another program has the file."""

MIGRATION_MILLISECONDS = 60_000
"""The same for another program that migrates: a large store takes its time."""

SECRET = ("password", "sslpassword")
"""Keys of an address's query that are nobody else's business."""


class Turn(IntEnum):
    """What one program does at a time; the numbers are PostgreSQL's advisory locks."""

    MIGRATE = 0x57A7_1000
    CLAIM = 0x57A7_1001
    SEND = 0x57A7_1002


def parsed(url: str) -> URL:
    """Return the address `url`, which may be a file name.

    Raises:
        BadInput: it is none; what cannot be read is not repeated, it may hold a password.
    """
    if "://" not in url:
        # As it is: in a file's name a question mark or a percent sign says nothing.
        found: URL | None = URL.create(SQLITE, database=Path(url).as_posix() if url else "")
    else:
        try:
            found = sa.make_url(url)
        except (ArgumentError, ValueError):
            found = None
    if found is not None and found.drivername == POSTGRESQL:
        found = found.set(drivername=PSYCOPG)
    known = (SQLITE, f"{SQLITE}+pysqlite", PSYCOPG)
    # An unquoted @ in a password makes the rest of it the host's.
    if found is None or found.drivername not in known or "@" in (found.host or ""):
        raise BadInput(
            "The address given is not a record store's. Name a file, or "
            "{scheme}://USER@HOST/DATABASE; in a password, @ is %40 and / is %2F.",
            scheme=PSYCOPG,
        )
    is_file = found.get_backend_name() == SQLITE
    if is_file and (found.database in (None, "", ":memory:") or found.query):
        raise BadInput(
            "{store} names no file. A record store is a file on a disk.", store=shown(found)
        )
    return found


def file_of(url: str) -> Path | None:
    """Return the file that the address `url` names, or None where it is a server's.

    Raises:
        BadInput: it is no address.
    """
    found = parsed(url)
    return Path(found.database or "") if found.get_backend_name() == SQLITE else None


def shown(url: URL) -> str:
    """Return `url` as it may be seen: a file's name as it is, a server's without its passwords."""
    if url.get_backend_name() == SQLITE:
        return f"{SQLITE}:///{url.database or ''}"
    hidden = {key: "***" for key in url.query if key.lower() in SECRET}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def secrets_of(url: URL) -> tuple[str, ...]:
    """Return what must not be in any message, the longest first."""
    values = [value for key, value in url.query.items() if key.lower() in SECRET]
    found = [text for value in values for text in ((value,) if isinstance(value, str) else value)]
    return tuple(sorted({str(url.password or ""), *found} - {""}, key=len, reverse=True))


def make_engine(url: URL, *, durable: bool) -> Engine:
    """Return an engine whose connections are prepared; nothing is connected yet.

    Raises:
        ArgumentError, ImportError: SQLAlchemy or the driver does not take the address.
    """
    if url.get_backend_name() == SQLITE:
        engine = sa.create_engine(url, hide_parameters=True)
        synchronous = "FULL" if durable else "OFF"
        sa.event.listen(engine, "connect", lambda c, _: _prepare_sqlite(c, synchronous))
        return engine
    from station.records.answering import AnsweringConnection

    told = {key: value for key, value in CONNECT.items() if key not in url.query}
    # A connection that the server has ended since is noticed before it is used, not by the user.
    engine = sa.create_engine(url, connect_args=told, pool_pre_ping=True, hide_parameters=True)

    def connect(dialect: object, record: object, args: Any, options: Any) -> AnsweringConnection:
        connection = AnsweringConnection.connect(*args, **options)
        connection.answer_seconds = ANSWER_SECONDS
        return connection

    commit = "on" if durable else "off"
    sa.event.listen(engine, "do_connect", connect)
    sa.event.listen(engine, "connect", lambda c, _: _prepare_postgresql(c, commit))
    return engine


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Begin a transaction in which a server, and this program, may take their time."""
    if connection.dialect.name == SQLITE:
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.answer_seconds = LONG_ANSWER_SECONDS
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    try:
        yield
    finally:
        driver.answer_seconds = ANSWER_SECONDS


def _prepare_sqlite(connection: Any, synchronous: str) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={LOCK_MILLISECONDS[SQLITE]}")
    _write_ahead(cursor)
    for pragma in (
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        # Without it INSERT OR REPLACE deletes rows behind the append-only triggers' back.
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Have SQLite log writes ahead; a change of mode does not wait for others by itself."""
    clock = SystemClock()
    for _ in range(LOCK_MILLISECONDS[SQLITE] // MODE_MILLISECONDS):
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                return  # a backup on a disk that nobody can write to can be read all the same
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            clock.sleep(MODE_MILLISECONDS / 1000.0)
    cursor.execute("PRAGMA journal_mode=WAL")


def _prepare_postgresql(connection: Any, commit: str) -> None:
    for setting in (
        f"synchronous_commit = {commit}",
        f"lock_timeout = {LOCK_MILLISECONDS[POSTGRESQL]}",
        f"idle_in_transaction_session_timeout = {IDLE_MILLISECONDS}",
        "timezone = 'UTC'",
    ):
        connection.execute(f"SET {setting}")
    connection.commit()


def take_turn(connection: Connection, turn: Turn) -> None:
    """Wait until no other program has this turn; it ends with the transaction this begins."""
    usual = LOCK_MILLISECONDS[connection.dialect.name]
    patience = MIGRATION_MILLISECONDS if turn is Turn.MIGRATE else usual
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={usual}")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int(turn))))


def freeze(connection: Connection) -> None:
    """Begin a transaction that sees one state of the store from its first query to its end."""
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def is_gone(error: BaseException) -> bool:
    """Return whether the driver's `error` says that the server is away, and may come back.

    Without a SQLSTATE it is the client that speaks: no connection, or a broken one. Class 08 is
    "connection exception", 57P01 to 57P03 are a server that shuts down, crashed or starts, 25P03
    one that gave up waiting for this program (PostgreSQL 15 manual, appendix A). A file has no
    server.
    """
    if type(error).__module__.partition(".")[0] != "psycopg":
        return False
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return str(state).startswith(("08", "57P", "25P03"))
    return bool(
        {"OperationalError", "InterfaceError"} & {kind.__name__ for kind in type(error).mro()}
    )


def failure(error: BaseException, url: URL, what: str) -> StoreFailed:
    """Return what is said where the store at `url` failed to do `what`; it holds no password."""
    cause = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split()).rstrip(".?")
    for secret in secrets_of(url):
        said = said.replace(secret, "***")
    check = Phrase("Check disk space, permissions and that nothing else holds it")
    if url.get_backend_name() != SQLITE:
        check = Phrase("Check the server, its disk and the network")
    text = N_(
        "The record store {store} failed to {what}: {said}. {check}; nothing acknowledged is lost."
    )
    kind = StoreLost if is_gone(cause) else StoreFailed
    return kind(text, store=shown(url), what=Phrase(what), said=said, check=check)


def seconds_ahead(connection: Connection, clock: Clock) -> float:
    """Return how far (s) the server's clock is ahead of `clock`."""
    before = clock.now()
    told: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return (told - before - (clock.now() - before) / 2).total_seconds()
