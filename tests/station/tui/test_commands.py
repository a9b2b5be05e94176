"""What an operator's keys leave in the run's inbox, and what they refuse to leave there."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, Static

from station.records import claims
from station.records.store import Store
from station.run import entries as e
from station.run.inbox import (
    COMMAND,
    Abort,
    Answer,
    Command,
    GoOn,
    Note,
    Pause,
    Remove,
    Skip,
    Void,
)
from station.run.journal import Journal, read
from station.run.live import LiveView
from station.tui.app import StationConsole
from station.tui.run.head import Head
from station.tui.run.points import PointsTable
from station.tui.run.prompt import PromptPanel
from station.tui.run.screen import RunScreen
from station.tui.runs.screen import RunsScreen
from tests.station.certificate.gauges import PRESSURES, Gauges
from tests.station.tui.journals import (
    CONNECT,
    DOUBTED,
    ENGINE,
    READ,
    REVIEW,
    SUSPICION,
    TEMPERATURE,
    SteppingClock,
    beat,
    begin,
    begun,
    measured,
    planned,
)
from tests.station.tui.screens import desk, open_run, poll, speech, text_of

ROOT = Path(__file__).parents[3]
BENCHES = ROOT / "procedures"
DEMO = ROOT / "station/demo/bench.toml"
TAB = ("tab",)
RUN = "20260302-0a1b2c"
BY = "Operator A"


def commands(store: Store, run: str = RUN) -> list[Command]:
    return [COMMAND.validate_json(body) for _, body in store.inbox(run, 0)]


def on_run(store: Store, act: Callable[[Pilot[None]], Awaitable[None]]) -> None:
    async def whole() -> None:
        app = StationConsole(desk(store, by=BY))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await act(pilot)

    asyncio.run(whole())


def keys(store: Store, *pressed: str) -> str:
    """Press keys on the run's screen; return what it shows once all is sent."""
    shown = ""

    async def act(pilot: Pilot[None]) -> None:
        nonlocal shown
        await pilot.press(*pressed)
        await pilot.pause()
        if isinstance(pilot.app.screen, RunScreen):
            await poll(pilot)
        shown = text_of(pilot)

    on_run(store, act)
    return shown


def asks_for_temperature(store: Store) -> None:
    begin(store, RUN).append(TEMPERATURE)


def asks_for_wires(store: Store) -> None:
    begin(store, RUN).append(CONNECT)


def asks_yes_or_no(store: Store) -> None:
    prompt = e.Prompted(prompt=3, wants=e.PromptKind.YES_NO, text="Was it completed by hand?")
    begin(store, RUN).append(prompt)


