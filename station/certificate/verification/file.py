"""Verifying a certificate file, ours or anyone's: signatures, schema, rules, agreement, record.

The XML is found in a PDF through the PDF's own structure (catalog, embedded files); the QR code is
not read as a picture: what it says stands beside it in letters, and those are compared.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import error as ZlibError  # noqa: N812  (it is an exception)

from station.certificate import rules
from station.certificate.dcc import PREFIX
from station.certificate.findings import Finding, Weight, error, note, warning
from station.certificate.reading import (
    LARGEST_XML,
    elements,
    laboratory_of,
    parse,
    strip_remarks,
    text_of,
)
from station.certificate.schema import schema_findings
from station.certificate.verification.numbers import agreement_findings
from station.certificate.verification.pdf import pdf_findings
from station.certificate.verification.record import record_findings
from station.certificate.verification.revocation import MOST as MOST_LISTS
from station.certificate.verification.text import quick_text
from station.certificate.verification.trust import Trust
from station.certificate.verification.xml import exactness_findings, xml_findings
from station.errors import BadInput, Phrase

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pypdf import PdfReader

    from station.records.store import Store

LARGEST_PDF = 100_000_000
MOST_PAGES = 1000
PDF_MARK, PDF_BEGINS = b"%PDF-", 1024
"""Readers of PDF take a file for one that has this mark within so many bytes."""

UNRECORDED = frozenset({"record", "not-issued"})
"""Rules that say that no store knows a certificate."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified; `kind` is "pdf" or "xml".

    `proven` tells whether somebody vouches for it, an authority that the reader trusts or the
    issuing laboratory's store; else anybody could have made a file of good form.
    """

    kind: str
    number: str
    laboratory: str
    version: str
    simulated: bool
    proven: bool
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong; warnings and notes do not count."""
        return not any(finding.weight is Weight.ERROR for finding in self.findings)


def verify(
    content: bytes,
    store: "Store | None",
    *,
    name: str = "certificate",
    trust: Trust | None = None,
) -> Report:
    """Check a certificate, PDF or XML; with a store also that it is what was issued.

    `name` is what messages call the file. Where `trust` is given, a signature is asked for.

    Raises:
        BadInput: it is neither a PDF, signed or with a DCC inside, nor a DCC.
    """
    trusted = trust or Trust()
    is_pdf = PDF_MARK in content[:PDF_BEGINS]
    xml, printed = content, None
    if is_pdf:
        attached, printed = _inside(content, name)
        if not attached:
            return _without_dcc(content, trusted, name)
        xml = _only(attached, name)
    root = parse(xml, name=name, as_written=True)
    found = [*_signatures(content if is_pdf else None, xml, root, trusted), *schema_findings(root)]
    strip_remarks(root)
    number = text_of(root, "//dcc:coreData/dcc:uniqueIdentifier")
    found += rules.findings(root)
    if printed is not None:
        found += _agreement(root, xml, printed, content, name)
    laboratory, ours = laboratory_of(root), _is_ours(root)
    found += record_findings(store, content, number, laboratory, ours=ours)
    return Report(
        "pdf" if is_pdf else "xml",
        number,
        next(iter(laboratory), ""),
        root.get("schemaVersion", ""),
        simulated=next(elements(root, "//*[@refType='station_simulated']"), None) is not None,
        proven=bool(trusted.anchors) or not {f.rule for f in found} & UNRECORDED,
        findings=tuple(found),
    )


def read_pdf(content: bytes, *, name: str) -> tuple[bytes, str]:
    """Return the one DCC attached to a PDF, and the text of its pages.

    Raises:
        BadInput: it cannot be read, or has no attached XML, or several.
    """
    attached, printed = _inside(content, name)
    return _only(attached, name), printed


