"""One VXI-11 link: program messages in, and replies that wait until they are read."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from math import inf

from simulators.panel import Replies, Reply, addressed
from simulators.transport.loop import Timer
from simulators.transport.program import lines_of
from simulators.transport.shared import SharedInstrument, Watcher

TERMINATOR_SET = 128


class Failure(IntEnum):
    """Error codes of VXI-11."""

    NONE = 0
    NOT_ACCESSIBLE = 3
    INVALID_LINK = 4
    PARAMETER = 5
    NO_CHANNEL = 6
    NOT_SUPPORTED = 8
    LOCKED = 11
    NO_LOCK = 12
    TIMEOUT = 15
    ABORTED = 23
    CHANNEL_EXISTS = 29


class Reason(IntFlag):
    """Why a read ended."""

    NONE = 0
    COUNT = 1
    TERMINATOR = 2
    END = 4


Done = Callable[[Failure, Reason, bytes], None]


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What a client reads: at most `size` bytes, up to `terminator` if there is one."""

    size: int
    terminator: bytes

    @classmethod
    def of(cls, size: int, flags: int, character: int) -> "ReadRequest":
        """Return the request with a terminator if `flags` say that it counts."""
        return cls(size, bytes([character & 0xFF]) if flags & TERMINATOR_SET else b"")


class Link:
    """A client of one instrument.

    Attributes:
        watcher: what is told of service requests, if the client wants it.
    """

    def __init__(self, instrument: SharedInstrument, hang_up: Callable[[], None]) -> None:
        self.instrument, self._hang_up = instrument, hang_up
        self._input = b""
        self._unread: deque[Reply] = deque()
        self._reading: tuple[ReadRequest, float, Done] | None = None
        self._timer: Timer | None = None
        self.watcher = Watcher(lambda byte: None, self._message_available)

    def end(self) -> None:
        """Give back every lock, forget every reply."""
        self._finish(Failure.ABORTED)
        self.instrument.unwatch(self.watcher)
        self.instrument.locks.forget(self)

    def write(self, payload: bytes, *, ends: bool) -> None:
        """Take a piece of a program message; `ends` says that it is the last one."""
        self._input += payload
        if ends:
            whole, self._input = self._input, b""
            for line in lines_of(whole):
                self._interrupt_if_unread()
                self._put(self.instrument.receive(line))

    def trigger(self) -> None:
        """Carry out a group execute trigger."""
        self._put(self.instrument.trigger())

    def clear(self) -> None:
        """Carry out a device clear."""
        self._finish(Failure.ABORTED)
        self._unread.clear()
        self._input = b""
        self.instrument.clear()

    def poll(self) -> int:
        """Return the status byte as a serial poll does."""
        return self.instrument.poll(self.watcher)

    def read(self, request: ReadRequest, seconds: float, done: Done) -> None:
        """Read as much as is there; wait at most `seconds` (s) for a terminator or the end."""
        if not self._unread and not self._input:
            self._unread.extend(addressed(self.instrument.panel))
        self._finish(Failure.ABORTED)
        self._reading = (request, self._now() + seconds, done)
        self._go_on()

    def abort(self) -> None:
        """End a read that is under way."""
        self._finish(Failure.ABORTED)

    def _go_on(self) -> None:
        """Answer the read under way, or wait for the next reply or the deadline."""
        if self._reading is None:
            return
        request, deadline, done = self._reading
        found = self._harvest(request)
        if found is not None:
            self._reading = None
            done(Failure.NONE, *found)
            return
        if self._unread and self._unread[0].hangs_up and self._unread[0].ready <= self._now():
            self._hang_up()
            return
        now = self._now()
        if now >= deadline:
            self._finish(Failure.TIMEOUT)
            return
        waits = (reply.ready for reply in self._unread if reply.ready > now)
        self._timer = self.instrument.loop.at(min(deadline, next(waits, inf)), self._go_on)

    def _harvest(self, request: ReadRequest) -> tuple[Reason, bytes] | None:
        """Take what is ready up to an end; None if no end has come yet, and nothing is taken."""
        now, gathered = self._now(), b""
        for place, reply in enumerate(self._unread):
            if reply.ready > now:
                return None
            gathered += reply.payload
            end = gathered.find(request.terminator) + 1 if request.terminator else 0
            if end == 0 and len(gathered) < request.size and reply.ends:
                end = len(gathered)
            if end == 0 and len(gathered) < request.size:
                continue
            end = min(end or request.size, request.size)
            return self._take(gathered, end, place, request)
        return None

    def _take(
        self, gathered: bytes, end: int, place: int, request: ReadRequest
    ) -> tuple[Reason, bytes]:
        last = self._unread[place]
        for _ in range(place + 1):
            self._unread.popleft()
        if gathered[end:]:
            self._unread.appendleft(last._replace(payload=gathered[end:]))
        reason = Reason.COUNT if end == request.size else Reason.NONE
        if request.terminator and gathered[:end].endswith(request.terminator):
            reason |= Reason.TERMINATOR
        if last.ends and end == len(gathered):
            reason |= Reason.END
        if last.hangs_up:
            self._unread.appendleft(last._replace(payload=b"", ends=False))
            self.instrument.loop.at(self._now(), self._hang_up)
        return reason, gathered[:end]

    def _finish(self, failure: Failure) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reading is not None:
            _, _, done = self._reading
            self._reading = None
            done(failure, Reason.NONE, b"")

    def _put(self, replies: Replies) -> None:
        self._unread.extend(replies)
        self._go_on()

    def _interrupt_if_unread(self) -> None:
        """Drop replies still in the instrument; those already on their way arrive all the same."""
        kept = [reply for reply in self._unread if reply.stray]
        if len(kept) < len(self._unread):
            self.instrument.panel.interrupted()
        self._unread = deque(kept)

    def _message_available(self) -> bool:
        return bool(self._unread) and self._unread[0].ready <= self._now()

    def _now(self) -> float:
        return self.instrument.loop.clock.monotonic()
