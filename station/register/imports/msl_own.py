"""What our own register of msl-equipment says beside what its schema has a place for.

`station.register.equipment_msl` writes it; of anybody else's register there is none.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from station.errors import BadInput
from station.register.imports.columns import MOST_ROWS
from station.register.imports.figures import Place, decimal
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "https://measurement.govt.nz/equipment-register"
OWN = "urn:calibration-station:register"

TEXTS = ("quantity", "unit", "argument_unit", "between_frequencies")
"""What is no number."""

NOT_OF_A_RANGE = ("quantity", "unit")


def frames(report: "_Element") -> "list[_Element]":
    """Return what a report says beside its figures, one for each table or equation."""
    return report.findall(f"{{{NAMESPACE}}}acceptanceCriteria/{{{OWN}}}frame")


def head(report: "_Element", place: Place) -> Tree:
    """Return what a report says of its certificate; nothing of anybody else's."""
    path = f"{{{NAMESPACE}}}acceptanceCriteria/{{{OWN}}}certificate"
    found = report.find(path)
    if found is None:
        return {}
    said: Tree = {str(key): str(value) for key, value in found.attrib.items()}
    try:
        said["due"] = date.fromisoformat(said["due"])
    except (KeyError, ValueError) as error:
        raise BadInput("{place}: no last day of use (YYYY-MM-DD).", place=place) from error
    return said


def framed(frame: "_Element", place: Place) -> Tree:
    """Return the values of a frame, numbers with their digits."""
    said: Tree = dict(_values(frame, place))
    stability = [dict(_values(each, place)) for each in frame]
    return {**said, "stability": stability} if stability else said


def _values(element: "_Element", place: Place) -> Iterator[tuple[str, Any]]:
    for key, text in element.attrib.items():
        yield str(key), str(text) if key in TEXTS else decimal(str(text), place)


def table(child: "_Element", frame: "_Element", place: Place) -> Tree:
    """Return one range of one quantity; its columns have the names of a point's keys."""
    heads = [each.strip() for each in _text(child, "header").split(",")]
    rows = [row for row in csv.reader(_text(child, "data").strip().splitlines()) if row]
    if len(rows) > MOST_ROWS or any(len(row) != len(heads) for row in rows):
        raise BadInput("its columns are of different lengths, or too long.")
    points = [
        {head: decimal(cell, place) for head, cell in zip(heads, row, strict=True) if cell.strip()}
        for row in rows
    ]
    said = framed(frame, place)
    outside = {key: said.pop(key) for key in NOT_OF_A_RANGE if key in said}
    return {**outside, "range": [{**said, "points": points}]}


def _text(child: "_Element", name: str) -> str:
    return child.findtext(f"{{{NAMESPACE}}}{name}") or ""


def merged(trees: Sequence[Tree]) -> list[Tree]:
    """Return reports of one number as one certificate, tables of one quantity as its ranges.

    Raises:
        BadInput: what they say of the certificate itself differs.
    """
    made: dict[str, Tree] = {}
    for tree in trees:
        said = tree["certificate"]
        known = made.setdefault(said["number"], {"certificate": said})
        if known["certificate"] != said:
            raise BadInput(
                "Reports {number} of one number differ in day or issuer.", number=said["number"]
            )
        for each in tree.get("table", ()):
            _add_table(known.setdefault("table", []), each)
        if "equation" in tree:
            known.setdefault("equation", []).extend(tree["equation"])
    return list(made.values())


def _add_table(tables: list[Tree], each: Tree) -> None:
    for known in tables:
        if (known["quantity"], known["unit"]) == (each["quantity"], each["unit"]):
            known["range"].extend(each["range"])
            return
    tables.append(each)
