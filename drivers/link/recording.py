"""What really went over the wires of a bench, as a text file, and the same once more from it.

A line is one act of one link, its fields separated by tabs: when it began (s since the recording
began), how long it took (s), the instrument, the act, and what it carried. Bytes are written with
backslash escapes. A failed act ends with the kind of error, what was said, and advice.

    # station recording 1, began 2026-03-01T08:00:00+00:00
    0.000210  0.001532  dut  open
    0.001761  0.000101  dut  send     *IDN?
    0.001875  0.002210  dut  receive  Keysight Technologies,34461A,MY53200017,A.02.14
    0.310022  5.000000  dut  receive          ReplyTimeout  got b'', no line end  …

(Blanks stand for the tabs here.) A replay asks for the same acts in the same order, link by link;
anything else is a `RecordingMismatch`. Each act takes the time that it took.
"""

import hashlib
import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TextIO

from drivers.clock import Clock
from drivers.errors import (
    BadAddress,
    LinkLost,
    RecordingMismatch,
    ReplyTimeout,
    UnexpectedReply,
)
from drivers.link import Link, LinkFault

HEADER = "# station recording 1, began "
KINDS = {kind.__name__: kind for kind in (LinkLost, ReplyTimeout, UnexpectedReply, BadAddress)}

Opener = Callable[[], Link]


class Doing(StrEnum):
    """What a link does."""

    OPEN = "open"
    SEND = "send"
    RECEIVE = "receive"
    DRAIN = "drain"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Act:
    """One line: who did what, when, and how it failed if it did."""

    at_seconds: float
    took_seconds: float
    name: str
    doing: Doing
    carried: bytes = b""
    fault: LinkFault | None = None

    def line(self) -> str:
        """Return the line of text."""
        fields = [f"{self.at_seconds:.6f}", f"{self.took_seconds:.6f}", self.name, self.doing]
        fields.append(_written(self.carried))
        if self.fault is not None:
            said, advice = (_written(t.encode()) for t in (self.fault.said, self.fault.advice))
            fields += [self.fault.kind.__name__, said, advice]
        return "\t".join(fields).rstrip("\t")


class BadRecording(Exception):
    """A file is no recording; the message says in which line."""


class Recorder:
    """Writes down what the links of a bench do, each act when it is over."""

    def __init__(self, file: TextIO, clock: Clock, began: datetime) -> None:
        self._file, self._clock, self._began = file, clock, clock.monotonic()
        print(f"{HEADER}{began.isoformat()}", file=file, flush=True)

    def over(self, name: str, open_link: Opener) -> Opener:
        """Return what opens the links of the instrument `name` and writes down what they do."""

        def opener() -> Link:
            began = self._clock.monotonic()
            try:
                link = open_link()
            except LinkFault as fault:
                self.write(name, Doing.OPEN, began, fault=fault)
                raise
            self.write(name, Doing.OPEN, began)
            return _Written(link, name, self, self._clock)

        return opener

    def write(
        self,
        name: str,
        doing: Doing,
        began: float,
        carried: bytes = b"",
        fault: LinkFault | None = None,
    ) -> None:
        """Write down an act that began at `began` (s of the clock) and is over now."""
        took = self._clock.monotonic() - began
        act = Act(began - self._began, took, name, doing, carried, fault)
        print(act.line(), file=self._file, flush=True)


class _Written:
    """A link whose every act is written down."""

    def __init__(self, link: Link, name: str, recorder: Recorder, clock: Clock) -> None:
        self._link, self._name, self._recorder, self._clock = link, name, recorder, clock

    def send(self, message: bytes, deadline: float) -> None:
        """Send one message."""
        self._do(Doing.SEND, lambda: self._link.send(message, deadline), message)

    def receive(self, deadline: float) -> bytes:
        """Return one reply."""
        return self._do(Doing.RECEIVE, lambda: self._link.receive(deadline))

    def drain(self) -> bytes:
        """Discard what an earlier session left behind."""
        return self._do(Doing.DRAIN, self._link.drain)

    def close(self) -> None:
        """Let go of the connection."""
        self._do(Doing.CLOSE, self._link.close)

    def _do(self, doing: Doing, act: Callable[[], bytes | None], sent: bytes = b"") -> bytes:
        began = self._clock.monotonic()
        try:
            came = act() or b""
        except LinkFault as fault:
            self._recorder.write(self._name, doing, began, sent, fault)
            raise
        self._recorder.write(self._name, doing, began, sent or came)
        return came


