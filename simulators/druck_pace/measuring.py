"""What a PACE understands about its readings.

Source: Druck SCPI remote communications manual K0472.  The filter is remembered and
does not filter.
"""

from dataclasses import replace

from simulators.druck_pace.panel import PacePanel
from simulators.druck_pace.reports import RANGED
from simulators.druck_pace.rows import (
    LARGEST,
    Row,
    between,
    decimal,
    kept,
    known_range,
    whole,
    write_flag,
    write_number,
)
from simulators.druck_pace.sensors import Gas
from simulators.language.scpi_parameters import boolean, quoted, string, word

HIGHEST_HEAD = 100.0  # m  # m


def pressure(panel: PacePanel, module: int = 1) -> str:
    """Answer the reading in the unit of the module."""
    manifold = panel.manifold(module)
    pascals = manifold.indication(panel.cursor)
    if manifold.sensors.tared:
        pascals -= manifold.sensors.tare
    return decimal(pascals / panel.pascals(module))


def _rate(panel: PacePanel, module: int = 1) -> str:
    return decimal(panel.manifold(module).rate(panel.cursor) / panel.pascals(module))


def _barometer(panel: PacePanel, module: int = 1) -> str:
    return decimal(panel.manifold(module).sensors.barometer() / panel.pascals(module))


def _range(panel: PacePanel, module: int = 1) -> str:
    return quoted(panel.manifold(module).sensors.range_)


def _set_range(panel: PacePanel, module: int, name: str) -> None:
    manifold = panel.manifold(module)
    manifold.sensors.range_ = known_range(manifold, name)
    panel.reports.pulse(module, RANGED)


def _head(panel: PacePanel, module: int = 1) -> str:
    head = panel.manifold(module).sensors.head
    return f"{head.gas.name}, {decimal(head.metres)}"


def _set_head(panel: PacePanel, module: int, gas: str, metres: float) -> None:
    manifold = panel.manifold(module)
    manifold.sensors.head = replace(manifold.sensors.head, gas=Gas[gas], metres=metres)


def _head_applied(panel: PacePanel, module: int = 1) -> str:
    return str(int(panel.manifold(module).sensors.head.applied))


def _apply_head(panel: PacePanel, module: int, applied: bool) -> None:
    manifold = panel.manifold(module)
    manifold.sensors.head = replace(manifold.sensors.head, applied=applied)


def _offset(panel: PacePanel, module: int = 1) -> str:
    return decimal(panel.manifold(module).sensors.tare / panel.pascals(module))


def _set_offset(panel: PacePanel, module: int, value: float) -> None:
    panel.manifold(module).sensors.tare = value * panel.pascals(module)


def _offset_on(panel: PacePanel, module: int = 1) -> str:
    return str(int(panel.manifold(module).sensors.tared))


def _set_offset_on(panel: PacePanel, module: int, on: bool) -> None:
    panel.manifold(module).sensors.tared = on


SENSING = (
    Row("SENSe#2[:PRESsure]", pressure),
    Row("SENSe#2[:PRESsure]:SLEW", _rate),
    Row("SENSe#2[:PRESsure]:BARometer", _barometer),
    Row("SENSe#2[:PRESsure]:RANGe", _range, _set_range, (string,)),
    kept("SENSe#2[:PRESsure]:RESolution", 6, between(4, 7, whole)),
    Row(
        "SENSe#2[:PRESsure]:CORRection:HEAD", _head, _set_head,
        (word("AIR", "NITRogen"), between(-HIGHEST_HEAD, HIGHEST_HEAD)),
    ),
    Row("SENSe#2[:PRESsure]:CORRection:HEAD:STATe", _head_applied, _apply_head, (boolean,)),
    Row(
        "SENSe#2[:PRESsure]:CORRection:OFFSet", _offset, _set_offset,
        (between(-LARGEST, LARGEST),),
    ),
    Row("SENSe#2[:PRESsure]:CORRection:OFFSet:STATe", _offset_on, _set_offset_on, (boolean,)),
    kept("SENSe#2[:PRESsure]:FILTer[:LPASs]:BAND", 50.0, between(0, 100), write=write_number),
    kept("SENSe#2[:PRESsure]:FILTer[:LPASs]:FREQuency", 2.0, between(0, 20), write=write_number),
    kept("SENSe#2[:PRESsure]:FILTer[:LPASs][:STATe]", False, boolean, write=write_flag),
)  # fmt: skip  # fmt: skip
