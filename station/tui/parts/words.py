"""Words and letters that say how a run or a point stands; never a colour alone."""

import math
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len

from station.locale import N_, Translate
from station.metrology.conformity import Verdict
from station.metrology.rounding import Notation
from station.run.entries import ContributionMade, RunBegun
from station.run.plan import Phase, PlannedObservation, PlannedPoint
from station.run.sources import source_told
from station.run.state import RunState, Status
from station.tui.parts import numbers
from station.tui.parts.observed import observed_as


@dataclass(frozen=True, slots=True)
class Speech:
    """The operator's language: called with an English text it returns the translated one."""

    translate: Translate
    notation: Notation

    def __call__(self, text: str) -> str:
        """Return `text` in the operator's language."""
        # A gettext catalogue answers the empty text with its own header.
        return self.translate(text) if text else ""


class Standing(Enum):
    """How a run stands for whoever watches; the letter comes first."""

    RUNNING = N_("R running")
    ASKING = N_("Q asking")
    PAUSED = N_("P paused")
    FAULTED = N_("E stopped on a fault")
    ABORTED = N_("A aborted")
    FINISHED = N_("D done")
    SILENT = N_("S engine silent")
    UNREAD = N_("… being read")
    UNREADABLE = N_("! cannot be read")


STANDING = {
    Status.UNDER_WAY: Standing.RUNNING,
    Status.ASKING: Standing.ASKING,
    Status.PAUSED: Standing.PAUSED,
    Status.FAULTED: Standing.FAULTED,
    Status.ABORTED: Standing.ABORTED,
    Status.FINISHED: Standing.FINISHED,
}

VERDICT = {
    Verdict.PASS.value: N_("P pass"),
    Verdict.CONDITIONAL_PASS.value: N_("CP conditional pass"),
    Verdict.CONDITIONAL_FAIL.value: N_("CF conditional fail"),
    Verdict.FAIL.value: N_("F FAIL"),
    Verdict.NOT_ASSESSABLE.value: N_("N not assessable"),
}
OVERLOAD = N_("F OVERLOAD")

VERDICT_STYLE = {
    Verdict.PASS.value: "green",
    Verdict.CONDITIONAL_PASS.value: "yellow",
    Verdict.CONDITIONAL_FAIL.value: "yellow",
    Verdict.FAIL.value: "bold red",
    Verdict.NOT_ASSESSABLE.value: "magenta",
}

CUT_FROM = 7
"""Cells from which the word of a failure is told although it is cut."""

PHASE = {Phase.AS_FOUND: N_("as found"), Phase.AS_LEFT: N_("as left")}


def standing(state: RunState, *, alive: bool) -> Standing:
    """Return how a run stands; one that should be running without an engine is silent."""
    if not alive and state.status in (Status.UNDER_WAY, Status.ASKING, Status.PAUSED):
        return Standing.SILENT
    return STANDING[state.status]


def verdict_word(verdict: str, say: Speech) -> str:
    """Return letter and word of a verdict; nothing for none."""
    return say(VERDICT[verdict]) if verdict else ""


def whole_verdict(word: str, width: int) -> str:
    """Return a verdict for a cell of `width`: a word that would be cut is its letters alone.

    The start of one may read as another. Those of failures, in capitals, cannot be mistaken.
    """
    letters, _, rest = word.partition(" ")
    room = width - 1
    return word if cell_len(word) <= room or (rest.isupper() and room >= CUT_FROM) else letters


def item_of(begun: RunBegun, dut: str | None = None) -> tuple[str, str]:
    """Return title and serial number of an item; of the first, and how many more, unless named."""
    role = dut or begun.dut
    item = next(bound for bound in begun.instruments if bound.role == role)
    more = "" if dut or len(begun.duts) == 1 else f" (+{len(begun.duts) - 1})"
    return item.title, f"{item.serial}{more}"


def source_of(line: ContributionMade, say: Speech) -> str:
    """Return where a contribution comes from."""
    whole = line.source.partition(" ")
    if whole[0].isdecimal() and say(whole[2]) != whole[2]:
        return f"{whole[0]} {say(whole[2])}"
    return source_told(line.source, say)


def duration(seconds: float) -> str:
    """Return a duration (s) as h:mm:ss."""
    minutes, left = divmod(round(max(seconds, 0.0)), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{left:02}"


def about(seconds: float, say: Speech) -> str:
    """Return an estimated duration (s), no finer than it is known."""
    hours, minutes = divmod(math.ceil(seconds / 60), 60)
    text = say("{hours} h {minutes:02}") if hours else say("{minutes} min")
    return text.format(hours=hours, minutes=minutes)


def progress_bar(done: int, total: int, width: int) -> str:
    """Return a bar of `width` cells; only a finished run fills it."""
    filled = width * done // total if total else 0
    return "█" * filled + "░" * (width - filled)


def range_text(point: PlannedPoint, say: Speech) -> str:
    """Return the DUT's range."""
    return numbers.quantity(point.range, point.range_unit, say.notation)


def title_of(point: PlannedPoint | PlannedObservation, room: int, say: Speech) -> str:
    """Return the title of a row of `room` cells, or its symbol where the title has no room.

    What tells points of a test apart goes first.
    """
    label = f"{say(point.label)}: " if isinstance(point, PlannedPoint) and point.label else ""
    text = f"{label}{say(point.title)}"
    return f"{label}{point.symbol}" if point.symbol and cell_len(text) > room else text


def point_name(point: PlannedPoint | PlannedObservation, say: Speech) -> str:
    """Return test, nominal value, frequency and range of a point in words."""
    text = f"{say(point.title)} {numbers.quantity(point.nominal, point.unit, say.notation)}"
    if isinstance(point, PlannedObservation):
        return ", ".join(filter(None, (text, observed_as(point.id, say))))
    if point.label:
        text += f", {say(point.label)}"
    if point.hertz is not None:
        text += f", {numbers.quantity(point.hertz, 'Hz', say.notation)}"
    return f"{text} ({say('range')} {range_text(point, say)})"
