"""Keys take effect in the order they were typed, and none where it was not meant for.

Textual hands a key to the field that has the focus, and its bindings are looked up only when it
has come back up to the app: of `1`, backspace, `2` that arrive together, as an input method or a
slow line sends them, the backspace would take the 2.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

if TYPE_CHECKING:
    from station.tui.app import StationConsole

PAUSE_SECONDS = 0.4
"""Who has looked at what is asked pauses longer than this (s) before the first key."""

LONGEST_SECONDS = 0.1
"""After so long (s) the next key is given, whatever became of the one before."""

ROUNDS = 2
"""A key goes up to the app once, and what a field says because of it once more."""

WRITING = frozenset({"enter", "backspace", "tab", "delete"})


class NewlyAsked(Message):
    """Something else is asked for than before; for the app."""


class Keystrokes:
    """What is typed, one key at a time.

    Args:
        app: whose keys they are.
        give: hands one key on.
    """

    def __init__(
        self, app: "StationConsole", give: Callable[[events.Key], Awaitable[None]]
    ) -> None:
        self._app = app
        self._give = give
        self._waiting: deque[events.Key] = deque()
        self._field: Widget | None = None
        self._last = 0.0
        self._hushed = False

    async def typed(self, event: events.Key) -> None:
        """Give a key on when those before it have taken effect."""
        self._waiting.append(event)
        if len(self._waiting) == 1:
            await self._next()

    def hush(self) -> None:
        """Drop what is typed on without a pause: it was not for what is asked now."""
        self._hushed = True

    async def _next(self) -> None:
        while self._waiting:
            event = self._waiting[0]
            if self._is_meant(event):
                self._app.set_timer(LONGEST_SECONDS, partial(self._done, event))
                node = self._app.focused or self._app.screen
                await self._give(event)
                self._follow(event, node, node, ROUNDS)
                return
            self._waiting.popleft()

    def _is_meant(self, event: events.Key) -> bool:
        """Tell whether whoever typed may have seen what the key goes to."""
        gap, self._last = event.time - self._last, event.time
        focused, field = self._app.focused, self._field
        if field is not None and not _is_there(field):
            self._hushed = True
        self._field = focused if isinstance(focused, Input) else None
        if gap >= PAUSE_SECONDS:
            self._hushed = False
        return not (self._hushed and (event.is_printable or event.key in WRITING))

    def _follow(self, event: events.Key, first: DOMNode, node: DOMNode | None, rounds: int) -> None:
        """Take the way of a key, behind it: up to the app, and again."""
        while node is not None:
            if node.call_later(self._follow, event, first, node.parent, rounds):
                return
            node = node.parent
        if rounds > 1:
            self._follow(event, first, first, rounds - 1)
        else:
            self._app.call_later(self._done, event)

    async def _done(self, event: events.Key) -> None:
        """Give the next key, once."""
        if self._waiting and self._waiting[0] is event:
            self._waiting.popleft()
            await self._next()


def _is_there(field: Widget) -> bool:
    around = (each for each in field.ancestors_with_self if isinstance(each, Widget))
    return field.is_attached and field.screen.is_current and all(each.display for each in around)
