"""Columns and cells that the two tables share."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from station.locale import Translate

SCROLL_BAR = 1
"""Cells that a table's scroll bar takes."""

LEAST = 4
"""Cells below which a cell would say nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and its width in terminal cells in a narrow and a wide table."""

    key: str
    heading: str
    narrow: int
    wide: int
    right: bool = False


def widths(columns: Sequence[Column], room: int) -> tuple[int, ...]:
    """Share `room` cells out: each column gets its narrow width, and its part of what is left."""
    wanted = [column.wide - column.narrow for column in columns]
    left = room - sum(column.narrow for column in columns)
    part = min(max(left / sum(wanted), 0.0), 1.0)
    # By sums, not one by one: no cell is lost to rounding.
    shared = [int(part * sum(wanted[:number])) for number in range(len(wanted) + 1)]
    more = (after - before for before, after in pairwise(shared))
    return tuple(column.narrow + cells for column, cells in zip(columns, more, strict=True))


def cell(text: str, width: int, style: str = "", *, right: bool = False) -> Text:
    """Return `text` in `width` cells, the last one blank; what does not fit ends in ….

    A column too narrow for a word is left blank.
    """
    if width < LEAST:
        return Text(" " * width)
    room = width - 1
    if cell_len(text) > room:
        text = set_cell_size(text, room - 1) + "…"
    blank = " " * (room - cell_len(text))
    return Text(f"{blank}{text} " if right else f"{text}{blank} ", style, no_wrap=True)


def heading(columns: Sequence[Column], shared: Sequence[int], say: Translate) -> Text:
    """Return the line of headings over columns of the widths `shared`, with capital letters."""
    texts = [say(column.heading) for column in columns]
    return Text.assemble(
        *(
            cell(text[:1].upper() + text[1:], width, right=column.right)
            for column, text, width in zip(columns, texts, shared, strict=True)
        )
    )
