"""The help of a screen: its keys, from the very bindings that act, and what its signs mean."""

from collections.abc import Iterable
from textwrap import wrap
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
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

WIDTH = 74
"""Cells of a line within border, padding and scroll bar of the dialog."""


def help_of(screen: Screen[Any], frame: Iterable[Binding], say: Speech) -> Text:
    """Return the help of `screen`; a screen may say more in a class variable `HELP`."""
    kinds = dict.fromkeys([type(screen), *(type(each) for each in screen.query("*"))])
    told: dict[str, str] = {}
    for key, what in (_row(binding, say) for kind in kinds for binding in described(kind)):
        # A widget's key that the screen describes as well is the same key.
        told.setdefault(key, what)
    anywhere = [_row(binding, say) for binding in frame]
    indent = max(cell_len(key) for key, _ in (*told.items(), *anywhere)) + GAP
    text = _table(list(told.items()), indent).append(f"\n{say(ANYWHERE)}\n")
    text.append_text(_table(anywhere, indent))
    more: str = getattr(screen, "HELP", "")
    return text.append(f"\n{say(more)}") if more else text


def _table(rows: Iterable[tuple[str, str]], indent: int) -> Text:
    """Return keys and what they do; a long text goes on below its own beginning."""
    text = Text()
    for key, what in rows:
        text.append(set_cell_size(key, indent), "bold")
        lines = wrap(what, WIDTH - indent)
        text.append(f"\n{' ' * indent}".join(lines)).append("\n")
    return text


def _row(binding: Binding, say: Speech) -> tuple[str, str]:
    return key_name(binding), say(binding.tooltip or binding.description)


class HelpDialog(ModalScreen[None]):
    """Shows the text; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", show=False)
    ]

    def __init__(self, title: str, content: Text) -> None:
        super().__init__()
        self._title = title
        self._content = content

    def compose(self) -> ComposeResult:
        """Show the text."""
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = self._title
            yield Static(self._content, markup=False)
