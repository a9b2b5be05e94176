"""Every key of the frame and of the results' screens is pressed, and does what it is there for.

A key that a screen has and no tour presses fails `test_every_key_is_pressed`.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from station.records.store import Store, open_store
from station.register.lives import Stage
from station.tui.app import StationConsole
from station.tui.desk import Desk
from station.tui.help import HelpDialog
from station.tui.parts.chooser import Chooser
from station.tui.parts.dialogs import AbortDialog, ReasonDialog, Tick
from station.tui.parts.listing import Listing
from station.tui.parts.rows import Rows
from station.tui.results.dialogs import DecisionDialog
from station.tui.results.issuing import IssueDialog
from station.tui.results.page import ResultScreen
from station.tui.results.paper import PaperScreen
from station.tui.results.screen import ResultsScreen
from station.tui.results.tree import TraceScreen, TraceTree
from station.tui.run.point import PointScreen
from station.tui.runs.screen import RunsScreen
from station.tui.sections import SECTIONS
from station.tui.sign_in import SignInDialog
from tests.station.register.people import APPROVER, REVIEWER, enter
from tests.station.tui.results import decided, measured, signed_in
from tests.station.tui.screens import ENGLISH, desk
from tests.station.tui.tours import Press, Shows, keys_of, on, pressed, row, text, typed, walked


def any_(_: Pilot[None]) -> bool:
    return True


def typing(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.focused, Input)


def section(name: str) -> Shows:
    return lambda pilot: pilot.app.current_mode == name


def opened(stage: str) -> list[Press]:
    """The only result of a stage, found by typing."""
    return [
        Press(StationConsole, "4", text("7 of 7")),
        Press(Listing, "slash", typing),
        *typed(stage),
        Press(None, "enter", text("1 of 7")),
        Press(Rows, "enter", text("What can be done")),
    ]


def asked(key: str, says: str) -> list[Press]:
    """A key of the page that asks something, and Escape, which leaves it."""
    dialog = IssueDialog if "Issue" in says else DecisionDialog
    return [
        Press(ResultScreen, key, text(says)),
        Press(dialog, "escape", on(ResultScreen)),
    ]


FRAME = [
    *(
        press
        for each in reversed(SECTIONS)
        # Out of the line, where one is typed in.
        for press in (
            Press(StationConsole, each.key, section(each.name)),
            Press(None, "escape", any_),
        )
    ),
    *(
        press
        for opens, closes in zip(
            ("question_mark", "f1") * 3,
            ("question_mark", "f1", "q", "enter", "escape", "escape"),
            strict=True,
        )
        for press in (
            Press(StationConsole, opens, on(HelpDialog)),
            Press(HelpDialog, closes, text("[Enter] open")),
        )
    ),
    Press(StationConsole, "ctrl+p", on(CommandPalette)),
    Press(None, "escape", text("[Enter] open")),
]

LIST = [
    Press(StationConsole, "4", text("7 of 7")),
    *(Press(Rows, key, row(at)) for key, at in (("down", 1), ("up", 0), ("end", 6), ("home", 0))),
    *(Press(Rows, key, row(at)) for key, at in (("pagedown", 6), ("pageup", 0))),
    Press(ResultsScreen, "m", text("for you   2 of 7")),
    Press(ResultsScreen, "m", text("7 of 7")),
    Press(ResultsScreen, "f", text("1 measured   1 of 7")),
    Press(Listing, "escape", text("all stages   7 of 7")),
    Press(Listing, "slash", typing),
    *typed("c26"),
    Press(None, "enter", text("3 of 7")),
    Press(Listing, "escape", text("7 of 7")),
    Press(ResultsScreen, "v", text("chi has not the role approver")),
]

MEASURED = [
    *opened("measured"),
    *asked("a", "Accept these results?"),
    *asked("x", "Return these results?"),
    Press(ResultScreen, "x", on(DecisionDialog)),
    Press(DecisionDialog, "enter", text("A reason must be given")),
    Press(None, "escape", on(ResultScreen)),
    Press(ResultScreen, "v", text("A draft: nothing is issued yet")),
    Press(PaperScreen, "l", text("GIẤY CHỨNG NHẬN HIỆU CHUẨN")),
    Press(PaperScreen, "escape", on(ResultScreen)),
    Press(Rows, "enter", on(PointScreen)),
    Press(StationConsole, "q", on(ResultScreen)),
    Press(StationConsole, "escape", on(ResultsScreen)),
]

DECIDING = [
    *opened("reviewed"),
    *asked("p", "Approve the certificate?"),
    Press(None, "q", on(ResultsScreen)),
    Press(None, "escape", text("7 of 7")),
    *opened("approved"),
    *asked("i", "Issue the certificate"),
    Press(ResultScreen, "i", text("[x] Tiếng Việt")),
    Press(Tick, "space", text("[ ] Tiếng Việt")),
    Press(None, "tab", any_),
    Press(None, "space", text("[ ] English")),
    Press(IssueDialog, "enter", text("Choose a language at least")),
    Press(None, "escape", on(ResultScreen)),
]

ISSUED = [
    *opened("c26.00001"),
    *asked("m", "Issue in the place of C26.00001"),
    *asked("w", "Withdraw certificate C26.00001?"),
    Press(ResultScreen, "t", lambda pilot: on(TraceScreen)(pilot) and text("Standards")(pilot)),
    Press(None, "down", any_),
    Press(TraceTree, "enter", text("PDF  SHA-256")),
    Press(TraceTree, "space", lambda pilot: not text("PDF  SHA-256")(pilot)),
    Press(TraceTree, "right", text("PDF  SHA-256")),
    Press(TraceTree, "left", lambda pilot: not text("PDF  SHA-256")(pilot)),
    Press(TraceTree, "e", text("PDF  SHA-256")),
    Press(TraceScreen, "escape", on(ResultScreen)),
    Press(None, "q", on(ResultsScreen)),
    Press(None, "escape", text("7 of 7")),
    *opened("c26.00003"),
    Press(None, "v", text("No. C26.00003")),
    Press(PaperScreen, "n", text("No. C26.00002")),
    Press(None, "escape", on(ResultScreen)),
    Press(None, "q", on(ResultsScreen)),
    Press(None, "escape", text("7 of 7")),
    *opened("c26.00004"),
    *asked("r", "Issue in the place of C26.00004"),
]

VOIDING = [
    Press(None, "4", text("7 of 7")),
    Press(ResultsScreen, "v", text("C26.00005")),
    Press(Chooser, "down", row(1)),
    Press(Chooser, "up", row(0)),
    Press(Chooser, "escape", on(ResultsScreen)),
    Press(ResultsScreen, "v", on(Chooser)),
    Press(None, "enter", text("Give number C26.00005 to nothing?")),
    Press(DecisionDialog, "escape", on(ResultsScreen)),
]


@dataclass(frozen=True)
class Tour:
    """Who walks it, and where."""

    by: str
    presses: list[Press]


TOURS = {
    "frame": Tour(REVIEWER, FRAME),
    "list": Tour(REVIEWER, LIST),
    "measured": Tour(REVIEWER, MEASURED),
    "deciding": Tour(APPROVER, DECIDING),
    "issued": Tour(APPROVER, ISSUED),
    "voiding": Tour(APPROVER, VOIDING),
}

DIALOGS: dict[str, tuple[Callable[[Desk], Screen[Any]], list[Press]]] = {
    "reason": (
        lambda _: ReasonDialog("Why?", ENGLISH),
        [
            Press(None, "enter", text("A reason must be given")),
            Press(ReasonDialog, "escape", on(RunsScreen)),
        ],
    ),
    "abort, left": (lambda _: AbortDialog(ENGLISH), [Press(AbortDialog, "escape", on(RunsScreen))]),
    "abort": (
        lambda _: AbortDialog(ENGLISH),
        [
            Press(None, "enter", text("Shift+A: abort the run for good")),
            Press(AbortDialog, "A", on(RunsScreen)),
        ],
    ),
    "sign in": (SignInDialog, [Press(SignInDialog, "escape", on(RunsScreen))]),
}
"""What is asked, and the keys of it."""

QUITTING = [
    Press(StationConsole, "q", lambda pilot: pilot.app._exit),
    Press(StationConsole, "ctrl+q", lambda pilot: pilot.app._exit),
]

SCREENS = (
    *(StationConsole, HelpDialog, Listing, Rows, Chooser, ReasonDialog, AbortDialog, SignInDialog),
    *(ResultsScreen, ResultScreen, PaperScreen, TraceScreen, TraceTree),
    *(DecisionDialog, IssueDialog),
)


@pytest.fixture(scope="module")
def every_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a run at each stage; no tour writes into it."""
    with open_store(str(tmp_path_factory.mktemp("keys") / "s.db")) as store:
        enter(store)
        for number, stage in enumerate(Stage):
            decided(store, measured(store, f"20261120-00000{number}"), stage)
        yield store


