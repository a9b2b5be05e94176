"""One piece of equipment: how it stands, its values and their drift, control charts, use, log."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from station.errors import StationError
from station.locale import N_
from station.register.equipment_control import ControlLine
from station.tui.desk import Desk, OpenRun
from station.tui.equipment.asks import ASKS, ASKS_OF_CHART, Ask, can_ask
from station.tui.equipment.charts import control
from station.tui.equipment.head import head, titles
from station.tui.equipment.known import Known, KnownWatch
from station.tui.equipment.view import View
from station.tui.equipment.views import VIEWS, log, use, values
from station.tui.equipment.words import by_keys
from station.tui.parts.bar import Bar
from station.tui.parts.cells import SCROLL_BAR, cell, heading, widths
from station.tui.parts.errand import errand
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows

LEGEND = N_("""\
← → goes from view to view; ↑ ↓ chooses what is drawn below.

DRIFT    a line through at least three certificates since the last
         adjustment or repair; in brackets where chance explains it
●        certified, with U (k = 2)
◇        predicted for today, and for the last day of use
CONTROL  ○ of the baseline  ● in control  ✗ completes a rule: 1 beyond 3 s,
         2 of 3 beyond 2 s, 4 of 5 beyond 1 s, 8 in a row on one side
         ╌ trial limits, from all values: nothing is judged against them""")

SOMEBODY_ELSE = N_("Ctrl+P: sign in as somebody else")


class ViewRows(Rows):
    """The rows of a view; only runs can be opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right", "screen.view(1)", N_("view"), key_display="← →", tooltip=N_("another view")
        ),
        Binding("left", "screen.view(-1)", show=False),
    ]

    opens = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open what can be opened."""
        return action != "choose" or self.opens


KEYS = (
    Binding(
        "l",
        "ask_of_chart('baseline')",
        N_("limits"),
        tooltip=N_("accept measurements that the later ones are judged against"),
    ),
    Binding(
        "k",
        "ask_of_chart('plan')",
        N_("check standard"),
        tooltip=N_("have it measured at this point every so many days, or no more"),
    ),
    Binding(
        "a", "ask('accept')", N_("accept"), tooltip=N_("take the waiting certificate into use")
    ),
    Binding("x", "ask('reject')", N_("reject"), tooltip=N_("put the waiting certificate aside")),
    Binding("n", "ask('take_in')", N_("new"), tooltip=N_("take a certificate in from a file")),
    Binding("c", "ask('check')", N_("check"), tooltip=N_("write an intermediate check down")),
    Binding(
        "o", "ask('allow')", N_("allow"), tooltip=N_("a reviewer lets it be used all the same")
    ),
    Binding("s", "ask('serve')", N_("service"), tooltip=N_("write down what was done with it")),
    Binding(
        "r",
        "ask('retire')",
        N_("out of service"),
        tooltip=N_("take it out of service, or bring it back"),
    ),
    Binding(
        "b",
        "ask('found_bad')",
        N_("found bad"),
        tooltip=N_("it was wrong: stop it from now on"),
    ),
)
"""What can be written of equipment, each by the name that `asks` has for it."""


class KnownScreen(FollowingScreen):
    """The page; it follows what is written into the register."""

    CSS_PATH = "equipment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the equipment, or why it could not."""

        seen: Known | StationError

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self._desk = desk
        self._equipment = name
        self._known: Known | None = None
        self._at = 0
        self._view: View | None = None
        self._watch = watch = KnownWatch(desk, name)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def anew(self, desk: Desk) -> "KnownScreen":
        """Return this page for another desk."""
        return KnownScreen(desk, self._equipment)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "equipment")
        yield Static(id="head", markup=False)
        yield Static(id="views", markup=False)
        yield ViewRows(id="rows")
        yield Static(id="below", markup=False)
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_mount(self) -> None:
        """Let the keys act on the rows."""
        self.query_one(Rows).focus()

    def on_screen_resume(self) -> None:
        """Look anew: a run may have measured it meanwhile, of which the register is silent."""
        self._watch.forget()

    def on_known_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        if isinstance(message.seen, StationError):
            self._word(f"✗ {message.seen.told(self._desk.say)}")
        elif message.seen is not self._known:
            self._known = message.seen
            self._show()
            self.refresh_bindings()

    def on_resize(self, _: events.Resize) -> None:
        """Fit columns and drawing to the room."""
        self.call_after_refresh(self._show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what there is to be done."""
        if action == "ask_of_chart":
            return self._chart is not None
        if action != "ask":
            return True
        return self._known is not None and can_ask(self._known, str(parameters[0]))

    @on(Rows.Moved)
    def show_below(self) -> None:
        """Draw what belongs to the row under the cursor."""
        below, view, row = self.query_one("#below", Static), self._view, self._row
        if view is None:
            return
        if not view.rows:
            below.update(self._desk.say(view.empty))
            return
        width, height = below.size.width, below.size.height
        below.update(view.below(min(row, len(view.rows) - 1), width, height))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open the run that used it."""
        if self._known is not None:
            self.post_message(OpenRun(self._known.used[1][event.row].run))

    def action_view(self, step: int) -> None:
        """Go to another view."""
        self._at = (self._at + step) % len(VIEWS)
        self.query_one(Rows).cursor_row = 0
        self._show()
        self.refresh_bindings()

    def action_ask(self, what: str) -> None:
        """Ask what is needed, then write it down."""
        if self._known is not None:
            self._ask(ASKS[what](self._desk, self._known))

    def action_ask_of_chart(self, what: str) -> None:
        """Ask what is needed of the chart under the cursor, then write it down."""
        if self._known is not None and self._chart is not None:
            self._ask(ASKS_OF_CHART[what](self._desk, self._known, self._chart))

    def _ask(self, ask: Ask) -> None:
        """Ask it; say at once why it may not be written."""
        if ask.refused:
            self._word(f"✗ {ask.refused} → {self._desk.say(SOMEBODY_ELSE)}")
            return

        def write(answer: object) -> None:
            if answer is not None:
                self.write(lambda: ask.write(answer))

        self.app.push_screen(ask.dialog, write)

    @work
    async def write(self, write: Callable[[], str | None]) -> None:
        """Write into the register, in a thread; say what is refused."""
        try:
            told = await errand(write)
        except StationError as error:
            self._word(f"✗ {error.told(self._desk.say)}")
            return
        self._word(told or self._desk.say("Written down."))
        # What was written is seen at once.
        self._lookout.send(lambda: None)

    @property
    def _chart(self) -> ControlLine | None:
        """The chart under the cursor, where charts are shown."""
        lines = self._known.control if self._known and VIEWS[self._at][1] is control else ()
        return lines[min(self._row, len(lines) - 1)] if lines else None

    @property
    def _row(self) -> int:
        return self.query_one(Rows).cursor_row

    def _show(self) -> None:
        known, say = self._known, self._desk.say
        if known is None:
            return
        shown = VIEWS[self._at][1]
        view = self._view = shown(known, say)
        self.set_class(shown in (values, control), "drawn")
        self.set_class(shown in (use, log), "plain")
        self.query_one(ViewRows).opens = shown is use and bool(view.rows)
        self.query_one("#head", Static).update(head(known, say))
        self.query_one("#views", Static).update(titles(self._at, say))
        shared = widths(view.columns, self.size.width - SCROLL_BAR)
        self.query_one(Rows).replace(
            heading(view.columns, shared, say),
            Drawn(len(view.rows), lambda row: _row_text(view, row, shared)),
        )
        self.call_after_refresh(self.show_below)

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(by_keys(text, self._desk.say))


def _row_text(view: View, row: int, shared: tuple[int, ...]) -> Text:
    cells = zip(view.columns, view.rows[row], shared, strict=True)
    return Text.assemble(
        *(cell(text, width, style, right=c.right) for c, (text, style), width in cells)
    )
