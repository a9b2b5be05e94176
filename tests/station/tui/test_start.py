"""What `station tui` wants before it shows a screen."""

from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit
from station.tui.app import StationConsole


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


def test_an_error_of_the_program_is_a_sentence_without_anybody_s_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = StationConsole.run

    async def fail(_: StationConsole) -> None:
        typed = "a password"
        raise RuntimeError(f"{len(typed)} letters")

    monkeypatch.setattr("station.cli.tui._check_terminal", lambda: None)
    monkeypatch.setattr(StationConsole, "on_mount", fail)
    monkeypatch.setattr(StationConsole, "run", lambda console: run(console, headless=True))
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(f"gc.{name}", lambda *_: None)
    for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    store = str(tmp_path / "s.db")
    assert main(["tui", "--store", store, "--by", "tester"]) == Exit.FAILED
    out, err = capsys.readouterr()
    assert "internal error (RuntimeError: 10 letters)" in err
    assert "a password" not in out + err
