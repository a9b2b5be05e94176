"""Screens as text: what an operator would see, compared with files.

The golden files are rewritten by running the tests with STATION_REWRITE_GOLDEN=1 in the
environment; look at the difference before committing it.
"""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from textual.pilot import Pilot

import station.locale
from station.metrology.rounding import Notation
from station.records.store import Store
from station.tui.app import StationConsole
from station.tui.desk import Desk
from station.tui.parts.words import Speech
from station.tui.run.screen import RunScreen
from station.tui.runs.screen import RunsScreen
from tests.station.tui.journals import StillWall

GOLDEN = Path(__file__).parent / "golden"
REWRITE = "STATION_REWRITE_GOLDEN"
SECTIONS_LINE = re.compile(r"\A[ ▸]1 .*")

ENGLISH = Speech(str, Notation.EN)


@cache
def speech(language: str) -> Speech:
    """The catalogue as it stands in the source, compiled or not."""
    if language == "en":
        return ENGLISH
    path = Path(station.locale.__file__).parent / language / "LC_MESSAGES" / "station.po"
    with path.open("rb") as text:
        texts = {message.id: message.string for message in read_po(text) if message.string}
    return Speech(lambda text: str(texts.get(text, text)), Notation(language))


def desk(store: Store, say: Speech = ENGLISH, by: str = "Operator A", **others: object) -> Desk:
    return Desk(store, "s.db", StillWall(), say, by, **others)  # type: ignore[arg-type]


async def poll(pilot: Pilot[None]) -> None:
    """Let the screen look at the store once, and show it."""
    screen = pilot.app.screen
    assert isinstance(screen, RunScreen | RunsScreen)
    screen.poll()
    await pilot.pause()


async def open_run(pilot: Pilot[None], run: str) -> RunScreen:
    app = pilot.app
    assert isinstance(app, StationConsole)
    screen = RunScreen(app.desk, run)
    await app.push_screen(screen)
    await pilot.pause()
    await poll(pilot)
    return screen


def text_of(pilot: Pilot[None]) -> str:
    """The characters on the screen, without trailing blanks."""
    strips = pilot.app.screen._compositor.render_strips()
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    return "\n".join(lines) + "\n"


def compare(name: str, text: str) -> None:
    # The line of the sections is the frame's: a new section changes no other screen.
    text = SECTIONS_LINE.sub("<sections>", text)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get(REWRITE):
        path.write_text(text, encoding="utf-8")
        return
    if not path.exists():
        pytest.fail(f"{path} is missing; rewrite with {REWRITE}=1")
    assert text == path.read_text(encoding="utf-8")
