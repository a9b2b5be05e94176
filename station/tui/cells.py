"""Columns and cells that the two tables share."""

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and its width in terminal cells in a narrow and a wide table."""

    key: str
    heading: str
    narrow: int
    wide: int
    right: bool = False


def cell(text: str, width: int, style: str = "", *, right: bool = False) -> Text:
    """Return `text` in `width` cells, the last one blank; what does not fit ends in …."""
    room = width - 1
    if cell_len(text) > room:
        text = set_cell_size(text, room - 1) + "…"
    blank = " " * (room - cell_len(text))
    return Text(f"{blank}{text} " if right else f"{text}{blank} ", style, no_wrap=True)
