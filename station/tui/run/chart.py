"""The chart of a run: the readings of one point in its tolerance, or what comes to rest."""

from dataclasses import dataclass
from statistics import fmean

from rich.cells import cell_len, set_cell_size
from rich.markup import escape
from rich.text import Text
from textual.widgets import Static

from station.metrology.rounding import scale
from station.run.live import Approaching, LiveView
from station.run.plan import PlannedPoint
from station.tui.parts import numbers
from station.tui.parts.words import Speech, duration, point_name
from station.tui.run.plot import GUARD, LIMIT, RULE, Line, Plot
from station.tui.run.present import Shown
from station.tui.run.readings import summed_up

APART = "   "

EDGES = 4
"""Cells that a border keeps from its title."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn under a title; `words` stand above it, and alone where nothing is drawn."""

    title: str
    words: str
    plot: Plot | None = None


def of_readings(point: PlannedPoint, shown: Shown, say: Speech) -> Picture:
    """Return the readings of a point as its errors."""
    unit = scale(point.unit, max(abs(point.lower), abs(point.upper)))

    def scaled(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(float(unit.apply(y)) for y in values)

    deviations = shown.deviations
    low, high = scaled((point.lower, point.upper))
    ys, accepted = scaled(deviations), shown.accepted and scaled(shown.accepted)
    lines = [_line(0.0, "", "┈", RULE, say)]
    for at in accepted or ():
        lines.append(Line(at, "", say("acceptance limit"), "╌", GUARD))
    lines += [_line(low, say("lower limit"), "─", LIMIT, say)]
    lines += [_line(high, say("upper limit"), "─", LIMIT, say)]
    if ys:
        lines.append(_line(fmean(ys), say("mean"), "╌", "bold", say))
    plot = Plot(ys, (low, high), tuple(lines), accepted)
    words = summed_up(deviations, point, say)
    title = f"{point_name(point, say)}{APART}{say(shown.caption)} / {unit.unit}"
    return Picture(title, words, plot)


def of_approach(live: LiveView, seen: Approaching, say: Speech) -> Picture:
    """Return what comes to rest, as deviations from where it is now."""
    now = seen.values[-1]
    unit = scale(seen.unit, seen.within)
    ys = tuple(float(unit.apply(value - now)) for value in seen.values)
    within = float(unit.apply(seen.within))
    name = say("stable within")
    lines = (
        _line(0.0, say("now"), "┈", RULE, say),
        _line(-within, name, "─", GUARD, say),
        _line(within, name, "─", GUARD, say),
    )
    title = f"{say(live.waiting)}{APART}{say('value − now')} / {unit.unit}"
    return Picture(title, _left(live, say), Plot(ys, (-within, within), lines, beyond=3.0))


def _line(at: float, right: str, stroke: str, style: str, say: Speech) -> Line:
    left = numbers.plain(at, say.notation, "+.4g") if at else "0"
    return Line(at, left, right, stroke, style)


def _left(live: LiveView, say: Speech) -> str:
    if live.seconds_left is None:
        return ""
    word = say("at most another") if live.at_most else say("left")
    return f"{word} {duration(live.seconds_left)}"


def picture(shown: Shown, live: LiveView, say: Speech) -> Picture | None:
    """Return what there is to be drawn, or None."""
    if live.waiting and live.approach is not None and live.approach.values:
        return of_approach(live, live.approach, say)
    if isinstance(shown.what, PlannedPoint):
        return of_readings(shown.what, shown, say)
    return None


class ReadingsChart(Static):
    """Draws a picture anew only when it is another one."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="chart", markup=False)
        self._say = say
        self._picture: Picture | None = None

    def show(self, shown: Shown, live: LiveView) -> None:
        """Show the readings of a point, or what comes to rest; there may be neither."""
        new = picture(shown, live, self._say)
        if new != self._picture:
            self._picture = new
            self._write()

    def on_resize(self) -> None:
        """Fit the drawing to the room."""
        self._write()

    def _write(self) -> None:
        picture, width = self._picture, self.size.width
        self.set_class(picture is None, "empty")
        if picture is None:
            return
        name, _, what = picture.title.rpartition(APART)
        room = width - EDGES - cell_len(APART + what)
        if cell_len(name) > room:
            name = f"{set_cell_size(name, max(room - 1, 0))}…"
        self.border_title = escape(f"{name}{APART}{what}")
        words = Text(picture.words, no_wrap=True, overflow="ellipsis")
        if picture.plot is not None:
            words.append("\n").append_text(picture.plot.draw(width, self.size.height - 1))
        self.update(words, layout=False)
