"""A table whose rows are drawn when they come into view, and again only when they change.

Textual's own table draws every visible cell anew at each change, 40 ms for 26 rows: too long
for a screen that must answer keys while a run goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, overload

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from station.locale import N_


@dataclass(frozen=True)
class Drawn(Sequence[Text]):
    """So many rows, each drawn when it is asked for."""

    length: int
    draw: Callable[[int], Text]

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, row: int) -> Text: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Text]: ...
    def __getitem__(self, row: int | slice) -> Text | Sequence[Text]:
        if isinstance(row, slice):
            return [self.draw(each) for each in range(*row.indices(self.length))]
        return self.draw(row)


class Rows(ScrollView, can_focus=True):
    """A heading and rows of one line each; the cursor is on a row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--head", "rows--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up",
            "move(-1)",
            N_("another row"),
            show=False,
            system=True,
            key_display="↑ ↓ PgUp PgDn Home End",
        ),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("enter", "choose", N_("open"), tooltip=N_("open the row")),
    ]

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a row."""

        row: int

    class Moved(Message):
        """The cursor is on another row."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.cursor_row = 0
        self._head = Strip([])
        self._texts: Sequence[Text] = ()
        self._strips: dict[int, Strip] = {}

    def replace(self, head: Text, rows: Sequence[Text]) -> None:
        """Show other rows under another heading; each is asked for when it comes into view."""
        self._head = self._strip(head)
        self._texts, self._strips = rows, {}
        # One line more for the heading, which does not scroll.
        self.virtual_size = Size(self.size.width, len(rows) + 1)
        self.move_cursor(self.cursor_row)
        self.refresh()

    def changed(self, row: int) -> None:
        """Ask for a row again: its text is another one."""
        self._strips.pop(row, None)
        self.refresh_line(row + 1)

    def move_cursor(self, row: int, *, ahead: int = 0) -> None:
        """Put the cursor on a row, the nearest there is; bring it and some `ahead` into view."""
        before, self.cursor_row = self.cursor_row, max(min(row, len(self._texts) - 1), 0)
        room = self.size.height - 1
        last = min(self.cursor_row + ahead, len(self._texts) - 1)
        top = min(max(self.scroll_offset.y, last - room + 1), self.cursor_row)
        if room > 0 and top != self.scroll_offset.y:
            # By force: the scroll bar of what was just put in is not there yet.
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        if self.cursor_row != before:
            self.post_message(self.Moved())
        self.refresh_line(before + 1)
        self.refresh_line(self.cursor_row + 1)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        width = self.size.width
        row = y - 1 + self.scroll_offset.y
        if y == 0:
            head = self.get_component_rich_style("rows--head")
            return self._head.crop_extend(0, width, head).apply_style(head)
        if row >= len(self._texts):
            return Strip.blank(width, self.rich_style)
        at_cursor = row == self.cursor_row
        style = self.get_component_rich_style("rows--cursor") if at_cursor else self.rich_style
        if row not in self._strips:
            self._strips[row] = self._strip(self._texts[row])
        strip = self._strips[row]
        if at_cursor and self.has_focus:
            # Reversed, a colour would become the ground of single words.
            strip = Strip(Segment(text, own and own.without_color) for text, own, _ in strip)
        return strip.crop_extend(0, width, style).apply_style(style)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.move_cursor(self.cursor_row)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        if event.y > 0:
            self.move_cursor(event.y - 1 + self.scroll_offset.y)

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.move_cursor(self.cursor_row + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by some pages."""
        self.move_cursor(self.cursor_row + pages * max(self.size.height - 1, 1))

    def action_choose(self) -> None:
        """Say which row was chosen."""
        if self._texts:
            self.post_message(self.Chosen(self.cursor_row))

    def _strip(self, text: Text) -> Strip:
        text.end, console = "", self.app.console
        # Rich leaves out the style of a text that is of one style.
        style = console.get_style(text.style) if not text.spans else None
        return Strip(text.render(console)).apply_style(style or Style.null())
