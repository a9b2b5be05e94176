"""The simulated bench as a VISA library in this process: ordinary pyvisa resources, no wire.

Waiting is charged to the world's clock: a reply not ready in time costs the client its timeout
and VI_ERROR_TMO, and stays in the output queue.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from math import inf
from typing import Any
from uuid import uuid4

import pyvisa
from pyvisa import attributes, constants, rname
from pyvisa.constants import InterfaceType, ResourceAttribute, StatusCode
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISARMSession, VISASession
from pyvisa.util import LibraryPath

from simulators.clock import Clock
from simulators.errors import EndlessWait, WrongSpecification
from simulators.faces import Faces, Line, SerialFace
from simulators.panel import Panel, Replies, Reply, addressed
from simulators.transport.framing import EndlessMessage, Framer, translated
from simulators.transport.program import lines_of
from simulators.transport.serial_line import (
    Framing,
    Settings,
    commands_of,
    heard_by_client,
    heard_by_instrument,
    settings_of,
)

DEFAULT_TIMEOUT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 86400.0
INFINITE_TIMEOUT = constants.VI_TMO_INFINITE


SOCKET_LINE = Line(message_ends=b"\n")
PARITIES = "NOEMS"  # as VI_ATTR_ASRL_PARITY counts them
SHORTEST_STEP_SECONDS, STEP_SHARE = 0.001, 0.01  # of waiting for a service request


@dataclass(frozen=True)
class Reached:
    """An instrument as an address reaches it: its panel, and the faces of the real one."""

    panel: Panel
    faces: Faces = field(default_factory=Faces)


class _Session:
    """One open resource: attributes, bytes not yet written out as a message, unread replies."""

    def __init__(self, reached: Reached, clock: Clock, name: rname.ResourceName) -> None:
        self.panel, self.clock = reached.panel, clock
        self.kind = (name.interface_type_const, name.resource_class)
        # A byte stream has no END and no way to tell the instrument that a reply was not read.
        self.streams = self.kind[0] is InterfaceType.asrl or self.kind[1] == "SOCKET"
        self.serial = self.kind[0] is InterfaceType.asrl
        self.face = reached.faces.serial or SerialFace()
        socket = reached.faces.socket
        self.line = self.face.line if self.serial else socket.line if socket else SOCKET_LINE
        self.framer = Framer(self.line)
        self.own = self.client = settings_of(self.face)
        self.timeout = DEFAULT_TIMEOUT_SECONDS
        self.ends_at = b"\n" if self.serial else b""
        self.unread: deque[Reply] = deque()
        self.hung_up = False
        self.attributes: dict[int, Any] = {
            ResourceAttribute.timeout_value: int(self.timeout * 1000),
            ResourceAttribute.termchar: ord("\n"),
            ResourceAttribute.termchar_enabled: constants.VI_FALSE,
            ResourceAttribute.interface_type: self.kind[0],
            ResourceAttribute.resource_class: self.kind[1],
            ResourceAttribute.resource_name: str(name),
            ResourceAttribute.interface_number: int(getattr(name, "board", 0) or 0)
            if str(getattr(name, "board", 0) or 0).isdigit()
            else 0,
        }
        if self.serial:
            self.apply_attributes()

    def write(self, message: bytes) -> StatusCode:
        """Give complete messages to the panel; the END of a bus completes the last one."""
        if self.hung_up:
            return StatusCode.error_connection_lost
        if not self.streams:
            for line in lines_of(message):
                self._give(line)
        elif self.serial:
            self._give_serial(message)
        else:
            self._give_streamed(message)
        return StatusCode.success

    def _give_streamed(self, chunk: bytes) -> None:
        try:
            messages = self.framer.feed(chunk)
        except EndlessMessage:
            self.hung_up = not self.serial
            return
        for message in messages:
            self._take(self.panel.receive(message))

    def _give_serial(self, chunk: bytes) -> None:
        """Give what the instrument hears at the client's settings, control characters apart."""
        for piece in commands_of(heard_by_instrument(chunk, self.client, self.own), self.face):
            if piece == self.face.clear_character:
                self.forget()
                self._take(self.panel.clear())
            elif piece == self.face.trigger_character:
                self._take(self.panel.trigger())
            elif isinstance(piece, bytes):
                self._give_streamed(piece)

    def _take(self, replies: Replies) -> None:
        """Put replies into the line, as this face sends them."""
        for reply in replies:
            payload = translated(reply.payload, self.line)
            if self.serial:
                payload = heard_by_client(payload, self.client, self.own)
            self.unread.append(reply._replace(payload=payload))

    def apply_attributes(self) -> None:
        """Let changed attributes take effect: timeout (None is for ever) and terminator."""
        milliseconds = self.attributes[ResourceAttribute.timeout_value]
        self.timeout = inf if milliseconds == INFINITE_TIMEOUT else milliseconds / 1000.0
        if self.attributes[ResourceAttribute.termchar_enabled] or self.serial:
            self.ends_at = bytes([self.attributes[ResourceAttribute.termchar]])
        else:
            self.ends_at = b""
        if self.serial:
            held = self.attributes
            baud = held.get(ResourceAttribute.asrl_baud_rate, 9600)
            bits = held.get(ResourceAttribute.asrl_data_bits, 8)
            parity = PARITIES[held.get(ResourceAttribute.asrl_parity, 0)]
            self.client = Settings(baud, Framing(bits, parity))

    def _give(self, line: bytes) -> None:
        if self.unread:
            self._interrupt()
        self.unread.extend(self.panel.receive(line))

    def _interrupt(self) -> None:
        """Drop replies still in the instrument; those already on their way arrive all the same."""
        kept = [reply for reply in self.unread if reply.stray]
        if len(kept) < len(self.unread):
            self.panel.interrupted()
        self.unread = deque(kept)

    def read(self, wanted: int) -> tuple[bytes, StatusCode]:
        """Wait for the next message, at most for the timeout, and return up to `wanted` bytes."""
        if not self.unread and not self.streams and not self.hung_up:
            self.unread.extend(addressed(self.panel))
        if not self.unread:
            return b"", self._give_up(self.clock.monotonic() + self.timeout)
        reply = self.unread[0]
        now = self.clock.monotonic()
        if reply.ready > now:
            if reply.ready > now + self.timeout or reply.ready == inf:
                return b"", self._give_up(now + self.timeout)
            self.clock.sleep(reply.ready - now)
        payload = reply.payload
        if (
            reply.ends
            and not reply.hangs_up
            and len(payload) <= wanted
            and (not self.streams or (self.ends_at and payload.endswith(self.ends_at)))
            and (not self.ends_at or payload.find(self.ends_at) == len(payload) - 1)
        ):
            self.unread.popleft()
            return payload, StatusCode.success
        return self._gather(wanted, now + self.timeout)

    def _gather(self, wanted: int, deadline: float) -> tuple[bytes, StatusCode]:
        """Collect pieces until a terminator, END, `wanted` bytes or the deadline (s)."""
        gathered = b""
        while True:
            if not self.unread or self.unread[0].ready > deadline or self.unread[0].ready == inf:
                return b"", self._give_up(deadline)
            reply = self.unread.popleft()
            self.clock.sleep(reply.ready - self.clock.monotonic())
            gathered += reply.payload
            self.hung_up = self.hung_up or reply.hangs_up
            place = gathered.find(self.ends_at) + 1 if self.ends_at else 0
            ended = reply.ends and not self.streams
            if place or len(gathered) > wanted or (len(gathered) == wanted and not ended):
                end = min(place or wanted, wanted)
                self._put_back(gathered[end:], reply)
                status = StatusCode.success_termination_character_read
                return gathered[:end], status if end == place else _MORE
            if ended:
                return gathered, StatusCode.success
            if self.hung_up:
                return b"", StatusCode.error_connection_lost

    def _put_back(self, rest: bytes, reply: Reply) -> None:
        if rest:
            self.unread.appendleft(reply._replace(payload=rest))

    def _give_up(self, deadline: float) -> StatusCode:
        """Let the timeout pass; bytes of an unfinished message are lost, as in a real library."""
        if self.hung_up:
            return StatusCode.error_connection_lost
        if deadline == inf:
            raise EndlessWait("nothing is coming and the timeout is infinite: set a timeout")
        self.clock.sleep(deadline - self.clock.monotonic())
        return StatusCode.error_timeout

    def received(self) -> int:
        """Return how many bytes could be read without waiting."""
        now = self.clock.monotonic()
        return sum(len(reply.payload) for reply in self.unread if reply.ready <= now)

    def forget(self) -> None:
        """Drop everything unread and unfinished."""
        self.unread.clear()
        self.framer.forget()

    def message_available(self) -> bool:
        """Return whether a reply could be read now (MAV)."""
        now = self.clock.monotonic()
        return any(reply.ready <= now for reply in self.unread)

    def await_service_request(self, seconds: float) -> bool:
        """Let time pass until the instrument requests service; return False after `seconds` (s)."""
        began = self.clock.monotonic()
        while not self.panel.requests_service(message_available=self.message_available()):
            waited = self.clock.monotonic() - began
            if waited >= seconds:
                return False
            if seconds == inf and waited > LONGEST_WAIT_SECONDS:
                raise EndlessWait("no service request comes and the timeout is infinite: set one")
            step = max(SHORTEST_STEP_SECONDS, STEP_SHARE * waited)
            self.clock.sleep(min(step, seconds - waited))
        return True


