"""Mitutoyo callipers, micrometers and gauges behind a serial converter: `01A+0000.123`.

Source: Mitutoyo Digimatic interface and accessory documentation; limits of error, and what the
converter says when there is no reading, are from memory, unverified.

What the jaws hold: `simulators.artefacts.hand_length`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from simulators.artefacts.hand_length import JAWS_OF_CALLIPER, Gauge, Tool
from simulators.catalogue import Built, InstrumentSpec
from simulators.clock import Clock
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.world import World

REPLY_SECONDS = 0.1
NO_READING, WRONG_READING = "911", "912"
MILLIMETRES = 1e3  # per metre
CHARACTERS = 8  # of a value, decimal point included


GAUGES = MappingProxyType({
    # The value of a two-decimal instrument is sent as 00012.34 (from memory, unverified).
    "mitutoyo-calliper": Gauge(0.0, 0.15, 1e-5, 2, 20e-6, 4e-6, JAWS_OF_CALLIPER, play=3e-6),
    "mitutoyo-micrometer": Gauge(0.0, 0.025, 1e-6, 3, 2e-6, 0.3e-6, play=0.6e-6),
    "mitutoyo-indicator": Gauge(0.0, 0.0127, 1e-6, 3, 3e-6, 0.3e-6),
    "mitutoyo-gauge": Gauge(0.0, 0.010, 1e-7, 4, 0.8e-6, 0.1e-6),
})  # fmt: skip


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
