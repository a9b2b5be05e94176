"""Time as an argument: the one place where the system's clock is read."""

import threading
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Where the laboratory is; its days begin and end there."""


class Clock(Protocol):
    """What time it is, how much has passed, and waiting."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds (s) since an arbitrary origin; never runs backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` (s) pass."""
        ...


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds (s) of the system's monotonic clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for `seconds` (s)."""
        time.sleep(seconds)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait at most `seconds` (s) for `event`; return whether it is set."""
        return event.wait(seconds)


class ShiftedClock:
    """Another clock's time, a fixed span earlier or later."""

    def __init__(self, clock: Clock, shift: timedelta) -> None:
        self._clock = clock
        self._shift = shift

    def now(self) -> datetime:
        """Return the shifted instant, aware, in UTC."""
        return self._clock.now() + self._shift

    def monotonic(self) -> float:
        """Return seconds (s) since an arbitrary origin."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for `seconds` (s)."""
        self._clock.sleep(seconds)


def not_before(instant: datetime) -> Clock:
    """Return the system's time, or where that is earlier a clock that begins at `instant`."""
    wall = SystemClock()
    return ShiftedClock(wall, max(instant - wall.now(), timedelta(0)))


def day_of(instant: datetime) -> date:
    """Return the laboratory's calendar day at `instant`: what is due ends with it."""
    return instant.astimezone(ZONE).date()
