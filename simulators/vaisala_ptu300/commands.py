"""What a PTU300 understands.

Sources: PTU300 user guide M210796EN; the list of `?` after PTB330 user guide M210855EN, with one
": " in each line but the first.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType

from simulators.vaisala_ptu300.form import DEFAULT, PRESSURE_UNITS, is_format
from simulators.vaisala_ptu300.panel import (
    FIRST_DAY,
    MODEL,
    UNIT_SECONDS,
    VERSION,
    Handler,
    Mode,
    TransmitterPanel,
)

BAUD_RATES = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
LONGEST_INTERVAL, HIGHEST_ADDRESS = 255, 99
REFUSED = "Unknown command.\n"  # from memory, unverified
DECIMAL = re.compile(r"\d+(\.\d*)?|\.\d+", re.ASCII)

Words = tuple[str, ...]


def _whole(text: str, highest: int) -> int | None:
    """Return a whole number up to `highest`, or None when it is none."""
    if not (text.isascii() and text.isdigit()) or int(text) > highest:
        return None
    return int(text)


def _send(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words and words != (str(panel.setting.address),):
        return []
    return [panel.line()]


def _run(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    panel.run()
    return []


def _stop(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    panel.stop()
    return []


def _interval(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words:
        number = _whole(words[0], LONGEST_INTERVAL)
        unit = words[1].upper() if len(words) > 1 else panel.setting.interval[1]
        if number is None or unit not in UNIT_SECONDS:
            return [REFUSED]
        panel.setting.interval = (number, unit)
    number, unit = panel.setting.interval
    return [f"Output interval: {number} {unit}\n"]


def _start_mode(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words:
        if words[0].upper() not in tuple(Mode):
            return [REFUSED]
        panel.setting.start = Mode(words[0].upper())
    return [f"Start mode : {panel.setting.start}\n"]


def _shown(form: str) -> str:
    return form.replace("#", "\\")


def _form(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    """Set or tell the output format; what is no format leaves the old one in force."""
    text = rest.strip()
    if text == "/":
        panel.setting.form = DEFAULT
        return ["OK\n"]
    if text in ("", "?") or not is_format(text.replace("\\", "#")):
        return [f"Output format  :{_shown(panel.setting.form)}\n"]
    panel.setting.form = text.replace("\\", "#")
    return ["OK\n"]


def _unit(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if len(words) == 2 and words[0].upper() == "P":
        known = {unit.lower(): unit for unit in PRESSURE_UNITS}
        if words[1].lower() not in known:
            return [REFUSED]
        panel.setting.pressure_unit = known[words[1].lower()]
        return [f"P units : {panel.setting.pressure_unit}\n"]
    if words and words[0].upper() in ("M", "N"):
        panel.setting.metric = words[0].upper() == "M"
    elif words:
        return [REFUSED]
    return [f"Output units   : {'metric' if panel.setting.metric else 'non metric'}\n"]


def _errors(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    return ["No errors\n"]


def _version(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    return [f"{MODEL} / {VERSION}\n"]


def _serial_number(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    return [f"Serial number : {panel.serial}\n"]


def _bare_serial_number(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    return [f"{panel.serial}\n"]


def _everything(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    setting = panel.setting
    date, time = panel.moment()
    number, unit = setting.interval
    items = (
        ("Serial number ", panel.serial),
        ("Batch number ", "K1450012"),
        ("Output format ", _shown(setting.form).replace(": ", ":")),
        ("Adjust. date ", "2025-11-17"),
        ("Adjust. info ", "Vaisala/HEL"),
        ("Date ", date),
        ("Time ", time),
        ("Start mode ", setting.start.value),
        ("Baud P D S ", setting.serial_line),
        ("Output interval", f"{number} {unit.lower() if unit == 'S' else unit}"),
        ("Address ", str(setting.address)),
        ("Echo ", "ON" if setting.echo else "OFF"),
        ("Module 1 ", "BARO-1"),
        ("Module 2 ", "EMPTY"),
    )
    return [f"{MODEL} / {VERSION}\n", *(f"{key}: {value}\n" for key, value in items)]


def _time(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words and not _set_clock(panel, panel.moment()[0], words[0]):
        return [REFUSED]
    return [f"Time : {panel.moment()[1]}\n"]


def _date(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words and not _set_clock(panel, words[0], panel.moment()[1]):
        return [REFUSED]
    return [f"Date : {panel.moment()[0]}\n"]


def _set_clock(panel: TransmitterPanel, date: str, time: str) -> bool:
    """Set the clock; return whether that was a date and a time of this century."""
    if not re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", f"{date} {time}", re.ASCII):
        return False
    try:
        moment = datetime.fromisoformat(f"{date} {time}")
    except ValueError:
        return False
    now = datetime.fromisoformat(" ".join(panel.moment()))
    panel.setting.ahead += (moment - now).total_seconds()
    return moment >= FIRST_DAY.replace(year=2000)


def _switch(
    panel: TransmitterPanel, words: Words, rest: str, *, attribute: str, label: str
) -> list[str]:
    if words:
        if words[0].upper() not in ("ON", "OFF"):
            return [REFUSED]
        setattr(panel.setting, attribute, words[0].upper() == "ON")
    return [f"{label} : {'ON' if getattr(panel.setting, attribute) else 'OFF'}\n"]


def _filter(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words:
        if not DECIMAL.fullmatch(words[0]) or not float(words[0]) <= 1.0:
            return [REFUSED]
        panel.set_filter(float(words[0]))
    return [f"Filter : {panel.setting.filter_factor:.3f}\n"]


def _address(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words:
        address = _whole(words[0], HIGHEST_ADDRESS)
        if address is None:
            return [REFUSED]
        panel.setting.address = address
    return [f"Address : {panel.setting.address}\n"]


def _open(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words != (str(panel.setting.address),):
        return []
    panel.opened = True
    return [f"{MODEL} {panel.setting.address} line opened for operator commands\n"]


def _close(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    panel.opened = False
    return ["line closed\n"]


def _serial_line(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    """Set the serial line; in force after a reset, so the simulated line keeps its own."""
    if words:
        baud = _whole(words[0], BAUD_RATES[-1])
        parity = words[1].upper() if len(words) == 4 else ""
        if baud not in BAUD_RATES or parity not in ("N", "E", "O") or words[2:] == ():
            return [REFUSED]
        if words[2] not in ("7", "8") or words[3] not in ("1", "2"):
            return [REFUSED]
        panel.setting.serial_line = f"{baud} {parity} {words[2]} {words[3]}"
    return [f"Baud P D S : {panel.setting.serial_line}\n"]


def _send_word(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    if words:
        panel.setting.send_word = words[0].upper()
    return [f"Send com. : {panel.setting.send_word}\n"]  # label from memory, unverified


def _reset(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    woken = panel.power_on()
    return [reply.payload.decode("latin-1") for reply in woken if reply.ends]


def _help(panel: TransmitterPanel, words: Words, rest: str) -> list[str]:
    return [" ".join(sorted(COMMANDS)) + "\n"]


COMMANDS: Mapping[str, Handler] = MappingProxyType({
    "SEND": _send, "R": _run, "S": _stop, "INTV": _interval, "SMODE": _start_mode, "FORM": _form,
    "UNIT": _unit, "ERRS": _errors, "VERS": _version, "SNUM": _serial_number,
    "*9900SN": _bare_serial_number, "?": _everything, "TIME": _time, "DATE": _date,
    "FTIME": partial(_switch, attribute="with_time", label="Form. time"),
    "FDATE": partial(_switch, attribute="with_date", label="Form. date"),
    "ECHO": partial(_switch, attribute="echo", label="Echo"), "FILT": _filter, "ADDR": _address,
    "OPEN": _open, "CLOSE": _close, "SERI": _serial_line, "SCOM": _send_word, "RESET": _reset,
    "HELP": _help,
})  # fmt: skip
