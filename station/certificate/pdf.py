"""A certificate on paper: A4, Vietnamese large and English small, PDF/A-3a with the XML attached.

ISO 19005-3; the attachment is an equal representation of the same content ("Alternative").
"""

import hashlib
import io
import json
from importlib.resources import files
from typing import Any

from station.certificate.document import Document
from station.certificate.figures import Figure
from station.certificate.further import Further
from station.certificate.kinds import LABELS_OF
from station.certificate.labels import LABELS
from station.certificate.plot import plot
from station.certificate.remarks import remark
from station.certificate.results import VERDICTS, Group, Line, Section, Table
from station.certificate.sources import as_printed, is_unverified
from station.certificate.texts import Text, same, say
from station.certificate.wording import CLAUSES, DIGEST_SHOWN, Topic
from station.locale import N_
from station.metrology.conformity import Verdict
from station.run.entries import Inspected
from station.run.plan import BoundInstrument

ATTACHMENT = "dcc.xml"

HEADINGS = (
    "point", "nominal", "frequency", "reference", "indication", "error", "uncertainty", "limits",
    "acceptance", "verdict",
)  # fmt: skip
"""Labels above narrow columns."""

ELSEWHERE = (Topic.ADJUSTMENT, Topic.PERSONS, Topic.AMENDMENT)
"""Statements printed where they matter and not among the notes: at the results, the signatures,
the number."""


def render_pdf(document: Document, dcc_xml: bytes) -> bytes:
    """Return the certificate as PDF/A-3a with `dcc_xml` attached; the same bytes every time."""
    import typst

    code = authenticity(document.number, dcc_xml)
    compiled: bytes = typst.compile(
        (files("station.certificate") / "certificate.typ").read_bytes(),
        ignore_system_fonts=True,
        pdf_standards="a-3a",
        timestamp=document.issued,
        sys_inputs={
            "document": json.dumps(_content(document, code), ensure_ascii=False, sort_keys=True),
            "qr": qr(checked_by(document.house.check, document.number, dcc_xml)),
            "logo": document.house.logo,
            "mark": document.house.mark,
            "xml": dcc_xml.decode(),
            "attachment": ATTACHMENT,
        },
    )
    return compiled


def authenticity(number: str, dcc_xml: bytes) -> str:
    """Return what the QR code says: the number and the beginning of the XML's SHA-256."""
    return f"{number} {hashlib.sha256(dcc_xml).hexdigest()[:DIGEST_SHOWN]}"


def checked_by(check: str, number: str, dcc_xml: bytes) -> str:
    """Return what QR codes hold: the laboratory's own address, or where it has none, the code."""
    code = authenticity(number, dcc_xml)
    if not check:
        return code
    return check.replace("{number}", number).replace("{digest}", code.split()[1])


