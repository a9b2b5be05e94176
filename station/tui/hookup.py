"""A hookup drawn in characters: terminals left and right, each lead with its colour's name."""

from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from station.locale import Translate
from station.run.entries import WireDrawn

LEAD_CELLS = 5
"""Line drawn at each side of a lead's colour."""

STYLE = {
    "red": "bold red",
    "black": "bold",
    "blue": "bold blue",
    "green": "bold green",
    "yellow": "bold yellow",
    "brown": "bold yellow",
    "white": "bold",
}


def draw(wires: Sequence[WireDrawn], say: Translate) -> Text:
    """Return one pair of boxes for each pair of instruments, in the order of the wires."""
    drawing = Text()
    for pair, leads in groupby(wires, lambda w: (_role(w.from_end), _role(w.to_end))):
        if drawing:
            drawing.append("\n")
        drawing.append_text(_boxes(*pair, list(leads), say))
    return drawing


def _boxes(left: str, right: str, leads: list[WireDrawn], say: Translate) -> Text:
    near = [_terminal(lead.from_end) for lead in leads]
    far = [_terminal(lead.to_end) for lead in leads]
    names = [f" {say(lead.colour)} " if lead.colour else "" for lead in leads]
    wide, narrow = (
        max(map(cell_len, (title, *cells))) for title, cells in ((left, near), (right, far))
    )
    span = max(map(cell_len, names)) + 2 * LEAD_CELLS
    gap = " " * span
    text = Text(f"┌─{_title(left, wide)}─┐{gap}┌─{_title(right, narrow)}─┐\n")
    for lead, here, there, name in zip(leads, near, far, names, strict=True):
        text.append(f"│ {_right(here, wide)} ○")
        text.append(_centred(name, span), style=STYLE.get(lead.colour, "bold"))
        text.append(f"○ {_left(there, narrow)} │\n")
    return text.append(f"└─{'─' * wide}─┘{gap}└─{'─' * narrow}─┘")


def _role(end: str) -> str:
    return end.partition(" ")[0]


def _terminal(end: str) -> str:
    return end.partition(" ")[2]


def _title(text: str, width: int) -> str:
    return text + "─" * (width - cell_len(text))


def _left(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def _centred(text: str, width: int) -> str:
    line = width - cell_len(text)
    return "─" * (line // 2) + text + "─" * (line - line // 2)
