"""A load resistor that a person connects to an output."""

from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import Identity, Instrument, LoadResistor, Offers, Reach, Span
from drivers.errors import InstrumentRefused
from drivers.person import Doing, Person

CONNECT = "Connect the load resistor to these terminals, with leads of its own"
DISCONNECT = "Disconnect the load resistor; it may be hot"

SAME = 0.01
"""Relative difference of what is asked for and what there is that still serves."""


@dataclass(frozen=True)
class HandLoadResistor:
    """A resistor that can bear the full current of an output; it may get hot.

    Attributes:
        person: who connects it.
        name: on the bench.
        identity: as the bench file states it.
        ohms: its resistance (Ω); 0 where the bench file does not say.
    """

    person: Person
    name: str
    identity: Identity
    ohms: float = 0.0

    offers: ClassVar[Offers] = {LoadResistor: Reach(Span(1e-3, 1e6))}

    def identify(self) -> Identity:
        """Return what the bench file says: it cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave it where it is."""

    def load(self, ohms: float, across: tuple[str, str]) -> None:
        """Have `ohms` (Ω) connected across two terminals, such as "dut CH1 +".

        Raises:
            InstrumentRefused: it is another resistor, or the bench file does not say which.
        """
        if abs(ohms - self.ohms) > SAME * ohms:
            said = f"this one has {self.ohms:.9g} Ω"
            advice = "Take the right one, and write its settings = { ohms = … } into the bench file"
            raise InstrumentRefused(self.name, f"{ohms:.9g} Ω", said, advice)
        ends = ((f"{self.name} 1", across[0]), (f"{self.name} 2", across[1]))
        about = f"{ohms:.9g} Ω: {across[0]}, {across[1]}"
        self.person.do(Doing(self.name, CONNECT, about=about, wires=ends))

    def unload(self) -> None:
        """Have it disconnected."""
        self.person.do(Doing(self.name, DISCONNECT, wires=()))


_instrument: type[Instrument] = HandLoadResistor
_load: type[LoadResistor] = HandLoadResistor
