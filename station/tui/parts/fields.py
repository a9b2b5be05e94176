"""Fields of a form: a choice that opens a dialog, a line to type in, and what sends the form."""

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import set_cell_size
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, Static

from station.locale import N_

LABEL = 18
"""Cells of the labels in front."""


class Field(Static, can_focus=True):
    """One value of a form with its label; Enter or the space bar asks for another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space",
            "change",
            N_("change"),
            key_display="Enter",
            tooltip=N_("choose another value of the field"),
        ),
    ]

    @dataclass
    class Asked(Message):
        """Another value is asked for."""

        field: str

    def __init__(self, label: str, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._label = label
        self._value = ""

    def on_mount(self) -> None:
        """Show it."""
        self._show()

    def show(self, value: str) -> None:
        """Show another value."""
        if value != self._value:
            self._value = value
            self._show()

    def action_change(self) -> None:
        """Ask for another value."""
        self.post_message(self.Asked(str(self.id)))

    def on_click(self, _: events.Click) -> None:
        """Ask for another value."""
        self.action_change()

    def _show(self) -> None:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(set_cell_size(self._label, LABEL - 2)).append(f"▾ {self._value}")
        self.update(text)


class Entry(Input):
    """A line to type in, without a frame."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", N_("take it"), tooltip=N_("take what was typed, and go on")),
    ]


class Go(Static, can_focus=True):
    """The line that sends the form; nothing else does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", N_("start"), tooltip=N_("start the run")),
    ]

    class Pressed(Message):
        """The form is to be sent."""

    def action_go(self) -> None:
        """Say so."""
        self.post_message(self.Pressed())

    def on_click(self, _: events.Click) -> None:
        """Say so."""
        self.action_go()
