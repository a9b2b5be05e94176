"""Waiting for what a screen does in a thread."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

TRIES = 400


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    """Let the errands come back; each is short, and none waits for a clock."""
    for _ in range(TRIES):
        if done():
            return
        await pilot.pause(0.01)
    pytest.fail("it did not happen")
