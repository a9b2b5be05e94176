"""The 3458A's commands that do more than keep a setting.

Source: a public transcription of the manual's command reference.  Not simulated, and answered with
a syntax error: ac+dc functions, digitizing and sampling, subprograms, adjustment, stored states.
"""

from collections.abc import Callable

from simulators.keysight_3458a.language import (
    MEMORY,
    RANGE,
    UNDEFINED,
    Mistake,
    Row,
    amount,
    choice,
)
from simulators.keysight_3458a.numbers import engineering, number_text
from simulators.keysight_3458a.panel import Handler, MeterPanel
from simulators.keysight_3458a.settings import OFF, ON, ONCE, REGISTERS
from simulators.keysight_3458a.status import SRQ_COMMAND
from simulators.keysight_3458a.text import reading_text
from simulators.multimeter.specification import COUNTED, LINE_HERTZ, Measurand

FUNCTIONS = {
    "DCV": (1.0, Measurand.DC_VOLTAGE), "ACV": (2.0, Measurand.AC_VOLTAGE),
    "OHM": (4.0, Measurand.RESISTANCE), "OHMF": (5.0, Measurand.RESISTANCE_4_WIRE),
    "DCI": (6.0, Measurand.DC_CURRENT), "ACI": (7.0, Measurand.AC_CURRENT),
    "FREQ": (9.0, Measurand.FREQUENCY), "PER": (10.0, Measurand.PERIOD),
}  # fmt: skip
NUMBER_OF = {measurand: number for number, measurand in FUNCTIONS.values()}
FUNCTION = choice(1.0, **{word: number for word, (number, _) in FUNCTIONS.items()})
MAX_INPUT = amount(-1e12, 1e12, -1.0, AUTO=-1.0)
RESOLUTION = amount(0.0, 100.0, -1.0)
LONGEST_APERTURE, SHORTEST_APERTURE = 1.0, 500e-9
GATE_OF = {1e-5: 1.0, 1e-4: 0.1, 1e-3: 1e-2, 1e-2: 1e-3, 1e-1: 1e-4}
"""Percent of resolution → gate time (s) of FREQ and PER."""
ACAL_SECONDS = {0.0: 960.0, 1.0: 165.0, 2.0: 165.0, 4.0: 660.0}
TEST_SECONDS = 50.0  # from memory, unverified
STORED_TEXT = 75


def _parameter(parameters: tuple[str, ...], place: int, row: Row) -> float:
    return row.value(parameters[place] if place < len(parameters) else "")


def _function(panel: MeterPanel, measurand: Measurand, parameters: tuple[str, ...]) -> None:
    most, percent = _parameter(parameters, 0, MAX_INPUT), _parameter(parameters, 1, RESOLUTION)
    before = panel.meter.measurand
    panel.meter.measurand = measurand
    try:
        if measurand in COUNTED:
            if percent > 0.0:
                panel.meter.setup.gate_seconds = _gate(percent)
        else:
            _range(panel, most, percent)
    except Mistake:
        panel.meter.measurand = before
        raise
    _apply(panel)


def _gate(percent: float) -> float:
    return next((gate for step, gate in GATE_OF.items() if percent <= step * 1.01), 1e-4)


def _range(panel: MeterPanel, most: float, percent: float) -> None:
    """Take the range that holds `most`; −1 is autorange."""
    meter = panel.meter
    if most == -1.0:
        panel.settings.put("ARANGE", ON)
    else:
        ranges = meter.ranges(meter.measurand)
        top = meter.specification.top
        fitting = (one for one in ranges if abs(most) <= top(meter.measurand, one))
        wanted = next(fitting, None)
        if wanted is None:
            raise Mistake(RANGE)
        meter.setup.range_ = wanted
        panel.settings.put("ARANGE", OFF)
    if percent > 0.0:
        part = percent / 100.0 * (abs(most) if most not in (-1.0, 0.0) else meter.setup.range_)
        _resolve(panel, part / meter.setup.range_)


def _resolve(panel: MeterPanel, part: float) -> None:
    """Integrate as long as it takes to resolve `part` of the range (1)."""
    steps = panel.meter.specification.resolutions
    cycles = next((one for one in sorted(steps) if steps[one] <= part * 1.001), max(steps))
    panel.settings.put("NPLC", cycles)


