"""`station review`, `station approve`: what people decide about results that were measured."""

import argparse
from typing import TYPE_CHECKING

from station.cli.common import Subparsers, acting, add_by, add_store, by, open_store_of
from station.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from station.records.store import Store
    from station.register.entries import Entry
    from station.register.state import Register
    from station.register.work import Work

    Deciding = Callable[[Register, str, Work, date], Sequence[Entry]]


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    review = subparsers.add_parser("review", help="accept or return the results of a run")
    verdict = review.add_mutually_exclusive_group(required=True)
    verdict.add_argument("--accept", action="store_true")
    verdict.add_argument("--return", action="store_true", dest="returned", help="needs --reason")
    review.set_defaults(run=_review)
    approve = subparsers.add_parser("approve", help="let certificates of a run be issued")
    approve.set_defaults(run=_approve)
    for parser in (review, approve):
        parser.add_argument("id", metavar="RUN")
        parser.add_argument("--dut", metavar="ROLE", help="of this item alone (default: of all)")
        parser.add_argument("--reason", default="")
        add_by(parser)
        add_store(parser)


def _review(args: argparse.Namespace) -> int:
    """Write down that results are accepted or returned.

    Raises:
        Refused, BadInput: see `station.register.lives.reviewed`; nothing was written.
    """
    from station.register import lives
    from station.register.entries import Reviewed, Role

    with open_store_of(args, create=False) as store:
        reviewer = acting(args, store, Role.REVIEWER)

        def decide(register: "Register", dut: str, work: "Work", on: "date") -> "Sequence[Entry]":
            entry = Reviewed(
                by=reviewer,
                run=work.run,
                dut=dut,
                accepted=args.accept,
                reason=args.reason,
                head=work.head,
            )
            return lives.reviewed(register, entry, work, on)

        return _decided(args, store, decide)


def _approve(args: argparse.Namespace) -> int:
    """Write down that certificates may be issued.

    Raises:
        Refused: see `station.register.lives.approved`; nothing was written.
    """
    from station.register import lives
    from station.register.entries import Approved, Role

    with open_store_of(args, create=False) as store:
        approver = acting(args, store, Role.APPROVER)

        def decide(register: "Register", dut: str, work: "Work", on: "date") -> "Sequence[Entry]":
            entry = Approved(by=approver, run=work.run, dut=dut, reason=args.reason)
            return lives.approved(register, entry, work, on)

        return _decided(args, store, decide)


def _decided(args: argparse.Namespace, store: "Store", decide: "Deciding") -> int:
    """Write what is decided of every item that has results, all or nothing; tell where they stand.

    Raises:
        Refused: the run is not finished, nothing was done with the item, or it may not be.
    """
    from station.certificate.document import finished
    from station.certificate.item import with_results
    from station.clock import SystemClock, day_of
    from station.register import book, lives
    from station.register.work import work_of
    from station.run import journal
    from station.run.state import fold_all

    clock, run = SystemClock(), store.find_run(args.id).id
    rows = list(journal.read(store, run))
    state, work, on = fold_all(rows), work_of(rows), day_of(clock.now())
    duts = (args.dut,) if args.dut else with_results(state) or state.duts
    for dut in duts:
        finished(state, dut)
    register = book.act(
        store,
        clock,
        lambda register: [entry for dut in duts for entry in decide(register, dut, work, on)],
    )
    for dut in duts:
        print(f"{run}  {dut}: {lives.stage(register, run, dut)} (by {by(args)})")
    return Exit.DONE
