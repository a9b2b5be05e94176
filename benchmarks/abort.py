"""From the answer of whoever aborts to outputs that are off, on an engine of its own in real time.

The bench is simulated, and served by a process of its own over the wires of a real one. The peer
is how often an engine looks into its inbox.
"""

import tempfile
from pathlib import Path

from benchmarks.measure import Line, now
from station.clock import SystemClock
from station.records.store import Store, open_store
from station.run import journal
from station.run.entries import Aborted, Entry, MadeSafe
from station.run.inbox import POLL_SECONDS, Abort, send
from tests.station.run.processes import (
    ServedBench,
    run_arguments,
    run_of,
    served_bench,
    station,
    wait_for_a_point,
    wait_until,
)

SETTLING, READING = (0.0, 0.4), (1.3, 1.6, 1.9)
"""How long (s) after its first result a run is aborted: its source settles, its item is read."""


def while_read() -> Line:
    return _line("abort while an item is read: outputs off", READING)


def while_settling() -> Line:
    """The engine's driver asks the source whether it has settled; the standby comes between."""
    return _line("abort while a source settles: outputs off", SETTLING)


def _line(what: str, moments: tuple[float, ...]) -> Line:
    """Of a run for each moment, the one whose outputs were off last."""
    taken = []
    for later in moments:
        with tempfile.TemporaryDirectory() as name, served_bench(folder := Path(name)) as served:
            taken.append(_aborted(served, folder / "s.db", later))
    return Line(what, max(taken), "inbox poll", POLL_SECONDS, "< 200 ms")


def _aborted(served: ServedBench, path: Path, later: float) -> float:
    """Abort a run; return after how long (s) its outputs are off, and written down as such."""
    clock = SystemClock()
    with station(*run_arguments(served, path)) as engine, open_store(str(path)) as store:
        wait_for_a_point(engine, path, run := run_of(engine))
        clock.sleep(later)
        wait_until(served.operating, "a live output")
        known = len(_entries(store, run))
        began = now()
        send(store, run, Abort(by="tester"), clock.now())
        while served.operating():
            clock.sleep(0.002)
        off = now() - began
        wait_until(lambda: isinstance(_entries(store, run)[-1], Aborted), "the end")
        kinds = [type(entry) for entry in _entries(store, run)[known:]]
        if MadeSafe not in kinds:
            raise RuntimeError(f"The standby was not written down: {kinds}.")
    return off


def _entries(store: Store, run: str) -> list[Entry]:
    return [row.entry for row in journal.read(store, run)]


BENCHMARKS = (while_read, while_settling)
