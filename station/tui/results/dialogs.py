"""What is asked for before something is decided of a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.certificate.texts import Languages
from station.tui.desk import Desk
from station.tui.parts.dialogs import CANCEL, Tick, refused
from station.tui.parts.folding import composed
from station.tui.parts.words import Speech
from station.tui.results.doors import Asked, Wish


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


class IssueDialog(ModalScreen[Wish | None]):
    """Asks for languages, the laboratory's fields, folder, order file and key."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("enter", "go", show=False)]

    def __init__(self, title: str, fields: Sequence[Asked], desk: Desk, *, amends: bool) -> None:
        """Ask; folder and key are those of the last time."""
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._settings = desk.memory.settings
        self._say = desk.say
        self._amends = amends

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Label(self._title, classes="title", markup=False)
            if self._amends:
                yield from _line(say("What is changed and why (it is printed):"), "reason")
            yield Label(say("Printed in (space changes; the XML has both):"))
            yield Tick("Tiếng Việt", ticked=True, id="vi")
            yield Tick("English", ticked=True, id="en")
            for each in self._fields:
                yield from _line(f"{each.label}:", f"own-{each.name}")
            yield from _line(
                say("Folder for PDF and XML:"), "folder", self._settings.folder or str(Path.cwd())
            )
            yield from _line(say("Order file (empty: as the run was ordered):"), "order")
            signed = say("Key to sign with, PKCS#12 or pkcs11: (empty: not signed):")
            yield from _line(signed, "key", self._settings.key)
            yield Label(say("Password of the key:"))
            yield Input(id="password", compact=True, password=True)
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    def on_input_submitted(self) -> None:
        """Go ahead."""
        self.action_go()

    def action_go(self) -> None:
        """Go ahead, if all that is needed is there."""
        missing = self._missing()
        if missing:
            self.query_one("#refusal", Static).update(f"✗ {missing}")
            return
        order, key = self._typed("order"), self._typed("key")
        self.dismiss(
            Wish(
                languages=self._languages(),
                folder=Path(self._typed("folder")).expanduser(),
                fields={each.name: self._typed(f"own-{each.name}") for each in self._fields},
                order=Path(order).expanduser() if order else None,
                key=key or None,
                password=self.query_one("#password", Input).value if key else None,
                reason=self._typed("reason") if self._amends else "",
            )
        )

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)

    def _missing(self) -> str:
        say = self._say
        if self._amends and not self._typed("reason"):
            return say("Say what is changed and why.")
        empty = [each.label for each in self._fields if not self._typed(f"own-{each.name}")]
        if empty:
            return say("Fill in: {fields}.").format(fields=", ".join(empty))
        ticked = any(self.query_one(f"#{language}", Tick).ticked for language in ("vi", "en"))
        return "" if ticked else say("Choose a language at least.")

    def _languages(self) -> Languages:
        vi, en = (self.query_one(f"#{language}", Tick).ticked for language in ("vi", "en"))
        if vi and en:
            return Languages.BOTH
        return Languages.VIETNAMESE if vi else Languages.ENGLISH

    def _typed(self, id_: str) -> str:
        return composed(self.query_one(f"#{id_}", Input).value)


def _line(label: str, id_: str, value: str = "") -> ComposeResult:
    yield Label(label, markup=False)
    yield Input(value, id=id_, compact=True)
