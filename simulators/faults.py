"""Faults armed on a panel: what goes wrong between an instrument and whoever asks it.

A fault strikes the nth message from now that the instrument receives.  Everything is decided by
the messages alone, so a run with faults repeats exactly.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from types import MappingProxyType

from simulators.errors import UnknownName, WrongRequest
from simulators.panel import Panel, Replies, Reply, Scalar

READING = re.compile(rb"[+-]\d\.\d{8}E[+-]\d\d")
OVERLOAD = b"+9.90000000E+37"
GARBAGE = bytes([0xFF, 0xC3, 0x80, 0x9D, 0xFE, 0xA5])  # no text in ASCII nor in UTF-8
IDENTITY_FIELDS = 4


class FaultKind(StrEnum):
    """What goes wrong."""

    SILENCE = "silence"  # carried out, never answered
    LATE = "late"  # answered `seconds` later
    TRUNCATED = "truncated"  # half an answer
    SPLIT = "split"  # half an answer, the rest `seconds` later
    GARBAGE = "garbage"  # bytes that are no text
    WRONG_IDENTITY = "wrong-identity"  # from now on, another model in `*IDN?`
    WRONG_SERIAL = "wrong-serial"  # from now on, another serial number in `*IDN?`
    REFUSED = "refused"  # not carried out, an execution error in the queue
    DISCONNECT_BEFORE = "disconnect-before"  # leaves the line instead of answering
    DISCONNECT_AFTER = "disconnect-after"  # leaves the line after answering
    OVERLOAD = "overload"  # from now on, readings are overload
    STUCK = "stuck"  # from now on, every reading is the first one


LASTING = frozenset({
    FaultKind.WRONG_IDENTITY, FaultKind.WRONG_SERIAL, FaultKind.OVERLOAD, FaultKind.STUCK,
})  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault; `seconds` (s) is the delay of LATE and SPLIT."""

    kind: FaultKind
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if not (isfinite(self.seconds) and self.seconds >= 0.0):
            raise WrongRequest(f"a fault cannot last {self.seconds} s: give a delay from 0 s up")


def fault_of(name: str, seconds: float = 1.0) -> Fault:
    """Return the fault called `name`.

    Raises:
        UnknownName: there is none; the nearest one is named.
    """
    if name not in tuple(FaultKind):
        raise UnknownName("fault", name, tuple(FaultKind))
    return Fault(FaultKind(name), seconds)


class FaultyPanel:
    """A panel on which faults can be armed; without any it is the panel itself."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._waiting: list[tuple[int, Fault]] = []
        self._lasting: list[Fault] = []
        self._stuck_at: bytes | None = None
        self._quiet = True
        self._swallowed = False

    def arm(self, fault: Fault, *, at_exchange: int = 1) -> None:
        """Let `fault` strike the message `at_exchange` from now; 1 is the next one."""
        if at_exchange < 1:
            raise WrongRequest(f"exchange {at_exchange} is over: the next one is number 1")
        self._waiting.append((at_exchange, fault))
        self._quiet = False

    def disarm(self) -> None:
        """Take back every fault, lasting ones too."""
        self._waiting, self._lasting, self._stuck_at, self._quiet = [], [], None, True

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, with the faults whose turn has come."""
        if self._quiet:
            return self._panel.receive(message)
        due = [fault for left, fault in self._waiting if left == 1]
        self._waiting = [(left - 1, fault) for left, fault in self._waiting if left > 1]
        self._lasting += [fault for fault in due if fault.kind in LASTING]
        passing = [fault for fault in due if fault.kind not in LASTING]
        self._quiet = not (self._waiting or self._lasting)
        if any(fault.kind is FaultKind.REFUSED for fault in passing):
            self._panel.refuse_execution()
            return ()
        self._swallowed = any(fault.kind is FaultKind.SILENCE for fault in passing)
        replies = self._panel.receive(message)
        for fault in self._lasting:
            replies = tuple(self._changed(fault, reply) for reply in replies)
        for fault in passing:
            replies = _STRIKE[fault.kind](replies, fault)
        return replies

    def _changed(self, fault: Fault, reply: Reply) -> Reply:
        """Return `reply` as a lasting fault leaves it."""
        if fault.kind is FaultKind.OVERLOAD:
            return reply._replace(payload=READING.sub(OVERLOAD, reply.payload))
        if fault.kind is FaultKind.STUCK:
            found = READING.search(reply.payload)
            if self._stuck_at is None and found:
                self._stuck_at = found[0]
            held = self._stuck_at
            return reply if held is None else reply._replace(
                payload=READING.sub(held, reply.payload)
            )  # fmt: skip
        fields = reply.payload.rstrip(b"\n").split(b",")
        if len(fields) != IDENTITY_FIELDS or READING.search(reply.payload):
            return reply
        fields[1 if fault.kind is FaultKind.WRONG_IDENTITY else 2] = b"9999999"
        return reply._replace(payload=b",".join(fields) + b"\n")

    def interrupted(self) -> None:
        """Pass on to the panel."""
        self._panel.interrupted()

    def unterminated(self) -> None:
        """Pass on to the panel, unless it did answer and the answer was swallowed."""
        if not self._swallowed:
            self._panel.unterminated()
        self._swallowed = False

    def refuse_execution(self) -> None:
        """Pass on to the panel."""
        self._panel.refuse_execution()

    def poll(self, *, message_available: bool) -> int:
        """Pass on to the panel."""
        return self._panel.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Pass on to the panel."""
        return self._panel.requests_service(message_available=message_available)

    def power_on(self) -> Replies:
        """Pass on to the panel."""
        return self._panel.power_on()

    def clear(self) -> Replies:
        """Pass on to the panel."""
        return self._panel.clear()

    def trigger(self) -> Replies:
        """Pass on to the panel."""
        return self._panel.trigger()

    def state(self) -> Mapping[str, Scalar]:
        """Pass on to the panel."""
        return self._panel.state()


def _silence(replies: Replies, fault: Fault) -> Replies:
    return ()


def _late(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(ready=reply.ready + fault.seconds, stray=True) for reply in replies)


def _truncated(replies: Replies, fault: Fault) -> Replies:
    return tuple(
        reply._replace(payload=reply.payload[: len(reply.payload) // 2], ends=False)
        for reply in replies
    )


def _split(replies: Replies, fault: Fault) -> Replies:
    rest = tuple(
        reply._replace(
            payload=reply.payload[len(reply.payload) // 2 :],
            ready=reply.ready + fault.seconds,
            stray=True,
        )
        for reply in replies
    )
    halves = _truncated(replies, fault)
    return tuple(piece for pair in zip(halves, rest, strict=True) for piece in pair)


def _garbage(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(payload=GARBAGE + b"\n") for reply in replies)


def _disconnect_before(replies: Replies, fault: Fault) -> Replies:
    ready = replies[0].ready if replies else 0.0
    return (Reply(b"", ready, ends=False, hangs_up=True),)


def _disconnect_after(replies: Replies, fault: Fault) -> Replies:
    if not replies:
        return _disconnect_before(replies, fault)
    return (*replies[:-1], replies[-1]._replace(hangs_up=True))


_STRIKE: Mapping[FaultKind, Callable[[Replies, Fault], Replies]] = MappingProxyType({
    FaultKind.SILENCE: _silence, FaultKind.LATE: _late, FaultKind.TRUNCATED: _truncated,
    FaultKind.SPLIT: _split, FaultKind.GARBAGE: _garbage,
    FaultKind.DISCONNECT_BEFORE: _disconnect_before, FaultKind.DISCONNECT_AFTER: _disconnect_after,
})  # fmt: skip
