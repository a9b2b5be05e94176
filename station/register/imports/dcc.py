"""Anybody's Digital Calibration Certificate, versions 3.0 to 3.3, as a certificate file of ours.

Read without trust: no document type, no entities, no network, bounded in size and depth
(`station.certificate.reading`). Nothing is dropped in silence: `notes` say what was not taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from station.certificate.reading import elements, parse, text_of
from station.errors import BadInput
from station.register.imports import transcription
from station.register.imports.columns import (
    LONGEST_NAME,
    Columns,
    contents,
    not_read,
    plain,
    tables,
)
from station.register.imports.equations import equations
from station.register.imports.mapping import MappingFile, TableMapping, of_table, roles
from station.register.imports.points import HELP, doubts, is_table_of_results, points, unit_of
from station.register.imports.ranges import ranges
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_POINTS = 6_000
"""Of one certificate: comparing it with the one before takes their square."""

MOST_ELEMENTS = 200_000

MOST_BESIDE = 5_000

INDEPENDENT = (
    "{}: its coefficients are taken as independent of each other, and as those of the mapping's "
    "function. Compare both with the certificate."
)

VERSIONS = ("3.0.", "3.1.", "3.2.", "3.3.")

QUANTITIES = {
    "V": "dc-voltage", "A": "dc-current", "Ω": "resistance", "F": "capacitance",
    "Hz": "frequency", "°C": "temperature", "Pa": "gauge-pressure", "%": "humidity",
    "kg": "mass", "m": "length",
}  # fmt: skip
"""Unit → quantity as the procedures call it, where a mapping does not say."""

ALTERNATING = {"V": "ac-voltage", "A": "ac-current"}


@dataclass(frozen=True, slots=True)
class Head:
    """Who certified what, when."""

    number: str
    issuer: str
    dated: date
    title: str
    maker: str
    type: str
    serial: str
    firmware: str
    traceability: str


@dataclass(frozen=True, slots=True)
class Certified:
    """What a document certifies.

    Attributes:
        head: who, what, when.
        tables: as in a certificate file; so the equations.
        found: the tables before an adjustment, () where there was none.
        source: kind of document, in words.
        notes: what was not taken, and what is to be looked at.
        doubts: what a person must accept with a reason.
    """

    head: Head
    tables: tuple[Tree, ...]
    equations: tuple[Tree, ...]
    found: tuple[Tree, ...]
    source: str
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def transcribed(content: bytes, *, name: str) -> Tree | None:
    """Return the certificate file where a register wrote the DCC; None of an issuer's own.

    Raises:
        BadInput: as `read_head`, or it contradicts itself.
    """
    root = _root(content, name)
    if not transcription.is_transcription(root):
        return None
    tree = transcription.read(root, name=name)
    item = text_of(_item(root, None, name), "dcc:identifications/dcc:identification/dcc:value")
    if item != tree["certificate"].get("serial"):
        raise BadInput(f"{name}: of serial {item}, with figures of another. It cannot be taken in.")
    return tree


def read_head(content: bytes, *, name: str, serial: str | None = None) -> Head:
    """Return who certified what; `serial` chooses one of several items.

    Raises:
        BadInput: the file is no DCC 3.0 to 3.3, or lacks what every certificate has.
    """
    root = _root(content, name)
    return _head(root, _item(root, serial, name), name)


def read(
    content: bytes,
    *,
    name: str,
    mapping: MappingFile,
    before: Tree | None = None,
    serial: str | None = None,
) -> Certified:
    """Return what a DCC certifies.

    Args:
        content: the XML.
        name: what messages call it.
        mapping: what a person says of its tables.
        before: the certificate file before this one, for ranges and stability.
        serial: of the item, where there are several.

    Raises:
        BadInput: as `read_head`, or no table can be used.
    """
    root = _root(content, name)
    item = _item(root, serial, name)
    several = len(list(elements(root, "dcc:administrativeData/dcc:items/dcc:item"))) > 1
    found = list(tables(root, item.get("id") if several else None))
    notes: list[str] = []
    stated = list(equations(found, mapping.equation))
    taken = [table for table, _ in stated]
    usable = _usable([each for each in found if each not in taken], mapping, notes)
    last = [each for each in usable if not each[0].before]
    first = [each for each in usable if each[0].before]
    made = _merged(last or first, before, notes)
    if not made and not stated:
        raise BadInput(f"{name}: no table can be used. {' '.join(notes)} {HELP}")
    return Certified(
        head=_head(root, item, name),
        tables=tuple(made),
        equations=tuple(each for _, each in stated),
        found=tuple(_merged(first, before, [])) if last and first else (),
        source=f"DCC {root.get('schemaVersion')}",
        notes=(*notes, *(f"Not taken: {each}." for each in not_read(root)), _signature(root)),
        doubts=(
            *_doubts(root),
            *_of_item(item),
            *_of_tables(last or first),
            *(INDEPENDENT.format(each.place) for each in taken),
        ),
    )


def _root(content: bytes, name: str) -> "_Element":
    root = parse(content, name=name)
    version = root.get("schemaVersion", "")
    if not version.startswith(VERSIONS):
        raise BadInput(f"{name}: DCC version {version!r}; 3.0 to 3.3 are read.")
    # What libxml2 takes to say where a fault is grows with the elements beside it.
    for number, element in enumerate(root.iter("*"), start=1):
        if number > MOST_ELEMENTS or len(element) > MOST_BESIDE:
            raise BadInput(
                f"{name}: more than {MOST_ELEMENTS} elements, or {MOST_BESIDE} in one. No "
                "certificate has as many."
            )
    return root


Usable = tuple[Columns, TableMapping | None]


def _usable(found: Sequence[Columns], mapping: MappingFile, notes: list[str]) -> list[Usable]:
    usable = []
    for number, table in enumerate(found, start=1):
        said = of_table(mapping, table, number)
        if said is not None and said.skip:
            continue
        if is_table_of_results(roles(table, said)):
            usable.append((table, said))
        else:
            notes.append(f"Not taken: {table.place}, columns {table.described()}.")
    for said in mapping.table:
        if not any(of_table(MappingFile(table=(said,)), *each) for each in _numbered(found)):
            names = ", ".join(each.place for each in found)
            raise BadInput(f"The mapping's table {said.list!r} is not there: {names}.")
    return usable


def _numbered(found: Sequence[Columns]) -> list[tuple[Columns, int]]:
    return [(table, number) for number, table in enumerate(found, start=1)]


def _merged(usable: Sequence[Usable], before: Tree | None, notes: list[str]) -> list[Tree]:
    """Return one table a quantity; several of one quantity are its ranges."""
    made: dict[str, Tree] = {}
    rows = sum(table.rows for table, _ in usable)
    if rows > MOST_POINTS:
        raise BadInput(f"{rows} points are stated; at most {MOST_POINTS} are read.")
    for table, said in usable:
        found = roles(table, said)
        unit = unit_of(found)
        default = ALTERNATING.get(unit) if found.hertz else None
        quantity = (said.quantity if said else None) or default or QUANTITIES.get(unit)
        if quantity is None:
            raise BadInput(f"{table.place}: what is the quantity in {unit}? {HELP}")
        old = _same(before, quantity, unit)
        target = made.setdefault(quantity, {"quantity": quantity, "unit": unit, "range": []})
        if target["unit"] != unit:
            raise BadInput(f"{table.place}: {quantity} in {unit} and in {target['unit']}. {HELP}")
        target["range"] += ranges(points(table, found), said, old)
    for each in made.values():
        if not all(part.get("stability") for part in each["range"]):
            notes.append(
                f"No stability is known for all of {each['quantity']}: a run needs it. State it "
                "in a mapping (stability = …)."
            )
    return list(made.values())


def _of_tables(usable: Sequence[Usable]) -> Iterator[str]:
    """Yield what is doubtful about figures, and points that two tables state."""
    seen: dict[tuple[object, ...], str] = {}
    for table, said in usable:
        found = roles(table, said)
        is_said = said is not None and any((said.actual, said.error, said.deviation, said.nominal))
        yield from doubts(table, found, is_said=is_said)
        quantity = said.quantity if said else None
        for point in points(table, found):
            key = (quantity, unit_of(found), point.nominal, point.hertz, point.span)
            other = seen.setdefault(key, table.place)
            if other != table.place:
                yield (
                    f"{table.place} states {point.nominal} {unit_of(found)}, and so does {other}; "
                    "one of them would be used. Leave one out in a mapping (skip = true)."
                )
                break


def _of_item(item: "_Element") -> Iterator[str]:
    best = _identification(item)
    if best is not None and _rank(best) > 1:
        issuer = text_of(best, "dcc:issuer")
        value = text_of(best, "dcc:value")
        yield f"{value!r} is a number that the {issuer} gave it, and is not called a serial number."


def _same(before: Tree | None, quantity: str, unit: str) -> Tree | None:
    known = [] if before is None else before.get("table", [])
    return next((t for t in known if (t["quantity"], t["unit"]) == (quantity, unit)), None)


def _doubts(root: "_Element") -> Iterator[str]:
    """Yield what PTB's schema says against the document, and what it says against itself."""
    from station.certificate.findings import Weight
    from station.certificate.schema import schema_findings

    faults = [each for each in schema_findings(root) if each.weight is Weight.ERROR]
    if faults:
        yield f"Against PTB's schema: {len(faults)} fault(s), the first: {faults[0].what}"
    path = "dcc:administrativeData/dcc:statements/dcc:statement/dcc:traceable"
    if any((each.text or "").strip() in ("false", "0") for each in elements(root, path)):
        yield "It states itself that it is not traceable."


