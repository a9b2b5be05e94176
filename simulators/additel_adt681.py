"""An Additel ADT681 digital pressure gauge: `255:R:MRMD:1` → `001:F:MRMD:  100.25:KPA`.

Frame, addresses, terminators and errors: ADT681 user manual, remote protocol.  How wide the value
is, the spelling of the unit and the place of the code in an error are public clients' (Kevin Hines,
EMULATE; rddaz2013/Additel-Serial-Port-Communication), unverified.  The gauge shows kPa.  Of the
commands only the one that reads is known; all others do not exist here.

What it measures: `simulators.artefacts.pressure_gauge`, without hysteresis; its constants are
`span_pascals`, `class` (default 0.05), `step_pascals` (default 10 Pa) and `per_kelvin`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from simulators.artefacts.pressure_gauge import DialGauge
from simulators.catalogue import Built, InstrumentSpec
from simulators.clock import Clock
from simulators.errors import UnknownName
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.physics.functions import Function
from simulators.world import World

REPLY_SECONDS = 0.1
OWN, UNIVERSAL = 1, 255  # addresses; its own is a choice
KILOPASCAL, WIDTH = 1e3, 8
CONSTANTS = ("span_pascals", "class", "step_pascals", "per_kelvin")
DEFAULTS = {"class": 0.05, "step_pascals": 10.0, "per_kelvin": 2e-5}

REQUEST = re.compile(r"(\d{1,3}):([A-Z]):([A-Z]*)((?::[^:]*)*)", re.ASCII)
LONGEST_COMMAND, LONGEST_PARAMETER, MOST_BYTES = 5, 16, 64
OVERFLOW, NO_SUCH, TOO_LONG, DIRECTION, COUNT, LONG_PARAMETER = 1000, 1018, 1019, 1020, 1017, 1029


class AdditelPanel(Mute):
    """The serial line of the gauge, and its display."""

    def __init__(self, gauge: DialGauge, clock: Clock) -> None:
        self._gauge, self._clock = gauge, clock

    def receive(self, message: bytes) -> Replies:
        """Answer a request with its address on it; anything else is noise on the line."""
        if len(message) > MOST_BYTES:
            return self._answer(f"E::{OVERFLOW}:")
        request = REQUEST.fullmatch(message.decode("latin-1"))
        if request is None or int(request[1]) not in (OWN, UNIVERSAL):
            return ()
        parameters = [part for part in request[4].split(":") if part]
        error = _error(request[2], request[3], parameters)
        if error is not None:
            return self._answer(f"E:{request[3]}:{error}")
        return self._answer(f"F:MRMD:{self._shown():>{WIDTH}}:KPA")

    def _answer(self, text: str) -> Replies:
        ready = self._clock.monotonic() + REPLY_SECONDS
        return (Reply(f"{OWN:03d}:{text}\n".encode("ascii"), ready),)

    def _shown(self) -> str:
        step = self._gauge.step or 1.0
        decimals = max(0, len(f"{step / KILOPASCAL:.9f}".rstrip("0").partition(".")[2]))
        return f"{self._gauge.indication() / KILOPASCAL:.{max(decimals, 1)}f}"

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        return {"pascals": self._gauge.indication(), "text": f"{self._shown()} kPa"}


def _error(direction: str, command: str, parameters: list[str]) -> int | None:
    """Return the code of what is wrong with a request; None where nothing is."""
    if direction not in ("R", "W"):
        return DIRECTION
    if len(command) > LONGEST_COMMAND:
        return TOO_LONG
    if command != "MRMD":
        return NO_SUCH
    if any(len(parameter) > LONGEST_PARAMETER for parameter in parameters):
        return LONG_PARAMETER
    if len(parameters) > 1:
        return COUNT
    return DIRECTION if direction == "W" else None


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put a gauge into `world`."""
    for name in spec.constants:
        if name not in CONSTANTS:
            raise UnknownName("constant of an ADT681", name, CONSTANTS)
    errors = {Function.PRESSURE_HYSTERESIS: {"offset_ppm_of_range": 0.0}, **spec.errors}
    gauge = DialGauge(replace(spec, constants={**DEFAULTS, **spec.constants}, errors=errors), world)
    return Built(AdditelPanel(gauge, world.clock), gauge, look=gauge.look)