def qr(code: str) -> str:
    """Return a QR code as SVG, without a margin."""
    import segno

    out = io.BytesIO()
    segno.make_qr(code, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def _content(document: Document, code: str) -> dict[str, Any]:
    labels = LABELS | LABELS_OF[document.kind]
    return {
        "labels": {key: _both(say(label)) for key, label in labels.items()}
        | {key: _both(_glued(say(labels[key]))) for key in HEADINGS}
        | {f"own-{n}": _both(own.label) for n, own in enumerate(document.house.fields)},
        "header": _both(document.house.header) if document.house.header else None,
        "footer": _both(document.house.footer) if document.house.footer else None,
        "number": document.number,
        "code": code.split(),
        "title": _both(document.title),
        "subject": _both(document.subject),
        "simulated": document.simulated,
        "laboratory": document.laboratory.model_dump(),
        "customer": document.order.customer.model_dump(),
        "fields": _fields(document),
        "standards": [_standard(standard) for standard in document.standards],
        "verdict": _both(document.conclusion),
        "inspections": [
            _inspection(one) for one in (document.verified.inspections if document.verified else ())
        ],
        "persons": _persons(document),
        "issued": f"{document.issued:%d/%m/%Y}",
        "sections": [_section(section) for section in document.sections],
        "notes": [
            {"mark": note.mark, "topic": note.topic.value, **_both(note.text)}
            for note in document.notes
            if note.topic not in ELSEWHERE
        ],
        "elsewhere": {
            note.topic.value: _both(note.text) for note in document.notes if note.topic in ELSEWHERE
        },
    }


def _persons(document: Document) -> list[list[str]]:
    """Return label and name of whoever answers for the certificate; the reviewer where named."""
    reviewer = document.acts.reviewed_by
    return [
        ["calibrated_by", ", ".join(document.operators)],
        *([["reviewed_by", reviewer]] if reviewer else []),
        ["approved_by", document.issued_by],
    ]


def _fields(document: Document) -> list[list[Any]]:
    """The first page's fields, in the order of ISO/IEC 17025:2017, 7.8.2; empty ones left out."""
    item, order, software, origin = (
        document.item,
        document.order,
        document.software,
        document.origin,
    )
    performed = f"{document.performed_from:%d/%m/%Y}"
    if document.performed_to != document.performed_from:
        performed += f" – {document.performed_to:%d/%m/%Y}"
    fields: tuple[tuple[str, Text | str], ...] = (
        ("item", item.title),
        ("maker", item.maker or "–"),
        ("model", item.model or "–"),
        ("serial", item.serial or "–"),
        ("firmware", item.firmware),
        ("asset", item.asset),
        ("condition", item.condition),
        ("details", _details(document)),
        ("order", order.number),
        ("received", f"{order.received:%d/%m/%Y}" if order.received else ""),
        ("performed", performed),
        ("place", document.place),
        ("method", document.method),
        ("verification", document.verified.document if document.verified else ""),
        ("operation", document.verified.operation if document.verified else ""),
        ("environment", _environment(document)),
        *((f"own-{number}", own.value) for number, own in enumerate(document.house.fields)),
        (
            "software",
            "; ".join(
                [
                    *(_versioned(p.name, p.version, p.digest) for p in software.programs),
                    _versioned(
                        software.procedure, str(software.revision), software.procedure_digest
                    ),
                ]
            ),
        ),
        ("record", f"{origin.run}, {origin.entries}, {origin.head}"),
    )
    return [
        [key, _both(value if isinstance(value, Text) else same(value))]
        for key, value in fields
        if value and value != same("")
    ]


def _versioned(name: str, version: str, digest: str) -> str:
    return f"{name} {version} ({digest[:DIGEST_SHOWN]})" if digest else f"{name} {version}"


def _details(document: Document) -> Text:
    stated = [
        say(N_("{label} {value}"), label=detail.label, value=detail.value)
        for detail in document.item.details
    ]
    return Text("; ".join(one.vi for one in stated), "; ".join(one.en for one in stated))


def _environment(document: Document) -> Text:
    def span(figures: tuple[Figure, Figure], unit: str) -> str:
        low, high = figures
        shown = low.shown if low == high else f"{low.shown} – {high.shown}"
        return f"{shown} {unit}"

    air = document.environment
    figures = f"{span(air.celsius, '°C')}; {span(air.humidity, '% RH')}"
    if air.pressure is not None:
        figures += f"; {span(air.pressure, 'hPa')}"
    return Text(f"{figures} ({air.remark.vi})", f"({air.remark.en})")


def _standard(standard: BoundInstrument) -> dict[str, Any]:
    return {
        "title": _both(say(standard.title)),
        "serial": standard.serial,
        "certificate": standard.certificate or "–",
        "issuer": standard.certificate_issuer or "–",
        "calibrated": f"{standard.calibrated:%d/%m/%Y}" if standard.calibrated else "–",
        "due": f"{standard.due:%d/%m/%Y}" if standard.due else "–",
        "traceability": standard.traceability or "–",
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": _both(section.title),
        "verdict": _both(say(VERDICTS[section.verdict])),
        "tables": [_table(table) for table in section.tables],
        "further": [_further(line) for line in section.further],
    }


def _further(line: Further) -> dict[str, Any]:
    return {
        "title": _both(line.title),
        "value": line.value.shown,
        "uncertainty": "–" if line.uncertainty is None else line.uncertainty.shown,
        "unit": line.unit,
        "source": _both(say(as_printed(line.source) or "–")),
        "mark": CLAUSES if is_unverified(line.source) else "",
    }


def _inspection(inspected: Inspected) -> dict[str, Any]:
    return {
        "text": _both(say(inspected.text)),
        "clause": as_printed(inspected.clause) or "–",
        "mark": CLAUSES if is_unverified(inspected.clause) else "",
        "outcome": _both(say(VERDICTS[Verdict.PASS if inspected.passed else Verdict.FAIL])),
        "failed": not inspected.passed,
    }


def _units(group: Group) -> Text:
    values, errors = say(VALUES_IN, unit=group.value_unit), say(ERRORS_IN, unit=group.error_unit)
    return say("{values}; {errors}", values=values, errors=errors)


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": _both(table.title),
        "alternating": table.alternating,
        "headings": _headings(table),
        "groups": [_group(group) for group in table.groups],
        "remark": _both(said) if (said := remark(table)) else None,
        "plot": plot(table),
    }


