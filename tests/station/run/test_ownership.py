"""One engine a run, one run a bench; who lost a run touches nothing."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.errors import JournalMismatch, StoreFailed
from station.records import claims
from station.records.store import Store, open_store
from station.run.entries import WireExchange
from station.run.live import (
    LIVE_VIEW,
    SILENT_SECONDS,
    LiveView,
    Ownership,
    OwnershipLost,
    engine_alive,
)
from tests.station.stores import Place


class Wall(SystemClock):
    """A wall clock that a test moves; the heartbeat's thread is told to end at once."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def wait(self, event: threading.Event, seconds: float) -> bool:
        event.wait()
        return True


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with open_store(place.url) as opened:
        yield opened


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_a_run_has_one_engine(store: Store, wall: Wall) -> None:
    with Ownership(store, "r", [], wall) as mine:
        assert engine_alive(store, "r", wall) == mine.engine
        with pytest.raises(JournalMismatch, match=mine.engine), Ownership(store, "r", [], wall):
            pass
    assert engine_alive(store, "r", wall) is None
    with Ownership(store, "r", [], wall):
        pass


def test_an_instrument_has_one_run(store: Store, wall: Wall) -> None:
    with Ownership(store, "r1", ["GPIB0::4::INSTR", "GPIB0::22::INSTR"], wall):
        with (
            pytest.raises(JournalMismatch, match="GPIB0::4::INSTR for run r1"),
            Ownership(store, "r2", ["GPIB0::4::INSTR", "GPIB0::23::INSTR"], wall),
        ):
            pass
        with Ownership(store, "r2", ["GPIB0::23::INSTR"], wall):
            pass


def test_a_silent_engine_loses_its_run_and_touches_nothing(store: Store, wall: Wall) -> None:
    """Frozen (a lid closed, SIGSTOP) long enough for another engine to take over."""
    with Ownership(store, "r", ["GPIB0::4::INSTR"], wall) as frozen:
        frozen.confirm()
        wall.at += timedelta(seconds=SILENT_SECONDS + 0.1)
        assert engine_alive(store, "r", wall) is None
        with Ownership(store, "r", ["GPIB0::4::INSTR"], wall) as second:
            with pytest.raises(OwnershipLost):
                frozen.confirm()
            second.confirm()
            assert engine_alive(store, "r", wall) == second.engine


def test_a_short_silence_loses_nothing(store: Store, wall: Wall) -> None:
    with Ownership(store, "r", [], wall) as mine:
        wall.at += timedelta(seconds=SILENT_SECONDS - 0.1)
        mine.confirm()
        wall.at += timedelta(seconds=SILENT_SECONDS - 0.1)
        mine.confirm()
        assert engine_alive(store, "r", wall) == mine.engine


def test_a_beat_shows_what_went_over_the_wires(store: Store, wall: Wall) -> None:
    sent = WireExchange(instrument="dut", sent="READ?", received=None, at=1.5)
    with Ownership(store, "r", [], wall) as mine:
        mine.show(LiveView(point="p"))
        mine.wire = lambda: (sent,)
        wall.at += timedelta(seconds=SILENT_SECONDS - 0.1)
        mine.confirm()
        found = claims.live(store, "r")
        assert found is not None
        assert LIVE_VIEW.validate_json(found[2]) == LiveView(point="p", wire=(sent,))


def test_a_removed_store_is_noticed(wall: Wall, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "s.db")) as store, Ownership(store, "r", [], wall) as mine:
        (tmp_path / "s.db").rename(tmp_path / "elsewhere.db")
        wall.at += timedelta(seconds=SILENT_SECONDS)
        with pytest.raises(StoreFailed, match="removed or replaced"):
            mine.confirm()
