"""The physics of a waveform generator: an electromotive force behind 50 Ω, a time base of its own.

The voltage is kept as it is without a load, in volts peak to peak: what a panel shows is what a
load of the stated resistance would see.  Modulation and bursts do not show at the terminals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, sqrt

from simulators.keysight_33500b.specification import (
    AMPLITUDE_FLOOR_VPP,
    AMPLITUDE_RELATIVE,
    FLATNESS_DECIBELS,
    FREQUENCY_RELATIVE,
    MOST_OPEN_VPP,
    OFFSET_FLOOR_VOLTS,
    OFFSET_RELATIVE,
    OUTPUT_OHMS,
    RMS_OF,
    SETTLE_TIME_CONSTANT,
    Form,
    Model,
)
from simulators.physics.electrical import NOTHING, ZERO, Output, Quantity, Trajectory
from simulators.physics.functions import Function
from simulators.physics.media import TimeBase
from simulators.physics.noise import generator
from simulators.physics.time_base import reference_at
from simulators.physics.true_error import Errors, TrueError, drawn, with_settings
from simulators.world import REFERENCE_CELSIUS, World

REFERENCE_IN, REFERENCE_OUT = "REF IN", "REF OUT"


@dataclass(frozen=True, slots=True)
class Wave:
    """How one channel is set.

    Attributes:
        form: of the waveform.
        hertz: frequency (Hz).
        open_vpp: amplitude (V, peak to peak) without a load.
        open_offset: direct voltage (V) without a load.
        load_ohms: resistance (Ω) that the panel assumes; infinite: none.
        duty: of a square (1).
        pulse_seconds: width (s) of a pulse.
        arbitrary_rms: rms of an arbitrary waveform of one volt peak to peak (V).
        on: whether the output is connected.
        inverted: whether the waveform is upside down.
    """

    form: Form = Form.SINE
    hertz: float = 1e3
    open_vpp: float = 0.2
    open_offset: float = 0.0
    load_ohms: float = OUTPUT_OHMS
    duty: float = 0.5
    pulse_seconds: float = 1e-4
    arbitrary_rms: float = 1 / (2 * sqrt(3))
    on: bool = False
    inverted: bool = False

    @property
    def shown_part(self) -> float:
        """What a load of the stated resistance sees of the open voltage (1)."""
        return 1.0 if self.load_ohms == inf else self.load_ohms / (self.load_ohms + OUTPUT_OHMS)

    @property
    def pulse_duty(self) -> float:
        """Duty cycle of a pulse (1)."""
        return min(self.pulse_seconds * self.hertz, 1.0)

    @property
    def rms_part(self) -> float:
        """Rms of the alternating part for one volt peak to peak (1)."""
        if self.form in (Form.SQUARE, Form.PULSE):
            duty = self.duty if self.form is Form.SQUARE else self.pulse_duty
            return sqrt(duty * (1.0 - duty))
        return self.arbitrary_rms if self.form is Form.ARBITRARY else RMS_OF[self.form]


@dataclass
class _Channel:
    """One output: its errors, and what it offers."""

    wave: Wave
    amplitude: TrueError
    offset: TrueError
    flatness: Mapping[float, float]
    offered: Output = field(default=NOTHING)


class WaveformGenerator:
    """One generator with its own errors.

    Attributes:
        external: whether it follows a reference joined to `REF IN`.
    """

    def __init__(self, model: Model, name: str, world: World, errors: Errors) -> None:
        self.model, self.external = model, False
        self._name, self._world = name, world
        self._changes = 0
        self._climate = -1
        self._clock_error = self._time_base(errors)
        numbers = range(1, model.channels + 1)
        self._channels = {number: self._made(number, errors) for number in numbers}
        self.ports = {f"CH{one}": (f"CH{one} HI", f"CH{one} LO") for one in numbers}
        terminals = [one for pair in self.ports.values() for one in pair]
        world.install(name, [*terminals, REFERENCE_IN], self, {REFERENCE_OUT: self})

    @property
    def revision(self) -> int:
        """A number that differs whenever an output may differ; a warming reference counts."""
        return self._changes

    def wave(self, channel: int) -> Wave:
        """Return how a channel is set."""
        return self._channels[channel].wave

    def change(self, channel: int, wave: Wave, instant: float) -> None:
        """Take a new setting of a channel at `instant` (s)."""
        self._channels[channel].wave = wave
        self._offer(self._channels[channel], instant)

    def follow(self, *, external: bool, instant: float) -> None:
        """Choose the reference."""
        self.external = external
        self._offer_all(instant)

    def output(self, port: str) -> Output:
        """Return what `port` offers from now on."""
        if self.locked or self._climate != self._world.revision:
            self._climate = self._world.revision
            self._offer_all(self._world.clock.monotonic())
        return self._channels[int(port.removeprefix("CH"))].offered

    @property
    def locked(self) -> bool:
        """Whether it follows a reference that is there."""
        return self.external and self._reference() is not None

    def relative_offset(self, instant: float) -> float:
        """Return (f − f0)/f0 of its time base at `instant` (s)."""
        reference = self._reference() if self.external else None
        if reference is not None:
            return reference.relative_offset(instant)
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return self._clock_error.of(1.0, kelvin=kelvin, seconds=instant - self._world.began)

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true output for `nominal`, at 23 °C and the clock's zero.

        Args:
            function: "frequency" (Hz), "dc-voltage" (V) or "ac-voltage" (V rms of a sine), each
                of channel 1 without a load.
            nominal: what is set.
            hertz: frequency (Hz) of an alternating voltage.
        """
        if function == Function.FREQUENCY:
            return nominal * (1.0 + self._clock_error.of(1.0))
        channel = self._channels[1]
        if function == Function.DC_VOLTAGE:
            return nominal + channel.offset.of(nominal)
        vpp = nominal / RMS_OF[Form.SINE]
        return (vpp + channel.amplitude.of(vpp)) * RMS_OF[Form.SINE] * _flat(channel, hertz)

    def output_in_room(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true frequency (Hz) for `nominal` at the room's temperature; else at 23 °C."""
        if function != Function.FREQUENCY:
            return self.actual_output(function, nominal, hertz)
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return nominal * (1.0 + self._clock_error.of(1.0, kelvin=kelvin))

    def _reference(self) -> TimeBase | None:
        return reference_at(self._world, f"{self._name} {REFERENCE_IN}")

    def _offer_all(self, instant: float) -> None:
        for channel in self._channels.values():
            self._offer(channel, instant)

    def _offer(self, channel: _Channel, instant: float) -> None:
        """Work out what a channel offers from `instant` (s) on, settling from what it did."""
        before, wave = channel.offered, channel.wave
        self._changes += 1
        if not wave.on:
            channel.offered = NOTHING
            return
        sign = -1.0 if wave.inverted else 1.0
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        offset = sign * wave.open_offset
        offset += channel.offset.of(offset, kelvin=kelvin)
        vpp = 0.0 if wave.form is Form.DC else wave.open_vpp
        vpp = (vpp + channel.amplitude.of(vpp, kelvin=kelvin)) * _flat(channel, wave.hertz)
        rms = vpp * wave.rms_part
        hertz = 0.0 if rms == 0.0 else wave.hertz * (1.0 + self.relative_offset(instant))
        channel.offered = Output(
            Quantity.VOLTAGE,
            dc=_towards(offset, before.dc.at(instant), instant),
            ac=_towards(rms, before.ac.at(instant), instant) if rms else ZERO,
            hertz=0.0 if wave.form is Form.NOISE else hertz,
            source_ohms=OUTPUT_OHMS,
        )

    def _made(self, number: int, errors: Errors) -> _Channel:
        seed, name = self._world.seed, self._name
        amplitude = drawn(
            generator(seed, name, "error", "amplitude", str(number)),
            relative=AMPLITUDE_RELATIVE,
            floor=AMPLITUDE_FLOOR_VPP,
            full_scale=MOST_OPEN_VPP,
        )
        offset = drawn(
            generator(seed, name, "error", "offset", str(number)),
            relative=OFFSET_RELATIVE,
            floor=OFFSET_FLOOR_VOLTS,
            full_scale=MOST_OPEN_VPP / 2,
        )
        draw = generator(seed, name, "error", "flatness", str(number))
        return _Channel(
            wave=Wave(),
            amplitude=with_settings(amplitude, errors.get(Function.AC_VOLTAGE, {})),
            offset=with_settings(offset, errors.get(Function.DC_VOLTAGE, {})),
            flatness={
                hertz: 10 ** (draw.uniform(-0.5, 0.5) * decibels / 20)
                for hertz, decibels in FLATNESS_DECIBELS
                if not errors.get(Function.AC_VOLTAGE)
            },
        )

    def _time_base(self, errors: Errors) -> TrueError:
        error = drawn(
            generator(self._world.seed, self._name, "error", "FREQUENCY"),
            relative=FREQUENCY_RELATIVE,
            floor=0.0,
            full_scale=1.0,
        )
        return with_settings(error, errors.get(Function.FREQUENCY, {}))


def _flat(channel: _Channel, hertz: float) -> float:
    """Return the amplitude at `hertz` (Hz) relative to 1 kHz; flatness set by hand is 1."""
    if hertz <= 1e3:
        return 1.0
    return next((one for top, one in channel.flatness.items() if hertz <= top), 1.0)


def _towards(final: float, start: float, instant: float) -> Trajectory:
    return Trajectory(start, final, instant, SETTLE_TIME_CONSTANT)
