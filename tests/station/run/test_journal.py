"""The journal: one writer, a chain that is verified as it is read."""

import pytest

from station.clock import SystemClock
from station.records.chain import GENESIS
from station.records.store import open_store
from station.run import entries as e
from station.run import journal
from station.run.journal import Journal, JournalConflict
from tests.station.run.laboratory import Laboratory, few_points


@pytest.fixture
def laboratory(either_laboratory: Laboratory) -> Laboratory:
    return either_laboratory


@pytest.fixture
def finished(laboratory: Laboratory) -> Laboratory:
    laboratory.procedure = few_points(("dc-voltage/1 V/1 V",))
    laboratory.begin()
    return laboratory


def test_who_writes_behind_another_engine_is_refused(finished: Laboratory) -> None:
    rows = finished.rows()
    note = e.Declined(what="nothing", reason="a test", by="tester")
    with open_store(finished.url) as store:
        first = Journal.behind(store, finished.run, SystemClock(), rows)
        second = Journal.behind(store, finished.run, SystemClock(), rows)
        row = first.append(note)
        with pytest.raises(JournalConflict, match=f"entry {row.seq}"):
            second.append(note)
        again = list(journal.read(store, finished.run))
    assert again == [*rows, row], "the refused entry left nothing behind"


def test_a_reader_goes_on_where_it_was(finished: Laboratory) -> None:
    rows = finished.rows()
    with open_store(finished.url) as store:
        assert list(journal.read(store, finished.run, after=rows[3].seq)) == rows[4:]
        assert list(journal.read(store, finished.run, after=rows[-1].seq)) == []


def test_each_row_carries_the_hash_of_the_row_before(finished: Laboratory) -> None:
    rows = finished.rows()
    assert rows[0].previous == GENESIS
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert len({row.hash for row in rows}) == len(rows)
