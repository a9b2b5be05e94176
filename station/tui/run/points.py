"""The table of a run: one fixed row an observation or point, filled as the run goes."""

from dataclasses import dataclass

from rich.text import Text

from station.run.entries import RunBegun
from station.run.plan import Phase, PlannedObservation, PlannedPoint
from station.run.state import RunState
from station.tui.parts.cells import Column, cell, heading, widths
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import Speech
from station.tui.run.look import Course, Planned, RunLook, is_left
from station.tui.run.row import COLUMNS, FOUND, ItemHeading, Row, RowText

BAR_LEAST, BAR_MOST = 10, 41
AHEAD = 3
"""Rows in view after the one where the run is: what comes next."""

BAR_SHARE = 0.15
"""Of the width, kept for the bar before columns get wider."""

SCROLL_BAR = 1


def rows_of(begun: RunBegun, course: Course) -> tuple[Row, ...]:
    """Return the rows of a run: in its order; the points of several items each under its own."""
    if len(begun.duts) == 1:
        return course.ordered
    rows: list[Row] = [one for one in course.ordered if isinstance(one, PlannedObservation)]
    for dut in begun.duts:
        rows.append(ItemHeading(dut))
        rows += [p for p in course.ordered if isinstance(p, PlannedPoint) and p.dut == dut]
    return tuple(rows)


def changed(before: RunState, after: RunState) -> set[str]:
    """Return what has another outcome, or none any more, or a new note.

    An outcome is only ever replaced.
    """
    found = {note.point for note in after.notes[len(before.notes) :]}
    pairs = (
        (before.results, after.results),
        (before.observed, after.observed),
        (before.skipped, after.skipped),
    )
    for old, new in pairs:
        if old is not new:
            found |= {key[1] for key, outcome in new.items() if old.get(key) is not outcome}
            found |= {key[1] for key in old.keys() - new.keys()}
    return found


def _altogether(state: RunState) -> object:
    """Return what every row depends on."""
    return state.phase, state.adjusted, state.removed, state.verdicts


@dataclass(frozen=True, slots=True)
class Selected:
    """What can be said of the row under the cursor.

    Attributes:
        point: the point or observation; None on the heading of an item.
        has_result: it has a result, or is left out: that can be void.
        is_open: it is still to be measured.
        dut: the item it is of, where there are several.
        away: the run is at another row.
    """

    point: Planned | None = None
    has_result: bool = False
    is_open: bool = False
    dut: str | None = None
    away: bool = False


class PointsTable(Rows):
    """Everything that a run does; a row is written again when something about it has changed.

    The cursor goes with the run, until somebody moves it; back at the run's row it goes on.
    """

    def __init__(self, say: Speech) -> None:
        super().__init__(id="points")
        self._say = say
        self._state = RunState()
        self._present = ""
        self._rows: tuple[Row, ...] = ()
        self._row_of: dict[str, int] = {}
        self._is_built = False
        self._run_at = 0
        self._bar = 0
        self._widths: tuple[int, ...] = ()
        self._earlier = False

    def show(self, look: RunLook, present: Planned | None) -> None:
        """Show a run; `present` is what is measured now."""
        before, self._state = self._state, look.seen.state
        was, self._present = self._present, present.id if present else ""
        begun = self._state.begun
        if begun is not None and begun is not before.begun:
            self._rows = rows_of(begun, look.course)
            numbered = enumerate(self._rows)
            self._row_of = {r.id: n for n, r in numbered if not isinstance(r, ItemHeading)}
            self._is_built = False
        if not self._is_built or _altogether(before) != _altogether(self._state):
            self._build()
        else:
            for id_ in changed(before, self._state) | ({was, self._present} - {""}):
                self.changed(self._row_of[id_])
        self._follow(look.here)

    def show_other_phase(self) -> Phase:
        """Show how it was found instead of how it is left, or back; return which is shown."""
        self._earlier = self._state.phase is Phase.AS_LEFT and not self._earlier
        self._build()
        return self._phase

    @property
    def _phase(self) -> Phase:
        return Phase.AS_FOUND if self._earlier else self._state.phase

    def catch_up(self) -> None:
        """Put the cursor where the run is; from there it goes with it again."""
        self.move_cursor(self._run_at, ahead=AHEAD)

    @property
    def selected(self) -> Selected:
        """What is under the cursor, and what can be done with it."""
        row, state = self._at_cursor, self._state
        away, several = self.cursor_row != self._run_at, len(state.duts) > 1
        dut = row.dut if several and isinstance(row, ItemHeading | PlannedPoint) else None
        if row is None or isinstance(row, ItemHeading):
            return Selected(dut=dut, away=away)
        if self._phase is not state.phase:
            return Selected(row, dut=dut, away=away)
        key = (state.phase, row.id)
        done = any(key in known for known in (state.results, state.observed, state.skipped))
        return Selected(row, done, is_left(row, state), dut, away)

    def on_resize(self) -> None:
        """Fit the columns to the new width; keep what comes next in view."""
        self._build()
        if self.cursor_row == self._run_at:
            self.catch_up()

    @property
    def _at_cursor(self) -> Row | None:
        return self._rows[self.cursor_row] if self.cursor_row < len(self._rows) else None

    def _follow(self, present: Planned | None) -> None:
        """Keep the cursor where the run is, unless somebody moved it elsewhere."""
        if present is None or not self._is_built:
            return
        before, self._run_at = self._run_at, self._row_of[present.id]
        if self.cursor_row == before:
            self.catch_up()

    def _build(self) -> None:
        if not self.size.width:
            return
        self._is_built = True
        room = self.size.width - SCROLL_BAR
        self._widths = widths(self._columns, room - max(BAR_LEAST, int(BAR_SHARE * room)))
        self._bar = min(max(room - sum(self._widths), 0), BAR_MOST)
        head = heading(self._columns, self._widths, self._say)
        head.append_text(cell(self._say("E ± U").center(self._bar - 1), self._bar))
        self.replace(head, Drawn(len(self._rows), lambda number: self._text(self._rows[number])))

    def _text(self, row: Row) -> Text:
        state, phase = self._state, self._phase
        texts = RowText(
            state, phase, self._present, self._columns, self._widths, self._bar, self._say
        )
        return texts.draw(row)

    @property
    def _columns(self) -> tuple[Column, ...]:
        """The columns; of an adjusted item how it was found stands beside how it is left."""
        both = self._state.phase is Phase.AS_LEFT and not self._earlier
        return (*COLUMNS, FOUND) if both else COLUMNS
