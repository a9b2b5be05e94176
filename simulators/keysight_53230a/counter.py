"""The physics of a counter: what reaches its inputs, counted against its time base."""

from dataclasses import dataclass
from math import sqrt

from simulators.keysight_53230a.specification import (
    CHANNELS,
    HIGHEST_HERTZ,
    OVEN_A_YEAR,
    SENSITIVITY_VOLTS,
    TIME_BASE_A_YEAR,
    Model,
)
from simulators.physics.electrical import Quantity
from simulators.physics.functions import Function
from simulators.physics.noise import generator, standard_normals
from simulators.physics.time_base import reference_at
from simulators.physics.true_error import Errors, drawn, with_settings
from simulators.world import REFERENCE_CELSIUS, World

PORTS = {channel: (f"CH{channel} HI", f"CH{channel} LO") for channel in CHANNELS}
REFERENCE_IN, REFERENCE_OUT = "REF IN", "REF OUT"


@dataclass(slots=True)
class Channel:
    """How an input is set.

    Attributes:
        ohms: input resistance (Ω): 50 or 1 MΩ.
        coupled_ac: whether a direct voltage is kept out.
        level: trigger level (V).
        auto_level: whether the counter looks for the level itself, in the middle of the signal.
    """

    ohms: float = 1e6
    coupled_ac: bool = True
    level: float = 0.0
    auto_level: bool = True


class Counter:
    """One counter with its own time base.

    Attributes:
        channels: number → how the input is set.
        external: whether a reference joined to `REF IN` is used; None: when there is one.
    """

    def __init__(
        self, model: Model, name: str, world: World, errors: Errors, *, oven: bool
    ) -> None:
        self.model = model
        self.channels = {channel: Channel() for channel in CHANNELS}
        self.external: bool | None = None
        self._name, self._world = name, world
        error = drawn(
            generator(world.seed, name, "error", "FREQUENCY"),
            relative=OVEN_A_YEAR if oven else TIME_BASE_A_YEAR,
            floor=0.0,
            full_scale=1.0,
        )
        self._time_base = with_settings(error, errors.get(Function.FREQUENCY, {}))
        self._noise = standard_normals(generator(world.seed, name, "noise"))
        terminals = [one for pair in PORTS.values() for one in pair]
        world.install(name, [*terminals, REFERENCE_IN], things={REFERENCE_OUT: self})

    def hertz(self, channel: int, instant: float, gate: float) -> float | None:
        """Return what a gate of `gate` (s) from `instant` (s) counts; None: nothing to count.

        The reading is off by the time base's error the other way round: a fast time base counts
        too little.
        """
        true = self._arriving(channel, instant + gate / 2)
        if true is None:
            return None
        scatter = self.model.relative / gate * next(self._noise)
        return true / (1.0 + self.relative_offset(instant + gate / 2)) * (1.0 + scatter)

    def relative_offset(self, instant: float) -> float:
        """Return (f − f0)/f0 of the time base in use at `instant` (s)."""
        reference = reference_at(self._world, f"{self._name} {REFERENCE_IN}")
        if reference is not None and self.external is not False:
            return reference.relative_offset(instant)
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return self._time_base.of(1.0, kelvin=kelvin, seconds=instant - self._world.began)

    @property
    def following(self) -> bool:
        """Whether a reference is joined to `REF IN`."""
        return reference_at(self._world, f"{self._name} {REFERENCE_IN}") is not None

    @property
    def unlocked(self) -> bool:
        """Whether it is told to follow a reference that is not there."""
        return self.external is True and not self.following

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error of indication (Hz) of a frequency `value`, at the clock's zero."""
        return value / (1.0 + self._time_base.of(1.0)) - value

    def error_in_room(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error of indication (Hz) of `value` at the room's temperature."""
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return value / (1.0 + self._time_base.of(1.0, kelvin=kelvin)) - value

    def peaks(self, channel: int, instant: float) -> tuple[float, float] | None:
        """Return the lowest and highest voltage (V) at an input; None: nothing is wired."""
        high, low = (f"{self._name} {terminal}" for terminal in PORTS[channel])
        setting = self.channels[channel]
        for path in self._world.paths(high, low):
            seen = None if path.source is None else path.source.output(path.port)
            if seen is None or seen.quantity is not Quantity.VOLTAGE:
                continue
            part = setting.ohms / (setting.ohms + seen.source_ohms + path.ohms)
            middle = 0.0 if setting.coupled_ac else path.polarity * seen.dc.at(instant) * part
            swing = seen.ac.at(instant) * part * sqrt(2)
            return middle - swing, middle + swing
        return None

    def _arriving(self, channel: int, instant: float) -> float | None:
        """Return the frequency (Hz) that crosses the trigger level of an input."""
        ends = self.peaks(channel, instant)
        if ends is None or ends[1] - ends[0] < 2 * sqrt(2) * SENSITIVITY_VOLTS:
            return None
        setting = self.channels[channel]
        if not (setting.auto_level or ends[0] < setting.level < ends[1]):
            return None
        hertz = self._source_hertz(channel)
        return hertz if 0.0 < hertz <= HIGHEST_HERTZ else None

    def _source_hertz(self, channel: int) -> float:
        high, low = (f"{self._name} {terminal}" for terminal in PORTS[channel])
        outputs = (
            path.source.output(path.port)
            for path in self._world.paths(high, low)
            if path.source is not None
        )
        return next((one.hertz for one in outputs if one.quantity is Quantity.VOLTAGE), 0.0)