@pytest.mark.parametrize("name", TOURS)
def test_a_key_does_what_it_is_for(
    every_stage: Store, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tour = TOURS[name]
    sits = signed_in(every_stage, tour.by, tmp_path, monkeypatch)

    async def walk() -> None:
        async with StationConsole(sits).run_test(size=(100, 30)) as pilot:
            await walked(pilot, tour.presses)

    asyncio.run(walk())


@pytest.mark.parametrize("name", DIALOGS)
def test_a_key_of_a_dialog_does_what_it_is_for(every_stage: Store, name: str) -> None:
    make, presses = DIALOGS[name]
    sits = desk(every_stage)

    async def walk() -> None:
        app = StationConsole(sits)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            await app.push_screen(make(sits))
            await walked(pilot, presses)

    asyncio.run(walk())


@pytest.mark.parametrize("press", QUITTING, ids=lambda press: press.key)
def test_the_console_is_closed(every_stage: Store, press: Press) -> None:
    async def walk() -> bool:
        async with StationConsole(desk(every_stage)).run_test() as pilot:
            await pilot.pause()
            await pilot.press(press.key)
            return press.does(pilot)

    assert asyncio.run(walk())


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_is_pressed(screen: type[DOMNode]) -> None:
    tours = [tour.presses for tour in TOURS.values()]
    tours += [presses for _, presses in DIALOGS.values()]
    assert keys_of(screen) == pressed([*tours, QUITTING], screen)
