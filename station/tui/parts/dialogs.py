"""Small dialogs: a reason, an abort, the help."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.locale import N_
from station.tui.parts.words import Speech

CANCEL = Binding("escape", "cancel", show=False)


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
        reason = event.value.strip()
        if reason:
            self.dismiss(reason)
        else:
            self.query_one("#refusal", Static).update(self._say("✗ A reason must be given."))

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
        self._reason = event.value.strip()
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
            self.ticked = not self.ticked
            self._show()

    def _show(self) -> None:
        self.update(f"[{'x' if self.ticked else ' '}] {self._label}")


HELP = N_("""\
A run is carried out by an engine of its own; these screens only watch it
and send it answers and commands. Closing a screen does not stop a run.

RUNS     Enter  open a run         n  start a run         q  quit
RUN      c      confirm a prompt   p  pause, or go on     a, A  abort
         v      void the selected point and measure it again
         r      take the selected item of several out of the run
         Enter  budget, readings and wire dialogue of the selected point
         Tab    between table and answer     q, Esc  back

LETTERS  R running  Q asking  P paused  E fault  A aborted  D done  S silent
VERDICTS P pass  CP, CF conditional  F fail  N not assessable
BAR      │ tolerance limit  ░ guard band  ● error  ─ ± U  ◀ ▶ beyond

Outputs go to standby at a pause, an abort and a fault. An engine that is
silent for 5 s is gone: `station resume RUN` takes the run up again.""")


class HelpDialog(ModalScreen[None]):
    """Says which key does what."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", show=False)
    ]

    def __init__(self, say: Speech) -> None:
        super().__init__()
        self._say = say

    def compose(self) -> ComposeResult:
        """Show the text."""
        with VerticalScroll(classes="dialog help"):
            yield Static(self._say(HELP), markup=False)
