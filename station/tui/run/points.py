"""The table of a run: one fixed row an observation or point, filled as the run goes."""

from dataclasses import dataclass

from rich.text import Text

from station.locale import N_
from station.run.entries import Measured, Observed, RunBegun
from station.run.plan import Phase, PlannedObservation, PlannedPoint
from station.run.state import Outcome, RunState
from station.tui.parts import numbers
from station.tui.parts.cells import Column, cell, heading, widths
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import (
    OVERLOAD,
    VERDICT_STYLE,
    Speech,
    item_of,
    range_text,
    title_of,
    verdict_word,
)
from station.tui.run.look import Course, Planned, RunLook, is_left

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
FOUND = Column("found", N_("As found"), 0, 16, right=True)
"""Error and letter of the verdict before an adjustment."""

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


@dataclass(frozen=True, slots=True)
class ItemHeading:
    """The row above the points of one item of several."""

    dut: str


Row = ItemHeading | Planned


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
    """Return what has another outcome, or none any more; an outcome is only ever replaced."""
    found: set[str] = set()
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


class PointsTable(Rows):
    """Everything that a run does; a row is written again when something about it has changed."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="points")
        self._say = say
        self._state = RunState()
        self._present = ""
        self._rows: tuple[Row, ...] = ()
        self._row_of: dict[str, int] = {}
        self._is_built = False
        self._followed = 0
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
        self._follow(look.left)

    def show_other_phase(self) -> Phase:
        """Show how it was found instead of how it is left, or back; return which is shown."""
        self._earlier = self._state.phase is Phase.AS_LEFT and not self._earlier
        self._build()
        return self._phase

    @property
    def _phase(self) -> Phase:
        return Phase.AS_FOUND if self._earlier else self._state.phase

    @property
    def chosen(self) -> Planned | None:
        """The point or observation under the cursor."""
        row = self._at_cursor
        return None if isinstance(row, ItemHeading) else row

    @property
    def chosen_dut(self) -> str | None:
        """The role of the item under the cursor, where the run has several."""
        row = self._at_cursor
        several = len(self._state.duts) > 1
        return row.dut if several and isinstance(row, ItemHeading | PlannedPoint) else None

    @property
    def has_result(self) -> bool:
        """Whether there is something to void under the cursor."""
        chosen, state = self.chosen, self._state
        if chosen is None or self._phase is not state.phase:
            return False
        key = (state.phase, chosen.id)
        return any(key in known for known in (state.results, state.observed, state.skipped))

    @property
    def is_open(self) -> bool:
        """Whether what is under the cursor is still to be measured."""
        here = self._phase is self._state.phase
        return here and self.chosen is not None and is_left(self.chosen, self._state)

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._build()

    @property
    def _at_cursor(self) -> Row | None:
        return self._rows[self.cursor_row] if self.cursor_row < len(self._rows) else None

    def _follow(self, left: Planned | None) -> None:
        """Keep the cursor where the run is, unless the operator moved it elsewhere."""
        if left is None or not self._is_built:
            return
        row = self._row_of[left.id]
        if self.cursor_row == self._followed != row:
            self._followed = row
            self.move_cursor(row)

    def _build(self) -> None:
        if not self.size.width:
            return
        self._is_built = True
        room = self.size.width - SCROLL_BAR
        self._widths = widths(self._columns, room - BAR_LEAST)
        self._bar = min(max(room - sum(self._widths), 0), BAR_MOST)
        head = heading(self._columns, self._widths, self._say)
        head.append_text(cell(self._say("E ± U"), self._bar))
        self.replace(head, Drawn(len(self._rows), lambda number: self._row(self._rows[number])))

    @property
    def _columns(self) -> tuple[Column, ...]:
        """The columns; of an adjusted item how it was found stands beside how it is left."""
        both = self._state.phase is Phase.AS_LEFT and not self._earlier
        return (*COLUMNS, FOUND) if both else COLUMNS

    def _is_removed(self, row: Planned) -> bool:
        return isinstance(row, PlannedPoint) and row.dut in self._state.removed

    def _row(self, row: Row) -> Text:
        if isinstance(row, ItemHeading):
            return self._heading(row.dut)
        if isinstance(row, PlannedObservation):
            return self._observation(row, self._state.observed.get((self._phase, row.id)))
        return self._point(row, self._state.results.get((self._phase, row.id)))

    def _heading(self, dut: str) -> Text:
        say, state = self._say, self._state
        title, serial = item_of(state.begun, dut) if state.begun else ("", "")
        text = Text(f"{dut}  {title}  {say('serial')} {serial}", "bold")
        verdict = state.verdicts.get((self._phase, dut), "")
        if verdict:
            text.append(f"  {verdict_word(verdict, say)}", VERDICT_STYLE[verdict])
        if dut in state.removed:
            text.append(f"  {say('taken out')}: {state.removed[dut].reason}", "bold reverse")
        return text

    def _observation(self, planned: PlannedObservation, observed: Observed | None) -> Text:
        done = "" if observed is None else f"✓ n={len(observed.readings)}"
        if (self._phase, planned.id) in self._state.skipped:
            done = self._say("left out")
        # Its name goes where a point has figures: series differ in nothing else.
        verdict = len(COLUMNS) - 1
        name = cell(f" {planned.id}", sum(self._widths[2:verdict]))
        room = sum(self._widths[verdict:]) + self._bar
        return Text.assemble(self._cells(planned, ()), name, cell(done, room))

    def _point(self, point: PlannedPoint, outcome: Outcome | None) -> Text:
        error, uncertainty, verdict, style, bar = self._outcome(point, outcome)
        notation = self._say.notation
        texts = (
            range_text(point, self._say),
            "" if point.hertz is None else numbers.quantity(point.hertz, "Hz", notation),
            error,
            uncertainty,
            numbers.limits(point.lower, point.upper, point.unit, notation),
            verdict,
            self._found(point),
        )
        row = Text.assemble(self._cells(point, texts, style), (bar, style))
        if self._is_removed(point):
            row.stylize("strike")
        return row

    def _cells(self, planned: Planned, others: tuple[str, ...], style: str = "") -> Text:
        texts = (
            ("▶" if planned.id == self._present else " ") + title_of(planned, self._say),
            numbers.quantity(planned.nominal, planned.unit, self._say.notation),
            *others,
        )
        return Text.assemble(
            *(
                cell(text, width, style if column.key == "verdict" else "", right=column.right)
                for column, text, width in zip(self._columns, texts, self._widths, strict=False)
            )
        )

    def _found(self, point: PlannedPoint) -> str:
        """Return how a point was found."""
        found = self._state.results.get((Phase.AS_FOUND, point.id))
        if not isinstance(found, Measured):
            return "" if found is None else self._say(OVERLOAD)
        error, _ = numbers.with_uncertainty(
            found.error, found.expanded_uncertainty, point.unit, self._say.notation
        )
        return f"{error} {verdict_word(found.verdict, self._say).split()[0]}"

    def _outcome(
        self, point: PlannedPoint, outcome: Outcome | None
    ) -> tuple[str, str, str, str, str]:
        """Return error, U, verdict, style and bar."""
        if outcome is None:
            left_out = (self._phase, point.id) in self._state.skipped
            word = "removed" if self._is_removed(point) else "left out" if left_out else ""
            return ("", "", self._say(word) if word else "", "", "")
        if not isinstance(outcome, Measured):
            return ("", "", self._say(OVERLOAD), "bold red", "")
        error, uncertainty = numbers.with_uncertainty(
            outcome.error, outcome.expanded_uncertainty, point.unit, self._say.notation
        )
        verdict = verdict_word(outcome.verdict, self._say)
        bar = error_bar(outcome, self._bar - 1)
        return (error, uncertainty, verdict, VERDICT_STYLE[outcome.verdict], bar)
