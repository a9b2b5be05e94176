"""Looking at the store from a thread of its own: a slow or locked store never holds a screen."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from station.clock import SystemClock
from station.errors import StationError

LOOK_SECONDS = 0.25
"""How often (s of real time) the store is looked at."""

GOODBYE_SECONDS = 0.3
"""How long (s) a closing screen waits for what is still to be sent."""

Seen = TypeVar("Seen")


@dataclass
class Lookout(Generic[Seen]):
    """Looks a few times a second and tells what it saw; sends what it is given.

    Attributes:
        look: reads the store; may block, may raise `StationError`.
        tell: takes what was seen or what went wrong; called from the thread.
    """

    look: Callable[[], Seen]
    tell: Callable[[Seen | StationError], object]
    wall: SystemClock

    def __post_init__(self) -> None:
        self._outbox: deque[Callable[[], None]] = deque()
        self._one_at_a_time = threading.Lock()
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look at once, and go on."""
        if self._thread is not None and not self._stopped.is_set():
            self._wake.set()
            return
        # Events of its own: an old thread that still hangs in the store must end, not go on.
        self._stopped, self._wake = threading.Event(), threading.Event()
        self._wake.set()
        # A daemon: a store that hangs must not keep the program from ending.
        self._thread = threading.Thread(
            target=self._watch, args=(self._stopped, self._wake), name="lookout", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; what is under way, or still to be sent, is not waited for."""
        self._stopped.set()
        self._wake.set()

    def end(self) -> None:
        """Stop looking for good; waits a moment for what is still to be sent, never longer."""
        self.stop()
        if self._thread is not None:
            self._thread.join(GOODBYE_SECONDS)

    def send(self, write: Callable[[], None]) -> None:
        """Have the thread call `write`, before its next look."""
        self._outbox.append(write)
        self._wake.set()

    def once(self) -> None:
        """Send what is waiting, look, and tell; a command that fails is told, not kept."""
        with self._one_at_a_time:
            try:
                while self._outbox:
                    self._outbox.popleft()()
                told: Seen | StationError = self.look()
            except StationError as error:
                told = error
            self.tell(told)

    def _watch(self, stopped: threading.Event, wake: threading.Event) -> None:
        while not stopped.is_set() or self._outbox:
            self.wall.wait(wake, LOOK_SECONDS)
            wake.clear()
            if not stopped.is_set() or self._outbox:
                self.once()
