"""Keys take effect in the order they were typed, however fast they come."""

import asyncio
from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from station.records.store import Store
from station.run import entries as e
from station.tui import keystrokes
from station.tui.app import StationConsole
from station.tui.parts.dialogs import AbortDialog, ReasonDialog
from station.tui.run.prompt import AnswerEntry
from station.tui.sign_in import SignInDialog
from tests.station.tui.journals import TEMPERATURE, begin
from tests.station.tui.screens import ENGLISH, desk, open_run, poll
from tests.station.tui.waiting import until

RUN = "20260302-0a1b2c"
NAMES = {"\x7f": "backspace", "\r": "enter", "\t": "tab"}


def send(app: StationConsole, text: str, *, at: float, every: float = 0.0) -> None:
    """Let the keys of a text arrive in one packet; each was typed `every` (s) after the other."""
    for number, character in enumerate(text):
        event = events.Key(NAMES.get(character, character), character)
        event.time = at + number * every
        app.post_message(event)


def on_console(store: Store, act: Callable[[Pilot[None], StationConsole], object]) -> None:
    async def run() -> None:
        app = StationConsole(desk(store))
        async with app.run_test() as pilot:
            await pilot.pause()
            await act(pilot, app)  # type: ignore[misc]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("packet", "value"),
    [
        ("viêt\x7f\x7fệt", "việt"),
        ("abc\x7fd", "abd"),
        ("23,5\x7f1", "23,1"),
        ("2\x7f\x7f35", "35"),
        ("\x7f\x7f\x7f", ""),
    ],
)
def test_a_packet_is_taken_in_its_order(store: Store, packet: str, value: str) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        given: list[str | None] = []
        app.push_screen(ReasonDialog("Why?", ENGLISH), given.append)
        await pilot.pause()
        send(app, packet, at=100.0)
        await until(pilot, lambda: app.screen.query_one(Input).value == value)
        send(app, "x\x7f\x7f9\r", at=200.0)
        await until(pilot, lambda: bool(given))
        assert given == [value[:-1] + "9"]

    on_console(store, act)


def test_tab_and_enter_lead_on_before_the_next_key(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.push_screen(SignInDialog(app.desk))
        await pilot.pause()
        send(app, "an\rsecret\x7fT", at=100.0)
        login, password = app.screen.query(Input)
        await until(pilot, lambda: password.value == "secreT")
        assert login.value == "an"

    on_console(store, act)


def test_what_is_typed_on_when_a_dialog_has_closed_is_no_command(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystrokes, "PAUSE_SECONDS", 0.4)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        given: list[str | None] = []
        app.push_screen(ReasonDialog("Why?", ENGLISH), given.append)
        await pilot.pause()
        send(app, "it fell\r4\r", at=100.0, every=0.3)
        await until(pilot, lambda: bool(given))
        await pilot.pause(0.1)
        assert given == ["it fell"]
        assert app.current_mode == "runs"
        send(app, "4", at=200.0)
        await until(pilot, lambda: app.current_mode == "results")

    on_console(store, act)


def test_a_number_typed_before_the_question_is_not_half_of_its_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystrokes, "PAUSE_SECONDS", 0.4)
    journal = begin(store, RUN)
    journal.append(TEMPERATURE)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        screen = await open_run(pilot, RUN)
        entry = screen.query_one(AnswerEntry)
        send(app, "23.0\r23", at=100.0, every=0.2)
        await until(pilot, lambda: len(store.inbox(RUN, 0)) == 1)
        journal.append(e.Answered(prompt=TEMPERATURE.prompt, value="23.0", by="Operator A"))
        journal.append(TEMPERATURE.model_copy(update={"prompt": TEMPERATURE.prompt + 1}))
        await poll(pilot)
        send(app, ".5", at=101.4, every=0.2)
        await pilot.pause(0.05)
        assert entry.value == ""
        send(app, "23.5", at=103.0)
        await until(pilot, lambda: entry.value == "23.5")

    on_console(store, act)


def test_what_is_typed_in_a_dialog_is_not_lost_to_a_question_behind_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystrokes, "PAUSE_SECONDS", 0.4)
    journal = begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        screen = await open_run(pilot, RUN)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AbortDialog))
        send(app, "sm", at=100.0, every=0.2)
        typed = app.screen.query_one(Input)
        await until(pilot, lambda: typed.value == "sm")
        journal.append(TEMPERATURE)
        screen.poll()
        await until(pilot, lambda: screen.has_class("asking"))
        send(app, "oke\rA", at=100.4, every=0.2)
        await until(pilot, lambda: len(store.inbox(RUN, 0)) == 1)
        assert typed.value == "smoke"

    on_console(store, act)
