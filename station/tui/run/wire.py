"""What went over the wires in a run, as it is written down: scrolling, and found by typing."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from station.errors import StationError
from station.locale import N_
from station.records.store import Store
from station.run.entries import WireExchange
from station.run.journal import read
from station.tui.desk import Desk
from station.tui.parts import numbers
from station.tui.parts.cells import SCROLL_BAR, Column, cell, heading, widths
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import Speech

NEWEST = 20_000
"""How many exchanges are shown; a point's page has all of its own."""

COLUMNS = (
    Column("at", N_("Time / s"), 10, 12, right=True),
    Column("instrument", N_("Instrument"), 10, 14),
    Column("sent", N_("Sent"), 24, 44),
    Column("received", N_("Received"), 24, 60),
    # Given up in a narrow terminal: what is near it in time is of one point.
    Column("point", N_("Point"), 0, 50),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One exchange, and the point it was for; "" where a fault ended it."""

    exchange: WireExchange
    point: str

    def has(self, wanted: str) -> bool:
        """Tell whether what is wanted, in small letters, is in it."""
        one = self.exchange
        texts = (one.instrument, one.sent, one.received or "", one.fault, self.point)
        return wanted in "\n".join(texts).lower()


@dataclass
class WireWatch:
    """Follows the exchanges of one run, as its journal gets them with each outcome."""

    store: Store
    run: str
    _next: int = field(default=0, init=False)
    _lines: deque[Line] = field(default_factory=lambda: deque(maxlen=NEWEST), init=False)

    def look(self) -> tuple[Line, ...]:
        """Read what is new; return the newest exchanges, the oldest first.

        Raises:
            StoreFailed, Tampered: as the journal's reader says.
        """
        for row in read(self.store, self.run, after=self._next - 1):
            self._next = row.seq + 1
            wire: Iterable[WireExchange] = getattr(row.entry, "wire", ())
            point = getattr(row.entry, "point", "")
            self._lines.extend(Line(exchange, point) for exchange in wire)
        return tuple(self._lines)


def drawn(line: Line, shared: tuple[int, ...], say: Speech) -> Text:
    """Return one line of the trace."""
    one = line.exchange
    received = f"✗ {one.fault}" if one.fault else "" if one.received is None else one.received
    texts = (
        numbers.plain(one.at, say.notation, ".3f"),
        one.instrument,
        _visible(one.sent),
        _visible(received),
        line.point,
    )
    style = "bold" if one.fault else ""
    return Text.assemble(
        *(
            cell(text, width, style, right=column.right)
            for column, width, text in zip(COLUMNS, shared, texts, strict=True)
        )
    )


def _visible(text: str) -> str:
    """Return a message with what a terminal would not show, or would obey, written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class WireScreen(Screen[None]):
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
        self._shown: tuple[Line, ...] = ()
        watch = WireWatch(desk.store, run)
        self._lookout: Lookout[tuple[Line, ...]] = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        say = self._desk.say
        yield Static(f"{say('Wire dialogue')}  ·  {self._run}", id="head", markup=False)
        yield Rows(id="wire")
        yield Input(compact=True, id="find", placeholder=say("find"))
        yield Static(id="notice", markup=False)
        yield Footer(say)

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one(Rows).focus()
        self._lookout.start()

    def on_unmount(self) -> None:
        """Let the thread end."""
        self._lookout.stop()

    def poll(self) -> None:
        """Look now, in the caller's thread."""
        self._lookout.once()

    def on_wire_screen_looked(self, message: Looked) -> None:
        """Show what is new."""
        if isinstance(message.seen, StationError):
            self.query_one("#notice", Static).update(f"✗ {message.seen}")
            return
        if message.seen != self._all:
            self._all = message.seen
            self._show()
        self._count()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the width."""
        self._show()

    def on_input_changed(self) -> None:
        """Show only what has the text."""
        self._show()
        self._count()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.query_one(Rows).focus()

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

    def _count(self) -> None:
        lines = self._desk.say("{shown} of {all} exchanges; each point's come when it is finished.")
        count = lines.format(shown=len(self._shown), all=len(self._all))
        self.query_one("#notice", Static).update(count)

    def _show(self) -> None:
        rows = self.query_one(Rows)
        follows = rows.cursor_row >= len(self._shown) - 1
        wanted = self.query_one("#find", Input).value.strip().lower()
        self._shown = tuple(line for line in self._all if line.has(wanted)) if wanted else self._all
        say, shown = self._desk.say, self._shown
        shared = widths(COLUMNS, self.size.width - SCROLL_BAR)
        rows.replace(
            heading(COLUMNS, shared, say),
            Drawn(len(shown), lambda row: drawn(shown[row], shared, say)),
        )
        if follows:
            rows.move_cursor(len(shown) - 1)
