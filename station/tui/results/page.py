"""One result: its points side by side, where it stands, and what can be done with it."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from station.errors import StationError, told
from station.locale import N_
from station.run.plan import PlannedPoint
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.cells import SCROLL_BAR, heading, widths
from station.tui.parts.errand import errand
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows
from station.tui.results.account import account, head
from station.tui.results.acts import KEYS, Act, possible
from station.tui.results.asking import QUESTIONS, asked
from station.tui.results.seen import ResultSeen, ResultWatch
from station.tui.results.side_by_side import columns, row_text, rows_of
from station.tui.run.point import PointScreen

LEGEND = N_("""\
ACTS     ✓ you may do it  ✗ you may not, and why; → what to do about it
STAGES   1 measured  2 reviewed  3 approved  ✓ issued, amended
         ↩ returned  ✗ withdrawn
VERDICTS P pass  CP, CF conditional  F fail  N not assessable

Whoever measured neither reviews nor approves. Tab goes to the account of
the result, which can be scrolled, and back to its points.""")

FIRST_POINT = 1
"""Row of the first point; above it stands its test's heading."""


def _binding(act: Act, word: str) -> Binding:
    return Binding(KEYS[act], f"act('{act.name}')", word, tooltip=act.value)


class ResultScreen(FollowingScreen):
    """One result; it follows what others decide of it meanwhile."""

    CSS_PATH = "results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        _binding(Act.ACCEPT, N_("accept")),
        _binding(Act.APPROVE, N_("approve")),
        _binding(Act.ISSUE, N_("issue")),
        _binding(Act.RETURN, N_("return")),
        _binding(Act.AMEND, N_("amend")),
        _binding(Act.REPLACE, N_("replace")),
        _binding(Act.WITHDRAW, N_("withdraw")),
        Binding("v", "paper", N_("text"), tooltip=N_("the certificate as text")),
        Binding("t", "trace", N_("trace"), tooltip=N_("all that the certificate came from")),
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the result, or why it could not."""

        seen: ResultSeen | StationError

    def __init__(self, desk: Desk, run: str, dut: str, row: int = FIRST_POINT) -> None:
        """Show the result of an item of a run, with the cursor on a row."""
        super().__init__()
        self._desk = desk
        self._of = (run, dut)
        self._row = row
        self._seen: ResultSeen | None = None
        self._busy = False
        watch = ResultWatch(desk, run, dut)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def anew(self, desk: Desk) -> "ResultScreen":
        """Return this page for another desk, at the same row."""
        return ResultScreen(desk, *self._of, self.query_one(Rows).cursor_row)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "results")
        yield Static(id="head", markup=False)
        yield Rows(id="points")
        with VerticalScroll(id="account"):
            yield Static(id="words", markup=False)
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_mount(self) -> None:
        """Let the keys act on the points."""
        self.query_one(Rows).focus()

    def on_result_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        if isinstance(message.seen, StationError):
            self._fail(message.seen)
        elif message.seen is not self._seen:
            first, self._seen = self._seen is None, message.seen
            self._show()
            if first:
                self.query_one(Rows).move_cursor(self._row)
            self.refresh_bindings()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the width."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is to be done at this stage."""
        seen = self._seen
        if action == "act":
            return seen is not None and Act[str(parameters[0])] in possible(seen.case)
        if action == "trace":
            return seen is not None and bool(seen.case.number)
        return seen is not None or action != "paper"

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Show what a point rests on."""
        seen = self._seen
        if seen is None:
            return
        point = rows_of(seen.state, self._desk.say)[event.row]
        if isinstance(point, PlannedPoint):
            self.app.push_screen(PointScreen(seen.state, point, self._desk.say))

    def action_act(self, name: str) -> None:
        """Ask what is needed, then do it; say at once why it may not be done."""
        seen, act = self._seen, Act[name]
        if seen is None or self._busy:
            return
        refused = next((one for one in seen.may if one.act is act and one.why_not), None)
        if refused is None:
            self.carry_out(act, seen)
        else:
            way = f" → {refused.way_out}" if refused.way_out else ""
            self._word(f"✗ {refused.why_not}{way}")

    def action_paper(self) -> None:
        """Show the certificate as text."""
        from station.tui.results.paper import PaperScreen

        if self._seen is not None:
            self.app.push_screen(PaperScreen(self._desk, self._seen.case))

    def action_trace(self) -> None:
        """Show all that the certificate came from."""
        from station.tui.results.tree import TraceScreen

        if self._seen is not None and self._seen.case.number:
            self.app.push_screen(TraceScreen(self._desk, self._seen.case.number))

    @work
    async def carry_out(self, act: Act, seen: ResultSeen) -> None:
        """Ask what is needed, write it down, and say what became of it."""
        self._busy = True
        try:
            write = await asked(self.app, self._desk, seen, act)
            if write is not None:
                if act not in QUESTIONS:
                    self._word(self._desk.say("The certificate is being made…"))
                self._word(await errand(write))
        except StationError as error:
            self._fail(error)
        finally:
            self._busy = False
        # What was decided is seen at once.
        self._lookout.send(lambda: None)

    def _show(self) -> None:
        seen, say = self._seen, self._desk.say
        if seen is None:
            return
        shown = columns(seen.state)
        shared = widths(shown, self.size.width - SCROLL_BAR)
        rows = rows_of(seen.state, say)
        self.query_one("#head", Static).update(head(seen, say, self.size.width))
        self.query_one(Rows).replace(
            heading(shown, shared, say),
            Drawn(len(rows), lambda row: row_text(rows[row], seen.state, shown, shared, say)),
        )
        self.query_one("#words", Static).update(account(seen, say))

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)

    def _fail(self, error: StationError) -> None:
        self._word(f"✗ {told(error, self._desk.say)}")
