"""A panel on which faults can be armed; without any it is the panel itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from simulators.errors import WrongRequest
from simulators.faults.fault import LASTING, Fault, FaultKind
from simulators.faults.lasting import Lasting
from simulators.faults.marks import Marks
from simulators.faults.strikes import hang_up, struck
from simulators.panel import Outspoken, Panel, Replies, Scalar, addressed

OVERFLOWING = 64  # more errors than any queue here has places
SHORTEST_SERIAL = 4  # a shorter one might be found in a reading


@dataclass
class FaultyPanel:
    """A panel, the faults that wait for their message, and those that last."""

    panel: Panel
    marks: Marks
    _waiting: list[tuple[int, Fault]] = field(default_factory=list)
    _quiet: bool = True
    _swallowed: bool = False
    _requests: bool = False

    def __post_init__(self) -> None:
        self._lasting = Lasting(self.marks)

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
        self._lasting.end()
        self._waiting, self._quiet, self._requests = [], True, False

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, with the faults whose turn has come."""
        if self._quiet:
            return self.panel.receive(message)
        due = [fault for left, fault in self._waiting if left == 1]
        self._waiting = [(left - 1, fault) for left, fault in self._waiting if left > 1]
        self._lasting.faults += [fault for fault in due if fault.kind in LASTING]
        self._quiet = not (self._waiting or self._lasting.faults)
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
        replies = self._lasting.spoil(replies)
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
        return self._lasting.spoil(addressed(self.panel))

    @cached_property
    def speaker(self) -> Outspoken | None:
        """The panel, if it says what nobody asked for."""
        return self.panel if isinstance(self.panel, Outspoken) else None

    def next_word(self) -> float:
        """Return the instant (s) at which it may say something unasked; infinity: never."""
        return inf if self.speaker is None else self.speaker.next_word()

    def unasked(self) -> Replies:
        """Return what it has said unasked, as lasting faults leave it."""
        return () if self.speaker is None else self._lasting.spoil(self.speaker.unasked())

    def refuse_execution(self) -> None:
        """Pass on to the panel."""
        self.panel.refuse_execution()

    def poll(self, *, message_available: bool) -> int:
        """Pass on to the panel: a request without a reason has no bit."""
        self._requests = False
        return self.panel.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether it requests service, also where it should and does not."""
        if self._lasting.include(FaultKind.SRQ_LOST):
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
