"""The command tree of the Keithley 2000 in its SCPI language.

Sources: user manual chapter 5 (status pp. 5-52 to 5-57, system pp. 5-61 to 5-63); what public
drivers send (pymeasure/pymeasure keithley2000.py and buffer.py; microsoft/Qcodes
Keithley_2000.py).  CALCulate, ROUTe and UNIT are not simulated.
"""

from collections.abc import Iterator
from math import inf

from simulators.keithley_2000.buffer import buffer_commands, format_commands
from simulators.keithley_2000.reading import reading_commands
from simulators.keithley_2000.sense import sense_commands, shown
from simulators.keithley_2000.state import Panel2000, changed, preset, stop
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_common import common_commands, status_commands
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    limited,
    number,
    plain_number,
    quoted,
    string,
    word,
)
from simulators.multimeter.acquisition import TriggerSource
from simulators.multimeter.function_node import ASKED
from simulators.multimeter.saved_states import saving_commands

Level = float | Special
TEXT_LENGTH = 12
LONGEST_DELAY = 999999.999  # s
MOST_TRIGGERS, MOST_SAMPLES = 9999, 1024
REGISTERS = {
    "MEASurement": "measurement", "QUEStionable": "questionable", "OPERation": "operation",
}  # fmt: skip


def language(panel: Panel2000) -> Language:
    """Return the whole command tree of `panel`."""
    # A public client resets with `:*CLS`, so the colon is taken here (from memory, unverified).
    return Language(
        [
            *common_commands(panel),
            *status_commands(panel, REGISTERS),
            *_queue_commands(panel),
            *_system_commands(panel),
            *_display_commands(panel),
            *reading_commands(panel),
            *_trigger_commands(panel),
            *sense_commands(panel),
            *buffer_commands(panel),
            *format_commands(panel),
            *saving_commands(panel, range(1)),
        ],
        colon_before_common=True,
    )


def _nothing() -> None:
    """Take the keyboard back, or hand it over: nobody is there to notice."""


def _queue_commands(panel: Panel2000) -> Iterator[Command]:
    for node in ("SYSTem:ERRor[:NEXT]", "STATus:QUEue[:NEXT]"):
        yield Command(node, None, panel.events.next_error)
    for node in ("SYSTem:CLEar", "STATus:QUEue:CLEar"):
        yield Command(node, panel.events.queue.clear)


def _system_commands(panel: Panel2000) -> Iterator[Command]:
    switches = {"beeper": True, "autozero": True, "sync": False}  # not changed by a reset

    def switch(name: str, node: str) -> Command:
        def tell(on: bool) -> None:
            switches[name] = on
            if name == "autozero":
                for setup in panel.meter.setups.values():
                    setup.auto_zero = on
                changed(panel)

        return Command(node, tell, lambda: f"{switches[name]:d}", (Parameter(boolean),))

    def reset() -> None:
        panel.reset()
        changed(panel)

    def press(key: float) -> None:
        if not 1 <= key <= 31:
            raise ScpiError(-222)

    yield Command("*RST", reset)
    yield switch("beeper", "SYSTem:BEEPer:STATe")
    yield switch("autozero", "SYSTem:AZERo:STATe")
    yield switch("sync", "SYSTem:LSYNc:STATe")
    yield Command("SYSTem:PRESet", lambda: preset(panel))
    yield Command("SYSTem:VERSion", None, lambda: "1991.0")
    yield Command("SYSTem:LFRequency", None, lambda: "50")
    yield Command("SYSTem:FRSWitch", None, lambda: "1")  # front inputs
    yield Command("SYSTem:KEY", press, lambda: "1", (Parameter(plain_number),))
    for node in ("LOCal", "REMote", "RWLock"):
        yield Command(f"SYSTem:{node}", _nothing)
    yield Command("*OPT", None, lambda: "0")  # no scanner card


