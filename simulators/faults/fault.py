"""What can go wrong between an instrument and whoever asks it, as values.

A fault strikes the nth message from now that the instrument receives. Everything is decided by the
messages and the seed alone, so a run with faults repeats exactly.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from simulators.errors import UnknownName, WrongRequest


class FaultKind(StrEnum):
    """What goes wrong. Those of `LASTING` last from their message on, the others strike once."""

    SILENCE = "silence"  # carried out, never answered
    LATE = "late"  # answered `seconds` later
    DRIP = "drip"  # answered byte by byte, the last one `seconds` later
    TRUNCATED = "truncated"  # half an answer
    SPLIT = "split"  # half an answer, the rest `seconds` later
    NO_TERMINATOR = "no-terminator"  # the answer without its line end
    TWO_TERMINATORS = "two-terminators"  # an empty line after the answer
    GARBAGE = "garbage"  # bytes that are no text
    NOT_ASCII = "not-ascii"  # the answer with the highest bit of one byte set
    WRONG_IDENTITY = "wrong-identity"  # another model when asked who it is
    WRONG_SERIAL = "wrong-serial"  # another serial number
    REFUSED = "refused"  # not carried out, an execution error in the queue
    ERROR_LEFT = "error-left"  # carried out; an error of before lies in the queue
    QUEUE_OVERFLOW = "queue-overflow"  # carried out; the error queue has run over before
    DISCONNECT_BEFORE = "disconnect-before"  # leaves the line instead of answering
    DISCONNECT_DURING = "disconnect-during"  # leaves the line in the middle of the answer
    DISCONNECT_AFTER = "disconnect-after"  # leaves the line after answering
    POWER_LOSS = "power-loss"  # is switched off and on: leaves the line, forgets its settings
    OVERLOAD = "overload"  # readings are overload
    STUCK = "stuck"  # every reading is the first one
    NOISE_BURST = "noise-burst"  # readings scatter by 1 % of themselves
    DRIFT_STEP = "drift-step"  # readings are 0.1 % higher
    OUTPUT_TRIPPED = "output-tripped"  # its output is off after the message
    SRQ_LOST = "srq-lost"  # never requests service
    SRQ_UNEXPECTED = "srq-unexpected"  # requests service once without a reason
    CALIBRATION_NEEDED = "calibration-needed"  # warns that its calibration has expired


LASTING = frozenset({
    FaultKind.WRONG_IDENTITY, FaultKind.WRONG_SERIAL, FaultKind.OVERLOAD, FaultKind.STUCK,
    FaultKind.NOISE_BURST, FaultKind.DRIFT_STEP, FaultKind.SRQ_LOST,
})  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault; `seconds` (s) is the delay of LATE, DRIP and SPLIT."""

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
