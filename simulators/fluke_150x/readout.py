"""The physics of a 1502A or 1504: a resistance, taken once a second, and its temperature.

The published accuracy, from memory and unverified, is in °C for the readout alone (1502A 0.006 at
0 °C to 0.024 at 600 °C; 1504 0.002 at 25 °C): here it is turned into ohms.  Noise is a choice.  A
filter is taken as a delay by its time constant that lessens the noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, sqrt

from simulators.artefacts.prt.attached import NAMES, attached
from simulators.catalogue import InstrumentSpec
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.functions import Function
from simulators.physics.platinum import (
    Curve,
    OutOfCurve,
    Thermistor,
    celsius_of,
    from_alpha,
    its90,
)
from simulators.physics.resistance_input import Accuracy, Converter, ResistanceInput
from simulators.world import World

PERIOD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the family.

    Attributes:
        name: as in its identity.
        accuracy: of its measuring circuit.
        milliamperes: probe current as delivered (mA).
        characterization: as delivered, a word of PR.
        words: of PR.
    """

    name: str
    accuracy: Accuracy
    milliamperes: float
    characterization: str
    words: tuple[str, ...]


# The letter T of the 1504 is from memory, unverified; IPTS-68 (PR=68) is not simulated.
MODELS: Mapping[str, Model] = {
    "fluke-1502a": Model("1502A", Accuracy(2e-5, 3e-4, 1e-6, 500.0), 1.0, "r", ("90", "r", "s")),
    "fluke-1504": Model("1504", Accuracy(6e-5, 0.0, 1e-6, 1e6), 0.01, "t", ("t", "r", "s")),
}


@dataclass(slots=True)
class Settings:
    """What is entered at the panel.

    Attributes:
        characterization: how ohms become degrees, a word of PR.
        coefficients: by their names in the language, in lower case.
        filter_seconds: time constant of the digital filter (s); 0 is none.
        milliamperes: probe current (mA).
    """

    characterization: str
    milliamperes: float
    filter_seconds: float = 0.0
    coefficients: dict[str, float] = field(
        default_factory=lambda: {
            "r0": 100.0, "al": 0.00385055, "de": 1.4998, "be": 0.1086,
            **{f"{letter}4": 0.0 for letter in "ab"},
            **{f"a{number}": 0.0 for number in range(6, 12)},
            **{f"b{number}": 0.0 for number in range(6, 10)},
            "c6": 0.0, "c7": 0.0, "d6": 0.0,
        }
    )  # fmt: skip


THERMISTOR = {"b0": 8.497e-4, "b1": 2.595e-4, "b2": 0.0, "b3": 1.46e-7}


class Readout:
    """One readout with its own errors and its one input, terminals "PROBE HI" and so on."""

    def __init__(self, model: Model, spec: InstrumentSpec, world: World) -> None:
        self.model = model
        self.settings = Settings(model.characterization, model.milliamperes)
        if "t" in model.words:
            self.settings.coefficients.update(THERMISTOR)
        for name in spec.constants:
            if name not in NAMES:
                raise UnknownName("constant of a readout's probe", name, NAMES)
        self._probe = attached(spec, world)
        self._input = ResistanceInput(spec.name, "PROBE", world, self._probe)
        self._converter = Converter(model.accuracy, spec.name, world, spec.errors)
        self._began = world.began
        self._sample: tuple[int, float | None] = (-1, None)
        world.install(spec.name, self._input.terminals)

    def ohms(self, instant: float) -> float | None:
        """Return the resistance (Ω) of the latest sample at `instant` (s); None when open."""
        count = floor((instant - self._began) / PERIOD_SECONDS)
        if count != self._sample[0]:
            self._sample = (count, self._measured(self._began + count * PERIOD_SECONDS))
        return self._sample[1]

    def celsius(self, ohms: float) -> float | None:
        """Return the temperature (°C) of a resistance; None when the curve has none."""
        try:
            return celsius_of(self._curve(), ohms)
        except OutOfCurve:
            return None

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error at `value` (Ω), or at rest at `value` (°C) with its own probe."""
        if function is not Function.TEMPERATURE:
            return self._converter.error.of(value)
        if self._probe is None:
            raise WrongSpecification(f"{self.model.name}: it has no probe of its own")
        ohms = self._probe.ohms_at(value, self.settings.milliamperes * 1e-3)
        return celsius_of(self._curve(), ohms + self._converter.error.of(ohms)) - value

    def _measured(self, instant: float) -> float | None:
        settings = self.settings
        seen = self._input.ohms(instant - settings.filter_seconds, settings.milliamperes * 1e-3)
        quieting = sqrt(1.0 + 2.0 * settings.filter_seconds / PERIOD_SECONDS)
        return self._converter.indication(seen, quieting=quieting)

    def _curve(self) -> Curve:
        entered = self.settings.coefficients
        if self.settings.characterization == "90":
            names = {name.upper(): value for name, value in entered.items()}
            return its90({**names, "RTPW": entered["r0"]})
        if self.settings.characterization == "t":
            return Thermistor((entered["b0"], entered["b1"], entered["b2"], entered["b3"]))
        return from_alpha(entered["r0"], entered["al"], entered["de"], entered["be"])
