"""The readings of one point in figures, where there is no room for a chart that tells the truth."""

from collections.abc import Sequence
from statistics import fmean, stdev

from rich.cells import cell_len
from rich.markup import escape
from textual.widgets import Static

from station.metrology.rounding import Scaled, scale
from station.roles import role_words
from station.run.live import Approaching, LiveView
from station.run.plan import PlannedPoint
from station.tui.parts import numbers
from station.tui.parts.words import Speech, point_name
from station.tui.run.present import Shown

GAP = "  "

LEAST_SHOWN = 0.01
"""A scatter below this has a unit of its own beside its mean."""


class ReadingsLine(Static):
    """Two lines: the last readings minus nominal, and their mean as a share of the limit.

    Of an observation: the last reading of each instrument, and how many there are.
    """

    def __init__(self, say: Speech) -> None:
        super().__init__(id="readings", markup=False)
        self._say = say
        self._shown = Shown()
        self._approach: Approaching | None = None

    def show(self, shown: Shown, live: LiveView) -> None:
        """Show readings, or what comes to rest before there are any."""
        if (self._shown, self._approach) != (shown, live.approach):
            self._shown, self._approach = shown, live.approach
            self._write()

    def on_resize(self) -> None:
        """Show as many readings as there is room for."""
        self._write()

    def _write(self) -> None:
        point = self._shown.what
        if point is None:
            return
        name = point_name(point, self._say)
        if self._approach is not None:
            self.border_title = escape(f"{self._say('value − now')}   {name}")
            self.update(resting(self._approach, self.size.width, self._say), layout=False)
            return
        if isinstance(point, PlannedPoint):
            self.border_title = escape(f"{self._say(self._shown.caption)}   {name}")
            self.update(
                deviating(point, self._shown.deviations, self.size.width, self._say), layout=False
            )
            return
        say, self.border_title = self._say, escape(name)
        each = [
            f"{role_words(role, say)} {numbers.quantity(value, point.unit, say.notation)}"
            for role, value in self._shown.last.items()
        ]
        self.update(fitted(each, self.size.width), layout=False)


def fitted(texts: Sequence[str], width: int) -> str:
    """Return as many texts as fit into two lines of `width` cells."""
    lines = [""]
    for text in texts:
        longer = f"{lines[-1]}{GAP}{text}" if lines[-1] else text
        if cell_len(longer) <= width:
            lines[-1] = longer
        elif len(lines) == 1:
            lines.append(text)
        else:
            lines[-1] += " …"
            break
    return "\n".join(lines)


def deviating(point: PlannedPoint, deviations: Sequence[float], width: int, say: Speech) -> str:
    """Return the last deviations, and below them their mean and the limits."""
    unit = scale(point.unit, max(abs(point.lower), abs(point.upper)))
    limits = f"{say('Limits')} {numbers.limits(point.lower, point.upper, point.unit, say.notation)}"
    figures = "   ".join(filter(None, (summed_up(deviations, point, say), limits)))
    return f"{last(unit, deviations, width, say)}\n{figures}".strip()


def resting(seen: Approaching, width: int, say: Speech) -> str:
    """Return the last values minus the newest, and below them what they must stay within."""
    changes = [value - seen.values[-1] for value in seen.values]
    within = numbers.limits(-seen.within, seen.within, seen.unit, say.notation)
    newest = last(scale(seen.unit, seen.within), changes, width, say)
    return f"{newest}\n{say('stable within')} {within}"


def last(unit: Scaled, deviations: Sequence[float], width: int, say: Speech) -> str:
    """Return the last deviations that fit into `width` cells, the newest at the right."""
    texts = [numbers.plain(float(unit.apply(y)), say.notation, "+.4g") for y in deviations]
    room = width - cell_len(f"…{GAP}{unit.unit}")
    shown: list[str] = []
    for text in reversed(texts):
        room -= cell_len(text) + len(GAP)
        if room < 0:
            return GAP.join(["…", *shown, unit.unit])
        shown.insert(0, text)
    return GAP.join([*shown, unit.unit]) if shown else ""


def summed_up(deviations: Sequence[float], point: PlannedPoint, say: Speech) -> str:
    """Return the mean deviation, its share of the limit on its side of zero, and the scatter."""
    if not deviations:
        return ""
    average = fmean(deviations)
    unit = scale(point.unit, max(abs(average), abs(point.lower), abs(point.upper)))
    shown = numbers.plain(float(unit.apply(average)), say.notation, "+.4g")
    text = f"{say('mean')} {shown} {unit.unit}"
    # Without a limit on either side of zero a share would mean nothing.
    if point.lower < 0.0 < point.upper:
        share = 100.0 * average / (point.upper if average > 0.0 else -point.lower)
        percent = numbers.plain(share, say.notation, "+.0f")
        text += f" = {percent} % {say('of the limit')}"
    if len(deviations) > 1:
        text += f"   s = {_scatter(stdev(deviations), unit, point.unit, say)}"
    return f"{text}   n = {len(deviations)}"


def _scatter(value: float, unit: Scaled, plain: str, say: Speech) -> str:
    """Return it in the unit of the mean, in one of its own where there it were all zeros."""
    if (shown := float(unit.apply(value))) >= LEAST_SHOWN or not value:
        return f"{numbers.plain(shown, say.notation, '.2g')} {unit.unit}"
    return numbers.amount(value, plain, say.notation, ".2g")
