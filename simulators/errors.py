"""What can be wrong with a request to the simulated bench.

SimulationError
├── UnknownName          a terminal, model, instrument, error key or fault nobody knows
├── WrongSpecification   a bench that cannot be built as asked
├── WrongRequest         a control message that makes no sense
├── EndlessWait          a client would wait for ever, which simulated time cannot do
└── NoPseudoTerminals    a serial line was wanted where there are none
"""

from collections.abc import Iterable
from difflib import get_close_matches


class SimulationError(Exception):
    """The simulated bench was asked for something it cannot be or do."""


MOST_NAMED = 40
"""Names that a message may list."""


class UnknownName(SimulationError):
    """Nobody answers to this name; the message gives the nearest one, or all where none is near."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, str(name), tuple(sorted(map(str, known)))
        near = get_close_matches(self.name, self.known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else "none like it is known here"
        if not near and 0 < len(self.known) <= MOST_NAMED:
            hint = f"known are {', '.join(self.known)}"
        super().__init__(f"unknown {kind} {self.name!r}: {hint}")


class WrongSpecification(SimulationError):
    """A bench cannot be built from this specification."""


class EndlessWait(SimulationError):
    """A client without a timeout waits for a reply that never comes."""


class NoPseudoTerminals(SimulationError):
    """This system has no pseudo-terminals; serve the instrument by TCP instead."""


class WrongRequest(SimulationError):
    """A control message lacks a field or has one of the wrong kind."""
