"""What a 33500B's panel knows beside its physics: units, frequencies of each form, waveforms."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, log10, sqrt

from simulators.keysight_33500b.generator import Wave, WaveformGenerator
from simulators.keysight_33500b.kept import HOLD, KEPT, SYNCHRONISED, TRIGGERED
from simulators.keysight_33500b.specification import (
    LEAST_HERTZ,
    LEAST_OPEN_VPP,
    MOST_OPEN_VPP,
    OPEN_PEAK_VOLTS,
    Form,
    highest_hertz,
)
from simulators.language.scpi_channels import Keeper, Shape
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Special, limited, short
from simulators.panel import Scalar

MILLIWATT = 1e-3
NOT_THERE, ALREADY_THERE = 785, 781  # from memory, unverified
TEXTS = {
    NOT_THERE: "Specified arb waveform does not exist",
    ALREADY_THERE: "Arb waveform already exists",
}
BUILT_IN = "INT:\\BUILTIN\\EXP_RISE.ARB"
NUMBERS = Shape(15)
WIDEST = 0.9998  # of the period that a pulse can last


@dataclass
class Arbitrary:
    """The waveforms in a channel's memory: name → points (1), and the one in use."""

    points: dict[str, tuple[float, ...]] = field(default_factory=dict)
    selected: str = BUILT_IN

    def select(self, name: str) -> float:
        """Choose a waveform; return its rms at one volt peak to peak (V).

        Raises:
            ScpiError: there is none of that name.
        """
        if name != BUILT_IN and name not in self.points:
            raise ScpiError(NOT_THERE)
        self.selected = name
        return Wave().arbitrary_rms if name == BUILT_IN else _rms(self.points[name])

    def store(self, name: str, points: tuple[float, ...]) -> None:
        """Take a waveform of points from −1 to 1.

        Raises:
            ScpiError: −222 for points outside, fewer than 8 or more than 65536; a name that is
                taken.
        """
        if not 8 <= len(points) <= 65536 or not all(-1.0 <= one <= 1.0 for one in points):
            raise ScpiError(-222)
        if name in self.points:
            raise ScpiError(ALREADY_THERE)
        self.points[name] = points


