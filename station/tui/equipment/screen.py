"""All equipment, what is due first first: typing narrows the list, Enter opens one."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from station.errors import StationError
from station.locale import N_
from station.tui.desk import Desk
from station.tui.equipment.page import KnownScreen
from station.tui.equipment.seen import EquipmentLine, EquipmentWatch, narrowed, style_of
from station.tui.parts.bar import Bar
from station.tui.parts.cells import SCROLL_BAR, Column, cell, heading, widths
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.lookout import Lookout
from station.tui.parts.rows import Drawn, Rows

COLUMNS = (
    Column("standing", N_("Standing"), 18, 20),
    Column("due", N_("Use until"), 11, 12),
    Column("days", N_("Days"), 7, 7, right=True),
    Column("id", N_("Equipment"), 12, 16),
    Column("title", N_("Title"), 16, 38),
    Column("serial", N_("Serial number"), 15, 16),
    # The first to go in a narrow terminal: the page of the equipment has it.
    Column("certificate", N_("Certificate"), 0, 18),
)

LEGEND = N_("""\
What may not be used stands first, then what is due first; what is out of
service stands last.

B found bad  D damaged  F failed check  R repaired  A adjusted
N no certificate  W to be accepted  E not yet valid  O overdue
L a reviewer allows it  S due within 30 days  ✓ in order

What is typed after / narrows the list: id, title, maker, type, serial
number, place, certificate, standing.""")


class EquipmentScreen(FollowingScreen):
    """The list of equipment; it follows what is written into the register."""

    CSS_PATH = "equipment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", N_("find"), tooltip=N_("only equipment with the words typed")),
        Binding("escape", "back", show=False),
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the equipment, or why it could not."""

        seen: tuple[EquipmentLine, ...] | StationError

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._all: tuple[EquipmentLine, ...] | None = None
        self._shown: tuple[EquipmentLine, ...] = ()
        watch = EquipmentWatch(desk.store, desk.wall)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        say = self._desk.say
        yield Bar(self._desk, "equipment")
        with Horizontal(id="search"):
            yield Input(compact=True, id="words", placeholder=say("/ find"))
            yield Static(id="count", markup=False)
        yield Rows(id="equipment")
        yield Static(id="notice", markup=False)
        yield Footer(say)

    def on_mount(self) -> None:
        """Let the keys act; typing begins with a slash."""
        self.query_one(Rows).focus()

    def on_equipment_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        if isinstance(message.seen, StationError):
            self.query_one("#notice", Static).update(f"✗ {message.seen}")
        elif message.seen is not self._all:
            self._all = message.seen
            self._show()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the width."""
        self._show()

    def on_input_changed(self) -> None:
        """Narrow the list."""
        self._show()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.query_one(Rows).focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open the equipment."""
        name = self._shown[event.row].equipment.entered.equipment
        self.app.push_screen(KnownScreen(self._desk, name))

    def action_find(self) -> None:
        """Type what is looked for."""
        self.query_one("#words", Input).focus()

    def action_back(self) -> None:
        """Leave the entry and show all again."""
        self.query_one(Rows).focus()
        self.query_one("#words", Input).clear()

    def _show(self) -> None:
        if self._all is None:
            return
        rows, say = self.query_one(Rows), self._desk.say
        shown = self._shown = narrowed(self._all, self.query_one("#words", Input).value, say)
        shared = widths(COLUMNS, self.size.width - SCROLL_BAR)
        rows.replace(
            heading(COLUMNS, shared, say),
            Drawn(len(shown), lambda row: self._row(shown[row], shared)),
        )
        count = say("{shown} of {all}").format(shown=len(shown), all=len(self._all))
        self.query_one("#count", Static).update(f"{count} ")
        empty = "" if shown else say("Nothing here fits.")
        none = say("The register has no equipment yet: `station equipment import` takes it in.")
        self.query_one("#notice", Static).update(empty if self._all else none)

    def _row(self, line: EquipmentLine, shared: tuple[int, ...]) -> Text:
        said, used = line.equipment.entered, line.equipment.in_use
        style = style_of(line.how)
        texts = (
            (self._desk.say(line.how.value), style),
            ("–" if line.due is None else f"{line.due}", style),
            ("–" if line.days is None else str(line.days), style),
            (said.equipment, ""),
            (said.title or f"{said.maker} {said.type}", ""),
            (said.serial, ""),
            (used.number if used else "–", ""),
        )
        cells = zip(COLUMNS, texts, shared, strict=True)
        return Text.assemble(
            *(cell(text, width, look, right=c.right) for c, (text, look), width in cells)
        )
