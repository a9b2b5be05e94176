"""Thermometers that a person puts into the holes of a block."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Identity,
    Instrument,
    Offers,
    Reach,
    Span,
    ThermometerPlacing,
)
from drivers.person import Doing, Person

ALONE = "Put the reference thermometer there, and take all others out"
LOADED = "Put the reference thermometer there, and others of like size into the other holes"


@dataclass(frozen=True)
class ThermometerProbes:
    """The probes at hand: the reference thermometer's, and some that only load a block.

    Attributes:
        person: who places them.
        name: on the bench.
        identity: as the bench file states it.
    """

    person: Person
    name: str
    identity: Identity

    offers: ClassVar[Offers] = {ThermometerPlacing: Reach(Span(-200.0, 1800.0))}

    def identify(self) -> Identity:
        """Return what the bench file says: probes cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the probes where they are."""

    def place(self, thermometer: str, into: str, loads: Sequence[str] = ()) -> None:
        """Have a thermometer put into a hole, others beside it, and all those not named out."""
        holes = (into, *loads)
        self.person.do(
            Doing(
                self.name,
                LOADED if loads else ALONE,
                about=", ".join(hole.partition(" ")[2] for hole in holes),
                wires=(
                    (thermometer, into),
                    *((f"{self.name} LOAD {n}", hole) for n, hole in enumerate(loads, start=1)),
                ),
            )
        )


_instrument: type[Instrument] = ThermometerProbes
_placing: type[ThermometerPlacing] = ThermometerProbes
