"""Where the tip of a thermometer is, and how it follows what surrounds it.

The tip follows its surroundings with one time constant.  For all that changes slowly that is a
delay, and a move to another place adds a difference that dies away: both in closed form.  Stem
conduction is not simulated: the tip has the temperature of the place it is in.
"""

from dataclasses import dataclass
from math import exp

from simulators.physics.media import TemperaturePlace
from simulators.world import World

TIP = "TIP"


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


class Tip:
    """The tip at the terminal "NAME TIP", which its owner installs.

    Attributes:
        time_constant: with which it follows its surroundings (s).
    """

    def __init__(self, name: str, world: World, time_constant: float) -> None:
        self.time_constant = time_constant
        self._terminal, self._world = f"{name} {TIP}", world
        self._room = Room(world)
        self._stay = Stay(self._room, world.began, 0.0)
        self._seen_revision = -1

    def celsius(self, instant: float) -> float:
        """Return the true temperature (°C) of the tip, unheated, at `instant` (s)."""
        self._look_around()
        return self._tip(instant)

    def _tip(self, instant: float) -> float:
        stay, constant = self._stay, self.time_constant
        age = max(instant - stay.since, 0.0)
        return stay.place.celsius(instant - constant) + stay.excess * exp(-age / constant)

    def _look_around(self) -> None:
        """Notice a move to another place, made when the wires were last laid."""
        world = self._world
        if world.revision == self._seen_revision:
            return
        self._seen_revision = world.revision
        found = world.joined(self._terminal, TemperaturePlace)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        place = found[0] if found else self._room
        if place is not self._stay.place:
            moved = world.wired_at
            off = self._tip(moved) - place.celsius(moved - self.time_constant)
            self._stay = Stay(place, moved, off)
