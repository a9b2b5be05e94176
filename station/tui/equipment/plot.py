"""Values with their uncertainties over days, drawn in characters: marks tell all, not colours."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len
from rich.text import Text

from station.metrology.rounding import Scaled, scale

LEAST_ACROSS, LEAST_ROWS = 20, 4
"""Cells and lines below which nothing is drawn: it would mislead."""

HEADROOM = 0.08
"""What is shown beyond the outermost mark, as a share of the shown span."""

MOST_DIGITS = 9
"""More are never told of a value."""

RULE = "dim"


def unit_of(unit: str, values: Iterable[float]) -> Scaled:
    """Choose the unit in which values, and the ends of a scale around them, are told."""
    return scale(unit, (1 + 2 * HEADROOM) * max(map(abs, values)))


def form_of(largest: float, spread: float) -> str:
    """Return the format in which values up to `largest` that differ by `spread` are told apart."""
    digits = 3
    if largest and spread:
        digits = math.floor(math.log10(abs(largest))) - math.floor(math.log10(spread / 2)) + 2
    return f"+.{min(max(digits, 3), MOST_DIGITS)}g"


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on a day; `half` is its uncertainty, drawn with `bar` up and down."""

    on: date
    value: float
    half: float = 0.0
    sign: str = "●"
    bar: str = "│"
    style: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level over all days with its name at the right, and the character it is drawn in."""

    at: float
    name: str
    stroke: str
    style: str = RULE


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn, all in one unit; the last marks lie above the first."""

    marks: tuple[Mark, ...]
    levels: tuple[Level, ...] = ()

    def draw(self, width: int, height: int, number: Callable[[float], str]) -> Text:
        """Return `height` lines of `width` cells; the last has days, `number` words a value."""
        low, high = self._span()
        ticks = [high, (low + high) / 2, low]
        left = max(cell_len(number(tick)) for tick in ticks) + 2
        right = max((cell_len(level.name) for level in self.levels), default=0) + 1
        across, rows = width - left - right, height - 1
        if not self.marks or across < LEAST_ACROSS or rows < LEAST_ROWS:
            return Text()
        ground = [[(" ", "")] * across for _ in range(rows)]

        def row(value: float) -> int:
            return round((high - value) / (high - low) * (rows - 1))

        for level in self.levels:
            ground[row(level.at)] = [(level.stroke, level.style)] * across
        self._put_marks(ground, row)
        names = {row(level.at): level for level in self.levels}
        told = {row(tick): number(tick) for tick in ticks}
        lines = [_line(told.get(at, ""), left, names.get(at), ground[at]) for at in range(rows)]
        return Text("\n").join([*lines, self._days(left, across)])

    def _span(self) -> tuple[float, float]:
        """Return the lowest and the highest value shown."""
        ends = [mark.value + side * mark.half for mark in self.marks for side in (-1, 1)]
        ends += [level.at for level in self.levels]
        low, high = min(ends, default=0.0), max(ends, default=0.0)
        room = HEADROOM * (high - low) or abs(high) or 1.0
        return low - room, high + room

    def _put_marks(self, ground: list[list[tuple[str, str]]], row: Callable[[float], int]) -> None:
        columns = self._columns(len(ground[0]))
        for mark, column in zip(self.marks, columns, strict=True):
            for at in range(row(mark.value + mark.half), row(mark.value - mark.half) + 1):
                if mark.half:
                    ground[at][column] = (mark.bar, mark.style)
        for mark, column in zip(self.marks, columns, strict=True):
            ground[row(mark.value)][column] = (mark.sign, mark.style)

    def _columns(self, across: int) -> list[int]:
        """Return where each mark's day is."""
        days = [mark.on.toordinal() for mark in self.marks]
        first, last = min(days), max(days)
        if first == last:
            return [(number + 1) * across // (len(days) + 1) for number in range(len(days))]
        # Not at the very edges: a mark there is read as the axis.
        return [2 + round((day - first) / (last - first) * (across - 5)) for day in days]

    def _days(self, left: int, across: int) -> Text:
        """Return the line of days: first and last always, and those between that have room."""
        places = dict(zip(self._columns(across), (mark.on for mark in self.marks), strict=True))
        line, ordered = [" "] * (left + across), sorted(places)
        written: set[date] = set()
        for column in dict.fromkeys([ordered[0], ordered[-1], *ordered]):
            text = f"{places[column]:%Y-%m-%d}"
            if places[column] in written:
                continue
            start = min(max(left + column - len(text) // 2, 0), left + across - len(text))
            if all(cell == " " for cell in line[max(start - 1, 0) : start + len(text) + 1]):
                line[start : start + len(text)] = text
                written.add(places[column])
        return Text("".join(line), RULE)


def _line(tick: str, left: int, level: Level | None, cells: Sequence[tuple[str, str]]) -> Text:
    """Return one row of the drawing between its tick and the name of the level in it."""
    text = Text(" " * (left - 2 - cell_len(tick)), end="", no_wrap=True).append(tick)
    text.append(" ┤" if tick else " │", RULE).append_text(Text.assemble(*cells))
    return text.append(f" {level.name}", level.style) if level else text
