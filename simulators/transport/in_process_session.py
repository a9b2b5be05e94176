"""One open resource of the simulated bench in this process: bytes, replies, and waiting."""

from collections import deque
from math import inf
from typing import Any

from pyvisa import constants, rname
from pyvisa.constants import InterfaceType, ResourceAttribute, StatusCode

from simulators.clock import Clock
from simulators.errors import EndlessWait
from simulators.panel import Reply, addressed
from simulators.transport.framing import EndlessMessage
from simulators.transport.in_process_stream import Reached, SerialStream, SocketStream
from simulators.transport.program import lines_of
from simulators.transport.serial_line import Framing, Settings
from simulators.transport.unasked import speaker_of

DEFAULT_TIMEOUT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 86400.0
INFINITE_TIMEOUT = constants.VI_TMO_INFINITE
MORE = StatusCode.success_max_count_read
PARITIES = "NOEMS"  # as VI_ATTR_ASRL_PARITY counts them
SHORTEST_STEP_SECONDS, STEP_SHARE = 0.001, 0.01  # of waiting for a service request


class Session:
    """One open resource: attributes, bytes not yet written out as a message, unread replies."""

    def __init__(self, reached: Reached, clock: Clock, name: rname.ResourceName) -> None:
        self.panel, self.clock = reached.panel, clock
        self.kind = (name.interface_type_const, name.resource_class)
        # A byte stream has no END and no way to tell the instrument that a reply was not read.
        self.streams = self.kind[0] is InterfaceType.asrl or self.kind[1] == "SOCKET"
        self.serial = self.kind[0] is InterfaceType.asrl
        self.speaker = speaker_of(self.panel) if self.streams else None
        self.stream: SerialStream | SocketStream | None = None
        if self.streams:
            serial = self.serial
            self.stream = SerialStream(reached, self.forget) if serial else SocketStream(reached)
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
        if self.stream is None:
            for line in lines_of(message):
                self._give(line)
            return StatusCode.success
        self._hear_unasked(-inf)
        try:
            self.unread.extend(self.stream.give(message))
        except EndlessMessage:
            self.hung_up = not self.serial  # a serial line has nothing to hang up
        return StatusCode.success

    def apply_attributes(self) -> None:
        """Let changed attributes take effect: timeout (None is for ever) and terminator."""
        milliseconds = self.attributes[ResourceAttribute.timeout_value]
        self.timeout = inf if milliseconds == INFINITE_TIMEOUT else milliseconds / 1000.0
        if self.attributes[ResourceAttribute.termchar_enabled] or self.serial:
            self.ends_at = bytes([self.attributes[ResourceAttribute.termchar]])
        else:
            self.ends_at = b""
        if isinstance(self.stream, SerialStream):
            held = self.attributes
            baud = held.get(ResourceAttribute.asrl_baud_rate, 9600)
            bits = held.get(ResourceAttribute.asrl_data_bits, 8)
            parity = PARITIES[held.get(ResourceAttribute.asrl_parity, 0)]
            self.stream.client = Settings(baud, Framing(bits, parity))

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
            self._hear_unasked(self.clock.monotonic() + self.timeout)
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

    def _hear_unasked(self, deadline: float) -> None:
        """Take what the instrument has said unasked; wait for its next word until `deadline`."""
        if self.speaker is None or self.stream is None:
            return
        self.unread.extend(self.stream.sent(self.speaker.unasked()))
        word = self.speaker.next_word()
        if not self.unread and word <= deadline and word < inf:
            self.clock.sleep(word - self.clock.monotonic())
            self.unread.extend(self.stream.sent(self.speaker.unasked()))

    def _gather(self, wanted: int, deadline: float) -> tuple[bytes, StatusCode]:
        """Collect pieces until a terminator, END, `wanted` bytes or the deadline (s)."""
        gathered = b""
        while True:
            self._hear_unasked(deadline)
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
                return gathered[:end], status if end == place else MORE
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
        self._hear_unasked(now)
        return sum(len(reply.payload) for reply in self.unread if reply.ready <= now)

    def forget(self) -> None:
        """Drop everything unread and unfinished."""
        self.unread.clear()
        if self.stream is not None:
            self.stream.forget()

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