SERVICE_REQUEST = constants.EventType.service_request
_MORE = StatusCode.success_max_count_read


class InProcessLibrary(VisaLibraryBase):
    """A pyvisa library whose instruments are simulated panels."""

    panels: Mapping[str, Reached]
    clock: Clock

    def _init(self) -> None:
        self._sessions: dict[int, _Session] = {}
        self._handles = count(1)

    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Open the resource manager (viOpenDefaultRM)."""
        return VISARMSession(next(self._handles)), self._ok(None)

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, StatusCode]:
        """Open an instrument by its address (viOpen)."""
        try:
            name = rname.ResourceName.from_string(resource_name)
        except rname.InvalidResourceName:
            return VISASession(0), self._status(None, StatusCode.error_invalid_resource_name)
        reached = self.panels.get(str(name))
        if reached is None:
            return VISASession(0), self._status(None, StatusCode.error_resource_not_found)
        handle = VISASession(next(self._handles))
        self._sessions[handle] = _Session(reached, self.clock, name)
        return handle, self._ok(handle)

    def close(self, session: Any) -> StatusCode:
        """Close a session (viClose)."""
        self._sessions.pop(session, None)
        return self._ok(None)

    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """Return the addresses on this bench that match `query`."""
        return tuple(rname.filter(list(self.panels), query))

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send bytes (viWrite)."""
        status = self._session(session).write(data)
        if status is StatusCode.success:
            return len(data), status
        return 0, self._status(session, status)

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Receive bytes (viRead)."""
        payload, status = self._session(session).read(count)
        if status is StatusCode.success:
            return payload, status
        return payload, self._status(session, status)

    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Serial-poll the instrument (viReadSTB)."""
        opened = self._session(session)
        if opened.serial or opened.streams:
            return 0, self._status(session, StatusCode.error_nonsupported_operation)
        byte = opened.panel.poll(message_available=opened.message_available())
        return byte, self._ok(session)

    def clear(self, session: VISASession) -> StatusCode:
        """Clear the device; on a socket nothing is sent, what was received is dropped (viClear)."""
        opened = self._session(session)
        if opened.streams:
            now = self.clock.monotonic()
            while opened.unread and opened.unread[0].ready <= now:
                opened.unread.popleft()
            return self._ok(session)
        opened.forget()
        opened.panel.clear()
        return self._ok(session)

    def assert_trigger(
        self, session: VISASession, protocol: constants.TriggerProtocol
    ) -> StatusCode:
        """Send a group execute trigger (viAssertTrigger)."""
        opened = self._session(session)
        if opened.streams:
            return self._status(session, StatusCode.error_nonsupported_operation)
        opened.unread.extend(opened.panel.trigger())
        return self._ok(session)

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:
        """Drop what was received and not read (viFlush)."""
        opened = self._session(session)
        now = self.clock.monotonic()
        while opened.unread and opened.unread[0].ready <= now:
            opened.unread.popleft()
        return self._ok(session)

    def gpib_control_ren(
        self, session: VISASession, mode: constants.RENLineOperation
    ) -> StatusCode:
        """Accept remote and local switching; the panels listen in both (viGpibControlREN)."""
        return self._ok(session)

    def get_attribute(self, session: Any, attribute: Any) -> tuple[Any, StatusCode]:
        """Return an attribute as set, else pyvisa's documented default (viGetAttribute)."""
        opened = self._session(session)
        if attribute == ResourceAttribute.asrl_avalaible_number:
            return opened.received(), self._ok(session)
        held = opened.attributes
        if attribute in held:
            return held[attribute], self._ok(session)
        known = attributes.AttributesByID.get(attribute)
        if known is None or known.default is attributes.NotAvailable:
            return None, self._status(session, StatusCode.error_nonsupported_attribute)
        return known.default, self._ok(session)

    def set_attribute(
        self, session: VISASession, attribute: Any, attribute_state: Any
    ) -> StatusCode:
        """Set an attribute (viSetAttribute)."""
        opened = self._session(session)
        if attribute not in attributes.AttributesByID:
            return self._status(session, StatusCode.error_nonsupported_attribute)
        opened.attributes[attribute] = attribute_state
        opened.apply_attributes()
        return self._ok(session)

    def enable_event(
        self, session: Any, event_type: Any, mechanism: Any, context: None = None
    ) -> StatusCode:
        """Let service requests be waited for: the one event here (viEnableEvent)."""
        queued = mechanism == constants.EventMechanism.queue
        if self._session(session).streams or not queued or event_type != SERVICE_REQUEST:
            return self._status(session, StatusCode.error_invalid_event)
        return self._ok(session)

    def wait_on_event(
        self, session: Any, in_event_type: Any, timeout: int
    ) -> tuple[Any, Any, StatusCode]:
        """Let time pass until service is requested, at most `timeout` ms (viWaitOnEvent)."""
        seconds = inf if timeout == INFINITE_TIMEOUT else timeout / 1000.0
        came = self._session(session).await_service_request(seconds)
        status = StatusCode.success if came else StatusCode.error_timeout
        return in_event_type, next(self._handles), self._status(session, status)

    def disable_event(self, session: Any, event_type: Any, mechanism: Any) -> StatusCode:
        """Accept: nothing is kept between two waits (viDisableEvent)."""
        return StatusCode.success

    def discard_events(self, session: Any, event_type: Any, mechanism: Any) -> StatusCode:
        """Accept: nothing is kept between two waits (viDiscardEvents)."""
        return StatusCode.success

    def _session(self, session: int) -> _Session:
        try:
            return self._sessions[session]
        except KeyError:
            raise pyvisa.errors.InvalidSession from None

    def _ok(self, session: Any) -> StatusCode:
        return self.handle_return_value(session, StatusCode.success)

    def _status(self, session: Any, status: StatusCode) -> StatusCode:
        """Record `status`; raise when it is an error, as a real library's wrapper does."""
        return self.handle_return_value(session, status)


def resource_manager(panels: Mapping[str, Reached], clock: Clock) -> pyvisa.ResourceManager:
    """Return a resource manager whose addresses lead to `panels`.

    Raises:
        WrongSpecification: an address is no VISA resource name.
    """
    named = {}
    for address, panel in panels.items():
        try:
            named[str(rname.ResourceName.from_string(address))] = panel
        except rname.InvalidResourceName as wrong:
            raise WrongSpecification(f"{address!r} is no VISA resource name: {wrong}") from wrong
    # pyvisa keeps one library for each path; a fresh path is a fresh library.
    library = InProcessLibrary(LibraryPath(f"simulated-bench-{uuid4().hex}"))
    assert isinstance(library, InProcessLibrary)
    library.panels, library.clock = named, clock
    return pyvisa.ResourceManager(library)
