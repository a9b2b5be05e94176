"""`station dossier`: everything behind one certificate in one zip."""

import argparse
from pathlib import Path

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import BadInput, Exit


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "dossier", help="everything behind one certificate in one zip that verifies by itself"
    )
    parser.add_argument("certificate", metavar="CERTIFICATE", help="its number")
    parser.add_argument("out", type=Path, metavar="OUT.zip")
    add_store(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from station.records.dossier import dossier

    with open_store_of(args, create=False) as store:
        content = dossier(store, args.certificate)
    try:
        args.out.write_bytes(content)
    except OSError as error:
        raise BadInput("{path}: cannot be written ({why}).", path=args.out, why=error) from error
    print(args.out)
    return Exit.DONE
