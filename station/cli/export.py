"""`station export`: runs and all that was measured in them, for whoever analyses it."""

import argparse
from pathlib import Path

from station.cli.common import Subparsers, add_store
from station.errors import BadInput, Exit

FORMATS = ("csv", "json", "parquet")


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("export", help="points and readings as CSV, JSON or Parquet")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", metavar="RUN")
    which.add_argument("--all", action="store_true", help="every run of the store")
    parser.add_argument("--format", choices=FORMATS, default="csv", help="(default: csv)")
    parser.add_argument("--out", type=Path, default=Path(), help="folder (default: here)")
    add_store(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import os

    from station.analysis import open_records
    from station.export.files import Format, write
    from station.records.store import default_url

    url = args.store or os.environ.get("STATION_STORE") or default_url()
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        with open_records(url) as records:
            runs = records.runs() if args.all else iter([records.run(args.id)])
            paths = write(runs, args.out, Format(args.format))
    except OSError as error:
        raise BadInput("{path}: cannot be written ({why}).", path=args.out, why=error) from error
    for path in paths:
        print(path)
    return Exit.DONE
