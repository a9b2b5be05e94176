"""Whole commands, from start to exit, beside a Python that does nothing."""

import os
import subprocess
import sys
import tempfile

from benchmarks.measure import Line, seconds_each

# As installed: Python keeps its compiled modules.
ENVIRONMENT = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


def _nothing() -> float:
    return seconds_each(lambda: _run(sys.executable, "-c", ""), times=3, rounds=3)


def demo() -> Line:
    with tempfile.TemporaryDirectory() as folder:
        taken = seconds_each(
            lambda: _run(sys.executable, "-m", "station", "demo", "--out", f"{folder}/demo"),
            times=1,
            rounds=3,
        )
    return Line("station demo", taken, "python -c ''", _nothing(), "< 6 s")


def help_() -> Line:
    taken = seconds_each(lambda: _run(sys.executable, "-m", "station", "--help"), times=3, rounds=3)
    return Line("station --help", taken, "python -c ''", _nothing(), "< 100 ms")


def models() -> Line:
    command = (sys.executable, "-m", "station", "models")
    return Line(
        "station models",
        seconds_each(lambda: _run(*command), times=5, rounds=5),
        "python -c ''",
        _nothing(),
        "< 150 ms",
    )


BENCHMARKS = (demo, help_, models)
