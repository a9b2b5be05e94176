"""Tours through the screens: keys that are pressed one after another, and what each must do.

A screen's keys are those of its own `BINDINGS`; one that no tour presses is one too many.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot

from station.tui.parts.rows import Rows
from tests.station.tui.screens import text_of
from tests.station.tui.waiting import until

Shows = Callable[[Pilot[None]], bool]


def text(wanted: str) -> Shows:
    return lambda pilot: wanted in text_of(pilot)


def row(number: int) -> Shows:
    return lambda pilot: pilot.app.screen.query_one(Rows).cursor_row == number


def on(kind: type) -> Shows:
    return lambda pilot: isinstance(pilot.app.screen, kind)


@dataclass(frozen=True)
class Press:
    """A key, whose it is (None for what only leads on), and what it brings about."""

    of: type[DOMNode] | None
    key: str
    does: Shows


def typed(words: str) -> list[Press]:
    return [Press(None, key, lambda _: True) for key in words]


async def walked(pilot: Pilot[None], tour: Iterable[Press]) -> None:
    """Press one key after another; each must do what it is for."""
    for press in tour:
        await pilot.press(press.key)
        await until(pilot, partial(press.does, pilot))


def keys_of(screen: type[DOMNode]) -> set[str]:
    bindings = [each for each in vars(screen)["BINDINGS"] if isinstance(each, Binding)]
    return {key for each in bindings for key in each.key.split(",")}


def pressed(tours: Iterable[Sequence[Press]], screen: type[DOMNode]) -> set[str]:
    return {press.key for tour in tours for press in tour if press.of is screen}
