"""Every key of the equipment's screens is pressed, and does what it is there for.

A key that a screen has and no tour presses fails `test_every_key_is_pressed`.
"""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
from textual.dom import DOMNode

from station.records.store import Store, open_store
from station.tui.app import StationConsole
from station.tui.equipment.dialogs import (
    CheckDialog,
    DatedDialog,
    DaysDialog,
    IntakeDialog,
    ServiceDialog,
)
from station.tui.equipment.page import KnownScreen, ViewRows
from station.tui.equipment.screen import EquipmentScreen
from station.tui.parts.listing import Listing
from station.tui.parts.rows import Rows
from tests.station.tui.equipment import CHECKED, STANDARD, at_desk, checked, laboratory
from tests.station.tui.tours import Press, keys_of, on, pressed, row, text, typed, walked
from tests.station.tui.waiting import until


def opened(name: str) -> list[Press]:
    return [
        Press(Listing, "slash", lambda pilot: pilot.app.focused is not None),
        *typed(name.lower()),
        Press(None, "enter", text("1 of ")),
        Press(Rows, "enter", text(f"{name}   ")),
    ]


def asked(key: str, dialog: type[DOMNode], says: str) -> list[Press]:
    """A key of the page that asks something, and Escape, which leaves it."""
    return [
        Press(KnownScreen, key, lambda pilot: on(dialog)(pilot) and text(says)(pilot)),
        Press(dialog, "escape", on(KnownScreen)),
    ]


LIST = [
    *(Press(Rows, key, row(at)) for key, at in (("down", 1), ("up", 0), ("end", 6), ("home", 0))),
    *(Press(Rows, key, row(at)) for key, at in (("pagedown", 6), ("pageup", 0))),
    Press(Listing, "slash", lambda pilot: not pilot.app.screen.query_one(Rows).has_focus),
    *typed("overdue"),
    Press(None, "enter", text("1 of 7")),
    Press(Listing, "escape", text("7 of 7")),
    Press(EquipmentScreen, "n", on(IntakeDialog)),
    Press(IntakeDialog, "escape", on(EquipmentScreen)),
]

PAGE = [
    *opened("CAL-4"),
    Press(KnownScreen, "a", text("Take certificate V26.8 into use?")),
    Press(None, "escape", on(KnownScreen)),
    Press(KnownScreen, "x", text("Put certificate V26.8 aside?")),
    Press(None, "escape", on(KnownScreen)),
    *asked("n", IntakeDialog, "What its columns mean"),
    *asked("c", CheckDialog, "Intermediate check of CAL-4"),
    *asked("s", ServiceDialog, "What was done with CAL-4"),
    *asked("b", DatedDialog, "CAL-4 was found bad?"),
    Press(KnownScreen, "r", text("Take CAL-4 out of service?")),
    Press(None, "escape", on(KnownScreen)),
    Press(ViewRows, "right", text("▸Certificates")),
    Press(ViewRows, "left", text("▸Values and drift")),
    Press(KnownScreen, "c", on(CheckDialog)),
    Press(CheckDialog, "enter", text("Tick one: passed or failed")),
    Press(None, "escape", on(KnownScreen)),
    Press(KnownScreen, "s", on(ServiceDialog)),
    Press(ServiceDialog, "enter", text("Tick what was done")),
]

OVERDUE = [*opened("CAL-2"), *asked("o", DatedDialog, "Let CAL-2 be used all the same")]

CHART = [
    *opened(CHECKED),
    Press(ViewRows, "left", text("▸Log")),
    Press(ViewRows, "left", text("▸Use")),
    Press(ViewRows, "left", text("▸Control chart")),
    *asked("l", DatedDialog, "Judge 10 V (range 10 V) from now on"),
    *asked("k", DaysDialog, "is a check standard at 10 V (range 10 V)?"),
]

TOURS = {"the list": LIST, "a page": PAGE, "overdue": OVERDUE, "a chart": CHART}

SCREENS = (
    *(EquipmentScreen, Listing, Rows, KnownScreen, ViewRows),
    *(IntakeDialog, CheckDialog, DatedDialog, DaysDialog, ServiceDialog),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("equipment") / "s.db")) as store:
        laboratory(store)
        checked(store, based=20)
        yield store


@pytest.mark.parametrize("tour", TOURS)
def test_a_key_does_what_it_is_for(whole: Store, tour: str) -> None:
    async def walk() -> None:
        async with StationConsole(at_desk(whole)).run_test(size=(100, 30)) as pilot:
            await pilot.press("5")
            await until(pilot, partial(text(STANDARD), pilot))
            await walked(pilot, TOURS[tour])

    asyncio.run(walk())


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_is_pressed(screen: type[DOMNode]) -> None:
    assert keys_of(screen) == pressed(TOURS.values(), screen)
