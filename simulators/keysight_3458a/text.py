"""How a 3458A writes numbers and readings.

The literal layouts are from memory, unverified; a reading has 15 characters here, as its example
has, where one public client counts 16.
"""

import struct

from simulators.keysight_3458a.settings import ASCII, DINT, DREAL, SINT, SREAL
from simulators.multimeter.meter import OVERLOAD

SHOWN_OVERLOAD = 1.0e38
SIZES = {SINT: 2, DINT: 4, SREAL: 4, DREAL: 8}
LARGEST = {SINT: 32767, DINT: 2147483647}


def reading_text(value: float) -> str:
    """Return a reading in ASCII, without its end."""
    return f"{as_sent(value): .8E}"


def as_sent(value: float) -> float:
    """Return a reading with the 3458A's own number for an overload."""
    return value if abs(value) < OVERLOAD else (SHOWN_OVERLOAD if value > 0 else -SHOWN_OVERLOAD)


def reading_bytes(value: float, form: float, scale: float) -> bytes:
    """Return a reading in a binary format, or in ASCII with its CR LF."""
    if form == ASCII:
        return (reading_text(value) + "\r\n").encode()
    if form == SREAL:
        return struct.pack(">f", as_sent(value))
    if form == DREAL:
        return struct.pack(">d", as_sent(value))
    largest = LARGEST[form]
    counts = (
        round(value / scale) if abs(value) < OVERLOAD else 2 * largest * (1 if value > 0 else -1)
    )
    bounded = max(-largest - 1, min(largest, counts))
    return bounded.to_bytes(SIZES[form], "big", signed=True)
