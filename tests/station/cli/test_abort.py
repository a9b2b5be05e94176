"""`station abort` of a run that no engine carries out."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit, Refused
from station.run import entries as e
from station.run.operator import ScriptedOperator
from station.run.setup import Setup
from station.run.state import Status
from tests.station.run.laboratory import Laboratory

DEMO = files("station") / "demo" / "bench.toml"


class Keeping(Laboratory):
    """A laboratory that keeps its bench file, as the command does."""

    def setup(self) -> Setup:
        return replace(super().setup(), bench_content=DEMO.read_bytes())


def test_a_run_that_stopped_on_a_fault_is_ended_for_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laboratory = Keeping(tmp_path)
    with pytest.raises(Refused):
        laboratory.begin(operator=ScriptedOperator("tester", {"°C": 30.1, "%": 52.0}))
    assert laboratory.state().status is Status.FAULTED
    given = ("--store", laboratory.url, "--by", "Operator B")
    assert main(["abort", laboratory.run, *given, "--reason=-too hot"]) == Exit.DONE
    assert capsys.readouterr().out == f"{laboratory.run}: aborted; no engine was carrying it out\n"
    assert laboratory.rows()[-1].entry == e.Aborted(by="Operator B", reason="-too hot")
    assert main(["abort", laboratory.run, *given]) == Exit.REFUSED
