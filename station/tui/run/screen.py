"""One run: where it stands, its points, the present readings, and what it asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from station.errors import StationError
from station.locale import N_
from station.run.entries import PromptKind
from station.run.inbox import Abort, Answer, Command, send
from station.run.live import LiveView
from station.run.plan import Phase, PlannedObservation
from station.run.state import RunState, Status
from station.tui.desk import Desk
from station.tui.parts.dialogs import AbortDialog
from station.tui.parts.errand import errand
from station.tui.parts.following import FollowingScreen
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Rows
from station.tui.parts.words import PHASE
from station.tui.run.budget import BudgetPanel
from station.tui.run.chart import ReadingsChart
from station.tui.run.head import Head
from station.tui.run.hints import Hints
from station.tui.run.look import RunLook, RunLooks
from station.tui.run.notice import KEPT, Notice, deaf
from station.tui.run.point import PointScreen, was_measured
from station.tui.run.points import PointsTable
from station.tui.run.present import at_work, to_show
from station.tui.run.prompt import AnswerEntry, PromptPanel
from station.tui.run.readings import ReadingsLine
from station.tui.run.requests import REQUESTS
from station.tui.run.taking_up import ended, taken_up
from station.tui.run.wire import WireScreen
from station.tui.runs.watch import RunSeen, RunWatch

NARROW, ROOMY, TALL, VAST = 110, 30, 36, 50
"""Below `ROOMY` lines a chart would have fewer than seven rows, and mislead: figures are shown."""


LEGEND = N_("""\
Enter shows budget, readings and wire dialogue of the selected point.
Tab goes between table and answer.

LETTERS  R running  Q asking  P paused  E fault  A aborted  D done
         S silent
VERDICTS P pass  CP, CF conditional  F fail  N not assessable
BAR      │ tolerance limit  ░ guard band  ● error  ─ ± U  ◀ ▶ beyond

