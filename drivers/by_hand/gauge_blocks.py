"""Sets of gauge blocks that a person puts between jaws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import GaugeBlocks, Identity, Instrument, Offers, Reach, Span
from drivers.errors import InstrumentRefused
from drivers.person import Doing, Person

BETWEEN = "Clean this gauge block, put it at the place that is named, and measure it as in use"
WRUNG = "Clean and wring these gauge blocks, put them at the place that is named, and measure them"
CLOSED = "Take all gauge blocks away, clean the measuring faces and close them on each other"


@dataclass(frozen=True)
class GaugeBlockSet:
    """A set of gauge blocks, each called by its nominal length: "1.005 mm".

    Attributes:
        person: who handles the blocks.
        name: of the set on the bench.
        identity: as the bench file states it; its serial number is that of the box.
    """

    person: Person
    name: str
    identity: Identity

    # ISO 3650:1998 is about blocks from 0.5 mm to 1000 mm; several may be wrung together.
    offers: ClassVar[Offers] = {GaugeBlocks: Reach(Span(0.0, 1.0))}

    def identify(self) -> Identity:
        """Return what the bench file says: blocks cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the blocks where they are."""

    def insert(self, metres: Sequence[float], into: str) -> None:
        """Have blocks of these nominal lengths (m), and no others, put between jaws.

        Raises:
            InstrumentRefused: a block is asked for twice; a set has one of each.
        """
        names = [block_name(each) for each in metres]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            advice = "Choose the length from blocks that differ"
            raise InstrumentRefused(self.name, twice, "a set has one of each", advice)
        text = (BETWEEN if len(names) == 1 else WRUNG) if names else CLOSED
        self.person.do(
            Doing(
                self.name,
                text,
                about=", ".join(part for part in (" + ".join(names), into) if part),
                wires=tuple((f"{self.name} {name}", into) for name in names),
            )
        )


def block_name(metres: float) -> str:
    """Return how a block of a nominal length (m) is called, e.g. "1.005 mm", "100 mm"."""
    return f"{metres * 1e3:.9g} mm"


_instrument: type[Instrument] = GaugeBlockSet
_blocks: type[GaugeBlocks] = GaugeBlockSet
