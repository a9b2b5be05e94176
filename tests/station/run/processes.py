"""Processes of `station` for the tests: engines, and a simulated bench that is served."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from station.clock import SystemClock
from station.control import ask_control
from station.records.store import open_store
from station.run import journal
from station.run.state import fold_all

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


@contextmanager
def served_bench(folder: Path) -> Iterator[ServedBench]:
    """A process that serves the bench until the test has ended."""
    bench = folder / "original.toml"
    bench.write_bytes((files("station") / "demo" / "bench.toml").read_bytes())
    with station("simulate", str(bench)) as server:
        yield ServedBench(server, folder)
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
