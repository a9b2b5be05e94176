"""All results, the newest first: typing narrows the list, Enter opens one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from station.clock import ZONE
from station.errors import StationError, told
from station.locale import N_
from station.register.lives import Stage
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.cells import Column, cell
from station.tui.parts.errand import errand
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.listing import Kind, Listing
from station.tui.parts.lookout import Lookout
from station.tui.parts.words import VERDICT_STYLE, Standing, verdict_word, whole_verdict
from station.tui.results.finished import STAGE, ResultLine, ResultsWatch, narrowed
from station.tui.results.page import ResultScreen

COLUMNS = (
    Column("stage", N_("Stage"), 14, 15),
    Column("number", N_("No. / next"), 12, 14),
    Column("item", N_("Item"), 19, 42),
    Column("procedure", N_("Procedure"), 10, 17),
    Column("at", N_("Finished"), 11, 17),
    Column("verdict", N_("Verdict"), 12, 22),
)

MINUTE = len("2026-11-21 10:00 ")
WIDE_COLUMNS = tuple(replace(each, narrow=MINUTE) if each.key == "at" else each for each in COLUMNS)
"""With hour and minute, which tell the runs of one item apart."""

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
NEXT     → what is to be done now; ▶ by you, if you like
         review, approve: by others than whoever measured; then issue
VERDICTS P pass  CP, CF conditional  F fail  N not assessable
[S]      simulated""")

NOTHING_YET = N_("No run is finished yet. 2 starts one; its results are here when it is done.")


class ResultsScreen(FollowingScreen):
    """The list of results; it follows what others decide."""

    CSS_PATH = "results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mine", N_("mine"), tooltip=N_("only what waits for you; again: all")),
        Binding("f", "stage", N_("stage"), tooltip=N_("only results of one stage, then the next")),
        Binding(
            "v",
            "void",
            N_("void a number"),
            show=False,
            tooltip=N_("give the next certificate number to nothing, for good"),
        ),
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the results, or why it could not."""

        seen: tuple[ResultLine, ...] | StationError

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._stage: Stage | None = None
        self._mine = False
        self._listing = Listing(
            Kind(COLUMNS, self._row, self._narrowed, _about, desk.say(NOTHING_YET), WIDE_COLUMNS),
            desk.say,
        )
        watch = ResultsWatch(desk)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def anew(self, desk: Desk) -> "ResultsScreen":
        """Return this list for another desk, with the same lines at the same place."""
        fresh = ResultsScreen(desk)
        fresh._stage, fresh._mine = self._stage, self._mine
        fresh._listing.begin_as(self._listing)
        return fresh

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "results")
        yield self._listing
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_results_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        if self._listing.take(message.seen):
            self._listing.remark(self._remark())

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Open the result."""
        assert isinstance(event.line, ResultLine)
        self.app.push_screen(ResultScreen(self._desk, event.line.run, event.line.dut))

    def on_listing_all_again(self) -> None:
        """Show what waits for others as well, at every stage."""
        self._keep(None, mine=False)

    def action_mine(self) -> None:
        """Show what waits for whoever sits here alone, or all."""
        self._keep(None, mine=not self._mine)

    def action_stage(self) -> None:
        """Show one stage alone, then the next, then all again."""
        order = [None, *STAGE]
        self._keep(order[(order.index(self._stage) + 1) % len(order)], mine=False)

    @work
    async def action_void(self) -> None:
        """Give a number to nothing, if that is wanted and may be done."""
        from station.tui.results.voiding import asked_number

        try:
            write = await asked_number(self.app, self._desk)
            if write is not None:
                self._word(await errand(write))
        except StationError as error:
            self._word(f"✗ {told(error, self._desk.say)}")

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)

    def _keep(self, stage: Stage | None, *, mine: bool) -> None:
        self._stage, self._mine = stage, mine
        self._listing.remark(self._remark())

    def _narrowed(self, lines: Sequence[ResultLine], words: str) -> tuple[ResultLine, ...]:
        return narrowed(lines, words, self._stage, self._desk.say, mine=self._mine)

    def _remark(self) -> str:
        """Return what is shown alone, and how many results wait for whoever sits here."""
        say = self._desk.say
        if self._mine:
            return f"{say('for you')}   "
        stage = say(STAGE[self._stage]) if self._stage else say("all stages")
        waiting = sum(line.mine for line in self._listing.all or ())
        yours = say("▶ {count} for you").format(count=waiting)
        return f"{yours}   {stage}   " if waiting else f"{stage}   "

    def _row(self, line: ResultLine, shared: Sequence[int]) -> Text:
        say = self._desk.say
        form = "%Y-%m-%d %H:%M" if shared[4] >= MINUTE else "%Y-%m-%d"
        verdict = whole_verdict(verdict_word(line.verdict, say), shared[-1])
        if not line.readable:
            verdict = say(Standing.UNREADABLE.value)
        texts = (
            (say(STAGE[line.stage]), STAGE_STYLE.get(line.stage, "")),
            (self._number(line), "bold" if line.mine else ""),
            (f"[S] {line.item}" if line.simulated else line.item, ""),
            (line.procedure, ""),
            (f"{line.at.astimezone(ZONE):{form}}", ""),
            (verdict, VERDICT_STYLE.get(line.verdict, "" if line.readable else "bold red")),
        )
        cells = (
            cell(text, width, style) for (text, style), width in zip(texts, shared, strict=True)
        )
        return Text.assemble(*cells)

    def _number(self, line: ResultLine) -> str:
        """Return the certificate's number; before it has one, what is to be done."""
        if line.step is None:
            return line.number
        return f"{'▶' if line.mine else '→'} {self._desk.say(line.step.word)}"


def _about(line: ResultLine) -> tuple[str, str]:
    return line.run, line.dut
