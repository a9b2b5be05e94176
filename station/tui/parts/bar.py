"""The line at the top: the sections with their keys, the record store, who sits here."""

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widgets import Static

from station.errors import StationError
from station.tui.desk import Desk
from station.tui.sections import SECTIONS

ROOM = 2
"""Blank cells that the sections keep from what stands at the right."""


class Bar(Static):
    """Where we are, and whether the record store answers."""

    def __init__(self, desk: Desk, section: str) -> None:
        super().__init__(id="bar", markup=False)
        self._desk = desk
        self._section = section
        self._lost = False
        self._starts: list[tuple[int, str]] = []

    def hear(self, seen: object) -> None:
        """Take what a lookout told: an error, or that the store answers."""
        lost = isinstance(seen, StationError)
        if lost != self._lost:
            self._lost = lost
            self._show()

    def on_resize(self) -> None:
        """Fit the line to the width."""
        self._show()

    async def on_click(self, event: events.Click) -> None:
        """Open the section under the mouse."""
        under = [name for start, name in self._starts if start <= event.x]
        if under and under[-1]:
            await self.run_action(f"app.section('{under[-1]}')")

    def _show(self) -> None:
        text, self._starts = Text(no_wrap=True, overflow="ellipsis"), []
        for section in SECTIONS:
            self._starts.append((text.cell_len, section.name))
            here = section.name == self._section
            title = f"{'▸' if here else ' '}{section.key} {self._desk.say(section.title)} "
            text.append(title, "bold reverse" if here else "")
        self._starts.append((text.cell_len, ""))
        right = self._right(self.size.width - text.cell_len - ROOM)
        text.append(" " * (self.size.width - text.cell_len - right.cell_len))
        self.update(text.append_text(right))

    def _right(self, room: int) -> Text:
        """Return the most telling words that fit."""
        desk, text = self._desk, Text()
        store = desk.store.url.rpartition("/")[2]
        if self._lost:
            text.append(desk.say(" ✗ STORE LOST "), "bold reverse")
            store = ""
        who = f"{desk.by} ✓" if desk.signed_in else desk.by
        for words in (f" {store} · {who} " if store else f" {who} ", f" {who} "):
            if text.cell_len + cell_len(words) <= room:
                return text.append(words)
        return text
