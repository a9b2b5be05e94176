"""One row of a run's table in cells: an item, an observation, or a point with its outcome."""

from dataclasses import dataclass

from rich.text import Text

from station.locale import N_
from station.roles import role_words
from station.run.entries import Measured, Observed
from station.run.plan import Phase, PlannedObservation, PlannedPoint
from station.run.state import Outcome, RunState
from station.tui.parts import numbers
from station.tui.parts.cells import Column, cell
from station.tui.parts.observed import observed_as
from station.tui.parts.words import (
    OVERLOAD,
    VERDICT_STYLE,
    Speech,
    item_of,
    range_text,
    title_of,
    verdict_word,
    whole_verdict,
)
from station.tui.run.look import Planned

MARGIN = 0.25
"""What a bar shows beyond each limit, as a share of the tolerance interval."""


COLUMNS = (
    Column("test", N_("Test"), 12, 22),
    Column("nominal", N_("Nominal"), 8, 10, right=True),
    Column("range", N_("range"), 7, 9, right=True),
    Column("frequency", N_("Freq."), 8, 9, right=True),
    Column("error", N_("Error"), 10, 12, right=True),
    Column("uncertainty", "U", 8, 10, right=True),
    Column("limits", N_("Limits"), 9, 13, right=True),
    Column("verdict", N_("Verdict"), 9, 14),
)
VERDICT = len(COLUMNS) - 1
FOUND = Column("found", N_("Error found"), 0, 16, right=True)
"""Error and letter of the verdict before an adjustment."""


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


@dataclass(frozen=True, slots=True)
class RowText:
    """Draws rows.

    Attributes:
        phase: whose outcomes are drawn.
        present: the id of what is measured now.
        columns, shared: the columns and their widths in cells.
        bar: cells of the bar behind them.
    """

    state: RunState
    phase: Phase
    present: str
    columns: tuple[Column, ...]
    shared: tuple[int, ...]
    bar: int
    say: Speech

    def _is_removed(self, row: Planned) -> bool:
        return isinstance(row, PlannedPoint) and row.dut in self.state.removed

    def draw(self, row: Row) -> Text:
        """Return the text of a row."""
        if isinstance(row, ItemHeading):
            return self._heading(row.dut)
        if isinstance(row, PlannedObservation):
            return self._observation(row, self.state.observed.get((self.phase, row.id)))
        return self._point(row, self.state.results.get((self.phase, row.id)))

    def _heading(self, dut: str) -> Text:
        say, state = self.say, self.state
        title, serial = item_of(state.begun, dut) if state.begun else ("", "")
        text = Text(f"{role_words(dut, say)}  {say(title)}  {say('serial')} {serial}", "bold")
        verdict = state.verdicts.get((self.phase, dut), "")
        if verdict:
            text.append(f"  {verdict_word(verdict, say)}", VERDICT_STYLE[verdict])
        if dut in state.removed:
            text.append(f"  {say('taken out')}: {state.removed[dut].told(say)}", "bold reverse")
        return text

    def _observation(self, planned: PlannedObservation, observed: Observed | None) -> Text:
        done = "" if observed is None else f"✓ n={len(observed.readings)}"
        if (self.phase, planned.id) in self.state.skipped:
            done = self.say("skipped")
        # What it is goes where a point has figures: series differ in nothing else.
        name = cell(f" {observed_as(planned.id, self.say)}", sum(self.shared[2:VERDICT]))
        room = sum(self.shared[VERDICT:]) + self.bar
        return Text.assemble(self._cells(planned, ()), name, cell(done, room))

    def _point(self, point: PlannedPoint, outcome: Outcome | None) -> Text:
        error, uncertainty, verdict, style, bar = self._outcome(point, outcome)
        notation = self.say.notation
        texts = (
            range_text(point, self.say),
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
            self._mark(planned) + title_of(planned, self.shared[0] - 2, self.say),
            numbers.quantity(planned.nominal, planned.unit, self.say.notation),
            *others,
        )
        return Text.assemble(
            *(
                cell(text, width, style if column.key == "verdict" else "", right=column.right)
                for column, text, width in zip(self.columns, texts, self.shared, strict=False)
            )
        )

    def _mark(self, planned: Planned) -> str:
        """Return the sign before a row: measured now, or with a note on it."""
        noted = any(note.point == planned.id for note in self.state.notes)
        return "▶" if planned.id == self.present else "✎" if noted else " "

    def _found(self, point: PlannedPoint) -> str:
        """Return how a point was found."""
        found = self.state.results.get((Phase.AS_FOUND, point.id))
        if not isinstance(found, Measured):
            return "" if found is None else self.say(OVERLOAD)
        error, _ = numbers.with_uncertainty(
            found.error, found.expanded_uncertainty, point.unit, self.say.notation
        )
        return f"{error} {verdict_word(found.verdict, self.say).split()[0]}"

    def _outcome(
        self, point: PlannedPoint, outcome: Outcome | None
    ) -> tuple[str, str, str, str, str]:
        """Return error, U, verdict, style and bar."""
        if outcome is None:
            left_out = (self.phase, point.id) in self.state.skipped
            word = "removed" if self._is_removed(point) else "skipped" if left_out else ""
            return ("", "", self.say(word) if word else "", "", "")
        if not isinstance(outcome, Measured):
            return ("", "", self.say(OVERLOAD), "bold red", "")
        error, uncertainty = numbers.with_uncertainty(
            outcome.error, outcome.expanded_uncertainty, point.unit, self.say.notation
        )
        word = verdict_word(outcome.verdict, self.say)
        verdict = whole_verdict(word, self.shared[VERDICT])
        bar = error_bar(outcome, self.bar)
        return (error, uncertainty, verdict, VERDICT_STYLE[outcome.verdict], bar)