def _signature(root: "_Element") -> str:
    if next(elements(root, "ds:Signature"), None) is None:
        return "The document is not signed."
    return "The document is signed; `station certificate verify` checks that."


def _item(root: "_Element", serial: str | None, name: str) -> "_Element":
    items = list(elements(root, "dcc:administrativeData/dcc:items/dcc:item"))
    if serial is not None:
        path = "dcc:identifications/dcc:identification/dcc:value"
        texts = {(each.text or "").strip() for item in items for each in elements(item, path)}
        items = [
            item
            for item in items
            if serial in {(each.text or "").strip() for each in elements(item, path)}
        ]
        if not items:
            known = ", ".join(sorted(texts))
            raise BadInput(f"{name}: it certifies no item {serial!r}, only {known}.")
    if len(items) != 1:
        raise BadInput(f"{name}: {len(items)} items. Choose one with --serial.")
    return items[0]


def _head(root: "_Element", item: "_Element", name: str) -> Head:
    core = "dcc:administrativeData/dcc:coreData/"
    number = text_of(root, f"{core}dcc:uniqueIdentifier")
    dated = text_of(root, f"{core}dcc:endPerformanceDate")
    issuer = _words(root, "dcc:administrativeData/dcc:calibrationLaboratory/dcc:contact/dcc:name")
    known = _identification(item)
    serial = "" if known is None else text_of(known, "dcc:value")
    for value, what in (
        (number, "a number (uniqueIdentifier)"),
        (dated, "a day of calibration (endPerformanceDate)"),
        (issuer, "an issuing laboratory"),
        (serial, "an item with a serial number"),
    ):
        if not value:
            raise BadInput(f"{name}: the certificate has not got {what}.")
        if len(value) > LONGEST_NAME or plain(value) != " ".join(value.split()):
            raise BadInput(f"{name}: {what} of {len(value)} characters, or not of letters.")
    return Head(
        number=number,
        issuer=issuer,
        dated=_day(dated, name),
        title=_words(item, "dcc:name") or "–",
        maker=_words(item, "dcc:manufacturer/dcc:name") or "–",
        type=plain(text_of(item, "dcc:model"))[:LONGEST_NAME] or "–",
        serial=serial,
        firmware=_words(item, "dcc:installedSoftwares/dcc:software/dcc:release"),
        traceability=_traceability(root) or f"As stated in certificate {number} of {issuer}",
    )


