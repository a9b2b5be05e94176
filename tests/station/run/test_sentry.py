"""An abort while an instrument is read: the outputs do not wait for the reading."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused
from drivers.fluke.f5522a import Fluke5522A
from station.clock import SystemClock
from station.records.store import Store, open_store
from station.run.inbox import Abort, Pause, send
from station.run.live import LiveView
from station.run.outputs import Outputs as LiveOutputs
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

    def bar(self) -> None: ...

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


@dataclass
class Settling:
    """A calibrator that operates and never settles, unless it is told to stand by."""

    sent: list[str] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    _reply: bytes = b""

    def send(self, message: bytes, deadline: float) -> None:
        said = message.decode()
        self.sent.append(said)
        if said == "ISR?":
            self.asked.set()
        live = self.sent.index("STBY") if "STBY" in self.sent else len(self.sent)
        operates = "OPER" in self.sent[:live] and live == len(self.sent)
        known = {"ERR?": '0,"No Error"', "*OPC?": "1", "*IDN?": "FLUKE,5522A,1,1.1"}
        self._reply = known.get(said, "1" if operates else "0").encode()

    def receive(self, deadline: float) -> bytes:
        return self._reply

    def drain(self) -> bytes:
        return b""

    def close(self) -> None: ...


def test_a_source_that_settles_stands_by_at_once_and_is_not_connected_again(store: Store) -> None:
    clock, link = SystemClock(), Settling()
    calibrator = Fluke5522A(Dialogue("calibrator", lambda: link, clock))
    outputs = LiveOutputs({"calibrator": calibrator})
    ended: list[InstrumentRefused] = []

    def source() -> None:
        for volts in (1.0, 2.0):
            try:
                calibrator.source_dc_voltage(volts)
            except InstrumentRefused as refusal:
                ended.append(refusal)

    sentry, shown = watched(store)
    engine = threading.Thread(target=source)
    with sentry.watching(outputs):
        engine.start()
        assert link.asked.wait(SOON)
        send(store, RUN, Abort(by="a"), clock.now())
        engine.join(SOON)
    assert [refusal.reply for refusal in ended] == ["not sent: it is to stand by for good"] * 2
    assert not outputs.standby()
    assert [view.waiting for view in shown] == [OFF]
    assert link.sent[link.sent.index("STBY") :].count("OPER") == 0
    assert "OUT 2 V, 0 HZ" not in link.sent


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
