"""Copies hold what was copied, to the last byte, whichever way they go."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from station.cli.main import main
from station.clock import SystemClock
from station.errors import BadInput, Exit, StoreFailed
from station.records import copy as copying
from station.records import dialects
from station.records.audit import audit
from station.records.copy import Content, backup, content_of, copy, copy_to
from station.records.store import Store, open_store
from station.register import book
from station.register.entries import EquipmentEntered
from station.run import entries as e
from station.run.journal import Journal
from station.run.state import Status
from tests.station.run.laboratory import Laboratory, few_points
from tests.station.stores import KINDS, Place, new_place

NOTE = e.Declined(what="nothing", reason="a test", by="tester")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """A run, a register, documents of every byte, a certificate: something in each table."""
    folder = tmp_path_factory.mktemp("full")
    laboratory = Laboratory(folder, procedure=few_points(("dc-voltage/1 V/1 V",)))
    laboratory.begin()
    with open_store(laboratory.url) as store:
        entered = EquipmentEntered(
            by="a", equipment="S-1", title="Nguồn chuẩn ±Ω", maker="F", type="5522A", serial="1"
        )
        book.act(store, SystemClock(), lambda register: [entered])
        digest = store.keep(bytes(range(256)), name="a.pdf", media_type="application/pdf")
        store.put_inbox(laboratory.run, datetime(2026, 11, 1, tzinfo=UTC), "{}")
        with store.transaction("enter a certificate") as connection:
            connection.exec_driver_sql(
                "INSERT INTO certificate (number, run, dut, issued, issued_by, order_body, "
                f"entries, head, pdf, xml) VALUES ('C26.00001', '{laboratory.run}', 'dut', "
                f"'2026-11-01 07:59:59.123456', 'A', '{{}}', 3, 'h', '{digest}', '{digest}')"
            )
    return laboratory


def filled(place: Place, full: Laboratory) -> None:
    """Put what `full` holds into an empty place."""
    with open_store(full.url) as source, open_store(place.url) as target:
        copy(source, target)


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_there_and_back(
    source: str, target: str, full: Laboratory, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    first = new_place(source, tmp_path / "one", request)
    filled(first, full)
    second = new_place(target, tmp_path / "two", request)
    third = new_place(source, tmp_path / "three", request)
    with (
        open_store(first.url) as one,
        open_store(second.url) as two,
        open_store(third.url) as three,
    ):
        said = copy(one, two)
        assert said == copy(two, three) == content_of(one) == content_of(three)
        assert all(said.rows[table] for table in ("run", "entry", "register", "document"))
        assert "inbox" not in said.rows
        assert one.runs() == two.runs() == three.runs()
        assert one.certificates() == two.certificates() == three.certificates()
        assert list(one.entries(full.run)) == list(two.entries(full.run))
        # What the audit says of it (the certificate is invented) it says of the copy.
        assert audited(one) == audited(two) == audited(three)


def audited(store: Store) -> tuple[object, ...]:
    """Return what was looked at and, in words, what is wrong."""
    found = audit(store)
    return found.runs, found.entries, found.documents, found.certificates, *map(str, found.faults)


def test_a_copied_run_goes_on(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    def stop(row: object, state: object) -> None:
        laboratory.stop.set()

    laboratory = Laboratory(tmp_path)
    with pytest.raises(Exception, match="told to stop"):
        laboratory.begin(watch=stop)
    place = new_place("postgresql", tmp_path, request)
    with open_store(laboratory.url) as source, open_store(place.url) as target:
        copy(source, target)
    moved = Laboratory(tmp_path, store_url=place.url, run=laboratory.run)
    assert moved.resume().status is Status.FINISHED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET body = replace(body, '5522A', '5522B') WHERE seq = 0",
        "UPDATE document SET name = 'b.pdf'",
        "UPDATE run SET begun = '2026-01-01 00:00:00.000001'",
        "UPDATE register SET at = ''",
        "DELETE FROM entry WHERE seq = 5",
        "INSERT INTO entry SELECT run, 999, at, kind, body, previous, hash FROM entry "
        "WHERE seq = 1",
    ],
)
def test_any_difference_is_another_digest(place: Place, full: Laboratory, change: str) -> None:
    filled(place, full)
    with open_store(place.url) as store:
        before = content_of(store)
        assert content_of(store) == before
    place.tamper(change)
    with open_store(place.url) as store:
        assert content_of(store).digest != before.digest


def test_a_store_that_holds_records_is_not_copied_into(
    place: Place, full: Laboratory, tmp_path: Path
) -> None:
    filled(place, full)
    with open_store(str(tmp_path / "other.db")) as empty, open_store(place.url) as store:
        before = content_of(store)
        with pytest.raises(BadInput, match="Name an empty store"):
            copy(empty, store)
        assert content_of(store) == before


def test_a_copy_that_is_not_the_same_is_undone(
    place: Place, full: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_content", lambda connection: Content({}, "another"))
    with open_store(full.url) as source, open_store(place.url) as store:
        with pytest.raises(StoreFailed, match="Nothing was copied"):
            copy(source, store)
        assert store.runs() == []


def test_a_full_disk_leaves_nothing_half(
    place: Place, full: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = dialects._prepare_sqlite

    def prepared(connection: sqlite3.Connection, synchronous: str) -> None:
        prepare(connection, synchronous)
        connection.execute("PRAGMA max_page_count = 40")

    filled(place, full)
    (tmp_path / "disk").mkdir()
    with open_store(place.url) as store:
        store.keep(bytes(200_000), name="a large one", media_type="application/pdf")
        monkeypatch.setattr(dialects, "_prepare_sqlite", prepared)
        with pytest.raises(StoreFailed, match="full"):
            copy_to(store, str(tmp_path / "disk" / "copy.db"))
    assert list((tmp_path / "disk").iterdir()) == []


def test_an_interrupted_copy_leaves_nothing_half(
    place: Place, full: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C behind the second table."""
    batches, left = copying._batches, [2]

    def interrupted(*args: Any) -> Any:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        yield from batches(*args)

    (tmp_path / "disk").mkdir()
    with open_store(full.url) as source:
        for target in (place.url, str(tmp_path / "disk" / "copy.db")):
            left[0] = 2
            monkeypatch.setattr(copying, "_batches", interrupted)
            with pytest.raises(KeyboardInterrupt):
                copy_to(source, target)
            monkeypatch.undo()
        assert list((tmp_path / "disk").iterdir()) == []
        # What is there is empty, and may be copied into.
        assert copy_to(source, place.url) == content_of(source)


