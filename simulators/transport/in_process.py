"""The simulated bench as a VISA library in this process: ordinary pyvisa resources, no wire.

Waiting is charged to the world's clock: a reply not ready in time costs the client its timeout
and VI_ERROR_TMO, and stays in the output queue.
"""

from collections.abc import Mapping
from itertools import count
from math import inf
from typing import Any
from uuid import uuid4

import pyvisa
from pyvisa import attributes, constants, rname
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISARMSession, VISASession
from pyvisa.util import LibraryPath

from simulators.clock import Clock
from simulators.errors import WrongSpecification
from simulators.transport.in_process_session import INFINITE_TIMEOUT, Session
from simulators.transport.in_process_stream import Reached

__all__ = ["Reached", "resource_manager"]

SERVICE_REQUEST = constants.EventType.service_request


class InProcessLibrary(VisaLibraryBase):
    """A pyvisa library whose instruments are simulated panels."""

    panels: Mapping[str, Reached]
    clock: Clock

    def _init(self) -> None:
        self._sessions: dict[int, Session] = {}
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
        self._sessions[handle] = Session(reached, self.clock, name)
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

    def _session(self, session: int) -> Session:
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
