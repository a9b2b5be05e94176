"""What the engine is doing right now, for whoever watches: shown, overwritten, never a record."""

import os
import platform
import threading

from pydantic import TypeAdapter

from station.clock import SystemClock
from station.records.store import Store
from station.run.entries import Record

BEAT_SECONDS = 1.0
SILENT_SECONDS = 5.0
"""An engine that has not been heard of for so long (s) is taken for dead."""

SHOW_SECONDS = 0.2
"""Readings are shown at most this often (s of real time)."""


class LiveView(Record):
    """The point being measured and the readings taken so far, in the point's unit."""

    point: str = ""
    readings: tuple[float, ...] = ()


LIVE_VIEW: TypeAdapter[LiveView] = TypeAdapter(LiveView)


class Liveness:
    """Says once a second, from a thread of its own, that this engine is alive."""

    def __init__(self, store: Store, run: str, wall: SystemClock) -> None:
        self._store = store
        self._run = run
        self._wall = wall
        self._engine = f"{platform.node()}:{os.getpid()}"
        self._stop = threading.Event()
        self._shown = -SHOW_SECONDS
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Liveness":
        self._store.show_live(self._run, self._engine, self._wall.now().timestamp(), "{}")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._store.end_live(self._run)

    def show(self, view: LiveView) -> None:
        """Show `view`, unless one was shown a moment ago."""
        now = self._wall.monotonic()
        if now - self._shown >= SHOW_SECONDS:
            self._shown = now
            beat = self._wall.now().timestamp()
            self._store.show_live(self._run, self._engine, beat, view.model_dump_json())

    def _beat(self) -> None:
        from station.errors import StoreFailed

        while not self._wall.wait(self._stop, BEAT_SECONDS):
            try:
                self._store.show_live(self._run, self._engine, self._wall.now().timestamp(), None)
            except StoreFailed:
                # The engine's own next write meets the same fault and stops the run safely.
                return


def engine_alive(store: Store, run: str, wall: SystemClock) -> str | None:
    """Return the name of the engine that carries out `run` now, or None."""
    found = store.live(run)
    if found is None or wall.now().timestamp() - found[1] > SILENT_SECONDS:
        return None
    return found[0]


def live_view(store: Store, run: str) -> LiveView:
    """Return what the engine of `run` showed last; empty where none runs."""
    found = store.live(run)
    return LIVE_VIEW.validate_json(found[2]) if found else LiveView()
