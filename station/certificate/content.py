"""What is printed of a certificate, and where in its layout: all of it as one JSON value."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from station.certificate.document import Document
from station.certificate.figures import Figure
from station.certificate.further import Further
from station.certificate.kinds import LABELS_OF, Kind
from station.certificate.labels import LABELS
from station.certificate.plot import plot
from station.certificate.remarks import remark
from station.certificate.results import VERDICTS, Group, Line, Section, Table
from station.certificate.sources import as_printed, is_unverified, told
from station.certificate.texts import Languages, Text, day, filled, joined, numeral, say
from station.certificate.wording import CLAUSES, DIGEST_SHOWN, Topic
from station.locale import N_
from station.metrology.conformity import Verdict
from station.run.entries import Inspected
from station.run.plan import BoundInstrument

HEADINGS = (
    "point", "nominal", "frequency", "reference", "indication", "error", "uncertainty", "limits",
    "acceptance", "verdict",
)  # fmt: skip
"""Labels above narrow columns."""

ELSEWHERE = (Topic.ADJUSTMENT, Topic.PERSONS, Topic.AMENDMENT)
"""Statements printed where they matter and not among the notes: at the results, the signatures,
the number."""

VALUES_IN, ERRORS_IN = N_("values in {unit}"), N_("error, U, limits in {unit}")
FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"

ALIGNED = ("nominal", "reference", "indication", "error", "uncertainty", "limits", "acceptance")
"""Columns of numbers with as many decimals as they need."""


@dataclass(frozen=True, slots=True)
class Once:
    """A number or a day: printed once, as the large language writes it."""

    text: Text


def content(document: Document, code: str) -> str:
    """Return what is printed, as JSON; `code` is what stands beside the QR code in letters."""
    leaf = partial(_leaf, document.languages)
    return json.dumps(_content(document, code), default=leaf, ensure_ascii=False, sort_keys=True)


def _leaf(languages: Languages, value: object) -> object:
    """Return a text in the languages that are printed; where it is one, both are the same."""
    if isinstance(value, Once):
        return value.text.en if languages is Languages.ENGLISH else value.text.vi
    if not isinstance(value, Text):
        raise TypeError(type(value))
    first = value.en if languages is Languages.ENGLISH else value.vi
    return {"vi": first, "en": value.en if languages is Languages.BOTH else first}


def _content(document: Document, code: str) -> dict[str, Any]:
    labels = LABELS | LABELS_OF[document.kind]
    return {
        "labels": {key: say(label) for key, label in labels.items()}
        | {key: _glued(say(labels[key])) for key in HEADINGS}
        | {f"own-{n}": own.label for n, own in enumerate(document.house.fields)},
        "header": document.house.header,
        "footer": document.house.footer,
        "language": "en" if document.languages is Languages.ENGLISH else "vi",
        "number": document.number,
        "code": code.split(),
        "title": document.title,
        "subject": document.subject,
        "simulated": document.simulated,
        "laboratory": document.laboratory.model_dump(),
        "customer": document.order.customer.model_dump(),
        "fields": _fields(document),
        "standards": [_standard(standard) for standard in document.standards],
        "verdict": document.conclusion,
        "inspections": [
            _inspection(one) for one in (document.verified.inspections if document.verified else ())
        ],
        "persons": _persons(document),
        "issued": Once(day(document.issued)),
        "until": _until(document),
        "sections": [_section(section) for section in document.sections],
        "notes": [
            {"mark": note.mark, "topic": note.topic.value, "text": note.text}
            for note in document.notes
            if note.topic not in ELSEWHERE
        ],
        "elsewhere": {
            note.topic.value: note.text for note in document.notes if note.topic in ELSEWHERE
        },
    }


def _until(document: Document) -> Once | str | None:
    """Return until when a verification is valid (Thông tư 24/2013/TT-BKHCN, Art. 41, item 10).

    The order says the day, where there is one: an instrument may have no cycle.
    """
    if document.kind is not Kind.VERIFICATION:
        return None
    until = document.order.next_due
    return "–" if until is None else Once(day(until))


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
    performed = day(document.performed_from)
    if document.performed_to != document.performed_from:
        performed = joined((performed, day(document.performed_to)), " – ")
    fields: tuple[tuple[str, Text | Once | str], ...] = (
        ("item", item.title),
        ("maker", item.maker or "–"),
        ("model", item.model or "–"),
        ("serial", item.serial or "–"),
        ("firmware", item.firmware),
        ("asset", item.asset),
        ("condition", item.condition),
        ("details", _details(document)),
        ("order", order.number),
        ("received", Once(day(order.received)) if order.received else ""),
        ("performed", Once(performed)),
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
    return [[key, value] for key, value in fields if value]


def _versioned(name: str, version: str, digest: str) -> str:
    return f"{name} {version} ({digest[:DIGEST_SHOWN]})" if digest else f"{name} {version}"


def _details(document: Document) -> Text:
    stated = [
        say(N_("{label} {value}"), label=detail.label, value=detail.value)
        for detail in document.item.details
    ]
    return joined(stated)


def _environment(document: Document) -> Text:
    def span(figures: tuple[Figure, Figure], unit: str) -> Text:
        low, high = (figure.text for figure in figures)
        pattern = "{low} {unit}" if low == high else "{low} – {high} {unit}"
        return filled(pattern, low=low, high=high, unit=unit)

    air = document.environment
    spans = [span(air.celsius, "°C"), span(air.humidity, "% RH")]
    if air.pressure is not None:
        spans.append(span(air.pressure, "hPa"))
    figures = joined(spans)
    # Figures that stand there once already are not repeated in the small language.
    pattern = "({remark})" if document.languages is Languages.BOTH else "{figures} ({remark})"
    return Text(
        filled("{figures} ({remark})", figures=figures, remark=air.remark).vi,
        filled(pattern, figures=figures, remark=air.remark).en,
    )


def _standard(standard: BoundInstrument) -> dict[str, Any]:
    return {
        "title": say(standard.title),
        "serial": standard.serial,
        "certificate": standard.certificate or "–",
        "issuer": standard.certificate_issuer or "–",
        "calibrated": Once(day(standard.calibrated)) if standard.calibrated else "–",
        "due": Once(day(standard.due)) if standard.due else "–",
        "traceability": standard.traceability or "–",
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "verdict": say(VERDICTS[section.verdict]),
        "tables": [_table(table) for table in section.tables],
        "further": [_further(line) for line in section.further],
    }


def _further(line: Further) -> dict[str, Any]:
    return {
        "title": line.title,
        "value": Once(line.value.text),
        "uncertainty": "–" if line.uncertainty is None else Once(line.uncertainty.text),
        "unit": line.unit,
        "source": told(as_printed(line.source) or "–"),
        "mark": CLAUSES if is_unverified(line.source) else "",
    }


def _inspection(inspected: Inspected) -> dict[str, Any]:
    return {
        "text": say(inspected.text),
        "clause": as_printed(inspected.clause) or "–",
        "mark": CLAUSES if is_unverified(inspected.clause) else "",
        "outcome": say(VERDICTS[Verdict.PASS if inspected.passed else Verdict.FAIL]),
        "failed": not inspected.passed,
    }


def _units(group: Group) -> Text:
    values, errors = say(VALUES_IN, unit=group.value_unit), say(ERRORS_IN, unit=group.error_unit)
    return joined((values, errors))


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "alternating": table.alternating,
        "headings": _headings(table),
        "groups": [_group(group) for group in table.groups],
        "remark": remark(table),
        "plot": plot(table),
    }


def _headings(table: Table) -> dict[str, Text]:
    if table.headings is None:
        return {}
    left, right = table.headings
    return {"reference": _glued(left), "indication": _glued(right)}


def _glued(text: Text, syllables: int = 2) -> Text:
    """Keep the last syllables together, mostly one word: "danh nghĩa", "có điều kiện"."""
    words = text.vi.split(" ")
    glued = "\u00a0".join(words[-syllables:])
    return Text(" ".join([*words[:-syllables], glued]), text.en)


def _group(group: Group) -> dict[str, Any]:
    rows = [_row(line) for line in group.lines]
    for key in ALIGNED:
        _align([row for row in rows if key in row], key)
    return {"range": Once(group.range), "units": _units(group), "rows": rows}


def _row(line: Line) -> dict[str, Any]:
    row = {
        "number": str(line.number),
        "nominal": line.nominal.shown,
        "label": line.label,
        "frequency": Once(line.frequency),
        "limits": _limits(line.lower, line.upper),
        "verdict": _glued(say(VERDICTS[line.verdict]), 3),
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
            "k": Once(line.result.k.text),
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
        row[key] = Once(numeral(row[key] + comma + FIGURE_SPACE * (widest - len(tail))))
