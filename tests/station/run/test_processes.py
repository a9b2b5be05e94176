"""Engines as real processes, on a served simulated bench: killed, watched over, told to stop."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.records import claims
from station.records.store import open_store
from station.run import entries as e
from station.run import journal
from station.run.live import LIVE_VIEW, LiveView, PutOff
from station.run.state import RunState, Status, fold_all
from tests.station.run.processes import (
    DEADLINE,
    ServedBench,
    run_arguments,
    run_of,
    served_bench,
    station,
    wait_for_a_point,
    wait_until,
)

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX"),
    pytest.mark.timeout(240),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedBench]:
    with served_bench(tmp_path) as bench:
        yield bench


def state_of(store: Path, run: str) -> RunState:
    with open_store(str(store)) as opened:
        return fold_all(journal.read(opened, run))


def live_view(store: Path, run: str) -> LiveView:
    with open_store(str(store)) as opened:
        found = claims.live(opened, run)
        return LIVE_VIEW.validate_json(found[2]) if found else LiveView()


def test_sigkill_of_the_engine_leaves_the_output_in_standby(
    served: ServedBench, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        wait_until(served.operating, "a live output")
        engine.send_signal(signal.SIGKILL)
        killed_at = SystemClock().monotonic()
        wait_until(lambda: not served.operating(), "standby")
        took = SystemClock().monotonic() - killed_at
        assert took < 2.0
    wait_until(lambda: live_view(store, run).guardian is not None, "the guardian's word")
    assert live_view(store, run).guardian == PutOff(instruments=("calibrator",), failures=())
    survived = state_of(store, run)
    assert survived.status is Status.UNDER_WAY
    assert not survived.ended


def test_sigterm_is_safe_and_says_how_to_go_on(served: ServedBench, tmp_path: Path) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        engine.send_signal(signal.SIGTERM)
        out, err = engine.communicate(timeout=DEADLINE)
        assert engine.returncode == 130
        assert "station resume" in err
        assert "Traceback" not in out + err
    assert not served.operating()
    assert isinstance([row.entry for row in rows_of(store, run)][-1], e.Faulted), (
        "what happened is written down"
    )


def rows_of(store: Path, run: str) -> list[journal.Row]:
    with open_store(str(store)) as opened:
        return list(journal.read(opened, run))


def test_a_bench_in_use_is_refused_and_a_lost_guardian_stops_the_run(
    served: ServedBench, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        with station(*run_arguments(served, store)) as second:
            _, err = second.communicate(timeout=DEADLINE)
            assert second.returncode == 4
            assert f"for run {run}" in err
        children = Path(f"/proc/{engine.pid}/task/{engine.pid}/children")
        if not children.exists():
            pytest.skip("this system does not list a process's children")
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
        _, err = engine.communicate(timeout=DEADLINE)
        assert engine.returncode == 3
        assert "guardian" in err
        assert "Traceback" not in err
    assert not served.operating()
    state = state_of(store, run)
    assert state.status is Status.FAULTED
    assert state.fault is not None
    assert state.fault.error == "GuardianFailed"


def test_a_reader_that_goes_away_does_not_stop_a_calibration(
    served: ServedBench, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with station(*run_arguments(served, store)) as engine:
        run = run_of(engine)
        assert engine.stdout is not None
        engine.stdout.close()
        wait_for_a_point(engine, store, run)
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=DEADLINE) == 130
    assert isinstance(rows_of(store, run)[-1].entry, e.Faulted)
