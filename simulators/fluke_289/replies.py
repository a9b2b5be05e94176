"""What a 289 says about its display: QM, QDDA and QDDB.

Sources: Fluke's note on the remote interface of the 287 and 289 (2007) for the texts;
N0ury/dmm_util (fluke_28x_dmm_util/dmm_util.py) for the binary form.
"""

import struct
from math import floor, log10

from simulators.fluke_289.binary import double, number_of
from simulators.fluke_289.display import Shown
from simulators.fluke_289.specification import Position

NO_VALUE = "+9.99999999E+37"
EPOCH = 1_735_689_600.0  # Unix time (s) of its clock when the simulated clock is at 0
DIGITS = 5
DANGEROUS_VOLTS = 30.0


def measurement(shown: Shown, position: Position) -> str:
    """Return value, unit, state and attribute, as QM gives them."""
    return f"{scientific(shown)},{position.unit},{shown.state},NONE"


def display(name: str, shown: Shown, position: Position) -> str:
    """Return the whole display, as QDDA gives it, the switch standing at `name`."""
    power, decimals = position.multiplier, _decimals(shown, position)
    # The value as it is, in the unit without the multiplier.
    value = f"{shown.value:.{decimals - power}f}" if shown.state == "NORMAL" else NO_VALUE
    stamp = f"{EPOCH + shown.instant:.3f}"
    block = f"{value},{position.unit},{power},{decimals},{DIGITS},{shown.state},NONE,{stamp}"
    top = f"{shown.range_ / 10.0**power:.0f}"
    head = f"{name},NONE,AUTO,{position.unit},{top},{power},{_bolt(shown, position)}"
    return f"{head},0.000,0,2,LIVE,{block},PRIMARY,{block}"


def packed(name: str, shown: Shown, position: Position) -> bytes:
    """Return the whole display in binary, as QDDB gives it."""
    unit, power = number_of("unit", position.unit), position.multiplier
    head = struct.pack(
        "<4H", number_of("primfunction", name), number_of("secfunction", "NONE"),
        number_of("autorange", "AUTO"), unit,
    )  # fmt: skip
    head += double(shown.range_ / 10.0**power) + struct.pack("<h", power)
    head += struct.pack("<H", number_of("bolt", _bolt(shown, position))) + double(0.0)
    head += struct.pack("<3H", 0, 0, 2)
    tail = struct.pack(
        "<H3h2H", unit, power, _decimals(shown, position), DIGITS,
        number_of("state", shown.state), number_of("attribute", "NONE"),
    )  # fmt: skip
    value = double(shown.value if shown.state == "NORMAL" else float(NO_VALUE))
    stamp = double(EPOCH + shown.instant)
    blocks = (
        struct.pack("<H", number_of("readingid", one)) + value + tail + stamp
        for one in ("LIVE", "PRIMARY")
    )
    return b"#0" + head + b"".join(blocks)


def _decimals(shown: Shown, position: Position) -> int:
    return max(position.multiplier - floor(log10(shown.resolution) + 0.5), 0)


def _bolt(shown: Shown, position: Position) -> str:
    """Return whether the mark of a dangerous voltage is lit."""
    volts = position.unit in ("VDC", "VAC") and shown.state != "BLANK"
    return "ON" if volts and abs(shown.value) > DANGEROUS_VOLTS else "OFF"


def scientific(shown: Shown) -> str:
    """Return a reading such as 9.323E0: as many digits as the display has, no padding."""
    if shown.state != "NORMAL":
        return f"-{NO_VALUE[1:]}" if shown.state == "OL_MINUS" else NO_VALUE
    if round(shown.value / shown.resolution) == 0:
        return "0.0E0"
    exponent = floor(log10(abs(shown.value)) + 1e-9)
    decimals = max(exponent - floor(log10(shown.resolution) + 0.5), 0)
    return f"{shown.value / 10.0**exponent:.{decimals}f}E{exponent}"
