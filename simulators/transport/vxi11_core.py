"""The procedures of VXI-11's core and abort channels.

Numbers and argument orders as the client of pyvisa/pyvisa-py states them
(pyvisa_py/protocols/vxi11.py); what that client does not show is from memory, unverified.
"""

import socket
from collections.abc import Callable
from enum import IntEnum
from itertools import count

from simulators.transport.rpc import Answer, Arguments, Caller, Procedure, number, opaque
from simulators.transport.shared import SharedInstrument
from simulators.transport.vxi11_interrupt import InterruptChannel, open_channel
from simulators.transport.vxi11_link import Failure, Link, ReadRequest, Reason

LARGEST_WRITE = 1 << 20
LONGEST_HANDLE = 40
WAIT_FOR_LOCK, END = 1, 8
TCP_FAMILY = 0


class Core(IntEnum):
    """Procedures of the core channel."""

    CREATE_LINK = 10
    WRITE = 11
    READ = 12
    READ_STATUS = 13
    TRIGGER = 14
    CLEAR = 15
    REMOTE = 16
    LOCAL = 17
    LOCK = 18
    UNLOCK = 19
    ENABLE_SERVICE_REQUEST = 20
    DO_COMMAND = 22
    DESTROY_LINK = 23
    CREATE_INTERRUPT_CHANNEL = 25
    DESTROY_INTERRUPT_CHANNEL = 26


ABORT = 1


def is_device(name: bytes) -> bool:
    """Return whether a link's device name means the instrument: inst0, or gpib0,N of a gateway."""
    return name in (b"", b"inst0") or name.startswith(b"gpib0,")


