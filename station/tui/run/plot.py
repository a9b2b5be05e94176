"""Values in their order between two limits, drawn in characters: squares, and lines with names.

A value is half a cell, so that it is drawn twice as finely as the terminal's lines are; every
font has these. The limits lie in the middle of a line of text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

HALVES = 2
"""Places of a value in a cell, one above the other."""

UPPER, LOWER, BOTH = "▀", "▄", "█"

HEADROOM = 0.15
"""What is shown beyond the outermost limit or value, as a share of the shown span."""

LEAST_VALUES, LEAST_ROWS = 8, 4
"""As many values have room from the beginning, and as many lines a drawing needs."""

RULE, GUARD, LIMIT, MARK = "dim", "yellow", "red", "bold cyan"


@dataclass(frozen=True, slots=True)
class Line:
    """A level with its name at the left and at the right, and the character it is drawn in."""

    at: float
    left: str
    right: str
    stroke: str
    style: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn, all in one unit.

    Attributes:
        values: in their order.
        limits: the lower and the upper one.
        lines: what is drawn besides the values, the most important last.
        accepted: between what a value is accepted; what is left of the band is shaded.
        beyond: so many widths of the band outside it a value is drawn in place, then an arrow.
    """

    values: tuple[float, ...]
    limits: tuple[float, float]
    lines: tuple[Line, ...]
    accepted: tuple[float, ...] | None = None
    beyond: float = 2.0

    def draw(self, width: int, height: int) -> Text:
        """Return `height` lines of `width` cells; the last one counts the values."""
        left = max(cell_len(line.left) for line in self.lines) + 1
        right = max(cell_len(line.right) for line in self.lines) + 1
        across, rows = width - left - right - 2, height - 1
        if across < LEAST_VALUES or rows < LEAST_ROWS:
            return Text()
        scale = self._scale(rows)
        ground = _Ground(across, rows)
        self._shade(ground, scale)
        for line in self.lines:
            ground.rule(scale.row(line.at), line.stroke, line.style)
        columns = spread(len(self.values), across)
        for column, value in zip(columns, self.values, strict=True):
            ground.put(column, scale.half(value))
        named = {scale.row(line.at): line for line in self.lines}
        text = Text("\n").join(
            _named(named.get(row), left, right, ground.text(row)) for row in range(rows)
        )
        return text.append("\n").append(f"{'':{left + 1}}{_counted(columns, across)}", RULE)

    def _scale(self, rows: int) -> "_Scale":
        low, high = self.limits
        band = high - low or max((abs(y - low) for y in self.values), default=0.0) or 1.0
        beyond = self.beyond * band
        bottom = max(min(low, *self.values, low), low - beyond)
        top = min(max(high, *self.values, high), high + beyond)
        per_row = (top - bottom) * (1.0 + HEADROOM) / rows or band / rows
        # Both limits in the middle of a line, as their names are; one line is left beyond each.
        room = (per_row * rows - (top - bottom)) / 2
        upper = max(round((top + room - high) / per_row - 0.5), 1)
        lower = min(round((top + room - low) / per_row - 0.5), rows - 2)
        if lower > upper and high > low:
            per_row = (high - low) / (lower - upper)
        return _Scale(high + (upper + 0.5) * per_row, per_row, rows)

    def _shade(self, ground: "_Ground", scale: "_Scale") -> None:
        (low, high), (from_, to) = self.limits, self.accepted or self.limits
        guards = (range(scale.row(high), scale.row(to)), range(scale.row(from_), scale.row(low)))
        for row in (row for guard in guards for row in guard):
            ground.rule(row, "░", GUARD)


def spread(count: int, across: int) -> list[int]:
    """Return a column for each of `count` values, evenly over `across` cells."""
    step = across / max(count, LEAST_VALUES)
    return [int((number + 0.5) * step) for number in range(count)]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values are: `top` is the upper edge of the first row."""

    top: float
    per_row: float
    rows: int

    def row(self, y: float) -> int:
        return self.half(y) // HALVES

    def half(self, y: float) -> int:
        """Return the half row, -1 or one too many for what lies outside."""
        halves = int((self.top - y) / self.per_row * HALVES // 1)
        return max(min(halves, self.rows * HALVES), -1)


class _Ground:
    """Cells of one character and style each."""

    def __init__(self, across: int, rows: int) -> None:
        self.rows = rows
        self._cells = [[(" ", "")] * across for _ in range(rows)]

    def rule(self, row: int, stroke: str, style: str) -> None:
        if 0 <= row < self.rows:
            self._cells[row] = [(stroke, style)] * len(self._cells[row])

    def put(self, column: int, half: int) -> None:
        """Put a value in its place; an arrow at the edge beyond which it lies."""
        if not 0 <= half < self.rows * HALVES:
            row, mark, style = (0, "▲", LIMIT) if half < 0 else (self.rows - 1, "▼", LIMIT)
        else:
            row, mark, style = half // HALVES, (UPPER, LOWER)[half % HALVES], MARK
            there = self._cells[row][column][0]
            mark = BOTH if there in (UPPER, LOWER, BOTH) and there != mark else mark
        self._cells[row][column] = (mark, style)

    def text(self, row: int) -> Text:
        runs = groupby(self._cells[row], key=lambda cell: cell[1])
        return Text.assemble(*(("".join(c for c, _ in cells), style) for style, cells in runs))


def _named(line: Line | None, left: int, right: int, drawn: Text) -> Text:
    """Return one row of the drawing between the names of the line that is in it."""
    name, style = (line.left, line.style) if line else ("", "")
    text = Text(" " * (left - 1 - cell_len(name)), end="").append(name, style)
    text.append(" ┤" if line else " │", RULE).append_text(drawn)
    other = line.right if line else ""
    return text.append(f" {other}{' ' * (right - 1 - cell_len(other))}", style)


def _counted(columns: Sequence[int], across: int) -> str:
    """Return the numbers of the values below them, as many as have room."""
    return "".join(_counting(columns, across))


def _counting(columns: Sequence[int], across: int) -> Iterator[str]:
    every = _every(columns)
    written = 0
    for number, column in enumerate(columns, start=1):
        at, text = column, str(number)
        wanted = number == 1 or number % every == 0
        if wanted and at >= written and at + len(text) <= across:
            yield " " * (at - written) + text
            written = at + len(text)


def _every(columns: Sequence[int]) -> int:
    """Return every which number is written."""
    room = columns[1] - columns[0] if len(columns) > 1 else LEAST_VALUES
    return next((each for each in (1, 2, 5, 10, 20, 50) if each * room >= 4), 100)
