"""What goes over the wires in a run: scrolling, and found by typing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, Static

from station.errors import StationError
from station.locale import N_
from station.roles import role_words
from station.tui.desk import Desk
from station.tui.parts import numbers
from station.tui.parts.cells import SCROLL_BAR, Column, cell, heading, widths
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import Speech, point_name
from station.tui.run.exchanges import Line, WireWatch

COLUMNS = (
    Column("at", N_("Time / s"), 10, 12, right=True),
    Column("instrument", N_("Instrument"), 11, 14),
    Column("sent", N_("Sent"), 24, 44),
    Column("received", N_("Received"), 24, 60),
)

BETWEEN = N_("between points, or stopped by a fault")

Shown = str | Line
"""A row: the name of a point, or one of its exchanges."""


def found(line: Line, wanted: str, say: Speech) -> bool:
    """Tell whether what is wanted, in small letters, is in an exchange or the name of its point."""
    one = line.exchange
    texts = (
        one.instrument,
        role_words(one.instrument, say),
        one.sent,
        one.received or "",
        one.fault,
        named(line, say),
    )
    return wanted in "\n".join(texts).lower().replace(numbers.MINUS, "-")


def named(line: Line, say: Speech) -> str:
    """Return the point of an exchange in words."""
    return say(BETWEEN) if line.point is None else point_name(line.point, say)


def under_headings(lines: Sequence[Line], say: Speech) -> tuple[Shown, ...]:
    """Return the lines, those of each point under its name."""
    rows: list[Shown] = []
    for _, its in groupby(lines, key=lambda line: line.point):
        group = list(its)
        rows += [named(group[0], say), *group]
    return tuple(rows)


def drawn(row: Shown, shared: tuple[int, ...], say: Speech) -> Text:
    """Return one row of the trace."""
    if isinstance(row, str):
        return Text(f"■ {row}", "bold")
    one = row.exchange
    received = f"✗ {one.fault}" if one.fault else "" if one.received is None else one.received
    texts = (
        numbers.plain(one.at, say.notation, ".3f"),
        role_words(one.instrument, say),
        _visible(one.sent),
        _visible(received),
    )
    style = "bold" if one.fault else ""
    return Text.assemble(
        *(
            cell(text, width, style, right=column.right)
            for column, width, text in zip(COLUMNS, shared, texts, strict=True)
        )
    )


def whole(line: Line, say: Speech) -> str:
    """Return one exchange with nothing cut."""
    one = line.exchange
    at = numbers.plain(one.at, say.notation, ".3f")
    received = "" if one.received is None else f"  ← {_visible(one.received)}"
    fault = f"  ✗ {one.fault}" if one.fault else ""
    return f"{at} s  {role_words(one.instrument, say)}  → {_visible(one.sent)}{received}{fault}"


def _visible(text: str) -> str:
    """Return a message with what a terminal would not show, or would obey, written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class WireScreen(FollowingScreen):
    """The trace; it follows the run while the cursor is on its last line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", N_("find"), tooltip=N_("only lines with a text: role, command")),
        Binding("q,escape", "back", N_("back"), tooltip=N_("to the whole trace; to the run")),
    ]

    @dataclass
    class Looked(Message):
        """The lookout saw the exchanges, or why it could not."""

        seen: tuple[Line, ...] | StationError

    def __init__(self, desk: Desk, run: str) -> None:
        super().__init__()
        self._desk = desk
        self._run = run
        self._all: tuple[Line, ...] = ()
        self._rows: tuple[Shown, ...] = ()
        self._count = 0
        self._whole = ""
        watch = WireWatch(desk.store, run)
        self._lookout: Lookout[tuple[Line, ...]] = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        say = self._desk.say
        yield Static(id="head", markup=False)
        yield Rows(id="wire")
        yield Input(compact=True, id="find", placeholder=say("find"))
        yield Static(id="notice", markup=False)
        yield Footer(say)

    def on_mount(self) -> None:
        """The keys are for the trace, until something is looked for."""
        self.query_one(Rows).focus()

    def on_wire_screen_looked(self, message: Looked) -> None:
        """Show what is new."""
        if isinstance(message.seen, StationError):
            said = message.seen.told(self._desk.say)
            self.query_one("#notice", Static).update(f"✗ {said}")
            return
        if message.seen != self._all:
            self._all = message.seen
            self._show()
        self._say_how_many()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the width."""
        self._show()

    def on_input_changed(self) -> None:
        """Show only what has the text."""
        self._show()
        self._say_how_many()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.query_one(Rows).focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Show the whole of an exchange, of which a column may have cut something."""
        row = self._rows[event.row]
        self._whole = whole(row, self._desk.say) if isinstance(row, Line) else ""
        self._say_how_many()

    def on_rows_moved(self) -> None:
        """What was shown whole is of another line; say of which point this one is."""
        self._whole = ""
        self._say_how_many()
        self._say_what()

    def action_find(self) -> None:
        """Type what is looked for."""
        self.query_one("#find", Input).focus()

    def action_back(self) -> None:
        """Leave the entry first, then the screen."""
        rows = self.query_one(Rows)
        if self.focused is rows:
            self.app.pop_screen()
        else:
            self.query_one("#find", Input).clear()
            rows.focus()

    def _say_what(self) -> None:
        """Name the run, and the point at the cursor: its own line may be out of sight."""
        row, rows = self.query_one(Rows).cursor_row, self._rows
        at = rows[row] if row < len(rows) else ""
        name = at if isinstance(at, str) else named(at, self._desk.say)
        words = (self._desk.say("Wire dialogue"), self._run, name)
        self.query_one("#head", Static).update("  ·  ".join(filter(None, words)))

    def _say_how_many(self) -> None:
        lines = self._desk.say("{shown} of {all} exchanges")
        text = lines.format(shown=self._count, all=len(self._all))
        self.query_one("#notice", Static).update(self._whole or text)

    def _show(self) -> None:
        rows, say = self.query_one(Rows), self._desk.say
        follows = rows.cursor_row >= len(self._rows) - 1
        wanted = self.query_one("#find", Input).value.strip().lower()
        lines = [line for line in self._all if not wanted or found(line, wanted, say)]
        self._count = len(lines)
        shown = self._rows = under_headings(lines, say)
        shared = widths(COLUMNS, self.size.width - SCROLL_BAR)
        rows.replace(
            heading(COLUMNS, shared, say),
            Drawn(len(shown), lambda row: drawn(shown[row], shared, say)),
        )
        if follows:
            rows.move_cursor(len(shown) - 1)
        self._say_what()
