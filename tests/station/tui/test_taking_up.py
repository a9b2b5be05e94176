"""A run whose engine is gone is taken up again by a key."""

import asyncio

import pytest
from textual.pilot import Pilot

from station.records import claims
from station.records.store import Store
from station.tui.app import StationConsole
from station.tui.start.launch import Started
from tests.station.register.people import REVIEWER, enter
from tests.station.tui.journals import ENGINE, begin
from tests.station.tui.screens import desk, open_run, poll, text_of
from tests.station.tui.waiting import until

RUN = "20260302-0a1b2c"
ACT = tuple[str, str, str]


class Engine:
    """An engine that was started, and how it went."""

    def __init__(self, failure: str | None = None) -> None:
        self.run = None if failure else RUN
        self.failure = failure


def silent(store: Store) -> None:
    """A run whose engine is gone."""
    begin(store, RUN)
    claims.end_live(store, RUN, ENGINE)


def pressed(store: Store, engine: Engine, shown: str) -> list[ACT]:
    asked: list[ACT] = []

    def resume(run: str, by: str, url: str) -> Started:
        asked.append((run, by, url))
        return engine  # type: ignore[return-value]  # has what is asked of it

    async def whole() -> None:
        app = StationConsole(desk(store, resume=resume))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await act(pilot)

    async def act(pilot: Pilot[None]) -> None:
        await poll(pilot)
        await pilot.press("u")
        await until(pilot, lambda: shown in text_of(pilot))

    asyncio.run(whole())
    return asked


@pytest.mark.parametrize(
    ("engine", "shown"),
    [
        pytest.param(Engine(), "[u] take up", id="begun"),
        pytest.param(Engine("The bench is in use."), "✗ The bench is in use.", id="refused"),
    ],
)
def test_a_key_starts_another_engine(store: Store, engine: Engine, shown: str) -> None:
    silent(store)
    assert pressed(store, engine, shown) == [(RUN, "Operator A", "s.db")]


def test_an_engine_that_lives_is_left_alone(store: Store) -> None:
    begin(store, RUN)
    assert pressed(store, Engine(), "nothing to take up") == []


def test_whoever_has_no_session_takes_nothing_up(store: Store) -> None:
    enter(store, REVIEWER)
    silent(store)
    assert pressed(store, Engine(), "is not signed in") == []
