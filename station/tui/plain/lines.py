"""Lines as they are typed."""

import queue
import sys
import threading
from typing import Protocol, TextIO


class Lines(Protocol):
    """Where typed lines come from."""

    def next(self, seconds: float | None) -> str | None:
        """Return the next line; None after `seconds` (s) without one; None: wait for ever.

        Raises:
            EOFError: there will be none any more.
        """
        ...


class TypedLines:
    """Lines of a stream, read in a thread: a run is looked at meanwhile."""

    def __init__(self, source: TextIO = sys.stdin) -> None:
        self._source = source
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, name="lines", daemon=True).start()

    def next(self, seconds: float | None) -> str | None:
        """Return the next line, or None after `seconds` (s) without one."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        if not line:
            # For whoever asks again.
            self._lines.put("")
            raise EOFError
        return line.rstrip("\n")

    def _read(self) -> None:
        while line := self._source.readline():
            self._lines.put(line)
        self._lines.put("")
