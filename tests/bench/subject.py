"""One driver and what it does, on a simulated bench where the answer is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air

SERIAL = "48723017"
SUBJECT = "subject"

Values = float | tuple[float, ...]
"""What an act gives: one value or several, each in its unit."""


@dataclass(frozen=True)
class Subject:
    """One thing that a driver does.

    Attributes:
        model: of the subject, on a bench where it is called "subject".
        act: what is asked of the driver, and done by the operator's hands on the bench meanwhile;
            returns the values that the driver gives, or the one that it was to set.
        truth: what is true when the act is over; None where the act only has to succeed.
        tolerance: of each value (in its unit): noise and the instrument's own errors.
        prepare: wires and sets up the rest of the bench.
        others: what else stands there.
        reads: whether the value is a reading, which a fault of readings changes.
        patience: how long the act may take at worst, faults included (s).
        settings: fields of the driver besides its dialogue.
        is_sibling: whether driver and simulator are those of another row; struck where proof may
            take long.
    """

    model: str
    act: Callable[[Any, SimulatedBench], Values]
    truth: Callable[[SimulatedBench], Values | None] = lambda bench: None
    tolerance: Values = 0.0
    prepare: Callable[[SimulatedBench], None] = lambda bench: None
    others: tuple[InstrumentSpec, ...] = ()
    reads: bool = True
    patience: float = 120.0
    settings: Mapping[str, int] = field(default_factory=dict)
    is_sibling: bool = False


def bench_of(subject: Subject) -> SimulatedBench:
    """Return the bench with the subject on it, wired and set up."""
    specs = [InstrumentSpec(SUBJECT, subject.model, SERIAL), *subject.others]
    bench = build(specs, seed=3, air=Air(), clock=VirtualClock())
    subject.prepare(bench)
    return bench


def tell(bench: SimulatedBench, name: str, *messages: str) -> None:
    """Give messages to an instrument as its own panel takes them."""
    for message in messages:
        bench.panel(name).receive(message.encode())