def _display_commands(panel: Panel2000) -> Iterator[Command]:
    def enable(on: bool) -> None:
        panel.settings.display_on = on

    def show(text: str) -> None:
        if len(text) > TEXT_LENGTH:
            raise ScpiError(-223)
        panel.settings.display_text = text

    def switch(on: bool) -> None:
        panel.settings.text_on = on

    on = (Parameter(boolean),)
    yield Command("DISPlay:ENABle", enable, lambda: f"{panel.settings.display_on:d}", on)
    yield Command(
        "DISPlay:TEXT[:DATA]", show, lambda: quoted(panel.settings.display_text),
        (Parameter(string),),
    )  # fmt: skip
    yield Command("DISPlay:TEXT:STATe", switch, lambda: f"{panel.settings.text_on:d}", on)


def _trigger_commands(panel: Panel2000) -> Iterator[Command]:
    acquisition = panel.acquisition
    node = "TRIGger[:SEQuence]"

    def source(name: str) -> None:
        acquisition.triggering.source = TriggerSource(name)
        changed(panel)

    def continuous(on: bool) -> None:
        if on and not panel.settings.continuous:
            stop(panel)
            panel.settings.running.restart(panel.cursor, acquisition.timing())
        elif not on:
            stop(panel)
        panel.settings.continuous = on

    def timer(value: Level) -> None:
        panel.settings.timer = limited(value, 0.001, LONGEST_DELAY, 0.1)

    def timed(asked: Level | None) -> str:
        held = panel.settings.timer
        return shown(held if asked is None else limited(asked, 0.001, LONGEST_DELAY, 0.1))

    words = (Parameter(word("IMMediate", "TIMer", "MANual", "BUS", "EXTernal")),)
    yield Command(f"{node}:SOURce", source, lambda: acquisition.triggering.source.value, words)
    yield Command(
        "INITiate:CONTinuous", continuous, lambda: f"{panel.settings.continuous:d}",
        (Parameter(boolean),),
    )  # fmt: skip
    yield Command(f"{node}:TIMer", timer, timed, (Parameter(number("S")),), ASKED)
    yield Command(f"{node}:SIGNal", lambda: None)
    yield from _delay_commands(panel, node)
    yield from _count_commands(panel, node)


def _delay_commands(panel: Panel2000, node: str) -> Iterator[Command]:
    acquisition = panel.acquisition

    def delay(value: Level) -> None:
        acquisition.triggering.delay = limited(value, 0.0, LONGEST_DELAY, 0.0)
        changed(panel)

    def automatic(on: bool) -> None:
        acquisition.triggering.delay = None if on else 0.0
        changed(panel)

    def held(asked: Level | None) -> str:
        present = acquisition.triggering.delay or 0.0
        return shown(present if asked is None else limited(asked, 0.0, LONGEST_DELAY, 0.0))

    def is_automatic() -> str:
        return f"{acquisition.triggering.delay is None:d}"

    yield Command(f"{node}:DELay", delay, held, (Parameter(number("S")),), ASKED)
    yield Command(f"{node}:DELay:AUTO", automatic, is_automatic, (Parameter(boolean),))


def _count_commands(panel: Panel2000, node: str) -> Iterator[Command]:
    acquisition = panel.acquisition

    def triggers(value: Level) -> None:
        wanted = limited(value, 1, MOST_TRIGGERS, 1, infinite=True)
        acquisition.triggering.count = wanted if wanted == inf else float(round(wanted))

    def samples(value: Level) -> None:
        acquisition.triggering.samples = round(limited(value, 1, MOST_SAMPLES, 1))

    def triggers_set(asked: Level | None) -> str:
        held = acquisition.triggering.count
        if asked is None and held == inf:
            return "+9.9e37"  # from memory, unverified
        return f"{round(held if asked is None else limited(asked, 1, MOST_TRIGGERS, 1))}"

    def samples_set(asked: Level | None) -> str:
        held = acquisition.triggering.samples
        return f"{held if asked is None else round(limited(asked, 1, MOST_SAMPLES, 1))}"

    numeric = (Parameter(number()),)
    yield Command(f"{node}:COUNt", triggers, triggers_set, numeric, ASKED)
    yield Command("SAMPle:COUNt", samples, samples_set, numeric, ASKED)
