"""The readings of one point against its tolerance band, as deviations from the nominal value."""

from collections.abc import Sequence

from rich.markup import escape
from textual_plotext import PlotextPlot

from station.metrology.rounding import scale
from station.run.plan import PlannedPoint
from station.tui.parts import numbers
from station.tui.parts.words import Speech, point_name
from station.tui.run.present import Planned

HEADROOM = 0.3
"""What the chart shows beyond the outermost limit or reading, as a share of the shown span."""


class ReadingsChart(PlotextPlot):
    """Reading minus nominal against the number of the reading; the limits are lines."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="chart")
        self._say = say
        self._shown: object = None

    def show(self, point: Planned | None, readings: Sequence[float]) -> None:
        """Draw the readings (in the point's unit) of `point`; an observation has no limits."""
        if self._shown == (point, tuple(readings)):
            return
        self._shown = (point, tuple(readings))
        plot = self.plt
        plot.clear_figure()
        self.set_class(not isinstance(point, PlannedPoint), "empty")
        if isinstance(point, PlannedPoint):
            self._draw(point, [reading - point.nominal for reading in readings])
        self.refresh()

    def _draw(self, point: PlannedPoint, deviations: list[float]) -> None:
        unit = scale(point.unit, max(abs(point.lower), abs(point.upper)))
        low, high, *ys = (float(unit.apply(y)) for y in (point.lower, point.upper, *deviations))
        bottom, top = min([low, *ys]), max([high, *ys])
        room = HEADROOM * (top - bottom) / 2 or 1.0
        plot = self.plt
        what = f"{self._say('reading − nominal')} / {unit.unit}   {point_name(point, self._say)}"
        self.border_title = escape(what)
        plot.ylim(bottom - room, top + room)
        marks = sorted({low, 0.0, high})
        plot.yticks(
            marks, [numbers.plain(y, self._say.notation, "+.4g" if y else "g") for y in marks]
        )
        count = max(len(ys), 5)
        plot.xlim(0.5, count + 0.5)
        plot.xticks([float(n) for n in range(1, count + 1, max(count // 10, 1))])
        for limit in (low, high):
            plot.hline(limit, "red")
        if ys:
            plot.scatter(list(range(1, len(ys) + 1)), ys, marker="●", color="cyan+")
