"""Every driver, every fault, every way to it, at every exchange: never a wrong value.

An act on an instrument that fails either gives the right value all the same, or a typed error in
good time; and what is asked next is answered rightly.
"""

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from drivers.errors import InstrumentError
from simulators.bench import SimulatedBench
from simulators.faults.fault import Fault, FaultKind
from tests.bench.reach import driven, ways
from tests.bench.subject import SUBJECT, Subject, Values, bench_of
from tests.bench.subjects import SUBJECTS

# The instrument indicates what it indicates: no driver can know better.
OF_READINGS = {
    FaultKind.STUCK: math.inf,  # at whatever was read first, an empty pan for example
    FaultKind.NOISE_BURST: 6e-2,
    FaultKind.DRIFT_STEP: 2e-3,
}
LATER = 3.0  # s, of late replies: beyond some deadlines and within others
ATTEMPTS = 3

BUSES = ("gpib", "usb", "hislip", "vxi11")  # messages with an end; alike in this process


SPARSE = 3  # of an instrument's further ways, in CI: each fault strikes every third exchange


def cases() -> Iterator[Any]:
    """Yield every model, way to it, and how sparsely it is struck.

    In CI its first way is struck at every exchange, the others sparsely; siblings, all exchanges
    of the other ways, and buses but the first are a long proof.
    """
    for model, subject in SUBJECTS.items():
        first, *others = ways(model)
        bus = next((way for way in ways(model) if way in BUSES), None)
        yield pytest.param(model, first, 1, marks=pytest.mark.slow if subject.is_sibling else ())
        for way in others:
            yield pytest.param(model, way, 1, marks=pytest.mark.slow)
            if not subject.is_sibling and (way not in BUSES or way == bus):
                yield pytest.param(model, way, SPARSE)


@cache
def exchanges(model: str, way: str) -> int:
    """Return how many messages the act takes, the greeting included."""
    subject = SUBJECTS[model]
    bench = bench_of(subject)
    heard: list[bytes] = []
    panel = bench.panel(SUBJECT).panel
    receive = panel.receive
    panel.receive = lambda message: (heard.append(message), receive(message))[1]  # type: ignore[method-assign]
    with driven(bench, subject, way) as driver:
        subject.act(driver, bench)
    return len(heard)


def right(subject: Subject, bench: SimulatedBench, values: Values, kind: FaultKind) -> bool:
    truths = subject.truth(bench)
    if truths is None:
        return True
    share = OF_READINGS.get(kind, 0.0) if subject.reads else 0.0
    found, true = each(values), each(truths)
    allowed = each(subject.tolerance) * (1 if isinstance(subject.tolerance, tuple) else len(true))
    return all(
        abs(value - truth) <= tolerance + share * abs(truth)
        for value, truth, tolerance in zip(found, true, allowed, strict=True)
    )


def each(values: Values) -> tuple[float, ...]:
    return values if isinstance(values, tuple) else (values,)


def strike(subject: Subject, way: str, kind: FaultKind, at: int) -> str:
    """Return how the act ended when `kind` struck its message `at`."""
    bench = bench_of(subject)
    clock = bench.world.clock
    bench.arm(SUBJECT, Fault(kind, LATER), at_exchange=at)
    with driven(bench, subject, way) as driver:
        began = clock.monotonic()
        try:
            value = subject.act(driver, bench)
        except InstrumentError as error:
            outcome = type(error).__name__
        else:
            assert right(subject, bench, value, kind), f"{value} after {kind} at message {at}"
            outcome = "right"
        took = clock.monotonic() - began
        assert took <= subject.patience, f"{took} s after {kind} at message {at}"
        bench.panel(SUBJECT).disarm()
        assert recovered(subject, bench, driver, kind), f"not recovered from {kind} at {at}"
    return outcome


def recovered(subject: Subject, bench: SimulatedBench, driver: Any, kind: FaultKind) -> bool:
    """Return whether the act succeeds within a few attempts, and is right when it does."""
    subject.prepare(bench)
    for _ in range(ATTEMPTS):
        try:
            value = subject.act(driver, bench)
        except InstrumentError:
            continue
        assert right(subject, bench, value, FaultKind.SILENCE), f"{value} is poisoned by {kind}"
        return True
    return False


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize(("model", "way", "step"), list(cases()))
def test_never_a_wrong_value(
    model: str, way: str, step: int, kind: FaultKind, outcomes: Counter[str]
) -> None:
    subject = SUBJECTS[model]
    # An output that trips after the last exchange trips after everything that was asked.
    last = exchanges(model, way) - (kind is FaultKind.OUTPUT_TRIPPED)
    for at in range(1 + list(FaultKind).index(kind) % step, last + 1, step):
        outcomes[strike(subject, way, kind, at)] += 1