class Front:
    """The generator as its panel commands it.

    Attributes:
        units: of the amplitude of each channel: VPP, VRMS or DBM.
        sources, triggers, outputs: settings that are only kept.
        arbitrary: waveforms of each channel.
    """

    def __init__(self, generator: WaveformGenerator) -> None:
        self.generator = generator
        self.channels = range(1, generator.model.channels + 1)
        self.sources, self.triggers = Keeper(KEPT), Keeper(TRIGGERED)
        self.outputs = Keeper(SYNCHRONISED)
        self.units = dict.fromkeys(self.channels, "VPP")
        self.arbitrary = {channel: Arbitrary() for channel in self.channels}

    def reset(self, instant: float) -> None:
        """Set 1 kHz, 100 mV peak to peak into 50 Ω, outputs off."""
        for keeper in (self.sources, self.triggers, self.outputs):
            keeper.reset()
        self.generator.follow(external=False, instant=instant)
        for channel in self.channels:
            self.units[channel] = "VPP"
            self.generator.change(channel, Wave(), instant)

    def abort(self, instant: float) -> None:
        """Do nothing: signals go on."""

    def busy_until(self) -> float:
        """Return 0: settings are carried out at once."""
        return 0.0

    def conditions(self, instant: float) -> Mapping[str, int]:
        """Return no conditions: none of the registers' bits is published here."""
        return {}

    def shown(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        seen: dict[str, Scalar] = {}
        for channel in self.channels:
            wave = self.generator.wave(channel)
            seen[f"output {channel}"] = wave.on
            seen[f"form {channel}"] = short(wave.form.value)
            seen[f"hertz {channel}"] = wave.hertz
            seen[f"volts {channel}"] = self.amplitude(channel)
        return seen

    def amplitude(self, channel: int) -> float:
        """Return the amplitude in the channel's unit, for the stated load."""
        wave = self.generator.wave(channel)
        return in_unit(wave.open_vpp * wave.shown_part, self.units[channel], wave)

    def offset(self, channel: int) -> float:
        """Return the offset (V) for the stated load."""
        wave = self.generator.wave(channel)
        return wave.open_offset * wave.shown_part

    def vpp_limits(self, channel: int) -> tuple[float, float]:
        """Return least and greatest amplitude (V, peak to peak) for the stated load and offset."""
        wave = self.generator.wave(channel)
        most = min(MOST_OPEN_VPP, 2 * (OPEN_PEAK_VOLTS - abs(wave.open_offset)))
        return LEAST_OPEN_VPP * wave.shown_part, max(most, LEAST_OPEN_VPP) * wave.shown_part

    def offset_limit(self, channel: int) -> float:
        """Return the greatest offset (V) for the stated load and amplitude."""
        wave = self.generator.wave(channel)
        peak = 0.0 if wave.form is Form.DC else wave.open_vpp / 2
        return (OPEN_PEAK_VOLTS - peak) * wave.shown_part

    def asked_vpp(self, channel: int, value: float | Special) -> float:
        """Return the amplitude (V, peak to peak) that `value`, in the channel's unit, stands for.

        Raises:
            ScpiError: −222 outside the limits.
        """
        low, high = self.vpp_limits(channel)
        wave = self.generator.wave(channel)
        if not isinstance(value, Special):
            value = in_vpp(value, self.units[channel], wave)
            low, high = low * (1 - 1e-9), high * (1 + 1e-9)
        return limited(value, low, high, 0.1)

    def put_vpp(self, channel: int, vpp: float, instant: float) -> None:
        """Set the amplitude (V, peak to peak) for the stated load."""
        wave = self.generator.wave(channel)
        changed = replace(wave, open_vpp=vpp / wave.shown_part)
        self.generator.change(channel, changed, instant)

    def put_offset(self, channel: int, volts: float | Special, instant: float) -> None:
        """Set the offset (V) for the stated load."""
        limit = self.offset_limit(channel)
        value = limited(volts, -limit * (1 + 1e-9), limit * (1 + 1e-9), 0.0)
        wave = self.generator.wave(channel)
        changed = replace(wave, open_offset=value / wave.shown_part)
        self.generator.change(channel, changed, instant)

    def put_form(self, channel: int, form: Form, instant: float) -> None:
        """Choose a form; a frequency beyond its reach is reduced, which is told as −221."""
        wave = replace(self.generator.wave(channel), form=form)
        self.generator.change(channel, wave, instant)
        self.put_hertz(channel, wave.hertz, instant)

    def put_hertz(self, channel: int, value: float | Special, instant: float) -> None:
        """Set the frequency (Hz); beyond the form's reach it is reduced, which is told as −221."""
        wave = self.generator.wave(channel)
        highest = highest_hertz(self.generator.model, wave.form)
        top = highest if isinstance(value, Special) else self.generator.model.hertz
        hertz = limited(value, LEAST_HERTZ, top, 1e3)
        changed = replace(wave, hertz=min(hertz, highest))
        if self.sources.get(HOLD, channel) == "DCYC":
            changed = replace(changed, pulse_seconds=wave.pulse_duty / changed.hertz)
        self.generator.change(channel, changed, instant)
        if hertz > highest or changed.pulse_seconds * changed.hertz > 1.0:
            fitting = min(changed.pulse_seconds, WIDEST / changed.hertz)
            self.generator.change(channel, replace(changed, pulse_seconds=fitting), instant)
            if hertz > highest or wave.form is Form.PULSE:
                raise ScpiError(-221)

    def put_levels(self, channel: int, low: float, high: float, instant: float) -> None:
        """Set the lowest and the highest voltage (V) for the stated load."""
        wave = self.generator.wave(channel)
        part = wave.shown_part
        reach = OPEN_PEAK_VOLTS * part * (1 + 1e-9)
        if not (-reach <= low < high <= reach and high - low >= LEAST_OPEN_VPP * part):
            raise ScpiError(-221)
        changed = replace(wave, open_vpp=(high - low) / part, open_offset=(high + low) / (2 * part))
        self.generator.change(channel, changed, instant)

    def select(self, channel: int, name: str, instant: float) -> None:
        """Choose an arbitrary waveform.

        Raises:
            ScpiError: there is none of that name.
        """
        rms = self.arbitrary[channel].select(name)
        wave = replace(self.generator.wave(channel), arbitrary_rms=rms)
        self.generator.change(channel, wave, instant)


def _rms(points: tuple[float, ...]) -> float:
    """Return the rms of the alternating part of points that span −1 to 1 at one volt."""
    middle = sum(points) / len(points)
    return sqrt(sum((one - middle) ** 2 for one in points) / len(points)) / 2


def in_unit(vpp: float, unit: str, wave: Wave) -> float:
    """Return an amplitude (V, peak to peak) in `unit`."""
    if unit == "VPP":
        return vpp
    rms = vpp * wave.rms_part
    if unit == "VRMS":
        return rms
    return 10 * log10(max(rms**2 / wave.load_ohms / MILLIWATT, 1e-30))


def in_vpp(value: float, unit: str, wave: Wave) -> float:
    """Return an amplitude given in `unit` in volts peak to peak.

    Raises:
        ScpiError: −222 for what no amplitude can be.
    """
    if unit == "VPP":
        return value
    if unit == "DBM":
        if abs(value) > 300.0:
            raise ScpiError(-222)
        value = sqrt(10 ** (value / 10) * MILLIWATT * wave.load_ohms)
    return value / wave.rms_part if wave.rms_part else inf
