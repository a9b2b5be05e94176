"""Everything that a VISA library reaches: GPIB, HiSLIP, VXI-11, USB, sockets, serial ports.

Any library behind pyvisa will do: NI's, Keysight's, R&S's, pyvisa-py, or a simulated one. Where
pyvisa-py would serve a raw socket or a serial port, `drivers.link.tcp` and `drivers.link.serial`
take its place, because its sessions there cannot keep a deadline.

A deadline is held to the library's own resolution, a millisecond. pyvisa-py's HiSLIP session
restarts its timeout at every piece of a reply, so there it holds between pieces.
"""

import math
import struct
from typing import TYPE_CHECKING, cast

from pyvisa import errors, rname
from pyvisa.constants import (
    BufferOperation,
    ControlFlow,
    Parity,
    ResourceAttribute,
    StatusCode,
    StopBits,
)
from pyvisa.resources import MessageBasedResource, SerialInstrument
from pyvisa_py.protocols.rpc import RPCError  # type: ignore[import-untyped]  # it has no types

from drivers.clock import Clock
from drivers.errors import BadAddress, InstrumentError, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.link import MAX_REPLY_BYTES, Framing, Link, LinkFault, without_line_ends
from drivers.link.serial import (
    FAULTS as SERIAL_FAULTS,
)
from drivers.link.serial import (
    Flow,
    SerialAddress,
    SerialSettings,
    open_serial,
)
from drivers.link.tcp import open_tcp

if TYPE_CHECKING:
    from pyvisa import ResourceManager

OPEN_MILLISECONDS = 5000
CHUNK_BYTES = 4096

# What the libraries were seen to raise besides their own errors: pyvisa-py's HiSLIP asserts and
# unpacks what comes, its RPC layer meets the end of a stream, and warnings may be made errors.
FAULTS: tuple[type[Exception], ...] = (
    errors.Error,
    RPCError,
    RuntimeError,
    EOFError,
    AssertionError,
    LookupError,
    struct.error,
    Warning,
    *SERIAL_FAULTS,
)

GARBLED = {
    StatusCode.error_serial_framing,
    StatusCode.error_serial_parity,
    StatusCode.error_serial_overrun,
}
UNSUPPORTED = {StatusCode.error_nonsupported_operation, StatusCode.error_nonimplemented_operation}

PARITIES = {
    "N": Parity.none,
    "E": Parity.even,
    "O": Parity.odd,
    "M": Parity.mark,
    "S": Parity.space,
}
STOP_BITS = {"1": StopBits.one, "1.5": StopBits.one_and_a_half, "2": StopBits.two}
FLOWS = {
    Flow.NONE: ControlFlow.none,
    Flow.XONXOFF: ControlFlow.xon_xoff,
    Flow.RTSCTS: ControlFlow.rts_cts,
    Flow.DSRDTR: ControlFlow.dtr_dsr,
}


class VisaLink:
    """One VISA session, used through the library's own read and write."""

    def __init__(
        self,
        resource: MessageBasedResource,
        clock: Clock,
        framing: Framing,
        *,
        lines: bool,
        clears: bool,
    ) -> None:
        self._resource = resource
        self._clock = clock
        self._message_end = framing.message.value
        self._reply_end = framing.reply.value[-1:]
        self._lines = lines
        self._clears = clears
        self._library = resource.visalib
        self._session = resource.session
        self._timeout_ms = 0
        # Kept until the session closes: a reply longer than a chunk is no reason to warn.
        self._unwarned = resource.ignore_warning(
            StatusCode.success_max_count_read, StatusCode.success_device_not_present
        )
        self._unwarned.__enter__()

    def send(self, message: bytes, deadline: float) -> None:
        """Send one message."""
        try:
            self._limit(deadline)
            self._library.write(self._session, message + self._message_end)
        except FAULTS as error:
            raise _fault(error) from error

    def receive(self, deadline: float) -> bytes:
        """Return one reply, ended by END or, on a line, by its terminator."""
        try:
            self._limit(deadline)
            reply, status = self._library.read(self._session, CHUNK_BYTES)
            while status == StatusCode.success_max_count_read:
                if len(reply) > MAX_REPLY_BYTES:
                    raise LinkFault(UnexpectedReply, f"{bytes(reply[:40])!r}… has no end")
                self._limit(deadline)
                more, status = self._library.read(self._session, CHUNK_BYTES)
                reply += more
        except FAULTS as error:
            raise _fault(error) from error
        if self._lines and not reply.endswith(self._reply_end):
            raise LinkFault(UnexpectedReply, f"{bytes(reply[:40])!r} has no line end")
        return without_line_ends(bytes(reply))

    def drain(self) -> bytes:
        """Empty the buffers: a device clear, or a discarded read buffer on a line."""
        try:
            if self._lines:
                self._library.flush(self._session, BufferOperation.discard_read_buffer)
            elif self._clears:
                self._library.clear(self._session)
        except NotImplementedError:
            return b""
        except FAULTS as error:
            if isinstance(error, errors.VisaIOError) and error.error_code in UNSUPPORTED:
                return b""
            raise _fault(error) from error
        return b""

    def close(self) -> None:
        """Close the session."""
        try:
            self._unwarned.__exit__(None, None, None)
            self._resource.close()
        except FAULTS as error:
            raise _fault(error) from error

    def _limit(self, deadline: float) -> None:
        """Give the library what is left until `deadline`, in whole milliseconds."""
        left = deadline - self._clock.monotonic()
        if left <= 0.0:
            raise LinkFault(ReplyTimeout, "no time left")
        milliseconds = math.ceil(left * 1e3)
        if milliseconds != self._timeout_ms:
            self._library.set_attribute(
                self._session, ResourceAttribute.timeout_value, milliseconds
            )
            self._timeout_ms = milliseconds


