"""A DCC that a station's register wrote (`station.register.equipment_dcc`), as its file again.

Such a document is a transcription: it says so, and whoever takes it in is told so.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from station.certificate.reading import elements, text_of
from station.errors import BadInput
from station.register.imports.columns import MOST_ROWS
from station.register.imports.figures import decimal
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

MARK = "station_transcription"
LINK = "urn:calibration-station:refType"

CERTIFICATE = "certificate"
POINTS = "points"
LISTS = ("table", "equation")
DAYS = ("date", "due")

CORRECTION = "basic_measurementError_correction"
COLUMNS = {
    "nominal": "basic_nominalValue",
    "hertz": "basic_frequency",
    "deviation": CORRECTION,
    "dof": "station_degreesOfFreedom",
}
"""Key of a point → the refType of its column; U and k stand with the deviation."""

ORDER = ("nominal", "deviation", "U", "k", "hertz", "dof")


def is_transcription(root: "_Element") -> bool:
    """Tell whether a DCC says that it is one."""
    path = f"dcc:administrativeData/dcc:statements/dcc:statement[@refType='{MARK}']"
    return next(elements(root, path), None) is not None


def read(root: "_Element", *, name: str) -> Tree:
    """Return the certificate file that was transcribed, digit for digit.

    Raises:
        BadInput: it is not as a register writes it.
    """
    tree: Tree = {}
    path = "dcc:measurementResults/dcc:measurementResult/dcc:results/dcc:result/dcc:data/dcc:list"
    for part in elements(root, path):
        key = text_of(part, "dcc:name/dcc:content")
        if key == CERTIFICATE:
            tree[key] = _table(part, name)
        elif key in LISTS:
            tree.setdefault(key, []).append(_table(part, name))
    if CERTIFICATE not in tree:
        raise BadInput("{name}: a transcription without the certificate's own table.", name=name)
    for key in DAYS:
        text = str(tree[CERTIFICATE].get(key, ""))
        try:
            tree[CERTIFICATE][key] = date.fromisoformat(text)
        except ValueError as error:
            raise BadInput(
                "{name}: {key} {text!r} is not a day (YYYY-MM-DD).",
                name=name,
                key=key,
                text=text[:20],
            ) from error
    for equation in tree.get("equation", []):
        for key in ("correlations", "covariance"):
            if key in equation:
                equation[key] = [list(row.values()) for row in equation[key]]
    return tree


def _table(rows: "_Element", name: str) -> Tree:
    table: Tree = {}
    for quantity in elements(rows, "dcc:quantity"):
        table[_key(quantity, name)] = _scalar(quantity, name)
    for inner in elements(rows, "dcc:list"):
        key = _key(inner, name)
        found = list(_points(inner, name)) if key == POINTS else [_table(inner, name)]
        table.setdefault(key, []).extend(found)
    return table


def _key(element: "_Element", name: str) -> str:
    key = text_of(element, "dcc:name/dcc:content")
    if not key:
        raise BadInput("{name}: a list or quantity without a name in a transcription.", name=name)
    return key[:60]


def _scalar(quantity: "_Element", name: str) -> Any:
    number = next(elements(quantity, "si:real/si:value"), None)
    if number is not None:
        return decimal(number.text or "", name)
    return text_of(quantity, "dcc:noQuantity/dcc:content")


def _points(columns: "_Element", name: str) -> Iterator[Tree]:
    found: dict[str, list[Decimal]] = {}
    for quantity in elements(columns, "dcc:quantity"):
        key = _key(quantity, name)
        found[key] = _numbers(quantity, "valueXMLList", name)
        if quantity.get("refType") == CORRECTION:
            found["U"] = _numbers(quantity, "valueExpandedMUXMLList", name)
            found["k"] = _numbers(quantity, "coverageFactorXMLList", name)
    rows = {len(values) for values in found.values()}
    if len(rows) != 1:
        raise BadInput("{name}: points with columns of different lengths.", name=name)
    ordered = [(key, found[key]) for key in ORDER if key in found]
    for row in range(rows.pop()):
        yield {key: values[row] for key, values in ordered}


def _numbers(quantity: "_Element", element: str, name: str) -> list[Decimal]:
    words = text_of(quantity, f".//si:{element}").split()
    if len(words) > MOST_ROWS:
        raise BadInput(
            "{name}: {count} values; at most {most} are read.",
            name=name,
            count=len(words),
            most=MOST_ROWS,
        )
    return [decimal(word, name) for word in words]
