"""The table of points: one fixed row a point, filled as the run goes."""

from rich.text import Text

from station.locale import N_
from station.run.entries import Measured, PlannedPoint
from station.run.state import Outcome, RunState
from station.tui import numbers
from station.tui.cells import Column, cell, heading, widths
from station.tui.rows import Rows
from station.tui.words import OVERLOAD, VERDICT_STYLE, Speech, range_text, verdict_word

MARGIN = 0.25
"""What a bar shows beyond each limit, as a share of the tolerance interval."""


COLUMNS = (
    Column("test", N_("Test"), 12, 22),
    Column("nominal", N_("Nominal"), 8, 10, right=True),
    Column("range", N_("Range"), 8, 9, right=True),
    Column("frequency", N_("Freq."), 7, 9, right=True),
    Column("error", N_("Error"), 10, 12, right=True),
    Column("uncertainty", "U", 8, 10, right=True),
    Column("limits", N_("Limits"), 9, 13, right=True),
    Column("verdict", N_("Verdict"), 8, 14),
)
BAR_LEAST, BAR_MOST = 10, 41
SCROLL_BAR = 1


def error_bar(measured: Measured, width: int) -> str:
    """Draw error (●) ± U (─) between the tolerance limits (│), guard bands shaded (░)."""
    span = measured.upper - measured.lower
    if width < 1 or span <= 0.0:
        return ""
    left = measured.lower - MARGIN * span

    def at(value: float) -> int:
        return round((value - left) / (span * (1 + 2 * MARGIN)) * (width - 1))

    cells = [" "] * width
    _fill(cells, at(measured.lower), at(measured.acceptance_lower), "░")
    _fill(cells, at(measured.acceptance_upper), at(measured.upper), "░")
    u = measured.expanded_uncertainty
    _fill(cells, at(measured.error - u), at(measured.error + u), "─")
    cells[at(measured.lower)] = cells[at(measured.upper)] = "│"
    dot = at(measured.error)
    if dot < 0:
        cells[0] = "◀"
    elif dot >= width:
        cells[-1] = "▶"
    else:
        cells[dot] = "●"
    return "".join(cells)


def _fill(cells: list[str], first: int, last: int, mark: str) -> None:
    for index in range(max(first, 0), min(last, len(cells) - 1) + 1):
        cells[index] = mark


class PointsTable(Rows):
    """All points of a run; a row is written again when its point has changed."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="points")
        self._say = say
        self._known: dict[str, tuple[Outcome | None, bool]] = {}
        self._state = RunState()
        self._present = ""
        self._followed = 0
        self._bar = 0
        self._widths: tuple[int, ...] = ()

    def show(self, state: RunState, present: PlannedPoint | None) -> None:
        """Show `state`; `present` is the point being measured."""
        self._state, self._present = state, present.id if present else ""
        if len(self._known) != len(state.points) and self.size.width:
            self._build()
        for row, point in enumerate(state.points if self._known else ()):
            outcome = state.results.get((state.phase, point.id))
            known, was_present = self._known[point.id]
            # An outcome is never changed, only replaced: to compare its identity is enough.
            if known is not outcome or was_present != (point.id == self._present):
                self.write(row, self._row(point))
        self._follow()

    @property
    def chosen(self) -> PlannedPoint | None:
        """The point under the cursor."""
        points = self._state.points
        return points[self.cursor_row] if self.cursor_row < len(points) else None

    @property
    def has_result(self) -> bool:
        """Whether the point under the cursor has a result."""
        chosen = self.chosen
        return chosen is not None and (self._state.phase, chosen.id) in self._state.results

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._build()

    def _follow(self) -> None:
        """Keep the cursor where the run is, unless the operator moved it elsewhere."""
        rows = [row for row, point in enumerate(self._state.points) if self._is_next(point)]
        if rows and self._known and self.cursor_row == self._followed != rows[0]:
            self._followed = rows[0]
            self.move_cursor(rows[0])

    def _is_next(self, point: PlannedPoint) -> bool:
        return (self._state.phase, point.id) not in self._state.results

    def _build(self) -> None:
        room = self.size.width - SCROLL_BAR
        self._widths = widths(COLUMNS, room - BAR_LEAST)
        self._bar = min(max(room - sum(self._widths), 0), BAR_MOST)
        head = heading(COLUMNS, self._widths, self._say)
        head.append_text(cell(self._say("E ± U"), self._bar))
        self.replace(head, [self._row(point) for point in self._state.points])

    def _row(self, point: PlannedPoint) -> Text:
        outcome = self._state.results.get((self._state.phase, point.id))
        self._known[point.id] = (outcome, point.id == self._present)
        error, uncertainty, verdict, style, bar = self._outcome(point, outcome)
        notation = self._say.notation
        texts = (
            ("▶" if point.id == self._present else " ") + self._say(point.title),
            numbers.quantity(point.nominal, point.unit, notation),
            range_text(point, self._say),
            "" if point.hertz is None else numbers.quantity(point.hertz, "Hz", notation),
            error,
            uncertainty,
            numbers.limits(point.lower, point.upper, point.unit, notation),
            verdict,
        )
        cells = (
            cell(text, width, style if column.key == "verdict" else "", right=column.right)
            for column, text, width in zip(COLUMNS, texts, self._widths, strict=True)
        )
        return Text.assemble(*cells, (bar, style))

    def _outcome(
        self, point: PlannedPoint, outcome: Outcome | None
    ) -> tuple[str, str, str, str, str]:
        """Return error, U, verdict, style and bar."""
        if outcome is None:
            return ("", "", "", "", "")
        if not isinstance(outcome, Measured):
            return ("", "", self._say(OVERLOAD), "bold red", "")
        error, uncertainty = numbers.with_uncertainty(
            outcome.error, outcome.expanded_uncertainty, point.unit, self._say.notation
        )
        verdict = verdict_word(outcome.verdict, self._say)
        bar = error_bar(outcome, self._bar - 1)
        return (error, uncertainty, verdict, VERDICT_STYLE[outcome.verdict], bar)
