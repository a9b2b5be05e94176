"""Small dialogs: a reason, an abort; a choice of yes or no."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.register.people import REASON_LENGTH
from station.tui.parts.folding import composed
from station.tui.parts.words import Speech

CANCEL = Binding("escape", "cancel", show=False)


def refused(reason: str, say: Speech, *, needed: bool = True) -> str:
    """Return why a reason cannot be written down, "" where it can: nobody types one twice."""
    if needed and not reason:
        return say("✗ A reason must be given.")
    if len(reason) > REASON_LENGTH:
        return say("✗ At most {most} letters.").format(most=REASON_LENGTH)
    return ""


class ReasonDialog(ModalScreen[str | None]):
    """Asks for a reason that must be given; Enter goes ahead, Escape does nothing at all."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL]

    def __init__(self, question: str, say: Speech) -> None:
        super().__init__()
        self._question = question
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            yield Label(self._say("Reason:"))
            yield Input(compact=True)
            yield Static(id="refusal", markup=False)
            yield Label(self._say("Enter: go ahead   Esc: leave it"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go ahead with the reason."""
        reason = composed(event.value)
        refusal = refused(reason, self._say)
        if refusal:
            self.query_one("#refusal", Static).update(refusal)
        else:
            self.dismiss(reason)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


class AbortDialog(ModalScreen[str | None]):
    """Asks for a reason, then for a key of its own: text and Enter alone never abort a run."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("A", "abort", show=False)]

    def __init__(self, say: Speech) -> None:
        super().__init__()
        self._say = say
        self._reason: str | None = None

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(say("Abort this run for good? The outputs go to standby."), classes="title")
            yield Label(say("Reason:"))
            yield Input(compact=True)
            yield Label(say("Enter: next step   Esc: leave it"), id="step")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the reason and ask for the second step; from now on nothing can be typed."""
        self._reason = composed(event.value)
        event.input.disabled = True
        step = self._say("Shift+A: abort the run for good   Esc: leave it")
        self.query_one("#step", Label).update(Text(step, "bold"))

    def action_abort(self) -> None:
        """Abort, if the second step is reached."""
        if self._reason is not None:
            self.dismiss(self._reason)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


class Tick(Static, can_focus=True):
    """A choice of yes or no that is readable without colour; space changes it."""

    class Changed(Message):
        """The choice is another one now."""

    def __init__(self, label: str, *, ticked: bool, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._label = label
        self.ticked = ticked

    def on_mount(self) -> None:
        """Show the present choice."""
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Change the choice at the space bar."""
        if event.key == "space":
            event.stop()
            self.tick(ticked=not self.ticked)
            self.post_message(self.Changed())

    def tick(self, *, ticked: bool) -> None:
        """Show another choice, without a word to anybody."""
        self.ticked = ticked
        self._show()

    def _show(self) -> None:
        self.update(f"[{'x' if self.ticked else ' '}] {self._label}")