def _apply(panel: MeterPanel) -> None:
    """Let the meter's physics follow the settings."""
    settings, setup = panel.settings, panel.meter.setup
    setup.auto_range = settings.first("ARANGE") == ON
    setup.line_cycles = max(settings.first("NPLC"), SHORTEST_APERTURE * LINE_HERTZ)
    setup.auto_zero = settings.first("AZERO") == ON
    setup.high_impedance = settings.first("FIXEDZ") == OFF
    panel.meter.revise()


def _physical(header: str) -> Handler:
    """Return the handler of a setting that the physics follows."""

    def tell(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
        panel.settings.tell(header, parameters)
        if panel.settings.first(header) == ONCE and header in ("AZERO", "ARANGE"):
            panel.settings.put(header, OFF)
        if header == "NPLC":
            panel.settings.put("NPLC", _stepped(panel.settings.first("NPLC")))
        _apply(panel)

    return tell


def _stepped(cycles: float) -> float:
    """Return a number of power line cycles as the meter takes it: 1 to 10 whole, then tens."""
    if cycles < 1.0:
        return cycles
    if cycles <= 10.0:
        return float(round(cycles))
    return min(10.0 * round(cycles / 10.0), 1000.0)


def aperture(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Set the integration time (s): it overrides NPLC."""
    seconds = _parameter(parameters, 0, amount(SHORTEST_APERTURE, LONGEST_APERTURE))
    panel.settings.put("NPLC", seconds * LINE_HERTZ)
    _apply(panel)


def resolution(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out RES: percent of the range."""
    percent = _parameter(parameters, 0, RESOLUTION)
    panel.settings.put("RES", max(percent, 0.0))
    if percent > 0.0:
        _resolve(panel, percent / 100.0)
    _apply(panel)


def choose(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out FUNC."""
    number = _parameter(parameters, 0, FUNCTION)
    measurand = next(one for value, one in FUNCTIONS.values() if value == number)
    _function(panel, measurand, parameters[1:])


def chosen(panel: MeterPanel, parameters: tuple[str, ...]) -> str:
    """Answer FUNC?: number of the function, and the present range."""
    number = NUMBER_OF[panel.meter.measurand]
    return f"{number_text(number)},{engineering(panel.meter.setup.range_)}"


def to_range(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out RANGE."""
    most, percent = _parameter(parameters, 0, MAX_INPUT), _parameter(parameters, 1, RESOLUTION)
    _range(panel, most, percent)
    _apply(panel)


def preset(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out PRESET."""
    kind = _parameter(parameters, 0, choice(1.0, FAST=0.0, NORM=1.0, DIG=2.0))
    panel.settings.preset(kind)
    panel.sampler.forget()
    panel.meter.reset()
    _apply(panel)


def reset(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out RESET."""
    panel.reset()
    _apply(panel)


def memory(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out MEM."""
    panel.settings.tell("MEM", parameters)
    panel.sampler.chosen_memory(panel.settings.first("MEM"))


def recall(panel: MeterPanel, parameters: tuple[str, ...]) -> str:
    """Carry out RMEM: `count` readings from number `first`.

    That the newest one is number 1 is from memory, unverified.
    """
    first = int(_parameter(parameters, 0, amount(1, 1e7, 1)))
    count = int(_parameter(parameters, 1, amount(1, 1e7, 1)))
    kept = list(panel.sampler.memory)
    if len(parameters) > 2:  # records are sets of readings, the newest one being 1
        size = int(panel.settings.first("NRDGS"))
        record = int(_parameter(parameters, 2, amount(1, 1e7, 1)))
        kept = kept[len(kept) - record * size :][:size] if record * size <= len(kept) else []
    found = list(reversed(kept))[first - 1 : first - 1 + count]
    if len(found) < count:
        raise Mistake(MEMORY)
    panel.settings.put("MEM", OFF)
    return ",".join(reading_text(value) for value in found)


def math(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out MATH."""
    before = panel.settings.values["MATH"]
    panel.settings.tell("MATH", parameters[:1])
    if panel.settings.first("MATH") == 1.0:  # CONT goes on with the last one
        panel.settings.put("MATH", *before)
    else:
        panel.sampler.begin_math()


def store(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out SMATH."""
    number = _parameter(parameters, 0, choice(None, **REGISTERS))
    panel.settings.registers[int(number)] = _parameter(parameters, 1, amount(-1e38, 1e38, 0.0))


def stored(panel: MeterPanel, parameters: tuple[str, ...]) -> str:
    """Carry out RMATH."""
    number = _parameter(parameters, 0, choice(1.0, **REGISTERS))
    return reading_text(panel.settings.registers.get(int(number), 0.0))


def calibrate(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out ACAL: the bus is busy for minutes."""
    kind = _parameter(parameters, 0, choice(0.0, ALL=0.0, DCV=1.0, AC=2.0, OHMS=4.0))
    panel.cursor += ACAL_SECONDS[kind]


def display(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out DISP."""
    kinds = {"OFF": 0, "ON": 1, "MSG": 2, "CLR": 3}
    word = parameters[0].upper() if parameters else "ON"
    kind = kinds.get(word, {str(one): one for one in kinds.values()}.get(word))
    if kind is None:
        raise Mistake(UNDEFINED)
    panel.settings.message = (
        " ".join(parameters[1:]).strip("\"'")[:STORED_TEXT] if kind == 2 else ""
    )


def test(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out TEST: it passes."""
    panel.cursor += TEST_SECONDS


def request(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out SRQ."""
    panel.status.events |= SRQ_COMMAND


def clear_status(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Carry out CSB."""
    panel.status.events = 0


def _busy_byte(panel: MeterPanel) -> int:
    """Return the status byte as STB? does: the meter is busy with that command."""
    return panel.status.byte(ready=False, available=bool(panel.sampler.memory))


def nothing(panel: MeterPanel, parameters: tuple[str, ...]) -> None:
    """Do nothing: it changes no reading."""


def _of(measurand: Measurand) -> Handler:
    return lambda panel, parameters: _function(panel, measurand, parameters)


def _answer(answer: Callable[[MeterPanel], str]) -> Handler:
    return lambda panel, parameters: answer(panel)


TOLD: dict[str, Handler] = {
    "FUNC": choose, "RANGE": to_range, "APER": aperture, "RES": resolution, "PRESET": preset,
    "RESET": reset, "MEM": memory, "MATH": math, "SMATH": store, "ACAL": calibrate,
    "DISP": display, "TEST": test, "SRQ": request, "CSB": clear_status, "BEEP": nothing,
    "TONE": nothing, "RMEM": recall, "RMATH": stored,
    **{header: _physical(header) for header in ("NPLC", "AZERO", "ARANGE", "FIXEDZ")},
    **{word: _of(measurand) for word, (_, measurand) in FUNCTIONS.items()},
}  # fmt: skip

ASKED: dict[str, Handler] = {
    "ID": _answer(lambda panel: "HP3458A"),
    "REV": _answer(lambda panel: " 9,2"),
    "OPT": _answer(lambda panel: " 0"),
    "CALNUM": _answer(lambda panel: " 12"),
    "CALSTR": _answer(lambda panel: f'"{panel.serial}"'),
    "TEMP": _answer(lambda panel: f" {panel.internal_celsius():.1f}"),
    "LINE": _answer(lambda panel: engineering(LINE_HERTZ)),
    "TERM": _answer(lambda panel: " 1"),
    "FUNC": chosen,
    "RANGE": _answer(lambda panel: engineering(panel.meter.setup.range_)),
    "APER": _answer(lambda panel: engineering(panel.settings.first("NPLC") / LINE_HERTZ)),
    "MCOUNT": _answer(lambda panel: number_text(len(panel.sampler.memory))),
    "MSIZE": _answer(lambda panel: " 20480, 8192"),
    "ISCALE": _answer(lambda panel: engineering(panel.scale(panel.settings.first("OFORMAT")))),
    "STB": _answer(lambda panel: number_text(_busy_byte(panel))),
    "ERR": _answer(lambda panel: number_text(panel.status.read_errors())),
    "AUXERR": _answer(lambda panel: number_text(panel.status.read_auxiliary())),
    "ERRSTR": _answer(lambda panel: panel.status.explained()),
    "RMEM": recall,
    "RMATH": stored,
}
