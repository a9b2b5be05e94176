"""The four terminals at which a thermometer readout measures a resistance.

Readouts of this kind reverse their current: thermal voltages drop out, and so do the leads.
"""

from dataclasses import dataclass
from typing import Protocol

from simulators.physics.electrical import NOTHING, Output, Quantity
from simulators.physics.functions import Function
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, TrueError, drawn, with_settings
from simulators.world import Path, World

ENDS = ("HI", "LO", "SENSE HI", "SENSE LO")


class Attached(Protocol):
    """A probe that belongs to the readout."""

    def ohms(self, instant: float) -> float:
        """Return its resistance (Ω) without current at `instant` (s)."""
        ...

    def heating(self, instant: float) -> float:
        """Return the rise (Ω/A²) of the resistance with the square of the current."""
        ...


@dataclass(frozen=True, slots=True)
class ResistanceInput:
    """Terminals "NAME PREFIX HI", LO, SENSE HI and SENSE LO.

    Attributes:
        name: of the instrument.
        prefix: of the terminals, e.g. "CH1".
        world: they are in.
        attached: the probe that is found where nothing is wired to them; None: there is none.
    """

    name: str
    prefix: str
    world: World
    attached: Attached | None = None

    @property
    def terminals(self) -> tuple[str, ...]:
        """The four terminals, to be installed under the instrument's name."""
        return tuple(f"{self.prefix} {end}" for end in ENDS)

    def ohms(self, instant: float, amperes: float, *, wires: int = 4) -> float | None:
        """Return the resistance (Ω) found with a current of `amperes` (A); None when open.

        With three wires the leads are taken for equal; how unequal they are is not simulated.
        """
        path, output = self.driver()
        if path is None:
            return self._of_attached(instant, amperes)
        if path.source is None:
            return 0.0
        if output.quantity is not Quantity.RESISTANCE:
            return None
        if wires == 4 and not self._sensed(path, output):
            return None
        return output.dc.at(instant) + amperes**2 * output.heating.at(instant)

    def _of_attached(self, instant: float, amperes: float) -> float | None:
        if self.attached is None:
            return None
        return self.attached.ohms(instant) + amperes**2 * self.attached.heating(instant)

    def driver(self) -> tuple[Path | None, Output]:
        """Return the way from HI and LO to whatever offers something there."""
        for path in self._paths("HI", "LO"):
            output = NOTHING if path.source is None else path.source.output(path.port)
            if path.source is None or output.quantity is not Quantity.NOTHING:
                return path, output
        return None, NOTHING

    def _sensed(self, path: Path, output: Output) -> bool:
        return any(
            one.source is path.source
            and one.polarity == path.polarity
            and one.port in output.sense_ports
            for one in self._paths("SENSE HI", "SENSE LO")
        )

    def _paths(self, high: str, low: str) -> tuple[Path, ...]:
        start = f"{self.name} {self.prefix}"
        return self.world.paths(f"{start} {high}", f"{start} {low}")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What is published about a readout: ±(`relative` · R + `floor` (Ω)), and its noise.

    Attributes:
        relative: part of the reading (1).
        floor: part that is always there (Ω).
        noise: rms of one sample (1), relative.
        full_scale: greatest resistance (Ω) it measures.
    """

    relative: float
    floor: float
    noise: float
    full_scale: float


class Converter:
    """A readout's measuring circuit with its own errors, common to all its inputs."""

    def __init__(self, accuracy: Accuracy, name: str, world: World, errors: Errors) -> None:
        self.accuracy = accuracy
        error = drawn(
            generator(world.seed, name, "error"),
            relative=accuracy.relative,
            floor=accuracy.floor,
            full_scale=accuracy.full_scale,
        )
        self.error: TrueError = with_settings(error, errors.get(Function.RESISTANCE, {}))
        self._noise = standard_normals(generator(world.seed, name, "noise"))

    def indication(self, ohms: float | None, *, quieting: float = 1.0) -> float | None:
        """Return what one sample of `ohms` (Ω) shows; None when open or beyond the range.

        Args:
            ohms: true resistance (Ω).
            quieting: by how much a filter lessens the noise.
        """
        if ohms is None or ohms > self.accuracy.full_scale:
            return None
        scatter = self.accuracy.noise * ohms / quieting * next(self._noise)
        return ohms + self.error.of(ohms) + scatter
