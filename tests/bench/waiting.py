"""Waiting until a source is stable, as an operator does."""

from typing import Any

from drivers.errors import InstrumentRefused
from simulators.bench import SimulatedBench
from tests.bench.subject import SUBJECT

LONGEST = 9000.0


def approached(source: Any, bench: SimulatedBench, *, every: float) -> None:
    """Wait until the source says that it is stable; ask it each `every` (s).

    Raises:
        InstrumentRefused: it does not become so: for a procedure that is a fault like any other.
    """
    for _ in range(round(LONGEST / every)):
        bench.world.clock.sleep(every)
        if source.is_stable():
            return
    raise InstrumentRefused(SUBJECT, "is_stable", f"not within {LONGEST:g} s")
