"""What can be calibrated is listed, and every calibration has a bench to begin with."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from station.cli.main import main
from station.procedure import find_procedure

NAMES = sorted(entry.name for entry in entry_points(group="station.procedures"))


def test_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedures"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert len(NAMES) >= 11


FURTHER = [
    pytest.param(name, ["--bench", bench] if bench else [], id=f"{name} {bench}".strip())
    for name in NAMES
    if (proof := find_procedure(name).proof)
    for bench in ("", *proof.further)
]


@pytest.mark.parametrize(("name", "which"), FURTHER)
def test_its_bench_is_copied_and_found_in_order(
    name: str, which: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["procedures", name]) == 0
    assert f"station procedures {name} --copy-bench FOLDER" in capsys.readouterr().out
    folder = tmp_path / "bench"
    assert main(["procedures", name, *which, "--copy-bench", str(folder)]) == 0
    bench = str(folder / "bench.toml")
    assert main(["check", "--procedure", name, "--bench", bench, "--simulate"]) == 0
    assert "NO " not in capsys.readouterr().out
    # What is there stays there.
    assert main(["procedures", name, *which, "--copy-bench", str(folder)]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["procedures", "dmn"], "There is no procedure 'dmn'"),
        (["procedures", "--copy-bench", "x"], "Name the procedure"),
        (["procedures", "nowhere:PROCEDURE"], "cannot be loaded"),
        (["procedures", "dmm", "--bench", "x", "--copy-bench", "y"], "has no bench 'x'"),
    ],
    ids=["unknown", "no name", "no module", "no such bench"],
)
def test_refusals(command: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    assert said in capsys.readouterr().err
