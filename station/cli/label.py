"""Labels at the command line: of certificates' items and of the laboratory's equipment."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.certificate.item_label import Label, Size
    from station.records.store import Store

FORMATS = ("pdf", "svg", "png")


def add_certificate_label(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add `station certificate label`."""
    parser = commands.add_parser("label", help="make labels for the items of certificates")
    parser.add_argument("named", nargs="+", metavar="NUMBER")
    _add(parser, _of_certificates, together="certificates")


def add_equipment_label(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add `station equipment label`."""
    parser = commands.add_parser("label", help="make labels for the laboratory's equipment")
    parser.add_argument("named", nargs="+", metavar="EQUIPMENT", help="its id or serial number")
    _add(parser, _of_equipment, together="equipment")


def _add(
    parser: argparse.ArgumentParser,
    made: "Callable[[Store, Sequence[str]], list[Label]]",
    *,
    together: str,
) -> None:
    parser.add_argument("--size", type=_size, metavar="WxH", help="in mm (default: 50x30)")
    parser.add_argument("--format", choices=FORMATS, default="pdf", help="(default: pdf)")
    parser.add_argument("--out", type=Path, default=Path(), help="folder (default: here)")
    add_store(parser)
    parser.set_defaults(run=lambda args: _write(args, made, together))


def _size(text: str) -> "Size":
    from station.certificate.item_label import LARGEST, SMALLEST, Size

    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)[x×](\d{1,3}(?:\.\d+)?)", text)
    sides = [float(side) for side in found.groups()] if found else []
    if not sides or not SMALLEST <= min(sides) <= max(sides) <= LARGEST:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size like 50x30 (width x height in mm, {SMALLEST:g} to {LARGEST:g})"
        )
    return Size(*sides)


def _of_certificates(store: "Store", numbers: "Sequence[str]") -> "list[Label]":
    from station.certificate.item_label import of_certificate

    return [of_certificate(store, number) for number in numbers]


def _of_equipment(store: "Store", names: "Sequence[str]") -> "list[Label]":
    from station.certificate.item_label import of_equipment
    from station.clock import SystemClock, day_of
    from station.register import book
    from station.register.equipment import find

    register, today = book.read(store), day_of(SystemClock().now())
    return [of_equipment(find(register, name), today) for name in names]


def _write(
    args: argparse.Namespace, made: "Callable[[Store, Sequence[str]], list[Label]]", together: str
) -> int:
    """Write the labels: PDF as one file, pictures as one each.

    Raises:
        BadInput: nothing has such a name, the label is too small, or it cannot be written.
        Refused: a certificate is not in force, or says that the item failed.
    """
    from station.certificate.item_label import Format, Size, render

    with open_store_of(args, create=False) as store:
        labels = made(store, args.named)
    contents = render(labels, args.size or Size(), Format(args.format))
    names = [re.sub(r"[^\w.-]+", "_", label.name) for label in labels]
    if len(contents) < len(labels):
        names = [together]
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        for name, content in zip(names, contents, strict=True):
            path = args.out / f"label-{name}.{args.format}"
            path.write_bytes(content)
            print(path)
    except OSError as error:
        raise BadInput("{path}: cannot be written ({why}).", path=args.out, why=error) from error
    return Exit.DONE
