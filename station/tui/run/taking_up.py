"""Another engine for a run whose engine is gone, without leaving the console."""

import os
import threading

from station.register import book
from station.tui.acting import refuse_unproved
from station.tui.desk import Desk

LOOK_SECONDS = 0.1


def taken_up(desk: Desk, run: str) -> str | None:
    """Start an engine that takes `run` up again; return why it ended at once, or None.

    Raises:
        StationError: nobody is proved to sit here, the store is gone, or no process can be made.
    """
    desk.store.confirm_there()
    if not os.environ.get("STATION_PASSWORD"):
        refuse_unproved(desk, book.read(desk.store))
    started = desk.resume(run, desk.by, desk.store_url)
    never = threading.Event()
    while started.run is None and started.failure is None:
        desk.wall.wait(never, LOOK_SECONDS)
    return started.failure
