"""A user's own folders, and commands given in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.cli.main import main
from tests.station.register.people import Told

FOLDERS = ("XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which everything lies that the station writes for this user."""
    for name in FOLDERS:
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("STATION_STORE", str(tmp_path / "station.db"))
    monkeypatch.delenv("STATION_PASSWORD", raising=False)
    monkeypatch.delenv("STATION_NEW_PASSWORD", raising=False)
    return tmp_path


@pytest.fixture
def told(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    """Give a command; what it ended with and printed is returned, and kept for the last look."""
    with pytest.MonkeyPatch.context() as environment:
        log = (home / "printed.log").open("a", encoding="utf-8")

        def tell(
            *words: str, password: str | None = None, new: str | None = None
        ) -> tuple[int, str, str]:
            for name, value in (("STATION_PASSWORD", password), ("STATION_NEW_PASSWORD", new)):
                if value is None:
                    environment.delenv(name, raising=False)
                else:
                    environment.setenv(name, value)
            code = main(words)
            out, err = capsys.readouterr()
            log.write(out + err)
            return code, out, err

        with log:
            yield tell
