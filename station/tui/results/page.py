"""One result: its points side by side, where it stands, and what can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from station.errors import StationError
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
from station.tui.results import doors
from station.tui.results.account import account, head
from station.tui.results.acts import KEYS, Act, possible
from station.tui.results.dialogs import Decision, DecisionDialog, IssueDialog
from station.tui.results.doors import Wish
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

QUESTIONS = {
    Act.ACCEPT: N_("Accept these results?"),
    Act.RETURN: N_("Return these results? Somebody measures anew, or reviews again."),
    Act.APPROVE: N_("Approve the certificate? It may be issued then."),
    Act.WITHDRAW: N_("Withdraw certificate {number}? It is no longer valid then, for good."),
}
REASONED = (Act.RETURN, Act.WITHDRAW)
"""Acts that need a reason."""


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
        _binding(Act.WITHDRAW, N_("withdraw")),
        Binding("v", "paper", N_("text"), tooltip=N_("the certificate as text")),
        Binding("t", "trace", N_("trace"), tooltip=N_("all that the certificate came from")),
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the result, or why it could not."""

        seen: ResultSeen | StationError

    def __init__(self, desk: Desk, run: str, dut: str) -> None:
        super().__init__()
        self._desk = desk
        self._seen: ResultSeen | None = None
        self._busy = False
        watch = ResultWatch(desk, run, dut)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

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
            self._word(f"✗ {message.seen}")
        elif message.seen is not self._seen:
            self._seen = message.seen
            self._show()
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
        if refused is not None:
            way = f" → {refused.way_out}" if refused.way_out else ""
            self._word(f"✗ {refused.why_not}{way}")
        elif act in QUESTIONS:
            self._ask(act, seen)
        else:
            self._ask_paper(seen)

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

    def _ask(self, act: Act, seen: ResultSeen) -> None:
        say = self._desk.say
        question = say(QUESTIONS[act]).format(number=seen.case.number)
        items = 1 if act is Act.WITHDRAW else len(seen.duts)
        dialog = DecisionDialog(question, say, needs_reason=act in REASONED, items=items)

        def take(decision: Decision | None) -> None:
            if decision is not None:
                self.decide(act, seen, decision)

        self.app.push_screen(dialog, take)

    @work
    async def _ask_paper(self, seen: ResultSeen) -> None:
        desk, say = self._desk, self._desk.say
        try:
            fields = await errand(lambda: doors.asked(desk, seen))
        except StationError as error:
            self._word(f"✗ {error}")
            return
        number, amends = seen.case.number, bool(seen.case.number)
        title = say("Issue in the place of {number}") if amends else say("Issue the certificate")
        dialog = IssueDialog(title.format(number=number), fields, desk, amends=amends)

        def take(wish: Wish | None) -> None:
            if wish is not None:
                self.certify(seen, wish)

        self.app.push_screen(dialog, take)

    @work
    async def decide(self, act: Act, seen: ResultSeen, decision: Decision) -> None:
        """Write it down."""
        desk = self._desk

        def write() -> str:
            doors.decide(desk, seen, act, decision.reason, whole=decision.whole)
            return desk.say("Written down.")

        await self._do(write)

    @work
    async def certify(self, seen: ResultSeen, wish: Wish) -> None:
        """Issue or amend, and say where the files are."""
        desk = self._desk

        def write() -> str:
            number, pdf = doors.certify(desk, seen.case, wish)
            told = desk.say("✓ {number} is issued: {path}, and the XML beside it.")
            return f"{told.format(number=number, path=pdf)} {doors.remember(desk, wish)}".rstrip()

        self._word(desk.say("The certificate is being made…"))
        await self._do(write)

    async def _do(self, write: Callable[[], str]) -> None:
        self._busy = True
        try:
            self._word(await errand(write))
        except StationError as error:
            self._word(f"✗ {error}")
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
        self.query_one("#head", Static).update(head(seen, say))
        self.query_one(Rows).replace(
            heading(shown, shared, say),
            Drawn(len(rows), lambda row: row_text(rows[row], seen.state, shown, shared, say)),
        )
        self.query_one("#words", Static).update(account(seen, say))

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)
