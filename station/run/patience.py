"""Outlasting a record store whose server is away: outputs off, a word to people, and on again."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from station.clock import Clock
from station.errors import Phrase, StoreLost

AWAY_SECONDS = 600.0
"""How long (s of real time) a run waits for its store."""

TRY_SECONDS = 0.5
"""How long (s of real time) between two attempts."""

Result = TypeVar("Result")


def at_once(act: Callable[[], Result]) -> Result:
    """Act, and let what fails fail."""
    return act()


@dataclass
class Patience:
    """What an engine does while its store is away. A file is not: what fails there ends the run.

    Attributes:
        stop: set when the process is to end; it ends the waiting.
        make_safe: puts the outputs to standby; raises when one could not be.
        confirm: makes sure that the run is still this engine's, before anything is written again.
        tell: tells people, who cannot be told through the store.
        seconds_away: how long (s) the store was away since somebody last set this to 0.
    """

    wall: Clock
    stop: threading.Event
    make_safe: Callable[[], None]
    confirm: Callable[[], None]
    tell: Callable[[Phrase], None]
    seconds_away: float = field(default=0.0, init=False)
    _patient: bool = field(default=True, init=False)

    def outlast(self, act: Callable[[], Result]) -> Result:
        """Do `act`, which may be done twice; while the store is away wait and try again.

        Raises:
            StoreLost: it did not come back in `AWAY_SECONDS`, or the process is to end.
        """
        try:
            return act()
        except StoreLost as lost:
            if not self._patient:
                raise
            # Also where the outputs cannot be put to standby: what is on its way out waits no more.
            self._patient = False
            began = self.wall.monotonic()
            self.make_safe()
            self.tell(
                Phrase(
                    "{lost} The outputs are in standby; the run waits for the store, "
                    "{minutes:g} minutes at most.",
                    lost=lost,
                    minutes=AWAY_SECONDS / 60,
                )
            )
            done = self._tried_again(act, lost, began + AWAY_SECONDS)
            self._patient = True
            self.seconds_away += self.wall.monotonic() - began
            self.tell(Phrase("The record store is back; the run goes on."))
            return done

    def _tried_again(self, act: Callable[[], Result], lost: StoreLost, end: float) -> Result:
        while not self.stop.is_set() and self.wall.monotonic() < end:
            self.wall.sleep(TRY_SECONDS)
            try:
                # Another engine may have taken the run meanwhile.
                self.confirm()
                return act()
            except StoreLost as still:
                lost = still
        raise lost
