"""The sensors of one control module: what they make of the pressure behind the valves."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from math import exp

from simulators.druck_pace.specification import BAROMETER, ControlModule
from simulators.physics.functions import Function
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, drawn, with_settings
from simulators.world import REFERENCE_CELSIUS, World

REFRESH_SECONDS = 0.125  # 8 readings a second over the interface
SENSOR_NOISE = 2e-6  # rms, part of full scale
GRAVITY, DRY_AIR, NITROGEN = 9.80665, 0.0034837, 0.0033693  # m/s²; kg·K/(m³·Pa)
ICE_POINT = 273.15  # K
BAROMETER_PASCALS = 115000.0  # full scale


class Gas(Enum):
    """What fills the hose, for the head correction."""

    AIR = auto()
    NITR = auto()


@dataclass(frozen=True, slots=True)
class Head:
    """The head correction: gas, height (m) of the device above the module, whether applied."""

    gas: Gas = Gas.AIR
    metres: float = 0.0
    applied: bool = False


class Sensors:
    """The control sensor and the barometer of one module, with their own errors.

    Attributes:
        range_: name of the range that is read.
        head: the head correction.
        tare: what is taken off readings (Pa) when `tared`.
        tared: whether it is.
    """

    def __init__(self, module: ControlModule, name: str, world: World, errors: Errors) -> None:
        self._module, self._world = module, world
        draws, full = generator(world.seed, name, "sensor"), module.full_scale
        sensor = drawn(draws, relative=module.relative, floor=module.floor * full, full_scale=full)
        self._sensor = with_settings(sensor, errors.get(Function.GAUGE_PRESSURE, {}))
        barometer = drawn(draws, relative=0.0, floor=module.barometer, full_scale=BAROMETER_PASCALS)
        self._barometer = with_settings(barometer, errors.get(Function.ATMOSPHERIC_PRESSURE, {}))
        self._noise = standard_normals(generator(world.seed, name, "reading"))
        self._refresh: tuple[int, float] = (-1, 0.0)
        self.reset()

    def reset(self) -> None:
        """Be as delivered: the gauge range, no head correction, no tare."""
        self.range_ = self._module.gauge_range
        self.head = Head()
        self.tare, self.tared = 0.0, False

    def zero(self) -> None:
        """Take the offset of the control sensor away."""
        self._sensor = replace(self._sensor, offset=0.0)

    def reading(self, true: float, instant: float) -> float:
        """Return what is read (Pa) of a true absolute pressure (Pa), head correction included."""
        barometer = self.barometer()
        if self.range_ == BAROMETER:
            return barometer
        gauge = true - self._world.air.pascals
        reading = gauge + self.error(gauge) + self._reading_noise(instant)
        if self.head.applied:
            reading -= self._head_pascals(true)
        return reading + barometer if self.range_ == self._module.absolute_range else reading

    def barometer(self) -> float:
        """Return what the barometer reads (Pa)."""
        air = self._world.air
        return air.pascals + self._barometer.of(air.pascals)

    def error(self, gauge: float) -> float:
        """Return the error (Pa) of the control sensor at a gauge pressure (Pa), here and now."""
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        seconds = self._world.clock.monotonic() - self._world.began
        return self._sensor.of(gauge, kelvin=kelvin, seconds=seconds)

    def true_error(self, function: Function, value: float) -> float:
        """Return the error (Pa) of a reading at the reference temperature."""
        if function is Function.ATMOSPHERIC_PRESSURE:
            return self._barometer.of(value)
        return self._sensor.of(value)

    def error_in_room(self, gauge: float) -> float:
        """Return the error (Pa) of a reading in the room as it is, at the clock's zero."""
        return self._sensor.of(gauge, kelvin=self._world.air.celsius - REFERENCE_CELSIUS)

    def _head_pascals(self, absolute: float) -> float:
        """Return by how much (Pa) the pressure is less at the height of the device."""
        constant = DRY_AIR if self.head.gas is Gas.AIR else NITROGEN
        kelvin = self._world.air.celsius + ICE_POINT
        return absolute * (1.0 - exp(-constant * GRAVITY * self.head.metres / kelvin))

    def _reading_noise(self, instant: float) -> float:
        refresh = int((instant - self._world.began) / REFRESH_SECONDS + 1e-6)
        if refresh != self._refresh[0]:
            self._refresh = (refresh, next(self._noise))
        return SENSOR_NOISE * self._module.full_scale * self._refresh[1]
