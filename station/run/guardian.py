"""The guardian: a small process that puts the outputs to standby when the engine is killed.

It holds the reading end of a pipe from the engine. As long as the engine lives the pipe is open;
when it ends without the word "safe" the guardian opens the bench itself, and leaves word of what it
did where the engine showed what it did. It is no substitute for a hardware interlock: a cut cable
or a frozen computer silences it too.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import IO

from drivers.capabilities import Instrument, Output
from drivers.errors import InstrumentError
from station.bench_file import BenchFile
from station.errors import StationError
from station.processes import start_detached
from station.run.plan import Record

SAFE = b"safe\n"
READY = b"ready\n"


class Watched(Record):
    """What is watched over: the bench, and whose word is to be left where if it is needed."""

    bench: BenchFile
    store: str
    run: str
    engine: str


class GuardianFailed(StationError):
    """The guardian process could not be started, or has ended."""


class Guardian:
    """The engine's end of the pipe."""

    def __init__(self, process: "subprocess.Popen[bytes]", pipe: IO[bytes]) -> None:
        self._process = process
        self._pipe = pipe

    def confirm(self) -> None:
        """Make sure that the guardian is there.

        Raises:
            GuardianFailed: it has ended; nobody would switch off if this process were killed.
        """
        if self._process.poll() is not None:
            raise GuardianFailed(
                "The guardian process has ended: nobody would switch the outputs off if this "
                "engine were killed. `station resume` starts both again."
            )

    def dismiss(self) -> None:
        """Tell the guardian that the outputs are off: it ends without touching them."""
        try:
            self._pipe.write(SAFE)
            self._pipe.flush()
        except OSError:
            # It has ended before us: nothing is left to dismiss.
            return


@contextmanager
def guarded(watched: Watched | None) -> Iterator[Guardian | None]:
    """Have a guardian watch over a bench until it is dismissed; None needs none.

    Raises:
        GuardianFailed: it could not be started.
    """
    if watched is None:
        yield None
        return
    process = start_detached(
        [sys.executable, "-m", "station.run.guardian"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        pipe, replies = process.stdin, process.stdout
        if pipe is None or replies is None:
            raise GuardianFailed("The guardian process has no pipe. Start the run again.")
        pipe.write(watched.model_dump_json().encode() + b"\n")
        pipe.flush()
        if replies.readline() != READY:
            raise GuardianFailed("The guardian process did not start. Start the run again.")
        yield Guardian(process, pipe)
    finally:
        # Not dismissed, it now puts the outputs to standby.
        for end in (process.stdin, process.stdout):
            if end is not None:
                _close(end)
        process.wait()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def main() -> None:
    """Wait for the engine's end; unless it said "safe", put every output to standby."""
    from station.bench import open_bench

    # Everything is imported and built before it is needed: the outputs must be off within 2 s.
    import_module("pyvisa_py")

    watched = Watched.model_validate_json(sys.stdin.buffer.readline())
    bench = open_bench(watched.bench, simulate=False)
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()
    if sys.stdin.buffer.readline() != SAFE:
        _leave_word(watched, *_put_off(bench.instruments))


def _put_off(instruments: Mapping[str, Instrument]) -> tuple[list[str], list[str]]:
    """Put every output to standby; return those that are, and what failed."""
    done: list[str] = []
    failures: list[str] = []
    for name, instrument in instruments.items():
        if isinstance(instrument, Output):
            try:
                instrument.standby()
                done.append(name)
                print(f"guardian: {name} is in standby", file=sys.stderr)
            except InstrumentError as failure:
                failures.append(str(failure))
                print(f"guardian: OUTPUT MAY BE LIVE: {failure}", file=sys.stderr)
    return done, failures


def _leave_word(watched: Watched, done: list[str], failures: list[str]) -> None:
    # Only now: what opens a store takes time to import, which the outputs do not have.
    from station.records import claims
    from station.records.store import open_store
    from station.run.live import LiveView, PutOff

    word = PutOff(instruments=tuple(done), failures=tuple(failures))
    body = LiveView(guardian=word).model_dump_json()
    try:
        with open_store(watched.store) as store:
            claims.leave_word(store, watched.run, watched.engine, body)
    except StationError as unsaid:
        print(f"guardian: nobody could be told: {unsaid}", file=sys.stderr)


if __name__ == "__main__":
    main()
