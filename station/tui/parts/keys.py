"""What a screen's keys are called: its `BINDINGS` alone make footer, help and palette.

In a Textual `Binding` the description is the short English word of the footer, the tooltip the
English sentence of the help; both are marked with `N_`. `show=False` keeps it out of the footer;
without a description it is nowhere but on the keyboard.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from textual.actions import parse
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from station.tui.parts.words import Speech

NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "question_mark": "?",
    "slash": "/",
    "f1": "F1",
    "ctrl+p": "^P",
    "ctrl+q": "^Q",
}


def key_name(binding: Binding) -> str:
    """Return how a person calls the key, of several the first."""
    first = binding.key.partition(",")[0].strip()
    named = NAMES.get(first, first)
    shifted = len(first) == 1 and first.isupper()
    return binding.key_display or (f"Shift+{named}" if shifted else named)


def described(kind: type) -> list[Binding]:
    """Return the described keys of a screen or widget of ours, in their order.

    What Textual's own widgets describe is neither ours nor translated.
    """
    ours = [each for each in kind.__mro__ if each.__module__.startswith("station.")]
    bindings = (binding for each in ours for binding in vars(each).get("BINDINGS", ()))
    return [each for each in bindings if isinstance(each, Binding) and each.description]


def acting(screen: Screen[Any]) -> Iterator[ActiveBinding]:
    """Return what the described keys of a screen, its widgets and the app do now, once each."""
    told: set[tuple[object, str]] = set()
    for each in screen.active_bindings.values():
        binding = each.binding
        known = {own.action for own in described(type(each.node))}
        act = (each.node, binding.action)
        if each.enabled and binding.action in known and act not in told:
            told.add(act)
            yield each


def offered(screen: Screen[Any]) -> Iterator[tuple[DOMNode, Binding]]:
    """Return what can be done on a screen now, also by keys that a line being typed in takes."""
    focused = screen.focused
    widgets = [] if focused is None else [each for each in focused.ancestors_with_self]
    nodes = dict.fromkeys([*widgets, screen, screen.app])
    told: set[str] = set()
    for node in nodes:
        for binding in described(type(node)):
            _, name, parameters = parse(binding.action)
            if binding.action not in told and node.check_action(name, parameters):
                told.add(binding.action)
                yield node, binding


def fitting(hints: Sequence[str], last: Sequence[str], width: int) -> str:
    """Return as many hints as fit beside the last ones, which are always there."""
    end, shown = "  ".join(last), ""
    for hint in hints:
        if cell_len(f"{shown}{hint}  {end}") > width:
            break
        shown += f"{hint}  "
    return shown + end


class Footer(Static):
    """One line of key hints: what the keys do now, the frame's own last."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="hints", markup=False)
        self._say = say

    def on_mount(self) -> None:
        """Follow what the keys do, which changes with the focus and with `refresh_bindings`."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.show())

    def on_resize(self) -> None:
        """Show what fits."""
        self.show()

    def show(self) -> None:
        """Show the keys, if they are others than before."""
        own: list[str] = []
        frame: list[str] = []
        for each in acting(self.screen):
            if each.binding.show:
                hints = frame if each.node is self.app else own
                hints.append(f"[{key_name(each.binding)}] {self._say(each.binding.description)}")
        text = fitting(own, frame, self.size.width)
        if text != self.content:
            self.update(text)
