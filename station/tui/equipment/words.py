"""The numbers of equipment in words: a value with its U, a drift a year, a prediction."""

import re
from collections.abc import Iterable

from station.locale import N_
from station.metrology.control_chart import BaselineFault, RunRule
from station.register import entries as e
from station.register.equipment_control import ControlLine
from station.run.plan import PlannedPoint
from station.tui.equipment.plot import form_of
from station.tui.equipment.values import ValueLine
from station.tui.parts import numbers
from station.tui.parts.words import Speech, range_text

K = 2.0
"""Coverage factor of the expanded uncertainties shown."""

SERVICES = {
    e.ServiceKind.ADJUSTMENT: N_("adjustment"),
    e.ServiceKind.MAINTENANCE: N_("maintenance"),
    e.ServiceKind.REPAIR: N_("repair"),
    e.ServiceKind.CHECK: N_("intermediate check"),
    e.ServiceKind.DAMAGE: N_("damage"),
}
"""What was done, in words."""

RULES = {
    RunRule.BEYOND_3S: N_("1 beyond 3 s"),
    RunRule.TWO_OF_THREE_BEYOND_2S: N_("2 of 3 beyond 2 s on one side"),
    RunRule.FOUR_OF_FIVE_BEYOND_1S: N_("4 of 5 beyond 1 s on one side"),
    RunRule.EIGHT_ON_ONE_SIDE: N_("8 in a row on one side"),
    RunRule.SIX_IN_A_TREND: N_("6 in a row rising or falling"),
}
"""What a control chart signals by, in words."""


KEYS = {"accept": "a", "check": "c", "import": "n", "override": "o", "add": "r"}
"""Which key of the page does what a command does; to the page itself `show` sends."""

COMMAND = re.compile(r"`station equipment (show|accept|check|import|override|add)(?= )[^`]*`")
"""One that names its equipment: `add` alone enters another, for which there is no key."""


def by_keys(text: str, say: Speech) -> str:
    """Return what a text says with the keys of the page for the commands that it sends to."""

    def key(found: re.Match[str]) -> str:
        name = KEYS.get(found[1])
        return say("key {key}").format(key=name) if name else say("this page")

    return COMMAND.sub(key, text)


def place_words(line: ValueLine, say: Speech) -> str:
    """Return where a value is: nominal value and frequency."""
    place = line.place
    words = numbers.quantity(place.nominal, place.unit, say.notation)
    hertz = "" if place.hertz is None else numbers.quantity(place.hertz, "Hz", say.notation)
    return f"{words}, {hertz}" if hertz else words


def value_words(line: ValueLine, say: Speech) -> tuple[str, str]:
    """Return what is certified now, less its nominal value, and its U."""
    last = line.calibrations[-1]
    u = K * last.standard_uncertainty
    return numbers.with_uncertainty(last.value - line.base, u, line.unit, say.notation)


def drift_words(line: ValueLine, say: Speech) -> str:
    """Return the drift in a year; in brackets where chance explains it; – where none is told."""
    history, a_year = line.history, line.a_year
    if history is None or a_year is None:
        return "–"
    finer = K * line.calibrations[-1].standard_uncertainty
    text = numbers.with_uncertainty(a_year, finer, line.unit, say.notation)[0]
    return text if history.is_significant else f"({text})"


def predicted_words(line: ValueLine, say: Speech) -> tuple[str, str]:
    """Return what the line through the certificates predicts, and its U; – where it does not."""
    predicted = line.predicted
    if predicted is None:
        return "–", "–"
    u = K * predicted.combined_uncertainty
    return numbers.with_uncertainty(predicted.value - line.base, u, line.unit, say.notation)


def nominal_words(point: PlannedPoint, say: Speech) -> str:
    """Return nominal value and frequency of a point."""
    words = [numbers.quantity(point.nominal, point.unit, say.notation)]
    if point.hertz is not None:
        words.append(numbers.quantity(point.hertz, "Hz", say.notation))
    return ", ".join(words)


def point_words(line: ControlLine, say: Speech) -> str:
    """Return nominal value and frequency of a point, and its range: 0 V is in every one."""
    return f"{nominal_words(line.point, say)} ({say('range')} {range_text(line.point, say)})"


FAULTS = {
    BaselineFault.TOO_FEW: N_("fewer than 20 values"),
    BaselineFault.AUTOCORRELATED: N_("the values hang together"),
    BaselineFault.OUT_OF_CONTROL: N_("the baseline itself signals"),
}


def doubts_words(faults: Iterable[BaselineFault], say: Speech) -> str:
    """Return what makes a baseline doubtful, "" where nothing does."""
    return "; ".join(say(FAULTS[fault]) for fault in faults)


def small(value: float, unit: str, say: Speech, *, spread: float = 0.0) -> str:
    """Return a value with its prefixed unit: in three digits, or those that show its `spread`."""
    return numbers.amount(value, unit, say.notation, form_of(value, spread))
