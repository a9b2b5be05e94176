"""A 34401A's serial face: it listens to nothing before it is told to be remote."""

import re
from collections.abc import Callable, Mapping

from simulators.panel import Panel, Replies, Scalar

WORDS = re.compile(rb"\s*:?SYST(?:EM)?:(REM(?:OTE)?|RWL(?:OCK)?|LOC(?:AL)?)\s*(?:;|$)", re.I)


class LocalFirst:
    """A panel on RS-232: everything but SYSTem:REMote and SYSTem:RWLock is refused in local.

    The three words are known on this interface alone, so they never reach the panel.
    """

    def __init__(self, panel: Panel, refuse: Callable[[], None]) -> None:
        self._panel, self._refuse = panel, refuse
        self._remote = False

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, once it is remote."""
        rest = message
        while found := WORDS.match(rest):
            self._remote = not found[1].upper().startswith(b"LOC")
            rest = rest[found.end() :]
        if not rest.strip():
            return ()
        if not self._remote:
            self._refuse()
            return ()
        return self._panel.receive(rest)

    def power_on(self) -> Replies:
        """Be switched off and on: local again."""
        self._remote = False
        return self._panel.power_on()

    def refuse_execution(self) -> None:
        """Pass on to the panel."""
        self._panel.refuse_execution()

    def interrupted(self) -> None:
        """Pass on to the panel."""
        self._panel.interrupted()

    def unterminated(self) -> None:
        """Pass on to the panel."""
        self._panel.unterminated()

    def poll(self, *, message_available: bool) -> int:
        """Pass on to the panel."""
        return self._panel.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Pass on to the panel."""
        return self._panel.requests_service(message_available=message_available)

    def clear(self) -> Replies:
        """Pass on to the panel."""
        return self._panel.clear()

    def trigger(self) -> Replies:
        """Pass on to the panel."""
        return self._panel.trigger()

    def state(self) -> Mapping[str, Scalar]:
        """Pass on to the panel."""
        return self._panel.state()
