"""What one trial of a proof costs: a whole calibration in virtual time, compared with the truth."""

import tempfile
from itertools import count
from pathlib import Path

from benchmarks.measure import Line, seconds_each
from procedures.electrical.dmm import PROCEDURE
from station.records.store import open_store
from station.validation.subject import Subject, subject
from station.validation.trial import carried_out

TIMES = 5


def whole_calibration() -> Line:
    what = subject(PROCEDURE, "guarded-non-binary").ready()
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


BENCHMARKS = (whole_calibration,)
