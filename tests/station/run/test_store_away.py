"""The store's server goes away in the middle of a run, and comes back, or does not."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.capabilities import Reading
from drivers.errors import LinkLost
from drivers.keysight.truevolt import Truevolt
from station.bench import Bench
from station.clock import SystemClock
from station.errors import Phrase, StoreLost
from station.records import claims, dialects
from station.records.audit import audit
from station.records.store import Store, open_store
from station.run import carry_out, patience
from station.run import entries as e
from station.run.inbox import Abort, send
from station.run.journal import Journal, JournalConflict, Row
from station.run.live import OwnershipLost
from station.run.outputs import Outputs
from station.run.plan import Phase
from station.run.state import RunState, Status
from tests.station.run.laboratory import FEW, Laboratory
from tests.station.run.test_whole_runs import measured
from tests.station.stores import QUICK, Server, served

NOTE = e.Declined(what="nothing", reason="a test", by="tester")


@pytest.fixture(scope="module")
def mortal() -> Iterator[Server]:
    """A server of our own, which these tests stop and start."""
    with served(*QUICK) as server:
        yield server


@pytest.fixture
def away(mortal: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Away":
    monkeypatch.setattr(patience, "TRY_SECONDS", 0.05)
    mortal.start()
    return Away(mortal, tmp_path, monkeypatch)


class Away:
    """A laboratory whose server a test takes away."""

    def __init__(self, server: Server, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.laboratory = Laboratory(folder, store_url=server.new_database(), say=self.told)
        self.said: list[str] = []
        self.operating: list[bool] = []
        self.then: Callable[[], None] = server.start
        self._benches: list[Bench] = []
        opened = carry_out.open_bench

        def remember(*args: object, **kwargs: object) -> Bench:
            self._benches.append(opened(*args, **kwargs))  # type: ignore[arg-type]  # as it came
            return self._benches[-1]

        patch.setattr(carry_out, "open_bench", remember)

    def told(self, what: Phrase) -> None:
        text = str(what)
        self.said.append(text)
        if "waits" in text:
            self.operating.append(self.is_operating())
            self.then()

    def is_operating(self) -> bool:
        simulated = self._benches[-1].simulated
        assert simulated is not None
        return bool(simulated.panel("calibrator").state()["operating"])

    def rows(self) -> list[Row]:
        return self.laboratory.rows()


def stop_at(away: Away, how: str, *places: int) -> Callable[[Row, RunState], None]:
    """Take the server away when the entries with these numbers are written."""
    left = list(places)

    def watch(row: Row, state: RunState) -> None:
        if row.seq in left:
            left.remove(row.seq)
            away.server.stop(how)

    return watch


@pytest.mark.parametrize(
    ("how", "place"),
    [
        pytest.param("SIGINT", 3, id="stopped while it is prepared"),
        pytest.param("SIGQUIT", 8, id="crashed behind the first points"),
        pytest.param("SIGINT", 11, id="stopped near the end"),
    ],
)
def test_the_run_waits_and_goes_on(away: Away, how: str, place: int) -> None:
    state = away.laboratory.begin(watch=stop_at(away, how, place))
    assert state.status is Status.FINISHED
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    assert away.operating == [False]
    assert [text.startswith("The record store is back") for text in away.said] == [False, True]
    rows = away.rows()
    kinds = [row.entry.kind for row in rows]
    assert kinds.count("store-was-away") == 1
    points = [row.entry.point for row in rows if isinstance(row.entry, e.Measured)]
    assert sorted(points) == sorted(FEW), "nothing lost, nothing twice"
    with open_store(away.laboratory.url) as store:
        assert audit(store).faults == ()


@pytest.mark.parametrize("place", [3, 9])
def test_a_frozen_server_is_as_one_that_is_away(
    away: Away, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps its connections and says nothing, as on a frozen disk or in a stopped machine."""
    monkeypatch.setattr(dialects, "ANSWER_SECONDS", 1.0)
    monkeypatch.setitem(dialects.CONNECT, "connect_timeout", "2")
    away.then = lambda: away.server.signal("SIGCONT")

    def freeze(row: Row, state: RunState) -> None:
        if row.seq == place and not frozen:
            frozen.append(True)
            away.server.signal("SIGSTOP")

    frozen: list[bool] = []

    try:
        state = away.laboratory.begin(watch=freeze)
    finally:
        away.server.signal("SIGCONT")
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    # On a machine that is busy enough a server may seem to be frozen again.
    assert set(away.operating) == {False}
    # Met by the journal's connection, or by one that the pool had looked at and made anew.
    assert re.search("not answered for 1 s|connection timeout", away.said[0])
    points = [row.entry.point for row in away.rows() if isinstance(row.entry, e.Measured)]
    assert sorted(points) == sorted(FEW), "nothing lost, nothing twice"
    with open_store(away.laboratory.url) as store:
        assert audit(store).faults == ()


