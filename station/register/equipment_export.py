"""What is written out of the register: files by format, each with its name."""

from collections.abc import Callable, Iterator, Sequence

from station.errors import BadInput
from station.records.store import Store
from station.register.equipment_file import file_name, kept_trees, write_file
from station.register.state import Equipment

File = tuple[str, bytes]

Written = tuple[list[File], list[str]]


def exported(store: Store, chosen: Sequence[Equipment], format_: str) -> Written:
    """Return files with their names, and in sentences what a format has no place for.

    Args:
        store: the open record store.
        chosen: equipment to be written.
        format_: "toml", "certificate", "original", "dcc" or "msl".

    Raises:
        BadInput, Tampered: two would have one name; a kept certificate is missing or changed.
    """
    if format_ == "msl":
        from station.register.equipment_msl import write_register

        pieces = [(each, kept_trees(store, each)) for each in chosen]
        content, notes = write_register(pieces)
        return [("register.xml", content)], notes
    one = _FORMATS[format_]
    files: dict[str, bytes] = {}
    for each in chosen:
        for name, content in one(store, each):
            if name in files:
                raise BadInput(
                    "Two files would be called {name}. Export them one at a time.", name=name
                )
            files[name] = content
    return list(files.items()), []


def _equipment(store: Store, equipment: Equipment) -> Iterator[File]:
    yield file_name(equipment), write_file(store, equipment).encode()


def _certificates(store: Store, equipment: Equipment) -> Iterator[File]:
    for each in equipment.certificates:
        yield file_name(equipment, each.number), store.document(each.document)


def _originals(store: Store, equipment: Equipment) -> Iterator[File]:
    for each in equipment.certificates:
        content = store.document(each.original or each.document)
        ending = "xml" if content.lstrip()[:1] == b"<" else "toml"
        yield file_name(equipment, each.number, ending), content


def _transcriptions(store: Store, equipment: Equipment) -> Iterator[File]:
    from station.register.equipment_dcc import transcribe

    for entered, tree in kept_trees(store, equipment):
        name = file_name(equipment, entered.number, "xml")
        yield name, transcribe(equipment, entered, tree)


_FORMATS: dict[str, Callable[[Store, Equipment], Iterator[File]]] = {
    "toml": _equipment,
    "certificate": _certificates,
    "original": _originals,
    "dcc": _transcriptions,
}
