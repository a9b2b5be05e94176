"""A driver of the catalogue over a recorded dialogue."""

from typing import TypeVar

import pytest

from drivers.errors import InstrumentError
from drivers.link import Link
from tests.drivers.recordings import driver_over

Pairs = list[tuple[str, str | None]]
Driver = TypeVar("Driver")


class PatientClock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def rehearsed(
    kind: type[Driver],
    link: Link,
    model: str,
    *,
    serial: str | None = None,
    clock: PatientClock | None = None,
    **fields: object,
) -> Driver:
    """Return the driver of `model`, on the bench as "dut"."""
    driver = driver_over(link, model, serial, name="dut", clock=clock or PatientClock(), **fields)
    assert isinstance(driver, kind)
    return driver


def answers_for(caught: pytest.ExceptionInfo[InstrumentError], command: str, reply: str) -> None:
    """Assert that the error says which instrument, what was sent and what came back."""
    assert caught.value.instrument == "dut"
    assert caught.value.command == command
    assert reply in caught.value.reply
