"""One thread that waits for every socket, line and instant of a served bench.

Panels never wait, so one thread serves hundreds of instruments, no two messages are ever carried
out at once, and the simulated world needs no lock.  It is not asyncio's: that takes a fifth longer
for a query, keeps its own clock, and cannot watch files on every system.
"""

import heapq
import logging
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from simulators.clock import Clock
from simulators.transport.poller import READ, WRITE, poller

_T = TypeVar("_T")
Act = Callable[[], object]
LONGEST_PATIENCE_SECONDS = 3600.0  # epoll takes milliseconds as a C int


@dataclass(order=True, slots=True)
class Timer:
    """An appointment: what to do at an instant (s)."""

    instant: float
    order: int
    act: Act | None = field(compare=False)

    def cancel(self) -> None:
        """Let the instant pass without doing anything."""
        self.act = None


@dataclass(slots=True)
class Watch:
    """What to do when a file can be read or written; None where that is of no interest."""

    read: Act | None
    write: Act | None


class Loop:
    """Calls whoever waits for a file or an instant; all calls come from one thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._poller = poller()
        self._watches: dict[int, Watch] = {}
        self._timers: list[Timer] = []
        self._order = count()
        self._calls: deque[Act] = deque()
        self._bell, self._ringer = socket.socketpair()
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        self.watch(self._bell.fileno(), read=self._answer_calls)
        self._running = False
        self._thread = threading.Thread(target=self._run, name="simulated-bench", daemon=True)

    def start(self) -> None:
        """Begin to serve, in the loop's own thread."""
        self._running = True
        self._thread.start()

    def close(self) -> None:
        """Stop serving; returns when the thread has ended."""
        if self._running:
            self.call(self._stop)
            self._thread.join()
        self._poller.close()
        self._bell.close()
        self._ringer.close()

    def call(self, act: Callable[[], _T]) -> _T:
        """Let the loop's thread carry `act` out; return what it returns or raise what it raises.

        Before the start, and from the loop's own thread, it is carried out at once.
        """
        if not self._running or threading.current_thread() is self._thread:
            return act()
        outcome: Future[_T] = Future()
        self._calls.append(lambda: _settle(outcome, act))
        with suppress(BlockingIOError):  # full of rings: it will wake up anyway
            self._ringer.send(b"!")
        return outcome.result()

    def watch(self, file: int, *, read: Act | None = None, write: Act | None = None) -> None:
        """Change what is waited for at `file`; nothing at all forgets it."""
        known = self._watches.pop(file, None) is not None
        events = (READ if read else 0) | (WRITE if write else 0)
        if events:
            self._watches[file] = Watch(read, write)
            (self._poller.modify if known else self._poller.register)(file, events)
        elif known:
            self._poller.unregister(file)

    def at(self, instant: float, act: Act) -> Timer:
        """Do `act` at `instant` (s) of the clock."""
        timer = Timer(instant, next(self._order), act)
        heapq.heappush(self._timers, timer)
        return timer

    def _run(self) -> None:
        while self._running:
            for file, events in self._poller.poll(self._patience() if self._timers else None):
                # A hang-up is neither: whoever is interested finds it out by reading or writing.
                if events & ~WRITE:
                    self._attend(file, READ)
                if events & ~READ:
                    self._attend(file, WRITE)
            if self._timers:
                self._keep_appointments()

    def _attend(self, file: int, event: int) -> None:
        """Call who is interested, if an earlier call of this round left anybody."""
        watch = self._watches.get(file)
        act = watch and (watch.read if event is READ else watch.write)
        if act:
            _guarded(act)

    def _patience(self) -> float | None:
        """Return how long (s) nothing has to be done; None is until something comes in."""
        while self._timers and self._timers[0].act is None:
            heapq.heappop(self._timers)
        if not self._timers:
            return None
        seconds = self._timers[0].instant - self.clock.monotonic()
        return min(max(0.0, seconds), LONGEST_PATIENCE_SECONDS)

    def _keep_appointments(self) -> None:
        now = self.clock.monotonic()
        while self._timers and self._timers[0].instant <= now:
            act = heapq.heappop(self._timers).act
            if act is not None:
                _guarded(act)

    def _answer_calls(self) -> None:
        with suppress(BlockingIOError):
            self._bell.recv(4096)
        while self._calls:
            self._calls.popleft()()

    def _stop(self) -> None:
        self._running = False


def _guarded(act: Act) -> None:
    """Carry `act` out; this is the thread's edge: one broken client must not end the others."""
    try:
        act()
    except Exception:
        logging.getLogger(__name__).exception("a simulated instrument failed; the others go on")


def _settle(outcome: "Future[_T]", act: Callable[[], _T]) -> None:
    """Carry `act` out for another thread, which is told whatever comes of it."""
    try:
        outcome.set_result(act())
    except Exception as failure:
        outcome.set_exception(failure)
