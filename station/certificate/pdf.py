"""A certificate on paper: A4, PDF/A-3a with the XML attached.

ISO 19005-3; the attachment is an equal representation of the same content ("Alternative").
"""

import hashlib
import io
from importlib.resources import files

from station.certificate.content import content
from station.certificate.document import Document
from station.certificate.wording import DIGEST_SHOWN

ATTACHMENT = "dcc.xml"


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
            "document": content(document, code),
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
