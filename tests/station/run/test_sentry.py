"""An abort while an instrument is read: the outputs do not wait for the reading."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from station.clock import SystemClock
from station.records.store import Store, open_store
from station.run.inbox import Abort, Pause, send
from station.run.live import LiveView
from station.run.sentry import OFF, Sentry
from tests.station.tui.journals import begin

RUN = "r1"
SOON = 20.0
"""More than enough (s) on a busy machine; hardly ever used."""


@dataclass
class Outputs:
    """Terminals that tell when they were put to standby, and how often."""

    failing: bool = False
    off: threading.Event = field(default_factory=threading.Event)
    again: threading.Event = field(default_factory=threading.Event)

    def standby(self) -> list[Exception]:
        (self.again if self.off.is_set() else self.off).set()
        return [OSError()] if self.failing else []


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with open_store(str(tmp_path / "s.db")) as opened:
        begin(opened, RUN)
        yield opened


def watched(store: Store) -> tuple[Sentry, list[LiveView]]:
    shown: list[LiveView] = []
    ownership = SimpleNamespace(shown=LiveView(point="p"), show=shown.append)
    return Sentry(ownership, store, RUN, SystemClock()), shown  # type: ignore[arg-type]


def test_outputs_go_off_at_an_abort_and_stay_off(store: Store) -> None:
    sentry, shown = watched(store)
    outputs = Outputs()
    with sentry.watching(outputs):  # type: ignore[arg-type]
        assert sentry.abort is None
        send(store, RUN, Abort(by="a", reason="smoke"), SystemClock().now())
        assert outputs.off.wait(SOON)
        assert outputs.again.wait(SOON)
    assert sentry.abort == Abort(by="a", reason="smoke")
    assert [view.waiting for view in shown] == [OFF]


def test_what_was_sent_to_an_engine_before_is_not_heard(store: Store) -> None:
    send(store, RUN, Abort(by="a"), SystemClock().now())
    sentry, _ = watched(store)
    outputs = Outputs()
    with sentry.watching(outputs):  # type: ignore[arg-type]
        send(store, RUN, Pause(by="a"), SystemClock().now())
        SystemClock().wait(outputs.off, 0.15)
    assert sentry.abort is None
    assert not outputs.off.is_set()


def test_outputs_that_stay_on_are_not_said_to_be_off(store: Store) -> None:
    sentry, shown = watched(store)
    outputs = Outputs(failing=True)
    with sentry.watching(outputs):  # type: ignore[arg-type]
        send(store, RUN, Abort(by="a"), SystemClock().now())
        assert outputs.again.wait(SOON)
    assert not shown
