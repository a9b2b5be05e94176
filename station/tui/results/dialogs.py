"""What is asked for before something is decided of a result."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.tui.parts.dialogs import CANCEL, Tick, refused
from station.tui.parts.folding import composed
from station.tui.parts.words import Speech


@dataclass(frozen=True, slots=True)
class Decision:
    """A reason, "" where none is needed; `whole` is for all items of the run."""

    reason: str
    whole: bool


class DecisionDialog(ModalScreen[Decision | None]):
    """Asks whether, why, and for how many items; Enter goes ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("enter", "go", show=False)]

    def __init__(self, question: str, say: Speech, *, needs_reason: bool, items: int) -> None:
        super().__init__()
        self._question = question
        self._say = say
        self._needs_reason = needs_reason
        self._items = items

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Label(self._question, classes="title", markup=False)
            yield Label(
                say("Reason:") if self._needs_reason else say("Remark (may be left empty):")
            )
            yield Input(compact=True)
            if self._items > 1:
                every = say("for all {count} items of the run (space changes)")
                yield Tick(every.format(count=self._items), ticked=False, id="whole")
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    def on_input_submitted(self) -> None:
        """Go ahead."""
        self.action_go()

    def action_go(self) -> None:
        """Go ahead, if what is needed is there."""
        reason = composed(self.query_one(Input).value)
        refusal = refused(reason, self._say, needed=self._needs_reason)
        if refusal:
            self.query_one("#refusal", Static).update(refusal)
            return
        ticks = list(self.query(Tick))
        self.dismiss(Decision(reason, whole=bool(ticks) and ticks[0].ticked))

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)
