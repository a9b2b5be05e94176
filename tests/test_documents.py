"""What the documents promise: their files, commands and examples are there and work."""

import json
import re
from pathlib import Path

import pytest

from simulators.faults.fault import FaultKind
from station.cli.main import main, parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_file_that_the_readme_names_is_there() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    named = re.findall(r"`((?:station|procedures|drivers|docs)/[\w./-]+\.\w+)`", README)
    assert len(linked) > 2
    assert len(named) > 4
    there = [name for name in (*linked, *named) if "MODEL" not in name]
    assert [name for name in there if not (ROOT / name).exists()] == []


def test_every_command_that_the_readme_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["--help"])
    known = capsys.readouterr().out
    commands = set(re.findall(r"(?:`|^|bin/)station ([a-z]+)\b", README, re.MULTILINE))
    assert {"demo", "run", "resume", "tui", "audit"} <= commands
    assert [command for command in commands if command not in known.split()] == []


def test_the_example_budget_is_evaluated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", str(ROOT / "docs/examples/budget.json"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["value"] == pytest.approx(1.0e-4)
    assert 1.3e-4 < result["U"] < 1.5e-4


def test_the_table_of_instruments_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "--markdown"]) == 0
    table = capsys.readouterr().out
    assert (ROOT / "docs/instruments.md").read_text("utf-8").endswith(table)


def test_every_fault_is_told() -> None:
    told = (ROOT / "docs/instruments.md").read_text("utf-8").partition("## Faults")[2]
    named = set(re.findall(r"`([a-z-]+)`", told.partition("## Models")[0]))
    assert set(FaultKind) <= named


def test_the_version_has_its_changes() -> None:
    from importlib.metadata import version

    assert f"## {version('calibration-station')}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


SPOILT = {
    "honest": ("", "", 0),
    "drift left out": ("(applied + drift)", "applied", 4),
    "error turned round": ("drift: indication + display", "drift: -indication + display", 4),
}


@pytest.mark.parametrize(("was", "becomes", "code"), SPOILT.values(), ids=SPOILT.keys())
def test_the_example_procedure_is_proved_and_spoilt_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was: str, becomes: str, code: int
) -> None:
    text = (ROOT / "docs/examples/ten_volts.py").read_text("utf-8")
    assert was in text
    module = f"ten_volts_{code}_{len(becomes)}"
    (tmp_path / f"{module}.py").write_text(text.replace(was, becomes) if was else text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    command = ["validate", f"{module}:PROCEDURE", "--trials", "20", "--workers", "1"]
    assert main(command) == code
