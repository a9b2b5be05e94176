"""Asking and telling one instrument, so that an answer always belongs to its question.

A session in which anything failed cannot be trusted: an answer that comes late would be taken
for the answer to the next question, a plausible wrong number. So it is closed on the spot, and
before anything else is asked a new one is opened, drained of what lies about, and its identity
checked. With the session goes what the driver had set up in the instrument, which may have been
switched off meanwhile: see `Dialogue.setup`.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, TypeVar

from drivers.capabilities import Identity
from drivers.clock import Clock
from drivers.errors import InstrumentRefused, UnexpectedReply
from drivers.identity import Greeting, one_line
from drivers.link import Link, LinkFault

_E = TypeVar("_E", bound=BaseException)

OBEY_SECONDS = 0.3
"""So long (s) an instrument may take to answer what it is told at the beginning."""

MOST_ERRORS = 30
"""The deepest queue met is that of HP's counters."""

LOOK_SECONDS = 0.05
"""How often (s) a wait looks whether it is over for good: an abort is felt within 200 ms."""

INTERRUPTIONS = 20
"""So often is somebody who talks without being asked told to stop."""


class Exchange(NamedTuple):
    """What went over the wire once, terminators left out.

    Attributes:
        instrument: name of the instrument on the bench.
        sent: the message.
        received: the reply; None when none was asked for or none came.
        at_seconds: when it was sent (s of the clock's `monotonic`).
        fault: what went wrong, empty when nothing did.
    """

    instrument: str
    sent: str
    received: str | None
    at_seconds: float
    fault: str = ""


