"""One thread that waits for every socket, line and instant of a served bench.

Panels never wait, so one thread serves hundreds of instruments, no two messages are ever carried
out at once, and the simulated world needs no lock.
"""

import heapq
import logging
import selectors
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

_T = TypeVar("_T")
Act = Callable[[], object]
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


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
        self._selector = selectors.DefaultSelector()
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
        self._selector.close()
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
        events = (READ if read else 0) | (WRITE if write else 0)
        known = file in self._selector.get_map()
        if not events:
            if known:
                self._selector.unregister(file)
        elif known:
            self._selector.modify(file, events, Watch(read, write))
        else:
            self._selector.register(file, events, Watch(read, write))

    def at(self, instant: float, act: Act) -> Timer:
        """Do `act` at `instant` (s) of the clock."""
        timer = Timer(instant, next(self._order), act)
        heapq.heappush(self._timers, timer)
        return timer

    def _run(self) -> None:
        while self._running:
            for key, events in self._selector.select(self._patience()):
                watch: Watch = key.data
                # An earlier call of this round may have taken the other end of a pair away.
                if events & READ and watch.read and self._still(key, watch):
                    _guarded(watch.read)
                if events & WRITE and watch.write and self._still(key, watch):
                    _guarded(watch.write)
            self._keep_appointments()

    def _still(self, key: selectors.SelectorKey, watch: Watch) -> bool:
        found = self._selector.get_map().get(key.fd)
        return found is not None and found.data is watch

    def _patience(self) -> float | None:
        """Return how long (s) nothing has to be done; None is until something comes in."""
        while self._timers and self._timers[0].act is None:
            heapq.heappop(self._timers)
        if not self._timers:
            return None
        return max(0.0, self._timers[0].instant - self.clock.monotonic())

    def _keep_appointments(self) -> None:
        if not self._timers:
            return
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
    try:
        outcome.set_result(act())
    except BaseException as failure:
        outcome.set_exception(failure)
