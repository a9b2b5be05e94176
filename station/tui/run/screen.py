"""One run: where it stands, its points, the present readings, and what it asks for."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import ModalScreen, Screen

from station.errors import StationError
from station.locale import N_
from station.run.entries import PromptKind
from station.run.inbox import Abort, Answer, Command, Note, Remove, Skip, Void, send
from station.run.live import LiveView
from station.run.plan import Phase, PlannedObservation
from station.run.state import RunState, Status
from station.tui.desk import Desk
from station.tui.parts.dialogs import AbortDialog
from station.tui.parts.errand import errand
from station.tui.parts.lookout import Lookout
from station.tui.parts.numbers import as_typed
from station.tui.parts.rows import Rows
from station.tui.parts.words import PHASE
from station.tui.run.budget import BudgetPanel
from station.tui.run.chart import ReadingsChart
from station.tui.run.commands import (
    NoteDialog,
    pause_or_go_on,
    remove_dialog,
    skip_dialog,
    void_dialog,
)
from station.tui.run.head import Head
from station.tui.run.hints import Hints, Selected
from station.tui.run.look import RunLook, RunLooks
from station.tui.run.notice import Notice, deaf
from station.tui.run.point import PointScreen, was_measured
from station.tui.run.points import PointsTable
from station.tui.run.present import at_work, to_show
from station.tui.run.prompt import AnswerEntry, PromptPanel
from station.tui.run.readings import ReadingsLine
from station.tui.run.taking_up import taken_up
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
silent for 5 s is gone: `station resume RUN` takes the run up again.""")


@dataclass
class RunLooked(Message):
    """The lookout saw the run, or why it could not."""

    seen: RunLook | StationError


