"""The bench: every instrument of the bench file, whether it answers, and until when it may."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from station.errors import StationError, told
from station.files import named
from station.locale import N_
from station.tui.bench import door
from station.tui.bench.dialogue import DialogueScreen
from station.tui.bench.door import BenchAt
from station.tui.bench.files import offers, to_begin_with
from station.tui.bench.seen import BenchSeen, InstrumentSeen, asked
from station.tui.bench.table import COLUMNS, account, head, left_as, row
from station.tui.bench.talk import Left
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.cells import SCROLL_BAR, heading, widths
from station.tui.parts.chooser import Chooser
from station.tui.parts.errand import errand
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Rows

LEGEND = N_("""\
ANSWERS     ✓ found  !2 two errors in its queue  ✗ not found, or another
            instrument  – read by hand
CALIBRATED  ✓ until  ! for 30 days at most  ✗ may not be used

Nothing is asked while a run uses the bench: the screen names the run.
Asking who answers empties the error queues; what stood there is shown.""")


@dataclass
class Used(Message):
    """The lookout saw which run uses the bench, or why it could not."""

    seen: BenchSeen | StationError


@dataclass
class Parted(Message):
    """A dialogue ended, on the bench that was open then, or is about to."""

    at: BenchAt
    left: Left


class BenchScreen(FollowingScreen):
    """Shows the bench of one file; asks its instruments when it is told to."""

    CSS_PATH = "bench.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "identify", N_("identify"), tooltip=N_("ask every instrument who it is")),
        Binding(
            "d",
            "talk",
            N_("dialogue"),
            show=False,
            tooltip=N_("type to the selected instrument, as Enter does"),
        ),
        Binding("b", "choose", N_("bench"), tooltip=N_("choose another bench file")),
        Binding(
            "s",
            "swap",
            N_("simulated/real"),
            tooltip=N_("the simulated bench of the file, or the real instruments"),
        ),
        Binding("r", "reread", N_("read again"), tooltip=N_("read the bench file again")),
    ]
    HELP = LEGEND

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._at: BenchAt | None = None
        self._seen = BenchSeen()
        self._busy = False
        self._lost = False
        self._lookout = Lookout(self._look, lambda seen: self.post_message(Used(seen)), desk.wall)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "bench")
        yield Static(id="head", markup=False)
        yield Rows(id="bench")
        with VerticalScroll(id="account", can_focus=False):
            yield Static(id="known")
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_mount(self) -> None:
        """Open the bench that was used last."""
        self.open(None)

    @work(exclusive=True)
    async def open(self, path: Path | None, *, simulated: bool | None = None) -> None:
        """Read a bench file and what the register says of it; nothing is asked yet."""
        desk, folder = self._desk, Path.cwd()

        def read() -> tuple[BenchAt, BenchSeen]:
            at = door.opened(path or to_begin_with(desk, folder), simulated=simulated)
            return at, door.describe(desk, at)

        try:
            at, self._seen = await errand(read)
        except StationError as error:
            self._word(f"✗ {told(error, self._desk.say)}")
            return
        self._at = at
        self._word(desk.keep(bench=str(at.path.resolve())))
        self._rebuild()

    def action_identify(self) -> None:
        """Ask every instrument who it is, one after the other, unless that is going on."""
        if self._at is not None and not self._busy:
            self._busy = True
            self._word(self._desk.say("Asking every instrument who it is…"))
            self.identify(self._at)

    @work(group="identify")
    async def identify(self, at: BenchAt) -> None:
        """Ask, and show what was found, if it is still that bench that is shown."""
        desk, seen = self._desk, self._seen
        try:
            found = await errand(lambda: door.look_all(desk, at, seen))
        except StationError as error:
            self._word(f"✗ {told(error, self._desk.say)}")
            return
        finally:
            self._busy = False
        if self._at is at:
            self._seen = found
            self._word("")
            self._rebuild()

    def action_talk(self) -> None:
        """Open the dialogue of the selected instrument."""
        one, at = self._chosen, self._at
        if at is not None and one is not None:

            def parted(left: Left) -> None:
                self.post_message(Parted(at, left))

            self.app.push_screen(DialogueScreen(self._desk, at, one.role, parted))

    def on_parted(self, message: Parted) -> None:
        """Say what became of the output, and show what was seen last."""
        left = message.left
        if word := left_as(left, self._desk.say):
            self._word(word)
        if left.looked is not None and self._at is message.at:
            seen = tuple(
                asked(one, left.looked) if one.role == left.role else one
                for one in self._seen.instruments
            )
            self._seen = replace(self._seen, instruments=seen)
            self._rebuild()

    def on_rows_chosen(self) -> None:
        """Open the dialogue of the row."""
        self.action_talk()

    def action_choose(self) -> None:
        """Choose another bench file."""
        desk = self._desk

        def take(path: str | None) -> None:
            if path is not None:
                self.open(named(path))

        title = desk.say("Bench file")
        found = offers(desk, Path.cwd())
        self.app.push_screen(Chooser(title, found, desk.say, typed=True), take)

    def action_swap(self) -> None:
        """Go from the simulated bench to the real one, or back."""
        if self._at is not None:
            self.open(self._at.path, simulated=not self._at.simulated)

    def action_reread(self) -> None:
        """Read the file again."""
        if self._at is not None:
            self.open(self._at.path, simulated=self._at.simulated)

    def on_used(self, message: Used) -> None:
        """Show which run uses the bench."""
        self.query_one(Bar).hear(message.seen)
        if isinstance(message.seen, StationError):
            self._lost = True
            self._word(f"✗ {told(message.seen, self._desk.say)}")
            return
        if self._lost:
            self._lost = False
            self._word("")
        if message.seen.used != self._seen.used:
            self._seen = replace(self._seen, used=message.seen.used)
            self._show_head()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the new width."""
        self._rebuild()

    @on(Rows.Moved)
    def show_account(self) -> None:
        """Show what is known of the instrument under the cursor."""
        one = self._chosen
        self.query_one("#known", Static).update("" if one is None else account(one, self._desk.say))

    def _look(self) -> BenchSeen:
        at, seen = self._at, self._seen
        return seen if at is None else door.with_user(self._desk, at, seen)

    @property
    def _chosen(self) -> InstrumentSeen | None:
        at = self.query_one(Rows).cursor_row
        return self._seen.instruments[at] if at < len(self._seen.instruments) else None

    def _rebuild(self) -> None:
        say, shared = self._desk.say, widths(COLUMNS, self.size.width - SCROLL_BAR)
        rows = [row(one, shared, say) for one in self._seen.instruments]
        self.query_one(Rows).replace(heading(COLUMNS, shared, say), rows)
        self._show_head()
        self.show_account()

    def _show_head(self) -> None:
        if self._at is not None:
            self.query_one("#head", Static).update(head(self._at, self._seen, self._desk.say))

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)
