"""Every screen as text at three sizes of the terminal, in both languages, and without colour."""

import asyncio
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from station.tui.themes import PLAIN
from tests.station.tui.scenes import LANGUAGES, SCENES, Laboratory, laboratory, sitting
from tests.station.tui.screens import compare, text_of
from tests.station.tui.waiting import settled

SIZES = ((120, 40), (200, 60), (80, 24))


@pytest.fixture(scope="module")
def shown() -> Iterator[Laboratory]:
    with laboratory() as found:
        yield found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCENES)
def test_scene(shown: Laboratory, name: str, language: str) -> None:
    async def look() -> str:
        async with sitting(SCENES[name], shown, language) as pilot:
            texts = [await at(pilot, size) for size in SIZES]
            pilot.app.theme = PLAIN
            # A mark stands for the colour behind a line to type in.
            plain = await at(pilot, SIZES[-1])
            assert plain.replace("▌", " ") == texts[-1].replace("▌", " ")
            assert colours(pilot) == set()
            return "".join(
                f"{columns} × {lines}\n{text}"
                for (columns, lines), text in zip(SIZES, texts, strict=True)
            )

    compare(f"scenes/{name}-{language}", asyncio.run(look()))


async def at(pilot: Pilot[None], size: tuple[int, int]) -> str:
    """Return what a terminal of `size` shows once it is at rest."""
    await pilot.resize_terminal(*size)
    return await settled(pilot, text_of)


def colours(pilot: Pilot[None]) -> set[str]:
    """Return the colours that are on the screen."""
    found = set()
    for strip in pilot.app.screen._compositor.render_strips():
        for style in (segment.style for segment in strip):
            both = (style.color, style.bgcolor) if style else ()
            found |= {colour.name for colour in both if colour and not colour.is_default}
    return found
