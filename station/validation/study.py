"""Many trials, on one processor or several: the same ones whatever their number."""

import multiprocessing
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from station.records.store import open_store
from station.validation.subject import Subject
from station.validation.trial import Trial, carried_out

BATCH = 5
"""Trials that share a temporary store and a reading of the DUT's data: one task of a worker."""

Progress = Callable[[int], None]


def studied(
    subject: Subject,
    *,
    seed: int,
    trials: int,
    workers: int,
    stop: threading.Event,
    progress: Progress,
) -> list[Trial]:
    """Return the trials in order; fewer than `trials` when `stop` was set.

    Args:
        subject: what is proved; with several workers it must be picklable.
        seed: of the whole study; each trial has a stream of its own.
        trials: how many.
        workers: processes; with one, everything is done in this one.
        stop: ends the study behind the trials that are under way.
        progress: told how many trials are done.

    Raises:
        TrialFailed: a run stopped on a fault.
    """
    numbers = range(1, trials + 1)
    batches = [numbers[at : at + BATCH] for at in range(0, trials, BATCH)]
    done: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="station-validate-") as folder:
        empty = Path(folder) / "empty.db"
        open_store(str(empty)).close()
        found = (
            _here(subject, seed, batches, empty, stop)
            if workers == 1
            else _elsewhere(subject, seed, batches, empty, stop, workers)
        )
        for some in found:
            done += some
            progress(len(done))
    return sorted(done, key=lambda trial: trial.number)


def batch(subject: Subject, seed: int, numbers: Sequence[int], empty: Path) -> list[Trial]:
    """Carry the trials `numbers` out on a copy of the store `empty`, which is thrown away."""
    ready = subject.ready()
    with tempfile.TemporaryDirectory(prefix="station-validate-") as folder:
        copy = shutil.copy(empty, Path(folder) / "trials.db")
        with open_store(str(copy), durable=False) as store:
            return [carried_out(ready, seed, number, store) for number in numbers]


def _here(
    subject: Subject, seed: int, batches: list[range], empty: Path, stop: threading.Event
) -> Iterator[list[Trial]]:
    for numbers in batches:
        if stop.is_set():
            return
        yield batch(subject, seed, numbers, empty)


def _elsewhere(
    subject: Subject,
    seed: int,
    batches: list[range],
    empty: Path,
    stop: threading.Event,
    workers: int,
) -> Iterator[list[Trial]]:
    todo = iter(batches)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        # No more tasks than workers: what an executor has queued it does to the end.
        with _deaf_children():
            under_way = {
                pool.submit(batch, subject, seed, numbers, empty)
                for numbers in islice(todo, workers)
            }
        while under_way:
            ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for one in ended:
                yield one.result()
            for numbers in [] if stop.is_set() else islice(todo, len(ended)):
                under_way.add(pool.submit(batch, subject, seed, numbers, empty))


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is this one that ends them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
