"""What a view of the page is made of: a table, and what is below it."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text

from station.tui.parts.cells import Column

Cell = tuple[str, str]
"""Text and style."""


@dataclass(frozen=True, slots=True)
class View:
    """One table and what is below it.

    Attributes:
        columns: of the table.
        rows: a cell for each column.
        below: row, width and height → what is shown of that row.
        empty: why there is no row, and what to do about it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    below: Callable[[int, int, int], Text]
    empty: str


def title(text: str) -> Text:
    """Return the beginning of the line above a drawing; the line is never broken."""
    return Text(no_wrap=True, overflow="ellipsis").append(f"{text}   ", "bold")
