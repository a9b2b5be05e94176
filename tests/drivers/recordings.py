"""A driver over a recorded dialogue, made as the catalogue makes it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from drivers.catalogue import driver_class
from drivers.clock import Clock
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentError, LinkLost
from drivers.identity import ExpectedIdentity
from drivers.link import Link, LinkFault
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS

Pairs = Sequence[tuple[str, str | None]]


class StoppedClock:
    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None: ...


class LinesLink(RecordedLink):
    """A recording whose replies may have several lines, which are received one by one."""

    def __init__(self, dialogue: Pairs) -> None:
        super().__init__(dialogue)
        self._lines: list[bytes] = []

    def send(self, message: bytes, deadline: float) -> None:
        self._lines = []
        super().send(message, deadline)

    def receive(self, deadline: float) -> bytes:
        if not self._lines:
            self._lines = super().receive(deadline).split(b"\n")
        return self._lines.pop(0)


class Watched(LinesLink):
    """A recording that keeps the deadline of every message (s after its sending: time stands)."""

    def __init__(self, dialogue: Pairs) -> None:
        super().__init__(dialogue)
        self.deadlines: dict[str, float] = {}

    def send(self, message: bytes, deadline: float) -> None:
        self.deadlines[message.decode("ascii")] = deadline
        super().send(message, deadline)


class Breaking(LinesLink):
    """A recording over a connection that breaks once, when `message` is sent first."""

    def __init__(self, dialogue: Pairs, message: bytes) -> None:
        super().__init__(dialogue)
        self._message: bytes | None = message

    def send(self, message: bytes, deadline: float) -> None:
        if message == self._message:
            self._message = None
            raise LinkFault(LinkLost, "cut")
        super().send(message, deadline)


def driver_over(
    link: Link,
    model: str,
    serial: str | None = None,
    *,
    name: str = "it",
    clock: Clock | None = None,
    **fields: Any,
) -> Any:
    """Return the driver of `model`, to which `link` leads, greeting as the catalogue would."""
    row, speaks = MODELS[model], driver_class(model)
    stated = serial if row.states_serial else None
    expected = ExpectedIdentity(row.makers, row.models, stated) if speaks.greeting.queries else None
    greeting = replace(speaks.greeting, expected=expected)
    return speaks(
        Dialogue(name, lambda: link, clock or StoppedClock(), greeting=greeting), **fields
    )


def answers_for(error: InstrumentError, command: str, *replies: str) -> None:
    """Assert that `error` says which instrument, what was sent and what came back."""
    assert error.instrument == "it"
    assert error.command == command
    for reply in replies:
        assert reply in error.reply
