"""`station validate` as it is typed, and the study behind it."""

import dataclasses
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.errors import ReplyTimeout
from procedures.electrical.dmm import PROCEDURE
from station.bench_file import FaultEntry
from station.cli.main import main
from station.cli.validate import Progress
from station.metrology.coverage import Coverage
from station.procedure import Item
from station.validation import finding
from station.validation.study import studied
from station.validation.subject import subject
from station.validation.trial import Trial, TrialFailed


class HandClock:
    """A clock that is set by hand."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


def trials(*, workers: int = 1, count: int = 2, stop: threading.Event | None = None) -> list[Trial]:
    return studied(
        subject(PROCEDURE, "guarded-non-binary"),
        seed=3,
        trials=count,
        workers=workers,
        stop=stop or threading.Event(),
        progress=lambda done: None,
    )


def test_the_trials_are_the_same_whatever_the_workers() -> None:
    here, elsewhere = trials(workers=1, count=6), trials(workers=2, count=6)
    assert here == elsewhere
    assert [trial.number for trial in here] == [1, 2, 3, 4, 5, 6]
    assert here[0].found != here[1].found
    assert {len(trial.found) for trial in here} == {69}


def test_a_study_that_is_stopped_keeps_what_is_done() -> None:
    stop = threading.Event()
    done: list[int] = []

    def after_the_first(count: int) -> None:
        done.append(count)
        stop.set()

    found = studied(
        subject(PROCEDURE, "guarded-non-binary"),
        seed=1,
        trials=50,
        workers=1,
        stop=stop,
        progress=after_the_first,
    )
    assert done == [5]
    assert [trial.number for trial in found] == [1, 2, 3, 4, 5]


def test_a_run_that_stops_names_its_trial() -> None:
    what = subject(PROCEDURE, "guarded-non-binary")
    fault = FaultEntry(instrument="dut", fault="silence", at_exchange=30)
    world = what.bench.simulation.model_copy(update={"faults": (fault,)})
    struck = dataclasses.replace(what, bench=what.bench.model_copy(update={"simulation": world}))
    with pytest.raises(TrialFailed, match="Trial 1 of seed 1 stopped: dut") as caught:
        studied(
            struck,
            seed=1,
            trials=1,
            workers=1,
            stop=threading.Event(),
            progress=lambda done: None,
        )
    assert isinstance(caught.value.__cause__, ReplyTimeout)


def test_the_report_is_printed_as_markdown_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "dmm.md"
    assert main(["validate", "dmm", "--trials", "2", "--workers", "1", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert out.read_text("utf-8") == said.out
    assert said.out.startswith("# Proof by simulation: dmm\n\n**Coverage is compatible")
    assert "| command | `station validate dmm --trials 2 --seed 1` |" in said.out
    assert PROCEDURE.digest({"dut": Item("keysight-34461a")}) in said.out
    assert "| dc-voltage, 100 mV | " in said.out
    assert said.err.splitlines()[0] == "2/2 trials, 0 s left"
    assert said.err.splitlines()[-1].startswith("Coverage is compatible")


def test_the_report_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["validate", "dmm", "--trials", "1", "--seed", "9", "--workers", "1", "--json"]
    assert main(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["proved"], report["complete"], report["seed"]) == (True, True, 9)
    assert report["procedure_digest"] == PROCEDURE.digest({"dut": Item("keysight-34461a")})
    everything = report["coverage"][0]
    assert (everything["test"], everything["total"]) == (None, 69)
    assert sum(each["points"] for each in report["decisions"]) == 69


def test_a_claim_that_is_not_kept_ends_with_4(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same claim of 95.45 %, with U of half the size."""
    monkeypatch.setattr("station.run.carry_out.Coverage", lambda probability: Coverage(None, 0.5))
    assert main(["validate", "dmm", "--trials", "3", "--workers", "1"]) == 4
    said = capsys.readouterr()
    assert "**Coverage is NOT COMPATIBLE with the claim of about 95 %: all points" in said.out
    assert finding.Finding.TOO_LOW.value in said.out


WRONG = [
    pytest.param(["nothing"], "no procedure 'nothing'", id="no such procedure"),
    pytest.param(["dmm", "--trials", "0"], "0 is not enough", id="no trials"),
    pytest.param(["dmm", "--rule", "none"], "no decision rule 'none'", id="no such rule"),
    pytest.param(["dmm", "--bench", "nowhere.toml"], "cannot be read", id="no such bench"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_use_ends_with_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["validate", *words])
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2
    assert said in capsys.readouterr().err


def test_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["validate", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "4 it is not (below it by more than chance) or U is wider than the limits" in said


def test_progress_tells_the_time_left() -> None:
    clock, output = HandClock(), io.StringIO()
    progress = Progress(100, clock, output)  # type: ignore[arg-type]  # all that is asked of it
    for done in (5, 10, 15, 50):
        clock.seconds = 2.0 * done
        progress.tell(done)
    progress.end()
    assert output.getvalue().splitlines() == [
        "10/100 trials, 180 s left",
        "50/100 trials, 100 s left",
    ]


def test_an_interrupted_proof_is_reported_as_incomplete(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def told_at_once() -> Iterator[threading.Event]:
        stop = threading.Event()
        stop.set()
        yield stop

    monkeypatch.setattr("station.cli.run.told_to_stop", told_at_once)
    assert main(["validate", "dmm", "--trials", "9", "--workers", "1", "--json"]) == 130
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["trials"], report["complete"], report["proved"]) == (0, False, None)
    assert "INCOMPLETE" in said.err
