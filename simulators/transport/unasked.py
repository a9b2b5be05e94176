"""What instruments say though nobody asked: put into the line as soon as it is said."""

from math import inf

from simulators.faults.faulty_panel import FaultyPanel
from simulators.panel import Outspoken
from simulators.transport.loop import Loop, Timer
from simulators.transport.outbox import Outbox
from simulators.transport.shared import SharedInstrument

SHORTEST_PAUSE_SECONDS = 0.001  # between two looks


def speaker_of(listener: object) -> Outspoken | None:
    """Return who speaks unasked behind a listener; None: nobody does."""
    panel = listener.panel if isinstance(listener, SharedInstrument) else listener
    if isinstance(panel, FaultyPanel) and panel.speaker is None:
        return None
    return panel if isinstance(panel, Outspoken) else None


class Unasked:
    """The ear of one connection for what its instrument says unasked."""

    def __init__(self, loop: Loop, listener: object, outbox: Outbox) -> None:
        self._loop, self._outbox = loop, outbox
        self._speaker = speaker_of(listener)
        self._timer: Timer | None = None

    def listen(self) -> None:
        """Pass on what has been said; listen again at the instant of the next word."""
        if self._speaker is None:
            return
        self.end()
        self._outbox.put(self._speaker.unasked())
        word, now = self._speaker.next_word(), self._loop.clock.monotonic()
        if word < inf:
            self._timer = self._loop.at(max(word, now + SHORTEST_PAUSE_SECONDS), self.listen)

    def end(self) -> None:
        """Listen no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
