"""The help of a screen: its keys, from the very bindings that act, and what its signs mean."""

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from station.locale import N_
from station.tui.parts.keys import described, key_name
from station.tui.parts.words import Speech

ANYWHERE = N_("Everywhere")

GAP = 2


def help_of(screen: Screen[Any], frame: Iterable[Binding], say: Speech) -> Group:
    """Return the help of `screen`; a screen may say more in a class variable `HELP`."""
    kinds = dict.fromkeys([type(screen), *(type(each) for each in screen.query("*"))])
    table = Table.grid(padding=(0, GAP))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    told: dict[str, str] = {}
    for key, what in (_row(binding, say) for kind in kinds for binding in described(kind)):
        # A widget's key that the screen describes as well is the same key.
        told.setdefault(key, what)
    for row in told.items():
        table.add_row(*row)
    table.add_row()
    table.add_row(say(ANYWHERE))
    for binding in frame:
        table.add_row(*_row(binding, say))
    more: str = getattr(screen, "HELP", "")
    return Group(table, Text(f"\n{say(more)}")) if more else Group(table)


def _row(binding: Binding, say: Speech) -> tuple[str, str]:
    return key_name(binding), say(binding.tooltip or binding.description)


class HelpDialog(ModalScreen[None]):
    """Shows the text; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", show=False)
    ]

    def __init__(self, title: str, content: Group) -> None:
        super().__init__()
        self._title = title
        self._content = content

    def compose(self) -> ComposeResult:
        """Show the text."""
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = self._title
            yield Static(self._content)
