"""Every key of the list of runs, of a run and of its wires does what its help says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from station.records.store import Store
from station.run import entries as e
from station.run.inbox import COMMAND
from station.run.journal import Journal
from station.run.plan import Phase
from station.tui.app import StationConsole
from station.tui.parts.dialogs import AbortDialog, ReasonDialog
from station.tui.parts.rows import Rows
from station.tui.run.note import NoteDialog
from station.tui.run.point import PointScreen
from station.tui.run.screen import RunScreen
from station.tui.run.wire import WireScreen
from station.tui.runs.screen import RunsScreen
from station.tui.start.screen import StartScreen
from tests.station.certificate.gauges import Gauges
from tests.station.tui.journals import CONNECT, SteppingClock, beat, begin, measured
from tests.station.tui.screens import desk, open_run, poll, text_of

RUN = "20260302-0a1b2c"
MANY = 60
MEASURED = 30

Seen = Pilot[None]
Check = Callable[[Seen, Store], bool]


def measures(store: Store) -> None:
    journal = begin(store, RUN, points=MANY)
    for number in range(MEASURED):
        journal.append(measured(number))


def asks(store: Store) -> None:
    begin(store, RUN).append(CONNECT)


def adjusted(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(e.Decided(phase=Phase.AS_FOUND, verdict="fail"))
    journal.append(e.AdjustBegun(by="A"))
    journal.append(e.AdjustDone(by="A"))


def several_items(store: Store) -> None:
    gauges = Gauges().begun().model_copy(update={"run": RUN})
    Journal.begin(store, gauges, SteppingClock())
    beat(store, RUN)


def sends(kind: str) -> Check:
    def check(_: Seen, store: Store) -> bool:
        return [COMMAND.validate_json(body).do for _, body in store.inbox(RUN, 0)] == [kind]

    return check


def shows(kind: type[Screen[Any]]) -> Check:
    return lambda pilot, _: isinstance(pilot.app.screen, kind)


def says(text: str) -> Check:
    return lambda pilot, _: text in text_of(pilot)


def at(row: int) -> Check:
    return lambda pilot, _: pilot.app.screen.query_one(Rows).cursor_row == row


def paged(pages: int) -> Check:
    def check(pilot: Seen, _: Store) -> bool:
        rows = pilot.app.screen.query_one(Rows)
        return rows.cursor_row == MEASURED + pages * (rows.size.height - 1)

    return check


def types(pilot: Seen, _: Store) -> bool:
    return isinstance(pilot.app.screen.focused, Input)


@dataclass(frozen=True)
class Key:
    """A key of a screen or widget: where, what was pressed before, what comes of it."""

    of: type[Widget]
    key: str
    check: Check
    before: tuple[str, ...] = ()
    begins: Callable[[Store], None] = measures


KEYS = (
    Key(RunScreen, "c", sends("answer"), begins=asks),
    Key(RunScreen, "p", sends("pause")),
    Key(RunScreen, "a", shows(AbortDialog)),
    Key(RunScreen, "v", shows(ReasonDialog), ("up",)),
    Key(RunScreen, "s", shows(ReasonDialog)),
    Key(RunScreen, "n", shows(NoteDialog)),
    Key(RunScreen, "w", shows(WireScreen)),
    Key(RunScreen, "f", says("■ as found"), begins=adjusted),
    Key(RunScreen, "r", shows(ReasonDialog), ("end",), several_items),
    Key(RunScreen, "g", at(MEASURED), ("home",)),
    Key(RunScreen, "u", says("nothing to take up")),
    Key(RunScreen, "q", shows(RunsScreen)),
    Key(RunScreen, "escape", shows(RunsScreen)),
    Key(Rows, "up", at(MEASURED - 1)),
    Key(Rows, "down", at(MEASURED + 1)),
    Key(Rows, "pageup", paged(-1)),
    Key(Rows, "pagedown", paged(1)),
    Key(Rows, "home", at(0)),
    Key(Rows, "end", at(MANY - 1)),
    Key(Rows, "enter", shows(PointScreen), ("up",)),
    Key(WireScreen, "slash", types, ("w",)),
    Key(WireScreen, "q", shows(RunScreen), ("w",)),
    Key(WireScreen, "escape", shows(RunScreen), ("w",)),
    Key(PointScreen, "q", shows(RunScreen), ("up", "enter")),
    Key(PointScreen, "escape", shows(RunScreen), ("up", "enter")),
    Key(NoteDialog, "escape", shows(RunScreen), ("n",)),
    Key(RunsScreen, "n", shows(StartScreen), ("q",)),
)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.of.__name__} {key.key}")
def test_a_key_does_what_its_help_says(store: Store, key: Key) -> None:
    key.begins(store)

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(80, 24)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press(*key.before)
            await pilot.pause()
            assert not key.check(pilot, store), "the key would prove nothing"
            await pilot.press(key.key)
            await pilot.pause()
            if isinstance(app.screen, RunScreen):
                await poll(pilot)
            assert key.check(pilot, store)

    asyncio.run(whole())


@pytest.mark.parametrize("kind", [RunScreen, WireScreen, NoteDialog, RunsScreen, Rows])
def test_no_key_is_without_its_test(kind: type[Widget]) -> None:
    bindings = [each for each in vars(kind)["BINDINGS"] if isinstance(each, Binding)]
    keys = {key for binding in bindings for key in binding.key.split(",")}
    assert keys == {key.key for key in KEYS if key.of is kind}
