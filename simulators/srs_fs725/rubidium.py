"""The physics of an FS725: the frequency it gives, from switching on to years later.

From memory, unverified: every figure here (accuracy at shipment ±5E-11, ageing below 5E-11 a
month, lock within 5 min to 7 min); how the frequency approaches its value is a choice.
"""

from collections.abc import Mapping
from math import exp

from simulators.physics.electrical import Output, Quantity, Trajectory
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.physics.true_error import Errors, TrueError, with_settings
from simulators.world import World

PORTS = {"10MHZ": ("10MHZ HI", "10MHZ LO"), "5MHZ": ("5MHZ HI", "5MHZ LO")}
HERTZ = {"10MHZ": 10e6, "5MHZ": 5e6}
REFERENCE_OUT = "REF OUT"
MONTH_SECONDS = 30.44 * 86400.0
AT_SHIPMENT, A_MONTH = 5e-11, 5e-11
SHARE = 0.5  # of the published figures that is drawn
LOCK_SECONDS = (300.0, 420.0)
CRYSTAL = 2e-7  # relative offset of the cold quartz, and what is left of it at the lock
AT_LOCK, AFTER_LOCK_SECONDS = 2e-10, 900.0
CORRECTION = 1e-12  # of the frequency, for one step of SF
OUTPUT_VOLTS, OUTPUT_OHMS = 1.0, 50.0  # rms without a load: 0.5 V into 50 Ω
HOURS_ON = 24.0  # that it has been on when the bench begins, unless a constant says otherwise


class Rubidium:
    """One standard with its own offset.

    Attributes:
        powered_at: instant (s) at which it was switched on.
        correction: what SF adds, in steps of 1E-12.
        enabled: whether it may lock.
    """

    ports = PORTS

    def __init__(
        self, name: str, world: World, errors: Errors, constants: Mapping[str, float]
    ) -> None:
        draw = generator(world.seed, name, "error", "FREQUENCY")
        gain, ageing, quartz = (float(one) for one in draw.uniform(-1.0, 1.0, 3))
        drawn = TrueError(
            gain=SHARE * AT_SHIPMENT * gain,
            offset=0.0,
            linearity=0.0,
            full_scale=1.0,
            per_second=SHARE * A_MONTH * ageing / MONTH_SECONDS,
        )
        self._error = with_settings(drawn, errors.get(Function.FREQUENCY, {}))
        self._quartz = CRYSTAL * quartz
        self._lock_seconds = float(draw.uniform(*LOCK_SECONDS))
        self._world = world
        self._restarts = 0
        self.correction = 0
        self.enabled = True
        self.powered_at = world.clock.monotonic() - constants.get("hours_on", HOURS_ON) * 3600.0
        terminals = [one for pair in PORTS.values() for one in pair]
        world.install(name, terminals, self, {REFERENCE_OUT: self})

    @property
    def revision(self) -> int:
        """A number that differs whenever an output may differ: every second of warming up."""
        now = self._world.clock.monotonic()
        warming = 0 if self.locked(now) else 1 + int(now - self.powered_at)
        return hash((self._restarts, self.correction, warming))

    def locked(self, instant: float) -> bool:
        """Return whether it is locked to rubidium at `instant` (s)."""
        return self.enabled and instant - self.powered_at >= self._lock_seconds

    def relative_offset(self, instant: float) -> float:
        """Return (f − f0)/f0 at `instant` (s)."""
        age = instant - self.powered_at
        if not self.locked(instant):
            left = max(1.0 - age / self._lock_seconds, 0.0)
            return self._quartz * left + AT_LOCK
        settled = self._error.of(1.0, seconds=instant - self._world.began)
        arriving = AT_LOCK * exp(-min((age - self._lock_seconds) / AFTER_LOCK_SECONDS, 700.0))
        return settled + arriving + self.correction * CORRECTION

    def restart(self, instant: float) -> None:
        """Begin anew at `instant` (s), as when switched on."""
        self.powered_at = instant
        self.enabled = True
        self._restarts += 1

    def output(self, port: str) -> Output:
        """Return what `port` offers from now on."""
        now = self._world.clock.monotonic()
        level = Trajectory(OUTPUT_VOLTS, OUTPUT_VOLTS, now, 1.0)
        hertz = HERTZ[port] * (1.0 + self.relative_offset(now))
        return Output(Quantity.VOLTAGE, ac=level, hertz=hertz, source_ohms=OUTPUT_OHMS)

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true frequency (Hz) for `nominal`, locked and settled, at the clock's zero."""
        return nominal * (1.0 + self._error.of(1.0) + self.correction * CORRECTION)
