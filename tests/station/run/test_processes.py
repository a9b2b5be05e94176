"""Engines as real processes, on a served simulated bench: killed, watched over, told to stop."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.control import ask_control
from station.records.store import open_store
from station.run import entries as e
from station.run import journal
from station.run.state import RunState, Status, fold_all

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX"),
    pytest.mark.timeout(240),
]

DEADLINE = 90.0
"""Real time (s) on a machine that is busy with other things: generous, and hardly ever used."""


@contextmanager
def station(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A `station` process, ended by its own id if the test has not ended it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "station", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class ServedBench:
    """The demonstration's bench served on loopback, and a bench file that reaches it."""

    def __init__(self, server: "subprocess.Popen[str]", folder: Path) -> None:
        assert server.stdout is not None
        lines = [json.loads(line) for line in iter(server.stdout.readline, "ready\n")]
        self.control = lines[-1]["control"]
        demo = files("station") / "demo"
        text = (demo / "bench.toml").read_text("utf-8")
        for line in lines[:-1]:
            old = {"calibrator": "GPIB0::4::INSTR", "dut": "TCPIP0::192.0.2.17::hislip0::INSTR"}
            text = text.replace(old[line["name"]], line["address"][0])
        text += f'control = "{self.control}"\n'
        self.path = folder / "bench.toml"
        self.path.write_text(text, "utf-8")
        certificate = (demo / "calibrator-certificate.toml").read_text("utf-8")
        today = SystemClock().now().date()
        # The served world lives in real time: its certificate must be in date today.
        certificate = certificate.replace("date = 2026-09-14", f"date = {today}")
        certificate = certificate.replace(
            "due = 2027-09-13", f"due = {today.replace(day=1, month=1, year=today.year + 1)}"
        )
        (folder / "calibrator-certificate.toml").write_text(certificate, "utf-8")

    def operating(self) -> bool:
        host, _, port = self.control.rpartition(":")
        state = ask_control(host, int(port), {"do": "state"})
        return bool(state["instruments"]["calibrator"]["operating"])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedBench]:
    bench = tmp_path / "original.toml"
    bench.write_bytes((files("station") / "demo" / "bench.toml").read_bytes())
    with station("simulate", str(bench)) as server:
        yield ServedBench(server, tmp_path)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=DEADLINE) == 0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    clock = SystemClock()
    end = clock.monotonic() + DEADLINE
    while not condition():
        assert clock.monotonic() < end, f"not in {DEADLINE} s: {what}"
        clock.sleep(0.1)


def run_of(engine: "subprocess.Popen[str]") -> str:
    """Return the run that an engine says it has begun."""
    assert engine.stdout is not None
    assert engine.stderr is not None
    run = engine.stdout.readline().strip()
    assert run, engine.stderr.read()
    return run


def wait_for_a_point(engine: "subprocess.Popen[str]", store: Path, run: str) -> None:
    # Opened once: on a busy machine the looking must not be what keeps it busy.
    with open_store(str(store)) as opened:

        def measured() -> bool:
            # An engine that has ended measures no more: what it said is what there is to know.
            assert engine.poll() is None, engine.stderr and engine.stderr.read()
            return fold_all(journal.read(opened, run)).done >= 1

        wait_until(measured, "a first point")


def run_arguments(served: ServedBench, store: Path) -> list[str]:
    return [
        *("run", "dmm", "--bench", str(served.path), "--operator", "auto"),
        *("--store", str(store), "--by", "tester"),
    ]


def state_of(store: Path, run: str) -> RunState:
    with open_store(str(store)) as opened:
        return fold_all(journal.read(opened, run))


def test_sigkill_of_the_engine_leaves_the_output_in_standby(
    served: ServedBench, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        wait_until(served.operating, "a live output")
        engine.send_signal(signal.SIGKILL)
        killed_at = SystemClock().monotonic()
        wait_until(lambda: not served.operating(), "standby")
        took = SystemClock().monotonic() - killed_at
        assert took < 2.0
    survived = state_of(store, run)
    assert survived.status is Status.UNDER_WAY
    assert not survived.ended


def test_sigterm_is_safe_and_says_how_to_go_on(served: ServedBench, tmp_path: Path) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        engine.send_signal(signal.SIGTERM)
        out, err = engine.communicate(timeout=DEADLINE)
        assert engine.returncode == 130
        assert "station resume" in err
        assert "Traceback" not in out + err
    assert not served.operating()
    assert isinstance([row.entry for row in rows_of(store, run)][-1], e.Faulted), (
        "what happened is written down"
    )


def rows_of(store: Path, run: str) -> list[journal.Row]:
    with open_store(str(store)) as opened:
        return list(journal.read(opened, run))


def test_a_bench_in_use_is_refused_and_a_lost_guardian_stops_the_run(
    served: ServedBench, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        with station(*run_arguments(served, store)) as second:
            _, err = second.communicate(timeout=DEADLINE)
            assert second.returncode == 4
            assert f"for run {run}" in err
        children = Path(f"/proc/{engine.pid}/task/{engine.pid}/children")
        if not children.exists():
            pytest.skip("this system does not list a process's children")
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
        _, err = engine.communicate(timeout=DEADLINE)
        assert engine.returncode == 3
        assert "guardian" in err
        assert "Traceback" not in err
    assert not served.operating()
    state = state_of(store, run)
    assert state.status is Status.FAULTED
    assert state.fault is not None
    assert state.fault.error == "GuardianFailed"


def test_a_reader_that_goes_away_does_not_stop_a_calibration(
    served: ServedBench, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        run = run_of(engine)
        assert engine.stdout is not None
        engine.stdout.close()
        wait_for_a_point(engine, store, run)
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=DEADLINE) == 130
    assert isinstance(rows_of(store, run)[-1].entry, e.Faulted)
