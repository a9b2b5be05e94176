"""What time is to the simulated world."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Elapsed seconds and waiting; the world is closed form in `monotonic`."""

    def monotonic(self) -> float:
        """Return seconds (s) since an arbitrary origin; never runs backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` (s) pass."""
        ...


class VirtualClock:
    """Time that passes only when somebody sleeps: three hours take no time at all."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Return the virtual instant, aware, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return the virtual seconds (s) elapsed since `start`."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Add `seconds` (s); negative waits add nothing."""
        self._elapsed += max(0.0, seconds)
