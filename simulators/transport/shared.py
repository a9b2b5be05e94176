"""One instrument as all its faces share it: its panel, its locks and its service requests."""

from collections.abc import Callable

from simulators.panel import Panel, Replies
from simulators.transport.locks import Locks
from simulators.transport.loop import Loop, Timer

FIRST_LOOK_SECONDS, RAREST_LOOK_SECONDS = 0.002, 0.1
LOOK_SHARE = 0.05  # of the time since the last message


class Watcher:
    """A session that is told of service requests.

    Attributes:
        pending: whether RQS is set for this session and has not been polled.
    """

    def __init__(self, tell: Callable[[int], None], message_available: Callable[[], bool]) -> None:
        """Watch.

        Args:
            tell: is given the status byte when service is requested.
            message_available: whether a reply waits for this session (MAV).
        """
        self.tell, self.message_available = tell, message_available
        self.pending = False


class SharedInstrument:
    """A panel behind several faces and many clients.

    A panel changes with time too (a measurement completes), and says so only when asked.  While
    somebody watches, it is asked soon after each message and then ever more rarely: a request is
    at most a twentieth late, in the time since the last message.
    """

    def __init__(self, loop: Loop, panel: Panel) -> None:
        self.loop, self.panel = loop, panel
        self.locks = Locks(loop)
        self._watchers: list[Watcher] = []
        self._timer: Timer | None = None
        self._soon = False
        self._stirred = loop.clock.monotonic()

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message."""
        replies = self.panel.receive(message)
        self.stir()
        return replies

    def trigger(self) -> Replies:
        """Carry out a group execute trigger."""
        replies = self.panel.trigger()
        self.stir()
        return replies

    def clear(self) -> Replies:
        """Carry out a device clear."""
        replies = self.panel.clear()
        self.stir()
        return replies

    def poll(self, watcher: Watcher) -> int:
        """Return the status byte as a serial poll by this session does."""
        byte = self.panel.poll(message_available=watcher.message_available())
        if watcher.pending:
            watcher.pending = False
            byte |= 0x40
        return byte

    def watch(self, watcher: Watcher) -> None:
        """Tell `watcher` of service requests from now on."""
        self._watchers.append(watcher)
        self.stir()

    def unwatch(self, watcher: Watcher) -> None:
        """Tell `watcher` nothing any more."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def stir(self) -> None:
        """Look at the service request line soon, and often for a while."""
        if self._soon or not self._watchers:
            return
        self._soon = True
        self._stirred = self.loop.clock.monotonic()
        self._look_at(self._stirred + FIRST_LOOK_SECONDS)

    def _look_at(self, instant: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.at(instant, self._look)

    def _look(self) -> None:
        self._soon, self._timer = False, None
        for watcher in self._watchers:
            available = watcher.message_available()
            if self.panel.requests_service(message_available=available):
                self._announce(self.panel.poll(message_available=available))
                break
        if self._watchers:
            now = self.loop.clock.monotonic()
            later = LOOK_SHARE * (now - self._stirred)
            self._look_at(now + min(max(later, FIRST_LOOK_SECONDS), RAREST_LOOK_SECONDS))

    def _announce(self, byte: int) -> None:
        """Tell every session, as the one line of a bus does."""
        for watcher in list(self._watchers):
            watcher.pending = True
            watcher.tell(byte)