def _inside(content: bytes, name: str) -> tuple[list[bytes], str]:
    """Return each XML attached to a PDF, and the text of its pages."""
    with _reading(content, name) as reader:
        attached = [
            item
            for title, items in reader.attachments.items()
            if title.lower().endswith(".xml")
            for item in items
        ]
        if len(reader.pages) > MOST_PAGES:
            raise BadInput(
                "{name}: {count} pages; at most {most} are read.",
                name=name,
                count=len(reader.pages),
                most=MOST_PAGES,
            )
        printed = quick_text(reader)
        if printed is None:
            printed = _text(reader)
        # Read here, where what is packed too tightly is refused, before others read them.
        for signed in reader.root_object.get("/AcroForm", {}).get("/Fields", ()):
            signed.get_object().get("/V")
        for part in ("/CRLs", "/OCSPs"):
            for told in reader.root_object.get("/DSS", {}).get(part, ())[:MOST_LISTS]:
                told.get_object().get_data()
    return attached, printed


def _only(attached: list[bytes], name: str) -> bytes:
    if len(attached) != 1:
        count = len(attached)
        raise BadInput(
            "{name}: {count} XML files are attached to the PDF; one DCC is expected.",
            name=name,
            count=count,
        )
    if len(attached[0]) > LARGEST_XML:
        raise BadInput(
            "{name}: the attached XML has {count} bytes; too large.",
            name=name,
            count=len(attached[0]),
        )
    return attached[0]


def _without_dcc(content: bytes, trusted: Trust, name: str) -> Report:
    """Return what is to be said of a PDF that is signed and has nothing to read by program."""
    signed, found = pdf_findings(content, trusted)
    if not signed:
        raise BadInput(
            "{name}: the PDF is neither signed nor has a DCC inside (0 XML files are "
            "attached); there is nothing to verify.",
            name=name,
        )
    what = Phrase("no DCC is attached: who signed the pages was verified, not what they say")
    findings = (*found, warning("no-dcc", "", what))
    proven = bool(trusted.anchors)
    return Report("pdf", "", "", "", simulated=False, proven=proven, findings=findings)


@contextmanager
def _reading(content: bytes, name: str) -> "Iterator[PdfReader]":
    import logging

    from pypdf.errors import PyPdfError

    # What it mends silently or cannot read is said by us, once.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)

    if len(content) > LARGEST_PDF:
        raise BadInput(
            "{name}: {count} bytes; at most {most} are read.",
            name=name,
            count=len(content),
            most=LARGEST_PDF,
        )
    try:
        yield _reader(content)
    # A broken PDF makes the reader fail in ways that its own error type does not cover.
    except (
        PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
        ZlibError,
    ) as fault:  # fmt: skip
        why = " ".join(str(fault).split())[:200]
        raise BadInput(
            "{name}: the PDF cannot be read ({why}). Get it anew.", name=name, why=why
        ) from fault


def _reader(content: bytes) -> "PdfReader":
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        # What is written as it should be is taken as it is written, and not gone through to mend.
        reader = PdfReader(io.BytesIO(content), strict=True)
    except (PyPdfError, ValueError):
        return PdfReader(io.BytesIO(content))
    reader.strict = False
    return reader


def _text(reader: "PdfReader") -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def _agreement(
    root: "_Element", xml: bytes, printed: str, content: bytes, name: str
) -> Iterator[Finding]:
    """Compare XML and pages; where the quick reading of the pages disagrees, the thorough one."""
    ours = _is_ours(root)
    found = list(agreement_findings(root, xml, printed, ours=ours))
    if found:
        with _reading(content, name) as reader:
            found = list(agreement_findings(root, xml, _text(reader), ours=ours))
    yield from found


def _signatures(
    pdf: bytes | None, xml: bytes, root: "_Element", trusted: Trust
) -> Iterator[Finding]:
    pdf_signed, found = (
        (False, ()) if pdf is None else pdf_findings(pdf, trusted, laboratory_of(root))
    )
    yield from found
    xml_signed, found = xml_findings(root, trusted)
    yield from found
    if xml_signed and _is_ours(root):
        yield from exactness_findings(xml, root)
    if not pdf_signed and (pdf is not None or not xml_signed):
        what = Phrase("not signed: anybody could have made it")
        yield (error if trusted.anchors else note)(
            "unsigned", "xml" if pdf is None else "pdf", what
        )


def _is_ours(root: "_Element") -> bool:
    return any(e.text == PREFIX for e in elements(root, "//dcc:refTypeDefinition/dcc:namespace"))
