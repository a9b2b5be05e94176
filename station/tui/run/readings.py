"""The readings of one point in figures, where there is no room for a chart that tells the truth."""

from collections.abc import Sequence
from statistics import fmean

from rich.cells import cell_len
from rich.markup import escape
from textual.widgets import Static

from station.metrology.rounding import scale
from station.run.plan import PlannedPoint
from station.tui.parts import numbers
from station.tui.parts.words import Speech, point_name
from station.tui.run.present import Shown

GAP = "  "


class ReadingsLine(Static):
    """Two lines: the last readings minus nominal, and their mean as a share of the limit.

    Of an observation: the last reading of each instrument, and how many there are.
    """

    def __init__(self, say: Speech) -> None:
        super().__init__(id="readings", markup=False)
        self._say = say
        self._shown = Shown()

    def show(self, shown: Shown) -> None:
        """Show readings."""
        if self._shown != shown:
            self._shown = shown
            self._write()

    def on_resize(self) -> None:
        """Show as many readings as there is room for."""
        self._write()

    def _write(self) -> None:
        point, readings = self._shown.what, self._shown.readings
        if point is None:
            return
        name = point_name(point, self._say)
        if isinstance(point, PlannedPoint):
            self.border_title = escape(f"{self._say('reading − nominal')}   {name}")
            deviations = [reading - point.nominal for reading in readings]
            lines = (last(point, deviations, self.size.width, self._say),)
            self.update("\n".join((*lines, mean(point, deviations, self._say))))
            return
        self.border_title = escape(name)
        each = [
            f"{role} {numbers.quantity(value, point.unit, self._say.notation)}"
            for role, value in self._shown.last.items()
        ]
        self.update(fitted(each, self.size.width))


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


def last(point: PlannedPoint, deviations: Sequence[float], width: int, say: Speech) -> str:
    """Return the last deviations that fit into `width` cells, the newest at the right."""
    unit = scale(point.unit, max(abs(point.lower), abs(point.upper)))
    texts = [numbers.plain(float(unit.apply(y)), say.notation, "+.4g") for y in deviations]
    room = width - cell_len(f"…{GAP}{unit.unit}")
    shown: list[str] = []
    for text in reversed(texts):
        room -= cell_len(text) + len(GAP)
        if room < 0:
            return GAP.join(["…", *shown, unit.unit])
        shown.insert(0, text)
    return GAP.join([*shown, unit.unit]) if shown else ""


def mean(point: PlannedPoint, deviations: Sequence[float], say: Speech) -> str:
    """Return the mean deviation with its share of the limit on its side of zero."""
    allowed = numbers.limits(point.lower, point.upper, point.unit, say.notation)
    limits = f"{say('Limits')} {allowed}"
    if not deviations:
        return limits
    average = fmean(deviations)
    unit = scale(point.unit, max(abs(average), abs(point.lower), abs(point.upper)))
    shown = numbers.plain(float(unit.apply(average)), say.notation, "+.4g")
    text = f"{say('mean − nominal')} {shown} {unit.unit}"
    # Without a limit on either side of zero a share would mean nothing.
    if point.lower < 0.0 < point.upper:
        share = 100.0 * average / (point.upper if average > 0.0 else -point.lower)
        percent = numbers.plain(share, say.notation, "+.0f")
        text += f" = {percent} % {say('of the limit')}"
    return f"{text}   n = {len(deviations)}   {limits}"
