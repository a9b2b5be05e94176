"""The 53230A's command table.

Sources: 53200A family Programmer's Reference; opronningen/53230A-Toolkit (53230A_Model.cs,
Ag53230A.cs); Anatoly1010/Atomize (Keysight_53230a.py).  From memory, unverified: that resolution
is given in the unit of the reading, `-230` for readings that are not there, and CONF?.
"""

from collections.abc import Callable, Iterator

from simulators.keysight_53230a.functions import function_commands, function_text
from simulators.keysight_53230a.measuring import Front
from simulators.keysight_53230a.reading import expected, fetch, read
from simulators.keysight_53230a.specification import (
    CHANNELS,
    MOST_READINGS,
    TIMEOUT_SECONDS,
)
from simulators.keysight_53230a.text import NUMBERS
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_channels import per_channel
from simulators.language.scpi_common import scpi_commands
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel
from simulators.language.scpi_parameters import Special, boolean, limited, number, word

Level = float | Special
ASKED = Parameter(number(), required=False)


def commands(front: Front) -> Callable[[ScpiPanel], Iterator[Command]]:
    """Return what makes the command table for a panel."""

    def table(panel: ScpiPanel) -> Iterator[Command]:
        yield from scpi_commands(panel)
        yield from function_commands(panel, front)
        yield from _triggering(panel, front)
        yield from _readings(panel, front)
        for command in _inputs(front):
            yield from per_channel("INPut", len(CHANNELS), command)
        yield from _reference(front)
        yield from _system(panel, front)
        yield from front.kept.commands("", 0, NUMBERS)
        yield from front.inputs.commands("INPut", len(CHANNELS), NUMBERS)

    return table


