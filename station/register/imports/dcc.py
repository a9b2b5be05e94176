"""Anybody's Digital Calibration Certificate, versions 3.0 to 3.3, as a certificate file of ours.

Read without trust: no document type, no entities, no network, bounded in size and depth
(`station.certificate.reading`). Nothing is dropped in silence: `notes` say what was not taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.certificate.reading import elements, parse, text_of
from station.errors import BadInput, Phrase, joined
from station.locale import N_
from station.register.imports import transcription
from station.register.imports.columns import Columns, tables
from station.register.imports.equations import equations
from station.register.imports.figures import Place
from station.register.imports.head import Head, doubts_of_item, head
from station.register.imports.mapping import MappingFile, Roles, TableMapping, of_table, roles
from station.register.imports.points import HELP, doubts, is_table_of_results, points, unit_of
from station.register.imports.ranges import ranges
from station.register.imports.unread import not_read
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_POINTS = 6_000
"""Of one certificate: comparing it with the one before takes their square."""

MOST_ELEMENTS = 200_000

MOST_BESIDE = 5_000

INDEPENDENT = N_(
    "{place}: its coefficients are taken as independent of each other, and as those of the "
    "mapping's function. Compare both with the certificate."
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
    notes: tuple[Phrase, ...]
    doubts: tuple[Phrase, ...]


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
        raise BadInput(
            "{name}: of serial {item}, with figures of another. It cannot be taken in.",
            name=name,
            item=item,
        )
    return tree


def read_head(content: bytes, *, name: str, serial: str | None = None) -> Head:
    """Return who certified what; `serial` chooses one of several items.

    Raises:
        BadInput: the file is no DCC 3.0 to 3.3, or lacks what every certificate has.
    """
    root = _root(content, name)
    return head(root, _item(root, serial, name), name=name)


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
    notes: list[Phrase] = []
    stated = list(equations(found, mapping.equation))
    taken = [table for table, _ in stated]
    usable = _usable([each for each in found if each not in taken], mapping, notes)
    last = [each for each in usable if not each[0].before]
    first = [each for each in usable if each[0].before]
    made = _merged(last or first, before, notes)
    if not made and not stated:
        raise _nothing_of_use(name, notes)
    return Certified(
        head=head(root, item, name=name),
        tables=tuple(made),
        equations=tuple(each for _, each in stated),
        found=tuple(_merged(first, before, [])) if last and first else (),
        source=f"DCC {root.get('schemaVersion')}",
        notes=(*notes, *not_read(root), _signature(root)),
        doubts=(
            *_doubts(root),
            *doubts_of_item(item),
            *_of_tables(last or first),
            *(Phrase(INDEPENDENT, place=each.place) for each in taken),
        ),
    )


def _nothing_of_use(name: str, notes: Sequence[Phrase]) -> BadInput:
    return BadInput(
        "{name}: no table can be used.{said} {help}",
        name=name,
        said=joined((Phrase(), *notes), " "),
        help=HELP,
    )


def _root(content: bytes, name: str) -> "_Element":
    root = parse(content, name=name)
    version = root.get("schemaVersion", "")
    if not version.startswith(VERSIONS):
        raise BadInput(
            "{name}: DCC version {version!r}; 3.0 to 3.3 are read.", name=name, version=version
        )
    # What libxml2 takes to say where a fault is grows with the elements beside it.
    for number, element in enumerate(root.iter("*"), start=1):
        if number > MOST_ELEMENTS or len(element) > MOST_BESIDE:
            raise BadInput(
                "{name}: more than {elements} elements, or {beside} in one. No certificate "
                "has as many.",
                name=name,
                elements=MOST_ELEMENTS,
                beside=MOST_BESIDE,
            )
    return root


Usable = tuple[Columns, TableMapping | None]


def _usable(found: Sequence[Columns], mapping: MappingFile, notes: list[Phrase]) -> list[Usable]:
    usable = []
    for number, table in enumerate(found, start=1):
        said = of_table(mapping, table, number)
        if said is not None and said.skip:
            continue
        if is_table_of_results(roles(table, said)):
            usable.append((table, said))
        else:
            notes.append(
                Phrase(
                    "Not taken: {place}, columns {columns}.",
                    place=table.place,
                    columns=table.described(),
                )
            )
    for said in mapping.table:
        if not any(of_table(MappingFile(table=(said,)), *each) for each in _numbered(found)):
            names = tuple(each.place for each in found)
            raise BadInput(
                "The mapping's table {table!r} is not there: {names}.", table=said.list, names=names
            )
    return usable


def _numbered(found: Sequence[Columns]) -> list[tuple[Columns, int]]:
    return [(table, number) for number, table in enumerate(found, start=1)]


def _merged(usable: Sequence[Usable], before: Tree | None, notes: list[Phrase]) -> list[Tree]:
    """Return one table a quantity; several of one quantity are its ranges."""
    made: dict[str, Tree] = {}
    rows = sum(table.rows for table, _ in usable)
    if rows > MOST_POINTS:
        raise BadInput(
            "{rows} points are stated; at most {most} are read.", rows=rows, most=MOST_POINTS
        )
    for table, said in usable:
        found = roles(table, said)
        unit = unit_of(found)
        quantity = _quantity(table, found, said)
        old = _same(before, quantity, unit)
        target = made.setdefault(quantity, {"quantity": quantity, "unit": unit, "range": []})
        if target["unit"] != unit:
            raise BadInput(
                "{place}: {quantity} in {unit} and in {unit_before}. {help}",
                place=table.place,
                quantity=quantity,
                unit=unit,
                unit_before=target["unit"],
                help=HELP,
            )
        target["range"] += ranges(points(table, found), said, old)
    notes += [
        Phrase(
            "No stability is known for all of {quantity}: a run needs it. State it in a mapping "
            "(stability = …).",
            quantity=each["quantity"],
        )
        for each in made.values()
        if not all(part.get("stability") for part in each["range"])
    ]
    return list(made.values())


def _quantity(table: Columns, found: Roles, said: TableMapping | None) -> str:
    unit = unit_of(found)
    default = ALTERNATING.get(unit) if found.hertz else None
    quantity = (said.quantity if said else None) or default or QUANTITIES.get(unit)
    if quantity is None:
        raise BadInput(
            "{place}: what is the quantity in {unit}? {help}",
            place=table.place,
            unit=unit,
            help=HELP,
        )
    return quantity


def _of_tables(usable: Sequence[Usable]) -> Iterator[Phrase]:
    """Yield what is doubtful about figures, and points that two tables state."""
    seen: dict[tuple[object, ...], Place] = {}
    for table, said in usable:
        found = roles(table, said)
        is_said = said is not None and any((said.actual, said.error, said.deviation, said.nominal))
        yield from doubts(table, found, is_said=is_said)
        quantity = said.quantity if said else None
        for point in points(table, found):
            key = (quantity, unit_of(found), point.nominal, point.hertz, point.span)
            other = seen.setdefault(key, table.place)
            if other != table.place:
                yield Phrase(
                    "{place} states {nominal} {unit}, and so does {other}; one of them would "
                    "be used. Leave one out in a mapping (skip = true).",
                    place=table.place,
                    nominal=point.nominal,
                    unit=unit_of(found),
                    other=other,
                )
                break


def _same(before: Tree | None, quantity: str, unit: str) -> Tree | None:
    known = [] if before is None else before.get("table", [])
    return next((t for t in known if (t["quantity"], t["unit"]) == (quantity, unit)), None)


def _doubts(root: "_Element") -> Iterator[Phrase]:
    """Yield what PTB's schema says against the document, and what it says against itself."""
    from station.certificate.findings import Weight
    from station.certificate.schema import schema_findings

    faults = [each for each in schema_findings(root) if each.weight is Weight.ERROR]
    if faults:
        yield Phrase(
            "Against PTB's schema: {count} fault(s), the first: {first}",
            count=len(faults),
            first=faults[0].what,
        )
    path = "dcc:administrativeData/dcc:statements/dcc:statement/dcc:traceable"
    if any((each.text or "").strip() in ("false", "0") for each in elements(root, path)):
        yield Phrase("It states itself that it is not traceable.")


def _signature(root: "_Element") -> Phrase:
    if next(elements(root, "ds:Signature"), None) is None:
        return Phrase("The document is not signed.")
    return Phrase("The document is signed; `station certificate verify` checks that.")


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
            raise BadInput(
                "{name}: it certifies no item {serial!r}, only {known}.",
                name=name,
                serial=serial,
                known=known,
            )
    if len(items) != 1:
        raise BadInput(
            "{name}: {count} items. Choose one with --serial.", name=name, count=len(items)
        )
    return items[0]
