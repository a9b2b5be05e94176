"""A simulated bench served in real time: every face an instrument has, and the operator's desk."""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from simulators.bench import SimulatedBench
from simulators.catalogue import model_of
from simulators.clock import Clock
from simulators.faces import Faces, Line, SerialFace, SocketFace
from simulators.transport.control import ControlDesk
from simulators.transport.hislip import HislipPort
from simulators.transport.loop import Loop
from simulators.transport.rfc2217 import Rfc2217Port
from simulators.transport.serial_port import PseudoTerminal
from simulators.transport.shared import SharedInstrument
from simulators.transport.tcp import TcpPort
from simulators.transport.vxi11 import Vxi11Port

LOOPBACK = "127.0.0.1"
DESK = SocketFace(0, Line(message_ends=b"\n"))
PLAIN_SOCKET = SocketFace(0)
"""For an instrument without a socket of its own: as behind a gateway of its bus."""


@dataclass(frozen=True)
class SerialLink:
    """How a pseudo-terminal is made.

    Attributes:
        link: path of a symbolic link to make to it; None makes none.
        terminal: whether the instrument speaks its terminal mode (echo and prompts).
    """

    link: Path | None = None
    terminal: bool = False


@dataclass(frozen=True)
class Doors:
    """Where the faces of one instrument are served; None: not at all; port 0: any free one.

    Attributes:
        tcp: port of its raw socket.
        hislip: port of HiSLIP.
        vxi11: port of the core channel of VXI-11.
        portmapper: port of a portmapper that tells the ports of VXI-11.
        serial: its pseudo-terminal.
        rfc2217: port of a serial port server.
    """

    tcp: int | None = None
    hislip: int | None = None
    vxi11: int | None = None
    portmapper: int | None = None
    serial: SerialLink | None = None
    rfc2217: int | None = None


def doors_of(faces: Faces) -> Doors:
    """Return doors for all faces, on free ports.

    GPIB and USB have no sockets: they stand open as behind a gateway, by VXI-11 and a raw socket.
    """
    bus = faces.gpib or faces.usb
    terminals = faces.serial is not None and sys.platform != "win32"
    return Doors(
        tcp=0 if faces.socket or bus else None,
        hislip=0 if faces.hislip else None,
        vxi11=0 if faces.vxi11 or bus else None,
        serial=SerialLink() if terminals else None,
        rfc2217=0 if faces.serial else None,
    )


@dataclass(frozen=True)
class Served:
    """A bench being served.

    Attributes:
        addresses: instrument's name → VISA resource strings, and serial+rfc2217:// addresses.
        control: "host:port" of the operator's desk.
        portmappers: instrument's name → port of its portmapper, where there is one.
    """

    addresses: Mapping[str, list[str]]
    control: str
    portmappers: Mapping[str, int]
    _open: ExitStack = field(repr=False)

    def close(self) -> None:
        """End every server; returns when their thread has ended."""
        self._open.close()


def serve(
    bench: SimulatedBench,
    clock: Clock,
    *,
    doors: Mapping[str, Doors] | None = None,
) -> Served:
    """Serve `bench` on loopback, in real time.

    Args:
        bench: built on the same `clock`.
        clock: what time is to everybody here; it has to be real.
        doors: instrument's name → where its faces are; None serves all faces of all instruments.

    Raises:
        UnknownName: an instrument is not on the bench.
        OSError: a port or a link cannot be had.
        NoPseudoTerminals: a serial line was wanted where there are none.
    """
    if doors is None:
        doors = {name: doors_of(model_of(bench.specs[name].model).faces) for name in bench.panels}
    with ExitStack() as opening:
        loop = Loop(clock)
        opening.callback(loop.close)
        servers = ExitStack()
        opening.callback(lambda: loop.call(servers.close))
        hall = _Hall(bench, loop, servers.callback)
        addresses = {name: hall.open(name, doors[name]) for name in doors}
        desk = TcpPort(loop, ControlDesk(bench), DESK, host=LOOPBACK, port=0)
        servers.callback(desk.close)
        loop.start()
        return Served(addresses, f"{LOOPBACK}:{desk.number}", hall.portmappers, opening.pop_all())


@dataclass(frozen=True)
class _Hall:
    """Where doors are opened."""

    bench: SimulatedBench
    loop: Loop
    at_end: Callable[[Callable[[], None]], object]
    portmappers: dict[str, int] = field(default_factory=dict)

    def open(self, name: str, doors: Doors) -> list[str]:
        """Open the doors of an instrument; return its addresses."""
        shared = SharedInstrument(self.loop, self.bench.panel(name))
        faces = model_of(self.bench.specs[name].model).faces
        addresses = []
        if doors.tcp is not None:
            face = faces.socket or PLAIN_SOCKET
            tcp = TcpPort(self.loop, shared, face, host=LOOPBACK, port=doors.tcp)
            self.at_end(tcp.close)
            addresses.append(f"TCPIP0::{LOOPBACK}::{tcp.number}::SOCKET")
        if doors.hislip is not None:
            hislip = HislipPort(self.loop, shared, host=LOOPBACK, port=doors.hislip)
            self.at_end(hislip.close)
            addresses.append(f"TCPIP0::{LOOPBACK}::hislip0,{hislip.number}::INSTR")
        if doors.vxi11 is not None:
            vxi11 = Vxi11Port(
                self.loop, shared, host=LOOPBACK, port=doors.vxi11, mapper_port=doors.portmapper
            )
            self.at_end(vxi11.close)
            addresses.append(f"TCPIP0::{LOOPBACK},{vxi11.number}::inst0::INSTR")
            if vxi11.mapper is not None:
                self.portmappers[name] = vxi11.mapper
        return addresses + self._open_serial(name, doors, faces.serial or SerialFace(), shared)

    def _open_serial(
        self, name: str, doors: Doors, face: SerialFace, shared: SharedInstrument
    ) -> list[str]:
        addresses = []
        if doors.serial is not None:
            line = self._seen(shared, name, terminal=doors.serial.terminal)
            pty = PseudoTerminal(self.loop, line, face, link=doors.serial.link)
            self.at_end(pty.close)
            addresses.append(f"ASRL{pty.device}::INSTR")
        if doors.rfc2217 is not None:
            line = self._seen(shared, name)
            remote = Rfc2217Port(self.loop, line, face, host=LOOPBACK, port=doors.rfc2217)
            self.at_end(remote.close)
            addresses.append(f"serial+rfc2217://{LOOPBACK}:{remote.number}")
        return addresses

    def _seen(
        self, shared: SharedInstrument, name: str, *, terminal: bool = False
    ) -> SharedInstrument:
        """Return the instrument as its serial line shows it."""
        panel = self.bench.serial_panel(name, terminal=terminal)
        return shared if panel is shared.panel else SharedInstrument(self.loop, panel)
