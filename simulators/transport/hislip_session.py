"""One HiSLIP session: its two channels, and everything that is about its messages."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulators.transport import locks
from simulators.transport.hislip_exchange import RMT_DELIVERED, Exchange
from simulators.transport.hislip_messages import (
    LARGEST_PAYLOAD,
    PROGRAM_KINDS,
    Fatal,
    Kind,
    Message,
    Wrong,
)
from simulators.transport.shared import SharedInstrument, Watcher

if TYPE_CHECKING:
    from simulators.transport.hislip import Channel

RELEASE, REQUEST = 0, 1
REMOTE_LOCAL_CODES = range(7)
FAILED, DONE, DONE_SHARED, LOCK_ERROR = range(4)
LEAST_SIZE = 256  # of a client's messages: nobody can read headers alone


class Session:
    """A client of one instrument: a synchronous channel, then an asynchronous one beside it."""

    def __init__(
        self, instrument: SharedInstrument, channel: "Channel", forget: Callable[[], object]
    ) -> None:
        self._instrument, self._sync, self._forget = instrument, channel, forget
        self._async: Channel | None = None
        self._exchange = Exchange(instrument, channel, self._tell_interrupted)
        self._held: deque[Message] = deque()
        self._clearing = self._ended = False
        self._watcher = Watcher(self._request_service, lambda: self._exchange.sent)
        self._asynchronous: Mapping[int, Callable[[Message], None]] = {
            Kind.ASYNC_MAX_MESSAGE_SIZE: self._agree_size,
            Kind.ASYNC_STATUS_QUERY: self._tell_status,
            Kind.ASYNC_DEVICE_CLEAR: self._clear,
            Kind.ASYNC_LOCK: self._lock,
            Kind.ASYNC_LOCK_INFO: self._tell_locks,
            Kind.ASYNC_REMOTE_LOCAL_CONTROL: self._switch_remote,
        }

    def join(self, channel: "Channel") -> bool:
        """Take the asynchronous channel; return False if there is one already."""
        if self._async is not None:
            return False
        self._async = channel
        self._instrument.watch(self._watcher)
        return True

    def end(self) -> None:
        """End both channels and give back every lock."""
        if self._ended:
            return
        self._ended = True
        self._forget()
        self._held.clear()
        self._exchange.clear()
        self._instrument.unwatch(self._watcher)
        self._sync.stream.close()
        if self._async is not None:
            self._async.stream.close()
        self._instrument.locks.forget(self)

    # The synchronous channel

    def synchronous(self, channel: "Channel", message: Message) -> None:
        """Take a message of the synchronous channel."""
        if self._async is None:
            channel.fail(Fatal.WITHOUT_BOTH_CHANNELS, "the asynchronous channel is missing")
        elif self._clearing:
            if message.kind == Kind.DEVICE_CLEAR_COMPLETE:
                self._clearing = False
                channel.send(Kind.DEVICE_CLEAR_ACKNOWLEDGE)
        elif message.kind in PROGRAM_KINDS:
            if message.control & ~RMT_DELIVERED:
                channel.refuse(Wrong.UNRECOGNIZED_CONTROL_CODE, f"control {message.control}")
            elif self._held or not self._instrument.locks.admits(self):
                self._hold(message)
            else:
                self._exchange.carry_out(message)
        elif message.kind in (Kind.FATAL_ERROR, Kind.ERROR):
            self._complained(message)
        else:
            channel.refuse_kind(message)

    def _hold(self, message: Message) -> None:
        """Keep a message until the others' lock is gone; the next ones stay in the line."""
        self._sync.stream.hear(hearing=False)
        self._held.append(message)
        if len(self._held) == 1:
            self._instrument.locks.when_admitted(self, self._take_held)

    def _take_held(self) -> None:
        while self._held:
            self._exchange.carry_out(self._held.popleft())
        self._sync.stream.hear(hearing=True)

    # The asynchronous channel

    def asynchronous(self, channel: "Channel", message: Message) -> None:
        """Take a message of the asynchronous channel."""
        act = self._asynchronous.get(message.kind)
        if act is not None:
            act(message)
        elif message.kind in (Kind.FATAL_ERROR, Kind.ERROR):
            self._complained(message)
        else:
            channel.refuse_kind(message)

    def _tell(self, kind: Kind, control: int = 0, parameter: int = 0, payload: bytes = b"") -> None:
        if self._async is not None:
            self._async.send(kind, control, parameter, payload)

    def _refuse_control(self, message: Message) -> None:
        if self._async is not None:
            self._async.refuse(Wrong.UNRECOGNIZED_CONTROL_CODE, f"control {message.control}")

    def _agree_size(self, message: Message) -> None:
        self._exchange.largest = max(int.from_bytes(message.payload, "big"), LEAST_SIZE)
        own = LARGEST_PAYLOAD.to_bytes(8, "big")
        self._tell(Kind.ASYNC_MAX_MESSAGE_SIZE_RESPONSE, payload=own)

    def _tell_status(self, message: Message) -> None:
        # What was sent before on the other channel comes first, whichever arrived first here.
        self._sync.stream.pump()
        self._exchange.note_delivery(message)
        self._tell(Kind.ASYNC_STATUS_RESPONSE, self._instrument.poll(self._watcher))

    def _tell_interrupted(self, number: int) -> None:
        self._tell(Kind.ASYNC_INTERRUPTED, 0, number)

    def _request_service(self, byte: int) -> None:
        self._tell(Kind.ASYNC_SERVICE_REQUEST, byte)

    def _clear(self, _: Message) -> None:
        """Carry out a device clear; the synchronous channel is deaf until the client is done."""
        self._clearing = True
        self._held.clear()
        self._sync.stream.hear(hearing=True)
        self._exchange.clear()
        self._instrument.clear()
        self._tell(Kind.ASYNC_DEVICE_CLEAR_ACKNOWLEDGE)

    def _lock(self, message: Message) -> None:
        self._sync.stream.pump()
        held = self._instrument.locks
        if message.control == REQUEST:
            if held.exclusive is self or (message.payload and held.holds(self)):
                self._tell(Kind.ASYNC_LOCK_RESPONSE, LOCK_ERROR)
                return
            held.request(self, message.payload, message.parameter / 1000.0, self._answer_lock)
        elif message.control == RELEASE:
            code = {locks.Kind.EXCLUSIVE: DONE, locks.Kind.SHARED: DONE_SHARED, None: LOCK_ERROR}
            self._tell(Kind.ASYNC_LOCK_RESPONSE, code[held.release(self)])
        else:
            self._refuse_control(message)

    def _answer_lock(self, granted: bool) -> None:  # a callback with one meaning
        self._tell(Kind.ASYNC_LOCK_RESPONSE, DONE if granted else FAILED)

    def _tell_locks(self, _: Message) -> None:
        held = self._instrument.locks
        exclusive = int(held.exclusive is not None)
        self._tell(Kind.ASYNC_LOCK_INFO_RESPONSE, exclusive, held.holders())

    def _switch_remote(self, message: Message) -> None:
        """Accept: the panels listen in local and in remote."""
        if message.control in REMOTE_LOCAL_CODES:
            self._tell(Kind.ASYNC_REMOTE_LOCAL_RESPONSE)
        else:
            self._refuse_control(message)

    def _complained(self, message: Message) -> None:
        """Take a client's complaint: a fatal one ends the session."""
        if message.kind == Kind.FATAL_ERROR:
            self.end()