def _identification(item: "_Element") -> "_Element | None":
    """Return the item's serial number: what is called so, else the maker's identification."""
    found = elements(item, "dcc:identifications/dcc:identification")
    return min(found, key=_rank, default=None)


def _rank(identification: "_Element") -> int:
    kind = (identification.get("refType") or "").casefold()
    names = " ".join(each for part in identification for each in contents(part)).casefold()
    if "serial" in kind or any(word in names for word in ("serial", "seriennummer", "số máy")):
        return 0
    return 1 if text_of(identification, "dcc:issuer") == "manufacturer" else 2


def _traceability(root: "_Element") -> str:
    path = (
        "dcc:administrativeData/dcc:statements/dcc:statement"
        "[contains(@refType, 'metrologicallyTraceableToSI')]"
    )
    return _words(root, f"{path}/dcc:declaration") or _words(root, f"{path}/dcc:description")


def _words(element: "_Element", path: str) -> str:
    """Return a text in English where there is one, else as it comes."""
    found = next(elements(element, path), None)
    if found is None:
        return ""
    english = text_of(found, "dcc:content[@lang='en']")
    return plain(english) or next(iter(contents(found)), "") or plain(found.text or "")


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadInput(f"{name}: {text!r} is not a day (YYYY-MM-DD).") from error
