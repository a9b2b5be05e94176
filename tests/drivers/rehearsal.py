"""A driver of the catalogue over a recorded dialogue."""

from dataclasses import replace
from typing import Any, TypeVar

import pytest

from drivers.catalogue import driver_class
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentError
from drivers.identity import ExpectedIdentity
from drivers.link import Link
from drivers.models import MODELS

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
    """Return the driver of `model`, greeting as the catalogue would, on the bench as "dut"."""
    row, speaks = MODELS[model], driver_class(model)
    stated = serial if row.states_serial else None
    expected = ExpectedIdentity(row.makers, row.models, stated) if speaks.greeting.queries else None
    greeting = replace(speaks.greeting, expected=expected)
    dialogue = Dialogue("dut", lambda: link, clock or PatientClock(), greeting=greeting)
    made: Any = speaks
    driver = made(dialogue, **fields)
    assert isinstance(driver, kind)
    return driver


def answers_for(caught: pytest.ExceptionInfo[InstrumentError], command: str, reply: str) -> None:
    """Assert that the error says which instrument, what was sent and what came back."""
    assert caught.value.instrument == "dut"
    assert caught.value.command == command
    assert reply in caught.value.reply
