import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from station.certificate import issue as issuing
from station.certificate.document import Document
from station.certificate.issue import Issued, issue
from station.errors import Refused, StoreFailed, Tampered
from station.records.audit import audit
from station.records.store import CertificateIssued, Store, open_store
from station.register import book
from station.run import journal
from station.run.entries import Aborted
from tests.station.certificate.runs import (
    FILES,
    ISSUED_AT,
    LABORATORY,
    ORDER,
    RESUMED,
    SHOTS,
    Run,
    StepClock,
    write_down,
)

FEW = SHOTS[:2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


def issued(store: Store, run: str, now: datetime = ISSUED_AT, by: str = "Approver B") -> Issued:
    return issue(store, run, by=by, now=now, order=None, laboratory=None)


def change(store: Store, sql: str, *values: object) -> None:
    """Change the file behind the program's back, as a person with a tool could."""
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection:
        for table in ("entry", "document", "certificate"):
            for name in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            ).fetchall():
                connection.execute(f"DROP TRIGGER {name[0]}")
        assert connection.execute(sql, values).rowcount > 0
        connection.commit()


def test_issuing_again_gives_the_same_bytes(store: Store) -> None:
    run = write_down(store, Run(shots=FEW))
    first = issued(store, run)
    again = issued(store, run, now=ISSUED_AT + timedelta(days=3), by="somebody else")
    assert first.new
    assert not again.new
    assert (again.number, again.pdf, again.xml) == (first.number, first.pdf, first.xml)
    assert len(store.certificates()) == 1


def test_numbers_count_up_within_a_year_without_gaps(store: Store) -> None:
    runs = [write_down(store, Run(shots=FEW, id=f"run-{n}")) for n in range(4)]
    # 31 December 18:00 UTC is the new year in Viet Nam.
    at = [ISSUED_AT, ISSUED_AT, datetime(2026, 12, 31, 18, 0, tzinfo=UTC), ISSUED_AT]
    numbers = [issued(store, run, now=now).number for run, now in zip(runs, at, strict=True)]
    assert numbers == ["C26.00001", "C26.00002", "C27.00001", "C26.00003"]


def test_a_number_taken_meanwhile_is_tried_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster, slower = (write_down(store, Run(shots=FEW, id=f"run-{n}")) for n in range(2))
    real = issuing._render

    def render(document: Document, draft: CertificateIssued, *sealed: Any) -> Issued:
        monkeypatch.setattr(issuing, "_render", real)
        assert issued(store, faster).number == draft.number
        return real(document, draft, *sealed)

    monkeypatch.setattr(issuing, "_render", render)
    assert issued(store, slower).number == "C26.00002"
    assert [c.number for c in store.certificates()] == ["C26.00001", "C26.00002"]
    # What was rendered for the number that another took is kept nowhere.
    assert len(store.document_digests()) == len(FILES) + 4
    assert audit(store).faults == ()


def test_a_store_that_fails_is_not_taken_for_a_race(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_down(store, Run(shots=FEW))

    def fail(*_: object) -> None:
        raise StoreFailed("disk full")

    monkeypatch.setattr(issuing, "enter_certificate", fail)
    with pytest.raises(StoreFailed, match="disk full"):
        issued(store, run)
    assert (store.certificates(), book.read(store).length) == ([], 0)
    assert len(store.document_digests()) == len(FILES)


def test_an_unfinished_run_is_refused(store: Store) -> None:
    run = write_down(store, Run(shots=FEW, finished=False))
    with pytest.raises(Refused, match=rf"not finished.*`station resume {run}`"):
        issued(store, run)
    assert store.certificates() == []


def test_an_aborted_run_is_refused_with_who_and_why(store: Store) -> None:
    written = Run(shots=FEW, finished=False, order=None)
    run = write_down(store, written)
    rows = list(journal.read(store, run))
    end = journal.Journal.behind(store, run, StepClock(), rows)
    end.append(Aborted(by="Operator A", reason="smoke"))
    with pytest.raises(Refused, match=r"aborted by Operator A \(smoke\): no certificate"):
        issued(store, run)


def test_a_resumed_run_has_the_same_bytes_again(store: Store) -> None:
    run = write_down(store, Run(shots=FEW, resumed=(RESUMED,)))
    first = issued(store, run)
    again = issued(store, run)
    assert (again.pdf, again.xml, again.at) == (first.pdf, first.xml, ISSUED_AT)
    assert RESUMED.software_digest in first.xml.decode()


@pytest.mark.parametrize(
    ("run", "missing"),
    [
        (Run(shots=FEW, laboratory=None), "laboratory"),
        (Run(shots=FEW, order=None), "order"),
    ],
    ids=["laboratory", "order"],
)
def test_what_is_missing_is_named_with_how_to_give_it(store: Store, run: Run, missing: str) -> None:
    written = write_down(store, run)
    with pytest.raises(Refused, match=rf"the {missing} is not known.*--order FILE\.toml"):
        issued(store, written)
    given = issue(store, written, by="B", now=ISSUED_AT, order=ORDER, laboratory=LABORATORY)
    assert ORDER.customer.name in given.xml.decode()


def test_a_broken_chain_is_refused(store: Store) -> None:
    run = write_down(store, Run(shots=FEW))
    change(store, "UPDATE entry SET body = replace(body, '23.1', '22.1') WHERE seq = 1")
    with pytest.raises(Tampered, match="entry 1"):
        issued(store, run)


def test_a_changed_kept_document_is_refused(store: Store) -> None:
    run = write_down(store, Run(shots=FEW))
    issued(store, run)
    change(
        store,
        "UPDATE document SET content = CAST(content || x'20' AS BLOB) WHERE name LIKE '%.xml'",
    )
    with pytest.raises(Tampered, match="not what was kept"):
        issued(store, run)


def test_a_changed_certificate_row_is_refused(store: Store) -> None:
    run = write_down(store, Run(shots=FEW))
    issued(store, run)
    change(store, "UPDATE certificate SET issued_by = 'Somebody'")
    with pytest.raises(Tampered, match="not what its run and its record amount to"):
        issued(store, run)


def test_a_newer_program_returns_the_kept_bytes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_down(store, Run(shots=FEW))
    first = issued(store, run)
    monkeypatch.setattr(issuing, "renderer_digest", lambda: "another program")
    monkeypatch.setattr(issuing, "render_dcc", lambda _: b"another rendering")
    assert issued(store, run).xml == first.xml
