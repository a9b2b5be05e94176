"""A dialog in which one of several is chosen: typing filters, Enter takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.locale import N_
from station.tui.parts.cells import SCROLL_BAR, cell
from station.tui.parts.dialogs import CANCEL
from station.tui.parts.folding import folded
from station.tui.parts.rows import Rows
from station.tui.parts.words import Speech

KEYS = N_("Enter: take it   ↑ ↓: another   type to filter   Esc: leave it")
TYPED_KEYS = N_("Enter: take it   ↑ ↓: another   type one, listed or not   Esc: leave it")


@dataclass(frozen=True, slots=True)
class Offer:
    """One that can be chosen; `why_not` says why it cannot, where it cannot."""

    value: str
    text: str
    why_not: str = ""


class Chooser(ModalScreen[str | None]):
    """Returns the value of an offer, or what was typed where nothing offered fits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        CANCEL,
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    def __init__(
        self, title: str, offers: Sequence[Offer], say: Speech, *, typed: bool = False
    ) -> None:
        """Offer them; `typed` lets anything else be typed as well."""
        super().__init__()
        self._title = title
        self._offers = tuple(offers)
        self._shown = self._offers
        self._say = say
        self._typed = typed

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(classes="dialog chooser"):
            yield Label(self._title, classes="title", markup=False)
            yield Input(compact=True)
            yield Rows(id="offers")
            yield Static(id="refusal", markup=False)
            yield Label(self._say(TYPED_KEYS if self._typed else KEYS))

    def on_mount(self) -> None:
        """Show all."""
        self.query_one(Rows).can_focus = False
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Show all, each in one line."""
        self.call_after_refresh(self._show)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        wanted = folded(event.value).lower().split()
        self._shown = tuple(
            offer
            for offer in self._offers
            if all(part in folded(f"{offer.value} {offer.text}").lower() for part in wanted)
        )
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the offer under the cursor, else what was typed."""
        event.stop()
        typed = event.value.strip()
        if self._shown:
            self._take(self._shown[self.query_one(Rows).cursor_row])
        elif self._typed and typed:
            self.dismiss(typed)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Take the offer that was clicked."""
        self._take(self._shown[event.row])

    def on_rows_moved(self) -> None:
        """Say why the one under the cursor cannot be taken."""
        self._say_why()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.query_one(Rows).action_move(rows)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)

    def _take(self, offer: Offer) -> None:
        if not offer.why_not:
            self.dismiss(offer.value)

    def _show(self) -> None:
        rows = self.query_one(Rows)
        lines = [
            cell(f"{'✗' if offer.why_not else ' '} {offer.text}", rows.size.width - SCROLL_BAR)
            for offer in self._shown
        ]
        rows.cursor_row = 0
        rows.replace(Text(), lines)
        self._say_why()

    def _say_why(self) -> None:
        at = self.query_one(Rows).cursor_row
        why = self._shown[at].why_not if self._shown else self._say("Nothing here fits.")
        if self._typed and not self._shown:
            why = ""
        self.query_one("#refusal", Static).update(f"✗ {why}" if why else "")
