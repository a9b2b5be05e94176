"""Labels for items and equipment: what was done, when, until when, and a code to check it with.

A label says nothing of the next calibration unless the customer agreed (ISO/IEC 17025:2017,
7.8.4.3); equipment that must not be used is marked as such (6.4.9). A label is not the verification
stamp of Vietnamese law, whose form, series and numbers the authority sets (Thông tư
24/2013/TT-BKHCN, Art. 38-41; its successor 54/2025/TT-BKHCN was not seen); nothing is made for an
instrument that failed.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files

from station.certificate.basis import document_of, read_record
from station.certificate.document import Document
from station.certificate.kinds import LABELS_OF, Kind
from station.certificate.labels import LABELS
from station.certificate.pdf import checked_by
from station.certificate.texts import Languages, Text, day, say
from station.certificate.validity import UNTIL
from station.certificate.wording import DIGEST_SHOWN
from station.errors import BadInput, Refused, Tampered
from station.locale import N_
from station.records.about import certificate_numbered
from station.records.store import Store
from station.register import book, lives
from station.register.equipment_standing import due_of, standing
from station.register.state import Equipment


class Format(StrEnum):
    """What a label is written as."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a label (mm)."""

    width: float = 50.0
    height: float = 30.0


SMALLEST, LARGEST = 12.0, 200.0
"""Sides of a label (mm)."""

SMALLEST_MODULE = 0.25
"""Side (mm) of a module of a code that a telephone's camera reads; a choice of ours."""

PIXELS_PER_INCH = 600


@dataclass(frozen=True, slots=True)
class Line:
    """One line; without a value it is a warning."""

    label: Text
    value: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label: who issues, lines, what the code holds, in which languages."""

    name: str
    heading: str
    lines: tuple[Line, ...]
    code: str
    languages: Languages = Languages.BOTH


def of_certificate(store: Store, number: str) -> Label:
    """Return the label of the item that a certificate is of.

    Raises:
        BadInput: there is no such certificate.
        Refused: it is not in force, or the item failed its verification.
        Tampered: its journal is not the one that it was computed from.
    """
    kept = certificate_numbered(store, number)
    gone = lives.fate(book.read(store), number)
    if gone:
        raise Refused(
            "Certificate {number} is not in force: {gone}. There is no label for it.",
            number=number,
            gone=gone,
        )
    record = read_record(store, kept.run, entries=kept.entries)
    if record.work.head != kept.head:
        raise Tampered(
            "Certificate {number}: the journal of run {run} is not the one it was issued "
            "from. Run `station audit` and restore the store from a backup.",
            number=number,
            run=kept.run,
        )
    document = document_of(store, record, kept)
    if document.kind is Kind.NOTICE:
        raise Refused(
            "{number} is a notice: what did not pass its verification gets no label.", number=number
        )
    code = checked_by(document.house.check, number, store.document(kept.xml))
    lines = tuple(_lines(document))
    return Label(number, document.laboratory.name, lines, code, document.languages)


def _lines(document: Document) -> Iterator[Line]:
    labels = LABELS | LABELS_OF[document.kind]
    if document.simulated:
        yield Line(say(labels["simulated"]))
    due = document.order.next_due
    for key, value in (
        ("certificate", document.number),
        ("serial", document.item.serial),
        ("asset", document.item.asset),
        ("performed", _day(document.performed_to, document.languages)),
    ):
        if value:
            yield Line(say(labels[key]), value)
    if due is not None and document.kind in UNTIL:
        yield Line(say(UNTIL[document.kind]), _day(due, document.languages))


def _day(on: date, languages: Languages) -> str:
    return day(on).en if languages is Languages.ENGLISH else day(on).vi


def of_equipment(equipment: Equipment, today: date) -> Label:
    """Return the label of the laboratory's own equipment, as it stands today."""
    said, certificate = equipment.entered, equipment.in_use
    lines = [Line(say(N_("Equipment")), said.equipment), Line(say(LABELS["serial"]), said.serial)]
    against = [each for each in standing(equipment, today) if each.override is None]
    code = said.equipment
    if against or certificate is None:
        lines.append(Line(say(N_("OUT OF SERVICE"))))
    else:
        due = due_of(equipment)
        assert due is not None
        code = f"{code} {certificate.number} {certificate.document[:DIGEST_SHOWN]}"
        lines += [
            Line(say(LABELS["calibrated"]), _day(certificate.dated, Languages.BOTH)),
            Line(say(LABELS["due"]), _day(due, Languages.BOTH)),
        ]
    return Label(said.equipment, said.title, tuple(lines), code)


def render(labels: Sequence[Label], size: Size, format_: Format) -> list[bytes]:
    """Return the labels: one PDF with a page for each, or a picture of each; always the same bytes.

    Raises:
        BadInput: a label is too small for what stands on it.
    """
    import typst

    given = {
        "width": size.width,
        "height": size.height,
        "labels": [_content(label, size) for label in labels],
    }
    try:
        made = typst.compile(
            (files("station.certificate") / "item_label.typ").read_bytes(),
            ignore_system_fonts=True,
            format=format_.value,
            ppi=PIXELS_PER_INCH,
            sys_inputs={"labels": json.dumps(given, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        if "too small" not in error.message:
            raise
        raise _too_small(size) from error
    return made if isinstance(made, list) else [made]


def _content(label: Label, size: Size) -> dict[str, object]:
    import segno

    code = segno.make_qr(label.code, error="m")
    modules = code.symbol_size(border=4)[0]
    if _side(size) < modules * SMALLEST_MODULE:
        raise _too_small(size)
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False)
    return {
        "heading": label.heading,
        "lines": [
            {
                "label": _printed(line.label, label.languages),
                "value": line.value,
                "loud": not line.value,
            }
            for line in label.lines
        ],
        "qr": out.getvalue().decode(),
        "code": label.code,
    }


def _printed(text: Text, languages: Languages) -> dict[str, str]:
    """Return a text as the layout takes it: in one language both are the same."""
    first = text.en if languages is Languages.ENGLISH else text.vi
    return {"vi": first, "en": text.en if languages is Languages.BOTH else first}


def _side(size: Size) -> float:
    """Return the side (mm) of the code, as the layout has it."""
    width, height = size.width - 3.0, size.height - 3.0
    return min(width, 0.45 * height) if height > width else min(height, 0.45 * width)


def _too_small(size: Size) -> BadInput:
    return BadInput(
        "A label of {width:g} × {height:g} mm is too small for what stands on it. Give a "
        "larger --size.",
        width=size.width,
        height=size.height,
    )
