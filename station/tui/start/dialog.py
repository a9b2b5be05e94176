"""Asks for a new run."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.tui.parts.dialogs import CANCEL, Tick
from station.tui.parts.words import Speech
from station.tui.start.fitting import procedure_for
from station.tui.start.launch import Order


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
