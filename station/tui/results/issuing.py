"""What a certificate is issued with: languages, the laboratory's fields, folder, order, key."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.certificate.texts import Languages
from station.files import named
from station.tui.parts.dialogs import CANCEL, Tick
from station.tui.parts.folding import composed
from station.tui.parts.words import Speech
from station.tui.results.doors import BETWEEN_FILES, Asked, Signing, Wish


class IssueDialog(ModalScreen[Wish | None]):
    """Asks for it; what signing needs is folded away until it is to be signed."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL, Binding("enter", "go", show=False)]

    def __init__(
        self, title: str, fields: Sequence[Asked], begins: Wish, say: Speech, *, amends: bool
    ) -> None:
        """Ask; `begins` is what stands there at first."""
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._begins = begins
        self._say = say
        self._amends = amends

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say, begins = self._say, self._begins
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Label(self._title, classes="title", markup=False)
            if self._amends:
                yield Label(say("The results stay; what is given here is changed."))
                yield from _line(
                    say("What is changed and why (it is printed):"), "reason", begins.reason
                )
            yield Label(say("Printed in (space changes; the XML has both):"))
            one = begins.languages
            yield Tick("Tiếng Việt", ticked=one is not Languages.ENGLISH, id="vi")
            yield Tick("English", ticked=one is not Languages.VIETNAMESE, id="en")
            for each in self._fields:
                typed = begins.fields.get(each.name, "")
                yield from _line(f"{each.label}:", f"own-{each.name}", typed)
            yield from _line(say("Folder for PDF and XML:"), "folder", str(begins.folder))
            order = str(begins.order or "")
            as_before = (
                say("Order file (empty: order, customer and laboratory stay):")
                if self._amends
                else say("Order file (empty: as the run was ordered):")
            )
            yield from _line(as_before, "order", order)
            yield Tick(
                say("Sign both with a key (space changes)"),
                ticked=bool(begins.signing and begins.signing.key),
                id="sign",
            )
            with Vertical(id="signing"):
                yield from self._signing()
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: go ahead   Tab: next field   Esc: leave it"))

    def _signing(self) -> ComposeResult:
        say, begins = self._say, self._begins.signing or Signing("", "")
        yield from _line(say("Key, a PKCS#12 file or pkcs11:…"), "key", begins.key)
        yield Label(say("Password of the key:"))
        yield Input(id="password", compact=True, password=True)
        yield from _line(say("Time stamp server (empty: no time stamp):"), "tsa", begins.tsa)
        lists = say("Revocation lists, files with ; between (may be left empty):")
        yield from _line(lists, "crls", BETWEEN_FILES.join(map(str, begins.crls)))

    def on_mount(self) -> None:
        """Fold away what is not needed."""
        self.on_tick_changed()

    def on_tick_changed(self) -> None:
        """Unfold what signing needs, or fold it away."""
        self.query_one("#signing").display = self._ticked("sign")

    def on_input_submitted(self) -> None:
        """Go ahead."""
        self.action_go()

    def action_go(self) -> None:
        """Go ahead, if all that is needed is there."""
        missing = self._missing()
        if missing:
            self.query_one("#refusal", Static).update(f"✗ {missing}")
            return
        order = self._typed("order")
        self.dismiss(
            Wish(
                languages=self._languages(),
                folder=named(self._typed("folder")),
                fields={each.name: self._typed(f"own-{each.name}") for each in self._fields},
                order=named(order) if order else None,
                signing=self._signed_with() if self._ticked("sign") else None,
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
        if not (self._ticked("vi") or self._ticked("en")):
            return say("Choose a language at least.")
        unkeyed = self._ticked("sign") and not self._typed("key")
        return say("Name the key, or do not sign.") if unkeyed else ""

    def _languages(self) -> Languages:
        if self._ticked("vi") and self._ticked("en"):
            return Languages.BOTH
        return Languages.VIETNAMESE if self._ticked("vi") else Languages.ENGLISH

    def _signed_with(self) -> Signing:
        lists = (name.strip() for name in self._typed("crls").split(BETWEEN_FILES))
        return Signing(
            key=self._typed("key"),
            password=self.query_one("#password", Input).value,
            tsa=self._typed("tsa"),
            crls=tuple(named(name) for name in lists if name),
        )

    def _ticked(self, id_: str) -> bool:
        return self.query_one(f"#{id_}", Tick).ticked

    def _typed(self, id_: str) -> str:
        return composed(self.query_one(f"#{id_}", Input).value)


def _line(label: str, id_: str, value: str = "") -> ComposeResult:
    yield Label(label, markup=False)
    yield Input(value, id=id_, compact=True)
