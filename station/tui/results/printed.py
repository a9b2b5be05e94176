"""What is printed on a certificate, as text of a terminal."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from station.certificate.content import FIGURE_SPACE, PUNCTUATION_SPACE, content
from station.certificate.document import Document
from station.certificate.texts import Languages

Printed = dict[str, Any]

COLUMNS = (
    *("number", "nominal", "frequency", "reference", "indication"),
    *("error", "uncertainty", "k", "limits", "verdict"),
)
NO_BREAK = "\u00a0"
NUMBERS = ("reference", "indication", "error", "uncertainty", "k", "limits")
SPACES = str.maketrans({FIGURE_SPACE: " ", PUNCTUATION_SPACE: " "})


def paper(document: Document, languages: Languages) -> Group:
    """Return what is printed of `document`, in one language."""
    said = content(replace(document, languages=languages), "")
    return Group(*_blocks(_resolved(json.loads(said))))


def _resolved(value: Any) -> Any:
    """Return the value with each text as a string: printed in one language, both are the same."""
    if isinstance(value, dict):
        if value.keys() == {"vi", "en"}:
            return str(value["vi"]).translate(SPACES)
        return {key: _resolved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each) for each in value]
    return value.translate(SPACES) if isinstance(value, str) else value


def _blocks(printed: Printed) -> Iterator[RenderableType]:
    labels, laboratory = printed["labels"], printed["laboratory"]
    yield Text(printed["header"] or laboratory["name"], "bold", justify="center")
    for line in (laboratory["address"], laboratory["contact"], laboratory["accreditation"]):
        if line:
            yield Text(line, justify="center")
    yield Text(f"\n{printed['title']}", "bold", justify="center")
    yield Text(printed["subject"], justify="center")
    yield Text(f"{labels['number']} {printed['number']}\n", "bold", justify="center")
    if printed["simulated"]:
        yield Text(labels["simulated"], "bold reverse", justify="center")
        yield Text()
    yield _pairs(_first_page(printed))
    yield from _standards(printed)
    yield from _inspections(printed)
    for section in printed["sections"]:
        yield from _section(section, labels)
    yield _heading(labels["notes"])
    texts = [
        *printed["elsewhere"].values(),
        *(f"{n['mark']} {n['text']}" for n in printed["notes"]),
    ]
    for text in texts:
        yield _pairs([("·", text.strip())])
    yield Text(f"\n{labels['end']}", "bold", justify="center")
    yield Text(printed["footer"] or "", justify="center")


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold underline")


def _pairs(rows: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", max_width=28)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(label), Text(value))
    return table


def _first_page(printed: Printed) -> list[tuple[str, str]]:
    labels, customer = printed["labels"], printed["customer"]
    rows = [(labels["customer"], customer["name"]), (labels["address"], customer["address"])]
    rows += [(labels[key], value) for key, value in printed["fields"]]
    rows.append((labels["conclusion"], printed["verdict"]))
    if printed["until"]:
        rows.append((labels["until"], printed["until"]))
    rows += [(labels[key], name) for key, name in printed["persons"]]
    rows.append((labels["issued"], printed["issued"]))
    return rows


def _standards(printed: Printed) -> Iterator[RenderableType]:
    labels = printed["labels"]
    yield _heading(labels["standards"])
    for each in printed["standards"]:
        yield Text(f"{each['title']}, {each['serial']}")
        keys = ("certificate", "issuer", "calibrated", "due", "traceability")
        yield _pairs([(f"  {labels[key]}", each[key]) for key in keys])


def _inspections(printed: Printed) -> Iterator[RenderableType]:
    if printed["inspections"]:
        yield _heading(printed["labels"]["inspections"])
    for each in printed["inspections"]:
        yield Text(f"{each['text']}  ({each['clause']}): {each['outcome']}")


def _section(section: Printed, labels: Printed) -> Iterator[RenderableType]:
    yield _heading(f"{section['title']}: {section['verdict']}")
    for table in section["tables"]:
        yield Text(f"\n{table['title']}", "bold")
        yield from _groups(table, labels)
        if table["remark"]:
            yield Text(table["remark"])
    if section["further"]:
        yield Text(f"\n{labels['further']}", "bold")
    for each in section["further"]:
        unit = each["unit"]
        value = f"{each['value']} {unit}   U {each['uncertainty']} {unit}".rstrip()
        yield _pairs([(each["title"], f"{value}   {each['source']}")])


def _groups(table: Printed, labels: Printed) -> Iterator[RenderableType]:
    """Yield the ranges of a test, each under its units, all in columns of the same widths.

    A coverage factor that all points have is said once, as columns are scarce.
    """
    every = [row for group in table["groups"] for row in group["rows"]]
    factors = {row["k"] for row in every if "k" in row}
    words = labels | table["headings"] | {"uncertainty": "U", "k": "k", "number": ""}
    keys = [key for key in COLUMNS if key != "k" or len(factors) > 1]
    if not table["alternating"]:
        keys.remove("frequency")
    heads = [words[key].replace(NO_BREAK, " ") for key in keys]
    cells = [_row(row, keys, labels) for row in every]
    least = [
        max(*(cell_len(row[column]) for row in cells), *map(cell_len, head.split()), 0)
        for column, head in enumerate(heads)
    ]
    shared = f"; k = {factors.pop()}" if len(factors) == 1 else ""
    for number, group in enumerate(table["groups"]):
        yield Text(f"{labels['range']} {group['range']}: {group['units']}{shared}", "italic")
        drawn = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=number == 0)
        for key, head, width in zip(keys, heads, least, strict=True):
            if key == "verdict":
                drawn.add_column(f" {head}")
            else:
                drawn.add_column(head, justify="right", width=width)
        for row in group["rows"]:
            drawn.add_row(*_row(row, keys, labels))
        yield drawn


def _row(row: Printed, keys: list[str], labels: Printed) -> list[str]:
    if row["overload"]:
        row = dict.fromkeys(NUMBERS, "–") | row | {"indication": labels["overload"]}
    marked = f" {row['verdict']} {row['mark']}".rstrip()
    nominal = f"{row['nominal']} {row['label'] or ''}".strip()
    return [str((row | {"verdict": marked, "nominal": nominal})[key]) for key in keys]
