"""OUT and what belongs to it: from parameters to a setting, and the refusals on the way.

Source: 5560A Remote Programmers Manual (OUT, WAVE, DC_OFFSET, LIMIT), whose family kept the
5522A's commands; standby on crossing 33 V upward is from memory, unverified.
"""

from dataclasses import replace
from math import log10, sqrt
from typing import NamedTuple

from simulators.fluke_5522a.calibrator import (
    HIGH_VOLTAGE,
    RMS_OF,
    Compensation,
    Component,
    Setting,
    Wave,
)
from simulators.fluke_5522a.language import Amount, CalibratorError, Parameter
from simulators.fluke_5522a.panel import CalibratorPanel
from simulators.fluke_5522a.specification import Kind, Range, frequency_step, range_for

KINDS = {
    ("V", False): Kind.DC_VOLTAGE,
    ("V", True): Kind.AC_VOLTAGE,
    ("A", False): Kind.DC_CURRENT,
    ("A", True): Kind.AC_CURRENT,
    ("OHM", False): Kind.RESISTANCE,
    ("F", False): Kind.CAPACITANCE,
}
UNIT_OF = {
    Kind.DC_VOLTAGE: "V",
    Kind.AC_VOLTAGE: "V",
    Kind.DC_CURRENT: "A",
    Kind.AC_CURRENT: "A",
    Kind.RESISTANCE: "OHM",
    Kind.CAPACITANCE: "F",
}
PASSIVE = {"OHM": Kind.RESISTANCE, "F": Kind.CAPACITANCE}
"""What has neither a frequency nor a second output."""

MILLIWATT = 1e-3


class Request(NamedTuple):
    """What an OUT command asks for: amplitudes with their units, and a frequency (Hz) or None."""

    amplitudes: tuple[Amount, ...]
    hertz: float | None


def out(panel: CalibratorPanel, parameters: tuple[Parameter, ...]) -> None:
    """Carry out OUT: set the output; the terminals stay as they are.

    Raises:
        CalibratorError: out of range or beyond the user limit; nothing has changed then.
    """
    request = _request(panel, parameters)
    old = panel.calibrator.setting
    hertz = _frequency(request, old)
    if request.amplitudes:
        amplitudes = request.amplitudes
    else:
        amplitudes = tuple(
            Amount(part.value, UNIT_OF[part.kind])
            for part in (old.primary, old.secondary)
            if part is not None
        )
    parts = [_component(panel, amount, hertz) for amount in amplitudes]
    _check_limits(panel, parts, old.wave if hertz else Wave.SINE)
    secondary = parts[1] if len(parts) == 2 else None
    kept = old.dc_offset if parts[0].kind is Kind.AC_VOLTAGE and secondary is None else 0.0
    setting = replace(
        old,
        primary=parts[0],
        secondary=secondary,
        hertz=hertz,
        dc_offset=kept,
        wave=old.wave if hertz else Wave.SINE,
        compensation=old.compensation if parts[0].kind is Kind.RESISTANCE else Compensation.NONE,
    )
    if _other_terminals(old, setting):
        panel.switches.range_locked = False
    panel.apply(setting, operating=panel.calibrator.operating and not _trips(old, setting))


def _request(panel: CalibratorPanel, parameters: tuple[Parameter, ...]) -> Request:
    """Sort the parameters into amplitudes and a frequency; a bare number keeps its unit."""
    old = panel.calibrator.setting
    amplitudes: list[Amount] = []
    hertz = None
    for parameter in parameters:
        if not isinstance(parameter, Amount):
            raise CalibratorError(1304)
        amount = parameter
        if amount.unit == "":
            amount = Amount(amount.value, UNIT_OF[old.primary.kind])
        if amount.unit == "HZ":
            if hertz is not None:
                raise CalibratorError(1302)
            hertz = amount.value
        elif amount.unit == "DBM":
            ohms = float(panel.switches.words["DBMZ"][1:])
            amplitudes.append(Amount(sqrt(MILLIWATT * 10 ** (amount.value / 10) * ohms), "V"))
        elif amount.unit in ("V", "A", *PASSIVE):
            amplitudes.append(amount)
        else:
            raise CalibratorError(1305)  # temperature is not simulated
    if len(amplitudes) > 2 or (len(amplitudes) == 2 and amplitudes[0].unit != "V"):
        raise CalibratorError(1305)
    return Request(tuple(amplitudes), hertz)


def _frequency(request: Request, old: Setting) -> float:
    """Return the frequency (Hz), rounded to what the calibrator can set; 0 is dc."""
    if any(amount.unit in PASSIVE for amount in request.amplitudes):
        if request.hertz or len(request.amplitudes) > 1:
            raise CalibratorError(1305)
        return 0.0
    hertz = old.hertz if request.hertz is None else request.hertz
    if hertz == 0.0:
        return 0.0
    if not request.amplitudes and old.primary.kind in PASSIVE.values():
        raise CalibratorError(1305)
    step = frequency_step(hertz)
    if step is None or hertz < step:
        raise CalibratorError(1306)
    return round(hertz / step) * step


def _component(panel: CalibratorPanel, amount: Amount, hertz: float) -> Component:
    """Return one output in the range it belongs to, rounded to that range's step."""
    kind = KINDS[amount.unit, hertz > 0.0]
    if amount.value < 0 and kind not in (Kind.DC_VOLTAGE, Kind.DC_CURRENT):
        raise CalibratorError(1306)
    old = panel.calibrator.setting
    shape = RMS_OF[old.wave] if hertz else 1.0
    range_ = range_for(kind, abs(amount.value) * shape, hertz)
    if panel.switches.range_locked and old.primary.kind is kind:
        held = old.primary.range_
        range_ = held if abs(amount.value) <= held.high else None
    if range_ is None:
        raise CalibratorError(1306)
    return Component(kind, stepped(amount.value, range_), range_)


def stepped(value: float, range_: Range) -> float:
    """Return `value` rounded to the range's step, free of binary crumbs."""
    digits = max(0, -round(log10(range_.resolution)))
    return round(round(value / range_.resolution) * range_.resolution, digits)


def _check_limits(panel: CalibratorPanel, parts: list[Component], wave: Wave) -> None:
    """Refuse what lies beyond the user limit; non-sine waves count three times peak to peak."""
    switches = panel.switches
    for part in parts:
        limits = {"V": switches.volts, "A": switches.amperes}.get(UNIT_OF[part.kind])
        if limits is None:
            continue
        value = part.value if wave is Wave.SINE else 3.0 * part.value
        if not limits[1] <= value <= limits[0]:
            raise CalibratorError(1306)


def _other_terminals(old: Setting, new: Setting) -> bool:
    """Return whether the function changes, so that other terminals or relays come into play."""
    kinds = [UNIT_OF[one.primary.kind] for one in (old, new)]
    duals = [one.secondary and UNIT_OF[one.secondary.kind] for one in (old, new)]
    return kinds[0] != kinds[1] or duals[0] != duals[1]


def _trips(old: Setting, new: Setting) -> bool:
    """Return whether this change drops the calibrator to standby."""
    crossing = old.greatest_volts <= HIGH_VOLTAGE < new.greatest_volts
    return crossing or _other_terminals(old, new)
