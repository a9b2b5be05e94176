"""Adopting a laboratory's own texts and pictures: looked at whole, kept, and written down."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from station.certificate.house import LARGEST, HouseFile
from station.certificate.pictures import LARGEST as LARGEST_PICTURE
from station.certificate.pictures import drawable, refuse_undrawable
from station.clock import Clock
from station.errors import BadInput
from station.files import parse_toml, read_bytes
from station.records.store import Store, keep_document
from station.register import book
from station.register.entries import Entry, LaboratoryAdopted, Role
from station.register.people import need
from station.register.state import Register

TOML = "laboratory.toml"
"""What the kept file is called, whatever it was called."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be adopted, with the pictures that it names."""

    file: HouseFile
    content: bytes
    pictures: Mapping[str, bytes]

    def entry(self, by: str) -> LaboratoryAdopted:
        """Return the entry that adopts it."""
        digests = {name: _digest(each) for name, each in sorted(self.pictures.items())}
        return LaboratoryAdopted(by=by, document=_digest(self.content), pictures=digests)


def take(path: Path) -> Taken:
    """Return the file at `path`, its texts and pictures drawn once to see that they can be.

    Raises:
        BadInput: something in it is wrong, or a picture is.
    """
    content = read_bytes(path, largest=LARGEST)
    file = parse_toml(content, HouseFile, name=str(path))
    if not (file.laboratory or file.statement or file.field):
        raise BadInput(
            "{path}: says nothing. See docs/laboratory.md for what it may say.", path=path
        )
    pictures = {name: _picture(path.parent / name) for name in sorted(file.pictures())}
    named = {str(path.parent / name): content for name, content in pictures.items()}
    drawn = {name: drawable(content, name=name) for name, content in named.items()}
    refuse_undrawable(dict.fromkeys(file.texts()), drawn, name=str(path))
    return Taken(file, content, pictures)


def adopt(store: Store, clock: Clock, taken: Taken, *, by: str) -> None:
    """Keep the file and its pictures, and write that from now on certificates have them.

    Raises:
        Refused: whoever adopts is no administrator.
        StoreFailed: it could not be written.
    """
    entry = taken.entry(by)

    def decide(register: Register) -> tuple[Entry, ...]:
        need(register, by, Role.ADMINISTRATOR)
        return (entry,)

    def keep(connection: sa.Connection) -> None:
        for name, content in ((TOML, taken.content), *taken.pictures.items()):
            keep_document(connection, content, name=name, media_type=_TYPES[Path(name).suffix])

    book.act(store, clock, decide, keep)


_TYPES = {".toml": "application/toml", ".svg": "image/svg+xml", ".png": "image/png"}


def kept(store: Store, entry: LaboratoryAdopted) -> dict[str, bytes]:
    """Return the files that were adopted, by name.

    Raises:
        BadInput, Tampered: one is missing or not what was adopted.
    """
    pictures = {name: store.document(digest) for name, digest in entry.pictures.items()}
    return {TOML: store.document(entry.document), **pictures}


def write(folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write the files into a folder and yield their paths.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / Path(name).name).write_bytes(content)
            yield folder / Path(name).name
    except OSError as error:
        raise BadInput("{folder}: cannot be written ({why}).", folder=folder, why=error) from error


def _picture(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(
            "{path}: there is no such file. Put the picture beside the TOML file.", path=path
        )
    return read_bytes(path, largest=LARGEST_PICTURE)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
