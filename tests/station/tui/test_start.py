"""What `station tui` wants before it shows a screen."""

from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit


@pytest.mark.parametrize("missing", ["stdin", "stderr"])
def test_without_a_terminal_there_is_no_console(
    missing: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda there=stream != missing: there)
    store = tmp_path / "s.db"
    assert main(["tui", "--store", str(store)]) == Exit.BAD_INPUT
    assert "needs a terminal" in capsys.readouterr().err
    assert not store.exists()


def test_a_bench_file_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "s.db"
    bench = str(tmp_path / "no.toml")
    assert main(["tui", "--store", str(store), "--bench", bench]) == Exit.BAD_INPUT
    assert f"There is no bench file '{bench}'" in capsys.readouterr().err
    assert not store.exists()
