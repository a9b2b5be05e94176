"""The register is one chain: written by whoever decides first, and never changed unseen."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from station.clock import SystemClock
from station.errors import BadInput, StoreFailed, StoreLost, Tampered
from station.records.audit import audit
from station.records.store import Store, open_store
from station.register import book
from station.register.entries import (
    Approved,
    EquipmentEntered,
    EquipmentRetired,
    Issued,
    PersonEntered,
    Reviewed,
    Role,
    RoleGiven,
    RoleTaken,
)
from station.register.state import Register
from tests.station.stores import Place

CLOCK = SystemClock()


def standard(name: str = "S-1") -> EquipmentEntered:
    return EquipmentEntered(
        by="a", equipment=name, title="Calibrator", maker="Fluke", type="5522A", serial="1"
    )


@pytest.fixture
def store(place: Place) -> "Store":
    return open_store(place.url)


def test_what_was_written_is_read(store: Store) -> None:
    with store:
        book.act(store, CLOCK, lambda register: [standard(), standard("S-2")])
        after = book.act(
            store,
            CLOCK,
            lambda register: [EquipmentRetired(by="b", equipment="S-1", reason="dropped")],
        )
        assert book.read(store) == after
        assert after.length == 3
        assert after.equipment["S-1"].retired == "dropped"
        assert after.equipment["S-2"].retired == ""
        # Entered again, it is in service again.
        again = book.act(store, CLOCK, lambda register: [standard()])
        assert again.equipment["S-1"].retired == ""
        assert audit(store).faults == ()


def test_a_refusal_writes_nothing(store: Store) -> None:
    def refuse(register: Register) -> Sequence[EquipmentEntered]:
        raise BadInput("no")

    with store:
        with pytest.raises(BadInput):
            book.act(store, CLOCK, refuse)
        assert book.read(store).length == 0


def test_people_roles_and_reviews(store: Store) -> None:
    with store:
        book.act(store, CLOCK, lambda register: [
            PersonEntered(by="a", login="b", name="B"),
            RoleGiven(by="a", login="b", role=Role.REVIEWER),
            RoleGiven(by="a", login="b", role=Role.APPROVER),
            RoleTaken(by="a", login="b", role=Role.REVIEWER),
            Reviewed(by="b", run="r", dut="dut", accepted=True),
            Approved(by="c", run="r", dut="dut"),
        ])  # fmt: skip
        register = book.read(store)
        assert register.people["b"].roles == {Role.APPROVER}
        lives = register.items["r", "dut"]
        assert lives.approved is not None
        # What is reviewed again is not approved any more.
        book.act(store, CLOCK, lambda register: [
            Reviewed(by="b", run="r", dut="dut", accepted=False, reason="door open"),
        ])  # fmt: skip
        assert book.read(store).items["r", "dut"].approved is None
        book.act(store, CLOCK, lambda register: [
            Issued(by="c", number="C26.00001", run="r", dut="dut", pdf="p", xml="x"),
        ])  # fmt: skip
        assert [i.number for i in book.read(store).items["r", "dut"].issued] == ["C26.00001"]


def test_many_writers_lose_nothing(place: Place) -> None:
    path = place.url
    open_store(path).close()
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with open_store(path) as store:
                for number in range(5):
                    book.act(store, CLOCK, lambda _, n=number: [standard(f"{name}-{n}")])  # type: ignore[misc]
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_store(path) as store:
        assert len(book.read(store).equipment) == 15
        assert audit(store).faults == ()


@pytest.mark.parametrize("column", ["at", "kind", "body", "previous", "hash"])
def test_any_changed_column_is_found(store: Store, place: Place, column: str) -> None:
    with store:
        book.act(store, CLOCK, lambda register: [standard(), standard("S-2")])
    place.tamper(
        f"UPDATE register SET {column} = replace({column}, substr({column}, 3, 1), '~') "
        "WHERE seq = 0"
    )
    with open_store(place.url) as changed:
        with pytest.raises(Tampered, match="The register: entry"):
            book.read(changed)
        assert any("The register" in str(fault) for fault in audit(changed).faults)


def test_rows_cannot_be_changed_or_removed(store: Store) -> None:
    with store:
        book.act(store, CLOCK, lambda register: [standard()])
        for statement in ("UPDATE register SET body = ''", "DELETE FROM register"):
            with pytest.raises(StoreFailed, match="append-only"), store.transaction("try") as c:
                c.exec_driver_sql(statement)


def test_the_instant_is_the_clocks(store: Store) -> None:
    before = CLOCK.now()
    with store:
        book.act(store, CLOCK, lambda register: [standard()])
        (row,) = book.rows(store)
    assert before <= row.at <= CLOCK.now()


def test_what_was_written_without_an_answer_is_not_written_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may be lost between its commit and its answer."""
    real, decided = Store.transaction, []

    @contextmanager
    def lost(self: Store, what: str) -> Iterator[sa.Connection]:
        with real(self, what) as connection:
            yield connection
        if what == "write the register":
            raise StoreLost("the answer was lost")

    def decide(_: Register) -> Sequence[EquipmentEntered]:
        decided.append(1)
        return [standard()]

    with store:
        monkeypatch.setattr(Store, "transaction", lost)
        assert book.act(store, CLOCK, decide).length == 1
        assert (len(decided), book.read(store).length) == (1, 1)
