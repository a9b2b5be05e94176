"""Ended anywhere on the way to a certificate: no number is lost, none is given twice."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from station.certificate.issue import amend, issue
from station.records.audit import audit
from station.records.store import Store, open_store
from station.register import book
from tests.station.certificate.runs import ISSUED_AT, ORDER, SHOTS, Run, write_down
from tests.station.stores import Place

RUNS = [replace(Run(shots=SHOTS[:1], voided=0), id=f"run-{number}") for number in range(2)]

DYING = """
import os, sys
from station.certificate import issue
from station.cli.main import main
real = issue.enter_certificate
def dies(*given):
    real(*given)
    os._exit(9)
issue.enter_certificate = dies
main(["certificate", "issue", sys.argv[2], "--by", "a", "--store", sys.argv[1]])
"""
"""Both documents and both entries are written; the transaction is open."""


class Ended(BaseException):
    """The process is over; nothing catches it."""


def ends(*_: object, **__: object) -> None:
    raise Ended


def ends_after(patch: pytest.MonkeyPatch, name: str) -> None:
    """End when the function of `station.certificate.issue` has done its work."""
    import station.certificate.issue as module

    real: Callable[..., object] = getattr(module, name)

    def then_ends(*given: object, **more: object) -> None:
        real(*given, **more)
        ends()

    patch.setattr(module, name, then_ends)


def ends_once_committed(patch: pytest.MonkeyPatch) -> None:
    real = Store.transaction

    @contextmanager
    def transaction(self: Store, what: str) -> Iterator[sa.Connection]:
        with real(self, what) as connection:
            yield connection
        if what == "write the register":
            ends()

    patch.setattr(Store, "transaction", transaction)


STEPS: dict[str, tuple[Callable[[pytest.MonkeyPatch], object], bool]] = {
    "rendered": (lambda patch: ends_after(patch, "render_pdf"), False),
    "register about to be written": (
        lambda patch: patch.setattr("station.register.book._insert", ends), False
    ),
    "register written, document not kept": (
        lambda patch: patch.setattr("station.certificate.issue.keep_document", ends), False
    ),
    "one document kept": (lambda patch: ends_after(patch, "keep_document"), False),
    "index about to be written": (
        lambda patch: patch.setattr("station.certificate.issue.enter_certificate", ends), False
    ),
    "index written": (lambda patch: ends_after(patch, "enter_certificate"), False),
    "committed": (ends_once_committed, True),
}  # fmt: skip


def given(store: Store, run: str) -> str:
    return issue(store, run, by="a", now=ISSUED_AT, order=None, laboratory=None).number


def ended_at(step: str, act: Callable[[], object]) -> bool:
    """Do it, and end at the step; return whether it was to be there afterwards."""
    arm, is_there = STEPS[step]
    with pytest.MonkeyPatch.context() as patch:
        arm(patch)
        with pytest.raises(Ended):
            act()
    return is_there


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with open_store(place.url) as opened:
        for run in RUNS:
            write_down(opened, run)
        yield opened


def is_whole(store: Store, *, certificates: int) -> None:
    """Make sure that nothing is half there, and that the next numbers are the next ones."""
    assert audit(store).faults == ()
    assert len(store.certificates()) == certificates
    # Whoever issues again gets the one that is there, or the same number.
    assert given(store, RUNS[0].id) == "C26.00001"
    assert given(store, RUNS[1].id) == "C26.00002"
    assert audit(store).faults == ()


@pytest.mark.parametrize("step", STEPS)
def test_ended_while_issuing(store: Store, step: str) -> None:
    is_there = ended_at(step, lambda: given(store, RUNS[0].id))
    is_whole(store, certificates=int(is_there))


def test_killed_while_issuing(store: Store) -> None:
    """By the system, with the transaction open: what a database makes of that."""
    process = subprocess.run([sys.executable, "-c", DYING, store.url, RUNS[0].id], check=False)
    assert process.returncode == 9
    is_whole(store, certificates=0)


@pytest.mark.parametrize("step", ["one document kept", "committed"])
def test_ended_while_amending(store: Store, step: str) -> None:
    def amended(number: str) -> str:
        order = ORDER.model_copy(update={"number": f"instead of {number}"})
        given = {"reason": "wrong order", "order": order}
        return amend(store, number, by="a", now=ISSUED_AT, **given).number  # type: ignore[arg-type]

    first = given(store, RUNS[0].id)
    is_there = ended_at(step, lambda: amended(first))
    assert audit(store).faults == ()
    issued = book.read(store).items[RUNS[0].id, "dut"].issued
    assert [each.number for each in issued] == [first, "C26.00002"][: 1 + int(is_there)]
    assert amended(issued[-1].number) == f"C26.0000{2 + int(is_there)}"
    assert audit(store).faults == ()
