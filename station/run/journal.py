"""The journal of a run: appended to, hash-chained, each entry on disk before the engine goes on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from station.clock import Clock
from station.errors import StationError, Tampered
from station.records.chain import GENESIS, chain_fault, row_hash
from station.records.store import EntryColumns, Store
from station.run.entries import ENTRY, Entry, RunBegun
from station.run.patience import at_once

Outlast = Callable[[Callable[[], bool]], bool]
"""Does the writing, and does it again while the store is away (`station.run.patience`)."""


class JournalConflict(StationError):
    """Another engine wrote to this run."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it stands in the store."""

    seq: int
    at: datetime
    entry: Entry
    previous: str
    hash: str


class Journal:
    """The one writer of a run's journal."""

    def __init__(self, store: Store, run: str, clock: Clock, *, seq: int, previous: str) -> None:
        self.run = run
        self._store = store
        self._clock = clock
        self._seq = seq
        self._previous = previous

    @classmethod
    def begin(cls, store: Store, begun: RunBegun, clock: Clock) -> "Journal":
        """Enter a new run and write its first row, both or neither."""
        at = clock.now()
        first = _columns(begun.run, 0, at, begun, GENESIS)
        store.add_run(begun, at, first)
        return cls(store, begun.run, clock, seq=1, previous=first[-1])

    @classmethod
    def behind(cls, store: Store, run: str, clock: Clock, rows: Sequence[Row]) -> "Journal":
        """Go on behind `rows`, all there were when they were read.

        Who wrote behind them meanwhile is met as a `JournalConflict` at the first append.
        """
        previous = rows[-1].hash if rows else GENESIS
        return cls(store, run, clock, seq=len(rows), previous=previous)

    def append(self, entry: Entry, outlast: Outlast = at_once) -> Row:
        """Write `entry`; when this returns it is on disk, once.

        Raises:
            StoreFailed: it could not be written (disk full, locked, connection lost).
            JournalConflict: another engine wrote this row first.
        """
        at = self._clock.now()
        columns = _columns(self.run, self._seq, at, entry, self._previous)
        digest = columns[-1]
        attempts = count()

        def written() -> bool:
            # The connection may have been lost behind a commit that went through.
            again = next(attempts) > 0
            return self._store.add_entry(self.run, *columns) or (
                again and self._store.has_entry(self.run, self._seq, digest)
            )

        if not outlast(written):
            raise JournalConflict(
                "Run {run}: entry {entry} was written by another process. Only one engine may "
                "carry out a run; close the other one.",
                run=self.run,
                entry=self._seq,
            )
        row = Row(self._seq, at, entry, self._previous, digest)
        self._seq, self._previous = self._seq + 1, digest
        return row


def _columns(run: str, seq: int, at: datetime, entry: Entry, previous: str) -> EntryColumns:
    stamp, body = at.isoformat(), entry.model_dump_json()
    digest = row_hash(run, seq, stamp, entry.kind, body, previous)
    return seq, stamp, entry.kind, body, previous, digest


def read(store: Store, run: str, *, after: int = -1) -> Iterator[Row]:
    """Yield the rows of `run` behind number `after`, verifying the chain between them.

    Raises:
        Tampered: a row is not what was written.
    """
    previous: str | None = GENESIS if after < 0 else None
    expected = after + 1
    for seq, at, kind, body, before, digest in store.entries(run, after):
        fault = chain_fault(run, expected, previous, (seq, at, kind, body, before, digest))
        if fault:
            raise Tampered(
                "{fault} Run `station audit` and restore the store from a backup.", fault=fault
            )
        yield Row(seq, datetime.fromisoformat(at), ENTRY.validate_json(body), before, digest)
        previous, expected = digest, expected + 1
