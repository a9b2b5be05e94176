"""`station abort` of a run that no engine carries out."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from station.cli.main import main
from station.clock import SystemClock
from station.errors import Exit, Refused
from station.records import claims
from station.records.store import open_store
from station.run import entries as e
from station.run.live import SILENT_SECONDS, engine_alive
from station.run.operator import ScriptedOperator
from station.run.setup import Setup
from station.run.state import Status
from tests.station.run.laboratory import Laboratory

DEMO = files("station") / "demo" / "bench.toml"


class Keeping(Laboratory):
    """A laboratory that keeps its bench file, as the command does."""

    def setup(self) -> Setup:
        return replace(super().setup(), bench_content=DEMO.read_bytes())


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    """One with a run that stopped on a fault."""
    made = Keeping(tmp_path)
    with pytest.raises(Refused):
        made.begin(operator=ScriptedOperator("tester", {"°C": 30.1, "%": 52.0}))
    assert made.state().status is Status.FAULTED
    return made


def test_a_run_that_stopped_on_a_fault_is_ended_for_good(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--store", laboratory.url, "--by", "Operator B")
    assert main(["abort", laboratory.run, *given, "--reason=-too hot"]) == Exit.DONE
    assert capsys.readouterr().out == f"{laboratory.run}: aborted; no engine was carrying it out\n"
    assert laboratory.rows()[-1].entry == e.Aborted(by="Operator B", reason="-too hot")
    assert main(["abort", laboratory.run, *given]) == Exit.REFUSED


def test_a_run_whose_engine_was_killed_just_now_is_ended_too(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = SystemClock().now().timestamp() - SILENT_SECONDS + 0.5
    with open_store(laboratory.url) as store:
        claims.take(store, laboratory.run, "killed", ["a"], heard, SILENT_SECONDS)
        assert engine_alive(store, laboratory.run, SystemClock()) == "killed"
    given = ("--store", laboratory.url, "--by", "Operator B", "--reason", "smoke")
    assert main(["abort", laboratory.run, *given]) == Exit.DONE
    assert "no engine was carrying it out" in capsys.readouterr().out
    assert laboratory.rows()[-1].entry == e.Aborted(by="Operator B", reason="smoke")
