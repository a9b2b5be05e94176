"""The one physical world: terminals, what connects them, and the air of the room."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin
from typing import Protocol, TypeVar

from simulators.clock import Clock
from simulators.errors import UnknownName
from simulators.physics.electrical import Output
from simulators.physics.noise import generator

_T = TypeVar("_T")

REFERENCE_CELSIUS = 23.0  # the temperature at which true errors are stated
# The air conditioning breathes; thermal voltages of all leads follow it with their own lag.
ROOM_PERIOD_SECONDS = 1500.0
LEAD_OHMS = (0.015, 0.035)  # about one metre of 0.75 mm² copper and two plugs
EMF_VOLTS = 0.15e-6  # rms from lead to lead; copper to copper, low thermal
EMF_WANDER_VOLTS = 0.05e-6  # amplitude of the breathing
LEAD_FARADS = (15e-12, 45e-12)  # half of what a shielded pair of one metre has: a choice

Wire = tuple[str, str]


class Source(Protocol):
    """An instrument that drives its ports."""

    @property
    def ports(self) -> Mapping[str, tuple[str, str]]:
        """Name of each port → its high and low terminals."""
        ...

    @property
    def revision(self) -> int:
        """A number that differs whenever an output may differ."""
        ...

    def output(self, port: str) -> Output:
        """Return what `port` offers from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Lead:
    """One wire: resistance (Ω), thermal voltage (V) and how that follows the room, capacitance (F).

    The capacitance is towards the other wire of a pair: each has its half.
    """

    ohms: float
    emf_volts: float
    wander_volts: float
    lag_radians: float
    farads: float


@dataclass(frozen=True, slots=True)
class Path:
    """The way from a meter's pair of inputs to a source's port, or a short when there is none.

    Attributes:
        source: who drives; None for a wire straight across the inputs.
        port: the source's port.
        polarity: −1 when high and low are swapped.
        ohms: resistance (Ω) of all leads, there and back.
        emf_volts: sum (V) of the steady thermal voltages.
        wander_volts: amplitude (V) of their breathing.
        lag_radians: its phase (rad).
        farads: capacitance (F) between the leads there and the leads back.
    """

    source: Source | None
    port: str
    polarity: int
    ohms: float
    emf_volts: float
    wander_volts: float
    lag_radians: float
    farads: float

    def emf(self, instant: float) -> float:
        """Return the thermal voltage (V) in the loop at `instant` (s)."""
        phase = 2 * pi / ROOM_PERIOD_SECONDS * instant + self.lag_radians
        return self.emf_volts + self.wander_volts * sin(phase)


@dataclass(frozen=True, slots=True)
class Air:
    """The air of the room.

    Attributes:
        celsius: temperature (°C).
        humidity: relative humidity (%).
        pascals: atmospheric pressure (Pa).
    """

    celsius: float = REFERENCE_CELSIUS
    humidity: float = 50.0
    pascals: float = 101325.0


