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