@pytest.mark.parametrize("name", ["what?.db", "50%25.db", "a#b c.db", "Ω.db"])
def test_a_file_may_have_any_name(full: Laboratory, tmp_path: Path, name: str) -> None:
    there = str(tmp_path / name)
    with open_store(full.url) as source:
        assert copy_to(source, there) == content_of(source)
    with open_store(there) as copied:
        assert backup(copied, tmp_path / f"again {name}") == content_of(copied)
        assert copied.runs() != []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, f"again {name}"])


def test_a_backup_of_a_store_in_use(place: Place, full: Laboratory, tmp_path: Path) -> None:
    filled(place, full)
    file, stop, written = tmp_path / "backup.db", threading.Event(), [0]
    run, rows = full.run, full.rows()

    def write() -> None:
        with open_store(place.url) as store:
            journal = Journal.behind(store, run, SystemClock(), rows)
            while not stop.is_set():
                journal.append(NOTE)
                written[0] += 1

    engine = threading.Thread(target=write)
    engine.start()
    try:
        with open_store(place.url) as store:
            while written[0] < 5:
                SystemClock().sleep(0.001)
            content = backup(store, file)
    finally:
        stop.set()
        engine.join()
    assert sorted(path.name for path in tmp_path.glob("*backup*")) == ["backup.db"]
    with open_store(str(file)) as kept:
        assert content_of(kept) == content
        there = list(kept.entries(run))
        assert len(there) >= len(rows) + 5
        with open_store(place.url) as store:
            assert list(store.entries(run))[: len(there)] == there


def test_the_backup_is_one_file_that_opens_read_only(full: Laboratory, tmp_path: Path) -> None:
    with open_store(full.url) as store:
        backup(store, tmp_path / "b.db")
    with closing(sqlite3.connect(f"file:{tmp_path / 'b.db'}?immutable=1", uri=True)) as read:
        assert read.execute("SELECT count(*) FROM run").fetchone() == (1,)
        assert read.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_on_a_disk_that_cannot_be_written_is_audited(
    full: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, connect = tmp_path / "b.db", sqlite3.dbapi2.connect

    def read_only(name: str, **options: Any) -> sqlite3.Connection:
        return connect(f"{Path(name).as_uri()}?mode=ro", uri=True, **options)

    with open_store(full.url) as store:
        content, found = backup(store, path), audited(store)
    before = path.read_bytes()
    monkeypatch.setattr(sqlite3.dbapi2, "connect", read_only)
    with open_store(str(path)) as kept:
        assert audited(kept) == found
        assert content_of(kept) == content
        with pytest.raises(StoreFailed, match="readonly"):
            kept.keep(b"1", name="a", media_type="text/plain")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("file", "says"), [("s.db", "there already"), ("no/such/folder.db", "No such file")]
)
def test_where_no_backup_can_be(tmp_path: Path, file: str, says: str) -> None:
    with open_store(str(tmp_path / "s.db")) as store, pytest.raises(BadInput, match=says):
        backup(store, tmp_path / file)


def test_the_commands(
    full: Laboratory, tmp_path: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "copy", full.url, place.url]) == Exit.DONE
    said = capsys.readouterr().out
    file = str(tmp_path / "b.db")
    assert main(["store", "backup", file, "--store", place.url]) == Exit.DONE
    digest = said.rpartition(" ")[2]
    assert digest == capsys.readouterr().out.rpartition(" ")[2]
    assert main(["store", "copy", str(tmp_path / "none.db"), file]) == Exit.BAD_INPUT
    assert main(["store", "copy", file, file]) == Exit.BAD_INPUT


def test_the_copy_begins_without_what_is_of_the_moment(place: Place, full: Laboratory) -> None:
    filled(place, full)
    with open_store(full.url) as source, open_store(place.url) as target:
        assert source.inbox(full.run, 0) != []
        assert target.inbox(full.run, 0) == []
        target.put_inbox(full.run, datetime(2026, 1, 1, tzinfo=UTC), "{}")
        assert len(target.inbox(full.run, 0)) == 1
