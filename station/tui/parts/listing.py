"""A list that typing narrows: the line that is typed in, how many fit, and the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from station.errors import StationError, told
from station.locale import N_
from station.tui.parts.cells import SCROLL_BAR, Column, heading, widths
from station.tui.parts.rows import Drawn, Rows
from station.tui.parts.words import Speech

Line = TypeVar("Line")


WIDE = 100


@dataclass(frozen=True, slots=True)
class Kind(Generic[Line]):
    """What is listed.

    Attributes:
        columns: of the rows.
        row: draws a line in columns of the widths given.
        narrowed: the lines that have the words typed.
        about: what a line is of: the cursor stays on it while the list changes.
        nothing: said where there is no line at all, and what to do then.
        wide: columns instead, where the table has at least `WIDE` cells.
    """

    columns: Sequence[Column]
    row: Callable[[Line, Sequence[int]], Text]
    narrowed: Callable[[Sequence[Line], str], tuple[Line, ...]]
    about: Callable[[Line], object]
    nothing: str
    wide: Sequence[Column] = ()


class Listing(Vertical, Generic[Line]):
    """The list; `shown` is what fits now."""

    DEFAULT_CSS = """
    Listing { height: 1fr; }
    Listing #search { height: 1; background: $boost; }
    Listing #words { width: 1fr; background: $boost; border: none; }
    Listing #count { width: auto; background: $boost; }
    Listing #empty { height: auto; text-style: bold; }
    Listing.empty #empty { margin: 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", N_("find"), tooltip=N_("only rows with the words typed")),
        Binding("escape", "back", show=False),
    ]

    @dataclass
    class Opened(Message):
        """A line was chosen."""

        line: object

    class AllAgain(Message):
        """All are asked for again: nothing is typed any more."""

    def __init__(self, kind: Kind[Line], say: Speech) -> None:
        super().__init__()
        self._begins: tuple[str, object] = ("", None)
        self._kind = kind
        self._say = say
        self.all: Sequence[Line] | None = None
        self._remark = ""
        self._faulted = False
        self.shown: tuple[Line, ...] = ()

    def begin_as(self, other: "Listing[Line]") -> None:
        """Begin with what is typed in another one, and on the line that its cursor is on."""
        self._begins = (other.words, other.at)

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with Horizontal(id="search"):
            typed, _ = self._begins
            yield Input(typed, compact=True, id="words", placeholder=self._say("/ find"))
            yield Static(id="count", markup=False)
        yield Rows(id="listed")
        yield Static(id="empty", markup=False)

    def on_mount(self) -> None:
        """Let the keys act; typing begins with a slash."""
        self.query_one(Rows).focus()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the width."""
        self.show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to what was found."""
        event.stop()
        self.query_one(Rows).focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Say which line it was."""
        event.stop()
        self.post_message(self.Opened(self.shown[event.row]))

    def action_find(self) -> None:
        """Type what is looked for."""
        self.query_one(Input).focus()

    def action_back(self) -> None:
        """Leave the entry and show all again."""
        rows = self.query_one(Rows)
        if rows.has_focus:
            self.post_message(self.AllAgain())
        rows.focus()
        self.query_one(Input).clear()

    @property
    def words(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    @property
    def at(self) -> object:
        """What the line under the cursor is about, None where there is none."""
        row = self.query_one(Rows).cursor_row
        return self._kind.about(self.shown[row]) if row < len(self.shown) else None

    def take(self, seen: Sequence[Line] | StationError) -> bool:
        """List what a lookout saw, or say why it could not; return whether it is news."""
        if isinstance(seen, StationError):
            self.query_one("#empty", Static).update(f"✗ {told(seen, self._say)}")
            self._faulted = True
            return False
        if seen is self.all and not self._faulted:
            return False
        self.all, self._faulted = seen, False
        self.show()
        return True

    def remark(self, words: str) -> None:
        """Say something before how many there are."""
        self._remark = words
        self.show()

    def show(self) -> None:
        """Show what fits; the cursor stays on its line."""
        if self.all is None:
            return
        kind, rows = self._kind, self.query_one(Rows)
        typed, first = self._begins
        at = self.at if first is None else first
        shown = self.shown = kind.narrowed(self.all, self.words)
        columns = kind.wide if kind.wide and self.size.width >= WIDE else kind.columns
        shared = widths(columns, self.size.width - SCROLL_BAR)
        rows.replace(
            heading(columns, shared, self._say),
            Drawn(len(shown), lambda row: kind.row(shown[row], shared)),
        )
        found = [number for number, line in enumerate(shown) if kind.about(line) == at]
        rows.move_cursor(found[0] if found else 0)
        if found:
            self._begins = (typed, None)
        self._say_how_many(len(shown), len(self.all))

    def _say_how_many(self, shown: int, whole: int) -> None:
        say = self._say
        count = say("{shown} of {all}").format(shown=shown, all=whole)
        self.query_one("#count", Static).update(f"{self._remark}{count} ")
        self.set_class(not shown, "empty")
        empty = "" if shown else say("Nothing here fits. Esc shows all again.")
        self.query_one("#empty", Static).update(empty if whole else self._kind.nothing)
