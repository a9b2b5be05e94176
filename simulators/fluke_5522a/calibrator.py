"""The physics of a 5522A multi-product calibrator: from a setting to what its terminals offer."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt
from types import MappingProxyType

from simulators.errors import UnknownName
from simulators.fluke_5522a.specification import (
    FREQUENCY_FLOOR_HERTZ,
    FREQUENCY_RELATIVE,
    FUNCTION_OF,
    NOISE_SHARE,
    RANGES,
    Kind,
    Range,
    range_for,
)
from simulators.physics.electrical import NOTHING, ZERO, Level, Output, Quantity, Trajectory
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.physics.true_error import Errors, TrueError, drawn, with_settings
from simulators.world import REFERENCE_CELSIUS, World

TERMINALS = ("NORMAL HI", "NORMAL LO", "AUX HI", "AUX LO", "20A HI")
PORTS = {
    "NORMAL": ("NORMAL HI", "NORMAL LO"),
    "AUX": ("AUX HI", "AUX LO"),
    "20A": ("20A HI", "AUX LO"),
}
SETTLING_TIME_CONSTANTS = 16.0  # e⁻¹⁶ is 0.1 ppm of the step
HIGH_VOLTAGE = 33.0  # V
OPEN_FARADS = (0.0, 1.5e-12)  # between terminals in standby, where none is offered: a choice
AUX_AMPERES = 3.0  # above this the current comes out of the 20A terminal

_VOLTAGES = (Kind.DC_VOLTAGE, Kind.AC_VOLTAGE)
_CURRENTS = (Kind.DC_CURRENT, Kind.AC_CURRENT)
_ALTERNATING = (Kind.AC_VOLTAGE, Kind.AC_CURRENT)
_PASSIVE = (Quantity.RESISTANCE, Quantity.CAPACITANCE)
_QUANTITIES = MappingProxyType({
    **dict.fromkeys(_VOLTAGES, Quantity.VOLTAGE), **dict.fromkeys(_CURRENTS, Quantity.CURRENT),
    Kind.RESISTANCE: Quantity.RESISTANCE, Kind.CAPACITANCE: Quantity.CAPACITANCE,
})  # fmt: skip


class Compensation(StrEnum):
    """What ZCOMP does to the leads in resistance."""

    NONE = "NONE"
    TWO_WIRE = "WIRE2"
    FOUR_WIRE = "WIRE4"


class Wave(StrEnum):
    """Waveform of an ac output."""

    SINE = "SINE"
    TRI = "TRI"
    SQUARE = "SQUARE"
    TRUNCS = "TRUNCS"  # from memory, unverified


# Programmed value → rms: a sine is programmed in rms, the others from peak to peak.
RMS_OF = MappingProxyType({
    Wave.SINE: 1.0, Wave.TRI: 1 / (2 * sqrt(3)), Wave.SQUARE: 0.5, Wave.TRUNCS: 1 / (2 * sqrt(2)),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Component:
    """One of the calibrator's outputs: kind, value (V, A, Ω or F; rms for ac) and range."""

    kind: Kind
    value: float
    range_: Range


@dataclass(frozen=True, slots=True)
class Setting:
    """All that decides what the terminals would offer in operate.

    Attributes:
        primary: the main output.
        secondary: the one on AUX in a dual function, or None.
        hertz: frequency (Hz); 0 is dc.
        dc_offset: direct voltage (V) under a single ac voltage.
        compensation: of the leads, in resistance.
        high_current_terminal: whether current below 3 A is sent to the 20A terminal too.
        wave: form of an ac output.
    """

    primary: Component
    secondary: Component | None = None
    hertz: float = 0.0
    dc_offset: float = 0.0
    compensation: Compensation = Compensation.NONE
    high_current_terminal: bool = False
    wave: Wave = Wave.SINE

    @property
    def greatest_volts(self) -> float:
        """The greatest programmed voltage (V)."""
        first, second = self.primary, self.secondary
        volts = abs(first.value) if first.kind in _VOLTAGES else 0.0
        if second is None or second.kind not in _VOLTAGES:
            return volts
        return max(volts, abs(second.value))


RESET = Setting(primary=Component(Kind.DC_VOLTAGE, 0.0, RANGES[Kind.DC_VOLTAGE][0]))


