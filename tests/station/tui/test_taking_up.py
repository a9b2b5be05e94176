"""A run whose engine is gone is taken up again by a key."""

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from station.records import claims
from station.records.store import Store
from station.run import entries as e
from station.tui.app import StationConsole
from station.tui.start.launch import Ending, Started
from tests.station.register.people import REVIEWER, enter
from tests.station.tui.journals import ENGINE, StillWall, begin
from tests.station.tui.screens import desk, open_run, poll, text_of
from tests.station.tui.waiting import until

RUN = "20260302-0a1b2c"
ACT = tuple[str, str, str]


class Engine:
    """A process that was started, and how it went."""

    def __init__(self, failure: str | None = None) -> None:
        self.run = None if failure else RUN
        self.failure = failure
        self.ended_well = not failure


def silent(store: Store) -> None:
    """A run whose engine is gone."""
    begin(store, RUN)
    claims.end_live(store, RUN, ENGINE)


def pressed(store: Store, engine: Engine, shown: str, *keys: str) -> list[ACT]:
    """Press keys on the run's page, wait until something is shown; return what was started."""
    asked: list[ACT] = []

    def resume(run: str, by: str, url: str) -> Started:
        asked.append((run, by, url))
        return engine  # type: ignore[return-value]  # has what is asked of it

    def end(ending: Ending, url: str) -> Started:
        asked.append((ending.run, ending.by, ending.reason))
        return engine  # type: ignore[return-value]  # has what is asked of it

    async def whole() -> None:
        app = StationConsole(desk(store, resume=resume, end=end))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await act(pilot)

    async def act(pilot: Pilot[None]) -> None:
        await poll(pilot)
        await pilot.press(*(keys or ("u",)))
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


def stopped(store: Store) -> None:
    """A run that stopped on a fault: its engine has ended."""
    begin(store, RUN).append(e.Faulted(error="LinkLost", message="No reply.", wire=()))
    claims.end_live(store, RUN, ENGINE)


ABORT = ("a", *"smoke", "enter", "A")


@pytest.mark.parametrize("situation", [silent, stopped])
@pytest.mark.parametrize(
    ("engine", "shown"),
    [
        pytest.param(Engine(), "[a] abort", id="ended"),
        pytest.param(Engine("OUTPUT MAY BE LIVE"), "✗ OUTPUT MAY BE LIVE", id="failed"),
    ],
)
def test_a_run_without_an_engine_is_ended_by_a_key(
    store: Store, situation: Callable[[Store], None], engine: Engine, shown: str
) -> None:
    situation(store)
    assert pressed(store, engine, shown, *ABORT) == [(RUN, "Operator A", "smoke")]


def test_a_run_whose_engine_dies_while_the_reason_is_typed_is_ended_all_the_same(
    store: Store,
) -> None:
    begin(store, RUN)
    asked: list[ACT] = []

    def end(ending: Ending, url: str) -> Started:
        asked.append((ending.run, ending.by, ending.reason))
        return Engine()  # type: ignore[return-value]  # has what is asked of it

    async def whole() -> None:
        app = StationConsole(desk(store, end=end))
        async with app.run_test(size=(100, 30)) as pilot:
            screen = await open_run(pilot, RUN)
            await poll(pilot)
            await pilot.press(*ABORT[:-1])
            claims.end_live(store, RUN, ENGINE)
            screen.poll()
            await pilot.pause()
            await pilot.press(ABORT[-1])
            await until(pilot, lambda: bool(asked))

    asyncio.run(whole())
    assert asked == [(RUN, "Operator A", "smoke")]


def quiet(store: Store) -> None:
    """A run whose engine was heard of three seconds ago: it may live, or have been killed."""
    begin(store, RUN)
    claims.beat(store, RUN, ENGINE, StillWall().now().timestamp() - 3.0, None)


def test_a_quiet_engine_is_left_to_the_process_that_ends_runs(store: Store) -> None:
    quiet(store)
    assert pressed(store, Engine(), "engine alive", *ABORT) == [(RUN, "Operator A", "smoke")]
    assert store.inbox(RUN, 0) == []


def test_who_thinks_better_of_it_ends_nothing(store: Store) -> None:
    stopped(store)
    assert pressed(store, Engine(), "[a] abort", "a", *"smoke", "enter", "escape") == []


def test_whoever_has_no_session_ends_nothing_either(store: Store) -> None:
    enter(store, REVIEWER)
    stopped(store)
    assert pressed(store, Engine(), "is not signed in", *ABORT) == []
