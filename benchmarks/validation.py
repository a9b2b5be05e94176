"""What a trial of a proof costs: a whole calibration in virtual time, compared with the truth."""

import tempfile
from importlib.metadata import entry_points
from itertools import count
from pathlib import Path

from benchmarks.measure import Line, seconds_each
from procedures.electrical.dmm import PROCEDURE
from station.procedure import find_procedure
from station.records.store import open_store
from station.validation.subject import Subject, subject
from station.validation.trial import carried_out

TIMES = 5
TRIALS = 300
PROCESSORS = 2
RULE = "guarded-non-binary"


def whole_calibration() -> Line:
    what = subject(PROCEDURE, RULE).ready()
    with tempfile.TemporaryDirectory() as folder:
        seconds = _seconds_a_trial(what, Path(folder) / "quick.db", durable=False)
        peer = _seconds_a_trial(what, Path(folder) / "durable.db", durable=True)
    points = sum(len(test.points) for test in what.tests)
    name = f"whole virtual calibration, {points} x 10 readings"
    return Line(name, seconds, "each entry awaited on the disk", peer, "≤ 0.25 s")


def _seconds_a_trial(what: Subject, path: Path, *, durable: bool) -> float:
    numbers = count(1)
    with open_store(str(path), durable=durable) as store:
        return seconds_each(lambda: carried_out(what, 1, next(numbers), store), times=TIMES)


def every_proof() -> Line:
    """300 trials of every procedure, one after another: what one trial of each takes, 300 times."""
    names = sorted(entry.name for entry in entry_points(group="station.procedures"))
    with tempfile.TemporaryDirectory() as folder:
        seconds = {
            name: TRIALS / PROCESSORS * _seconds_of(name, Path(folder) / f"{name}.db")
            for name in names
        }
    slowest = max(seconds, key=seconds.__getitem__)
    return Line(
        f"{TRIALS} trials of each of {len(names)} procedures on {PROCESSORS} processors",
        sum(seconds.values()),
        f"of which {slowest}",
        seconds[slowest],
        "≤ 600 s",
    )


def _seconds_of(name: str, path: Path) -> float:
    return _seconds_a_trial(subject(find_procedure(name), RULE).ready(), path, durable=False)


BENCHMARKS = (whole_calibration, every_proof)