Outputs go to standby at a pause, an abort and a fault. An engine that is
silent for 5 s is gone: u takes the run up again.
The cursor goes with the run until it is moved; g brings it back.""")


@dataclass
class RunLooked(Message):
    """The lookout saw the run, or why it could not."""

    seen: RunLook | StationError


class RunScreen(FollowingScreen):
    """Watches one run and sends what its operator says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "confirm", N_("done"), tooltip=N_("confirm what a prompt asks to be done")),
        Binding(
            "p", "ask('pause')", N_("pause"), tooltip=N_("pause, outputs in standby; or go on")
        ),
        Binding("a", "abort", N_("abort"), tooltip=N_("end the run for good; asks, then Shift+A")),
        Binding(
            "v", "ask('void')", N_("void"), tooltip=N_("void the selected point, measure it again")
        ),
        Binding(
            "s", "ask('skip')", N_("leave out"), tooltip=N_("leave the point out, and say why")
        ),
        Binding(
            "n", "ask('note')", N_("note"), tooltip=N_("a note or photo to the selected point")
        ),
        Binding("w", "wire", N_("wires"), tooltip=N_("what went over the wires in this run")),
        Binding("f", "phase", N_("found/left"), tooltip=N_("how it was found, or how it is left")),
        Binding(
            "r",
            "ask('remove')",
            N_("take out"),
            tooltip=N_("take the selected item out of the run"),
        ),
        Binding("g", "catch_up", N_("present"), tooltip=N_("to where the run is, and with it")),
        Binding("u", "take_up", N_("take up"), tooltip=N_("take a run up whose engine is gone")),
        Binding("q,escape", "back", N_("back"), tooltip=N_("to the table; to the list of runs")),
    ]
    HELP = LEGEND

    def __init__(self, desk: Desk, run: str) -> None:
        super().__init__()
        self._desk = desk
        self._run = run
        self._look = RunLook(RunSeen(RunState(), False, LiveView()))
        look = RunLooks(RunWatch(desk.store, run, desk.wall).look).look
        self._lookout = Lookout(look, lambda seen: self.post_message(RunLooked(seen)), desk.wall)

    def anew(self, desk: Desk) -> "RunScreen":
        """Return this page for another desk."""
        return RunScreen(desk, self._run)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        say = self._desk.say
        yield Head(self._run, self._desk.wall, say)
        yield PointsTable(say)
        with Horizontal(id="below"):
            yield ReadingsLine(say)
            yield ReadingsChart(say)
            yield BudgetPanel(say)
            yield PromptPanel(say)
        yield Notice(say)
        yield Hints(say)

    def on_mount(self) -> None:
        """The keys are for the table, until something is asked."""
        self.query_one(PointsTable).focus()

    @property
    def _seen(self) -> RunSeen:
        return self._look.seen

    def on_run_looked(self, message: RunLooked) -> None:
        """Show what was seen; keep the last picture while the store does not answer."""
        if isinstance(message.seen, StationError):
            self.query_one(Notice).show(self._seen, message.seen)
            return
        if message.seen.seen.state.length > self._seen.state.length:
            self._word("")
        self._say_what_came_of_it(message.seen.seen)
        self._look = message.seen
        self._show()
        self.query_one(Notice).show(self._seen, None)

    def _say_what_came_of_it(self, seen: RunSeen) -> None:
        """Say what was declined that was asked for here, and who was faster with an answer."""
        notice, declined, answered = self.query_one(Notice), seen.declined, seen.answered
        if declined not in (None, self._seen.declined) and declined.by == self._desk.by:
            notice.declined_here(declined, seen.state)
        if answered in (None, self._seen.answered):
            return
        if self.query_one(PromptPanel).was_first(answered):
            notice.answered_first(answered)

    def on_resize(self, event: events.Resize) -> None:
        """A narrow terminal shows either the chart or the prompt; a low one shows no chart."""
        self.set_class(event.size.width < NARROW, "narrow")
        for least, name in ((ROOMY, "roomy"), (TALL, "tall"), (VAST, "vast")):
            self.set_class(event.size.height >= least, name)

    def _show(self) -> None:
        state = self._seen.state
        self.query_one(Head).show(self._look)
        self.query_one(PointsTable).show(self._look, at_work(self._look))
        prompt = state.prompt if state.status is Status.ASKING else None
        if self.query_one(PromptPanel).show(prompt, state.begun, self._seen.taken_back):
            self.set_class(prompt is not None, "asking")
            to_type = prompt is not None and prompt.wants is not PromptKind.CONFIRM
            if not (to_type or isinstance(self.focused, PointsTable)):
                self.query_one(PointsTable).focus()
        self.show_selected()

    @on(Rows.Moved)
    @on(events.DescendantFocus)
    def show_selected(self) -> None:
        """Show what the keys do now, and what the selected row rests on."""
        table = self.query_one(PointsTable)
        selected = table.selected
        typing = isinstance(self.focused, AnswerEntry)
        self.query_one(Hints).show(self._seen, selected, typing=typing)
        shown, live = to_show(self._look, selected.point), self._seen.live
        self.query_one(ReadingsChart).show(shown, live)
        self.query_one(ReadingsLine).show(shown, live)
        has_budget = self.query_one(BudgetPanel).show(self._seen.state, selected.point, shown.what)
        self.set_class(shown.what is None and live.approach is None, "unmeasured")
        observes = isinstance(shown.what, PlannedObservation) and live.approach is None
        self.set_class(observes and not has_budget, "observing")

    def on_prompt_panel_given(self, message: PromptPanel.Given) -> None:
        """Send the answer; where no engine is, it stays in the entry."""
        why, prompt, panel = deaf(self._seen), message.prompt, self.query_one(PromptPanel)
        if why is None:
            panel.sent(message)
            self._send(Answer(prompt=prompt.prompt, value=message.value, by=self._desk.by))
        elif prompt.wants is PromptKind.CONFIRM:
            self._word(why)
        else:
            panel.tell(self._desk.say(KEPT))

    def on_rows_chosen(self) -> None:
        """Show what the selected point rests on; what there is nothing of has no page."""
        point, state = self.query_one(PointsTable).selected.point, self._seen.state
        if point is None:
            return
        if was_measured(point, state):
            self.app.push_screen(PointScreen(state, point, self._desk.say))
        else:
            self._word(N_("Not measured yet."))

    def action_confirm(self) -> None:
        """Confirm what a prompt asks to be done."""
        self.query_one(PromptPanel).confirm()

    @work(group="take up")
    async def action_take_up(self) -> None:
        """Start another engine for a run that has none."""
        if self._seen.alive or self._seen.state.ended:
            self._word(N_("The run has ended, or its engine lives: there is nothing to take up."))
            return
        self._word(N_("The engine is starting…"))
        await self._tell_failure(lambda: taken_up(self._desk, self._run))

    def action_abort(self) -> None:
        """End the run for good: its engine does, and where it has none a process of its own."""
        if self._seen.state.ended:
            self._word(deaf(self._seen) or "")
        else:
            self.app.push_screen(AbortDialog(self._desk.say), self._abort)

    def _abort(self, reason: str | None) -> None:
        # Whether there is an engine is asked only now: it may have died while the reason was typed.
        if reason is None:
            return
        if self._seen.heard:
            self._send(Abort(by=self._desk.by, reason=reason))
            self._word(N_("Sent: abort."))
        else:
            self._word(N_("The run is being ended; its bench is put to standby first…"))
            self._end_for(reason)

    @work(group="take up")
    async def _end_for(self, reason: str) -> None:
        await self._tell_failure(lambda: ended(self._desk, self._run, reason))

    async def _tell_failure(self, process: Callable[[], str | None]) -> None:
        """Let a process do its work, and say why it failed if it did."""
        try:
            failure = await errand(process)
        except StationError as error:
            failure = error.told(self._desk.say)
        self.query_one(Notice).word(f"✗ {failure}" if failure else "")

    def action_wire(self) -> None:
        """Show what went over the wires."""
        self.app.push_screen(WireScreen(self._desk, self._run))

    def action_phase(self) -> None:
        """Show how the item was found, or how it is left after its adjustment."""
        if self._seen.state.phase is Phase.AS_FOUND:
            self._word(N_("The item was not adjusted: it is as it was found."))
            return
        shown = self.query_one(PointsTable).show_other_phase()
        self._word(f"■ {self._desk.say(PHASE[shown])}")
        self.show_selected()

    def action_catch_up(self) -> None:
        """Go to where the run is; the cursor goes with it again."""
        self.query_one(PointsTable).catch_up()

    def action_back(self) -> None:
        """Leave the entry first, then the screen; the run goes on."""
        if isinstance(self.focused, PointsTable):
            self.app.pop_screen()
        else:
            self.query_one(PointsTable).focus()

    def action_ask(self, what: str) -> None:
        """Ask something of the run, after what is missing for it; or say why not."""
        selected = self.query_one(PointsTable).selected
        request = deaf(self._seen) or REQUESTS[what](self._seen, selected, self._desk)
        if isinstance(request, str):
            self._word(request)
            return

        def go_ahead(given: object) -> None:
            if given is None:
                return
            # The run went on while the dialog was open.
            why_not = deaf(self._seen) or request.too_late(self._seen.state)
            if why_not is None:
                self._send(request.command(given))
            self._word(why_not or request.word)

        if request.dialog is None:
            go_ahead("")
        else:
            self.app.push_screen(request.dialog, go_ahead)

    def _send(self, command: Command) -> None:
        desk, run = self._desk, self._run
        self._lookout.send(lambda: send(desk.store, run, command, desk.wall.now()))

    def _word(self, text: str) -> None:
        self.query_one(Notice).word(self._desk.say(text))
