"""Copies of a record store: into another of either kind, and into a file while it is in use."""

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from station.errors import BadInput, StoreFailed, Tampered
from station.records.dialects import file_of
from station.records.schema import CLAIM, INBOX, LIVE, METADATA
from station.records.store import Store, aware, open_store

OF_THE_MOMENT = (INBOX, LIVE, CLAIM)
"""What engines at work need and no record rests on: a copy begins without it."""

BATCH = 200
"""How many rows are in memory at a time; documents are among them."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a store holds: how many rows each table has, and one SHA-256 over all of them.

    The digest is over the sorted digests of the rows, so that it does not depend on the order
    in which a database returns them; equal content has equal digests on SQLite and PostgreSQL.
    """

    rows: Mapping[str, int]
    digest: str


def content_of(store: Store) -> Content:
    """Return what the store holds now.

    Raises:
        Tampered: a value is not of the kind that its column holds.
    """
    with store.snapshot("read every row") as connection:
        return _content(connection)


def copy(source: Store, target: Store) -> Content:
    """Copy every record, as it is at this moment, into an empty store; all or nothing.

    Raises:
        BadInput: the target holds records.
        StoreFailed: one of the two failed, or the copy is not what was copied.
    """
    seen = _Digest()
    with (
        source.snapshot("read every row") as reading,
        target.long_transaction("take the copy") as writing,
    ):
        for table in _records():
            if writing.execute(sa.select(sa.func.count()).select_from(table)).scalar():
                raise BadInput(
                    "{store} holds records (table {table}). Name an empty store.",
                    store=target.url,
                    table=table.name,
                )
        for table in _records():
            with closing(_batches(reading, table)) as batches:
                for batch in batches:
                    seen.add(table, batch)
                    writing.execute(sa.insert(table), [row._asdict() for row in batch])
        copied, there = seen.content(), _content(writing)
        if copied != there:
            raise StoreFailed(
                "{store} does not return what was written to it: {there} instead of "
                "{copied}. Nothing was copied.",
                store=target.url,
                there=there,
                copied=copied,
            )
    return copied


def copy_to(source: Store, address: str) -> Content:
    """Copy every record into the store at `address`, which is empty or not there yet.

    Raises:
        BadInput: it holds records, or cannot be where it is to be.
        StoreFailed: as `copy`.
    """
    path = file_of(address)
    if path is None or path.exists():
        with open_store(address) as target:
            return copy(source, target)
    with _new_file(path) as part, open_store(str(part)) as target:
        return copy(source, target)


def backup(store: Store, path: Path) -> Content:
    """Write all records to a new SQLite file at `path`; engines may go on writing meanwhile.

    Raises:
        BadInput: there is something at `path`, or no such folder.
        StoreFailed: it could not be written or is not sound.
    """
    if path.exists():
        raise BadInput("{path} is there already. A backup needs a new file.", path=path)
    with _new_file(path) as part:
        if store.path is not None:
            _copy_file(store.path, part)
        with open_store(str(part)) as target:
            return content_of(target) if store.path is not None else copy(store, target)


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Yield where a store may be written; it has the name `path` once it is whole and sound."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".station-") as folder:
            part = Path(folder) / path.name
            yield part
            _settle(part)
            os.replace(part, path)
    except OSError as error:
        raise BadInput(
            "{path}: {why}. Name a new file in a folder.", path=path, why=error
        ) from error
    except sqlite3.Error as error:
        raise StoreFailed(
            "{path} could not be written: {error}. Check the disk.", path=path, error=error
        ) from error


def _copy_file(source: Path, target: Path) -> None:
    # In one step, so that it is the state of one moment; in WAL mode nobody waits for it.
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


def _settle(path: Path) -> None:
    """Make one sound file of it, on the disk: no log beside it that could be left behind."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise StoreFailed(
                "The copy is not sound: {found}. `station audit` the store.", found=found
            )
        connection.execute("PRAGMA journal_mode=DELETE")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _records() -> list[sa.Table]:
    return [table for table in METADATA.sorted_tables if table not in OF_THE_MOMENT]


def _batches(connection: Connection, table: sa.Table) -> Generator[list[sa.Row[Any]], None, None]:
    query = sa.select(table).execution_options(stream_results=True, yield_per=BATCH)
    try:
        with connection.execute(query) as found:
            for batch in found.partitions():
                yield list(batch)
    except (TypeError, ValueError) as error:
        raise Tampered(
            "A row of {table} is not what was written: {error}. Run `station audit`.",
            table=table.name,
            error=error,
        ) from error


def _content(connection: Connection) -> Content:
    found = _Digest()
    for table in _records():
        for batch in _batches(connection, table):
            found.add(table, batch)
    return found.content()


class _Digest:
    """Takes rows in any order."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._digests: list[bytes] = []

    def add(self, table: sa.Table, batch: list[sa.Row[Any]]) -> None:
        self._rows[table.name] = self._rows.get(table.name, 0) + len(batch)
        for row in batch:
            said = json.dumps([table.name, *map(_plain, row)])
            self._digests.append(hashlib.sha256(said.encode()).digest())

    def content(self) -> Content:
        whole = hashlib.sha256(b"".join(sorted(self._digests)))
        return Content(self._rows, whole.hexdigest())


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return aware(value).isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value
