"""Timing, and how a result is told."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


def now() -> float:
    """Return an instant (s) of a clock made for measuring."""
    return time.perf_counter()  # noqa: TID251  (measuring real time is what this is for)


def seconds_each(act: Callable[[], object], *, times: int, rounds: int = 5) -> float:
    """Return the time of one `act` (s): the median round's mean."""
    act()
    taken = []
    for _ in range(rounds):
        began = now()
        for _ in range(times):
            act()
        taken.append((now() - began) / times)
    return statistics.median(taken)


@dataclass(frozen=True)
class Line:
    """One benchmark's outcome; times in seconds (s)."""

    what: str
    seconds: float
    peer: str
    peer_seconds: float
    aim: str

    def __str__(self) -> str:
        ratio = self.seconds / self.peer_seconds
        return (
            f"{self.what:<44} {_time(self.seconds):>10}   "
            f"{self.peer:<34} {_time(self.peer_seconds):>10}   ratio {ratio:7.3f}   aim: {self.aim}"
        )


def _time(seconds: float) -> str:
    for factor, unit in ((1e6, "µs"), (1e3, "ms")):
        if seconds * factor < 1000:
            return f"{seconds * factor:.1f} {unit}"
    return f"{seconds:.2f} s"
