"""The physics of a triple supply: voltage and current limit into what is wired.

An output holds its voltage until its current limit is reached (constant voltage), then it holds
its current (constant current).  Loads are resistances of other instruments, ammeters and shorts.
Its voltage falls a little with the current that it gives.  What an ammeter is joined to shows it a
current.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from simulators.keysight_e36312a.specification import (
    MEASURED_AMPERES,
    MEASURED_VOLTS,
    NOISE_SHARE,
    PROGRAMMED_AMPERES,
    PROGRAMMED_VOLTS,
    RATINGS,
    SETTLE_TIME_CONSTANT,
    SOURCE_OHMS,
    Accuracy,
    Rating,
)
from simulators.panel import Scalar
from simulators.physics.electrical import NOTHING, ZERO, Output, Quantity, Trajectory
from simulators.physics.functions import Function
from simulators.physics.media import Shunt
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, TrueError, drawn, with_settings
from simulators.world import REFERENCE_CELSIUS, Path, World

PORTS = {f"CH{number}": (f"CH{number} +", f"CH{number} -") for number in RATINGS}


class Trip(Enum):
    """Which protection switched an output off."""

    NONE = "none"
    VOLTAGE = "over voltage"
    CURRENT = "over current"


@dataclass(frozen=True, slots=True)
class Setting:
    """How one output is set.

    Attributes:
        volts: set voltage (V).
        amperes: current limit (A).
        on: whether it is switched on.
        protection_volts: level (V) of the overvoltage protection.
        volts_protected: whether that is on.
        amperes_protected: whether reaching the current limit switches the output off.
    """

    volts: float
    amperes: float
    on: bool
    protection_volts: float
    volts_protected: bool = True
    amperes_protected: bool = False


def after_reset(rating: Rating) -> Setting:
    """Return how `*RST` sets an output: 0 V, off, full current (from memory, unverified)."""
    return Setting(0.0, rating.amperes, on=False, protection_volts=rating.most_protection)


@dataclass(frozen=True, slots=True)
class State:
    """What an output gives once settled: voltage (V), current (A), whether it limits."""

    volts: float
    amperes: float
    limiting: bool


IDLE = State(0.0, 0.0, limiting=False)


class Outlet:
    """One output with its own errors.

    Attributes:
        setting: how it is set.
        tripped: which protection switched it off.
    """

    def __init__(self, number: int, name: str, world: World, errors: Errors) -> None:
        self.rating = RATINGS[number]
        self.setting = after_reset(self.rating)
        self.tripped = Trip.NONE
        self._changes = 0
        self._port, self._name, self._world, self._given = f"CH{number}", name, world, errors
        self._volts = self._drawn(Function.DC_VOLTAGE, "set", PROGRAMMED_VOLTS)
        self._limit = self._drawn(Function.DC_CURRENT, "set", PROGRAMMED_AMPERES)
        self._read_volts = self._drawn(None, "read V", MEASURED_VOLTS)
        self._read_amperes = self._drawn(None, "read A", MEASURED_AMPERES)
        self._noise = standard_normals(generator(world.seed, name, self._port, "noise"))
        self._level = self._flow = ZERO
        self._state = IDLE
        self._loads: tuple[Path, ...] = ()
        self._shunts: tuple[Shunt, ...] = ()
        self._wired = -1
        self._seen: tuple[int, ...] = ()

    @property
    def revision(self) -> int:
        """A number that differs whenever what it offers may differ: the load counts too."""
        self.state(self._world.clock.monotonic())
        return self._changes

    def change(self, setting: Setting, instant: float) -> None:
        """Take a new setting at `instant` (s)."""
        if setting.on and not self.setting.on:
            self.tripped = Trip.NONE
        self.setting = setting
        self._settle(instant)

    def trip(self, cause: Trip, instant: float) -> None:
        """Switch off as a protection does."""
        self.tripped = cause
        self.setting = replace(self.setting, on=False)
        self._settle(instant)

    def state(self, instant: float) -> State:
        """Return what it gives, with what is wired now; a protection may trip here."""
        if self._seen != self._surroundings():
            self._settle(instant)
        return self._state

    def output(self) -> Output:
        """Return what it offers from now on."""
        self.state(self._world.clock.monotonic())
        if not self.setting.on:
            return NOTHING
        if self._shunts:
            return Output(Quantity.CURRENT, dc=self._flow)
        return Output(Quantity.VOLTAGE, dc=self._level, source_ohms=SOURCE_OHMS)

    def measured_volts(self, instant: float) -> float:
        """Return the read-back (V) at `instant` (s)."""
        self.state(instant)
        return self._read(self._read_volts, self._level.at(instant), MEASURED_VOLTS)

    def measured_amperes(self, instant: float) -> float:
        """Return the read-back (A) at `instant` (s)."""
        state = self.state(instant)
        part = self._level.at(instant) / state.volts if state.volts else 0.0
        return self._read(self._read_amperes, state.amperes * part, MEASURED_AMPERES)

    def actual(self, function: Function, nominal: float, *, kelvin: float = 0.0) -> float:
        """Return the true voltage (V) without a load, or limit (A), `kelvin` off 23 °C.

        The resistance (Ω) is that behind the output: it is not set, and has no error.
        """
        if function is Function.RESISTANCE:
            return SOURCE_OHMS
        error = self._volts if function is Function.DC_VOLTAGE else self._limit
        return max(nominal + error.of(nominal, kelvin=kelvin), 0.0)

    def _settle(self, instant: float) -> None:
        """Work out where the output goes from here, and whether a protection acts."""
        self._seen = self._surroundings()
        self._state = self._steady()
        if self.setting.on and self._cause() is not Trip.NONE:
            self.tripped = self._cause()
            self.setting = replace(self.setting, on=False)
            self._state = IDLE
        start, flowed = self._level.at(instant), self._flow.at(instant)
        self._level = Trajectory(start, self._state.volts, instant, SETTLE_TIME_CONSTANT)
        self._flow = Trajectory(flowed, self._state.amperes, instant, SETTLE_TIME_CONSTANT)
        self._changes += 1

    def _cause(self) -> Trip:
        setting = self.setting
        if setting.volts_protected and self._state.volts > setting.protection_volts:
            return Trip.VOLTAGE
        if setting.amperes_protected and self._state.limiting:
            return Trip.CURRENT
        return Trip.NONE

    def _steady(self) -> State:
        if not self.setting.on:
            return IDLE
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        volts = self.actual(Function.DC_VOLTAGE, self.setting.volts, kelvin=kelvin)
        limit = self.actual(Function.DC_CURRENT, self.setting.amperes, kelvin=kelvin)
        ohms = self._load_ohms()
        amperes = volts / (ohms + SOURCE_OHMS)
        if amperes > limit:
            return State(limit * ohms, limit, limiting=True)
        return State(volts - SOURCE_OHMS * amperes, amperes, limiting=False)

    def _surroundings(self) -> tuple[int, ...]:
        """Return numbers that differ whenever the load may differ."""
        if self._wired != self._world.revision:
            self._wired = self._world.revision
            high, low = (f"{self._name} {terminal}" for terminal in PORTS[self._port])
            paths = self._world.paths(high, low)
            self._loads = tuple(one for one in paths if not isinstance(one.source, Supply))
            returning = self._world.joined(low, Shunt)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
            outgoing = self._world.joined(high, Shunt)  # type: ignore[type-abstract]  # the same
            self._shunts = tuple(one for one in outgoing if one in returning)
        loads = (one.source.revision for one in self._loads if one.source is not None)
        return (self._wired, *loads)

    def _load_ohms(self) -> float:
        """Return the resistance (Ω) across the output; infinite when nothing is wired."""
        siemens = sum(1.0 / shunt.shunt_ohms for shunt in self._shunts)
        for path in self._loads:
            if path.source is None:
                siemens += 1.0 / path.ohms
                continue
            seen = path.source.output(path.port)
            if seen.quantity is Quantity.RESISTANCE:
                siemens += 1.0 / (seen.dc.at(inf) + path.ohms)
        return 1.0 / siemens if siemens else inf

    def _read(self, error: TrueError, value: float, accuracy: Accuracy) -> float:
        noise = NOISE_SHARE * accuracy.floor * next(self._noise)
        return value + error.of(value) + noise

    def _drawn(self, function: Function | None, purpose: str, accuracy: Accuracy) -> TrueError:
        volts = function is Function.DC_VOLTAGE or purpose == "read V"
        error = drawn(
            generator(self._world.seed, self._name, "error", self._port, purpose, str(volts)),
            relative=accuracy.relative,
            floor=accuracy.floor,
            full_scale=self.rating.volts if volts else self.rating.amperes,
        )
        return with_settings(error, self._given.get(function, {}) if function else {})


class Supply:
    """Three outputs and their terminals; `meant` is the one that truth is told of."""

    ports = PORTS

    def __init__(self, name: str, world: World, errors: Errors, *, meant: int = 1) -> None:
        self.outlets = {number: Outlet(number, name, world, errors) for number in RATINGS}
        self._meant = self.outlets[meant]
        self._world = world
        world.install(name, [one for pair in PORTS.values() for one in pair], self)

    @property
    def revision(self) -> int:
        """A number that differs whenever an output may differ."""
        return sum(one.revision for one in self.outlets.values())

    def output(self, port: str) -> Output:
        """Return what `port` offers from now on."""
        return self.outlets[int(port.removeprefix("CH"))].output()

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true voltage (V) without a load, or limit (A), of the output that is meant."""
        return self._meant.actual(Function(function), nominal)

    def output_in_room(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true voltage (V) or limit (A) at the room's temperature."""
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return self._meant.actual(Function(function), nominal, kelvin=kelvin)

    def shown(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        seen: dict[str, Scalar] = {}
        instant = self._world.clock.monotonic()
        for number, outlet in self.outlets.items():
            seen[f"volts {number}"] = outlet.setting.volts
            seen[f"amperes {number}"] = outlet.setting.amperes
            seen[f"mode {number}"] = mode_of(outlet, instant)
        return seen


def mode_of(outlet: Outlet, instant: float) -> str:
    """Return what the display says about an output."""
    limiting = outlet.state(instant).limiting
    if outlet.tripped is not Trip.NONE:
        return "OV" if outlet.tripped is Trip.VOLTAGE else "OC"
    if not outlet.setting.on:
        return "OFF"
    return "CC" if limiting else "CV"
