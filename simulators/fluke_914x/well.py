"""A metrology well with its two measuring inputs, where it has them."""

from simulators.catalogue import InstrumentSpec
from simulators.errors import UnknownName
from simulators.fluke_914x.specification import AMPERES, HEIGHTS, REFERENCE, UUT
from simulators.physics.functions import Function
from simulators.physics.platinum import (
    ITS90_NAMES,
    CallendarVanDusen,
    Curve,
    OutOfCurve,
    celsius_of,
    its90,
)
from simulators.physics.resistance_input import Converter, ResistanceInput
from simulators.physics.temperature_source import Character, TemperatureSource
from simulators.world import World

IEC_60751 = CallendarVanDusen()


class ProcessInput:
    """The reference or the device-under-test input of a -P model.

    Attributes:
        input: its terminals.
        curve: what it converts with.
    """

    def __init__(self, input_: ResistanceInput, converter: Converter, curve: Curve) -> None:
        self.input, self.curve = input_, curve
        self._converter = converter

    def ohms(self, instant: float) -> float | None:
        """Return the resistance (Ω) it shows; None when open or beyond its range."""
        return self._converter.indication(self.input.ohms(instant, AMPERES))

    def celsius(self, instant: float) -> float | None:
        """Return the temperature (°C) it shows; None when there is none to show."""
        ohms = self.ohms(instant)
        if ohms is None:
            return None
        try:
            return celsius_of(self.curve, ohms)
        except OutOfCurve:
            return None


class Well:
    """One well: its block, and on -P models two inputs.

    The reference input converts with the coefficients stated for this specimen, as the plug of a
    real reference probe carries them; without any, and at the other input, with IEC 60751.
    """

    def __init__(
        self,
        character: Character,
        spec: InstrumentSpec,
        world: World,
        *,
        process: bool,
    ) -> None:
        name = spec.name
        for constant in spec.constants:
            if constant not in ITS90_NAMES:
                raise UnknownName("constant of a reference probe", constant, ITS90_NAMES)
        plug: Curve = its90(spec.constants) if spec.constants else IEC_60751
        self.process = process
        self.block = TemperatureSource(
            character, name, world, spec.errors, on=False, heights=HEIGHTS
        )
        self.reference = ProcessInput(
            ResistanceInput(name, "REFERENCE", world),
            Converter(REFERENCE, f"{name} reference", world, spec.errors),
            plug,
        )
        self.uut = ProcessInput(
            ResistanceInput(name, "UUT", world), Converter(UUT, f"{name} uut", world, {}), IEC_60751
        )
        if process:
            world.install(name, (*self.reference.input.terminals, *self.uut.input.terminals))

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the control sensor's error (K) when it indicates `value` (°C)."""
        return self.block.true_error(function, value, range_=range_)

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true temperature (°C) of the block at rest on the set-point `nominal` (°C)."""
        return self.block.actual_output(function, nominal)
