"""Mitutoyo callipers, micrometers and gauges behind a serial converter: `01A+0000.123`.

Source: Mitutoyo Digimatic interface and accessory documentation; limits of error, and what the
converter says when there is no reading, are from memory, unverified.

The jaws hold what is joined to "… JAWS"; with nothing between them they are closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulators.artefacts.gauge_block import REFERENCE_CELSIUS, STEEL_EXPANSION
from simulators.catalogue import Built, InstrumentSpec
from simulators.clock import Clock
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.physics.functions import Function
from simulators.physics.media import Gap
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, drawn, with_settings
from simulators.world import World

JAWS = "JAWS"
REPLY_SECONDS = 0.1
NO_READING, WRONG_READING = "911", "912"
MILLIMETRES = 1e3  # per metre
CHARACTERS = 8  # of a value, decimal point included


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a data sheet says of a hand tool.

    Attributes:
        shortest, longest: measuring range (m).
        step: resolution (m).
        decimals: of a value in millimetres, as it is sent.
        limit: of the error (m).
        feel: standard deviation (m) of taking the measure again.
    """

    shortest: float
    longest: float
    step: float
    decimals: int
    limit: float
    feel: float


GAUGES = MappingProxyType({
    # The value of a two-decimal instrument is sent as 00012.34 (from memory, unverified).
    "mitutoyo-calliper": Gauge(0.0, 0.15, 1e-5, 2, 20e-6, 4e-6),
    "mitutoyo-micrometer": Gauge(0.0, 0.025, 1e-6, 3, 2e-6, 0.3e-6),
    "mitutoyo-indicator": Gauge(0.0, 0.0127, 1e-6, 3, 3e-6, 0.3e-6),
    "mitutoyo-gauge": Gauge(0.0, 0.010, 1e-7, 4, 0.8e-6, 0.1e-6),
})  # fmt: skip


class Tool:
    """The physics of one hand tool with its own errors.

    Attributes:
        gauge: its specification.
        connected: whether its cable is in the converter and it is switched on.
    """

    def __init__(self, gauge: Gauge, name: str, world: World, errors: Errors) -> None:
        self.gauge = gauge
        self.connected = True
        self._name, self._world = name, world
        draws = generator(world.seed, name, "errors")
        error = drawn(draws, relative=0.0, floor=gauge.limit, full_scale=gauge.longest)
        self._error = with_settings(error, errors.get(Function.LENGTH, {}))
        self._feel = standard_normals(generator(world.seed, name, "feel"))
        self._taken: tuple[float, float] = (world.wired_at, 0.0)
        world.install(name, (JAWS,))

    def metres(self) -> float | None:
        """Return what it measures (m), unrounded; None: beyond its range."""
        celsius = self._world.air.celsius
        gaps = self._world.joined(f"{self._name} {JAWS}", Gap)  # type: ignore[type-abstract]  # a Protocol serves for isinstance
        length = gaps[0].metres(celsius) if gaps else 0.0
        # Its own scale is of steel, and as warm as the room.
        shown = length / (1.0 + STEEL_EXPANSION * (celsius - REFERENCE_CELSIUS))
        if not self.gauge.shortest <= shown <= self.gauge.longest * (1.0 + 1e-3):
            return None
        return shown + self._error.of(shown) + self._hand()

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error (m) of the indication of a length of `value` (m) at 20 °C."""
        return self._error.of(value)

    def _hand(self) -> float:
        """Return what this taking of the measure adds (m)."""
        if self._taken[0] != self._world.wired_at:
            self._taken = (self._world.wired_at, self.gauge.feel * next(self._feel))
        return self._taken[1]


class ConverterPanel(Mute):
    """The serial converter: any character takes the reading and sends it."""

    def __init__(self, tool: Tool, clock: Clock) -> None:
        self._tool, self._clock = tool, clock

    def receive(self, message: bytes) -> Replies:
        """Send one reading; an empty line asks for none."""
        if not message:
            return ()
        ready = self._clock.monotonic() + REPLY_SECONDS
        return (Reply(f"{self._line()}\n".encode("ascii"), ready),)

    def _line(self) -> str:
        gauge, metres = self._tool.gauge, self._tool.metres()
        if not self._tool.connected:
            return NO_READING
        if metres is None:
            return WRONG_READING
        shown = _stepped(metres, gauge)
        return f"01A{'-' if shown < 0.0 else '+'}{abs(shown):0{CHARACTERS}.{gauge.decimals}f}"

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows: millimetres."""
        metres = self._tool.metres()
        if metres is None:
            return {"millimetres": None, "text": "E"}
        shown = _stepped(metres, self._tool.gauge)
        return {"millimetres": shown, "text": f"{shown:.{self._tool.gauge.decimals}f}"}


def _stepped(metres: float, gauge: Gauge) -> float:
    """Return millimetres in steps of the resolution; no negative nought."""
    return round(round(metres / gauge.step) * gauge.step * MILLIMETRES, gauge.decimals) + 0.0


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a hand tool and its converter into `world`."""
    tool = Tool(GAUGES[spec.model], spec.name, world, spec.errors)
    return Built(ConverterPanel(tool, world.clock), tool)
