"""A dialogue replayed from a recording: what a test expects, or what a journal kept."""

from collections import deque
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from drivers.errors import RecordingMismatch, ReplyTimeout
from drivers.link import LinkFault


class RecordedLink:
    """Answers as recorded, and fails at whatever was not.

    The recording is a sequence of pairs (sent, received) without terminators; `None` received
    means that nothing came: a command, or a query that found no answer. Opening it again after
    a fault goes on where it stopped, so one recording may hold several sessions.

    As a context manager it fails on leaving when part of the recording is left over.
    """

    def __init__(self, dialogue: Iterable[tuple[str, str | None]]) -> None:
        self._left = deque(dialogue)
        self._reply: str | None = None

    def send(self, message: bytes, deadline: float) -> None:
        """Accept the next recorded message and no other."""
        sent = message.decode("ascii")
        if not self._left:
            raise RecordingMismatch("recording", sent, "the recording ends before this")
        expected, self._reply = self._left[0]
        if sent != expected:
            raise RecordingMismatch("recording", sent, f"recorded here is {expected!r}")
        self._left.popleft()

    def receive(self, deadline: float) -> bytes:
        """Return the recorded reply, once."""
        if self._reply is None:
            raise LinkFault(ReplyTimeout, "the recording has no reply")
        reply, self._reply = self._reply, None
        return reply.encode("latin-1")

    def drain(self) -> bytes:
        """Return nothing: a recording holds what was answered, not what lay about."""
        return b""

    def close(self) -> None:
        """Forget a reply that was not read."""
        self._reply = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None and self._left:
            sent, _ = self._left[0]
            raise RecordingMismatch("recording", sent, f"{len(self._left)} exchanges left over")
