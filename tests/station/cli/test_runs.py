"""The list of runs: the newest, and all of them where that is asked for."""

import json

import pytest

from station.cli.main import main
from station.cli.runs import NEWEST
from tests.station.run.laboratory import Laboratory, few_points


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    one = Laboratory(tmp_path_factory.mktemp("runs"), procedure=few_points(("dc-voltage/1 V/1 V",)))
    for _ in range(3):
        one.begin()
    return one


@pytest.mark.parametrize(
    ("asked", "lines", "older"),
    [((), 3, False), (("--newest", "2"), 2, True), (("--newest", "3"), 3, False),
     (("--newest", "0"), 3, False)],
)  # fmt: skip
def test_the_newest_are_listed(
    laboratory: Laboratory,
    capsys: pytest.CaptureFixture[str],
    asked: tuple[str, ...],
    lines: int,
    *,
    older: bool,
) -> None:
    assert main(["runs", "--store", laboratory.url, "--lang", "en", *asked]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len([line for line in said if line.startswith("2026")]) == lines
    assert ("older runs" in said[-1]) is older


def test_json_has_all_unless_asked_otherwise(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.cli.runs.NEWEST", 1)
    assert NEWEST > 1
    assert main(["runs", "--store", laboratory.url, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 3
    assert main(["runs", "--store", laboratory.url, "--json", "--newest", "1"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert main(["runs", "--store", laboratory.url]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_run_is_found_by_the_beginning_of_its_id(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = laboratory.run
    assert main(["show", whole[:-1], "--store", laboratory.url]) == 0
    assert whole in capsys.readouterr().out
    assert main(["show", whole[:8], "--store", laboratory.url]) == 2
    assert "More than one run" in capsys.readouterr().err
    assert main(["show", "%", "--store", laboratory.url]) == 2
