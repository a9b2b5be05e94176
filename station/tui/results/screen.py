"""All results, the newest first: typing narrows the list, Enter opens one."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from station.clock import ZONE
from station.errors import StationError
from station.locale import N_
from station.register.lives import Stage
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.cells import SCROLL_BAR, Column, cell, heading, widths
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import VERDICT_STYLE, verdict_word
from station.tui.results.finished import STAGE, ResultLine, ResultsWatch, narrowed
from station.tui.results.page import ResultScreen

COLUMNS = (
    Column("stage", N_("Stage"), 14, 15),
    Column("number", N_("No."), 12, 13),
    Column("item", N_("Item"), 19, 42),
    Column("procedure", N_("Procedure"), 10, 17),
    Column("at", N_("Finished"), 11, 17),
    Column("verdict", N_("Verdict"), 12, 20),
)

STAGE_STYLE = {
    Stage.RETURNED: "bold yellow",
    Stage.ISSUED: "green",
    Stage.AMENDED: "green",
    Stage.WITHDRAWN: "bold red",
}

LEGEND = N_("""\
What is typed after / narrows the list: certificate, serial number, item,
procedure, run and stage, several words together, with accents or without.

STAGES   1 measured  2 reviewed  3 approved  ✓ issued, amended
         ↩ returned  ✗ withdrawn
VERDICTS P pass  CP, CF conditional  F fail  N not assessable
[S]      simulated""")


class ResultsScreen(FollowingScreen):
    """The list of results; it follows what others decide."""

    CSS_PATH = "results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", N_("find"), tooltip=N_("only results with the words typed")),
        Binding("f", "stage", N_("stage"), tooltip=N_("only results of one stage, then the next")),
        Binding("escape", "back", show=False),
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the results, or why it could not."""

        seen: tuple[ResultLine, ...] | StationError

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._all: tuple[ResultLine, ...] | None = None
        self._shown: tuple[ResultLine, ...] = ()
        self._stage: Stage | None = None
        watch = ResultsWatch(desk.store)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        say = self._desk.say
        yield Bar(self._desk, "results")
        with Horizontal(id="search"):
            yield Input(compact=True, id="words", placeholder=say("/ find"))
            yield Static(id="count", markup=False)
        yield Rows(id="results")
        yield Static(id="notice", markup=False)
        yield Footer(say)

    def on_mount(self) -> None:
        """Let the keys act; typing begins with a slash."""
        self.query_one(Rows).focus()

    def on_results_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        if isinstance(message.seen, StationError):
            self.query_one("#notice", Static).update(f"✗ {message.seen}")
        elif message.seen is not self._all:
            self._all = message.seen
            self._show()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the width."""
        self._show()

    def on_input_changed(self) -> None:
        """Narrow the list."""
        self._show()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.query_one(Rows).focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open the result."""
        line = self._shown[event.row]
        self.app.push_screen(ResultScreen(self._desk, line.run, line.dut))

    def action_find(self) -> None:
        """Type what is looked for."""
        self.query_one("#words", Input).focus()

    def action_stage(self) -> None:
        """Show one stage alone, then the next, then all again."""
        order = [None, *STAGE]
        self._stage = order[(order.index(self._stage) + 1) % len(order)]
        self._show()

    def action_back(self) -> None:
        """Leave the entry; then show all again."""
        rows, words = self.query_one(Rows), self.query_one("#words", Input)
        if self.focused is rows:
            self._stage = None
        rows.focus()
        words.clear()
        self._show()

    def _show(self) -> None:
        if self._all is None:
            return
        rows, say = self.query_one(Rows), self._desk.say
        words = self.query_one("#words", Input).value
        at = self._shown[rows.cursor_row] if rows.cursor_row < len(self._shown) else None
        shown = self._shown = narrowed(self._all, words, self._stage, say)
        shared = widths(COLUMNS, self.size.width - SCROLL_BAR)
        rows.replace(
            heading(COLUMNS, shared, say),
            Drawn(len(shown), lambda row: self._row(shown[row], shared)),
        )
        same = [
            n for n, line in enumerate(shown) if at and (line.run, line.dut) == (at.run, at.dut)
        ]
        rows.move_cursor(same[0] if same else 0)
        self._say_how_many(len(self._all))

    def _say_how_many(self, whole: int) -> None:
        say = self._desk.say
        stage = say(STAGE[self._stage]) if self._stage else say("all stages")
        count = say("{shown} of {all}").format(shown=len(self._shown), all=whole)
        self.query_one("#count", Static).update(f"{stage}   {count} ")
        empty = "" if self._shown else say("Nothing here fits.")
        empty = empty if whole else say("No run is finished yet.")
        self.query_one("#notice", Static).update(empty)

    def _row(self, line: ResultLine, shared: tuple[int, ...]) -> Text:
        say = self._desk.say
        form = "%Y-%m-%d %H:%M" if shared[4] > len("2026-11-21 10:00") else "%Y-%m-%d"
        texts = (
            (say(STAGE[line.stage]), STAGE_STYLE.get(line.stage, "")),
            (line.number or "–", ""),
            (f"[S] {line.item}" if line.simulated else line.item, ""),
            (line.procedure, ""),
            (f"{line.at.astimezone(ZONE):{form}}", ""),
            (verdict_word(line.verdict, say), VERDICT_STYLE.get(line.verdict, "")),
        )
        cells = (
            cell(text, width, style) for (text, style), width in zip(texts, shared, strict=True)
        )
        return Text.assemble(*cells)
