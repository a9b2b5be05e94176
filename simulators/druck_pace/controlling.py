"""What a PACE understands about control.

Source: Druck SCPI remote communications manual K0472.  The isolation valve and the
control mode are remembered and do nothing.
"""

from dataclasses import replace
from math import inf

from simulators.druck_pace.manifold import Vent
from simulators.druck_pace.measuring import pressure
from simulators.druck_pace.panel import Kept, PacePanel
from simulators.druck_pace.reports import RANGED
from simulators.druck_pace.rows import (
    LARGEST,
    Row,
    amount,
    between,
    decimal,
    kept,
    known_range,
    whole,
    write_flag,
    zeroing,
)
from simulators.druck_pace.specification import BAR, BAROMETER, MILLIBAR
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Kind, Token, boolean, quoted, string, word

FASTEST_SLEW = 99999999.0  # what MAX reads back as
RELAYS_IN_USE = (2, 3)  # relays of the option board that are in communication mode; a choice


def _in_limits(panel: PacePanel, module: int = 1) -> str:
    reached = panel.manifold(module).in_limits_at() <= panel.cursor
    return f"{pressure(panel, module)}, {int(reached)}"


def _control_range(panel: PacePanel, module: int = 1) -> str:
    return quoted(panel.manifold(module).control_range)


def _set_control_range(panel: PacePanel, module: int, name: str) -> None:
    manifold = panel.manifold(module)
    if known_range(manifold, name) == BAROMETER:
        raise ScpiError(-224)
    manifold.control_range = manifold.sensors.range_ = name
    panel.reports.pulse(module, RANGED)
    if manifold.controlling:
        manifold.close(panel.cursor)


def _lower_range(panel: PacePanel, module: int = 1) -> str:
    manifold = panel.manifold(module)
    absolute = manifold.control_range == manifold.module.absolute_range
    return '"0mbar a"' if absolute else '"-1000mbar g"'


def _volume(panel: PacePanel, module: int = 1) -> str:
    panel.manifold(module)
    return decimal(0.015)  # litres, as in the manual's example; hoses have no volume here


def _setpoint(panel: PacePanel, module: int = 1) -> str:
    return decimal(panel.manifold(module).aim.setpoint / panel.pascals(module))


def _set_setpoint(panel: PacePanel, module: int, value: float) -> None:
    manifold = panel.manifold(module)
    pascals = value * panel.pascals(module)
    upper, lower = manifold.module.limits(manifold.control_range)
    if not lower * MILLIBAR <= pascals <= upper * MILLIBAR:
        raise ScpiError(-222)
    manifold.command(replace(manifold.aim, setpoint=pascals), panel.cursor)


def _vent(panel: PacePanel, module: int = 1) -> str:
    return str(int(panel.manifold(module).vent_state(panel.cursor)))


def _set_vent(panel: PacePanel, module: int, vent: bool) -> None:
    manifold = panel.manifold(module)
    if vent:
        manifold.vent(panel.cursor)
    elif manifold.vent_state(panel.cursor) is not Vent.NONE:
        manifold.close(panel.cursor)


def _output(panel: PacePanel, module: int = 1) -> str:
    return str(int(panel.manifold(module).controlling))


def _set_output(panel: PacePanel, module: int, on: bool) -> None:
    manifold = panel.manifold(module)
    if on and not manifold.controlling:
        manifold.control(panel.cursor)
    elif not on and manifold.controlling:
        manifold.close(panel.cursor)


def _slew(panel: PacePanel, module: int = 1) -> str:
    slew = panel.manifold(module).aim.slew
    return decimal(FASTEST_SLEW if slew == inf else slew / panel.pascals(module))


def _slew_of(token: Token) -> float:
    """Return a rate; MAX is infinity."""
    if token.kind is Kind.WORD:
        return {"MAX": inf, "MIN": 0.0}[str(word("MAXimum", "MINimum")(token))]
    return float(str(between(0.0, FASTEST_SLEW)(token)))


def _set_slew(panel: PacePanel, module: int, rate: float) -> None:
    manifold = panel.manifold(module)
    aim = replace(manifold.aim, slew=rate * panel.pascals(module))
    manifold.command(aim, panel.cursor)


def _slew_mode(panel: PacePanel, module: int = 1) -> str:
    return "LIN" if panel.manifold(module).aim.linear else "MAX"


def _set_slew_mode(panel: PacePanel, module: int, mode: str) -> None:
    manifold = panel.manifold(module)
    manifold.command(replace(manifold.aim, linear=mode == "LIN"), panel.cursor)


def _overshoot(panel: PacePanel, module: int = 1) -> str:
    return str(int(panel.manifold(module).aim.overshoot))


def _set_overshoot(panel: PacePanel, module: int, allowed: bool) -> None:
    manifold = panel.manifold(module)
    manifold.command(replace(manifold.aim, overshoot=allowed), panel.cursor)


def _band(panel: PacePanel, module: int = 1) -> str:
    return decimal(panel.manifold(module).aim.band * 100.0)


def _set_band(panel: PacePanel, module: int, percent: float) -> None:
    manifold = panel.manifold(module)
    manifold.aim = replace(manifold.aim, band=percent / 100.0)


def _band_seconds(panel: PacePanel, module: int = 1) -> str:
    return str(int(panel.manifold(module).aim.band_seconds))