def test_a_point_under_way_is_measured_anew(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the fifteenth reading: the output is live, and the second point half measured."""
    monkeypatch.setattr("station.run.inbox.POLL_SECONDS", 0.0)
    read = Truevolt.read
    live: list[bool] = []

    def gone_at_the_fifteenth(self: Truevolt) -> Reading:
        taken = read(self)
        live.append(away.is_operating())
        if len(live) == 15:
            away.server.stop()
        return taken

    monkeypatch.setattr(Truevolt, "read", gone_at_the_fifteenth)
    state = away.laboratory.begin()
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    assert live[14]
    assert away.operating == [False]
    assert len(live) == 10 * len(FEW) + 5
    assert {len(one.readings) for one in measured(state).values()} == {10}


def test_a_store_that_stays_away_ends_the_run_which_resumes(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "AWAY_SECONDS", 0.1)
    away.then = lambda: None
    with pytest.raises(StoreLost):
        away.laboratory.begin(watch=stop_at(away, "SIGINT", 9))
    assert away.operating == [False]
    away.server.start()
    assert len(away.rows()) == 10
    # It could not let go of the run either: its hold ends by silence.
    monkeypatch.setattr("station.run.live.SILENT_SECONDS", 0.0)
    assert away.laboratory.resume().status is Status.FINISHED


def test_who_is_told_to_stop_waits_no_longer(away: Away) -> None:
    away.then = away.laboratory.stop.set
    with pytest.raises(StoreLost):
        away.laboratory.begin(watch=stop_at(away, "SIGINT", 9))
    away.server.start()
    assert len(away.said) == 1


def test_outputs_that_stay_live_end_the_run(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Outputs) -> list[LinkLost]:
        return [LinkLost("calibrator", "STBY", "")]

    def stop(row: Row, state: RunState) -> None:
        if row.seq == 9:
            monkeypatch.setattr(Outputs, "standby", fails)
            away.server.stop()

    with pytest.raises(BaseExceptionGroup, match="outputs may be live"):
        away.laboratory.begin(watch=stop)
    away.server.start()
    assert away.said == []


def test_a_run_taken_over_meanwhile_is_left_alone(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.run.live.SILENT_SECONDS", 0.0)

    def back() -> None:
        away.server.start()
        with open_store(away.laboratory.url) as store:
            now = SystemClock().now().timestamp()
            assert claims.take(store, away.laboratory.run, "another", [], now, -60.0) is None

    away.then = back
    with pytest.raises(OwnershipLost):
        away.laboratory.begin(watch=stop_at(away, "SIGINT", 9))
    assert len(away.rows()) == 10


class Unacknowledged(Store):
    """A store that writes an entry, and loses the connection before it can say so."""

    def add_entry(self, *columns: object) -> bool:
        super().add_entry(*columns)  # type: ignore[arg-type]
        self.__class__ = Store
        raise StoreLost("gone")


def retrying(act: Callable[[], bool]) -> bool:
    try:
        return act()
    except StoreLost:
        return act()


def test_what_was_written_unacknowledged_is_there_once(laboratory: Laboratory) -> None:
    laboratory.begin()
    rows = laboratory.rows()
    with open_store(laboratory.url) as store:
        written = Journal.behind(store, laboratory.run, SystemClock(), rows)
        store.__class__ = Unacknowledged
        row = written.append(NOTE, retrying)
        assert [*rows, row] == laboratory.rows()
        # Another engine's entry is no retry of ours.
        late = Journal.behind(store, laboratory.run, SystemClock(), rows)
        with pytest.raises(JournalConflict):
            late.append(NOTE, retrying)


def test_a_command_is_taken_after_the_store_was_away(away: Away) -> None:
    """Somebody aborts as soon as the store is back: the abort is met at once."""

    def back() -> None:
        away.server.start()
        with open_store(away.laboratory.url) as store:
            send(store, away.laboratory.run, Abort(by="a"), SystemClock().now())

    away.then = back
    with pytest.raises(Exception, match="aborted by a"):
        away.laboratory.begin(watch=stop_at(away, "SIGINT", 9))
    assert away.laboratory.state().status is Status.ABORTED