class Calibrator:
    """One calibrator with its own errors."""

    ports = PORTS

    def __init__(self, name: str, world: World, errors: Errors) -> None:
        self.revision = 0
        self.setting = RESET
        self.operating = False
        self.settled_at = world.clock.monotonic()
        self._name, self._world, self._errors = name, world, errors
        self._drawn: dict[tuple[str, float], TrueError] = {}
        self._outputs: dict[str, Output] = {}
        draw = generator(world.seed, name, "open farads")
        self._open = Output(Quantity.NOTHING, stray_farads=draw.uniform(*OPEN_FARADS))
        self._climate = world.revision
        world.install(name, TERMINALS, self)

    def output(self, port: str) -> Output:
        """Return what `port` offers from now on."""
        if self._climate != self._world.revision:
            self._climate = self._world.revision
            self._outputs = self._made(self._world.clock.monotonic(), began=None)
        return self._outputs.get(port, self._open)

    def change(self, setting: Setting, *, operating: bool, instant: float) -> None:
        """Take a new setting at `instant` (s); the outputs settle from where they are."""
        if (setting, operating) == (self.setting, self.operating):
            return
        self.setting, self.operating = setting, operating
        self.settled_at = instant
        if operating:
            parts = [one for one in (setting.primary, setting.secondary) if one is not None]
            self.settled_at += max(part.range_.settle_seconds for part in parts)
        self._outputs = self._made(instant, began=instant)
        self.revision += 1

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true output (V, A, Ω, F or Hz) at `nominal`, 23 °C and the clock's zero.

        Raises:
            UnknownName: no such function.
        """
        return self._output_at(function, nominal, hertz, kelvin=0.0)

    def output_in_room(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true output for `nominal` at the room's temperature and the clock's zero.

        Raises:
            UnknownName: no such function.
        """
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return self._output_at(function, nominal, hertz, kelvin=kelvin)

    def _output_at(self, function: str, nominal: float, hertz: float, *, kelvin: float) -> float:
        if function == Function.FREQUENCY:
            return nominal + self._frequency_error().of(nominal)
        kind = next((kind for kind, name in FUNCTION_OF.items() if name == function), None)
        if kind is None:
            raise UnknownName("function", function, tuple(Function))
        range_ = range_for(kind, abs(nominal), hertz)
        if range_ is None:
            raise UnknownName("range", f"{nominal:g}", [one.name for one in RANGES[kind]])
        error = self._error(Component(kind, nominal, range_), hertz)
        return nominal + error.of(nominal, kelvin=kelvin)

    def _made(self, instant: float, *, began: float | None) -> dict[str, Output]:
        """Return the outputs of the present setting; `began` None keeps the settling as it is."""
        if not self.operating:
            return {}
        setting = self.setting
        parts = [setting.primary, *([setting.secondary] if setting.secondary else [])]
        made = {}
        for part in parts:
            port = self._port(part, secondary=part is not setting.primary)
            made[port] = self._offer(part, self._outputs.get(port, NOTHING), instant, began)
        return made

    def _port(self, part: Component, *, secondary: bool) -> str:
        if part.kind in _CURRENTS:
            high = part.range_.high > AUX_AMPERES or self.setting.high_current_terminal
            return "20A" if high else "AUX"
        return "AUX" if secondary else "NORMAL"

    def _offer(self, part: Component, old: Output, instant: float, began: float | None) -> Output:
        """Return the output of one component, settling from what `old` offered."""
        setting, hertz = self.setting, self.setting.hertz if part.kind in _ALTERNATING else 0.0
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        age = instant - self._world.began
        level = part.value + self._error(part, hertz).of(part.value, kelvin=kelvin, seconds=age)
        if part.kind in _ALTERNATING:
            level *= RMS_OF[setting.wave]
        quantity = _QUANTITIES[part.kind]
        constant = part.range_.settle_seconds / SETTLING_TIME_CONSTANTS

        def approach(before: Level, final: float) -> Trajectory:
            if began is None and isinstance(before, Trajectory):
                return replace(before, final=final)
            start = before.at(instant) if old.quantity is quantity else 0.0
            if quantity in _PASSIVE and old.quantity is not quantity:
                start = final  # it is switched in
            return Trajectory(start, final, instant, constant)

        band = part.range_.band(hertz) or part.range_.bands[-1]
        alternating = part.kind in _ALTERNATING
        offset = setting.dc_offset if alternating else level
        four_wire = setting.compensation is Compensation.FOUR_WIRE
        frequency = hertz + self._frequency_error().of(hertz) if hertz else 0.0
        return Output(
            quantity=quantity,
            dc=approach(old.dc, offset),
            ac=approach(old.ac, level) if alternating else ZERO,
            hertz=frequency,
            source_ohms=part.range_.source_ohms,
            noise=NOISE_SHARE * band.floor,
            sense_ports=("AUX",) if four_wire else ("NORMAL",),
            compensated_two_wire=setting.compensation is Compensation.TWO_WIRE,
        )

    def _error(self, part: Component, hertz: float) -> TrueError:
        """Return the errors of one range and band: always the same ones."""
        band = part.range_.band(hertz) or part.range_.bands[-1]
        key = (part.range_.name, band.hertz)
        if key not in self._drawn:
            source = generator(self._world.seed, self._name, "error", *map(str, key))
            error = drawn(
                source, relative=band.relative, floor=band.floor, full_scale=part.range_.high
            )
            settings = self._errors.get(FUNCTION_OF[part.kind], {})
            self._drawn[key] = with_settings(error, settings)
        return self._drawn[key]

    def _frequency_error(self) -> TrueError:
        key = ("FREQUENCY", 0.0)
        if key not in self._drawn:
            error = drawn(
                generator(self._world.seed, self._name, "error", "FREQUENCY"),
                relative=FREQUENCY_RELATIVE,
                floor=FREQUENCY_FLOOR_HERTZ,
                full_scale=2e6,
            )
            settings = self._errors.get(Function.FREQUENCY, {})
            self._drawn[key] = replace(with_settings(error, settings), linearity=0.0)
        return self._drawn[key]
