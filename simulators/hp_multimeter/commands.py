"""The command tree of a multimeter that speaks the 34401A's language.

Sources: 34401A User's Guide; Truevolt Series Operating and Service Guide; what public drivers
send (pymeasure, microsoft/Qcodes, PyFixate/Fixate) must parse.
"""

from collections.abc import Callable, Iterator

from simulators.hp_multimeter.dialect import Dialect, Feature, HpPanel
from simulators.hp_multimeter.measuring import measuring_commands
from simulators.hp_multimeter.settings import setting_commands
from simulators.hp_multimeter.statistics import statistics_commands
from simulators.hp_multimeter.triggering import triggering_commands
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_common import common_commands, status_commands
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import boolean, quoted, string
from simulators.multimeter.saved_states import saving_commands

SERIAL_ALONE = 514  # 34401A: "Command allowed only with RS-232" (from memory, unverified)


def language(dialect: Dialect) -> Callable[[HpPanel], Language]:
    """Return what makes the command tree of `dialect` for a panel."""

    def of(panel: HpPanel) -> Language:
        nodes = {"QUEStionable": "questionable"}
        if dialect.has(Feature.OPERATION):
            nodes["OPERation"] = "operation"
        return Language([
            *common_commands(panel),
            *status_commands(panel, nodes),
            *_system_commands(panel, dialect),
            *_display_commands(panel, dialect),
            *_remote_commands(dialect),
            *_fixed_answers(dialect),
            *saving_commands(panel, dialect.places),
            *measuring_commands(panel, dialect),
            *triggering_commands(panel, dialect),
            *setting_commands(panel, dialect),
            *statistics_commands(panel, dialect),
        ])  # fmt: skip

    return of


def _nothing() -> None:
    """Beep, or hand the keyboard back: nobody is there to notice."""


def _system_commands(panel: HpPanel, dialect: Dialect) -> Iterator[Command]:
    beeps = [True]  # not changed by a reset

    def beep(on: bool) -> None:
        beeps[0] = on

    yield Command("SYSTem:ERRor[:NEXT]", None, panel.events.next_error)
    yield Command("SYSTem:VERSion", None, lambda: dialect.scpi_version)
    yield Command("SYSTem:LFRequency", None, lambda: "+50")
    yield Command("SYSTem:BEEPer[:IMMediate]", _nothing)
    yield Command("SYSTem:BEEPer:STATe", beep, lambda: f"{beeps[0]:d}", (Parameter(boolean),))
    if dialect.has(Feature.OPERATION):
        yield Command("SYSTem:ERRor:COUNt", None, lambda: f"+{len(panel.events.queue)}")
    if dialect.has(Feature.LICENCES):
        yield Command("SYSTem:LICense:CATalog", None, lambda: quoted(""))
    if dialect.options is not None:
        options = dialect.options
        yield Command("*OPT", None, lambda: options)


def _remote_commands(dialect: Dialect) -> Iterator[Command]:
    def serial_alone() -> None:
        raise ScpiError(SERIAL_ALONE)

    hand_over = _nothing if dialect.has(Feature.REMOTE) else serial_alone
    for node in ("LOCal", "REMote", "RWLock"):
        yield Command(f"SYSTem:{node}", hand_over)
    if dialect.has(Feature.EMULATIONS):
        yield Command("L#3", _native)


def _native(language_: int) -> None:
    """Stay with the native language: those of the Fluke 45 and the 34401A are not simulated."""
    if language_ != 1:
        raise ScpiError(-221)


def _display_commands(panel: HpPanel, dialect: Dialect) -> Iterator[Command]:
    def show(text: str) -> None:
        if len(text) > dialect.text_length and not dialect.has(Feature.CLIPS_TEXT):
            raise ScpiError(-223)
        panel.settings.display_text = text[: dialect.text_length]

    def switch(on: bool) -> None:
        panel.settings.display_on = on

    def lit() -> str:
        return f"{panel.settings.display_on:d}"

    def shown() -> str:
        return quoted(panel.settings.display_text)

    yield Command("DISPlay[:STATe]", switch, lit, (Parameter(boolean),))
    yield Command("DISPlay:TEXT[:DATA]", show, shown, (Parameter(string),))
    yield Command("DISPlay:TEXT:CLEar", lambda: show(""))


def _fixed_answers(dialect: Dialect) -> Iterator[Command]:
    """Yield answers of a unit that passed its tests, calibrated once, with a nameless label."""
    yield Command("ROUTe:TERMinals", None, lambda: "FRON")
    yield Command("CALibration[:ALL]", None, lambda: "+0")
    yield Command("CALibration:COUNt", None, lambda: "+1")
    yield Command("CALibration:STRing", None, lambda: quoted(""))
