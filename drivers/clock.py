"""What a driver needs of time."""

from typing import Protocol


class Clock(Protocol):
    """Elapsed seconds and waiting; the station's clock and the simulated world's both fit."""

    def monotonic(self) -> float:
        """Return seconds (s) since an arbitrary origin; never runs backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` (s) pass."""
        ...
