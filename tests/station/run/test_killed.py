"""A run killed after every single journal entry, and resumed."""

from pathlib import Path

import pytest

from station.records.audit import audit
from station.records.store import Store, open_store
from station.run import entries as e
from station.run.state import RunState, Status
from tests.station.run.laboratory import FEW, Laboratory
from tests.station.stores import KINDS, new_place


class Killed(BaseException):
    """The power went."""


def dying_store(entries: int) -> "type[Store]":
    """A store that is dead once `entries` more entries are on disk, as a killed process is."""

    class Dying(Store):
        left = entries

        def add_run(self, *columns: object) -> None:
            super().add_run(*columns)  # type: ignore[arg-type]
            self._count()

        def add_entry(self, *columns: object) -> bool:
            if Dying.left == 0:
                raise Killed
            written = super().add_entry(*columns)  # type: ignore[arg-type]
            self._count()
            return written

        def _count(self) -> None:
            Dying.left -= 1
            if Dying.left == 0:
                raise Killed

    return Dying


def run_until_dead(laboratory: Laboratory, entries: int) -> None:
    kind = dying_store(entries)

    def open_dying(url: str) -> Store:
        store = open_store(url)
        store.__class__ = kind
        return store

    with pytest.raises(Killed):
        laboratory.begin(open_=open_dying)


def verdicts(state: RunState) -> dict[str, str]:
    return {o.point: o.verdict for o in state.results.values() if isinstance(o, e.Measured)}


def length_of_a_run(folder: Path) -> tuple[int, dict[str, str]]:
    whole = Laboratory(folder)
    state = whole.begin()
    return state.length, verdicts(state)


@pytest.mark.parametrize("kind", KINDS)
def test_killed_after_every_entry_and_resumed(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "whole").mkdir()
    length, expected = length_of_a_run(tmp_path / "whole")
    # Killed after the last entry there is nothing left to resume.
    # A database for each costs more than a file: every fifth place is tried there.
    for entries in range(1, length, 5 if kind == "postgresql" else 1):
        folder = tmp_path / str(entries)
        folder.mkdir()
        laboratory = Laboratory(folder, store_url=new_place(kind, folder, request).url)
        run_until_dead(laboratory, entries)
        if not laboratory.run:
            # Killed before its id was told: it is in the store all the same.
            with open_store(laboratory.url) as store:
                laboratory.run = store.runs()[0].id
        survived = laboratory.rows()
        assert len(survived) == entries
        state = laboratory.resume()
        rows = laboratory.rows()
        assert rows[:entries] == survived, "nothing acknowledged is lost or changed"
        assert state.status is Status.FINISHED
        assert verdicts(state) == expected
        points = [row.entry.point for row in rows if isinstance(row.entry, e.Measured)]
        assert sorted(points) == sorted(FEW), "nothing twice"
        with open_store(laboratory.url) as store:
            assert audit(store).faults == ()