class RunScreen(Screen[None]):
    """Watches one run and sends what its operator says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "confirm", N_("done"), tooltip=N_("confirm what a prompt asks to be done")),
        Binding("p", "pause", N_("pause"), tooltip=N_("pause, outputs in standby; or go on")),
        Binding("a", "abort", N_("abort"), tooltip=N_("end the run for good; asks, then Shift+A")),
        Binding("v", "void", N_("void"), tooltip=N_("void the selected point, measure it again")),
        Binding("s", "skip", N_("leave out"), tooltip=N_("leave the point out, and say why")),
        Binding("n", "note", N_("note"), tooltip=N_("a note or photo to the selected point")),
        Binding("w", "wire", N_("wires"), tooltip=N_("what went over the wires in this run")),
        Binding("f", "phase", N_("found/left"), tooltip=N_("how it was found, or how it is left")),
        Binding("r", "remove", N_("take out"), tooltip=N_("take the selected item out of the run")),
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
        """Begin to look."""
        self.query_one(PointsTable).focus()
        self._lookout.start()

    def on_unmount(self) -> None:
        """Let the thread end."""
        self._lookout.stop()

    @property
    def _seen(self) -> RunSeen:
        return self._look.seen

    def poll(self) -> None:
        """Look now, in the caller's thread."""
        self._lookout.once()

    def on_run_looked(self, message: RunLooked) -> None:
        """Show what was seen; keep the last picture while the store does not answer."""
        if isinstance(message.seen, StationError):
            self.query_one(Notice).show(self._seen, message.seen)
            return
        if message.seen.seen.state.length > self._seen.state.length:
            self._word("")
        self._say_who_answered(message.seen.seen)
        self._look = message.seen
        self._show()
        self.query_one(Notice).show(self._seen, None)

    def _say_who_answered(self, seen: RunSeen) -> None:
        """Say who answered, if somebody was faster than whoever looks at the prompt here."""
        answered = seen.answered
        if answered is None or answered == self._seen.answered:
            return
        if self.query_one(PromptPanel).was_first(answered):
            say, value = self._desk.say, as_typed(answered.value, self._desk.say.notation)
            words = say("{by} answered first: {value}") if value else say("{by} answered first.")
            self.query_one(Notice).keep(f"✓ {words.format(by=answered.by, value=value)}")

    def on_resize(self, event: events.Resize) -> None:
        """A narrow terminal shows either the chart or the prompt; a low one shows no chart."""
        self.set_class(event.size.width < NARROW, "narrow")
        self.set_class(event.size.height >= ROOMY, "roomy")
        self.set_class(event.size.height >= TALL, "tall")
        self.set_class(event.size.height >= VAST, "vast")

    def _show(self) -> None:
        state = self._seen.state
        self.query_one(Head).show(self._look)
        self.query_one(PointsTable).show(self._look, at_work(self._look))
        prompt = state.prompt if state.status is Status.ASKING else None
        if self.query_one(PromptPanel).show(prompt, state.begun):
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
        selected = Selected(table.has_result, table.is_open, table.chosen_dut)
        typing = isinstance(self.focused, AnswerEntry)
        self.query_one(Hints).show(self._seen, selected, typing=typing)
        shown, live = to_show(self._look, table.chosen), self._seen.live
        self.query_one(ReadingsChart).show(shown, live)
        self.query_one(ReadingsLine).show(shown, live)
        self.query_one(BudgetPanel).show(self._seen.state, table.chosen, shown.what)
        self.set_class(shown.what is None and live.approach is None, "unmeasured")
        observes = isinstance(shown.what, PlannedObservation) and live.approach is None
        self.set_class(observes, "observing")

    def on_prompt_panel_given(self, message: PromptPanel.Given) -> None:
        """Send the answer."""
        if not self._refused(deaf(self._seen)):
            answer = Answer(prompt=message.prompt.prompt, value=message.value, by=self._desk.by)
            self._send(answer, N_("Answer sent."))

    def on_rows_chosen(self) -> None:
        """Show what the selected point rests on; what there is nothing of has no page."""
        point, state = self.query_one(PointsTable).chosen, self._seen.state
        if point is None:
            return
        if was_measured(point, state):
            self.app.push_screen(PointScreen(state, point, self._desk.say))
        else:
            self._word(N_("Not measured yet."))

    def action_confirm(self) -> None:
        """Confirm what a prompt asks to be done."""
        self.query_one(PromptPanel).confirm()

    def action_pause(self) -> None:
        """Pause, or go on."""
        if not self._refused(deaf(self._seen)):
            self._send(*pause_or_go_on(self._seen.state.status, self._desk.by))

    @work(group="take up")
    async def action_take_up(self) -> None:
        """Start another engine for a run that has none."""
        if self._seen.alive or self._seen.state.ended:
            self._word(N_("The run has ended, or its engine lives: there is nothing to take up."))
            return
        self._word(N_("The engine is starting…"))
        try:
            failure = await errand(lambda: taken_up(self._desk, self._run))
        except StationError as error:
            failure = str(error)
        self.query_one(Notice).word(f"✗ {failure}" if failure else "")

    def action_abort(self) -> None:
        """Ask, then end the run for good."""
        if not self._refused(deaf(self._seen)):
            self._ask(AbortDialog(self._desk.say), Abort(by=self._desk.by), N_("Sent: abort."))

    def action_void(self) -> None:
        """Ask for a reason, then have the selected point measured again."""
        point = self.query_one(PointsTable).chosen
        if point is None or self._refused(deaf(self._seen)):
            return
        if not self.query_one(PointsTable).has_result:
            self._word(N_("That point has no result yet: there is nothing to void."))
            return
        void = Void(point=point.id, reason="", by=self._desk.by)
        self._ask(void_dialog(point, self._desk.say), void, N_("Sent: void and retest."))

    def action_skip(self) -> None:
        """Ask for a reason, then have the selected point left out."""
        table = self.query_one(PointsTable)
        if table.chosen is None or self._refused(deaf(self._seen)):
            return
        if not table.is_open:
            self._word(N_("That point has a result, or is left out: only void changes that."))
            return
        skip = Skip(point=table.chosen.id, reason="", by=self._desk.by)
        self._ask(skip_dialog(table.chosen, self._desk.say), skip, N_("Sent: leave it out."))

    def action_note(self) -> None:
        """Have a remark on the selected point written down."""
        point = self.query_one(PointsTable).chosen
        if point is None or self._refused(deaf(self._seen)):
            return

        def write(note: Note | None) -> None:
            if note is not None:
                self._send(note, N_("Sent: the note."))

        self.app.push_screen(NoteDialog(point, self._desk.by, self._desk.say), write)

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

    def action_remove(self) -> None:
        """Ask for a reason, then have the selected item taken out; the others go on."""
        dut, state = self.query_one(PointsTable).chosen_dut, self._seen.state
        if self._refused(deaf(self._seen)):
            return
        if dut is None:
            self._word(
                N_("Choose a result row of the item that is to be taken out.")
                if len(state.duts) > 1
                else N_("The run has only one item: abort ends it.")
            )
            return
        if dut not in state.taking_part or len(state.taking_part) == 1:
            self._word(N_("That item cannot be taken out: it is out already, or the last one."))
            return
        command = Remove(dut=dut, reason="", by=self._desk.by)
        self._ask(remove_dialog(dut, state, self._desk.say), command, N_("Sent: take it out."))

    def action_back(self) -> None:
        """Leave the entry first, then the screen; the run goes on."""
        if isinstance(self.focused, PointsTable):
            self.app.pop_screen()
        else:
            self.query_one(PointsTable).focus()

    def _ask(
        self, dialog: ModalScreen[str | None], command: Abort | Void | Skip | Remove, word: str
    ) -> None:
        """Ask for the reason of `command`, then send it."""

        def sure(reason: str | None) -> None:
            if reason is not None:
                self._send(command.model_copy(update={"reason": reason}), word)

        self.app.push_screen(dialog, sure)

    def _refused(self, why: str | None) -> bool:
        """Say why something cannot be done; return whether there was a reason."""
        if why is not None:
            self._word(why)
        return why is not None

    def _send(self, command: Command, word: str) -> None:
        desk, run = self._desk, self._run
        self._lookout.send(lambda: send(desk.store, run, command, desk.wall.now()))
        self._word(word)

    def _word(self, text: str) -> None:
        self.query_one(Notice).word(self._desk.say(text))
