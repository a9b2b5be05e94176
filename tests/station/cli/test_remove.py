"""`station remove` says why an item cannot leave."""

from pathlib import Path

import pytest

from station.cli.main import main
from tests.station.run.laboratory import Laboratory


@pytest.fixture
def finished(tmp_path: Path) -> Laboratory:
    laboratory = Laboratory(tmp_path)
    laboratory.begin()
    return laboratory


@pytest.mark.parametrize("dut", ["dut", "dut-2"])
def test_the_last_item_stays(
    finished: Laboratory, dut: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["remove", finished.run, dut, "--reason", "x", "--store", finished.url]
    assert main([*command, "--by", "tester"]) == 2
    assert f"'{dut}' cannot be removed" in capsys.readouterr().err
