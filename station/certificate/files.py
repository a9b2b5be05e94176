"""What a certificate is ordered with, and the files that it becomes."""

from pathlib import Path
from typing import TYPE_CHECKING

from station.errors import BadInput
from station.files import read_toml
from station.run.plan import Order, Organisation, Record

if TYPE_CHECKING:
    from station.certificate.issue import Issued


class OrderFile(Record):
    """Tables [laboratory], [order] and [order.customer]."""

    laboratory: Organisation | None = None
    order: Order | None = None


def read_order(path: Path | None) -> OrderFile:
    """Return what an order file says; nothing where there is none.

    Raises:
        BadInput: it cannot be read, or something in it is wrong.
    """
    return OrderFile() if path is None else read_toml(path, OrderFile)


def write_files(folder: Path, issued: "Issued") -> tuple[Path, Path]:
    """Write NUMBER.pdf and NUMBER.xml; return where.

    Raises:
        BadInput: the folder cannot be written, or another store's certificate of the number is
            there: neither file is touched then.
    """
    pdf, xml = (folder / f"{issued.number}.{ending}" for ending in ("pdf", "xml"))
    whole = ((pdf, issued.pdf), (xml, issued.xml))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in whole:
            if path.exists() and path.read_bytes() != content:
                raise BadInput(
                    "{path} is another certificate of this number and was left as it is. "
                    "{number} is issued and kept in the record: `station certificate issue RUN "
                    "--out FOLDER` writes it to another folder.",
                    path=path,
                    number=issued.number,
                )
        for path, content in whole:
            path.write_bytes(content)
    except OSError as error:
        raise BadInput("{folder}: cannot be written ({why}).", folder=folder, why=error) from error
    return pdf, xml
