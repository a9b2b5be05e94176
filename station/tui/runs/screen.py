"""The list of runs, live."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from station.errors import StationError
from station.locale import N_
from station.tui.desk import Desk, OpenRun
from station.tui.parts.bar import Bar
from station.tui.parts.cells import SCROLL_BAR, Column, cell, heading, widths
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import VERDICT_STYLE, about, verdict_word, whole_verdict
from station.tui.runs.watch import RunLine, RunsWatch

COLUMNS = (
    Column("run", N_("Run"), 16, 18),
    Column("simulated", "", 4, 4),
    Column("item", N_("Item"), 12, 34),
    Column("procedure", N_("Procedure"), 10, 12),
    # The first to go in a narrow terminal: one laboratory has few benches.
    Column("bench", N_("Bench"), 0, 18),
    Column("status", N_("Status"), 11, 22),
    Column("progress", N_("Points"), 7, 10, right=True),
    Column("left", N_("Left"), 8, 9, right=True),
    Column("verdict", N_("Verdict"), 11, 21),
)

LEGEND = N_("""\
A run is carried out by an engine of its own; these screens only watch it
and send it answers and commands. Closing a screen does not stop a run.

LETTERS  R running  Q asking  P paused  E fault  A aborted  D done
         S silent  [S] simulated instruments
VERDICTS P pass  CP, CF conditional  F fail  N not assessable

An engine that is silent for 5 s is gone: `station resume RUN` takes the run
up again.""")


class RunsScreen(FollowingScreen):
    """All runs of the store, the newest first; rows are written in place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "app.section('start')", N_("new run"), tooltip=N_("start a run"))
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the runs, or why it could not."""

        seen: tuple[RunLine, ...] | StationError

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lines: tuple[RunLine, ...] = ()
        watch = RunsWatch(desk.store, desk.wall)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "runs")
        yield Rows(id="runs")
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the new width."""
        self._rebuild(self._lines)

    def on_runs_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        if isinstance(message.seen, StationError):
            self._notice(f"✗ {message.seen.told(self._desk.say)}")
            return
        before, self._lines = self._lines, message.seen
        if [line.id for line in before] != [line.id for line in self._lines]:
            self._rebuild(before)
        else:
            for row, (old, new) in enumerate(zip(before, self._lines, strict=True)):
                if old != new:
                    self.query_one(Rows).changed(row)
        self._notice("" if self._lines else self._desk.say("No run yet. Press n to start one."))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open the run."""
        self.post_message(OpenRun(self._lines[event.row].id))

    def _notice(self, text: str) -> None:
        notice = self.query_one("#notice", Static)
        if text != notice.content:
            notice.update(text)

    def _rebuild(self, before: tuple[RunLine, ...]) -> None:
        table = self.query_one(Rows)
        ids = [line.id for line in self._lines]
        chosen = before[table.cursor_row].id if table.cursor_row < len(before) else None
        head = heading(COLUMNS, self._widths(), self._desk.say)
        table.replace(head, Drawn(len(self._lines), lambda row: self._row(self._lines[row])))
        if chosen in ids:
            table.move_cursor(ids.index(chosen))

    def _row(self, line: RunLine) -> Text:
        say, shared = self._desk.say, self._widths()
        progress = f"{line.done}/{line.total}" if line.total else ""
        left = f"≈{about(line.seconds_left, say)}" if line.seconds_left else ""
        verdict = whole_verdict(verdict_word(line.verdict, say), shared[-1])
        names = (line.id, "[S]" if line.simulated else "", line.item, line.procedure, line.bench)
        texts = (*names, say(line.standing.value), progress, left, verdict)
        style = VERDICT_STYLE.get(line.verdict, "")
        return Text.assemble(
            *(
                cell(text, width, style if column.key == "verdict" else "", right=column.right)
                for column, width, text in zip(COLUMNS, shared, texts, strict=True)
            )
        )

    def _widths(self) -> tuple[int, ...]:
        return widths(COLUMNS, self.size.width - SCROLL_BAR)