class World:
    """Terminals, connections and the air of the room.

    A terminal is addressed "NAME TERMINAL", for example "calibrator NORMAL HI".
    """

    def __init__(self, *, clock: Clock, seed: int, air: Air) -> None:
        self.clock = clock
        self.seed = seed
        self.began = clock.monotonic()
        self.wired_at = self.began
        self.revision = 0
        self._air = self._air_before = air
        self.air_changed_at = self.began
        self._terminals: set[str] = set()
        self._things: dict[str, object] = {}
        self._sources: list[tuple[str, Source]] = []
        self._wires: tuple[Wire, ...] = ()
        self._leads: dict[Wire, Lead] = {}

    @property
    def air(self) -> Air:
        """The air of the room, as it is now."""
        return self._air

    @air.setter
    def air(self, air: Air) -> None:
        self._air_before, self._air = self._air, air
        self.air_changed_at = self.clock.monotonic()
        self.revision += 1

    @property
    def air_before(self) -> Air:
        """The air of the room until it last changed, at `air_changed_at` (s)."""
        return self._air_before

    @property
    def connections(self) -> tuple[Wire, ...]:
        """The wires, in the order they were laid."""
        return self._wires

    def install(
        self,
        name: str,
        terminals: Iterable[str],
        source: Source | None = None,
        things: Mapping[str, object] | None = None,
    ) -> None:
        """Put an instrument on the bench.

        Args:
            name: first word of its terminals.
            terminals: where it can be connected.
            source: what drives its electrical ports.
            things: terminal → what another instrument finds there (see `simulators.physics.media`).
        """
        self._terminals.update(f"{name} {terminal}" for terminal in terminals)
        if source is not None:
            self._sources.append((name, source))
        for terminal, thing in (things or {}).items():
            self._terminals.add(f"{name} {terminal}")
            self._things[f"{name} {terminal}"] = thing
        self.revision += 1

    def joined(self, terminal: str, kind: type[_T]) -> tuple[_T, ...]:
        """Return the things of `kind` that connections from `terminal` lead to, nearest first."""
        reached = [self._things.get(place) for place in self._reach(terminal) if place != terminal]
        return tuple(thing for thing in reached if isinstance(thing, kind))

    def connect(self, pairs: Iterable[Iterable[str]]) -> None:
        """Lay wires beside those already there; all of them or none.

        Raises:
            UnknownName: a terminal does not exist; the nearest known is named.
        """
        laid: list[Wire] = []
        for one, other in pairs:
            for terminal in (one, other):
                if terminal not in self._terminals:
                    raise UnknownName("terminal", terminal, self._terminals)
            laid.append((one, other))
        self._wires += tuple(laid)
        self._changed_wires()

    def disconnect(self, pairs: Iterable[Iterable[str]]) -> None:
        """Take some wires away, whichever way round they are named; all of them or none.

        Raises:
            UnknownName: there is no such wire; the nearest known is named.
        """
        left = list(self._wires)
        for pair in pairs:
            ends = set(pair)
            wire = next((one for one in left if set(one) == ends), None)
            if wire is None:
                known = [" ↔ ".join(one) for one in self._wires]
                raise UnknownName("connection", " ↔ ".join(sorted(ends)), known)
            left.remove(wire)
        self._wires = tuple(left)
        self._changed_wires()

    def disconnect_all(self) -> None:
        """Take every wire away."""
        self._wires = ()
        self._changed_wires()

    def _changed_wires(self) -> None:
        self.revision += 1
        self.wired_at = self.clock.monotonic()

    def paths(self, high: str, low: str) -> tuple[Path, ...]:
        """Return the ways from a meter's inputs to sources; none when an input hangs free."""
        from_high, from_low = self._reach(high), self._reach(low)
        if low in from_high:
            return (_path(None, "", 1, from_high[low]),)
        found = []
        for name, source in self._sources:
            for port, (top, bottom) in source.ports.items():
                for polarity, a, b in ((1, top, bottom), (-1, bottom, top)):
                    one, other = from_high.get(f"{name} {a}"), from_low.get(f"{name} {b}")
                    if one is not None and other is not None:
                        found.append(_path(source, port, polarity, one + other))
        return tuple(found)

    def _reach(self, terminal: str) -> dict[str, tuple[Lead, ...]]:
        """Return every terminal that wires lead to, with the leads in between."""
        found: dict[str, tuple[Lead, ...]] = {terminal: ()}
        waiting = deque([terminal])
        while waiting:
            here = waiting.popleft()
            for wire in self._wires:
                there = wire[1] if wire[0] == here else wire[0] if wire[1] == here else here
                if there not in found:
                    found[there] = (*found[here], self._lead(wire))
                    waiting.append(there)
        return found

    def _lead(self, wire: Wire) -> Lead:
        """Return the lead that serves for `wire`: the same one whenever it is laid again."""
        ends = (min(wire), max(wire))
        if ends not in self._leads:
            self._leads[ends] = self._drawn_lead(ends)
        return self._leads[ends]

    def _drawn_lead(self, ends: Wire) -> Lead:
        draw = generator(self.seed, "lead", *ends)
        return Lead(
            ohms=draw.uniform(*LEAD_OHMS),
            emf_volts=draw.normal(0.0, EMF_VOLTS),
            wander_volts=EMF_WANDER_VOLTS,
            lag_radians=draw.uniform(0.0, 2 * pi),
            farads=draw.uniform(*LEAD_FARADS),
        )


def _path(source: Source | None, port: str, polarity: int, leads: tuple[Lead, ...]) -> Path:
    """Add up `leads`: sinusoids of one period are added as phasors."""
    across = sum(lead.wander_volts * cos(lead.lag_radians) for lead in leads)
    along = sum(lead.wander_volts * sin(lead.lag_radians) for lead in leads)
    return Path(
        source=source,
        port=port,
        polarity=polarity,
        ohms=sum(lead.ohms for lead in leads),
        emf_volts=sum(lead.emf_volts for lead in leads),
        wander_volts=hypot(across, along),
        lag_radians=atan2(along, across),
        farads=sum(lead.farads for lead in leads),
    )
