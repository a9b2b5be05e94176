"""The E36312A's command table.

Sources: pymeasure/pymeasure (keysight/keysightE36312A.py) for voltage, current, output and
measurement with channel lists; public scripts for the protections.  From memory, unverified: reply
formats, INSTrument, APPLy?, the questionable registers' bits, and −222 for a channel
that is not there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from simulators.keysight_e36312a.specification import MEASURE_SECONDS, RATINGS
from simulators.keysight_e36312a.supply import Outlet, Setting, Supply, Trip, after_reset
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_common import mask, scpi_commands
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel
from simulators.language.scpi_parameters import (
    Kind,
    Special,
    Token,
    boolean,
    channels,
    limited,
    number,
    plain_number,
    word,
)
from simulators.panel import Scalar

Channels = tuple[int, ...] | None


def _word_or_list(token: Token) -> object:
    if token.kind is Kind.NUMBER:
        raise ScpiError(-128)
    return LIST.convert(token) if token.kind is Kind.EXPRESSION else number()(token)


LIST = Parameter(channels(len(RATINGS)), required=False)
WORD_OR_LIST = Parameter(_word_or_list, required=False)
CHANNEL_NAMES = {"P6V": 1, "P25V": 2, "N25V": 3, "CH1": 1, "CH2": 2, "CH3": 3}
NAME = Parameter(word("P6V", "P25V", "N25V", "CH1", "CH2", "CH3"))
UNREGULATED_VOLTS, UNREGULATED_AMPERES, OVER_VOLTAGE, OVER_CURRENT = 1, 2, 512, 1024


class Front:
    """The supply as its panel commands it.

    Attributes:
        selected: output of commands without a channel list.
    """

    def __init__(self, supply: Supply) -> None:
        self.supply = supply
        self.selected = 1

    def reset(self, instant: float) -> None:
        """Switch every output off, at 0 V."""
        self.selected = 1
        for outlet in self.supply.outlets.values():
            outlet.tripped = Trip.NONE
            outlet.change(after_reset(outlet.rating), instant)

    def abort(self, instant: float) -> None:
        """Do nothing: no measurement goes on by itself."""

    def busy_until(self) -> float:
        """Return 0: settings are carried out at once."""
        return 0.0

    def conditions(self, instant: float) -> dict[str, int]:
        """Return bit 13 of the questionable register when an output has something to tell."""
        told = any(condition_of(one, instant) & ~2 for one in self.supply.outlets.values())
        return {"questionable": (1 << 13) if told else 0}

    def shown(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        return self.supply.shown()

    def chosen(self, listed: Channels) -> list[Outlet]:
        """Return the outputs of a channel list, else the selected one."""
        return [self.supply.outlets[one] for one in listed or (self.selected,)]


def condition_of(outlet: Outlet, instant: float) -> int:
    """Return the questionable instrument register of an output."""
    limiting = outlet.state(instant).limiting
    if outlet.tripped is not Trip.NONE:
        return OVER_VOLTAGE if outlet.tripped is Trip.VOLTAGE else OVER_CURRENT
    if not outlet.setting.on:
        return 0
    return UNREGULATED_VOLTS if limiting else UNREGULATED_AMPERES


def scientific(value: float) -> str:
    """Return a number as answers carry it."""
    return f"{value:+.8E}"


@dataclass(frozen=True)
class _Level:
    """A number of each output: how it is read, set and limited."""

    pattern: str
    unit: str
    get: Callable[[Setting], float]
    put: Callable[[Setting, float], Setting]
    most: Callable[[Outlet], float]


LEVELS = (
    _Level(
        "[SOURce:]VOLTage[:LEVel][:IMMediate][:AMPLitude]", "V",
        lambda one: one.volts, lambda one, value: replace(one, volts=value),
        lambda outlet: outlet.rating.most_volts,
    ),
    _Level(
        "[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]", "A",
        lambda one: one.amperes, lambda one, value: replace(one, amperes=value),
        lambda outlet: outlet.rating.most_amperes,
    ),
    _Level(
        "[SOURce:]VOLTage:PROTection[:LEVel]", "V",
        lambda one: one.protection_volts,
        lambda one, value: replace(one, protection_volts=value),
        lambda outlet: outlet.rating.most_protection,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class _Switch:
    """A switch of each output."""

    pattern: str
    get: Callable[[Setting], bool]
    put: Callable[[Setting, bool], Setting]


SWITCHES = (
    _Switch("OUTPut[:STATe]", lambda one: one.on, lambda one, on: replace(one, on=on)),
    _Switch(
        "[SOURce:]VOLTage:PROTection:STATe",
        lambda one: one.volts_protected,
        lambda one, on: replace(one, volts_protected=on),
    ),
    _Switch(
        "[SOURce:]CURRent:PROTection:STATe",
        lambda one: one.amperes_protected,
        lambda one, on: replace(one, amperes_protected=on),
    ),
)


def commands(front: Front) -> Callable[[ScpiPanel], Iterator[Command]]:
    """Return what makes the command table for a panel."""

    def table(panel: ScpiPanel) -> Iterator[Command]:
        yield from scpi_commands(panel)
        for level in LEVELS:
            yield _level_command(panel, front, level)
        for switch in SWITCHES:
            yield _switch_command(panel, front, switch)
        yield from _measurements(panel, front)
        yield from _protections(panel, front)
        yield from _selection(panel, front)
        yield from _status(panel, front)
        yield from _system()

    return table


def _level_command(panel: ScpiPanel, front: Front, level: _Level) -> Command:
    def tell(value: float | Special, listed: Channels) -> None:
        outlets = front.chosen(listed)
        wanted = [_within(value, one, level) for one in outlets]  # all of them or none
        for outlet, one in zip(outlets, wanted, strict=True):
            outlet.change(level.put(outlet.setting, one), panel.cursor)

    def ask(first: Special | Channels, listed: Channels) -> str:
        if isinstance(first, Special):
            outlets = front.chosen(listed)
            return _joined(_within(first, one, level) for one in outlets)
        return _joined(level.get(one.setting) for one in front.chosen(first))

    value = Parameter(number(level.unit))
    return Command(level.pattern, tell, ask, (value, LIST), (WORD_OR_LIST, LIST))


def _within(value: float | Special, outlet: Outlet, level: _Level) -> float:
    default = level.get(after_reset(outlet.rating))
    return limited(value, 0.0, level.most(outlet), default)


def _switch_command(panel: ScpiPanel, front: Front, switch: _Switch) -> Command:
    def tell(on: bool, listed: Channels) -> None:
        for outlet in front.chosen(listed):
            outlet.change(switch.put(outlet.setting, on), panel.cursor)

    def ask(listed: Channels) -> str:
        outlets = front.chosen(listed)
        for outlet in outlets:
            outlet.state(panel.cursor)  # a protection may have acted
        return ",".join(f"{switch.get(one.setting):d}" for one in outlets)

    return Command(switch.pattern, tell, ask, (Parameter(boolean), LIST), (LIST,))


def _measurements(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def volts(listed: Channels) -> str:
        panel.cursor += MEASURE_SECONDS
        return _joined(one.measured_volts(panel.cursor) for one in front.chosen(listed))

    def amperes(listed: Channels) -> str:
        panel.cursor += MEASURE_SECONDS
        return _joined(one.measured_amperes(panel.cursor) for one in front.chosen(listed))

    yield Command("MEASure[:SCALar]:VOLTage[:DC]", None, volts, asked=(LIST,))
    yield Command("MEASure[:SCALar]:CURRent[:DC]", None, amperes, asked=(LIST,))


def _joined(values: Iterable[float]) -> str:
    return ",".join(scientific(value) for value in values)


def _protections(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    for node, cause in (("VOLTage", Trip.VOLTAGE), ("CURRent", Trip.CURRENT)):
        yield _tripped_command(panel, front, node, cause)
        yield _clear_command(front, node, cause)


def _tripped_command(panel: ScpiPanel, front: Front, node: str, cause: Trip) -> Command:
    def tripped(listed: Channels) -> str:
        outlets = front.chosen(listed)
        for outlet in outlets:
            outlet.state(panel.cursor)
        return ",".join(f"{one.tripped is cause:d}" for one in outlets)

    return Command(f"[SOURce:]{node}:PROTection:TRIPped", None, tripped, asked=(LIST,))


def _clear_command(front: Front, node: str, cause: Trip) -> Command:
    def clear(listed: Channels) -> None:
        for outlet in front.chosen(listed):
            if outlet.tripped is cause:
                outlet.tripped = Trip.NONE

    return Command(f"[SOURce:]{node}:PROTection:CLEar", clear, None, (LIST,))


def _selection(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def select(name: str) -> None:
        front.selected = CHANNEL_NAMES[name]

    def select_number(value: float | Special) -> None:
        front.selected = round(limited(value, 1, len(RATINGS), 1))

    def apply(name: str, volts: float | Special, amperes: float | Special | None) -> None:
        outlet = front.supply.outlets[CHANNEL_NAMES[name]]
        setting = replace(outlet.setting, volts=_within(volts, outlet, LEVELS[0]))
        if amperes is not None:
            setting = replace(setting, amperes=_within(amperes, outlet, LEVELS[1]))
        outlet.change(setting, panel.cursor)

    def applied(name: str | None) -> str:
        (outlet,) = front.chosen(None if name is None else (CHANNEL_NAMES[name],))
        return f'"{outlet.setting.volts:.6f},{outlet.setting.amperes:.6f}"'

    yield Command("INSTrument[:SELect]", select, lambda: f"CH{front.selected}", (NAME,))
    yield Command(
        "INSTrument:NSELect",
        select_number,
        lambda: panel.manners.whole(front.selected),
        (Parameter(number()),),
    )
    amount = (Parameter(number("V")), Parameter(number("A"), required=False))
    name = Parameter(NAME.convert, required=False)
    yield Command("APPLy", apply, applied, (NAME, *amount), (name,))


def _status(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    enables = dict.fromkeys(RATINGS, 0)

    def condition(output: int) -> str:
        return panel.manners.whole(condition_of(front.supply.outlets[output], panel.cursor))

    def enable(output: int, value: float) -> None:
        enables[output] = mask(value, 0x7FFF)

    def enabled(output: int) -> str:
        return panel.manners.whole(enables[output])

    node = "STATus:QUEStionable:INSTrument:ISUMmary#3"
    yield Command(f"{node}:CONDition", None, condition)
    yield Command(f"{node}:ENABle", enable, enabled, (Parameter(plain_number),))


def _system() -> Iterator[Command]:
    def nothing() -> None:
        """Do nothing: the panel listens in local and in remote."""

    yield Command("SYSTem:VERSion", None, lambda: "1999.0")
    for word_ in ("REMote", "LOCal", "RWLock"):
        yield Command(f"SYSTem:{word_}", nothing)
    yield Command("SYSTem:BEEPer[:IMMediate]", nothing)
    yield Command("ABORt", nothing)
    yield Command("*TRG", _ignored)


def _ignored() -> None:
    raise ScpiError(-211)  # nothing waits for a trigger here
