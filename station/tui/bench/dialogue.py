"""Talking to one instrument: what is typed is sent, and what goes both ways is shown."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Label, Static

from drivers.dialogue import Exchange
from station.errors import StationError, told
from station.locale import N_
from station.roles import role_words
from station.tui.bench.door import BenchAt
from station.tui.bench.table import kind, left_as
from station.tui.bench.talk import Left, Talk, is_harmless
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.dialogs import CANCEL, Tick
from station.tui.parts.errand import errand
from station.tui.parts.keys import Footer
from station.tui.parts.words import Speech

SECTION = "bench"

MOST_LINES = 500
"""Older lines are forgotten: the wire trace of a run is in its journal, this one nowhere."""


class SendDialog(ModalScreen[bool | None]):
    """Asks before something that may act; returns whether a reply is waited for, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("S", "send", show=False)]

    def __init__(self, text: str, say: Speech) -> None:
        super().__init__()
        self._text = text
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(
                say("This may do more than ask: an output can become live."), classes="title"
            )
            yield Label(self._text, markup=False)
            yield Tick(
                say("it is answered: wait for the reply (space changes)"),
                ticked=False,
                id="answered",
            )
            yield Label(say("Shift+S: send it   Esc: leave it"))

    def action_send(self) -> None:
        """Send it."""
        self.dismiss(self.query_one(Tick).ticked)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)


def spoken(exchange: Exchange) -> Text:
    """Return the lines of one exchange: what went there, what came back, what was wrong."""
    text = Text()
    if exchange.sent:
        text.append(f"→ {exchange.sent}\n", "bold")
    if exchange.received is not None:
        text.append("".join(f"← {line}\n" for line in exchange.received.split("\n")))
    if exchange.fault:
        text.append(f"✗ {exchange.fault}\n", "red")
    return text


class DialogueScreen(Screen[None]):
    """One instrument, held while the screen is open: no run can begin on it meanwhile."""

    CSS_PATH = "bench.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), tooltip=N_("let the instrument go, to the bench")),
    ]
    HELP = N_("""\
What is typed is sent with Enter. A question, which ends with a question
mark, is sent at once; anything else may act and is asked about first.
→ what was sent  ← what came back  ✗ what went wrong

Leaving puts an output to standby if anything but questions was sent.""")

    def __init__(
        self, desk: Desk, at: BenchAt, role: str, parted: Callable[[Left], object]
    ) -> None:
        """Prepare the screen; `parted` is told how the instrument was left, each time."""
        super().__init__()
        self._parted = parted
        self._desk = desk
        self._at = at
        self._role = role
        self._talk: Talk | None = None
        self._waiting = False
        self._said: list[Text] = []

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        say, entry = self._desk.say, self._at.file.instruments[self._role]
        yield Bar(self._desk, "bench")
        head = kind(simulated=not self._at.real, say=say)
        head.append(f" {role_words(self._role, say)}", "bold")
        yield Static(head.append(f"  {entry.model}  {entry.address}"), id="head")
        with VerticalScroll(id="said", can_focus=False):
            yield Static(id="lines")
        with Horizontal(id="line"):
            yield Label("→")
            yield Input(placeholder="*IDN?", compact=True)
        yield Static(id="notice", markup=False)
        yield Footer(say)

    async def on_screen_resume(self) -> None:
        """Take hold of the instrument; whoever holds it is named."""
        self.query_one(Input).focus()
        if self._talk is not None:
            return
        try:
            self._talk = await errand(lambda: Talk(self._desk, self._at, self._role))
            self._word("")
        except StationError as error:
            self._word(f"✗ {told(error, self._desk.say)}")

    async def on_screen_suspend(self) -> None:
        """Let the instrument go while another section is shown; a dialog is none."""
        if self.app.current_mode != SECTION and (left := await self._let_go()) is not None:
            self._show(Text(f"{left_as(left, self._desk.say)}\n", "bold"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send a question at once, and anything else after a question."""
        text = event.value.strip()
        if not text or self._talk is None or self._waiting:
            return
        event.input.value = ""
        if is_harmless(text):
            self._send(text, answered=True)
            return

        def sure(answered: bool | None) -> None:
            if answered is not None:
                self._send(text, answered=answered)

        self.app.push_screen(SendDialog(text, self._desk.say), sure)

    def _send(self, text: str, *, answered: bool) -> None:
        if self._talk is not None and not self._waiting:
            self._waiting = True
            self._word(self._desk.say("Waiting for the reply…") if answered else "")
            self.exchange(self._talk, text, answered=answered)

    @work(group="send")
    async def exchange(self, talk: Talk, text: str, *, answered: bool) -> None:
        """Send, and show all that went over the wire."""
        exchanges = await errand(lambda: talk.send(text, answered=answered))
        self._waiting = False
        self._show(*map(spoken, exchanges))
        self._word("")

    def _show(self, *said: Text) -> None:
        self._said = [*self._said, *said][-MOST_LINES:]
        self.query_one("#lines", Static).update(Text().join(self._said))
        self.query_one("#said", VerticalScroll).scroll_end(animate=False)

    def action_leave(self) -> None:
        """Go back to the bench."""
        self.app.pop_screen()

    async def on_unmount(self) -> None:
        """Let the instrument go."""
        await self._let_go()

    async def _let_go(self) -> Left | None:
        talk, self._talk = self._talk, None
        if talk is None:
            return None
        self._parted(talk.leaving)
        left = await errand(talk.end)
        self._parted(left)
        return left

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)