def _set_band_seconds(panel: PacePanel, module: int, seconds: float) -> None:
    manifold = panel.manifold(module)
    manifold.aim = replace(manifold.aim, band_seconds=seconds)


def _effort(panel: PacePanel, module: int = 1) -> str:
    """Answer how far the valves are open (%); the figure is a choice."""
    manifold = panel.manifold(module)
    if not manifold.controlling:
        return "0.0"
    full = manifold.module.full_scale
    moving = 60.0 * manifold.rate(panel.cursor) / (0.1 * full)
    return decimal(max(-100.0, min(100.0, moving + 2.0 * manifold.aim.setpoint / full)))


def _supply(panel: PacePanel, module: int = 1, which: int = 1) -> str:
    """Answer the supply pressures: 20 % above full scale, and near vacuum (a choice)."""
    full = panel.manifold(module).module.full_scale
    return decimal((1.2 * full if which == 1 else -0.96 * BAR) / panel.pascals(module))


def _control_sensor(panel: PacePanel, module: int = 1, sensor: int = 1) -> str:
    found = panel.manifold(module).module
    names = {1: found.gauge_range, 2: found.gauge_range, 3: "2.00barg", 4: BAROMETER,
             7: found.absolute_range}  # fmt: skip
    if sensor not in names:
        raise ScpiError(-241)
    return quoted(names[sensor])


def _relay(panel: PacePanel, module: int, relay: int) -> str:
    panel.manifold(module)
    if relay not in RELAYS_IN_USE:
        raise ScpiError(-240)
    return str(int(bool(panel.kept.get(("LOG", (module, relay)), False))))


def _set_relay(panel: PacePanel, module: int, relay: int, on: bool) -> None:
    _relay(panel, module, relay)
    panel.kept["LOG", (module, relay)] = on


def _write_setup(value: Kept) -> str:
    assert isinstance(value, tuple)
    mode, pressure = value
    assert isinstance(pressure, float)
    return f"{mode}, {decimal(pressure)}"


def _valve(panel: PacePanel, module: int = 1) -> str:
    """Answer whether the zero valve is open; a zero opens it too."""
    opened = panel.kept.get(("VALVE", (module,)), False)
    return "1" if opened else zeroing(panel, module)


def _set_valve(panel: PacePanel, module: int, opened: bool) -> None:
    panel.manifold(module)
    panel.kept["VALVE", (module,)] = opened


CONTROLLING = (
    Row("SENSe#2[:PRESsure]:INLimits", _in_limits),
    Row(
        "SENSe#2[:PRESsure]:INLimits:TIME", _band_seconds, _set_band_seconds,
        (between(2, 999, whole),),
    ),
    Row("SENSe#2[:PRESsure]:CORRection:VOLume", _volume),
    Row(
        "SOURce#2[:PRESsure][:LEVel][:IMMediate][:AMPLitude]", _setpoint, _set_setpoint, (amount,)
    ),
    Row(
        "SOURce#2[:PRESsure][:LEVel][:IMMediate][:AMPLitude]:VENT", _vent, _set_vent, (boolean,)
    ),
    Row("OUTPut#2[:STATe]", _output, _set_output, (boolean,)),
    kept("OUTPut#2:ISOLation:STATe", False, boolean, write=write_flag),
    kept("OUTPut#2:MODE", "ACT", word("ACTive", "PASSive", "GAUGe")),
    Row("SOURce#2[:PRESsure]:RANGe", _control_range, _set_control_range, (string,)),
    Row("SOURce#2[:PRESsure]:RANGe:LOWer", _lower_range),
    Row("SOURce#2[:PRESsure]:SLEW", _slew, _set_slew, (_slew_of,)),
    Row("SOURce#2[:PRESsure]:SLEW:MODE", _slew_mode, _set_slew_mode, (word("MAXimum", "LINear"),)),
    Row("SOURce#2[:PRESsure]:SLEW:OVERshoot[:STATe]", _overshoot, _set_overshoot, (boolean,)),
    Row("SOURce#2[:PRESsure]:INLimits", _band, _set_band, (between(0, 100),)),
    Row(
        "SOURce#2[:PRESsure]:INLimits:TIME", _band_seconds, _set_band_seconds,
        (between(2, 999, whole),),
    ),
    Row("SOURce#2[:PRESsure]:EFFort", _effort),
    Row("SOURce#2[:PRESsure]:COMPensate#2", _supply),
    kept(
        "SYSTem:SET#2", ("MEAS", 0.0), word("MEASure", "CONTrol"), between(-LARGEST, LARGEST),
        write=_write_setup,
    ),
    Row("INSTrument:CONTrol#2:SENSe#7", _control_sensor, header=":INST:CONT1:SENS{1}"),
    Row("CALibration#2[:PRESsure]:ZERO:VALVe", _valve, _set_valve, (boolean,)),
    Row("CALibration#2[:PRESsure]:ZERO:VALVe:STATe", _valve, _set_valve, (boolean,)),
    Row("OUTPut#2:LOGical#3", _relay, _set_relay, (boolean,)),
    Row("INPut#2:LOGical", lambda panel, module=1: "0, 0.0"),
    Row("INPut#2:LOGical:STATe", lambda panel, module=1: "0"),
    kept("INSTrument:DISPlay", "SING", word("SINGle", "DUAL")),
)  # fmt: skip  # fmt: skip
