"""Replies on their way: each leaves when it is ready, none before the one in front of it."""

from collections import deque
from collections.abc import Callable
from math import inf

from simulators.panel import Replies, Reply
from simulators.transport.loop import Loop, Timer


class Outbox:
    """Replies waiting for their instants; one that is never ready is dropped."""

    def __init__(self, loop: Loop, send: Callable[[Reply, int], None]) -> None:
        self._loop, self._send = loop, send
        self._waiting: deque[tuple[Reply, int]] = deque()
        self._timer: Timer | None = None

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, replies: Replies, number: int = 0) -> None:
        """Let `replies` to message `number` leave after those already waiting."""
        for reply in replies:
            if not self._waiting and reply.ready <= self._loop.clock.monotonic():
                self._send(reply, number)
            elif reply.ready < inf:
                self._waiting.append((reply, number))
        if self._waiting and self._timer is None:
            self._send_ready()

    def clear(self, *, strays: bool = True) -> None:
        """Forget what waits, or all but what is on its way already."""
        kept = [] if strays else [one for one in self._waiting if one[0].stray]
        self._waiting = deque(kept)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if kept:
            self._send_ready()

    def _send_ready(self) -> None:
        self._timer = None
        while self._waiting:
            ready = self._waiting[0][0].ready
            if ready > self._loop.clock.monotonic():
                self._timer = self._loop.at(ready, self._send_ready)
                return
            self._send(*self._waiting.popleft())
