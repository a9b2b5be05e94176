"""The guardian: a small process that puts the outputs to standby when the engine is killed.

It holds the reading end of a pipe from the engine. As long as the engine lives the pipe is open;
when it ends without the word "safe" the guardian opens the bench itself. It is no substitute for
a hardware interlock: a cut cable or a frozen computer silences it too.
"""

import subprocess
import sys
from importlib import import_module
from types import TracebackType

from station.bench_file import BenchFile
from station.errors import StationError
from station.processes import start_detached

SAFE = b"safe\n"
READY = b"ready\n"


class GuardianFailed(StationError):
    """The guardian process could not be started."""


class Guardian:
    """The engine's end: starts the guardian, and dismisses it when all is safe."""

    def __init__(self, bench: BenchFile) -> None:
        self._bench = bench

    def __enter__(self) -> "Guardian":
        self._process = start_detached(
            [sys.executable, "-m", "station.run.guardian"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        pipe, replies = self._process.stdin, self._process.stdout
        if pipe is None or replies is None:
            raise GuardianFailed("The guardian process has no pipe. Start the run again.")
        self._pipe, self._replies = pipe, replies
        pipe.write(self._bench.model_dump_json().encode() + b"\n")
        pipe.flush()
        if replies.readline() != READY:
            raise GuardianFailed("The guardian process did not start. Start the run again.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A group says that outputs could not be put to standby: the guardian tries once more.
        if not isinstance(error, BaseExceptionGroup):
            self._pipe.write(SAFE)
        self._pipe.close()
        self._process.wait()
        self._replies.close()


def main() -> None:
    """Wait for the engine's end; unless it said "safe", put every output to standby."""
    # Everything is imported and built before it is needed: the outputs must be off within 2 s.
    import_module("pyvisa_py")

    from drivers.capabilities import Output
    from drivers.errors import InstrumentError
    from station.bench import open_bench

    file = BenchFile.model_validate_json(sys.stdin.buffer.readline())
    bench = open_bench(file, simulate=False)
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()
    if sys.stdin.buffer.readline() == SAFE:
        return
    for name, instrument in bench.instruments.items():
        if isinstance(instrument, Output):
            try:
                instrument.standby()
                print(f"guardian: {name} is in standby", file=sys.stderr)
            except InstrumentError as failure:
                print(f"guardian: OUTPUT MAY BE LIVE: {failure}", file=sys.stderr)


if __name__ == "__main__":
    main()
