"""The 289's binary replies: words of 16 bits, and doubles with their high half first.

Source: N0ury/dmm_util (fluke_28x_dmm_util/dmm_util.py).  The numbers that stand for words are a
choice; a client learns them from QEMAP.
"""

import struct
from collections.abc import Mapping

from simulators.fluke_289.specification import POSITIONS

MAPS: Mapping[str, tuple[str, ...]] = {
    "primfunction": (*POSITIONS, "LIMBO"),
    "secfunction": ("NONE", "HERTZ", "DUTY_CYCLE", "PULSE_WIDTH"),
    "autorange": ("MANUAL", "AUTO"),
    "unit": ("NONE", "VDC", "VAC", "ADC", "AAC", "VAC_PLUS_DC", "AAC_PLUS_DC", "OHM", "SIE", "HZ",
             "S", "F", "CEL", "FAR", "PCT", "DBM", "DBV", "DB", "CREST_FACTOR", "V", "A"),
    "bolt": ("OFF", "ON"),
    "mode": ("NONE", "AUTO_HOLD", "HOLD", "MIN_MAX_AVG", "REL"),
    "readingid": ("LIVE", "PRIMARY", "SECONDARY"),
    "state": ("INACTIVE", "INVALID", "NORMAL", "BLANK", "DISCHARGE", "OL", "OL_MINUS", "OPEN_TC"),
    "attribute": ("NONE", "OPEN_CIRCUIT", "SHORT_CIRCUIT", "GLITCH_CIRCUIT", "GOOD_DIODE",
                  "LO_OHMS", "NEGATIVE_EDGE", "POSITIVE_EDGE", "HIGH_CURRENT"),
    "recordtype": ("INPUT", "INTERVAL"),
    "isstableflag": ("UNSTABLE", "STABLE"),
    "transientstate": ("NON_T", "RANGE_UP", "RANGE_DOWN", "OVERLOAD", "OPEN_TC"),
}  # fmt: skip


def number_of(name: str, word: str) -> int:
    """Return what stands for `word` in a binary reply."""
    return MAPS[name].index(word)


def double(value: float) -> bytes:
    """Return a double, its high half first, each half little-endian."""
    low, high = struct.unpack("<II", struct.pack("<d", value))
    return struct.pack("<II", high, low)