class Dialogue:
    """One instrument's conversation, one exchange at a time. Nothing is opened until needed.

    Attributes:
        name: name of the instrument on the bench.
        trace: called with every `Exchange`, failed ones too.
        setup: what the driver has set up in this session; None when it must set up anew.
    """

    def __init__(
        self,
        name: str,
        open_link: Callable[[], Link],
        clock: Clock,
        *,
        greeting: Greeting | None = None,
        timeout_seconds: float = 5.0,
        trace: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.name = name
        self.trace = trace
        self.setup: object | None = None
        self._open_link = open_link
        self._clock = clock
        self._greeting = greeting
        self._timeout_seconds = timeout_seconds
        self._lock = threading.RLock()
        self._link: Link | None = None
        self._lost = False
        self._identity: Identity | None = None
        self._barred = False
        self._standing_by = False

    def ask(
        self,
        command: str,
        *,
        timeout: float | None = None,
        goes_on: Callable[[Sequence[str]], bool] = one_line,
    ) -> str:
        """Send `command` and return its reply, the lines of a long one joined by line feeds.

        Args:
            command: without its terminator.
            timeout: (s) for the whole exchange.
            goes_on: the lines of the reply so far → whether another one belongs to it.

        Raises:
            LinkLost: the connection is gone or could not be opened.
            ReplyTimeout: no complete reply in time.
            UnexpectedReply: bytes that are no reply.
            WrongInstrument: after opening, somebody else answers.
            InstrumentRefused: it is barred.
        """
        with self._lock:
            return self._converse(self._open(command), command, timeout, goes_on)

    def tell(self, command: str) -> None:
        """Send `command`, which has no reply. Raises as `ask` does."""
        with self._lock:
            self._converse(self._open(command), command, None, None)

    def identify(self) -> Identity:
        """Ask who is there and return the answer, checked. Raises as `ask` does."""
        with self._lock:
            link = self._link
            if link is None:
                link = self._begin()
                if self._identity is not None:  # the session began with the question
                    return self._identity
            return self._check_identity(link, self._greeting or Greeting())

    def errors(self) -> tuple[str, ...] | None:
        """Empty the error queue and return what was in it; None where there is none.

        An entry begins with its number, which is 0 when the queue is empty. Raises as `ask` does.
        """
        query = self._greeting.errors if self._greeting else ""
        if not query:
            return None
        entries: list[str] = []
        with self._lock:
            while len(entries) <= MOST_ERRORS:
                reply = self.ask(query)
                number = re.search(r"[+-]?\d+", reply, re.ASCII)
                if number is None:
                    raise self.distrust(query, reply, "Expected a number and a text")
                if int(number[0]) == 0:
                    return tuple(entries)
                entries.append(reply)
            raise self.distrust(query, entries[-1], "The queue does not get empty")

    def turn(self) -> AbstractContextManager[object]:
        """Return a context in which several exchanges are not interrupted by another thread."""
        return self._lock

    def bar(self) -> None:
        """Refuse whatever is said from now on, except in `standing_by`. For any thread, at once.

        What is being said comes to its end; a driver that has more to say is refused, and lets go
        of its turn. So one that is about to connect an output does not.
        """
        self._barred = True

    @contextmanager
    def standing_by(self) -> Iterator[None]:
        """Take a turn, in which a barred instrument is spoken to all the same."""
        with self._lock:
            before, self._standing_by = self._standing_by, True
            try:
                yield
            finally:
                self._standing_by = before

    def attempts(self, seconds: float, every: float) -> Iterator[None]:
        """Yield at once and again each `every` (s), until `seconds` (s) have passed.

        For an instrument that has to be asked whether it is done: while one waits for a reply
        instead, nobody can tell it to stand by.
        """
        until = self._clock.monotonic() + seconds
        yield
        while self._clock.monotonic() < until:
            self._pass(every)
            yield

    def _pass(self, seconds: float) -> None:
        """Let `seconds` (s) pass, or fewer when it is barred."""
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0.0 and not self._is_barred:
            self._clock.sleep(min(left, LOOK_SECONDS))

    @property
    def _is_barred(self) -> bool:
        return self._barred and not self._standing_by

    def distrust(self, command: str, reply: str, advice: str = "") -> UnexpectedReply:
        """End the session because `reply` cannot be the answer to `command`; return the error."""
        with self._lock:
            return self._end(UnexpectedReply(self.name, command, repr(reply), advice))

    def close(self) -> None:
        """End the session, or raise LinkLost; a later exchange begins a new one."""
        with self._lock:
            link, self._link, self.setup = self._link, None, None
            try:
                if link is not None:
                    link.close()
            except LinkFault as fault:
                raise fault.named(self.name, "close") from fault

    def _converse(
        self,
        link: Link,
        command: str,
        timeout: float | None,
        goes_on: Callable[[Sequence[str]], bool] | None,
    ) -> str:
        """Send `command` and return its reply, if any; end the session on any fault."""
        if not command.isascii():
            raise InstrumentRefused(self.name, command, "not sent: it is not ASCII")
        sent_at = self._clock.monotonic()
        deadline = sent_at + (self._timeout_seconds if timeout is None else timeout)
        lines: list[str] = []
        try:
            link.send(command.encode(), deadline)
            while goes_on is not None and goes_on(lines):
                lines.append(link.receive(deadline).decode("ascii"))
        except LinkFault as fault:
            self._record(command, "\n".join(lines) or None, sent_at, fault.said)
            raise self._end(fault.named(self.name, command)) from fault
        except UnicodeDecodeError as error:
            raw = error.object.decode("ascii", "backslashreplace")
            self._record(command, "\n".join([*lines, raw]), sent_at, "not ASCII")
            raise self.distrust(command, raw, "Check baud rate, framing and cable") from error
        except BaseException as error:
            # A keyboard interrupt, say: the reply may still come, so the session is over.
            self._end(error)
            raise
        text = "\n".join(lines)
        self._record(command, None if goes_on is None else text, sent_at)
        return text

    def _record(self, sent: str, received: str | None, at_seconds: float, fault: str = "") -> None:
        if self.trace is not None:
            self.trace(Exchange(self.name, sent, received, at_seconds, fault))

    def _open(self, command: str) -> Link:
        """Return the session, for `command`; one begins where there is none."""
        link = self._link or self._begin()
        if self._is_barred:
            raise InstrumentRefused(self.name, command, "not sent: it is to stand by for good")
        return link

    def _begin(self) -> Link:
        """Open a session that can be trusted, or none."""
        try:
            self._link = link = self._open_link()
            self._quieten(link)
            self._greet(link)
        except LinkFault as fault:
            raise self._end(fault.named(self.name, "open")) from fault
        except BaseException as error:
            self._end(error)
            raise
        self._lost = False
        return link

    def _quieten(self, link: Link) -> None:
        """Bring the instrument to the manners that the questions rely on; drop what it said.

        One that talks of its own accord cannot be drained before it is told to stop.
        """
        opening = () if self._greeting is None else self._greeting.opening
        for command in opening:
            sent_at = self._clock.monotonic()
            _interrupt(link, command, sent_at + self._timeout_seconds)
            self._record(command, None, sent_at)
            self._clock.sleep(OBEY_SECONDS)
            link.drain()
        if not opening:
            link.drain()

    def _greet(self, link: Link) -> None:
        greeting, self._identity = self._greeting, None
        if greeting is None:
            return
        self._check_identity(link, greeting)
        # An identity that was asked for in the session before may have come as the answer
        # to this one: then the true answer is still on its way, and out of step.
        if stray := link.drain().strip(b"\r\n"):
            asked = "; ".join(greeting.queries)
            raise self.distrust(asked, stray.decode("latin-1"), "Too much came")
        for command in (greeting.after_loss if self._lost else ()) + greeting.always:
            self._converse(link, command, None, None)

    def _check_identity(self, link: Link, greeting: Greeting) -> Identity:
        replies = [
            self._converse(link, query, None, greeting.goes_on) for query in greeting.queries
        ]
        try:
            self._identity = identity = greeting.judge(replies)
        except LinkFault as fault:
            raise self._end(fault.named(self.name, "; ".join(greeting.queries))) from fault
        return identity

    def _end(self, error: _E) -> _E:
        """Close the session that `error` ended, and return the error."""
        link, self._link, self.setup, self._lost = self._link, None, None, True
        if link is not None:
            try:
                link.close()
            except LinkFault as fault:
                error.add_note(f"closing the connection failed as well: {fault.said}")
        return error


def _interrupt(link: Link, command: str, deadline: float) -> None:
    """Send `command` although what nobody asked for keeps coming; a link drops that as it tells."""
    for attempt in range(INTERRUPTIONS):
        try:
            link.send(command.encode(), deadline)
        except LinkFault as fault:
            if fault.kind is not UnexpectedReply or attempt == INTERRUPTIONS - 1:
                raise
        else:
            return
