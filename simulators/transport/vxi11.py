"""An instrument served by VXI-11: a core port, an abort port and, if wanted, a portmapper."""

from contextlib import ExitStack

from simulators.transport.loop import Loop
from simulators.transport.portmapper import Portmapper
from simulators.transport.rpc import Program, RpcPort
from simulators.transport.shared import SharedInstrument
from simulators.transport.vxi11_core import ABORT, Interrupts, Links, Messages

CORE_PROGRAM, ABORT_PROGRAM, VERSION = 0x0607AF, 0x0607B0, 1


class Vxi11Port:
    """One instrument behind the ports of VXI-11.

    Attributes:
        number: port of the core channel.
        mapper: the portmapper's port, None where there is none.
    """

    def __init__(
        self,
        loop: Loop,
        instrument: SharedInstrument,
        *,
        host: str,
        port: int,
        mapper_port: int | None = None,
    ) -> None:
        links = Links(instrument)
        procedures = links.procedures() | Messages(links).procedures()
        procedures |= Interrupts(links).procedures()
        with ExitStack() as opening:
            abort = Program(ABORT_PROGRAM, VERSION, {ABORT: links.abort})
            abort_port = RpcPort(loop, abort, host=host, port=0)
            opening.callback(abort_port.close)
            links.abort_port = abort_port.number
            core = RpcPort(loop, Program(CORE_PROGRAM, VERSION, procedures), host=host, port=port)
            opening.callback(core.close)
            self.number = core.number
            self.mapper: int | None = None
            if mapper_port is not None:
                programs = {
                    (CORE_PROGRAM, VERSION): core.number,
                    (ABORT_PROGRAM, VERSION): abort_port.number,
                }
                mapper = Portmapper(loop, programs, host=host, port=mapper_port)
                opening.callback(mapper.close)
                self.mapper = mapper.number
            self._open = opening.pop_all()

    def close(self) -> None:
        """Stop listening and end every link."""
        self._open.close()
