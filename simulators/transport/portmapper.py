"""The portmapper (RFC 1833, version 2): which port a program of this host is at."""

import socket
from contextlib import suppress

from simulators.transport import rpc
from simulators.transport.loop import Loop

PROGRAM, VERSION = 100000, 2
GET_PORT = 3
TCP = 6
LONGEST_DATAGRAM = 2048
_NOBODY = rpc.Caller(lambda: None)  # a datagram has no connection


class Portmapper:
    """Tells the TCP port of one instrument's programs, over TCP and UDP."""

    def __init__(
        self, loop: Loop, programs: dict[tuple[int, int], int], *, host: str, port: int
    ) -> None:
        """Listen.

        Args:
            loop: what serves it.
            programs: (program, version) → port.
            host: address to listen on.
            port: number, or 0 for one the system chooses.

        Raises:
            OSError: the port cannot be had (111 is for the superuser on most systems).
        """
        self._loop, self._programs = loop, programs
        self._program = rpc.Program(PROGRAM, VERSION, {GET_PORT: self._get_port})
        self._tcp = rpc.RpcPort(loop, self._program, host=host, port=port)
        self.number = self._tcp.number
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._udp = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._udp.bind((host, self.number))
        except OSError:
            self._tcp.close()
            self._udp.close()
            raise
        self._udp.setblocking(False)
        self._file = self._udp.fileno()
        loop.watch(self._file, read=self._hear)

    def close(self) -> None:
        """Stop listening."""
        self._loop.watch(self._file)
        self._udp.close()
        self._tcp.close()

    def _get_port(self, _: rpc.Caller, arguments: rpc.Arguments, answer: rpc.Answer) -> None:
        asked = arguments.number(), arguments.number()
        protocol = arguments.number()
        answer(rpc.number(self._programs.get(asked, 0) if protocol == TCP else 0))

    def _hear(self) -> None:
        with suppress(OSError, rpc.GarbageArguments):  # a datagram has nobody to complain to
            payload, sender = self._udp.recvfrom(LONGEST_DATAGRAM)
            rpc.carry_out(self._program, _NOBODY, payload, lambda reply: self._reply(reply, sender))

    def _reply(self, reply: bytes, sender: tuple[str, int]) -> None:
        self._udp.sendto(reply, sender)
