"""`station remove`: one item leaves a run, the others go on."""

import argparse
from typing import TYPE_CHECKING

from station.cli.common import acting, add_by, add_store, open_store_of
from station.errors import BadInput, Exit, JournalMismatch

if TYPE_CHECKING:
    from station.cli.common import Subparsers


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("remove", help="take one of several items out of a run")
    parser.add_argument("id", metavar="RUN")
    parser.add_argument("dut", metavar="ROLE", help='of the item, e.g. "dut-2"')
    parser.add_argument("--reason", required=True)
    add_by(parser)
    add_store(parser)
    parser.set_defaults(run=_remove)


def _remove(args: argparse.Namespace) -> int:
    from station.clock import SystemClock
    from station.register.entries import Role
    from station.run import journal
    from station.run.inbox import Remove, send
    from station.run.live import engine_alive
    from station.run.state import fold_all

    clock = SystemClock()
    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.TECHNICIAN)
        run = store.find_run(args.id).id
        taking_part = fold_all(journal.read(store, run)).taking_part
        if args.dut not in taking_part or len(taking_part) == 1:
            raise BadInput(
                "Run {run}: {dut!r} cannot be removed; {items} take(s) part and one item must "
                "stay. `station abort` ends a run.",
                run=run,
                dut=args.dut,
                items=tuple(taking_part),
            )
        if engine_alive(store, run, clock) is None:
            raise JournalMismatch(
                "Run {run} is not being carried out. `station resume {run}` first.", run=run
            )
        send(store, run, Remove(dut=args.dut, reason=args.reason, by=by), clock.now())
    print(f"{run}: {args.dut} is to leave at the present reading")
    return Exit.DONE
