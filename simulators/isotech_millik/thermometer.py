"""The physics of a milliK: two inputs for resistance or voltage, and one for 4-20 mA.

Ranges and currents: MSLNZ/msl-equipment, isotech/millik.py.  Accuracy (1 to 5 ppm) and one
reading a second from memory, unverified; errors of voltage and current are not simulated.
"""

from collections.abc import Mapping
from enum import Enum
from math import sqrt
from types import MappingProxyType
from typing import Protocol

from simulators.artefacts.prt.attached import NAMES, attached, departure
from simulators.catalogue import InstrumentSpec
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.electrical import Quantity
from simulators.physics.functions import Function
from simulators.physics.resistance_input import Accuracy, Converter, ResistanceInput
from simulators.world import World

OPEN = "9.9E37"
EXPANDERS = "expanders"  # the constant that tells how many millisKanners are connected
MOST_EXPANDERS = 4
CURRENT_CHANNEL = 3
NORMAL_AMPERES, THERMISTOR_AMPERES = 1e-3, 2e-6
ACCURACIES: Mapping[float, Accuracy] = MappingProxyType({
    115.0: Accuracy(3e-6, 1e-4, 5e-7, 115.0),
    460.0: Accuracy(3e-6, 4e-4, 5e-7, 460.0),
    5e5: Accuracy(3e-5, 0.1, 5e-6, 5e5),
})  # fmt: skip


class Measurand(Enum):
    """What is measured, by the word of SENSE:FUNCTION."""

    RESISTANCE = "RESISTANCE"
    VOLTAGE = "VOLTAGE"
    CURRENT = "CURRENT"


class Asked(Protocol):
    """What a reading is to be; the panel's settings."""

    channel: int
    measurand: Measurand
    range_ohms: float
    wires: int
    root_two: bool


class MilliK:
    """One milliK with its own errors.

    Terminals: "CH1 HI", LO, SENSE HI, SENSE LO, so on for its `channels`; "CH3 HI", "CH3 LO".

    Attributes:
        seconds: that one reading takes (s).
        expanders: how many millisKanners are connected; the chain takes channel 2.
        channels: for resistance and voltage.
    """

    seconds = 1.0

    def __init__(self, spec: InstrumentSpec, world: World) -> None:
        self.expanders = _expanders(spec)
        self.channels = channels_with(self.expanders)
        self._probe = attached(spec, world)
        self._inputs = {
            channel: ResistanceInput(
                spec.name, f"CH{channel}", world, self._probe if channel == 1 else None
            )
            for channel in (*self.channels, CURRENT_CHANNEL)
        }
        self._converters = {
            ohms: Converter(accuracy, f"{spec.name} {ohms:g}", world, spec.errors)
            for ohms, accuracy in ACCURACIES.items()
        }
        terminals = [name for one in self.channels for name in self._inputs[one].terminals]
        world.install(spec.name, (*terminals, "CH3 HI", "CH3 LO"))

    def read(self, asked: Asked, instant: float) -> float | None:
        """Return one reading (Ω, V or A) at `instant` (s); None when there is nothing to read."""
        if asked.measurand is Measurand.RESISTANCE:
            return self._resistance(asked, instant)
        wanted = Quantity.VOLTAGE if asked.measurand is Measurand.VOLTAGE else Quantity.CURRENT
        path, output = self._inputs[asked.channel].driver()
        if path is None or output.quantity is not wanted:
            return None
        return path.polarity * output.dc.at(instant)

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error of a resistance at `value` (Ω), or what its probe is off at °C."""
        if function is Function.TEMPERATURE:
            return departure(self._probe, "a milliK", value, NORMAL_AMPERES)
        return self._converters[range_of(range_)].error.of(value)

    def _resistance(self, asked: Asked, instant: float) -> float | None:
        range_ = range_of(asked.range_ohms)
        amperes = NORMAL_AMPERES * (sqrt(2.0) if asked.root_two else 1.0)
        if range_ == max(ACCURACIES):
            amperes = THERMISTOR_AMPERES
        seen = self._inputs[asked.channel].ohms(instant, amperes, wires=asked.wires)
        return self._converters[range_].indication(seen)


def channels_with(expanders: int) -> tuple[int, ...]:
    """Return the channels with so many expanders: 1 and 2, or 1, 10 to 17, 20 to 27 and so on."""
    if expanders == 0:
        return (1, 2)
    return (1, *(10 * tens + ones for tens in range(1, expanders + 1) for ones in range(8)))


def _expanders(spec: InstrumentSpec) -> int:
    for name in spec.constants:
        if name not in (EXPANDERS, *NAMES):
            raise UnknownName("constant of a milliK", name, (EXPANDERS, *NAMES))
    count = spec.constants.get(EXPANDERS, 0)
    if count not in range(MOST_EXPANDERS + 1):
        raise WrongSpecification(
            f"{spec.name}: {count:g} millisKanners; connect 0 to {MOST_EXPANDERS}"
        )
    return int(count)


def range_of(ohms: float) -> float:
    """Return the most sensitive range (Ω) that takes `ohms` (Ω)."""
    return next((one for one in ACCURACIES if ohms <= one), max(ACCURACIES))
