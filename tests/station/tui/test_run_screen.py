"""The run's screen while things happen: the cursor, other screens over it, an engine that dies."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.records import claims
from station.records.store import Store
from station.run import entries as e
from station.run.inbox import COMMAND, Answer
from station.run.journal import Journal
from station.run.plan import Phase
from station.tui.app import StationConsole
from station.tui.parts.rows import Rows
from station.tui.run.points import PointsTable
from station.tui.run.wire import WireScreen
from tests.station.tui.journals import (
    CONNECT,
    ENGINE,
    READ,
    TEMPERATURE,
    beat,
    begin,
    measured,
)
from tests.station.tui.screens import desk, open_run, poll, text_of
from tests.station.tui.waiting import until

RUN = "20260302-0a1b2c"
MANY = 60
SMALL = (80, 24)


def on_run(store: Store, act: Callable[[Pilot[None]], Awaitable[None]]) -> None:
    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=SMALL) as pilot:
            await open_run(pilot, RUN)
            await act(pilot)

    asyncio.run(whole())


def finish(journal: Journal) -> None:
    journal.append(e.Decided(phase=Phase.AS_FOUND, verdict="pass"))
    journal.append(e.Finished(verdict="pass"))


def test_the_end_of_a_fast_run_is_in_sight_and_says_what_comes_next(store: Store) -> None:
    journal = begin(store, RUN, points=MANY)
    journal.append(TEMPERATURE)

    async def act(pilot: Pilot[None]) -> None:
        journal.append(e.Answered(prompt=TEMPERATURE.prompt, value="23.0", by="A"))
        for number in range(MANY):
            journal.append(measured(number))
        finish(journal)
        await poll(pilot)
        await pilot.pause()
        table = pilot.app.screen.query_one(PointsTable)
        assert table.cursor_row == MANY - 1
        assert table.scroll_offset.y + table.size.height - 1 >= MANY
        assert "4 opens Results" in text_of(pilot)

    on_run(store, act)


def test_what_comes_next_is_in_sight_too(store: Store) -> None:
    journal = begin(store, RUN, points=MANY)
    for number in range(MANY // 2):
        journal.append(measured(number))

    async def act(pilot: Pilot[None]) -> None:
        table = pilot.app.screen.query_one(PointsTable)
        for size in (SMALL, (80, 22)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            last = table.scroll_offset.y + table.size.height - 2
            assert last == table.cursor_row + 3

    on_run(store, act)


@pytest.mark.parametrize("back", [("g",), ("down",) * 3], ids=["by a key", "row by row"])
def test_back_where_the_run_is_the_cursor_goes_with_it_again(
    store: Store, back: tuple[str, ...]
) -> None:
    journal = begin(store, RUN, points=MANY)
    journal.append(measured(0))
    rows = []

    async def act(pilot: Pilot[None]) -> None:
        for number, pressed in enumerate(((), ("up",), (), back), start=1):
            await pilot.press(*pressed)
            journal.append(measured(number))
            await poll(pilot)
            rows.append(pilot.app.screen.query_one(PointsTable).cursor_row)

    on_run(store, act)
    assert rows == [2, 1, 1, 5]


def test_a_covered_run_is_not_looked_at_and_seen_at_once_when_it_is_back(store: Store) -> None:
    journal = begin(store, RUN)

    def looking() -> int:
        return sum(thread.name == "lookout" for thread in threading.enumerate())

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("w")
        await pilot.pause()
        assert looking() == 1, "the trace alone"
        journal.append(measured(0))
        await pilot.press("question_mark")
        await pilot.pause()
        assert looking() == 1, "a dialog leaves it in view"
        await pilot.press("escape", "q")
        await until(pilot, lambda: "1/10 points" in text_of(pilot))
        assert looking() == 1

    on_run(store, act)


def test_the_trace_ends_in_sight_and_a_line_is_shown_whole(store: Store) -> None:
    journal = begin(store, RUN, points=MANY)
    for number in range(MANY):
        journal.append(measured(number))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("w")
        await until(pilot, lambda: len(pilot.app.screen.query_one(Rows)._texts) > MANY)
        rows = pilot.app.screen.query_one(Rows)
        for size in (None, (80, 12)):
            if size is not None:
                await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "READ?" in text_of(pilot).splitlines()[rows.region.bottom - 1]
        (heading,) = [row for row in rows._texts[-3:] if row.plain.startswith("■")]
        drawn = [segment.style for segment in rows._strip(heading) if segment.text.strip()]
        assert [style and style.bold for style in drawn] == [True]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WireScreen)
        pilot.app.screen.poll()
        await pilot.pause()
        assert "4.250 s  dut  → READ?  ← +" in text_of(pilot)
        await pilot.press("up")
        assert "120 of 120 exchanges" in text_of(pilot)
        assert "·  Resistance 10 MΩ (range 10 MΩ)" in text_of(pilot).splitlines()[0]

    on_run(store, act)


@pytest.mark.parametrize("prompt", [TEMPERATURE, READ], ids=["the room", "a reading"])
def test_an_answer_without_an_engine_is_kept_until_it_is_asked_for_again(
    store: Store, prompt: e.Prompted
) -> None:
    journal = begin(store, RUN)
    journal.append(prompt)
    claims.end_live(store, RUN, ENGINE)

    def sent() -> list[object]:
        return [COMMAND.validate_json(body) for _, body in store.inbox(RUN, 0)]

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("2", "3", "enter")
        await poll(pilot)
        assert "Your entry is kept" in text_of(pilot)
        assert sent() == []
        journal.append(
            e.Resumed(operator="A", software="1", software_digest="0" * 64, reason="gone")
        )
        journal.append(CONNECT.model_copy(update={"prompt": 7}))
        beat(store, RUN)
        await poll(pilot)
        journal.append(e.Answered(prompt=7, value="done", by="A"))
        journal.append(prompt.model_copy(update={"prompt": 8}))
        await poll(pilot)
        await pilot.pause()
        assert pilot.app.screen.query_one("#answer", Input).selected_text == "23"
        assert "from before it was interrupted" in text_of(pilot)
        await pilot.press("enter")
        await poll(pilot)
        (answer,) = sent()
        assert isinstance(answer, Answer)
        assert (answer.prompt, float(answer.value)) == (8, 23.0)

    on_run(store, act)


def test_the_next_reading_begins_empty(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(READ)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("4", "enter")
        await poll(pilot)
        journal.append(e.Answered(prompt=READ.prompt, value="4", by="A"))
        for number in (8, 9):
            # Answered elsewhere between two looks.
            journal.append(READ.model_copy(update={"prompt": number}))
            if number == 8:
                journal.append(e.Answered(prompt=8, value="5", by="B"))
        await poll(pilot)
        assert pilot.app.screen.query_one("#answer", Input).value == ""

    on_run(store, act)