class Links:
    """The links of one instrument.

    Attributes:
        abort_port: where the abort channel is, as new links are told.
    """

    def __init__(self, instrument: SharedInstrument) -> None:
        self.instrument = instrument
        self.abort_port = 0
        self._links: dict[int, Link] = {}
        self._numbers = count(1)

    def procedures(self) -> dict[int, Procedure]:
        """Return the procedures of the core channel that make, lock and end links."""
        return {
            Core.CREATE_LINK: self._create,
            Core.DESTROY_LINK: self._destroy,
            Core.LOCK: self._lock,
            Core.UNLOCK: self._unlock,
        }

    def find(self, name: int) -> Link | None:
        """Return a link, None if there is none of that number."""
        return self._links.get(name)

    def abort(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        """End a link's read that is under way (abort channel)."""
        link = self.find(arguments.number())
        if link is not None:
            link.abort()
        answer(number(Failure.NONE if link else Failure.INVALID_LINK))

    def _create(self, caller: Caller, arguments: Arguments, answer: Answer) -> None:
        arguments.number()  # the client's own number for itself
        lock, milliseconds = arguments.number(), arguments.number()
        if not is_device(arguments.opaque()):
            answer(number(Failure.NOT_ACCESSIBLE) + number(0) * 3)
            return
        link, name = Link(self.instrument, caller.hang_up), next(self._numbers)
        self._links[name] = link
        caller.leaving.append(lambda: self._end(name))

        def begin(granted: bool) -> None:
            if not granted:
                self._end(name)
            failure, known = (Failure.NONE, name) if granted else (Failure.LOCKED, 0)
            places = number(self.abort_port) + number(LARGEST_WRITE)
            answer(number(failure) + number(known) + places)

        if lock:
            self.instrument.locks.request(link, b"", milliseconds / 1000.0, begin)
        else:
            begin(True)

    def _end(self, name: int) -> bool:
        link = self._links.pop(name, None)
        if link is not None:
            link.end()
        return link is not None

    def _destroy(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        ended = self._end(arguments.number())
        answer(number(Failure.NONE if ended else Failure.INVALID_LINK))

    def _lock(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        link, flags = self.find(arguments.number()), arguments.number()
        patience = arguments.number() / 1000.0 if flags & WAIT_FOR_LOCK else 0.0
        if link is None:
            answer(number(Failure.INVALID_LINK))
            return
        self.instrument.locks.request(
            link, b"", patience, lambda got: answer(number(Failure.NONE if got else Failure.LOCKED))
        )

    def _unlock(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        link = self.find(arguments.number())
        if link is None:
            answer(number(Failure.INVALID_LINK))
        elif self.instrument.locks.release(link) is None:
            answer(number(Failure.NO_LOCK))
        else:
            answer(number(Failure.NONE))

    def admitted(
        self,
        name: int,
        flags: int,
        milliseconds: int,
        act: Callable[[Link], None],
        fail: Callable[[Failure], None],
    ) -> None:
        """Do `act` to a link now or, if the client is willing, once others' locks are gone.

        Args:
            name: number of the link.
            flags: of the call; one says whether the client waits.
            milliseconds: how long (ms) it waits.
            act: what is to be done.
            fail: is told why it is not.
        """
        link, locks = self.find(name), self.instrument.locks
        if link is None:
            fail(Failure.INVALID_LINK)
        elif locks.admits(link):
            act(link)
        elif not flags & WAIT_FOR_LOCK:
            fail(Failure.LOCKED)
        else:
            locks.when_admitted(
                link,
                lambda: act(link),
                seconds=milliseconds / 1000.0,
                otherwise=lambda: fail(Failure.LOCKED),
            )


class Messages:
    """What goes to and from the instrument over its links."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def procedures(self) -> dict[int, Procedure]:
        """Return the procedures of the core channel that the instrument itself hears of."""
        return {
            Core.WRITE: self._write,
            Core.READ: self._read,
            Core.READ_STATUS: self._generic(lambda link: number(link.poll()), number(0)),
            Core.TRIGGER: self._generic(Link.trigger),
            Core.CLEAR: self._generic(Link.clear),
            # The panels listen in local and in remote.
            Core.REMOTE: self._generic(lambda link: None),
            Core.LOCAL: self._generic(lambda link: None),
            Core.DO_COMMAND: self._do_command,
        }

    def _write(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        name = arguments.number()
        arguments.number()  # taking bytes in takes no time
        patience, flags, payload = arguments.number(), arguments.number(), arguments.opaque()

        def write(link: Link) -> None:
            link.write(payload, ends=bool(flags & END))
            answer(number(Failure.NONE) + number(len(payload)))

        if len(payload) > LARGEST_WRITE:
            answer(number(Failure.PARAMETER) + number(0))
            return
        self._links.admitted(
            name, flags, patience, write, lambda why: answer(number(why) + number(0))
        )

    def _read(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        name, size = arguments.number(), arguments.number()
        patience, lock_patience = arguments.number(), arguments.number()
        flags, character = arguments.number(), arguments.number()
        request = ReadRequest.of(size, flags, character)

        def done(failure: Failure, reason: Reason, payload: bytes) -> None:
            answer(number(failure) + number(reason) + opaque(payload))

        self._links.admitted(
            name,
            flags,
            lock_patience,
            lambda link: link.read(request, patience / 1000.0, done),
            lambda why: done(why, Reason.NONE, b""),
        )

    def _generic(self, act: Callable[[Link], bytes | None], blank: bytes = b"") -> Procedure:
        """Return a procedure with generic arguments; what `act` returns follows the error.

        Args:
            act: what is done to the link.
            blank: what follows the error when it is not done.
        """

        def procedure(_: Caller, arguments: Arguments, answer: Answer) -> None:
            name, flags, patience = arguments.number(), arguments.number(), arguments.number()
            self._links.admitted(
                name,
                flags,
                patience,
                lambda link: answer(number(Failure.NONE) + (act(link) or b"")),
                lambda why: answer(number(why) + blank),
            )

        return procedure

    def _do_command(self, _: Caller, arguments: Arguments, answer: Answer) -> None:
        """Refuse: commands are for the interfaces of a gateway, not for an instrument."""
        known = self._links.find(arguments.number()) is not None
        answer(number(Failure.NOT_SUPPORTED if known else Failure.INVALID_LINK) + opaque(b""))


class Interrupts:
    """The interrupt channels of an instrument's clients, and which links use them."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._channels: dict[Caller, InterruptChannel] = {}

    def procedures(self) -> dict[int, Procedure]:
        """Return the procedures of the core channel that are about service requests."""
        return {
            Core.ENABLE_SERVICE_REQUEST: self._enable,
            Core.CREATE_INTERRUPT_CHANNEL: self._create,
            Core.DESTROY_INTERRUPT_CHANNEL: self._destroy,
        }

    def _create(self, caller: Caller, arguments: Arguments, answer: Answer) -> None:
        host = socket.inet_ntoa(number(arguments.number()))
        port, program, version, family = (arguments.number() for _ in range(4))
        if caller in self._channels:
            answer(number(Failure.CHANNEL_EXISTS))
        elif family != TCP_FAMILY:
            answer(number(Failure.NOT_SUPPORTED))
        elif port > 0xFFFF:
            answer(number(Failure.PARAMETER))
        else:
            loop = self._links.instrument.loop
            channel = open_channel(loop, host, port, program, version)
            if channel is not None:
                self._channels[caller] = channel
                caller.leaving.append(lambda: self._end(caller))
            answer(number(Failure.NONE if channel else Failure.NO_CHANNEL))

    def _destroy(self, caller: Caller, _: Arguments, answer: Answer) -> None:
        answer(number(Failure.NONE if self._end(caller) else Failure.NO_CHANNEL))

    def _end(self, caller: Caller) -> bool:
        channel = self._channels.pop(caller, None)
        if channel is not None:
            channel.close()
        return channel is not None

    def _enable(self, caller: Caller, arguments: Arguments, answer: Answer) -> None:
        link, enable = self._links.find(arguments.number()), arguments.number()
        handle = arguments.opaque()
        if link is None:
            answer(number(Failure.INVALID_LINK))
            return
        if len(handle) > LONGEST_HANDLE:
            answer(number(Failure.PARAMETER))
            return
        self._links.instrument.unwatch(link.watcher)
        answer(number(Failure.NONE))
        if enable:
            link.watcher.tell = lambda _: self._tell(caller, handle)
            self._links.instrument.watch(link.watcher)

    def _tell(self, caller: Caller, handle: bytes) -> None:
        if caller in self._channels:
            self._channels[caller].request_service(handle)
