"""Keys, and what signing makes of a PDF and a DCC."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pypdf import PdfReader
from pypdf.generic import PdfObject

from station.certificate.dcc import render_dcc
from station.certificate.pdf import render_pdf
from station.certificate.reading import parse
from station.certificate.schema import schema_findings
from station.certificate.signing.keys import from_pkcs12, opened
from station.certificate.signing.sign import signed_pdf, signed_xml, unsigned_xml
from station.certificate.verification.file import verify
from station.certificate.verification.trust import Trust
from station.errors import BadInput, Refused
from tests.station.certificate.authority import (
    PASSWORD,
    Holder,
    laboratory,
    make,
    middle,
    root,
)
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run

LABORATORY = "{https://ptb.de/dcc}calibrationLaboratory"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"


@dataclass(frozen=True)
class Certificate:
    plain_xml: bytes
    xml: bytes
    plain_pdf: bytes
    pdf: bytes


@pytest.fixture(scope="module")
def made() -> Certificate:
    document = Run(shots=SHOTS[:3]).document()
    key = laboratory().key()
    plain = render_dcc(document)
    xml = signed_xml(plain, key, at=ISSUED_AT)
    pdf = render_pdf(document, xml)
    return Certificate(plain, xml, pdf, signed_pdf(pdf, key, at=ISSUED_AT, reason="Approved"))


def trusting(*holders: Holder, now: datetime = ISSUED_AT) -> Trust:
    return Trust(tuple(holder.certificate for holder in holders), now)


def errors(content: bytes, trust: Trust) -> set[str]:
    found = verify(content, None, trust=trust).findings
    return {finding.rule for finding in found if finding.weight.value == "error"}


def test_a_signed_certificate_is_verified_by_whoever_trusts_the_authority(
    made: Certificate,
) -> None:
    for content in (made.pdf, made.xml):
        report = verify(content, None, trust=trusting(root()))
        assert report.good, report.findings
        signed = [f for f in report.findings if f.rule == "signed"]
        assert len(signed) == (2 if content is made.pdf else 1)
        assert all("Laboratory seal" in f.what and "2026-11-21 03:04:05" in f.what for f in signed)


def test_who_trusts_nobody_is_told_that_it_was_not_checked(made: Certificate) -> None:
    report = verify(made.pdf, None)
    assert report.good
    assert [f.rule for f in report.findings if f.weight.value == "note"].count("trust") == 2


def test_what_is_not_signed_is_no_certificate_to_who_asks_for_a_signature(
    made: Certificate,
) -> None:
    for content in (made.plain_xml, render_pdf(Run(shots=SHOTS[:3]).document(), made.plain_xml)):
        assert errors(content, trusting(root())) == {"unsigned"}
        assert verify(content, None).good


def test_the_signed_bytes_are_those_that_were_there(made: Certificate) -> None:
    assert unsigned_xml(made.xml) == made.plain_xml
    assert unsigned_xml(made.plain_xml) == made.plain_xml
    assert made.pdf.startswith(made.plain_pdf)


def test_the_signed_dcc_is_valid_and_its_signature_is_the_last_child(made: Certificate) -> None:
    whole = parse(made.xml, name="signed")
    assert list(schema_findings(whole)) == []
    laboratory_says = [str(part.tag).rpartition("}")[2] for part in next(whole.iter(LABORATORY))]
    assert laboratory_says == ["contact", "cryptElectronicSeal"]
    assert str(whole[-1].tag) == "{http://www.w3.org/2000/09/xmldsig#}Signature"
    assert whole.findtext(f".//{XADES}SigningTime") == "2026-11-21T03:04:05+00:00"
    # Every part says how it was made canonical; else a reader assumes another way.
    references = whole.findall(".//{http://www.w3.org/2000/09/xmldsig#}Reference")
    assert len(references) == 3
    assert all(reference[0].tag.endswith("Transforms") for reference in references)


def shown(value: PdfObject) -> str:
    """A PDF's object without the address in memory of what it refers to."""
    return re.sub(r", \d+\)", ")", str(value.get_object()))


