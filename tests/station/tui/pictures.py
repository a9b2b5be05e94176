"""Pictures of the console's screens: `make pictures`.

python -m tests.station.tui.pictures docs/screens [NAME …]
"""

import asyncio
import sys
from pathlib import Path

from station.tui.app import StationConsole
from tests.station.tui.scenes import LANGUAGES, SCENES, Laboratory, Scene, laboratory, sitting
from tests.station.tui.svg import slim


async def picture(scene: Scene, shown: Laboratory, language: str) -> str:
    """Return one screen as SVG."""
    async with sitting(scene, shown, language) as pilot:
        app = pilot.app
        assert isinstance(app, StationConsole)
        return slim(app.export_screenshot(title=app.desk.say("Calibration station"), simplify=True))


def main(folder: Path, names: list[str]) -> None:
    """Make the pictures named, all where none is."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with laboratory() as shown:
        for name in names or SCENES:
            for language in LANGUAGES:
                made = asyncio.run(picture(SCENES[name], shown, language))
                suffix = "" if language == LANGUAGES[0] else f"-{language}"
                (folder / f"{name}{suffix}.svg").write_text(made, encoding="utf-8")
                print(f"{name}{suffix}.svg  {len(made)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
