"""An equipment register of the Measurement Standards Laboratory of New Zealand, read into ours.

Schema: github.com/MSLNZ/equipment-register-schema, equipment-register.xsd, version 0.2.0.dev0,
and the example registers of github.com/MSLNZ/msl-equipment. Taken are equipment, maintenance,
alterations, adjustments, and reports with a table (through a mapping), an equation in one
variable, or Callendar-Van Dusen coefficients. Whatever is not taken is told.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from station.certificate.reading import parse_xml
from station.errors import BadInput, Phrase
from station.metrology.errors import BudgetError, InvalidNumber
from station.metrology.expression import parse
from station.metrology.units import dsi
from station.register import entries as e
from station.register.equipment_standing import months_later
from station.register.imports import msl_own
from station.register.imports.columns import MOST_ROWS, Column, Columns
from station.register.imports.dcc import QUANTITIES
from station.register.imports.figures import Place, decimal, scaled, unit
from station.register.imports.mapping import MappingFile, of_table, roles
from station.register.imports.msl_own import NAMESPACE
from station.register.imports.points import HELP, is_table_of_results, points, unit_of
from station.register.imports.ranges import ranges
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

ACTIVE = "Active"

NOBODY = "–"
"""Where the schema wants a text and there is none."""

FIGURES = ("table", "equation", "cvdCoefficients")

MOST_PIECES = 2_000

LONGEST = 500
"""Characters of a text that is taken over."""

MOST_YEARS = 100


@dataclass(frozen=True, slots=True)
class Entered:
    """One piece of equipment of a register.

    Attributes:
        equipment: what is said of it.
        out: why it is out of service; "" while it is in.
        services: what was done with it.
        certificates: files of its reports, as trees.
        notes: what was not taken, and why.
    """

    equipment: e.EquipmentEntered
    out: str
    services: tuple[e.Serviced, ...]
    certificates: tuple[Tree, ...]
    notes: tuple[Phrase, ...]


def is_register(content: bytes) -> bool:
    """Tell whether an XML file seems to be a register of this kind."""
    return NAMESPACE.encode() in content[:4000]


def read(content: bytes, *, name: str, mapping: MappingFile, by: str) -> list[Entered]:
    """Return all equipment of a register.

    Raises:
        BadInput: the XML is hostile, no register, or equipment lacks what it must have.
    """
    root = parse_xml(content, name=name)
    if root.tag != f"{{{NAMESPACE}}}register":
        raise BadInput(
            "{name}: the root element is {tag}, not an equipment register's.",
            name=name,
            tag=root.tag,
        )
    pieces = root.findall(_tag("equipment"))
    if len(pieces) > MOST_PIECES:
        raise BadInput(
            "{name}: {count} pieces; at most {most} are taken at once.",
            name=name,
            count=len(pieces),
            most=MOST_PIECES,
        )
    return [_equipment(each, mapping, by, name) for each in pieces]


def _equipment(element: "_Element", mapping: MappingFile, by: str, name: str) -> Entered:
    identity = _text(element, "id")
    if not identity or not _text(element, "serial"):
        raise BadInput(
            "{name}: equipment {id!r} has no id or no serial number.", name=name, id=identity
        )
    notes: list[Phrase] = []
    measurands = list(element.iterfind(f"{_tag('calibrations')}/{_tag('measurand')}"))
    months = [_months(each, identity) for each in measurands]
    entered = e.EquipmentEntered(
        by=by,
        equipment=identity,
        title=_text(element, "description") or identity,
        maker=_text(element, "manufacturer"),
        type=_text(element, "model"),
        serial=_text(element, "serial"),
        location=_text(element, "location"),
        firmware=_firmware(element),
        interval_months=min((each for each in months if each > 0), default=None),
    )
    certificates = [
        tree
        for measurand in measurands
        for report in measurand.iter(_tag("report"))
        if (tree := _report(report, measurand, entered, mapping, notes)) is not None
    ]
    try:
        certificates = msl_own.merged(certificates)
    except BadInput as refusal:
        notes.append(Phrase("Not taken: {place}: {why}", place=identity, why=refusal))
        certificates = []
    notes += _others(element, identity)
    status = _text(element, "status")
    return Entered(
        entered,
        "" if status == ACTIVE else f"status {status or 'unknown'} in the register taken over",
        tuple(_services(element, by, identity)),
        tuple(certificates),
        tuple(notes),
    )


def _others(element: "_Element", identity: str) -> Iterator[Phrase]:
    for kind in ("digitalReport", "performanceCheck"):
        count = sum(1 for _ in element.iter(_tag(kind)))
        if count:
            yield Phrase(
                "{equipment}: {count} {kind} not taken.", equipment=identity, count=count, kind=kind
            )


def _firmware(element: "_Element") -> str:
    versions = list(element.iterfind(f"{_tag('firmware')}/{_tag('version')}"))
    newest = max(versions, key=lambda each: each.get("date", ""), default=None)
    return "" if newest is None else (newest.text or "").strip()[:LONGEST]


def _services(element: "_Element", by: str, identity: str) -> Iterator[e.Serviced]:
    for path, attribute, what in (
        ("maintenance/completed/task", "completedDate", e.ServiceKind.MAINTENANCE),
        ("alterations/alteration", "date", e.ServiceKind.REPAIR),
        ("calibrations/measurand/component/adjustment", "date", e.ServiceKind.ADJUSTMENT),
    ):
        for found in element.iterfind("/".join(map(_tag, path.split("/")))):
            who = found.get("performedBy", "").removeprefix(NOBODY)
            note = " ".join(("".join(map(str, found.itertext()))).split())[:LONGEST]
            note = "" if note == NOBODY else note
            yield e.Serviced(
                by=by,
                equipment=identity,
                what=what,
                on=_day(found.get(attribute, ""), identity),
                note=f"{note} ({who})" if who else note,
            )


def _report(
    report: "_Element",
    measurand: "_Element",
    entered: e.EquipmentEntered,
    mapping: MappingFile,
    notes: list[Phrase],
) -> Tree | None:
    number = report.get("id", "")
    place = Phrase("{equipment}, report {number}", equipment=entered.equipment, number=number)
    try:
        content = _content(report, measurand, mapping, place)
    except (BadInput, BudgetError, InvalidNumber) as refusal:
        notes.append(Phrase("Not taken: {place}: {why}", place=place, why=refusal))
        return None
    dated = _day(_text(report, "measurementStopDate"), place)
    months = _months(measurand, place)
    issuer = _text(report, "issuingLaboratory")
    certificate: Tree = {
        "number": number,
        "issuer": issuer,
        "date": dated,
        "due": months_later(dated, months) if months > 0 else dated,
        "standard": f"{entered.maker} {entered.type}",
        "serial": entered.serial,
        "traceability": f"As stated in report {number} of {issuer}",
    }
    return {"certificate": certificate | msl_own.head(report, place), **content}


def _content(report: "_Element", measurand: "_Element", mapping: MappingFile, place: Place) -> Tree:
    """Return all figures of a report; one that cannot be taken refuses the whole of it."""
    quantity = measurand.get("quantity", "")
    parent = report.getparent()
    component = "" if parent is None else parent.get("name", "")
    own = iter(msl_own.frames(report))
    found: Tree = {}
    for child in report:
        frame = None
        kind = str(child.tag).rpartition("}")[2]
        if kind in FIGURES:
            frame = next(own, None)
        if kind == "table":
            names = (report.get("id", ""), component, quantity)
            table = (
                _table(child, names, mapping, place)
                if frame is None
                else msl_own.table(child, frame, place)
            )
            found.setdefault("table", []).append(table)
        elif kind in FIGURES:
            made = _equation(child, quantity, place) if kind == "equation" else _cvd(child, place)
            said = {} if frame is None else msl_own.framed(frame, place)
            found.setdefault("equation", []).append(made | said)
        elif kind == "serialised":
            raise BadInput("a serialised archive of GTC is in it, which is not read.")
    if not found:
        raise BadInput("neither a table nor an equation is in it; import its file.")
    return found


def _table(child: "_Element", names: tuple[str, ...], mapping: MappingFile, place: Place) -> Tree:
    heads = _split(_text(child, "header"))
    units = [unit(dsi(each), place) for each in _split(_text(child, "unit"))]
    lines = csv.reader((child.findtext(_tag("data")) or "").strip().splitlines())
    rows = [[cell.strip() for cell in row] for row in lines if row]
    if not rows or any(len(row) != len(heads) or len(row) != len(units) for row in rows):
        raise BadInput("its columns are of different lengths.")
    if len(rows) > MOST_ROWS:
        raise BadInput(
            "it has {count} rows; at most {most} are read.", count=len(rows), most=MOST_ROWS
        )
    columns = tuple(
        Column(
            names=(head,),
            kinds=frozenset(),
            symbol=stated.symbol,
            values=tuple(scaled(decimal(row[i], place), stated.power) for row in rows),
        )
        for i, (head, stated) in enumerate(zip(heads, units, strict=True))
    )
    table = Columns(names, place, columns, len(rows), None)
    said = of_table(mapping, table, 0)
    found = roles(table, said)
    if said is None or not is_table_of_results(found):
        raise BadInput("columns {columns}. {help}", columns=table.described(), help=HELP)
    symbol = unit_of(found)
    quantity = said.quantity or QUANTITIES.get(symbol) or _slug(names[-1])
    return {
        "quantity": quantity,
        "unit": symbol,
        "range": ranges(points(table, found), said, None),
    }


def _equation(child: "_Element", quantity: str, place: Place) -> Tree:
    value = child.find(_tag("value"))
    names = [] if value is None else value.get("variables", "").split()
    if value is None or len(names) != 1:
        raise BadInput("an equation in {count} variables; one is taken.", count=len(names))
    text = re.sub(r"pow\(\s*(\w+)\s*,\s*(\d+)\s*\)", r"\1**\2", value.text or "")
    text = re.sub(rf"\b{re.escape(names[0])}\b", "x", text)
    limits = child.find(f"{_tag('ranges')}/{_tag('range')}")
    symbol = _text(child, "unit")
    return {
        "quantity": QUANTITIES.get(symbol, _slug(quantity)),
        "unit": symbol,
        # The register does not name the unit of the variable; a reading is in that of the value.
        "argument_unit": symbol,
        "gives": "value",
        **_span(limits, place),
        # Its numbers stand in the text; a certificate file wants a coefficient, so it is 1.
        "expression": f"unity*({text.strip()})",
        "coefficients": [{"name": "unity", "value": Decimal(1), "u": Decimal(0)}],
        "fit_uncertainty": _fit(child, place),
    }


def _cvd(child: "_Element", place: Place) -> Tree:
    found = {name: decimal(_text(child, name) or "0", place) for name in ("R0", "A", "B", "C", "D")}
    if found.pop("D"):
        raise BadInput("its equation has a coefficient D; IEC 60751 has none.")
    return {
        "quantity": "temperature",
        "unit": "Ω",
        "argument_unit": "°C",
        "gives": "indication",
        **_span(child.find(_tag("range")), place),
        "function": "callendar-van-dusen",
        "coefficients": [
            # The register states one uncertainty for all: that of the fit.
            {"name": name, "value": value, "u": Decimal(0)}
            for name, value in found.items()
        ],
        "fit_uncertainty": _fit(child, place),
    }


def _span(limits: "_Element | None", place: Place) -> Tree:
    if limits is None:
        raise BadInput("its equation has no range.")
    low, high = (decimal(_text(limits, name), place) for name in ("minimum", "maximum"))
    return {"low": low, "high": high}


def _fit(child: "_Element", place: Place) -> Decimal:
    """Return the standard uncertainty, where it is one number, perhaps written as U/k."""
    stated = child.find(_tag("uncertainty"))
    if stated is None or stated.get("variables", "").split():
        raise BadInput("its uncertainty depends on variables; one number is taken.")
    text = (stated.text or "").strip()
    if "/" not in text:
        return decimal(text, place)
    try:
        return Decimal(repr(float(parse(text, [])())))
    except ArithmeticError as error:
        raise BadInput("its uncertainty {text!r} is no number.", text=text[:40]) from error


def _months(measurand: "_Element", place: Place) -> int:
    """Return the interval between calibrations; 0 where there is none."""
    years = decimal(measurand.get("calibrationInterval", "0"), place)
    if not 0 <= years <= MOST_YEARS:
        raise BadInput("{place}: an interval of {years} years.", place=place, years=years)
    return round(12 * float(years))


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


def _slug(text: str) -> str:
    return "-".join(re.findall(r"\w+", text.casefold())) or "quantity"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(element: "_Element", name: str) -> str:
    return " ".join((element.findtext(_tag(name)) or "").split())[:LONGEST]


def _day(text: str, place: Place) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "{place}: {text!r} is not a day (YYYY-MM-DD).", place=place, text=text
        ) from error