def test_the_signed_pdf_is_still_what_pdfa_3_asks_for(made: Certificate) -> None:
    before, after = (PdfReader(io.BytesIO(pdf)) for pdf in (made.plain_pdf, made.pdf))
    old, new = before.root_object, after.root_object
    # ISO 19005-3: identification, output intent, structure, attachment stay; nothing is drawn.
    for key in ("/Metadata", "/OutputIntents", "/StructTreeRoot", "/MarkInfo", "/AF", "/Lang"):
        assert shown(new[key]) == shown(old[key])
    assert new["/Metadata"].get_data() == old["/Metadata"].get_data()
    assert b"<pdfaid:part>3" in new["/Metadata"].get_data()
    assert before.metadata == after.metadata
    assert len(before.pages) == len(after.pages)
    (widget,) = [a.get_object() for page in after.pages for a in page.get("/Annots", ())]
    assert [float(edge) for edge in widget["/Rect"]] == [0, 0, 0, 0]
    # 6.3.3: printed, not hidden; without appearance only because it has no extent.
    assert widget["/F"] & 4
    assert not widget["/F"] & (1 | 2 | 32)
    form = new["/AcroForm"]
    assert form["/SigFlags"] == 3
    assert "/XFA" not in form
    assert not form.get("/NeedAppearances", False)
    signature = widget["/V"]
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Reason"] == "Approved"
    # Certified: no change is allowed (ISO 32000-1, 12.8.2.2).
    assert new["/Perms"]["/DocMDP"] == signature
    assert signature["/Reference"][0]["/TransformParams"]["/P"] == 1
    assert before.attachments["dcc.xml"] == after.attachments["dcc.xml"] == [made.xml]


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils are not installed")
def test_poppler_agrees(made: Certificate, tmp_path: Path) -> None:
    pdf = tmp_path / "c.pdf"
    pdf.write_bytes(made.pdf)

    def said(*command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    signatures = said("pdfsig", "-nocert", str(pdf))
    assert "Signature is Valid" in signatures
    assert "Total document signed" in signatures
    assert "ETSI.CAdES.detached" in signatures
    said("pdfdetach", "-save", "1", "-o", str(tmp_path / "dcc.xml"), str(pdf))
    assert (tmp_path / "dcc.xml").read_bytes() == made.xml
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(made.plain_pdf)
    assert said("pdftotext", str(pdf), "-") == said("pdftotext", str(plain), "-")
    altered = bytearray(made.pdf)
    altered[500] ^= 1
    pdf.write_bytes(altered)
    result = subprocess.run(
        ["pdfsig", "-nocert", str(pdf)], check=False, capture_output=True, text=True
    )
    assert "Signature is Valid" not in result.stdout


@pytest.mark.parametrize(
    "private",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA 2048"],
)
def test_other_kinds_of_keys_sign(made: Certificate, private: ec.EllipticCurvePrivateKey) -> None:
    key = make("Seal", root(), private=private).key()
    xml = signed_xml(made.plain_xml, key, at=ISSUED_AT)
    pdf = signed_pdf(made.plain_pdf, key, at=ISSUED_AT, reason="Approved")
    assert errors(xml, trusting(root())) == set()
    assert errors(pdf, trusting(root())) == set()
    assert list(schema_findings(parse(xml, name="signed"))) == []


def test_nothing_is_signed_twice(made: Certificate) -> None:
    key = laboratory().key()
    with pytest.raises(Refused, match="signature already"):
        signed_xml(made.xml, key, at=ISSUED_AT)
    with pytest.raises(Refused, match="signature already"):
        signed_pdf(made.pdf, key, at=ISSUED_AT, reason="again")


def test_nothing_is_signed_with_a_certificate_that_does_not_hold(made: Certificate) -> None:
    key = make("Old seal", root(), until=ISSUED_AT - timedelta(days=1)).key()
    with pytest.raises(Refused, match=r"Old seal.*valid from.*not at 2026-11-21"):
        signed_xml(made.plain_xml, key, at=ISSUED_AT)
    with pytest.raises(Refused, match="valid from"):
        signed_pdf(made.plain_pdf, key, at=ISSUED_AT, reason="late")


def test_a_key_is_read_with_its_chain(tmp_path: Path) -> None:
    file = tmp_path / "seal.p12"
    file.write_bytes(laboratory().p12())
    with opened(str(file), PASSWORD) as key:
        assert key.certificate == laboratory().certificate
        assert key.chain == (middle().certificate, root().certificate)
        assert key.elliptic
        assert "private" not in repr(key)
    file.write_bytes(laboratory().p12(None))
    with opened(str(file), None) as key:
        assert key.subject.startswith("CN=Laboratory seal")


def test_a_key_is_read_with_the_issuer_that_signed_it() -> None:
    """An authority that was renewed has the same name and another key."""
    older = make("Laboratory issuing CA", root(), authority=True)
    seal = laboratory()
    both = Holder(seal.private, seal.certificate, (older.certificate, *seal.issuers))
    assert both.key().chain == (middle().certificate, root().certificate)


WRONG = {
    "of a web server": (
        make("TLS", root(), purposes=("1.3.6.1.5.5.7.3.1",)).p12(), PASSWORD, "something else",
    ),
    "short curve": (
        make("Short", private=ec.generate_private_key(ec.SECP192R1())).p12(), PASSWORD, "192 bits",
    ),
    "no file": (b"", PASSWORD, "no PKCS#12"),
    "text": (b"hello", PASSWORD, "no PKCS#12"),
    "wrong password": (laboratory().p12(), "guess", "password is wrong"),
    "no password": (laboratory().p12(), None, "password is wrong"),
    "truncated": (laboratory().p12()[:-40], PASSWORD, "no PKCS#12"),
    "no signing": (make("TLS", root(), signs=False).p12(), PASSWORD, "does not allow signing"),
    "short": (
        make("Short", private=rsa.generate_private_key(65537, 1024)).p12(), PASSWORD, "1024 bits",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "password", "message"), WRONG.values(), ids=WRONG)
def test_what_is_no_use_as_a_key_is_said_so(
    content: bytes, password: str | None, message: str
) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        from_pkcs12(content, password, name="seal.p12")
    assert "seal.p12" in str(caught.value)
    assert password is None or password not in str(caught.value)


def test_a_key_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"), opened(str(tmp_path / "no.p12"), None):
        pass
