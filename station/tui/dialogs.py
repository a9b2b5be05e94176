"""Small dialogs: a reason, a new run, the help."""

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.locale import N_
from station.tui.fitting import procedure_for
from station.tui.launch import Order
from station.tui.words import Speech

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


class NewRunDialog(ModalScreen[Order | None]):
    """Asks for what a run needs; Enter in any field starts it.

    The procedure is the one that fits the bench, until somebody types another.
    """

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("enter", "start", show=False)]

    def __init__(self, bench: Path | None, by: str, say: Speech, used: str = "") -> None:
        super().__init__()
        self._bench = "" if bench is None else str(bench)
        self._say = say
        self._used = used
        # The procedure is offered when the bench is known.
        self._order = Order("", Path(self._bench), simulated=True, by=by)
        self._offered = ""
        self._said = ""

    def again(self, order: Order, why: str) -> "NewRunDialog":
        """Begin with what was asked for and could not be done; return the dialog itself."""
        self._bench, self._order, self._said = str(order.bench), order, f"✗ {why}"
        return self

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say, order = self._say, self._order
        if not order.procedure:
            self._offered = self._fitting(self._bench)
        with Vertical(classes="dialog"):
            yield Label(say("Start a calibration run"), classes="title")
            yield Label(say("Bench file:"))
            yield Input(self._bench, id="bench", compact=True)
            yield Label(say("Procedure:"))
            yield Input(order.procedure or self._offered, id="procedure", compact=True)
            simulated = say("simulated instruments (space changes)")
            yield Tick(simulated, ticked=order.simulated, id="simulated")
            slowly = say("simulated time as on the wall, not at once (space changes)")
            yield Tick(slowly, ticked=order.real_time, id="real-time")
            yield Label(say("Operator's name:"))
            yield Input(order.by, id="by", compact=True)
            yield Static(self._said, id="refusal", markup=False)
            yield Label(say("Enter: start   Tab: next field   Esc: leave it"))

    @on(Input.Changed, "#bench")
    def offer_procedure(self, event: Input.Changed) -> None:
        """Offer the procedure that fits the bench, unless another one was typed."""
        procedure = self.query_one("#procedure", Input)
        if procedure.value == self._offered:
            procedure.value = self._offered = self._fitting(event.value.strip())

    def _fitting(self, bench: str) -> str:
        return procedure_for(Path(bench), self._used) if Path(bench).is_file() else self._used

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Start from any field."""
        event.stop()
        self.action_start()

    def action_start(self) -> None:
        """Hand the order over, unless something is missing."""
        bench, procedure, by = (
            self.query_one(f"#{field}", Input).value.strip()
            for field in ("bench", "procedure", "by")
        )
        refusal = self._refusal(bench, procedure, by)
        if refusal:
            self.query_one("#refusal", Static).update(f"✗ {refusal}")
            return
        simulated, slowly = (
            self.query_one(f"#{field}", Tick).ticked for field in ("simulated", "real-time")
        )
        self.dismiss(Order(procedure, Path(bench), simulated, by, simulated and slowly))

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)

    def _refusal(self, bench: str, procedure: str, by: str) -> str:
        if not bench or not Path(bench).is_file():
            return self._say("There is no bench file {path}.").format(path=repr(bench))
        if not procedure:
            return self._say("Name a procedure, e.g. dmm.")
        return "" if by else self._say("Name the operator: it is written into the journal.")


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
