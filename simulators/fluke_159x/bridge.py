"""The physics of a Super-Thermometer: ratios of four inputs to its reference resistor.

Accuracy of the ratio from memory, unverified: 0.8 ppm (1594A), 0.2 ppm (1595A).  Noise, and a
sample of 2 s on every input at once instead of one after the other, are choices.  The reference
resistor is the internal one of 100 Ω, and its own error is part of the ratio's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from simulators.artefacts.prt.attached import NAMES, attached, departure
from simulators.catalogue import InstrumentSpec
from simulators.errors import UnknownName
from simulators.physics.functions import Function
from simulators.physics.resistance_input import Accuracy, Converter, ResistanceInput
from simulators.world import World

CHANNELS = (1, 2, 3, 4)
REFERENCE_OHMS = 100.0
AMPERES = 1e-3
PERIOD_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the family: its name, and its measuring circuit seen in ohms."""

    name: str
    accuracy: Accuracy


MODELS: Mapping[str, Model] = {
    "fluke-1594a": Model("1594A", Accuracy(8e-7, 0.0, 1e-7, 5e5)),
    "fluke-1595a": Model("1595A", Accuracy(2e-7, 0.0, 4e-8, 5e5)),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of one input: resistance (Ω), None when open, and its instant (s)."""

    ohms: float | None
    instant: float


class Bridge:
    """One Super-Thermometer with its own errors; terminals "CH1 HI" to "CH4 SENSE LO"."""

    def __init__(self, model: Model, spec: InstrumentSpec, world: World) -> None:
        self.model = model
        self.amperes = dict.fromkeys(CHANNELS, AMPERES)
        for name in spec.constants:
            if name not in NAMES:
                raise UnknownName("constant of a readout's probe", name, NAMES)
        self._probe = attached(spec, world)
        self._inputs = {
            channel: ResistanceInput(
                spec.name, f"CH{channel}", world, self._probe if channel == CHANNELS[0] else None
            )
            for channel in CHANNELS
        }
        self._converter = Converter(model.accuracy, spec.name, world, spec.errors)
        self._began = world.began
        self._samples: dict[int, Sample] = {}
        terminals = [name for one in self._inputs.values() for name in one.terminals]
        world.install(spec.name, terminals)

    def latest(self, channel: int, instant: float) -> Sample:
        """Return the sample of `channel` that was complete at `instant` (s)."""
        began = self._began + self.turn(instant) * PERIOD_SECONDS
        kept = self._samples.get(channel)
        if kept is not None and kept.instant == began:
            return kept
        seen = self._inputs[channel].ohms(began, self.amperes[channel])
        self._samples[channel] = Sample(self._converter.indication(seen), began)
        return self._samples[channel]

    def turn(self, instant: float) -> int:
        """Return how many samples are complete at `instant` (s)."""
        return floor((instant - self._began) / PERIOD_SECONDS)

    def next_sample(self, instant: float) -> float:
        """Return the instant (s) at which the next sample is complete."""
        return self._began + (self.turn(instant) + 1) * PERIOD_SECONDS

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error of a resistance at `value` (Ω), or what its probe is off at °C."""
        if function is Function.TEMPERATURE:
            return departure(self._probe, self.model.name, value, AMPERES)
        return self._converter.error.of(value)
