"""Waiting where people can see it, and can end it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from station.clock import Clock
from station.errors import Phrase, Refused
from station.procedure import Approach
from station.run.live import Approaching, LiveView

PACED_SECONDS = 0.2
"""How long (s) at a time is waited on a clock that passes as on the wall: an abort is felt."""

SHOWN_VALUES = 120
"""How many of the newest values of what comes to rest are shown."""

AT_ONCE_SECONDS = 60.0
"""The same on a clock that passes at once."""


class BeginAnew(Exception):
    """The outputs went off while the point was measured; what it has so far is worthless."""


@dataclass(frozen=True)
class Waiting:
    """An `Attendant` (`station.procedure`) on the bench's clock.

    Attributes:
        clock: of the bench.
        paced: whether that clock passes as on the wall.
        obey: carries out what people asked for; says whether the outputs went off meanwhile.
        show: shows what is going on.
        live: returns what is shown now.
    """

    clock: Clock
    paced: bool
    obey: Callable[[], bool]
    show: Callable[[LiveView], None]
    live: Callable[[], LiveView]

    def wait(self, why: str, seconds: float) -> None:
        """Let `seconds` (s) pass, with the time left in view.

        Raises:
            BeginAnew: the run was paused meanwhile.
        """
        self._pass(why, seconds, beyond=0.0)
        self._end()

    def wait_until(
        self,
        why: str,
        done: Callable[[], bool],
        *,
        at_most: float,
        every: float = 5.0,
        approach: Approach | None = None,
    ) -> None:
        """Ask `done` every `every` s until it says yes.

        Raises:
            Refused: it did not within `at_most` s.
            BeginAnew: the run was paused meanwhile.
        """
        began = self.clock.monotonic()
        seen: deque[float] = deque(maxlen=SHOWN_VALUES)
        self.show(self.live().model_copy(update={"at_most": True}))
        while not done():
            left = at_most - (self.clock.monotonic() - began)
            if left <= 0.0:
                raise Refused(
                    "{why} That has not come about within {seconds:g} s. Look at the instruments; "
                    "`station resume` goes on with this point.",
                    why=Phrase(why),
                    seconds=at_most,
                )
            self._show_approach(approach, seen)
            self._pass(why, min(every, left), beyond=max(left - every, 0.0))
        self._end()

    def _show_approach(self, approach: Approach | None, seen: deque[float]) -> None:
        if approach is None or (last := approach.last()) is None:
            return
        seen.append(last)
        shown = Approaching(values=tuple(seen), within=approach.within, unit=approach.unit)
        self.show(self.live().model_copy(update={"approach": shown}))

    def _end(self) -> None:
        over = {"waiting": "", "seconds_left": None, "at_most": False, "approach": None}
        self.show(self.live().model_copy(update=over))

    def _pass(self, why: str, seconds: float, *, beyond: float) -> None:
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 0.0:
            shown = {"waiting": why, "seconds_left": left + beyond}
            self.show(self.live().model_copy(update=shown))
            self.clock.sleep(min(left, PACED_SECONDS if self.paced else AT_ONCE_SECONDS))
            if self.obey():
                raise BeginAnew