def _triggering(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def source(name: str) -> None:
        front.settings.trigger = name

    def triggers(value: Level) -> None:
        front.settings.triggers = limited(value, 1, 1e6, 1, infinite=True)

    def samples(value: Level) -> None:
        front.settings.samples = float(round(limited(value, 1, MOST_READINGS, 1)))

    def delay(value: Level) -> None:
        front.settings.delay = limited(value, 0.0, 3600.0, 0.0)

    counts = (Parameter(number()),)
    sources = (Parameter(word("IMMediate", "EXTernal", "BUS")),)
    yield Command("TRIGger:SOURce", source, lambda: front.settings.trigger, sources)
    yield Command("TRIGger:COUNt", triggers, lambda: NUMBERS.text(front.settings.triggers), counts)
    yield Command("SAMPle:COUNt", samples, lambda: NUMBERS.text(front.settings.samples), counts)
    seconds = (Parameter(number("S")),)
    yield Command("TRIGger:DELay", delay, lambda: NUMBERS.text(front.settings.delay), seconds)
    yield Command("INITiate[:IMMediate]", lambda: front.initiate(panel.cursor))
    yield Command("ABORt", lambda: front.abort(panel.cursor))
    yield Command("*TRG", lambda: front.triggered(panel.cursor))


def _readings(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def fetched() -> str:
        if not front.readings and not front.busy_until() > panel.cursor:
            raise ScpiError(-230)
        return fetch(panel, front, expected(front))

    def removed(count: Level, wait: str | None) -> str:
        wanted = round(limited(count, 1, MOST_READINGS, 1))
        if wait is None and front.complete(panel.cursor) < wanted:
            raise ScpiError(-230)
        return fetch(panel, front, wanted, removing=True)

    def points() -> str:
        return panel.manners.whole(front.complete(panel.cursor))

    yield Command("READ", None, lambda: read(panel, front))
    yield Command("FETCh", None, fetched)
    asked = (Parameter(number()), Parameter(word("WAIT"), required=False))
    yield Command("DATA:REMove", None, removed, asked=asked)
    yield Command("DATA:POINts", None, points)


def _inputs(front: Front) -> Iterator[Command]:
    channels = front.counter.channels

    def ohms(channel: int, value: Level) -> None:
        wanted = limited(value, 50.0, 1e6, 1e6)
        if wanted not in (50.0, 1e6):
            raise ScpiError(-224)
        channels[channel].ohms = wanted

    def couple(channel: int, name: str) -> None:
        channels[channel].coupled_ac = name == "AC"

    def level(channel: int, value: Level) -> None:
        channels[channel].level = limited(value, -51.25, 51.25, 0.0)
        channels[channel].auto_level = False

    def auto(channel: int, on: bool) -> None:
        channels[channel].auto_level = on

    def coupled(channel: int) -> str:
        return "AC" if channels[channel].coupled_ac else "DC"

    def ohms_of(channel: int) -> str:
        return NUMBERS.text(channels[channel].ohms)

    def level_of(channel: int) -> str:
        return NUMBERS.text(channels[channel].level)

    def auto_of(channel: int) -> str:
        return f"{channels[channel].auto_level:d}"

    yield Command("IMPedance", ohms, ohms_of, (Parameter(number("OHM")),))
    yield Command("COUPling", couple, coupled, (Parameter(word("AC", "DC")),))
    yield Command("LEVel[:ABSolute]", level, level_of, (Parameter(number("V")),))
    yield Command("LEVel:AUTO", auto, auto_of, (Parameter(boolean),))


def _reference(front: Front) -> Iterator[Command]:
    counter = front.counter

    def choose(name: str) -> None:
        counter.external = name == "EXT"

    def automatic(on: bool) -> None:
        counter.external = None if on else False

    def chosen() -> str:
        following = counter.following if counter.external is None else counter.external
        return "EXT" if following else "INT"

    node = "[SENSe:]ROSCillator:SOURce"
    yield Command(node, choose, chosen, (Parameter(word("INTernal", "EXTernal")),))
    yield Command(
        f"{node}:AUTO", automatic, lambda: f"{counter.external is None:d}", (Parameter(boolean),)
    )


def _system(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def timeout(value: Level) -> None:
        front.settings.timeout = limited(value, 10e-3, 2000.0, TIMEOUT_SECONDS, infinite=True)

    def form(kind: str, _: Level | None) -> None:
        front.settings.binary = kind == "REAL"

    def order(name: str) -> None:
        front.settings.swapped = name == "SWAP"

    def autoscale() -> None:
        for channel in front.counter.channels.values():
            channel.auto_level = True

    def learnt() -> str:
        return _learnt(front)

    def nothing(*_: object) -> None:
        """Do nothing: it changes no reading."""

    yield Command(
        "SYSTem:TIMeout", timeout, lambda: NUMBERS.text(front.settings.timeout),
        (Parameter(number("S")),),
    )  # fmt: skip
    digits = (Parameter(word("ASCii", "REAL")), Parameter(number(), required=False))
    yield Command(
        "FORMat[:DATA]", form, lambda: "REAL,64" if front.settings.binary else "ASC,15", digits
    )
    yield Command(
        "FORMat:BORDer", order, lambda: "SWAP" if front.settings.swapped else "NORM",
        (Parameter(word("NORMal", "SWAPped")),),
    )  # fmt: skip
    yield Command("AUToscale", autoscale)
    yield Command("*LRN", None, learnt)
    yield Command("*OPT", None, lambda: "0")  # from memory, unverified
    yield Command("SYSTem:VERSion", None, lambda: "1999.0")  # from memory, unverified
    for name in ("SYSTem:BEEPer[:IMMediate]", "SYSTem:LOCal", "SYSTem:REMote"):
        yield Command(name, nothing)


def _learnt(front: Front) -> str:
    """Return settings as commands that bring them back; the reference is not among them."""
    settings = front.settings
    parts = [
        f":FUNC {function_text(settings)}",
        f":FREQ:GATE:TIME {NUMBERS.text(settings.gate)}",
        f":TRIG:SOUR {settings.trigger}",
        f":TRIG:COUN {NUMBERS.text(settings.triggers)}",
        f":TRIG:DEL {NUMBERS.text(settings.delay)}",
        f":SAMP:COUN {NUMBERS.text(settings.samples)}",
    ]
    for number_, channel in front.counter.channels.items():
        parts.append(f":INP{number_}:IMP {NUMBERS.text(channel.ohms)}")
        parts.append(f":INP{number_}:COUP {'AC' if channel.coupled_ac else 'DC'}")
        parts.append(f":INP{number_}:LEV:AUTO {channel.auto_level:d}")
    return ";".join(parts)
