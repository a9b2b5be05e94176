"""A source that somebody else puts to standby, whatever it was just about to do.

In a run another thread does so (`station.run.sentry`); here it comes while the instrument has a
message and has not answered it yet. The driver says nothing more, and that soon.
"""

import math
from typing import Any

import pytest

from drivers.catalogue import driver_class
from drivers.errors import InstrumentRefused
from simulators.bench import SimulatedBench
from tests.bench.reach import driven, ways
from tests.bench.subject import SUBJECT, Subject, bench_of
from tests.bench.subjects import SUBJECTS

SOON = 0.2
"""Seconds of the world's clock: as an operator expects an abort to work."""

SOURCES = [model for model in SUBJECTS if hasattr(driver_class(model), "standby")]
RESETTING = [b"*RST", b"*OPC?"]
"""What a reset ends with; it puts the output to standby before anything else."""


class Ear:
    """Hears what the subject is told, and bars its dialogue at the message `at`."""

    def __init__(self, bench: SimulatedBench, driver: Any, at: float) -> None:
        self.heard: list[bytes] = []
        self.barred_at = math.inf
        self._at, self._bench, self._driver = at, bench, driver
        panel = bench.panel(SUBJECT).panel
        self._receive, panel.receive = panel.receive, self._listen  # type: ignore[method-assign]

    def _listen(self, message: bytes) -> Any:
        self.heard.append(message)
        if len(self.heard) == self._at:
            self._driver.dialogue.bar()
            self.barred_at = self._bench.world.clock.monotonic()
        return self._receive(message)


def messages(subject: Subject) -> int:
    """Return how many messages the act takes, the greeting left out."""
    bench = bench_of(subject)
    with driven(bench, subject, ways(subject.model)[0]) as driver:
        driver.identify()
        ear = Ear(bench, driver, math.inf)
        subject.act(driver, bench)
    return len(ear.heard)


def act_and_leave(subject: Subject, driver: Any, bench: SimulatedBench) -> None:
    """Act; when all was said already, what the same thread does next is refused."""
    subject.act(driver, bench)
    driver.standby()


@pytest.mark.parametrize("model", SOURCES)
def test_barred_source_says_nothing_more_but_standby(model: str) -> None:
    subject = SUBJECTS[model]
    for at in range(1, messages(subject) + 1):
        bench = bench_of(subject)
        with driven(bench, subject, ways(model)[0]) as driver:
            driver.identify()
            ear = Ear(bench, driver, at)
            with pytest.raises(InstrumentRefused, match="stand by for good"):
                act_and_leave(subject, driver, bench)
            assert len(ear.heard) == at
            took = bench.world.clock.monotonic() - ear.barred_at
            # What takes minutes is waited for by the run, which looks by itself.
            waits = hasattr(driver, "is_stable") or ear.heard[-2:] == RESETTING
            assert took <= SOON or waits, f"{took} s after {ear.heard}"
            with driver.dialogue.standing_by():
                driver.standby()
            assert len(ear.heard) > at
