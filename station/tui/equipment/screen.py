"""All equipment, what is due first first: typing narrows the list, Enter opens one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from station.errors import StationError
from station.locale import N_
from station.tui.desk import Desk
from station.tui.equipment import doors
from station.tui.equipment.dialogs import IntakeDialog
from station.tui.equipment.doors import Intake
from station.tui.equipment.page import KnownScreen
from station.tui.equipment.seen import EquipmentLine, EquipmentWatch, narrowed, style_of
from station.tui.parts.bar import Bar
from station.tui.parts.cells import Column, cell
from station.tui.parts.errand import errand
from station.tui.parts.following import FollowingScreen
from station.tui.parts.keys import Footer
from station.tui.parts.listing import Kind, Listing
from station.tui.parts.lookout import Lookout

COLUMNS = (
    Column("standing", N_("Standing"), 18, 20),
    Column("due", N_("Next due"), 11, 12),
    Column("days", N_("Days"), 9, 9, right=True),
    Column("id", N_("Equipment"), 12, 16),
    Column("title", N_("Title"), 14, 28),
    Column("serial", N_("Serial number"), 15, 16),
    # The first to go in a narrow terminal: the page of the equipment has it.
    Column("certificate", N_("Certificate"), 0, 18),
)

LEGEND = N_("""\
What may not be used stands first, then what is due first, for calibration
or a check in between; what is out of service stands last.

B found bad  D damaged  F failed check  R repaired  A adjusted
N no certificate  W to be accepted  E not yet valid  O overdue
C a check standard whose last value signals (control chart)
L a reviewer allows it  K check due  S due within 30 days  ✓ in order

What is typed after / narrows the list: id, title, maker, type, serial
number, place, certificate, standing.""")


EMPTY = N_("""\
The register has no equipment yet. What to do first:

→ n takes in the certificate of a standard, a DCC, or equipment, from a file.
→ Equipment without such a file is entered by a command:
  station equipment add CAL-01 --title … --maker … --type … --serial …""")


class EquipmentScreen(FollowingScreen):
    """The list of equipment; it follows what is written into the register."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n", "take_in", N_("new"), tooltip=N_("take a certificate or equipment in from a file")
        )
    ]
    HELP = LEGEND

    @dataclass
    class Looked(Message):
        """The lookout saw the equipment, or why it could not."""

        seen: tuple[EquipmentLine, ...] | StationError

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._watch = watch = EquipmentWatch(desk.store, desk.wall)
        self._lookout = Lookout(
            watch.look, lambda seen: self.post_message(self.Looked(seen)), desk.wall
        )
        self._listing = Listing(
            Kind(
                columns=COLUMNS,
                row=self._row,
                narrowed=lambda lines, words: narrowed(lines, words, desk.say),
                about=lambda line: line.equipment.entered.equipment,
                nothing=desk.say(EMPTY),
            ),
            desk.say,
        )

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "equipment")
        yield self._listing
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_screen_resume(self) -> None:
        """Look anew: a run may have measured a check standard, of which the register is silent.

        What was said of an intake may be so no more.
        """
        self._watch.forget()
        self.query_one("#notice", Static).update("")

    def on_equipment_screen_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self.query_one(Bar).hear(message.seen)
        self._listing.take(message.seen)

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Open the equipment."""
        assert isinstance(event.line, EquipmentLine)
        self.app.push_screen(KnownScreen(self._desk, event.line.equipment.entered.equipment))

    def action_take_in(self) -> None:
        """Take a file in, whose equipment need not be in the register."""
        say = self._desk.say

        def take_in(intake: Intake | None) -> None:
            if intake is not None:
                self.write(lambda: doors.take_in(self._desk, "", intake, say))

        title = say("A certificate, or equipment with its certificates")
        self.app.push_screen(IntakeDialog(title, say), take_in)

    @work
    async def write(self, write: Callable[[], str]) -> None:
        """Write into the register, in a thread; say what came of it."""
        try:
            told = await errand(write)
        except StationError as error:
            told = f"✗ {error.told(self._desk.say)}"
        self.query_one("#notice", Static).update(told)
        self._lookout.send(lambda: None)

    def _row(self, line: EquipmentLine, shared: Sequence[int]) -> Text:
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
