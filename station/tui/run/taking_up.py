"""What becomes of a run whose engine is gone, without leaving the console."""

import os
import threading
from collections.abc import Callable

from station.register import book
from station.tui.acting import refuse_unproved
from station.tui.desk import Desk
from station.tui.start.launch import Ending, Started

LOOK_SECONDS = 0.1


def taken_up(desk: Desk, run: str) -> str | None:
    """Start an engine that takes `run` up again; return why it ended at once, or None.

    Raises:
        StationError: nobody is proved to sit here, the store is gone, or no process can be made.
    """
    _refuse_unproved(desk)
    started = desk.resume(run, desk.by, desk.store_url)
    return _failure(desk, started, lambda: started.run is not None)


def ended(desk: Desk, run: str, reason: str) -> str | None:
    """End `run` for good; return why that failed, or None.

    Raises:
        StationError: as `taken_up`.
    """
    _refuse_unproved(desk)
    ending = Ending(run, desk.by, reason, desk.say.notation.value)
    started = desk.end(ending, desk.store_url)
    return _failure(desk, started, lambda: started.ended_well)


def _refuse_unproved(desk: Desk) -> None:
    desk.store.confirm_there()
    if not os.environ.get("STATION_PASSWORD"):
        refuse_unproved(desk, book.read(desk.store))


def _failure(desk: Desk, started: Started, done: Callable[[], bool]) -> str | None:
    """Wait until it is done or has failed; return why."""
    never = threading.Event()
    while not done() and started.failure is None:
        desk.wall.wait(never, LOOK_SECONDS)
    return started.failure
