"""The control of a simulated world that another process serves: its hands."""

import json
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from station.errors import BadInput, Exit, StationError

Wires = Iterable[tuple[str, str]]

CONTROL_SECONDS = 5.0
"""How long (s) the control of a served world may take to answer."""


class ControlFailed(StationError):
    """The control of a served simulated world does not answer or refuses."""

    exit = Exit.FAILED


def remote_hands(control: str) -> Callable[[Wires], None]:
    """Return what tells the world at `control` ("host:port") what was wired.

    Raises:
        BadInput: it is no such address.
    """
    host, _, port = control.rpartition(":")
    if not host or not port.isdecimal():
        raise BadInput("[simulation] control = {control!r} is not host:port.", control=control)

    def wire(wires: Wires) -> None:
        ask_control(host, int(port), {"do": "connect", "wires": [list(w) for w in wires]})

    return wire


def remote_switches(control: str) -> Callable[[str, str], None]:
    """Return what tells the world at `control`, checked by `remote_hands`, of turned switches."""
    host, _, port = control.rpartition(":")

    def turn(name: str, position: str) -> None:
        ask_control(host, int(port), {"do": "turn", "instrument": name, "position": position})

    return turn


def ask_control(host: str, port: int, request: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the control of a served world and return its reply.

    Raises:
        ControlFailed: nobody answers, or the request was refused.
    """
    try:
        with socket.create_connection((host, port), timeout=CONTROL_SECONDS) as connection:
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as lines:
                reply = json.loads(lines.readline())
    except (OSError, ValueError) as error:
        raise ControlFailed(
            "The simulated world's control at {host}:{port} does not answer: {error}. Is "
            "`station simulate` running?",
            host=host,
            port=port,
            error=error,
        ) from error
    if not reply.get("ok"):
        raise ControlFailed(
            "The simulated world refused {request}: {why}.", request=request, why=reply.get("error")
        )
    return dict(reply)