def measures(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(measured(1))


def is_paused(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(e.PausedByPerson(by="Operator B"))


def asks_for_wires_again(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(CONNECT)


def is_over(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(e.Aborted(by="Operator B", reason="wrong item"))


def asks_after_a_result(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(TEMPERATURE)


def asks_for_a_reading(store: Store) -> None:
    begin(store, RUN).append(READ)


def looks_again(store: Store) -> None:
    begin(store, RUN).append(DOUBTED)


def asks_for_a_review(store: Store) -> None:
    begin(store, RUN).append(REVIEW)


def suspects(store: Store) -> None:
    begin(store, RUN).append(SUSPICION)


def several_items(store: Store) -> None:
    gauges = Gauges().begun().model_copy(update={"run": RUN})
    journal = Journal.begin(store, gauges, SteppingClock())
    journal.append(Gauges().observed(PRESSURES[0]))
    beat(store, RUN)


def last_item(store: Store) -> None:
    gauges = Gauges().begun().model_copy(update={"run": RUN})
    journal = Journal.begin(store, gauges, SteppingClock())
    for dut in ("dut-2", "dut-3"):
        journal.append(e.Removed(dut=dut, reason="it leaks", by=BY))
    beat(store, RUN)


DOWN = ("down",)
FIRST, SECOND, THIRD = (point.id for point in planned(3))
REASON = ("o", "l", "d")


@pytest.mark.parametrize(
    ("situation", "pressed", "sent"),
    [
        pytest.param(
            asks_for_temperature,
            ("2", "3", ",", "1", "enter"),
            Answer(prompt=2, value="23.1", by=BY),
            id="a number with a decimal comma",
        ),
        pytest.param(
            asks_for_temperature,
            ("2", "3", ".", "1", "enter"),
            Answer(prompt=2, value="23.1", by=BY),
            id="a number with a decimal point",
        ),
        pytest.param(asks_for_wires, ("c",), Answer(prompt=1, value="done", by=BY), id="done"),
        pytest.param(
            asks_yes_or_no, ("c", "ó", "enter"), Answer(prompt=3, value="yes", by=BY), id="yes"
        ),
        pytest.param(
            asks_for_temperature,
            ("escape", "a", "enter", "A"),
            Abort(by=BY),
            id="abort while a number is asked for",
        ),
        pytest.param(
            asks_for_a_reading,
            ("4", ",", "0", "0", "enter"),
            Answer(prompt=3, value="4.00", by=BY),
            id="a reading keeps its decimals",
        ),
        pytest.param(
            asks_for_a_reading,
            ("o", "l", "enter"),
            Answer(prompt=3, value="OL", by=BY),
            id="overload is a reading",
        ),
        pytest.param(
            looks_again,
            ("4", "0", ".", "2", "5", "enter"),
            Answer(prompt=3, value="40.25", by=BY),
            id="a second look is not refused",
        ),
        pytest.param(
            asks_for_a_review,
            ("2", "=", "4", ",", "1", "0", "enter"),
            Answer(prompt=4, value="2=4.10", by=BY),
            id="a correction",
        ),
        pytest.param(
            asks_for_a_review, ("enter",), Answer(prompt=4, value="done", by=BY), id="all right"
        ),
        pytest.param(
            asks_for_a_review,
            ("down", "down", *"4,1", "enter"),
            Answer(prompt=4, value="2=4.1", by=BY),
            id="the second chosen",
        ),
        pytest.param(
            asks_for_a_review,
            ("up", *"4.1", "enter"),
            Answer(prompt=4, value="3=4.1", by=BY),
            id="the last chosen",
        ),
        pytest.param(
            suspects, ("n", "enter"), Answer(prompt=5, value="no", by=BY), id="a mistake indeed"
        ),
        pytest.param(
            several_items,
            (*DOWN * 13, "r", *REASON, "enter"),
            Remove(dut="dut-2", reason="old", by=BY),
            id="an item is taken out",
        ),
        pytest.param(
            several_items,
            ("home", "v", *REASON, "enter"),
            Void(point="pressure/up/0", reason="old", by=BY),
            id="an observation is void",
        ),
        pytest.param(asks_for_temperature, ("tab", "p"), Pause(by=BY), id="pause while asked"),
        pytest.param(
            asks_for_temperature,
            ("c", "2", "p", "2", "q", "?", "enter"),
            Answer(prompt=2, value="22.0", by=BY),
            id="letters do not get into a number",
        ),
        pytest.param(measures, ("p",), Pause(by=BY), id="pause"),
        pytest.param(is_paused, ("p",), GoOn(by=BY), id="go on"),
        pytest.param(
            measures, ("a", *REASON, "enter", "A"), Abort(by=BY, reason="old"), id="abort, why"
        ),
        pytest.param(
            measures,
            ("up", "v", *REASON, "enter"),
            Void(point=SECOND, reason="old", by=BY),
            id="void",
        ),
        pytest.param(
            measures,
            ("s", *REASON, "enter"),
            Skip(point=THIRD, reason="old", by=BY),
            id="leave out",
        ),
        pytest.param(
            measures, ("n", *REASON, "enter"), Note(point=THIRD, text="old", by=BY), id="note"
        ),
        pytest.param(
            asks_after_a_result,
            ("escape", "up", "v", *REASON, "enter"),
            Void(point=FIRST, reason="old", by=BY),
            id="void while asked",
        ),
    ],
)
def test_a_key_sends_one_command(
    store: Store, situation: Callable[[Store], None], pressed: tuple[str, ...], sent: Command
) -> None:
    situation(store)
    keys(store, *pressed)
    assert commands(store) == [sent]


@pytest.mark.parametrize(
    ("situation", "pressed", "said"),
    [
        pytest.param(
            asks_for_temperature,
            ("3", "1", "enter"),
            "'31' is not a number within 18 … 28 °C",
            id="beyond the limits",
        ),
        pytest.param(
            asks_for_temperature, ("1", "-", "enter"), "'1-' is not a number", id="no number"
        ),
        pytest.param(asks_yes_or_no, ("x", "enter"), "neither yes nor no", id="neither"),
        pytest.param(asks_for_wires, ("enter",), "Not measured yet", id="Enter does not confirm"),
        pytest.param(
            asks_for_a_reading, ("4", "-", "enter"), "'4-' is not a number", id="no reading"
        ),
        pytest.param(
            asks_for_a_review,
            ("9", "=", "1", "enter"),
            "'9=1' corrects none of the 3 readings",
            id="no such reading",
        ),
        pytest.param(
            last_item, (*DOWN * 8, "r"), "the last one", id="the last item cannot be taken out"
        ),
        pytest.param(measures, ("r",), "has only one item", id="the only item is not taken out"),
        pytest.param(
            several_items, ("home", "r"), "Choose a result row", id="an observation has no item"
        ),
        pytest.param(asks_for_temperature, ("a", "b", "c"), "Only digits, a sign", id="letters"),
        pytest.param(
            asks_for_temperature, ("a", "b", "enter"), "'' is not a number", id="letters, Enter"
        ),
        pytest.param(asks_yes_or_no, ("a", "enter"), "neither yes nor no", id="a for abort"),
        pytest.param(
            measures, ("a", *REASON, "enter", "enter"), "Shift+A", id="no abort by text and Enter"
        ),
        pytest.param(measures, ("a", "A"), "A  ", id="no abort in the first step"),
        pytest.param(measures, ("a", "escape"), "R running", id="abort thought better of"),
        pytest.param(
            measures, ("up", "v", "enter"), "A reason must be given", id="void without reason"
        ),
        pytest.param(measures, ("v",), "there is nothing to void", id="void of nothing"),
        pytest.param(measures, ("up", "s"), "has a result", id="what has a result stays"),
        pytest.param(
            measures, ("s", "enter"), "A reason must be given", id="no reason to leave out"
        ),
        pytest.param(measures, ("n", "enter"), "Nothing is noted yet", id="an empty note"),
        pytest.param(
            measures,
            ("n", "tab", "/", "x", "enter"),
            "cannot be read",
            id="a photo that is not there",
        ),
        pytest.param(
            measures,
            ("n", "tab", "~", "n", "o", "slash", "x", "enter"),
            "cannot be read",
            id="a photo of nobody's",
        ),
    ],
)
def test_a_refused_key_says_why_and_sends_nothing(
    store: Store, situation: Callable[[Store], None], pressed: tuple[str, ...], said: str
) -> None:
    situation(store)
    assert said in keys(store, *pressed)
    assert commands(store) == []


@pytest.mark.parametrize(
    ("situation", "pressed", "offered"),
    [
        pytest.param(asks_for_wires, (), "c p a s n Enter ? q", id="confirm"),
        pytest.param(
            asks_for_wires_again, ("up",), "c p a v n g ? q", id="confirm, a result selected"
        ),
        pytest.param(asks_for_temperature, (), "Enter Tab", id="typing"),
        pytest.param(asks_for_temperature, ("escape",), "Tab p a s n Enter ? q", id="not typing"),
        pytest.param(measures, (), "p a s n Enter w ? q", id="no result selected"),
        pytest.param(measures, ("up",), "p a v n g Enter ? q", id="a result selected"),
        pytest.param(is_over, (), "Enter w ? q", id="ended"),
        pytest.param(several_items, DOWN * 8, "p a s r n g ? q", id="a point of one item"),
        pytest.param(several_items, ("home",), "p a v n g Enter ? q", id="an observation"),
    ],
)
def test_only_keys_that_do_something_are_offered(
    store: Store, situation: Callable[[Store], None], pressed: tuple[str, ...], offered: str
) -> None:
    situation(store)
    line = keys(store, *pressed).rstrip().splitlines()[-1]
    assert " ".join(re.findall(r"\[(.+?)\]", line)) == offered


def test_a_pause_is_ended_by_the_key_that_began_it(store: Store) -> None:
    is_paused(store)
    assert "[p] go on" in keys(store)


@pytest.mark.parametrize("prompt", [READ, TEMPERATURE], ids=["an instrument", "the room"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The simulated display shows: 4.02"),
        ("vi", "Màn hình mô phỏng hiển thị: 4,02"),
    ],
)
def test_who_has_no_eyes_there_is_told_what_is_shown(
    store: Store, prompt: e.Prompted, language: str, said: str
) -> None:
    journal = begin(store, RUN)

    async def whole() -> None:
        app = StationConsole(desk(store, speech(language)))
        async with app.run_test(size=(80, 24)) as pilot:
            await open_run(pilot, RUN)
            journal.append(prompt)
            await poll(pilot)
            assert said.partition(":")[0] not in text_of(pilot), "a real bench has a display"
            journal.append(prompt.model_copy(update={"seen": "4.02"}))
            await poll(pilot)
            assert said in text_of(pilot)

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("situation", "refused", "typed", "value"),
    [
        pytest.param(asks_for_temperature, "31", "22", "22", id="a number"),
        pytest.param(asks_for_a_reading, "4-", "4,05", "4,05", id="a reading"),
        pytest.param(asks_for_a_review, "9=1", "2=4", "2=4", id="a correction"),
        pytest.param(asks_for_a_review, "9=1", "p", "9=1", id="a letter"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (140, 42)], ids=["80x24", "140x42"])
def test_what_is_typed_after_a_refusal_takes_the_place_of_what_was_refused(
    store: Store,
    situation: Callable[[Store], None],
    refused: str,
    typed: str,
    value: str,
    size: tuple[int, int],
) -> None:
    situation(store)

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=size) as pilot:
            await open_run(pilot, RUN)
            await pilot.press(*refused, "enter")
            await pilot.pause()
            entry = app.screen.query_one("#answer", Input)
            assert entry.selected_text == refused
            assert "✗" in text_of(pilot), "the refusal is in sight"
            await pilot.press(*typed)
            await pilot.pause()
            assert entry.value == value
            assert value != refused or "Only digits" in text_of(pilot), "nothing is lost in silence"

    asyncio.run(whole())


def test_the_next_prompt_begins_with_an_empty_entry(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(REVIEW)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("9", "=", "1", "enter")
        journal.append(READ)
        await poll(pilot)
        assert pilot.app.screen.query_one("#answer", Input).value == ""

    on_run(store, act)


def test_a_serial_number_is_shown_once(store: Store) -> None:
    gauges = Gauges().begun().model_copy(update={"run": RUN})
    journal = Journal.begin(store, gauges, SteppingClock())
    serial = next(i.serial for i in gauges.instruments if i.role == READ.instrument)
    journal.append(READ.model_copy(update={"about": f"{serial}, up, 4 bar"}))

    async def act(pilot: Pilot[None]) -> None:
        question = str(pilot.app.screen.query_one("#question", Static).content)
        assert question.count(serial) == 1
        assert f"serial {serial}  up, 4 bar" in question

    on_run(store, act)


def test_what_was_not_measured_has_no_page(store: Store) -> None:
    begin(store, RUN)
    beat(store, RUN, LiveView(waiting="Wait.", seconds_left=42.0).model_dump_json())

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)
        assert "Not measured yet." in text_of(pilot)

    on_run(store, act)


def test_time_passes_while_something_is_waited_for(store: Store) -> None:
    journal = Journal.begin(
        store, begun(RUN).model_copy(update={"in_process": True}), SteppingClock()
    )
    shown = []

    async def act(pilot: Pilot[None]) -> None:
        for left in (60.0, 45.0, None, 30.0, 20.0):
            waiting = "" if left is None else "Wait."
            view = LiveView(waiting=waiting, seconds_left=left)
            beat(store, RUN, view.model_dump_json())
            await poll(pilot)
            shown.append(re.findall(r"elapsed (\S+)", text_of(pilot))[0])
        journal.append(measured(0))
        await poll(pilot)
        shown.append(re.findall(r"elapsed (\S+)", text_of(pilot))[0])

    on_run(store, act)
    assert shown == ["0:00:00", "0:00:15", "0:00:15", "0:00:15", "0:00:25", "0:00:20"]


def test_rows_of_an_item_that_was_taken_out_say_so(store: Store) -> None:
    several_items(store)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("end")
        assert "removed" not in text_of(pilot)
        gauges = Journal.behind(store, RUN, SteppingClock(), list(read(store, RUN)))
        gauges.append(e.Removed(dut="dut-3", reason="it leaks", by=BY))
        await poll(pilot)
        rows = [line for line in text_of(pilot).splitlines() if "removed" in line]
        assert len(rows) == len(PRESSURES)

    on_run(store, act)


def test_pasted_text_is_no_number(store: Store) -> None:
    asks_for_temperature(store)

    async def act(pilot: Pilot[None]) -> None:
        entry = pilot.app.screen.query_one("#answer", Input)
        entry.post_message(Paste("22 °C"))
        await pilot.pause()
        assert entry.value == ""
        assert "Only digits" in text_of(pilot)

    on_run(store, act)


def test_what_was_declined_is_said_for_a_while(store: Store) -> None:
    journal = begin(store, RUN)
    reason = "there is no result to void"
    journal.append(e.Declined(what=f"void {FIRST}", reason=reason, by="Operator B"))
    said = "Declined, asked for by Operator B: void DC voltage 100 mV (range 100 mV)."
    shown = []

    async def act(pilot: Pilot[None]) -> None:
        for number in range(3):
            shown.append(said in text_of(pilot))
            journal.append(measured(number))
            await poll(pilot)
        shown.append(said in text_of(pilot))

    on_run(store, act)
    assert shown == [True, True, True, False]


def test_what_was_declined_of_whoever_sits_here_is_said_until_they_do_something(
    store: Store,
) -> None:
    journal = begin(store, RUN)
    said = "Declined, asked for by Operator A: skip DC voltage 100 mV (range 100 mV)."

    async def act(pilot: Pilot[None]) -> None:
        journal.append(e.Declined(what=f"skip {FIRST}", reason="it has a result", by=BY))
        for number in range(5):
            await poll(pilot)
            assert text_of(pilot).count(said) == 1
            journal.append(measured(number))
        await pilot.press("v")
        assert said not in text_of(pilot)

    on_run(store, act)


def test_a_point_that_was_measured_while_the_reason_was_typed_is_not_left_out(
    store: Store,
) -> None:
    measures(store)
    journal = Journal.behind(store, RUN, SteppingClock(), list(read(store, RUN)))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("s", *REASON)
        journal.append(measured(2))
        poll_behind(pilot)
        await pilot.pause()
        await pilot.press("enter")
        await poll(pilot)
        assert "Nothing was left out: that point was done with meanwhile." in text_of(pilot)

    on_run(store, act)
    assert commands(store) == []


def test_a_run_whose_engine_went_while_the_reason_was_typed_is_sent_nothing(store: Store) -> None:
    measures(store)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("s", *REASON)
        claims.end_live(store, RUN, ENGINE)
        poll_behind(pilot)
        await pilot.pause()
        await pilot.press("enter")
        await poll(pilot)
        assert "No engine carries this run out." in text_of(pilot)

    on_run(store, act)
    assert commands(store) == []


def poll_behind(pilot: Pilot[None]) -> None:
    """Have the run's screen look at the store while a dialog is before it."""
    behind = pilot.app.screen_stack[-2]
    assert isinstance(behind, RunScreen)
    behind.poll()


@pytest.mark.parametrize("key", ["p", "v", "s", "c"])
def test_nothing_is_sent_where_no_engine_listens(store: Store, key: str) -> None:
    measures(store)
    claims.end_live(store, RUN, ENGINE)
    shown = keys(store, key)
    assert commands(store) == []
    assert key == "c" or "No engine carries this run out" in shown


def test_nothing_is_sent_to_an_ended_run(store: Store) -> None:
    is_over(store)
    assert "The run has ended" in keys(store, "a")
    assert commands(store) == []


def test_a_new_row_appears(store: Store) -> None:
    journal = begin(store, RUN)

    async def act(pilot: Pilot[None]) -> None:
        assert "0/10 points" in text_of(pilot)
        journal.append(measured(0))
        await poll(pilot)
        assert "1/10 points" in text_of(pilot)
        assert "+1.5 µV" in text_of(pilot)

    on_run(store, act)


def test_a_prompt_without_an_entry_leaves_the_keys_to_commands(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(TEMPERATURE)

    async def act(pilot: Pilot[None]) -> None:
        # The answer and the next prompt come between two looks.
        journal.append(e.Answered(prompt=TEMPERATURE.prompt, value="23.0", by=BY))
        journal.append(CONNECT)
        await poll(pilot)
        await pilot.pause()
        assert "[c] done: go on" in text_of(pilot)
        await pilot.press("c")
        await poll(pilot)

    on_run(store, act)
    assert commands(store) == [Answer(prompt=1, value="done", by=BY)]


def test_two_consoles_on_one_run(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(TEMPERATURE)

    async def whole() -> None:
        one = StationConsole(desk(store, by="Operator A"))
        other = StationConsole(desk(store, by="Operator B"))
        async with one.run_test(size=(100, 30)) as here, other.run_test(size=(100, 30)) as there:
            await open_run(here, RUN)
            await open_run(there, RUN)
            await here.press("2", "3", "enter")
            await poll(here)
            (answer,) = commands(store)
            assert isinstance(answer, Answer)
            journal.append(e.Answered(prompt=answer.prompt, value=answer.value, by=answer.by))
            for pilot in (here, there):
                await poll(pilot)
                assert not pilot.app.screen.query_one(PromptPanel).display
                assert "R running" in str(pilot.app.screen.query_one(Head).content)
            assert "answered first" not in text_of(here)
            assert "Operator A answered first: 23" in text_of(there)
            journal.append(measured(0))
            await poll(there)
            assert "Operator A answered first: 23" in text_of(there)
            await there.press("s", "escape", "v")
            assert "answered first" not in text_of(there)

    asyncio.run(whole())


def test_what_was_typed_survives_a_look(store: Store) -> None:
    asks_for_temperature(store)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("2", "3")
        await poll(pilot)
        assert pilot.app.screen.query_one("#answer", Input).value == "23"

    on_run(store, act)


def test_the_cursor_follows_the_run_until_it_is_moved(store: Store) -> None:
    journal = begin(store, RUN)

    async def act(pilot: Pilot[None]) -> None:
        table = pilot.app.screen.query_one(PointsTable)
        for number in range(3):
            assert table.cursor_row == number
            journal.append(measured(number))
            await poll(pilot)
        await pilot.press("up")
        journal.append(measured(3))
        await poll(pilot)
        assert table.cursor_row == 2

    on_run(store, act)


def test_a_store_that_fails_is_said_and_forgotten_when_it_is_back(
    store: Store, tmp_path: Path
) -> None:
    journal = begin(store, RUN)
    database = sqlite3.connect(tmp_path / "s.db")

    async def act(pilot: Pilot[None]) -> None:
        database.execute("ALTER TABLE entry RENAME TO elsewhere")
        await poll(pilot)
        assert "failed to read the journal" in text_of(pilot)
        assert "Keysight 34461A" in text_of(pilot)
        database.execute("ALTER TABLE elsewhere RENAME TO entry")
        journal.append(measured(0))
        await poll(pilot)
        assert "failed to read the journal" not in text_of(pilot)
        assert "1/10 points" in text_of(pilot)

    try:
        on_run(store, act)
    finally:
        database.close()


def test_opening_a_run_from_the_list_and_going_back(store: Store) -> None:
    begin(store, RUN)

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(100, 30)) as pilot:
            await poll(pilot)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, RunScreen)
            await poll(pilot)
            await pilot.press("q")
            await pilot.pause()
            assert isinstance(app.screen, RunsScreen)

    asyncio.run(whole())
