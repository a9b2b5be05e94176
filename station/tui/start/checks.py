"""The checklist of a new run as text: what is refused first, each with what to do about it."""

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from station.tui.parts.words import Speech, about
from station.tui.start.ready import Ready


class Checks(VerticalScroll):
    """A summary, and a line for each thing that was looked at."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="checks", can_focus=False)
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(id="summary", markup=False)
        yield Static(id="lines", markup=False)

    def show(self, ready: Ready | None) -> None:
        """Show what was found; None while it is being looked for."""
        self.query_one("#summary", Static).update(summary(ready, self._say))
        if ready is not None:
            self.query_one("#lines", Static).update(lines(ready))


def summary(ready: Ready | None, say: Speech) -> str:
    """Return whether a run can begin, and how long it takes."""
    if ready is None:
        return say("… being checked")
    if ready.refused:
        text = say("✗ {refused} of {all} refused")
        return text.format(refused=len(ready.refused), all=len(ready.lines))
    text = say("✓ ready: {points} points, about {time}")
    return text.format(points=ready.points, time=about(ready.seconds, say))


def lines(ready: Ready) -> Table:
    """Return all that was looked at."""
    table = Table.grid(padding=(0, 1))
    for line in (*ready.refused, *(one for one in ready.lines if not one.way_out)):
        mark = Text("✗", "bold red") if line.way_out else Text("✓", "green")
        table.add_row(mark, Text.assemble((line.subject, "bold"), f"  {line.finding}"))
        if line.way_out:
            table.add_row("", Text(f"→ {line.way_out}"))
    return table
