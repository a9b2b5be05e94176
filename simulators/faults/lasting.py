"""What lasting faults make of the replies of an instrument."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from simulators.faults.fault import Fault, FaultKind
from simulators.faults.marks import Marks
from simulators.panel import Replies, Reply
from simulators.physics.noise import generator

NOISE, STEP = 1e-2, 1e-3  # of the reading
NUMBER = re.compile(rb"(?P<blank> ?)(?P<digits>\d+(?:\.\d*)?)(?:[Ee](?P<power>[+-]\d+))?")


@dataclass
class Lasting:
    """The faults that last, and what they have made of readings so far."""

    marks: Marks
    faults: list[Fault] = field(default_factory=list)
    _stuck_at: bytes | None = None

    def end(self) -> None:
        """Take back every fault."""
        self.faults, self._stuck_at = [], None

    def include(self, kind: FaultKind) -> bool:
        """Return whether a fault of `kind` lasts."""
        return any(fault.kind is kind for fault in self.faults)

    def spoil(self, replies: Replies) -> Replies:
        """Return `replies` as the faults leave them."""
        for fault in self.faults:
            replies = tuple(self._changed(fault.kind, reply) for reply in replies)
        return replies

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
