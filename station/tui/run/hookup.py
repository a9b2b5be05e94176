"""A hookup drawn in characters: terminals left and right, each lead with its colour's name."""

from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from station.locale import Translate
from station.roles import role_words
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
    """Return one box for each instrument that leads come from, and where they go beside it."""
    groups: dict[str, list[WireDrawn]] = {}
    for wire in wires:
        groups.setdefault(_role(wire.from_end), []).append(wire)
    return Text("\n").join(_boxes(role, leads, say) for role, leads in groups.items())


def _boxes(left: str, leads: list[WireDrawn], say: Translate) -> Text:
    """Draw one box at the left, and at the right one below the other what it is wired to."""
    left = role_words(left, say)
    wide = max(cell_len(left), *(cell_len(_terminal(lead.from_end)) for lead in leads))
    others = (role_words(_role(lead.to_end), say) for lead in leads)
    ends = (_terminal(lead.to_end) for lead in leads)
    narrow = max(cell_len(text) for text in (*others, *ends))
    span = max(cell_len(_name(lead, say)) for lead in leads) + 2 * LEAD_CELLS
    gap = " " * span
    text = Text()
    for role, its in groupby(leads, lambda lead: _role(lead.to_end)):
        right = role_words(role, say)
        if text:
            text.append(f"│ {' ' * wide} │{gap}├─{_title(right, narrow)}─┤\n")
        else:
            text.append(f"┌─{_title(left, wide)}─┐{gap}┌─{_title(right, narrow)}─┐\n")
        for lead in its:
            text.append(f"│ {_right(_terminal(lead.from_end), wide)} ○")
            style = STYLE.get(lead.colour, "bold")
            text.append(_centred(_name(lead, say), span), style=style)
            text.append(f"○ {_left(_terminal(lead.to_end), narrow)} │\n")
    return text.append(f"└─{'─' * wide}─┘{gap}└─{'─' * narrow}─┘")


def _name(lead: WireDrawn, say: Translate) -> str:
    return f" {say(lead.colour)} " if lead.colour else ""


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