def _headings(table: Table) -> dict[str, dict[str, str]]:
    if table.headings is None:
        return {}
    left, right = table.headings
    return {"reference": _both(_glued(left)), "indication": _both(_glued(right))}


def _glued(text: Text) -> Text:
    """Keep the last two syllables together, mostly one word: "chấp nhận", "danh nghĩa"."""
    return Text("\u00a0".join(text.vi.rsplit(" ", 1)), text.en)


def _group(group: Group) -> dict[str, Any]:
    rows = [_row(line) for line in group.lines]
    for key in ALIGNED:
        _align([row for row in rows if key in row], key)
    return {
        "range": group.range,
        "units": _both(_units(group)),
        "rows": rows,
    }


VALUES_IN, ERRORS_IN = N_("values in {unit}"), N_("error, U, limits in {unit}")
FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"

ALIGNED = ("nominal", "reference", "indication", "error", "uncertainty", "limits", "acceptance")


def _row(line: Line) -> dict[str, Any]:
    row = {
        "number": str(line.number),
        "nominal": line.nominal.shown,
        "label": None if line.label is None else _both(line.label),
        "frequency": line.frequency,
        "limits": _limits(line.lower, line.upper),
        "verdict": _both(say(VERDICTS[line.verdict])),
        "failed": line.verdict.value.endswith("fail"),
        "mark": line.mark,
        "overload": line.result is None,
    }
    if line.result is not None:
        row |= {
            "reference": line.result.reference.shown,
            "indication": line.result.indication.shown,
            "error": line.result.error.shown,
            "uncertainty": line.result.uncertainty.shown,
            "k": line.result.k.shown,
            "acceptance": "–"
            if line.verdict is Verdict.NOT_ASSESSABLE
            else _limits(line.result.acceptance_lower, line.result.acceptance_upper),
        }
    return row


def _limits(lower: Figure, upper: Figure) -> str:
    if lower.exact == -upper.exact:
        return f"± {upper.shown}"
    return f"{lower.shown} … {upper.shown}"


def _align(rows: list[dict[str, Any]], key: str) -> None:
    """Follow each number with spaces as wide as comma and digits, so that the commas align."""
    tails = [row[key].partition(",")[2] for row in rows]
    widest = max(map(len, tails), default=0)
    for row, tail in zip(rows, tails, strict=True):
        comma = "" if tail or not widest else PUNCTUATION_SPACE
        row[key] += comma + FIGURE_SPACE * (widest - len(tail))


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
