"""Equipment as a register of msl-equipment: the XML that `station.register.imports.msl` reads.

Order of elements: equipment-register.xsd 0.2.1 (github.com/MSLNZ/equipment-register-schema, MIT).
Its lists of teams, rooms, staff and identifiers are those of one laboratory and are not kept. What
its reports have no place for (last day of use, ends and stability of ranges) stands under
`acceptanceCriteria`, where the schema allows anything, in a namespace of our own.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from station.register import entries as e
from station.register.imports.msl import ACTIVE, NOBODY
from station.register.imports.msl_own import NAMESPACE, OWN
from station.register.state import Equipment
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

QUANTITIES = {
    "dc-voltage": "Voltage DC", "ac-voltage": "Voltage AC", "dc-current": "Current DC",
    "ac-current": "Current AC", "temperature": "Temperature", "humidity": "Humidity",
    "mass": "Mass", "length": "Length", "frequency": "Frequency", "capacitance": "Capacitance",
}  # fmt: skip
"""Quantity as the procedures call it → as the schema does; others keep their name."""

NAMESPACES = {"msl": NAMESPACE, "station": OWN}

COLUMNS = ("nominal", "deviation", "U", "k", "hertz", "dof")
PERFORMED = re.compile(r"(?P<note>.+) \((?P<by>[^()]+)\)", re.DOTALL)

Kept = Sequence[tuple[e.CertificateEntered, Tree]]
"""Certificates of a piece of equipment with their files."""


def write_register(pieces: Sequence[tuple[Equipment, Kept]]) -> tuple[bytes, list[str]]:
    """Return the XML of a register, and in sentences what it has no place for."""
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}register", {"team": "–"}, nsmap=NAMESPACES)
    notes: list[str] = []
    for equipment, kept in pieces:
        _equipment(root, equipment, kept, notes)
    etree.indent(root, space=" ")
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    return content, notes


def _add(
    parent: "_Element", tag: str, text: str | None = None, /, own: str = NAMESPACE, **said: str
) -> "_Element":
    from lxml.etree import SubElement

    element = SubElement(parent, f"{{{own}}}{tag}", said)
    element.text = text
    return element


def _equipment(root: "_Element", equipment: Equipment, kept: Kept, notes: list[str]) -> None:
    said = equipment.entered
    piece = _add(root, "equipment", enteredBy=said.by)
    for name, text in (
        ("id", said.equipment),
        ("manufacturer", said.maker),
        ("model", said.type),
        ("serial", said.serial),
        ("description", said.title),
        ("specifications", None),
        ("location", said.location),
        ("status", "Retired" if equipment.retired else ACTIVE),
        ("loggable", "false"),
        ("traceable", "true" if kept else "false"),
    ):
        _add(piece, name, text)
    calibrations = _add(piece, "calibrations")
    _calibrations(calibrations, equipment, kept, notes)
    _services(piece, equipment, notes)
    firmware = _add(piece, "firmware")
    if said.firmware:
        entered = equipment.log[0][0].date() if equipment.log else kept[0][0].dated
        _add(firmware, "version", said.firmware, date=entered.isoformat())
    for name in ("specifiedRequirements", "referenceMaterials", "qualityManual"):
        _add(piece, name)


def _services(piece: "_Element", equipment: Equipment, notes: list[str]) -> None:
    maintenance = _add(piece, "maintenance")
    _add(maintenance, "planned")
    completed, alterations = _add(maintenance, "completed"), _add(piece, "alterations")
    for each in equipment.history:
        day = each.on.isoformat()
        note, by = performed(each.note)
        if each.what is e.ServiceKind.MAINTENANCE:
            days = {"dueDate": day, "completedDate": day}
            _add(completed, "task", note, **days, performedBy=by)
        elif each.what is e.ServiceKind.REPAIR:
            _add(alterations, "alteration", note, date=day, performedBy=by)
        elif each.what is not e.ServiceKind.ADJUSTMENT:
            notes.append(f"{each.equipment}: {each.what.value} of {day} has no place in it.")


def performed(note: str) -> tuple[str, str]:
    """Return what was done, and who did it where the note says so."""
    found = PERFORMED.fullmatch(note)
    return (found["note"], found["by"]) if found else (note or NOBODY, NOBODY)


def _calibrations(
    calibrations: "_Element", equipment: Equipment, kept: Kept, notes: list[str]
) -> None:
    months = equipment.entered.interval_months or 0
    years = f"{Decimal(months) / 12:.4f}".rstrip("0").rstrip(".")
    components: dict[str, _Element] = {}
    for entered, tree in kept:
        for quantity, parts in _by_quantity(tree).items():
            if quantity not in components:
                named = QUANTITIES.get(quantity, quantity)
                measurand = _add(
                    calibrations, "measurand", quantity=named, calibrationInterval=years
                )
                components[quantity] = _add(measurand, "component", name="")
            _report(components[quantity], entered, tree, parts, notes)
    adjusted = [each for each in equipment.history if each.what is e.ServiceKind.ADJUSTMENT]
    for each in adjusted:
        if components:
            component = next(iter(components.values()))
            _add(component, "adjustment", each.note or NOBODY, date=each.on.isoformat())
        else:
            notes.append(f"{each.equipment}: adjustment of {each.on} has no place in it.")


def _by_quantity(tree: Tree) -> dict[str, list[tuple[str, Tree]]]:
    found: dict[str, list[tuple[str, Tree]]] = {}
    for kind in ("table", "equation"):
        for part in tree.get(kind, []):
            found.setdefault(part["quantity"], []).append((kind, part))
    return found


def _report(
    component: "_Element",
    entered: e.CertificateEntered,
    tree: Tree,
    parts: Sequence[tuple[str, Tree]],
    notes: list[str],
) -> None:
    report = _add(component, "report", id=entered.number, enteredBy=entered.by)
    for name in ("reportIssueDate", "measurementStartDate", "measurementStopDate"):
        _add(report, name, entered.dated.isoformat())
    _add(report, "issuingLaboratory", entered.issuer)
    _add(report, "technicalProcedure", NOBODY)
    _add(report, "conditions")
    own = _add(report, "acceptanceCriteria")
    head = {name: str(tree["certificate"][name]) for name in ("due", "standard", "traceability")}
    _add(own, "certificate", own=OWN, **head)
    for kind, part in parts:
        if kind == "table":
            _table(report, own, part)
        elif not _equation(report, own, part):
            notes.append(
                f"{entered.equipment}, certificate {entered.number}: the equation of "
                f"{part['quantity']} has uncertain coefficients, which have no place in it."
            )
    if not any(str(child.tag).endswith(("table", "equation", "Coefficients")) for child in report):
        file = _add(report, "file")
        _add(file, "url", f"{entered.number}.toml")
        _add(file, "sha256", entered.document)


def _table(report: "_Element", own: "_Element", table: Tree) -> None:
    for each in table["range"]:
        _frame(own, each, quantity=table["quantity"], unit=table["unit"])
        points = each["points"]
        keys = [key for key in COLUMNS if any(key in point for point in points)]
        units = {"hertz": "Hz", "k": "1", "dof": "1"}
        written = _add(report, "table", comment=f"{table['quantity']}: value = nominal + deviation")
        _add(written, "type", ",".join("double" for _ in keys))
        _add(written, "unit", ",".join(units.get(key, str(table["unit"])) for key in keys))
        _add(written, "header", ",".join(keys))
        rows = (",".join(str(point.get(key, "")) for key in keys) for point in points)
        _add(written, "data", "\n".join(rows))


def _frame(own: "_Element", part: Mapping[str, Any], **said: str) -> "_Element":
    """Append what a range or an equation has beside its figures."""
    scalars = {key: str(value) for key, value in part.items() if not isinstance(value, list)}
    frame = _add(own, "frame", own=OWN, **said, **scalars)
    for each in part.get("stability", ()):
        _add(frame, "stability", own=OWN, **{key: str(value) for key, value in each.items()})
    return frame


def _equation(report: "_Element", own: "_Element", part: Tree) -> bool:
    """Append an equation whose coefficients are exact; tell whether it was one."""
    coefficients = {each["name"]: each["value"] for each in part["coefficients"]}
    if part.get("covariance") or any(each.get("u") for each in part["coefficients"]):
        return False
    if part.get("function") == "callendar-van-dusen":
        written = _add(report, "cvdCoefficients")
        for name in ("R0", "A", "B", "C"):
            _add(written, name, str(coefficients[name]))
        _add(written, "D", "0")
    elif part.get("expression") and part["gives"] == "value":
        written = _add(report, "equation")
        text = _in_numbers(part["expression"], coefficients)
        _add(written, "value", text, variables="x")
    else:
        return False
    _add(written, "uncertainty", str(part.get("fit_uncertainty", 0)), variables="")
    _limits(written, part)
    kept = ("quantity", "argument_unit", "k", "dof", "stability")
    _frame(own, {key: part[key] for key in kept if key in part})
    return True


def _limits(written: "_Element", part: Tree) -> None:
    parent, said = written, {}
    if str(written.tag).endswith("equation"):
        _add(written, "unit", part["unit"])
        parent, said = _add(written, "ranges"), {"variable": "x"}
    limits = _add(parent, "range", **said)
    _add(limits, "minimum", str(part["low"]))
    _add(limits, "maximum", str(part["high"]))


def _in_numbers(expression: str, coefficients: Mapping[str, Any]) -> str:
    """Return an expression with its coefficients as numbers, powers as the schema has them."""

    def value(found: re.Match[str]) -> str:
        name = found[0]
        return f"({coefficients[name]})" if name in coefficients else name

    plain = re.fullmatch(r"unity\*\((?P<inner>.*)\)", expression, re.DOTALL)
    text = plain["inner"] if plain else re.sub(r"[A-Za-z_]\w*", value, expression)
    return re.sub(r"\bx\*\*(\d+)", r"pow(x,\1)", text)
