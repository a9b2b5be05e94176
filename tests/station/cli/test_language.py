"""What a command fails with is said in the language that it was told, else the computer's."""

from pathlib import Path

import pytest

from station.cli.main import main


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        pytest.param([], "C", "There is no record store at", id="English"),
        pytest.param([], "vi_VN.UTF-8", "Không có kho hồ sơ tại", id="the computer's"),
        pytest.param(
            ["--lang", "vi"], "en_US.UTF-8", "Không có kho hồ sơ tại", id="as it was told"
        ),
        pytest.param(
            ["--lang", "en"], "vi_VN.UTF-8", "There is no record store at", id="the other"
        ),
    ],
)
def test_a_failure_is_told_in_the_readers_language(
    options: list[str],
    environment: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable in ("STATION_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", environment)
    path = tmp_path / "none.db"
    assert main(["show", "--store", str(path), "1", *options]) == 2
    assert f"station: {said} {path}. " in capsys.readouterr().err
