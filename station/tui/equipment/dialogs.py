"""What is asked for before something is written of equipment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.errors import BadInput
from station.files import named
from station.register.entries import ServiceKind
from station.register.equipment_checks import MOST_DAYS
from station.tui.equipment.doors import Intake, day
from station.tui.equipment.words import SERVICES
from station.tui.parts.dialogs import CANCEL, Tick
from station.tui.parts.folding import composed
from station.tui.parts.words import Speech


class IntakeDialog(ModalScreen[Intake | None]):
    """Asks for a certificate's file, and until when it may be used where it does not say."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL]

    def __init__(self, title: str, say: Speech) -> None:
        super().__init__()
        self._title = title
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield Label(say("File of the certificate (DCC XML, or TOML):"))
            yield Input(id="path", compact=True)
            yield Label(say("Last day of use, YYYY-MM-DD (empty: as the file says):"))
            yield Input(id="due", compact=True)
            yield Label(say("What its columns mean, TOML (empty: as its refTypes say):"))
            yield Input(id="mapping", compact=True)
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    def on_input_submitted(self) -> None:
        """Go ahead, if all can be read."""
        path, due, mapping = (
            self.query_one(f"#{id_}", Input).value.strip() for id_ in ("path", "due", "mapping")
        )
        refusal = self.query_one("#refusal", Static)
        files = [named(each) for each in (path, mapping) if each]
        if not path or not all(file.is_file() for file in files):
            refusal.update(f"✗ {self._say('There is no such file.')}")
            return
        try:
            self.dismiss(Intake(files[0], day(due), files[1] if mapping else None))
        except BadInput as error:
            refusal.update(f"✗ {error.told(self._say)}")

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Dated:
    """A day and a reason."""

    on: date
    reason: str


class DatedDialog(ModalScreen[Dated | None]):
    """Asks for a day, and a reason where one is needed; `about` tells what a day amounts to."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL]

    def __init__(
        self,
        question: str,
        day_label: str,
        say: Speech,
        *,
        on: date | None = None,
        needs_reason: bool = True,
        about: Callable[[date], str] | None = None,
    ) -> None:
        super().__init__()
        self._question = question
        self._day_label = day_label
        self._about = about
        self._on = on
        self._needs_reason = needs_reason
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(self._question, classes="title", markup=False)
            yield Label(self._day_label, markup=False)
            yield Input("" if self._on is None else f"{self._on}", id="day", compact=True)
            if self._about is not None:
                yield Static(id="about", markup=False)
            yield Label(
                say("Reason:") if self._needs_reason else say("Remark (may be left empty):")
            )
            yield Input(id="reason", compact=True)
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    @on(Input.Changed, "#day")
    def tell_about(self, event: Input.Changed) -> None:
        """Tell what the day amounts to."""
        if self._about is None:
            return
        try:
            chosen = day(composed(event.value))
        except BadInput:
            chosen = None  # it is being typed; Enter says what is wrong with it
        told = "" if chosen is None else self._about(chosen)
        self.query_one("#about", Static).update(told)

    def on_input_submitted(self) -> None:
        """Go ahead, if both are there."""
        typed, reason = (
            composed(self.query_one(f"#{id_}", Input).value) for id_ in ("day", "reason")
        )
        refusal = self.query_one("#refusal", Static)
        try:
            chosen = day(typed)
        except BadInput as error:
            refusal.update(f"✗ {error.told(self._say)}")
            return
        if chosen is None or (self._needs_reason and not reason):
            refusal.update(self._say("✗ A day and a reason must be given."))
        else:
            self.dismiss(Dated(chosen, reason))

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Check:
    """An intermediate check: its outcome, and what was measured."""

    passed: bool
    note: str


class CheckDialog(ModalScreen[Check | None]):
    """Asks how an intermediate check came out; nothing is ticked beforehand.

    Typing begins in the note: at a tick letters would be lost.
    """

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("enter", "go", show=False)]

    def __init__(self, title: str, say: Speech) -> None:
        super().__init__()
        self._title = title
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield Label(say("What was measured, and against what:"))
            yield Input(compact=True)
            yield Tick(say("passed (space changes)"), ticked=False, id="passed")
            yield Tick(say("failed (space changes)"), ticked=False, id="failed")
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    def on_input_submitted(self) -> None:
        """Go ahead."""
        self.action_go()

    def action_go(self) -> None:
        """Go ahead, if it came out one way."""
        passed, failed = (self.query_one(f"#{id_}", Tick).ticked for id_ in ("passed", "failed"))
        if passed is failed:
            word = self._say("✗ Tick one: passed or failed.")
            self.query_one("#refusal", Static).update(word)
        else:
            self.dismiss(Check(passed, composed(self.query_one(Input).value)))

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


class DaysDialog(ModalScreen[int | None]):
    """Asks how often something is done; 0 is never."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL]

    def __init__(self, question: str, days: int | None, say: Speech) -> None:
        super().__init__()
        self._question = question
        self._days = days
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(self._question, classes="title", markup=False)
            yield Label(say("Checked every so many days (0: not any more):"))
            yield Input(str(self._days or ""), compact=True)
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Esc: leave it"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go ahead, if it is a number of days."""
        typed = event.value.strip()
        if typed.isdecimal() and int(typed) <= MOST_DAYS:
            self.dismiss(int(typed))
        else:
            told = self._say("✗ A whole number from 0 to {most}.").format(most=MOST_DAYS)
            self.query_one("#refusal", Static).update(told)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


DONE = (
    ServiceKind.MAINTENANCE,
    ServiceKind.REPAIR,
    ServiceKind.ADJUSTMENT,
    ServiceKind.DAMAGE,
)
"""What is done with equipment or happens to it; a check has a dialog of its own."""


@dataclass(frozen=True, slots=True)
class Service:
    """What was done with equipment, and when."""

    what: ServiceKind
    on: date
    note: str


class ServiceDialog(ModalScreen[Service | None]):
    """Asks what was done; nothing is ticked beforehand, and typing begins in the note."""

    AUTO_FOCUS = "#note"
    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("enter", "go", show=False)]

    def __init__(self, title: str, today: date, say: Speech) -> None:
        super().__init__()
        self._title = title
        self._today = today
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield Label(say("Remark (may be left empty):"))
            yield Input(id="note", compact=True)
            yield Label(say("Space ticks one:"))
            for kind in DONE:
                yield Tick(say(SERVICES[kind]), ticked=False, id=kind.name.lower())
            yield Label(say("Day, YYYY-MM-DD:"))
            yield Input(f"{self._today}", id="day", compact=True)
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    def on_tick_changed(self) -> None:
        """Leave only the one ticked last: it has the focus."""
        for tick in self.query(Tick):
            if tick is not self.focused:
                tick.tick(ticked=False)

    def on_input_submitted(self) -> None:
        """Go ahead."""
        self.action_go()

    def action_go(self) -> None:
        """Go ahead, if one is ticked and the day is one."""
        typed, note = (composed(self.query_one(f"#{id_}", Input).value) for id_ in ("day", "note"))
        refusal = self.query_one("#refusal", Static)
        done = [kind for kind in DONE if self.query_one(f"#{kind.name.lower()}", Tick).ticked]
        try:
            chosen = day(typed)
        except BadInput as error:
            refusal.update(f"✗ {error.told(self._say)}")
            return
        if not done or chosen is None:
            refusal.update(self._say("✗ Tick what was done, and give the day."))
        else:
            self.dismiss(Service(done[0], chosen, note))

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)
