"""What is done and read by a person: an instrument without an interface has one all the same.

A driver in `drivers.by_hand` asks a `Person`, as others ask a `Dialogue`. Who that is — somebody
at a terminal, a script at a simulated bench — it does not know.
"""

from dataclasses import dataclass
from typing import Protocol

from drivers.capabilities import Reading

PERSON = "person"
"""The address of what has no interface."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is to be read off.

    Attributes:
        instrument: its name on the bench.
        text: English request; the catalogues of the station hold the translations.
        unit: symbol of the unit in which it is shown, e.g. "mV", "bar".
        factor: that unit in the SI unit of the capability, e.g. 1e-3.
        resolution: smallest step that can be told apart (`unit`).
        quantity: which of its indications, where it has several, e.g. "humidity".
        about: what the request is about and is not translated, e.g. "up, 4 bar".
        limits: between what it is to be seen (SI unit), where the value of the point says nothing.
    """

    instrument: str
    text: str
    unit: str
    factor: float
    resolution: float
    quantity: str = ""
    about: str = ""
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done by hand.

    Attributes:
        instrument: its name on the bench.
        text: English request; the catalogues of the station hold the translations.
        about: what the request is about and is not translated, e.g. "100 g + 50 g".
        wires: all connections of this instrument from now on, as pairs of "NAME TERMINAL", that a
            simulated bench makes beside those of the hookup; None leaves them as they are.
        position: of the instrument's switch, that a simulated bench turns; "" leaves it.
    """

    instrument: str
    text: str
    about: str = ""
    wires: tuple[tuple[str, str], ...] | None = None
    position: str = ""


class Person(Protocol):
    """Somebody at the bench."""

    def read(self, sought: Sought) -> Reading:
        """Return what they read, in the SI unit; its raw text is what they entered."""
        ...

    def do(self, doing: Doing) -> None:
        """Return when it is done."""
        ...
