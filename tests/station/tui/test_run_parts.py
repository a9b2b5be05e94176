"""The budget beside the readings, the wire dialogue, and notes, as the run screen shows them."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from textual.widgets import Input

from station.metrology.rounding import Notation
from station.records.store import Store
from station.run import entries as e
from station.run.inbox import COMMAND, Note
from station.run.plan import Phase
from station.tui.app import StationConsole
from station.tui.run.budget import budget
from station.tui.run.wire import Line, WireScreen, WireWatch
from tests.station.tui.journals import begin, measured, planned
from tests.station.tui.screens import ENGLISH, desk, open_run, poll, speech, text_of

RUN = "20260302-aa0001"
POINT = planned(1)[0]


def test_a_budget_is_bars_the_greatest_first() -> None:
    text = budget(measured(0), POINT, 60, ENGLISH).plain
    head, *lines = text.splitlines()
    assert head.startswith("Error ")
    shares = [float(line.partition("%")[0].split()[-1]) for line in lines]
    assert shares == sorted(shares, reverse=True)
    longest = [line.count("█") for line in lines]
    assert longest == sorted(longest, reverse=True)
    assert longest[0] > 0
    assert max(map(len, lines)) <= 60


def test_numbers_of_a_budget_have_a_decimal_comma_in_vietnamese() -> None:
    assert speech("vi").notation is Notation.VI
    first = budget(measured(0), POINT, 60, speech("vi")).plain.splitlines()[0]
    assert "," in first
    assert "." not in first


def exchange(sent: str, received: str | None, fault: str = "") -> e.WireExchange:
    return e.WireExchange(instrument="dut", sent=sent, received=received, at=1.5, fault=fault)


FOUND = [
    pytest.param("conf", True, id="sent"),
    pytest.param("1.0e", True, id="received, in small letters"),
    pytest.param("dut", True, id="instrument"),
    pytest.param("dc-v", True, id="point"),
    pytest.param("noise", False, id="nothing"),
]


@pytest.mark.parametrize(("wanted", "has"), FOUND)
def test_a_line_is_found_by_any_of_its_texts(wanted: str, has: bool) -> None:
    assert Line(exchange("CONF:VOLT", "+1.0E0"), "dc-voltage/1 V").has(wanted) is has


def wired(store: Store) -> None:
    journal = begin(store, RUN)
    wire = (exchange("CONF:VOLT:DC 10", None), exchange("READ?\n", "+1.0E+0"))
    journal.append(measured(0).model_copy(update={"wire": wire}))
    journal.append(
        e.Faulted(error="Timeout", message="m", wire=(exchange("READ?", None, "no reply"),))
    )


def test_the_wires_are_followed_and_read_once(store: Store) -> None:
    wired(store)
    watch = WireWatch(store, RUN)
    assert [line.point for line in watch.look()] == [POINT.id, POINT.id, ""]
    assert len(watch.look()) == 3


def trace(store: Store, *pressed: str) -> str:
    shown = ""

    async def whole() -> None:
        nonlocal shown
        app = StationConsole(desk(store))
        async with app.run_test(size=(120, 20)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("w")
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, WireScreen)
            screen.poll()
            await pilot.pause()
            await pilot.press(*pressed)
            await pilot.pause()
            shown = text_of(pilot)

    asyncio.run(whole())
    return shown


def test_the_trace_writes_out_what_a_terminal_would_obey(store: Store) -> None:
    wired(store)
    shown = trace(store)
    assert "READ?\\n" in shown
    assert "✗ no reply" in shown
    assert "3 of 3 exchanges" in shown


def test_the_trace_shows_only_what_is_looked_for(store: Store) -> None:
    wired(store)
    shown = trace(store, "slash", *"conf")
    assert "CONF:VOLT" in shown
    assert "READ?" not in shown
    assert "CONF:VOLT" in trace(store, "slash", *"noise", "escape")


def test_escape_leaves_the_trace(store: Store) -> None:
    wired(store)
    assert "Nominal" in trace(store, "escape")


def test_a_note_names_what_was_in_its_photo(store: Store, tmp_path: Path) -> None:
    begin(store, RUN)
    photo = tmp_path / "j.jpg"
    photo.write_bytes(b"\xff\xd8 a jack")

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("n", *"bent", "tab")
            app.screen.query_one("#path", Input).value = str(photo)
            await pilot.press("enter")
            await pilot.pause()
            await poll(pilot)

    asyncio.run(whole())
    (note,) = (COMMAND.validate_json(body) for _, body in store.inbox(RUN, 0))
    assert isinstance(note, Note)
    assert note.text == "bent"
    assert note.sha256 == hashlib.sha256(b"\xff\xd8 a jack").hexdigest()


def test_notes_and_what_was_left_out_are_on_the_point_s_page(store: Store) -> None:
    journal = begin(store, RUN)
    found = Phase.AS_FOUND
    journal.append(e.Skipped(point=POINT.id, phase=found, reason="no adapter", by="B"))
    journal.append(e.Noted(point=POINT.id, phase=found, text="bent jack", by="C"))

    async def whole() -> str:
        app = StationConsole(desk(store))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("home")
            table = text_of(pilot)
            await pilot.press("enter")
            await pilot.pause()
            return table + text_of(pilot)

    shown = asyncio.run(whole())
    assert "left out" in shown
    assert "LEFT OUT, by B: no adapter" in shown
    assert "C: bent jack" in shown
