"""Waiting for what a screen does in a thread."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

TRIES = 400

AT_REST = 3
"""So many looks see the same."""


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    """Let the errands come back; each is short, and none waits for a clock."""
    for _ in range(TRIES):
        if done():
            return
        await pilot.pause(0.01)
    pytest.fail("it did not happen")


async def settled(pilot: Pilot[None], shown: Callable[[Pilot[None]], str]) -> str:
    """Let the screen come to rest; return what it shows then."""
    last, same = "", 0
    for _ in range(TRIES):
        await pilot.pause(0.01)
        now = shown(pilot)
        same, last = (same + 1 if now == last else 0), now
        if same == AT_REST:
            return now
    pytest.fail("it did not come to rest")
