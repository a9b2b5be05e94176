"""A whole run recorded, and gone through again without an instrument."""

from io import StringIO
from pathlib import Path

import pytest

from drivers.errors import RecordingMismatch, ReplyTimeout
from drivers.link.recording import read_recording
from simulators.faults.fault import Fault, FaultKind
from station.cli.main import main
from station.run import entries as e
from station.run.state import RunState, Status
from tests.station.run.laboratory import Laboratory
from tests.station.run.test_whole_runs import arm_at, measured


@pytest.fixture
def recording(laboratory: Laboratory) -> str:
    laboratory.record = StringIO()
    laboratory.begin()
    return laboratory.record.getvalue()


def replay(folder: Path, text: str) -> Laboratory:
    folder.mkdir()
    return Laboratory(folder, replay=read_recording(text))


def numbers(state: RunState) -> dict[str, tuple[float, float, list[str]]]:
    return {
        point: (one.error, one.expanded_uncertainty, [reading.raw for reading in one.readings])
        for point, one in measured(state).items()
    }


def test_the_replay_gives_the_same_results(
    laboratory: Laboratory, recording: str, tmp_path: Path
) -> None:
    again = replay(tmp_path / "again", recording)
    state = again.begin()
    assert state.status is Status.FINISHED
    assert numbers(state) == numbers(laboratory.state())
    begun = state.begun
    assert begun is not None
    assert (begun.simulated, begun.in_process) == (True, True)
    assert begun.replay == read_recording(recording).digest


def test_a_changed_reply_changes_the_result_and_a_changed_question_is_found(
    laboratory: Laboratory, recording: str, tmp_path: Path
) -> None:
    reading = measured(laboratory.state())["dc-voltage/10 V/-10 V"].readings[0].raw
    other = replay(tmp_path / "reply", recording.replace(reading, "-1.10000000E+01", 1))
    assert numbers(other.begin()) != numbers(laboratory.state())
    wrong = replay(tmp_path / "question", recording.replace("CONF:VOLT:AC 1;", "CONF:VOLT:AC 2;"))
    with pytest.raises(RecordingMismatch, match="CONF:VOLT:AC 2"):
        wrong.begin()


def test_what_is_left_over_is_found(recording: str, tmp_path: Path) -> None:
    longer = recording + "9.0\t0.0\tdut\topen\n"
    with pytest.raises(RecordingMismatch, match="1 recorded acts are left over"):
        replay(tmp_path / "longer", longer).begin()


def test_a_fault_in_the_field_becomes_a_test(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    laboratory.record = StringIO()
    with monkeypatch.context() as patch:
        arm_at(patch, "dut", Fault(FaultKind.SILENCE), at_exchange=9)
        with pytest.raises(ReplyTimeout) as then:
            laboratory.begin()
    again = replay(tmp_path / "again", laboratory.record.getvalue())
    with pytest.raises(ReplyTimeout) as now:
        again.begin()
    assert str(now.value) == str(then.value)
    faults = [row.entry for row in again.rows() if isinstance(row.entry, e.Faulted)]
    assert [fault.message for fault in faults] == [str(then.value)]


def test_a_replay_is_not_taken_up_again(
    recording: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = replay(tmp_path / "again", recording)
    again.begin()
    assert main(["resume", again.run, "--store", again.url, "--operator", "auto"]) == 2
    assert "was a replay" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--replay", "there-is-none"], "cannot be read"),
        (["--replay", "README.md"], "line 1"),
        (["--record", "README.md", "--simulate"], "needs a new file"),
    ],
)
def test_a_wrong_file_is_refused(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(tmp_path / "s.db")]
    run = ["run", "dmm", "--bench", "station/demo/bench.toml", "--operator", "auto"]
    assert main([*run, *arguments, *store]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "s.db").exists()
