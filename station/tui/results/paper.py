"""A certificate as text: what is printed on it, without any other program."""

from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from station.certificate.document import Document
from station.certificate.texts import Languages
from station.errors import StationError, told
from station.locale import N_
from station.metrology.rounding import Notation
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.errand import errand
from station.tui.parts.keys import Footer
from station.tui.results import doors
from station.tui.results.acts import Case
from station.tui.results.printed import paper


class PaperScreen(Screen[None]):
    """The certificate as text; before it is issued, as it would be."""

    CSS_PATH = "results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "language", N_("language"), tooltip=N_("the same in the other language")),
        Binding("n", "another", N_("another"), tooltip=N_("the certificate before it, in turn")),
        Binding("escape", "app.page_back", N_("back"), show=False),
    ]

    def __init__(self, desk: Desk, case: Case, number: str = "") -> None:
        """Show a certificate of an item; "" is the last one, or the draft."""
        super().__init__()
        self._number = number or case.number
        self._desk = desk
        self._case = case
        vi = desk.say.notation is Notation.VI
        self._language = Languages.VIETNAMESE if vi else Languages.ENGLISH
        self._document: Document | None = None

    def anew(self, desk: Desk) -> "PaperScreen":
        """Return this page for another desk."""
        return PaperScreen(desk, replace(self._case, by=desk.by), self._number)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "results")
        yield Static(id="notice", markup=False)
        with VerticalScroll(id="account"):
            yield Static(id="words")
        yield Footer(self._desk.say)

    def on_mount(self) -> None:
        """Read the certificate."""
        self.query_one("#account").focus()
        self.read()

    @work(exclusive=True)
    async def read(self) -> None:
        """Compute the document from the record, in a thread, and show it."""
        say, case, number = self._desk.say, self._case, self._number
        try:
            self._document = await errand(lambda: doors.document(self._desk, case, number))
        except StationError as error:
            self._word(f"✗ {told(error, say)}")
            return
        self._word(self._standing())
        self._show()

    def _standing(self) -> str:
        """Return what the paper itself does not say: that it is not, or no longer, in force."""
        case, say = self._case, self._desk.say
        if not self._number:
            return f"! {say('A draft: nothing is issued yet, and it has no number.')}"
        if self._number != case.number:
            text = say("✗ {number} took its place. It is no longer valid.")
            return text.format(number=case.number)
        done = case.register.withdrawn.get(self._number)
        if done is None:
            return ""
        text = say("✗ Withdrawn by {by}: {reason}. It is no longer valid.")
        return text.format(by=done.by, reason=done.reason.rstrip("."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer another certificate where the item has one."""
        return action != "another" or len(self._case.lives.issued) > 1

    def action_another(self) -> None:
        """Show the certificate before it; before the first comes the last."""
        numbers = [each.number for each in self._case.lives.issued]
        self._number = numbers[numbers.index(self._number) - 1]
        self.read()

    def action_language(self) -> None:
        """Show it in the other language."""
        vi = self._language is Languages.VIETNAMESE
        self._language = Languages.ENGLISH if vi else Languages.VIETNAMESE
        self._show()

    def _show(self) -> None:
        if self._document is not None:
            self.query_one("#words", Static).update(paper(self._document, self._language))

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)
