"""`station store`: copies and backups of the record store."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import Exit

if TYPE_CHECKING:
    from station.records.copy import Content

PASSWORDS = (
    "Leave the password out of an address: others see command lines. PostgreSQL's own ways are "
    "taken: the file ~/.pgpass, or the variable PGPASSWORD."
)


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    store = subparsers.add_parser("store", help="copy or back up the record store")
    doing = store.add_subparsers(title="commands", metavar="COMMAND", required=True)
    copy = doing.add_parser(
        "copy", help="copy all records into an empty store and verify them", epilog=PASSWORDS
    )
    copy.add_argument("source", metavar="FROM", help="a file name or a database address")
    copy.add_argument("target", metavar="TO", help="another; SQLite and PostgreSQL as you like")
    copy.set_defaults(run=_copy)
    backup = doing.add_parser(
        "backup", help="write all records to a new SQLite file; runs go on", epilog=PASSWORDS
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    add_store(backup)
    backup.set_defaults(run=_backup)


def _copy(args: argparse.Namespace) -> int:
    from station.records.copy import copy_to
    from station.records.dialects import parsed, shown
    from station.records.store import open_store

    with open_store(args.source, create=False) as source:
        _tell(copy_to(source, args.target), f"copied to {shown(parsed(args.target))}")
    return Exit.DONE


def _backup(args: argparse.Namespace) -> int:
    from station.records.copy import backup

    with open_store_of(args, create=False) as store:
        _tell(backup(store, args.file), f"backed up to {args.file}")
    return Exit.DONE


def _tell(content: "Content", done: str) -> None:
    for table, rows in content.rows.items():
        print(f"{rows:>9} {table}")
    print(f"{done}; SHA-256 of all rows and documents: {content.digest}")
