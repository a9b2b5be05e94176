"""The command tree of the DMM6500 in its SCPI language, and the choice of language.

Sources: what public drivers send (pymeasure/pymeasure, microsoft/Qcodes Keithley_6500.py,
PyFixate/Fixate).  The languages TSP, SCPI2000 and SCPI34401 can be chosen and are not simulated:
with one of them everything but `*LANG` and `*IDN?` is refused.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from simulators.keithley_dmm6500.reading import reading_commands
from simulators.keithley_dmm6500.sense import sense_commands, shown
from simulators.keithley_dmm6500.state import FUNCTIONS, Calendar, Panel6500
from simulators.keithley_dmm6500.trigger_model import trigger_commands
from simulators.language.programs import Program, Step
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_common import common_commands, status_commands
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Kind,
    Special,
    Token,
    limited,
    number,
    plain_number,
    string,
    word,
)
from simulators.multimeter.saved_states import saving_commands

Level = float | Special
LANGUAGES = ("SCPI", "TSP", "SCPI2000", "SCPI34401")
NEUTRAL = re.compile(r"\s*\*(LANG|IDN)\b", re.IGNORECASE)
PROGRAM_SYNTAX_ERROR = -285
SCREENS = (
    "HOME", "HOME_LARGe", "READing", "GRAPh", "HISTogram", "PROCessing",
    "SWIPE_FUNCtions", "SWIPE_GRAPh", "SWIPE_SECondary", "SWIPE_SETTings", "SWIPE_STATistics",
    "SWIPE_USER", "SWIPE_CHANnel", "SWIPE_NONSwitch", "SWIPE_SCAN", "CHANNEL_CONTrol",
    "CHANNEL_SETTings", "CHANNEL_SCAN",
)  # fmt: skip
LIGHTS = ("ON100", "ON75", "ON50", "ON25", "OFF", "BLACkout")
STIMULI = (
    "NONE", "TIMer1", "TIMer2", "TIMer3", "TIMer4", "NOTify1", "NOTify2", "NOTify3", "DISPlay",
    "COMMand", "EXTernal",
)  # fmt: skip
TEXT_LENGTHS = (20, 32)  # of the user screen's two lines
LONGEST_TIME = 999_999.999  # s


class ChosenLanguage:
    """The language in use; a choice takes effect when the instrument is next switched on."""

    def __init__(self, panel: Panel6500, calendar: Calendar) -> None:
        self.present = self.chosen = LANGUAGES[0]
        self._scpi = language(panel, calendar, self)

    def compile(self, message: str) -> Program:
        """Return the steps of one program message."""
        steps = self._scpi.compile(message)
        if NEUTRAL.match(message):
            return steps
        return tuple(partial(self._carry_out, step) for step in steps)

    def _carry_out(self, step: Step) -> str | None:
        if self.present != LANGUAGES[0]:
            raise ScpiError(PROGRAM_SYNTAX_ERROR)
        return step()


def language(panel: Panel6500, calendar: Calendar, chosen: ChosenLanguage) -> Language:
    """Return the whole SCPI command tree of `panel`."""

    def choose(name: str) -> None:
        chosen.chosen = name

    return Language([
        *common_commands(panel),
        *status_commands(panel),
        Command("*LANG", choose, lambda: chosen.present, (Parameter(word(*LANGUAGES)),)),
        *_system_commands(panel, calendar),
        *_display_commands(panel),
        *_format_commands(panel),
        *_switching_commands(panel),
        *reading_commands(panel, calendar),
        *trigger_commands(panel),
        *sense_commands(panel),
        *saving_commands(panel, range(5)),
    ])  # fmt: skip


def _system_commands(panel: Panel6500, calendar: Calendar) -> Iterator[Command]:
    def beep(hertz: float, seconds: float) -> None:
        if not (20.0 <= hertz <= 8000.0 and 0.001 <= seconds <= 100.0):
            raise ScpiError(-222)

    def time(form: float | None) -> str:
        now = calendar.at(panel.cursor)
        return f"{now:%a %b %e %H:%M:%S %Y}" if form else f"{int(now.timestamp())}"

    def set_time(*parts: float | None) -> None:
        given = [round(limited(part, 0, 9999, 0)) for part in parts if part is not None]
        now = calendar.at(panel.cursor)
        if len(given) == 3:
            given = [now.year, now.month, now.day, *given]
        if len(given) != 6:
            raise ScpiError(-109)
        try:
            year, month, day, hour, minute, second = given
            date = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            calendar.set(panel.cursor, date)
        except (ValueError, OverflowError) as wrong:
            raise ScpiError(-222) from wrong

    for node in ("SYSTem:ERRor[:NEXT]", "SYSTem:EVENtlog:NEXT"):
        yield Command(node, None, panel.events.next_error)
    yield Command("SYSTem:ERRor:COUNt", None, lambda: f"{len(panel.events.queue)}")
    for node in ("SYSTem:CLEar", "STATus:CLEar"):
        yield Command(node, panel.events.queue.clear)
    yield Command("SYSTem:LFRequency", None, lambda: "50")
    yield Command("SYSTem:VERSion", None, lambda: "1999.0")  # from memory, unverified
    plain = Parameter(plain_number)
    perhaps = Parameter(plain_number, required=False)
    yield Command("SYSTem:BEEPer[:IMMediate]", beep, None, (plain, plain))
    yield Command("SYSTem:TIME", set_time, time, (plain, plain, plain, *(perhaps,) * 3), (perhaps,))


def _display_commands(panel: Panel6500) -> Iterator[Command]:

    def light(name: str) -> None:
        panel.settings.words["light"] = name

    def clear() -> None:
        panel.settings.display_text = ""

    def show(line: int, text: str) -> None:
        if len(text) > TEXT_LENGTHS[line - 1]:
            raise ScpiError(-223)
        lines = [*panel.settings.display_text.split("\n"), ""][:2]
        lines[line - 1] = text.replace("\n", " ")
        panel.settings.display_text = "\n".join(lines).rstrip("\n")

    def screen(name: str) -> None:
        panel.settings.words["screen"] = name

    yield Command(
        "DISPlay:LIGHt:STATe", light, lambda: panel.settings.words.get("light", "ON50"),
        (Parameter(word(*LIGHTS)),),
    )  # fmt: skip
    yield Command("DISPlay:SCReen", screen, None, (Parameter(word(*SCREENS)),))
    yield Command("DISPlay:CLEar", clear)
    yield Command("DISPlay:USER#2:TEXT[:DATA]", show, None, (Parameter(string),))
    for notation, measurand in FUNCTIONS.items():

        def digits(value: Level, of: object = measurand) -> None:
            panel.settings.words[f"digits of {of}"] = f"{round(limited(value, 3, 6, 6))}"

        def held(of: object = measurand) -> str:
            return panel.settings.words.get(f"digits of {of}", "6")

        yield Command(f"DISPlay:{notation}:DIGits", digits, held, (Parameter(number()),))


def _format_commands(panel: Panel6500) -> Iterator[Command]:
    def kind(name: str) -> None:
        panel.settings.format = name

    def border(name: str) -> None:
        panel.settings.swapped = name == "SWAP"

    def bordered() -> str:
        return "SWAP" if panel.settings.swapped else "NORM"

    def precise(value: Level) -> None:
        panel.settings.precision = round(limited(value, 0, 16, 0))

    kinds = (Parameter(word("ASCii", "REAL", "SREal")),)
    yield Command("FORMat[:DATA]", kind, lambda: panel.settings.format, kinds)
    yield Command("FORMat:BORDer", border, bordered, (Parameter(word("NORMal", "SWAPped")),))
    yield Command(
        "FORMat:ASCii:PRECision", precise, lambda: f"{panel.settings.precision}",
        (Parameter(number()),),
    )  # fmt: skip


def _channels(token: Token) -> str:
    if token.kind is not Kind.EXPRESSION:
        raise ScpiError(-104)
    return token.text.replace(" ", "")


def _switching_commands(panel: Panel6500) -> Iterator[Command]:
    """Yield what is known of scanning without a card, and timers nothing here waits for."""

    def count(value: Level) -> None:
        panel.settings.words["scans"] = f"{round(limited(value, 0, 1e8, 1))}"

    def interval(value: Level) -> None:
        panel.settings.words["interval"] = shown(limited(value, 0.0, LONGEST_TIME, 0.0))

    def delay(timer: int, value: Level) -> None:
        panel.settings.words[f"delay {timer}"] = shown(limited(value, 8e-6, 1e5, 1e-5))

    def stimulus(timer: int, name: str) -> None:
        panel.settings.words[f"stimulus {timer}"] = name

    def known(name: str, usual: str) -> str:
        return panel.settings.words.get(name, usual)

    def scan(channels: str) -> None:
        if channels != "(@)":
            raise ScpiError(-222)  # there is no card, hence no channel

    numeric = (Parameter(number()),)
    yield Command("ROUTe:SCAN:CREate", scan, lambda: "(@)", (Parameter(_channels),))
    yield Command("ROUTe:TERMinals", None, lambda: "FRON")
    yield Command("ROUTe:SCAN:COUNt:SCAN", count, lambda: known("scans", "1"), numeric)
    yield Command("ROUTe:SCAN:INTerval", interval, lambda: known("interval", "0"), numeric)
    yield Command("SYSTem:CARD#1:IDN", None, lambda slot: "Empty")  # from memory, unverified
    for node in ("VCHannel:STARt", "VCHannel:END", "VMAX"):
        yield Command(f"SYSTem:CARD#1:{node}", None, lambda slot: "0")
    yield Command(
        "TRIGger:TIMer#4:DELay", delay, lambda timer: known(f"delay {timer}", "1E-05"), numeric
    )
    yield Command(
        "TRIGger:TIMer#4:STARt:STIMulus", stimulus,
        lambda timer: known(f"stimulus {timer}", "NONE"), (Parameter(word(*STIMULI)),),
    )  # fmt: skip
