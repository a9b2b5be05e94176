"""The physics of one control module: what stands at its outlet, and what its sensor makes of it.

Everything joined to the outlet sees the same pressure at the same instant (`PressurePort`).  Hoses
have no volume of their own and no height; a closed system leaks slowly to the atmosphere.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from math import inf, pi, sin

from simulators.druck_pace.course import Course
from simulators.druck_pace.sensors import REFRESH_SECONDS, Sensors
from simulators.druck_pace.specification import MILLIBAR, ControlModule
from simulators.physics.functions import Function
from simulators.physics.media import PressureFollower, PressurePort
from simulators.physics.noise import generator
from simulators.physics.true_error import Errors
from simulators.world import World

FASTEST = 0.1  # of full scale in a second
TAIL_SECONDS, CAREFUL_TAIL_SECONDS, RINGING = 0.4, 0.7, 1.5
VENT_SECONDS, VENTED = 1.2, 5e-4  # time constant; part of full scale that counts as vented
LEAK_SECONDS = 3e5  # of a closed system to the atmosphere
ZERO_SECONDS = 10.0
# Control hunts slowly: periods (s) and shares of the stability, with phases of its own.
HUNTING = ((1.7, 0.3), (4.3, 0.4), (11.0, 0.3))


class Vent(IntEnum):
    """What the vent query answers."""

    NONE = 0
    IN_PROGRESS = 1
    COMPLETED = 2


@dataclass(frozen=True, slots=True)
class Aim:
    """How the module is told to control.

    Attributes:
        setpoint: pressure (Pa), of the kind of the control range.
        slew: rate (Pa/s) in linear mode; infinity is MAX.
        linear: whether the rate is `slew` and not the fastest.
        overshoot: whether it may overshoot.
        band: of the limits, part of full scale.
        band_seconds: time in the band after which it is in limits.
    """

    setpoint: float = 0.0
    slew: float = 100.0 * MILLIBAR
    linear: bool = False
    overshoot: bool = True
    band: float = 1e-4
    band_seconds: float = 2.0


@dataclass(slots=True)
class _Doing:
    """What the valves do since when.

    Attributes:
        course: of the outlet; gauge pressure, or absolute where `absolute`.
        absolute: see `course`.
        controlling: whether the controller is on.
        vented_at: instant (s) at which a vent completes; None: no vent.
    """

    course: Course
    absolute: bool = False
    controlling: bool = False
    vented_at: float | None = None


class Manifold:
    """One module: its valves, its volume and its sensors.

    Attributes:
        module: its specification.
        sensors: what it reads with.
        aim: how it is told to control.
        control_range: name of the range it controls with.
        zero_done_at: instant (s) at which a zero is complete; infinity: none is under way.
    """

    def __init__(
        self, module: ControlModule, name: str, inlet: str | None, world: World, errors: Errors
    ) -> None:
        self.module, self.sensors = module, Sensors(module, name, world, errors)
        self.aim, self.control_range = Aim(), module.gauge_range
        self.zero_done_at = inf
        self._world, self._inlet, self._name = world, inlet, name
        phases = generator(world.seed, name, "hunting").uniform(0.0, 2 * pi, len(HUNTING))
        self._phases: list[float] = phases.tolist()
        self._doing = _Doing(Course(0.0, 0.0, world.began))

    def pascals(self, instant: float) -> float:
        """Return the true absolute pressure (Pa) at the outlet."""
        doing, air = self._doing, self._world.air.pascals
        level = doing.course.at(instant) + (0.0 if doing.absolute else air)
        if doing.controlling:
            level += self._hunting(instant)
        return max(level, 0.0)

    @property
    def controlling(self) -> bool:
        """Whether the controller is on."""
        return self._doing.controlling

    def vent_state(self, instant: float) -> Vent:
        """Return how far a vent has come."""
        if self._doing.vented_at is None:
            return Vent.NONE
        return Vent.COMPLETED if instant >= self._doing.vented_at else Vent.IN_PROGRESS

    def in_limits_at(self) -> float:
        """Return the instant (s) from which on it is in limits; infinity: never."""
        band = self.aim.band * self.module.full_scale
        hunting = self.module.stability * self.module.full_scale
        if not self._doing.controlling or band <= hunting:
            return inf
        return self._doing.course.inside(band - hunting) + self.aim.band_seconds

    def changes_at(self) -> tuple[float, ...]:
        """Return the instants (s) at which its state changes by itself."""
        vented = self._doing.vented_at
        return (inf if vented is None else vented, self.in_limits_at(), self.zero_done_at)

    def command(self, aim: Aim, instant: float) -> None:
        """Take a new aim; under control the outlet sets out for it."""
        self.aim = aim
        if self._doing.controlling:
            self.control(instant)

    def control(self, instant: float) -> None:
        """Switch the controller on."""
        self._turn(instant)
        absolute = self.control_range == self.module.absolute_range
        air = self._world.air.pascals
        start = self.pascals(instant) - (0.0 if absolute else air)
        aim = self.aim
        rate = min(aim.slew, FASTEST * self.module.full_scale) if aim.linear else (
            FASTEST * self.module.full_scale
        )  # fmt: skip
        self._doing = _Doing(
            Course(
                start,
                self._true_of(aim.setpoint),
                instant,
                rate,
                TAIL_SECONDS if aim.overshoot else CAREFUL_TAIL_SECONDS,
                RINGING if aim.overshoot and not aim.linear else 0.0,
            ),
            absolute=absolute,
            controlling=True,
        )

    def switch_on(self, instant: float) -> None:
        """Be as delivered: every valve closed, no head correction, the gauge range."""
        self.aim, self.control_range = Aim(), self.module.gauge_range
        self.zero_done_at = inf
        self.sensors.reset()
        self.close(instant)

    def close(self, instant: float) -> None:
        """Close every valve: the volume keeps its pressure, but for the leak."""
        self._turn(instant)
        pressure, air = self.pascals(instant), self._world.air.pascals
        self._doing = _Doing(Course(pressure, air, instant, tail=LEAK_SECONDS), absolute=True)

    def vent(self, instant: float) -> None:
        """Open the outlet to the atmosphere."""
        self._turn(instant)
        gauge = self.pascals(instant) - self._world.air.pascals
        course = Course(gauge, 0.0, instant, tail=VENT_SECONDS)
        done = course.inside(VENTED * self.module.full_scale)
        self._doing = _Doing(course, vented_at=done)

    def start_zero(self, instant: float) -> None:
        """Begin to zero the sensor against the atmosphere."""
        self.zero_done_at = instant + ZERO_SECONDS

    def abort_zero(self) -> None:
        """Give a zero up that is not complete."""
        self.zero_done_at = inf

    def end_zero(self) -> None:
        """Take the sensor's offset away: the zero is complete."""
        self.zero_done_at = inf
        self.sensors.zero()

    def indication(self, instant: float) -> float:
        """Return what is read (Pa) with the selected range, head correction included."""
        return self.sensors.reading(self._sensed(instant), instant)

    def rate(self, instant: float) -> float:
        """Return the rate of change (Pa/s) of the outlet; nought when it has come to rest."""
        course = self._doing.course
        rate = (course.at(instant) - course.at(instant - REFRESH_SECONDS)) / REFRESH_SECONDS
        return rate if abs(rate) > self.module.stability * self.module.full_scale else 0.0

    def _turn(self, instant: float) -> None:
        """Let everything at the outlet have the pressure from which it goes elsewhere now."""
        for port in self._world.joined(self._name, PressureFollower):  # type: ignore[type-abstract]  # a Protocol serves for isinstance
            port.follow(self.pascals(instant))

    def _true_of(self, setpoint: float) -> float:
        """Return the pressure at which the module's own reading is the set-point."""
        if self.control_range != self.module.absolute_range:
            return setpoint - self.sensors.error(setpoint)
        air = self._world.air.pascals
        gauge = setpoint - self.sensors.barometer()
        return gauge - self.sensors.error(gauge) + air

    def _sensed(self, instant: float) -> float:
        """Return the absolute pressure (Pa) at the sensor: an indicator's comes from elsewhere."""
        if self._inlet is None:
            return self.pascals(instant)
        ports = self._world.joined(self._inlet, PressurePort)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        return ports[0].pascals(instant) if ports else self._world.air.pascals

    def _hunting(self, instant: float) -> float:
        waves = zip(HUNTING, self._phases, strict=True)
        share = sum(part * sin(2 * pi * instant / period + lag) for (period, part), lag in waves)
        return share * self.module.stability * self.module.full_scale


@dataclass(slots=True)
class Modules:
    """The modules of one instrument, for whoever asks the instrument as a whole."""

    manifolds: tuple[Manifold, ...] = field(default_factory=tuple)

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (Pa) of a reading of module 1."""
        return self.manifolds[0].sensors.true_error(function, value)

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true gauge pressure (Pa) of module 1 when `nominal` is set."""
        return nominal - self.manifolds[0].sensors.true_error(Function.GAUGE_PRESSURE, nominal)

    def error_in_room(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (Pa) of a reading of module 1 in the room as it is."""
        sensors = self.manifolds[0].sensors
        if function is Function.ATMOSPHERIC_PRESSURE:
            return sensors.true_error(function, value)
        return sensors.error_in_room(value)

    def output_in_room(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the same in the room as it is."""
        return nominal - self.manifolds[0].sensors.error_in_room(nominal)
