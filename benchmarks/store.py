"""What an entry costs in the store, and whether a server keeps up with twenty benches."""

import sqlite3
import statistics
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.measure import Line, now
from benchmarks.records import BEGAN, made_up_run
from station.clock import SystemClock
from station.records.audit import audit
from station.records.store import Store, open_store
from station.run import entries as e
from station.run.journal import Journal
from tests.station.stores import Server, server_programs

ENTRIES = 500
INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)"

BENCHES = 20
POINTS_A_SECOND = 10
SECONDS = 10


def point_entry() -> Line:
    """One by one in turn, and the medians: what else the disk does is the same for both."""
    begun, _, point, *_ = made_up_run()
    at, body, digest = BEGAN.isoformat(), point.model_dump_json(), "0" * 64
    ours: list[float] = []
    bare: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(str(Path(folder) / "station.db")) as store,
        closing(_bare(Path(folder) / "bare.db")) as connection,
    ):
        journal = _journal(store, begun, "r")
        for number in range(ENTRIES):
            ours.append(_seconds(lambda: journal.append(point)))
            row = ("r", number, at, point.kind, body, digest, digest)
            bare.append(_seconds(lambda r=row: connection.execute(INSERT, r)))
    return Line(
        "durable entry of a point",
        statistics.median(ours),
        "bare SQLite FULL commit",
        statistics.median(bare),
        "≤ 1.5 x",
    )


def _seconds(act: Callable[[], object]) -> float:
    began = now()
    act()
    return now() - began


def benches() -> Line | str:
    """Twenty benches on one PostgreSQL server with fsync, ten points a second each."""
    programs = server_programs()
    if programs is None:
        return "PostgreSQL is not here: twenty benches on it are not measured"
    with tempfile.TemporaryDirectory(prefix="station-pg-") as folder:
        server = Server(programs, Path(folder))
        server.start()
        try:
            return _benches(server.new_database())
        finally:
            server.stop()


def _benches(url: str) -> Line:
    begun, _, point, *_ = made_up_run()
    taken: list[float] = []

    def carry_out(number: int) -> None:
        with open_store(url) as store:
            journal = _journal(store, begun, f"r{number}")
            clock = SystemClock()
            began = now() + number / (BENCHES * POINTS_A_SECOND)
            for tick in range(SECONDS * POINTS_A_SECOND):
                clock.sleep(max(0.0, began + tick / POINTS_A_SECOND - now()))
                at = now()
                journal.append(point)
                taken.append(now() - at)

    open_store(url).close()
    threads = [threading.Thread(target=carry_out, args=(n,)) for n in range(BENCHES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = BENCHES * SECONDS * POINTS_A_SECOND
    with open_store(url) as store:
        found = audit(store)
    lost = wanted + BENCHES - found.entries
    taken.sort()
    what = f"PostgreSQL, {BENCHES} benches, {wanted} points, {lost} lost: the 99th percentile"
    if lost or found.faults or len(taken) != wanted:
        raise SystemExit(f"{what}: {'; '.join(map(str, found.faults))}")
    return Line(what, taken[wanted * 99 // 100], "one bench's pace", 1 / POINTS_A_SECOND, "≤ 0.5")


def _journal(store: Store, begun: e.RunBegun, run: str) -> Journal:
    # A run rests on files that are kept with it, or the audit misses them.
    kept = store.keep(b"", name="nothing", media_type="text/plain")
    certified = {"certificate_digest": kept}
    bound = tuple(
        each.model_copy(update=certified if each.certificate_digest else {})
        for each in begun.instruments
    )
    changed = {"run": run, "bench_digest": kept, "instruments": bound}
    return Journal.begin(store, begun.model_copy(update=changed), SystemClock())


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE entry (run, seq INTEGER, at, kind, body, previous, hash, "
        "PRIMARY KEY (run, seq))"
    )
    return connection


BENCHMARKS = (point_entry, benches)
