"""The operator's hands on a simulated bench: one JSON request a line over loopback TCP.

{"do": "connect", "wires": [["calibrator NORMAL HI", "dut HI"], …]}   replaces all connections
{"do": "join", "wires": [["w100 MASS", "balance PAN"]]}               adds to those there are
{"do": "disconnect", "wires": [["w100 MASS", "balance PAN"]]}         takes these away
{"do": "disconnect"}                                                  takes all away
{"do": "state"}
{"do": "air", "celsius": 22.5, "humidity": 48.0, "pascals": 101200.0}   what is not said stays
{"do": "fault", "instrument": "dut", "fault": "late", "seconds": 2.0, "at_exchange": 1}
{"do": "turn", "instrument": "dut", "to": "V_AC"}   the switch of a handheld meter

Each is answered by one line, {"ok": true, …} or {"ok": false, "error": "…"}.
"""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Protocol

from simulators.errors import SimulationError, UnknownName, WrongRequest
from simulators.faults.fault import Fault, fault_of
from simulators.panel import Replies, Reply, Scalar

AIR = {"celsius": (-40.0, 85.0), "humidity": (0.0, 100.0), "pascals": (1e4, 2e5)}
"""What the air of the room can be changed in, and how far anything is alive in it."""

REQUESTS: Mapping[str, frozenset[str]] = {
    "connect": frozenset({"wires"}),
    "join": frozenset({"wires"}),
    "disconnect": frozenset({"wires"}),
    "state": frozenset(),
    "air": frozenset(AIR),
    "fault": frozenset({"instrument", "fault", "seconds", "at_exchange"}),
    "turn": frozenset({"instrument", "to"}),
}
"""What can be asked for, and what a request may say besides."""


class Bench(Protocol):
    """What the operator can do to a bench."""

    def connect(self, wires: list[list[str]]) -> None:
        """Replace all wires."""
        ...

    def join(self, wires: list[list[str]]) -> None:
        """Lay wires beside those there are."""
        ...

    def disconnect(self, wires: list[list[str]] | None = None) -> None:
        """Take these wires away; all of them where none is named."""
        ...

    def wires(self) -> list[list[str]]:
        """Return the wires."""
        ...

    def state(self) -> Mapping[str, Mapping[str, Scalar]]:
        """Return what the front panels show."""
        ...

    def change_air(self, quantities: Mapping[str, float]) -> Mapping[str, float]:
        """Change some quantities of the room's air; return all of them."""
        ...

    def arm(self, name: str, fault: Fault, *, at_exchange: int) -> None:
        """Arm a fault on an instrument."""
        ...

    def turn(self, name: str, position: str) -> None:
        """Turn the switch of an instrument."""
        ...


class ControlDesk:
    """The bench as something that receives lines: any transport can carry them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def receive(self, message: bytes) -> Replies:
        """Carry out one request and answer it at once; an empty line is no request."""
        if not message.strip():
            return ()
        try:
            answer = {"ok": True, **self._carry_out(_request(message))}
        except SimulationError as wrong:
            answer = {"ok": False, "error": str(wrong)}
        return (Reply(json.dumps(answer).encode() + b"\n", 0.0),)

    def _carry_out(self, request: Mapping[str, object]) -> dict[str, object]:
        asked = request.get("do")
        if asked not in REQUESTS:
            raise UnknownName("request", str(asked), REQUESTS)
        for field in request:
            if field != "do" and field not in REQUESTS[str(asked)]:
                raise UnknownName(f"field of {asked!r}", field, REQUESTS[str(asked)])
        match asked:
            case "connect":
                self._bench.connect(_wires(request))
            case "join":
                self._bench.join(_wires(request))
            case "disconnect":
                self._bench.disconnect(_wires(request) if "wires" in request else None)
            case "state":
                return {"connections": self._bench.wires(), "instruments": self._bench.state()}
            case "air":
                return {"air": self._bench.change_air(_air(request))}
            case "fault":
                return {"armed": self._arm(request)}
            case "turn":
                name, position = request.get("instrument"), request.get("to")
                if not isinstance(name, str) or not isinstance(position, str):
                    raise WrongRequest('a turn needs "instrument" and "to", both text')
                self._bench.turn(name, position)
        return {"connections": self._bench.wires()}

    def _arm(self, request: Mapping[str, object]) -> Mapping[str, object]:
        name, fault = request.get("instrument"), request.get("fault")
        seconds, exchange = request.get("seconds", 1.0), request.get("at_exchange", 1)
        if not isinstance(name, str) or not isinstance(fault, str):
            raise WrongRequest('a fault needs "instrument" and "fault", both text')
        if not isinstance(seconds, int | float) or not isinstance(exchange, int):
            raise WrongRequest('"seconds" is a number and "at_exchange" a whole one')
        self._bench.arm(name, fault_of(fault, float(seconds)), at_exchange=exchange)
        return {"instrument": name, "fault": fault, "at_exchange": exchange}


def _request(message: bytes) -> Mapping[str, object]:
    try:
        request = json.loads(message)
    except ValueError as wrong:
        raise WrongRequest(f"this line is no JSON: {wrong}") from wrong
    if not isinstance(request, dict):
        raise WrongRequest('a request is an object such as {"do": "state"}')
    return request


def _wires(request: Mapping[str, object]) -> list[list[str]]:
    wires = request.get("wires")
    if not isinstance(wires, list) or not all(_is_wire(wire) for wire in wires):
        raise WrongRequest('"wires" is a list of pairs such as ["calibrator NORMAL HI", "dut HI"]')
    return wires


def _air(request: Mapping[str, object]) -> Mapping[str, float]:
    """Return the quantities that `request` names, each one that air can have."""
    air: dict[str, float] = {}
    for name, value in request.items():
        if name == "do":
            continue
        if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
            raise WrongRequest(f'"{name}" is a number')
        least, greatest = AIR[name]
        if not least <= value <= greatest:
            raise WrongRequest(f'"{name}" lies between {least} and {greatest}')
        air[name] = float(value)
    return air


def _is_wire(wire: object) -> bool:
    return isinstance(wire, list) and len(wire) == 2 and all(isinstance(end, str) for end in wire)
