"""By what faults know an instrument's replies."""

import re
from collections.abc import Callable
from dataclasses import dataclass


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
