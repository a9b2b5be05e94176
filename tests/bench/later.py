"""The real time, which can be put forward: what was switched on then has settled."""

from station.clock import SystemClock


class Later(SystemClock):
    """Real seconds, `forward` (s) of them at once."""

    forward = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.forward
