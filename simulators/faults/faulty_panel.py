"""A panel on which faults can be armed; without any it is the panel itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from simulators.errors import WrongRequest
from simulators.faults.fault import LASTING, Fault, FaultKind
from simulators.faults.strikes import hang_up, struck
from simulators.panel import Outspoken, Panel, Replies, Reply, Scalar, addressed
from simulators.physics.noise import generator

NOISE, STEP = 1e-2, 1e-3  # of the reading
OVERFLOWING = 64  # more errors than any queue here has places
SHORTEST_SERIAL = 4  # a shorter one might be found in a reading


def nothing() -> None:
    """Do nothing: the instrument has no such thing."""


@dataclass(frozen=True)
class Marks:
    """By what faults know an instrument's replies, and what else it has.

    Attributes:
        named: the text by which it names its model.
        serial: the text of its serial number.
        reading: pattern of a reading.
        overload: what it sends instead of a reading beyond its range; empty: nothing.
        trip: switches its output off as a protection does.
        warn: makes it warn that its calibration has expired.
        seed: of the noise.
    """

    named: bytes
    serial: bytes
    reading: "re.Pattern[bytes]"
    overload: bytes = b""
    trip: Callable[[], None] = nothing
    warn: Callable[[], None] = nothing
    seed: int = 0


@dataclass
class FaultyPanel:
    """A panel, the faults that wait for their message, and those that last."""

    panel: Panel
    marks: Marks
    _waiting: list[tuple[int, Fault]] = field(default_factory=list)
    _lasting: list[Fault] = field(default_factory=list)
    _stuck_at: bytes | None = None
    _quiet: bool = True
    _swallowed: bool = False
    _requests: bool = False

    def arm(self, fault: Fault, *, at_exchange: int = 1) -> None:
        """Let `fault` strike the message `at_exchange` from now; 1 is the next one."""
        if at_exchange < 1:
            raise WrongRequest(f"exchange {at_exchange} is over: the next one is number 1")
        if fault.kind is FaultKind.WRONG_SERIAL and len(self.marks.serial) < SHORTEST_SERIAL:
            raise WrongRequest(
                f"a serial number of {len(self.marks.serial)} characters cannot be told apart: "
                f"give the instrument one of {SHORTEST_SERIAL} or more"
            )
        self._waiting.append((at_exchange, fault))
        self._quiet = False

    def disarm(self) -> None:
        """Take back every fault, lasting ones too."""
        self._waiting, self._lasting, self._stuck_at, self._quiet = [], [], None, True
        self._requests = False

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, with the faults whose turn has come."""
        if self._quiet:
            return self.panel.receive(message)
        due = [fault for left, fault in self._waiting if left == 1]
        self._waiting = [(left - 1, fault) for left, fault in self._waiting if left > 1]
        self._lasting += [fault for fault in due if fault.kind in LASTING]
        self._quiet = not (self._waiting or self._lasting)
        return self._carry_out(message, [fault for fault in due if fault.kind not in LASTING])

    def _carry_out(self, message: bytes, passing: list[Fault]) -> Replies:
        kinds = {fault.kind for fault in passing}
        if FaultKind.REFUSED in kinds:
            self.panel.refuse_execution()
            return ()
        if FaultKind.POWER_LOSS in kinds:
            return (hang_up(()), *self.panel.power_on())
        self._before(kinds)
        replies = self.panel.receive(message)
        if FaultKind.OUTPUT_TRIPPED in kinds:
            self.marks.trip()
        for lasting in self._lasting:
            replies = tuple(self._changed(lasting.kind, reply) for reply in replies)
        for fault in passing:
            replies = struck(fault, replies)
        return replies

    def _before(self, kinds: set[FaultKind]) -> None:
        """Do what these faults do before the message is carried out."""
        self._swallowed = FaultKind.SILENCE in kinds
        self._requests = self._requests or FaultKind.SRQ_UNEXPECTED in kinds
        if FaultKind.CALIBRATION_NEEDED in kinds:
            self.marks.warn()
        errors = 1 if FaultKind.ERROR_LEFT in kinds else 0
        for _ in range(OVERFLOWING if FaultKind.QUEUE_OVERFLOW in kinds else errors):
            self.panel.refuse_execution()

    def _changed(self, kind: FaultKind, reply: Reply) -> Reply:
        """Return `reply` as a lasting fault leaves it."""
        payload, marks = reply.payload, self.marks
        match kind:
            case FaultKind.WRONG_IDENTITY:
                payload = payload.replace(marks.named, b"9" * len(marks.named))
            case FaultKind.WRONG_SERIAL:
                payload = payload.replace(marks.serial, b"9" * len(marks.serial))
            case FaultKind.OVERLOAD if marks.overload:
                payload = marks.reading.sub(lambda _: marks.overload, payload)
            case FaultKind.STUCK:
                payload = marks.reading.sub(self._held, payload)
            case FaultKind.NOISE_BURST:
                payload = marks.reading.sub(lambda one: self._scaled(one, self._scatter()), payload)
            case FaultKind.DRIFT_STEP:
                payload = marks.reading.sub(lambda one: self._scaled(one, STEP), payload)
            case _:
                return reply
        return reply._replace(payload=payload)

    def _held(self, reading: "re.Match[bytes]") -> bytes:
        if self._stuck_at is None:
            self._stuck_at = reading[0]
        return self._stuck_at

    @cached_property
    def _noise(self) -> Callable[[], float]:
        return generator(self.marks.seed, "noise burst").standard_normal

    def _scatter(self) -> float:
        return NOISE * self._noise()

    @staticmethod
    def _scaled(reading: "re.Match[bytes]", part: float) -> bytes:
        return scaled(reading[0], 1.0 + part)

    def interrupted(self) -> None:
        """Pass on to the panel."""
        self.panel.interrupted()

    def unterminated(self) -> None:
        """Pass on to the panel, unless it did answer and the answer was swallowed."""
        if not self._swallowed:
            self.panel.unterminated()
        self._swallowed = False

    def talk(self) -> Replies:
        """Return what the panel says when it is addressed to talk, as lasting faults leave it."""
        if self._swallowed:
            self._swallowed = False
            return ()
        replies = addressed(self.panel)
        for lasting in self._lasting:
            replies = tuple(self._changed(lasting.kind, reply) for reply in replies)
        return replies

    @cached_property
    def speaker(self) -> Outspoken | None:
        """The panel, if it says what nobody asked for."""
        return self.panel if isinstance(self.panel, Outspoken) else None

    def next_word(self) -> float:
        """Return the instant (s) at which it may say something unasked; infinity: never."""
        return inf if self.speaker is None else self.speaker.next_word()

    def unasked(self) -> Replies:
        """Return what it has said unasked, as lasting faults leave it."""
        replies = () if self.speaker is None else self.speaker.unasked()
        for lasting in self._lasting:
            replies = tuple(self._changed(lasting.kind, reply) for reply in replies)
        return replies

    def refuse_execution(self) -> None:
        """Pass on to the panel."""
        self.panel.refuse_execution()

    def poll(self, *, message_available: bool) -> int:
        """Pass on to the panel: a request without a reason has no bit."""
        self._requests = False
        return self.panel.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether it requests service, also where it should and does not."""
        if any(fault.kind is FaultKind.SRQ_LOST for fault in self._lasting):
            return False
        return self._requests or self.panel.requests_service(message_available=message_available)

    def power_on(self) -> Replies:
        """Pass on to the panel."""
        return self.panel.power_on()

    def clear(self) -> Replies:
        """Pass on to the panel."""
        return self.panel.clear()

    def trigger(self) -> Replies:
        """Pass on to the panel."""
        return self.panel.trigger()

    def state(self) -> Mapping[str, Scalar]:
        """Pass on to the panel."""
        return self.panel.state()


NUMBER = re.compile(rb"(?P<blank> ?)(?P<digits>\d+(?:\.\d*)?)(?:[Ee](?P<power>[+-]\d+))?")


def scaled(reading: bytes, factor: float) -> bytes:
    """Return a number multiplied by `factor`, written as it was: same places, same width."""
    found = NUMBER.search(reading)
    if found is None:
        return reading
    digits, power = found["digits"], found["power"]
    number, decimals = float(digits) * factor, len(digits.partition(b".")[2])
    text = f"{number:.{decimals}f}"
    if power is not None:
        exponent = int(power)
        if len(text) > len(digits):  # one digit stands before the point
            text, exponent = f"{number / 10:.{decimals}f}", exponent + 1
        text += f"E{exponent:+0{len(power)}d}"
    # A digit more takes the place of a blank before it; a digit less leaves one.
    padded = text.rjust(len(found[0]), " " if found["blank"] else "0")
    return reading[: found.start()] + padded.encode() + reading[found.end() :]