class Recording:
    """A recording that was read, to be gone through once.

    Attributes:
        began: when it was recorded.
        digest: SHA-256 of its text.
    """

    def __init__(self, began: datetime, acts: Iterable[Act], digest: str) -> None:
        self.began, self.digest = began, digest
        self._left: dict[str, deque[Act]] = {}
        for act in acts:
            self._left.setdefault(act.name, deque()).append(act)

    def opener(self, name: str, clock: Clock) -> Opener:
        """Return what opens the recorded links of the instrument `name`."""

        def open_link() -> Link:
            self.take(name, Doing.OPEN, None, clock)
            return _Replayed(self, name, clock)

        return open_link

    def take(self, name: str, doing: Doing, sent: bytes | None, clock: Clock) -> bytes:
        """Return what the next act of `name` carried, after the time that it took.

        Raises:
            RecordingMismatch: it is another act, sent something else, or there is none left.
            LinkFault: it failed when it was recorded.
        """
        left = self._left.get(name)
        wanted = f"{doing} {_written(sent or b'')}".rstrip()
        if not left:
            raise RecordingMismatch(name, wanted, "the recording ends before this")
        act = left[0]
        if act.doing is not doing or (sent is not None and act.carried != sent):
            recorded = f"{act.doing} {_written(act.carried)}".rstrip()
            said = f"recorded {act.at_seconds:.3f} s after the beginning is {recorded!r}"
            raise RecordingMismatch(name, wanted, said)
        left.popleft()
        clock.sleep(act.took_seconds)
        if act.fault is not None:
            raise act.fault
        return act.carried

    def next_is(self, name: str, doing: Doing) -> bool:
        """Return whether the next recorded act of `name` is `doing`."""
        left = self._left.get(name)
        return left is not None and len(left) > 0 and left[0].doing is doing

    def confirm_finished(self) -> None:
        """Make sure that nothing of the recording is left over.

        Raises:
            RecordingMismatch: something is; the first act is named.
        """
        for name, left in self._left.items():
            if left:
                first = f"{left[0].doing} {_written(left[0].carried)}".rstrip()
                raise RecordingMismatch(name, first, f"{len(left)} recorded acts are left over")


class _Replayed:
    """A link that does what was recorded and nothing else."""

    def __init__(self, recording: Recording, name: str, clock: Clock) -> None:
        self._recording, self._name, self._clock = recording, name, clock

    def send(self, message: bytes, deadline: float) -> None:
        """Accept the next recorded message and no other."""
        self._recording.take(self._name, Doing.SEND, message, self._clock)

    def receive(self, deadline: float) -> bytes:
        """Return the recorded reply."""
        return self._recording.take(self._name, Doing.RECEIVE, None, self._clock)

    def drain(self) -> bytes:
        """Return what lay about when it was recorded."""
        return self._recording.take(self._name, Doing.DRAIN, None, self._clock)

    def close(self) -> None:
        """Let go of the connection; whoever closes early has said why already."""
        if self._recording.next_is(self._name, Doing.CLOSE):
            self._recording.take(self._name, Doing.CLOSE, None, self._clock)


def read_recording(text: str) -> Recording:
    """Return the recording that `text` holds.

    Raises:
        BadRecording: it holds none; the message says where.
    """
    header, *lines = text.splitlines() or [""]
    if not header.startswith(HEADER):
        raise BadRecording(f"line 1: expected {HEADER!r} and an instant")
    try:
        began = datetime.fromisoformat(header.removeprefix(HEADER))
    except ValueError as error:
        raise BadRecording(f"line 1: {error}") from error
    acts = [_act(line, number) for number, line in enumerate(lines, 2) if line]
    return Recording(began, acts, hashlib.sha256(text.encode()).hexdigest())


def _act(line: str, number: int) -> Act:
    fields = line.split("\t")
    try:
        at, took, name, doing = fields[:4]
        carried, *rest = fields[4:] or [""]
        fault = None
        if rest:
            said, advice = ([*map(_meant, rest[1:]), b"", b""])[:2]
            fault = LinkFault(KINDS[rest[0]], said.decode(), advice.decode())
        if not (math.isfinite(float(at)) and 0.0 <= float(took) < math.inf):
            raise BadRecording(f"line {number}: {at} s and {took} s are no times")
        return Act(float(at), float(took), name, Doing(doing), _meant(carried), fault)
    except (ValueError, KeyError) as error:
        raise BadRecording(f"line {number}: {error}") from error


def _written(carried: bytes) -> str:
    """Return bytes as text of one line without tabs."""
    return carried.decode("latin-1").encode("unicode_escape").decode("ascii")


def _meant(written: str) -> bytes:
    return written.encode("latin-1").decode("unicode_escape").encode("latin-1")
