"""The 5522A's command table.

Source: 5560A Remote Programmers Manual and 5520A programmers reference, whose family kept the
commands; literal replies as captured from a 5522A.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import log10
from types import MappingProxyType

from simulators.fluke_5522a.calibrator import Compensation, Wave
from simulators.fluke_5522a.language import (
    ERRORS,
    Amount,
    CalibratorError,
    Parameter,
    floating,
)
from simulators.fluke_5522a.output import MILLIWATT, UNIT_OF, out
from simulators.fluke_5522a.panel import CalibratorPanel, Command, Handler, function_name
from simulators.fluke_5522a.specification import Kind, frequency_step

FIRMWARE = "1.1+1.3+1.8"  # form as captured
COMPENSATED_OHMS = 110e3  # from memory, unverified
NO_SECONDARY = "0E+00,0"
Parameters = tuple[Parameter, ...]


def _word(parameter: Parameter, known: Mapping[str, object] | tuple[str, ...]) -> str:
    if not isinstance(parameter, str):
        raise CalibratorError(1304)
    if parameter not in known:
        raise CalibratorError(1303)
    return parameter


def _number(parameter: Parameter, *units: str) -> float:
    """Return a number in one of `units`, or without any."""
    if not isinstance(parameter, Amount):
        raise CalibratorError(1304)
    if parameter.unit not in ("", *units):
        raise CalibratorError(1305)
    return parameter.value


def _integer(parameter: Parameter, highest: int) -> int:
    value = _number(parameter)
    if not 0 <= value <= highest or value != int(value):
        raise CalibratorError(1306)
    return int(value)


def operate(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Connect the terminals."""
    panel.apply(panel.calibrator.setting, operating=True)


