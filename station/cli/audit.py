"""`station audit`: verifies the hash chains and files of the whole store."""

import argparse
import dataclasses
import json

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import Exit


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("audit", help="verify that no record was changed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_store(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was verified and every fault; faults end with exit code 4."""
    from station.records.audit import audit

    with open_store_of(args, create=False) as store:
        found = audit(store)
    if args.json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2))
    else:
        print(
            f"{found.runs} runs, {found.entries} entries, {found.documents} documents, "
            f"{found.certificates} certificates: "
            + (f"{len(found.faults)} faults" if found.faults else "all as written")
        )
        for fault in found.faults:
            print(f"  {fault}")
    return Exit.REFUSED if found.faults else Exit.DONE
