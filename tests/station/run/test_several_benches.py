"""Several benches and screens on one store at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run.inbox import Answer, Void, send
from station.run.journal import Row
from station.run.state import RunState, Status
from station.tui.parts.words import Standing
from station.tui.runs.watch import RunsWatch, RunWatch
from tests.station.run.laboratory import FEW, Laboratory
from tests.station.stores import Place

BENCHES = 4


def carry_out(place: Place, folder: Path, number: int) -> Laboratory:
    """A run whose first point a person at a screen declares void, once it is measured."""
    bench = folder / str(number)
    bench.mkdir()
    laboratory = Laboratory(bench, store_url=place.url)
    sent = threading.Event()

    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Measured) and not sent.is_set():
            sent.set()
            with open_store(place.url) as store:
                now = SystemClock().now()
                send(store, laboratory.run, Answer(prompt=99, value="", by=f"p{number}"), now)
                void = Void(point=row.entry.point, reason="door", by=f"p{number}")
                send(store, laboratory.run, void, now)

    laboratory.begin(watch=watch)
    return laboratory


def look(place: Place, stop: threading.Event) -> set[str]:
    """A screen: looks again and again; returns the runs that it saw end."""
    clock = SystemClock()
    ended: set[str] = set()
    with open_store(place.url) as store:
        watch = RunsWatch(store, clock)
        while True:
            last = stop.is_set()
            lines = watch.look()
            ended |= {line.id for line in lines if line.standing is Standing.FINISHED}
            if last:
                return ended
            clock.sleep(0.02)


def test_benches_and_screens_at_once(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A virtual run is over before an inbox is looked into a second time.
    monkeypatch.setattr("station.run.inbox.POLL_SECONDS", 0.0)
    stop = threading.Event()
    with ThreadPoolExecutor(BENCHES + 2) as threads:
        screens = [threads.submit(look, place, stop) for _ in range(2)]
        try:
            runs = list(threads.map(lambda n: carry_out(place, tmp_path, n), range(BENCHES)))
        finally:
            stop.set()
    ids = {laboratory.run for laboratory in runs}
    assert [screen.result() for screen in screens] == [ids, ids]
    for number, laboratory in enumerate(runs):
        state = laboratory.state()
        assert state.status is Status.FINISHED
        assert len(state.results) == len(FEW)
        voided = [row.entry for row in laboratory.rows() if isinstance(row.entry, e.Voided)]
        assert [entry.by for entry in voided] == [f"p{number}"], "its own command, once"
    with open_store(place.url) as store:
        assert audit(store).faults == ()
        assert len(store.runs()) == BENCHES
        assert RunWatch(store, runs[0].run, SystemClock()).look().state.status is Status.FINISHED
