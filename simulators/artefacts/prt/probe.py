"""A resistance thermometer: what its tip is in becomes what its wires show.

The tip follows its surroundings with one time constant.  For all that changes slowly that is a
delay, and a move to another place adds a difference that dies away: both in closed form.  Stem
conduction is not simulated: the tip has the temperature of the place it is in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from types import MappingProxyType

from simulators.artefacts.prt.specification import Constants, Kind, check
from simulators.physics.electrical import Output, Quantity
from simulators.physics.media import TemperaturePlace
from simulators.physics.noise import generator
from simulators.physics.platinum import Curve, slope
from simulators.world import World

TIP = "TIP"
TERMINALS = (TIP, "HI", "LO", "SENSE HI", "SENSE LO")
PORTS = MappingProxyType({"ENDS": ("HI", "LO"), "SENSE": ("SENSE HI", "SENSE LO")})


@dataclass(frozen=True, slots=True)
class Room:
    """The air of the room, as a place to lie in."""

    world: World

    def celsius(self, instant: float) -> float:
        """Return the temperature (°C) of the air."""
        return self.world.air.celsius


@dataclass(frozen=True, slots=True)
class Stay:
    """Being in one place: since when (s), and how far (K) the tip was off it then."""

    place: TemperaturePlace
    since: float
    excess: float


class Probe:
    """One resistance thermometer with its own coefficients.

    Attributes:
        curve: its true characteristic, without self-heating.
    """

    revision = 0

    def __init__(self, kind: Kind, name: str, world: World, stated: Constants) -> None:
        check(kind, stated)
        self.curve: Curve = kind.characteristic(generator(world.seed, name, "constants"), stated)
        self._kind, self._name, self._world = kind, name, world
        self._room = Room(world)
        self._stay = Stay(self._room, world.began, 0.0)
        world.install(name, TERMINALS, self)
        self._seen_revision = world.revision

    @property
    def ports(self) -> Mapping[str, tuple[str, str]]:
        """The two pairs of wires at the two ends of the element."""
        return PORTS

    def output(self, port: str) -> Output:
        """Return the element's resistance, which both pairs of wires find."""
        return Output(
            Quantity.RESISTANCE,
            dc=_Resistance(self),
            sense_ports=tuple(PORTS),
            heating=_Heating(self),
        )

    def celsius(self, instant: float) -> float:
        """Return the true temperature (°C) of the tip without current, at `instant` (s)."""
        self._look_around()
        return self._tip(instant)

    def ohms(self, instant: float) -> float:
        """Return the resistance (Ω) without current at `instant` (s)."""
        return self.curve.ohms(self.celsius(instant))

    def heating(self, instant: float) -> float:
        """Return the rise (Ω/A²) of the resistance with the square of the current."""
        celsius = self.celsius(instant)
        return slope(self.curve, celsius) * self._kind.kelvin_per_watt * self.curve.ohms(celsius)

    def _tip(self, instant: float) -> float:
        stay, constant = self._stay, self._kind.time_constant
        age = max(instant - stay.since, 0.0)
        return stay.place.celsius(instant - constant) + stay.excess * exp(-age / constant)

    def _look_around(self) -> None:
        """Notice a move to another place, made when the wires were last laid."""
        world = self._world
        if world.revision == self._seen_revision:
            return
        self._seen_revision = world.revision
        found = world.joined(f"{self._name} {TIP}", TemperaturePlace)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        place = found[0] if found else self._room
        if place is not self._stay.place:
            moved = world.wired_at
            off = self._tip(moved) - place.celsius(moved - self._kind.time_constant)
            self._stay = Stay(place, moved, off)


@dataclass(frozen=True, slots=True)
class _Resistance:
    probe: Probe

    def at(self, instant: float) -> float:
        return self.probe.ohms(instant)


@dataclass(frozen=True, slots=True)
class _Heating:
    probe: Probe

    def at(self, instant: float) -> float:
        return self.probe.heating(instant)
