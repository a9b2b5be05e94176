"""The register in the store: read with its chain verified, and written by whoever decides first."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from pydantic_core import PydanticSerializationError

from station.clock import Clock
from station.errors import BadInput, StoreFailed, Tampered
from station.records.chain import GENESIS, REGISTER, Columns, chain_fault, row_hash
from station.records.schema import REGISTER as TABLE
from station.records.store import Store
from station.register.entries import ENTRY, Entry
from station.register.state import Register, Row, fold, fold_all

ATTEMPTS = 10
"""How often it is decided anew because another process was faster."""

Decide = Callable[[Register], Sequence[Entry]]
"""From what the register says to what is to be written; raises where that must not be."""

Also = Callable[[sa.Connection], None]
"""What is written in the same transaction: both are there afterwards, or neither."""


def rows(store: Store) -> Iterator[Row]:
    """Yield all entries, verifying the chain between them.

    Raises:
        Tampered: one is not what was written.
    """
    previous = GENESIS
    for expected, columns in enumerate(_columns(store)):
        fault = chain_fault(REGISTER, expected, previous, columns)
        if fault:
            raise Tampered(
                "{fault} Run `station audit` and restore the store from a backup.", fault=fault
            )
        seq, at, _, body, before, previous = columns
        yield Row(seq, datetime.fromisoformat(at), ENTRY.validate_json(body), before, previous)


def read(store: Store) -> Register:
    """Return what the register says now.

    Raises:
        Tampered: an entry is not what was written.
    """
    return fold_all(rows(store))


def act(store: Store, clock: Clock, decide: Decide, also: Also | None = None) -> Register:
    """Write what `decide` returns for the register as it is; return the register after it.

    All entries or none are written, and `also` with them. Where another process wrote meanwhile,
    it is decided anew.

    Raises:
        StationError: whatever `decide` refuses; nothing was written.
        StoreFailed: the store could not write it, or others were faster again and again.
    """
    for _ in range(ATTEMPTS):
        register = read(store)
        written = _numbered(register, clock.now(), decide(register))
        if _insert(store, written, also):
            for row in written:
                register = fold(register, row)
            return register
    raise StoreFailed(
        "The register of {store} was written by others {attempts} times. Try again.",
        store=store.url,
        attempts=ATTEMPTS,
    )


def _numbered(register: Register, at: datetime, entries: Sequence[Entry]) -> list[Row]:
    written: list[Row] = []
    previous = register.head or GENESIS
    for seq, entry in enumerate(entries, start=register.length):
        body = _body(entry)
        digest = row_hash(REGISTER, seq, at.isoformat(), entry.kind, body, previous)
        written.append(Row(seq, at, entry, previous, digest))
        previous = digest
    return written


def _body(entry: Entry) -> str:
    try:
        return entry.model_dump_json()
    except PydanticSerializationError as error:
        raise BadInput("Something that was given is not text in UTF-8. Write it anew.") from error


def _insert(store: Store, written: Sequence[Row], also: Also | None) -> bool:
    values = [
        {
            "seq": row.seq,
            "at": row.at.isoformat(),
            "kind": row.entry.kind,
            "body": row.entry.model_dump_json(),
            "previous": row.previous,
            "hash": row.hash,
        }
        for row in written
    ]
    if not values:
        return True
    try:
        with store.transaction("write the register") as connection:
            connection.execute(sa.insert(TABLE), values)
            if also is not None:
                also(connection)
    except StoreFailed:
        # Where somebody was faster the number is taken; where it is ours, it was written and the
        # answer was lost; where it is free, it was a real failure.
        there = {columns[0]: columns[-1] for columns in _columns(store)}
        if written[0].seq not in there:
            raise
        return there[written[0].seq] == written[0].hash
    return True


def _columns(store: Store) -> list[Columns]:
    c = TABLE.c
    query = sa.select(c.seq, c.at, c.kind, c.body, c.previous, c.hash).order_by(c.seq)
    with store.transaction("read the register") as connection:
        return cast("list[Columns]", [tuple(row) for row in connection.execute(query)])