def standby(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Disconnect the terminals."""
    panel.apply(panel.calibrator.setting, operating=False)


def output(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer OUT?: primary, unit, secondary, unit, frequency."""
    setting = panel.calibrator.setting
    primary = setting.primary
    unit = UNIT_OF[primary.kind]
    first = f"{floating(primary.value, primary.range_.resolution)},{unit}"
    second = NO_SECONDARY
    if parameters:
        asked = _word(parameters[0], ("V", "OHM", "DBM"))
        if asked == "DBM" and unit == "V" and setting.hertz and primary.value:
            ohms = float(panel.switches.words["DBMZ"][1:])
            decibels = 10 * log10(primary.value**2 / ohms / MILLIWATT)
            first, second = f"{decibels:.3E},DBM", "0E+00,A"
        elif asked != unit:
            raise CalibratorError(1305)
    if setting.secondary is not None:
        other = setting.secondary
        second = f"{floating(other.value, other.range_.resolution)},{UNIT_OF[other.kind]}"
    step = frequency_step(setting.hertz) or 0.01
    return f"{first},{second},{floating(setting.hertz, step)}"


def range_names(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer RANGE?: names of primary and secondary, `_P` and `_S` in dual functions."""
    setting = panel.calibrator.setting
    if setting.secondary is None:
        return f"{setting.primary.range_.name},0"
    return f"{setting.primary.range_.name}_P,{setting.secondary.range_.name}_S"


def range_lock(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Hold the dc range, or let it follow the value again."""
    locked = _word(parameters[0], ("ON", "OFF")) == "ON"
    setting = panel.calibrator.setting
    if locked and setting.primary.kind not in (Kind.DC_VOLTAGE, Kind.DC_CURRENT):
        raise CalibratorError(1306)
    panel.switches.range_locked = locked
    if not locked:
        out(panel, (Amount(setting.primary.value, UNIT_OF[setting.primary.kind]),))


def wave(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Choose the waveform of an ac output."""
    names = [_word(one, (*Wave, "NONE")) for one in parameters]
    setting = panel.calibrator.setting
    if setting.hertz == 0.0 or names[0] == "NONE":
        if (setting.hertz == 0.0) != (names[0] == "NONE"):
            raise CalibratorError(1306)
        return
    panel.apply(replace(setting, wave=Wave(names[0])), operating=panel.calibrator.operating)


def waves(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer WAVE?: NONE where no waveform applies."""
    setting = panel.calibrator.setting
    if setting.hertz == 0.0:
        return "NONE,NONE"
    return f"{setting.wave},{'NONE' if setting.secondary is None else setting.wave}"


def dc_offset(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Add a direct voltage to a single ac voltage."""
    setting, volts = panel.calibrator.setting, _number(parameters[0], "V")
    single_ac = setting.primary.kind is Kind.AC_VOLTAGE and setting.secondary is None
    if volts and (not single_ac or abs(volts) > setting.primary.range_.high):
        raise CalibratorError(1306)
    panel.apply(replace(setting, dc_offset=volts), operating=panel.calibrator.operating)


def offset(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer DC_OFFSET?."""
    volts = panel.calibrator.setting.dc_offset
    return floating(volts, 1e-5, sign=True)


def compensate(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Set the compensation of lead resistance; error 539 where it cannot be."""
    name = _word(parameters[0], tuple(Compensation))
    setting = panel.calibrator.setting
    fits = setting.primary.kind is Kind.RESISTANCE and setting.primary.value < COMPENSATED_OHMS
    if name != Compensation.NONE and not fits:
        raise CalibratorError(539)
    changed = replace(setting, compensation=Compensation(name))
    panel.apply(changed, operating=panel.calibrator.operating)


def current_post(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Choose the terminal of currents below 3 A; drops to standby."""
    high = _word(parameters[0], ("AUX", "A20")) == "A20"
    changed = replace(panel.calibrator.setting, high_current_terminal=high)
    panel.apply(changed, operating=False)


def limit(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Set the user limit; saving it leaves the calibrator deaf for about 2 s."""
    positive, negative = (_number(one, "V", "A") for one in parameters)
    units = {one.unit for one in parameters if isinstance(one, Amount)} - {""}
    if len(units) > 1 or not negative <= 0.0 <= positive:
        raise CalibratorError(1306)
    amperes = units == {"A"} or (
        not units and UNIT_OF[panel.calibrator.setting.primary.kind] == "A"
    )
    if amperes:
        panel.switches.amperes = (min(positive, 20.5), max(negative, -20.5))
    else:
        panel.switches.volts = (min(positive, 1020.0), max(negative, -1020.0))
    panel.cursor += 2.0  # 5520A Operators Manual p. 6-35: non-volatile memory


def limits(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer LIMIT?: +V, −V, +A, −A."""
    return ",".join(f"{one:.4f}" for one in (*panel.switches.volts, *panel.switches.amperes))


def duty(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Set the duty cycle of a square wave."""
    percent = _number(parameters[0], "PCT")
    if panel.calibrator.setting.wave is not Wave.SQUARE or not 1.0 <= percent <= 99.0:
        raise CalibratorError(1306)
    panel.switches.duty_percent = percent


def phase(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Set the phase between the outputs of a dual ac function."""
    degrees = _number(parameters[0], "DEG")
    if not -180.0 <= degrees <= 180.0:
        raise CalibratorError(1306)
    panel.switches.phase_degrees = degrees


def power(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer POWER?: watts of a power function."""
    setting = panel.calibrator.setting
    if setting.secondary is None or UNIT_OF[setting.secondary.kind] != "A":
        return "0E+00"
    return f"{setting.primary.value * setting.secondary.value:.5E}"


def error(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer ERR?: the oldest error and its text."""
    code, text = panel.next_error()
    return f'{code},"{text}"'


def explain(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer EXPLAIN?: the text of an error number."""
    code = _integer(parameters[0], 32767)
    if code not in ERRORS:
        raise CalibratorError(1306)
    return f'"{ERRORS[code][1]}."' if code == 539 else f'"{ERRORS[code][1]}"'


def complete(panel: CalibratorPanel, parameters: Parameters) -> str:
    """Answer `*OPC?` once the output has settled."""
    panel.answer_ready = max(panel.answer_ready, panel.calibrator.settled_at)
    return "1"


def note_completion(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Carry out `*OPC`: set the event once the output has settled."""
    panel.completion = panel.calibrator.settled_at


def wait(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Carry out `*WAI`: nothing further until the output has settled."""
    panel.cursor = max(panel.cursor, panel.calibrator.settled_at)


def clear_status(panel: CalibratorPanel, parameters: Parameters) -> None:
    """Carry out `*CLS`: event registers and the error queue; `*OPC` is forgotten."""
    panel.status.read_event()
    panel.risen.read_event()
    panel.fallen.read_event()
    panel.errors.clear()
    panel.completion = None


def _either(panel: CalibratorPanel, parameters: Parameters) -> str:
    return str(panel.risen.read_event() | panel.fallen.read_event())


def _switch(header: str, *words: str, trips: bool = False) -> dict[str, Command]:
    """Return the command and query of a keyword setting; `trips` drops the unit to standby."""

    def tell(panel: CalibratorPanel, parameters: Parameters) -> None:
        word = _word(parameters[0], words)
        if trips and panel.switches.words[header] != word:
            standby(panel, ())
        panel.switches.words[header] = word

    def ask(panel: CalibratorPanel, parameters: Parameters) -> str:
        return panel.switches.words[header]

    return {header: Command(tell, 1, 1), f"{header}?": Command(ask)}


def _enables(header: str, *, risen: bool, fallen: bool) -> dict[str, Command]:
    def tell(panel: CalibratorPanel, parameters: Parameters) -> None:
        mask = _integer(parameters[0], 32767)
        for wanted, register in ((risen, panel.risen), (fallen, panel.fallen)):
            if wanted:
                register.enable = mask

    def ask(panel: CalibratorPanel, parameters: Parameters) -> str:
        return str((panel.risen if risen else panel.fallen).enable)

    return {header: Command(tell, 1, 1), f"{header}?": Command(ask)}


def _answer(text: Callable[[CalibratorPanel], object]) -> Handler:
    return lambda panel, parameters: str(text(panel))


def _event_enable(panel: CalibratorPanel, parameters: Parameters) -> None:
    panel.status.event_enable = _integer(parameters[0], 255)


def _service_enable(panel: CalibratorPanel, parameters: Parameters) -> None:
    panel.status.service_enable = _integer(parameters[0], 255) & ~64


def _remote(*, remote: bool) -> Handler:
    def tell(panel: CalibratorPanel, parameters: Parameters) -> None:
        panel.switches.remote = remote

    return tell


def _reset(panel: CalibratorPanel, parameters: Parameters) -> None:
    panel.reset()


def identity(model: str, firmware: str) -> Command:
    """Return `*IDN?` of `model`."""
    return Command(
        _answer(lambda panel: f"FLUKE,{model},{panel.serial},{firmware}"), indefinite=True
    )


COMMANDS: Mapping[str, Command] = MappingProxyType({
    "OUT": Command(out, 1, 3),
    "OUT?": Command(output, 0, 1),
    "OPER": Command(operate),
    "OPER?": Command(_answer(lambda panel: int(panel.calibrator.operating))),
    "STBY": Command(standby),
    "FUNC?": Command(_answer(lambda panel: function_name(panel.calibrator.setting))),
    "RANGE?": Command(range_names),
    "RANGELCK": Command(range_lock, 1, 1),
    "RANGELCK?": Command(_answer(lambda panel: "ON" if panel.switches.range_locked else "OFF")),
    "WAVE": Command(wave, 1, 2),
    "WAVE?": Command(waves),
    "DC_OFFSET": Command(dc_offset, 1, 1),
    "DC_OFFSET?": Command(offset),
    "ZCOMP": Command(compensate, 1, 1),
    "ZCOMP?": Command(_answer(lambda panel: panel.calibrator.setting.compensation)),
    "CUR_POST": Command(current_post, 1, 1),
    "CUR_POST?": Command(
        _answer(lambda panel: "A20" if panel.calibrator.setting.high_current_terminal else "AUX")
    ),
    "LIMIT": Command(limit, 2, 2),
    "LIMIT?": Command(limits),
    "DUTY": Command(duty, 1, 1),
    "DUTY?": Command(_answer(lambda panel: f"{panel.switches.duty_percent:.3E}")),
    "PHASE": Command(phase, 1, 1),
    "PHASE?": Command(_answer(lambda panel: f"{panel.switches.phase_degrees:.3E}")),
    "POWER?": Command(power),
    "ERR?": Command(error),
    "FAULT?": Command(_answer(lambda panel: panel.next_error()[0])),
    "EXPLAIN?": Command(explain, 1, 1),
    "ISR?": Command(_answer(lambda panel: panel.condition())),
    "ISCR0?": Command(_answer(lambda panel: panel.fallen.read_event())),
    "ISCR1?": Command(_answer(lambda panel: panel.risen.read_event())),
    "ISCR?": Command(_either),
    "REMOTE": Command(_remote(remote=True)),
    "LOCKOUT": Command(_remote(remote=True)),
    "LOCAL": Command(_remote(remote=False)),
    "*CLS": Command(clear_status),
    "*ESE": Command(_event_enable, 1, 1),
    "*ESE?": Command(_answer(lambda panel: panel.status.event_enable)),
    "*ESR?": Command(_answer(lambda panel: panel.status.read_event())),
    "*SRE": Command(_service_enable, 1, 1),
    "*SRE?": Command(_answer(lambda panel: panel.status.service_enable)),
    "*STB?": Command(
        _answer(lambda panel: panel.status.byte(message_available=panel.answered))
    ),
    "*OPC": Command(note_completion),
    "*OPC?": Command(complete),
    "*WAI": Command(wait),
    "*RST": Command(_reset),
    "*TST?": Command(_answer(lambda panel: 0)),
    "*IDN?": identity("5522A", FIRMWARE),
    "*OPT?": Command(_answer(lambda panel: 0), indefinite=True),
    **_switch("LOWS", "OPEN", "TIED", trips=True),
    **_switch("EARTH", "OPEN", "TIED", trips=True),
    **_switch("EXTGUARD", "ON", "OFF", trips=True),
    **_switch("LCOMP", "ON", "OFF"),
    **_switch("TSENS_TYPE", "TC", "RTD"),
    # Z50 and Z1200 are documented; those between are from memory, unverified.
    **_switch("DBMZ", "Z50", "Z75", "Z90", "Z100", "Z135", "Z150", "Z300", "Z600", "Z900", "Z1000",
              "Z1200"),
    **_enables("ISCE", risen=True, fallen=True),
    **_enables("ISCE0", risen=False, fallen=True),
    **_enables("ISCE1", risen=True, fallen=False),
})  # fmt: skip
