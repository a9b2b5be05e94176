"""The uncertainty budget of a point beside its readings: contributions as bars."""

from rich.cells import cell_len
from rich.markup import escape
from rich.text import Text
from textual.widgets import Static

from station.run.entries import ContributionMade, Measured
from station.run.plan import PlannedPoint
from station.run.state import RunState
from station.tui.parts import numbers
from station.tui.parts.cells import cell
from station.tui.parts.words import VERDICT_STYLE, Speech, point_name, verdict_word
from station.tui.run.look import Planned

AMOUNT, SHARE = 10, 7
"""Cells of |c·u| with its unit, and of its share of the variance."""

NAME = 0.4
"""The part of the width that the names of the contributions take at most."""


def budget(measured: Measured, point: PlannedPoint, width: int, say: Speech) -> Text:
    """Return the result in a line, then its contributions, the greatest first."""
    error, uncertainty = numbers.with_uncertainty(
        measured.error, measured.expanded_uncertainty, point.unit, say.notation
    )
    factor = numbers.plain(measured.coverage_factor, say.notation, ".3g")
    text = Text(f"{say('Error')} {error}   U {uncertainty}   k {factor}   ")
    text.append(verdict_word(measured.verdict, say), VERDICT_STYLE[measured.verdict])
    ordered = sorted(measured.budget, key=lambda one: -one.share)
    longest = max((cell_len(say(one.name)) for one in ordered), default=0)
    names = min(longest + 1, int(NAME * width))
    for line in ordered:
        text.append("\n").append_text(_line(line, point.unit, names, width, say))
    return text


def _line(line: ContributionMade, unit: str, names: int, width: int, say: Speech) -> Text:
    amount = numbers.amount(abs(line.contribution), unit, say.notation)
    share = numbers.plain(100 * line.share, say.notation, ".0f")
    bar = "█" * round(line.share * max(width - names - AMOUNT - SHARE, 0))
    return Text.assemble(
        cell(say(line.name), names),
        cell(amount, AMOUNT, right=True),
        cell(f"{share} %", SHARE, right=True),
        bar,
    )


class BudgetPanel(Static):
    """Shows the budget of one result."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="budget", markup=False)
        self._say = say
        self._shown: tuple[Measured, PlannedPoint] | None = None

    def show(self, state: RunState, *points: Planned | None) -> bool:
        """Show the budget of the first of `points` that has a result; return whether one has."""
        found = None
        for point in points:
            outcome = state.results.get((state.phase, point.id)) if point else None
            if isinstance(point, PlannedPoint) and isinstance(outcome, Measured):
                found = outcome, point
                break
        if found != self._shown:
            self._shown = found
            self._write()
        return found is not None

    def on_resize(self) -> None:
        """Fit the bars to the width."""
        self._write()

    def _write(self) -> None:
        self.set_class(self._shown is None, "empty")
        if self._shown is not None:
            measured, point = self._shown
            title = f"{self._say('Uncertainty budget')}   {point_name(point, self._say)}"
            self.border_title = escape(title)
            self.update(budget(measured, point, self.size.width, self._say), layout=False)
