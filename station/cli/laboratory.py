"""`station laboratory`: the laboratory's own texts and pictures on its certificates."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import Subparsers, acting, add_by, add_store, open_store_of
from station.errors import Exit

if TYPE_CHECKING:
    from station.certificate.house import HouseFile
    from station.register.entries import LaboratoryAdopted


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    parser = subparsers.add_parser("laboratory", help="its own texts and pictures on certificates")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adopt = commands.add_parser("adopt", help="take a file for the certificates from now on")
    adopt.add_argument("file", type=Path, metavar="FILE.toml", help="see docs/laboratory.md")
    adopt.add_argument("--check", action="store_true", help="only look whether it could be")
    add_by(adopt)
    add_store(adopt)
    adopt.set_defaults(run=_adopt)
    show = commands.add_parser("show", help="what was adopted, by whom, and from when it is valid")
    show.add_argument("--out", type=Path, metavar="FOLDER", help="write the kept files there")
    add_store(show)
    show.set_defaults(run=_show)


def _adopt(args: argparse.Namespace) -> int:
    """Adopt a file, or only look at it.

    Raises:
        BadInput: something in it, or a picture, is wrong.
        Refused: whoever adopts is no administrator.
    """
    from station.certificate.adopting import adopt, take
    from station.clock import SystemClock
    from station.register.entries import Role

    taken = take(args.file)
    if not args.check:
        with open_store_of(args) as store:
            by = acting(args, store, Role.ADMINISTRATOR)
            adopt(store, SystemClock(), taken, by=by)
    print(f"{args.file}: {'could be' if args.check else 'is'} adopted")
    _tell(taken.file, taken.entry(""))
    return Exit.DONE


def _show(args: argparse.Namespace) -> int:
    """Print what was last adopted.

    Raises:
        BadInput: the folder cannot be written.
        Tampered: what is kept is not what was adopted.
    """
    from station.certificate.adopting import TOML, kept, write
    from station.certificate.house import HouseFile
    from station.files import parse_toml
    from station.register import book

    with open_store_of(args, create=False) as store:
        entry = book.read(store).adopted
        if entry is None:
            print("Nothing was adopted: certificates have the station's own layout.")
            return Exit.DONE
        content = kept(store, entry)
    print(f"adopted by {entry.by}, SHA-256 {entry.document}")
    _tell(parse_toml(content[TOML], HouseFile, name="the adopted file"), entry)
    if args.out is not None:
        for path in write(args.out, content):
            print(path)
    return Exit.DONE


def _tell(file: "HouseFile", entry: "LaboratoryAdopted") -> None:
    from station.certificate.house import KINDS

    for table in file.laboratory:
        print(f"  {_span(table.valid_from, table.valid_until)}  letterhead: {table.name}")
    for named, what in ((file.statement, "statement"), (file.field, "field")):
        for one in named:
            of = "" if one.kinds == KINDS else f" ({', '.join(one.kinds)})"
            print(f"  {_span(one.valid_from, one.valid_until)}  {what}: {one.name}{of}")
    for name, digest in entry.pictures.items():
        print(f"  {name}: SHA-256 {digest}")


def _span(first: object, last: object) -> str:
    return f"{first} … {last or '':10}"
