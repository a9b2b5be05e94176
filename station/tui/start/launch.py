"""Starting an engine as a process of its own, which outlives the screen."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from station.clock import Clock
from station.errors import StoreFailed
from station.processes import start_detached


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    `real_time` lets simulated time pass as on the wall; otherwise it passes at once. `rule` is the
    decision rule, "" the one that the order or the laboratory has. `language` is what the engine
    speaks, "" that of its environment.
    """

    procedure: str
    bench: Path
    simulated: bool
    by: str
    real_time: bool = False
    rule: str = ""
    language: str = ""


@dataclass
class Started:
    """An engine that was started, and where its two outputs go.

    They are files, not pipes: a pipe would break, and the engine with it, when the screen closes.
    """

    process: "subprocess.Popen[bytes]"
    out: Path
    err: Path

    @property
    def run(self) -> str | None:
        """The run's id, once the engine has printed it on its first line."""
        first, newline, _ = self.out.read_text(encoding="utf-8", errors="replace").partition("\n")
        return first.strip() if newline else None

    @property
    def failure(self) -> str | None:
        """What the engine said when it ended before it had a run; None while it may succeed."""
        if self.process.poll() in (None, 0):
            return None
        said = self.err.read_text(encoding="utf-8", errors="replace").strip()
        return said or f"The engine ended with exit code {self.process.returncode} and no word."

    @property
    def ended_well(self) -> bool:
        """Whether it has ended, and nothing failed."""
        return self.process.poll() == 0


Launch = Callable[[Order, str], Started]
"""Starts an order's engine on the store at the given address."""


def command(order: Order) -> list[str]:
    """Return the command line of the engine; the store is not on it, an address has secrets."""
    simulate = ["--simulate"] if order.simulated else []
    if order.simulated and order.real_time:
        simulate.append("--real-time")
    rule = ["--rule", order.rule] if order.rule else []
    return [
        *(sys.executable, "-m", "station", "run", order.procedure),
        *("--bench", str(order.bench), *simulate, *rule, "--operator", "inbox"),
        *("--by", order.by),
        *(("--lang", order.language) if order.language else ()),
    ]


def start_logged(
    arguments: Sequence[str], folder: Path, clock: Clock, env: Mapping[str, str] | None = None
) -> Started:
    """Start a process that goes on when this one ends; its outputs go to files in `folder`.

    `env` is its whole environment; None is this one's.

    Raises:
        StoreFailed: the files or the process could not be made.
    """
    stem = f"engine-{clock.now():%Y%m%dT%H%M%S%f}"
    out, err = folder / f"{stem}.out", folder / f"{stem}.err"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = start_detached(arguments, stdout=to_out, stderr=to_err, env=env)
    except OSError as error:
        raise StoreFailed("The engine could not be started: {error}.", error=error) from error
    return Started(process, out, err)


Resume = Callable[[str, str, str], Started]
"""Starts an engine that takes a run up again, for a person, on the store at the given address."""


def launch_engine(order: Order, store: str) -> Started:
    """Start the engine of `order`; what it prints is kept in the user's log folder."""
    return _start(command(order), store)


def resume_engine(run: str, by: str, store: str) -> Started:
    """Start an engine that takes `run` up again."""
    resume = (sys.executable, "-m", "station", "resume", run)
    return _start([*resume, "--operator", "inbox", "--by", by], store)


@dataclass(frozen=True, slots=True)
class Ending:
    """A run that is to be ended for good without an engine, by whom and why; `language` answers."""

    run: str
    by: str
    reason: str
    language: str


End = Callable[[Ending, str], Started]
"""Starts a process that ends a run for good, on the store at the given address."""


def end_run(ending: Ending, store: str) -> Started:
    """Start the process that ends a run: `station abort` puts the bench's outputs to standby."""
    abort = (sys.executable, "-m", "station", "abort", ending.run, "--by", ending.by)
    return _start([*abort, f"--reason={ending.reason}"], store, {"STATION_LANG": ending.language})


def _start(
    arguments: Sequence[str], store: str, others: Mapping[str, str] | None = None
) -> Started:
    from platformdirs import user_log_path

    from station.clock import SystemClock
    from station.register.sessions import SEAT, seat

    folder = user_log_path("calibration-station", appauthor=False)
    # It has no terminal, and acts for whoever sits here.
    env = {**os.environ, "STATION_STORE": store, SEAT: seat(), **(others or {})}
    return start_logged(arguments, folder, SystemClock(), env)