def open_visa(
    address: str,
    manager: "ResourceManager",
    clock: Clock,
    serial: SerialSettings,
    socket: Framing | None = None,
) -> Link:
    """Open `address` with the library of `manager`.

    `serial` applies to serial ports alone, `socket` to raw sockets; other messages end with LF.

    Raises:
        LinkFault: the address is none, or nobody can be reached there.
    """
    try:
        parsed = rname.parse_resource_name(address)
    except rname.InvalidResourceName as error:
        raise LinkFault(BadAddress, str(error), "Write a VISA address or serial://…") from error
    if type(manager.visalib).__module__.startswith("pyvisa_py"):
        if isinstance(parsed, rname.TCPIPSocket):
            return open_tcp(parsed.host_address, int(parsed.port), clock, socket)
        if isinstance(parsed, rname.ASRLInstr):
            return open_serial(SerialAddress(parsed.board, serial), clock)
    resource = _open(address, manager)
    lines = isinstance(parsed, (rname.TCPIPSocket, rname.ASRLInstr))
    framing = Framing()
    if isinstance(parsed, rname.ASRLInstr):
        framing = serial.lines
    elif lines:
        framing = socket or framing
    if lines:
        _set_up(resource, serial, framing)
    # A HiSLIP session begins clear by itself (IVI-6.1, from memory, unverified).
    hislip = isinstance(parsed, rname.TCPIPInstr) and parsed.lan_device_name.startswith("hislip")
    return VisaLink(resource, clock, framing, lines=lines, clears=not hislip)


def _set_up(resource: MessageBasedResource, serial: SerialSettings, framing: Framing) -> None:
    """Let the library know of the line's settings and where a reply ends."""
    try:
        if isinstance(resource, SerialInstrument):
            _set_serial(resource, serial)
        resource.set_visa_attribute(ResourceAttribute.termchar, framing.reply.value[-1])
        resource.set_visa_attribute(ResourceAttribute.termchar_enabled, True)
    except FAULTS as error:
        resource.close()
        raise _fault(error) from error


def _open(address: str, manager: "ResourceManager") -> MessageBasedResource:
    try:
        resource = manager.open_resource(address, open_timeout=OPEN_MILLISECONDS)
    except FAULTS as error:
        raise _fault(error, "Check power, cable and address") from error
    except Exception as error:
        if type(error) is not Exception:
            raise
        # pyvisa-py raises a bare Exception when an instrument refuses a VXI-11 link.
        raise LinkFault(LinkLost, str(error), "Check power, cable and address") from error
    if not isinstance(resource, MessageBasedResource):
        resource.close()
        raise LinkFault(BadAddress, f"{address} is not an instrument that takes messages")
    return resource


def _set_serial(resource: SerialInstrument, serial: SerialSettings) -> None:
    resource.baud_rate = serial.baud
    resource.data_bits = int(serial.framing[0])
    resource.parity = PARITIES[serial.framing[1]]
    resource.stop_bits = STOP_BITS[serial.framing[2:]]
    resource.flow_control = FLOWS[serial.flow]


def _fault(error: Exception, advice: str = "") -> LinkFault:
    kind: type[InstrumentError] = LinkLost
    if isinstance(error, TimeoutError):
        kind = ReplyTimeout
    elif isinstance(error, errors.VisaIOError):
        code = cast(StatusCode, error.error_code)
        if code == StatusCode.error_timeout:
            kind = ReplyTimeout
        elif code in GARBLED:
            kind = UnexpectedReply
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, errors.VisaIOError):
        said = f"{error.abbreviation} ({error.description.rstrip('.')})"
    return LinkFault(kind, said, advice)
