"""Faults of simulated instruments, from the bench file and from the command line."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from station.cli.main import main

BENCH = "station/demo/bench.toml"


def run(tmp_path: Path, *arguments: str, bench: str = BENCH) -> int:
    begin = ["run", "dmm", "--bench", bench, "--operator", "auto", "--by", "lab"]
    return main([*begin, "--store", str(tmp_path / "s.db"), *arguments])


def test_a_fault_of_the_command_line_strikes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--simulate", "--fault", "dut:late@5/9.5") == 3
    said = capsys.readouterr()
    assert "station: dut: no reply in time at " in said.err
    assert "VI_ERROR_TMO (Timeout" in said.err
    run_id = said.out.splitlines()[0]
    assert f"`station resume {run_id}` goes on where it stopped." in said.err


def test_a_fault_of_the_bench_file_strikes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = files("station") / "demo"
    for name in ("bench.toml", "calibrator-certificate.toml"):
        text = (demo / name).read_text("utf-8")
        fault = 'faults = [{ instrument = "calibrator", fault = "wrong-serial" }]\n'
        struck = re.sub(r"(?m)^\[simulation\].*\n", rf"\g<0>{fault}", text)
        (tmp_path / name).write_text(struck, "utf-8")
    assert run(tmp_path, "--simulate", bench=str(tmp_path / "bench.toml")) == 3
    assert "wrong instrument" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--simulate", "--fault", "late"], "ROLE:FAULT", id="form"),
        pytest.param(["--simulate", "--fault", "dut:late@0"], "ROLE:FAULT", id="exchange 0"),
        pytest.param(["--simulate", "--fault", "dut:lates"], "did you mean 'late'", id="fault"),
        pytest.param(["--simulate", "--fault", "dvt:late"], "Did you mean 'dut'", id="role"),
        pytest.param(["--fault", "dut:late"], "goes with --simulate", id="real bench"),
    ],
)
def test_a_fault_nobody_understands_is_refused(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *arguments) == 2
    assert says in capsys.readouterr().err
