"""A simulated bench served on loopback: sockets, serial lines and the operator's desk."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from simulators.bench import SimulatedBench
from simulators.clock import Clock
from simulators.transport.control import ControlDesk
from simulators.transport.serial_port import SerialInstrument
from simulators.transport.tcp import TcpInstrument

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class SerialLink:
    """How an instrument hangs on a serial line.

    Attributes:
        link: path of a symbolic link to make to the pseudo-terminal; None makes none.
        baud: the instrument's own rate (Bd).
        terminal: whether it speaks its terminal mode (echo and prompts).
    """

    link: Path | None = None
    baud: int = 9600
    terminal: bool = False


@dataclass(frozen=True)
class Served:
    """A bench being served.

    Attributes:
        addresses: instrument's name → VISA resource strings.
        control: "host:port" of the operator's desk.
    """

    addresses: Mapping[str, list[str]]
    control: str
    _open: ExitStack = field(repr=False)

    def close(self) -> None:
        """End every server; returns when their threads have ended."""
        self._open.close()


def serve(
    bench: SimulatedBench,
    clock: Clock,
    *,
    tcp_ports: Mapping[str, int] | None = None,
    serial_links: Mapping[str, SerialLink] | None = None,
    control_port: int = 0,
    host: str = LOOPBACK,
) -> Served:
    """Serve `bench` in real time.

    Args:
        bench: built on the same `clock`.
        clock: what time is to everybody here.
        tcp_ports: instrument's name → port, 0 for one the system chooses; None serves them all.
        serial_links: instrument's name → serial line.
        control_port: of the operator's desk.
        host: address to listen on; loopback unless the caller says otherwise.

    Raises:
        UnknownName: an instrument is not on the bench.
    """
    lock = threading.RLock()
    ports = dict.fromkeys(bench.panels, 0) if tcp_ports is None else tcp_ports
    addresses: dict[str, list[str]] = {name: [] for name in bench.panels}
    with ExitStack() as opening:
        for name, port in ports.items():
            tcp = TcpInstrument(bench.panel(name), clock, lock, host=host, port=port)
            opening.callback(tcp.close)
            addresses[name].append(f"TCPIP0::{host}::{tcp.port}::SOCKET")
        for name, line in (serial_links or {}).items():
            panel = bench.serial_panel(name, terminal=line.terminal)
            serial = SerialInstrument(panel, clock, lock, baud=line.baud, link=line.link)
            opening.callback(serial.close)
            addresses[name].append(f"ASRL{serial.device}::INSTR")
        desk = TcpInstrument(ControlDesk(bench), clock, lock, host=host, port=control_port)
        opening.callback(desk.close)
        return Served(addresses, f"{host}:{desk.port}", opening.pop_all())
