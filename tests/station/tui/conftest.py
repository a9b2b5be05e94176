import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.records.store import Store, open_store
from station.tui import keystrokes


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests type as fast as they can."""
    monkeypatch.setattr(keystrokes, "PAUSE_SECONDS", 0.0)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with its tables: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "s.db"
    open_store(str(path)).close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator[Store]:
    shutil.copy(empty_store, tmp_path / "s.db")
    opened = open_store(str(tmp_path / "s.db"))
    yield opened
    opened.close()
