"""What somebody might do to a signed certificate is found, whatever it is."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from lxml import etree
from pyhanko.pdf_utils.generic import NameObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pypdf import PdfReader, PdfWriter

from station.certificate.dcc import render_dcc
from station.certificate.findings import Weight
from station.certificate.pdf import render_pdf
from station.certificate.reading import parse
from station.certificate.signing.sign import signed_pdf, signed_xml
from station.certificate.verification.file import verify
from station.certificate.verification.pdf import pdf_findings
from station.certificate.verification.trust import Trust
from station.certificate.verification.xml import exactness_findings, xml_findings
from station.errors import BadInput
from tests.station.certificate.authority import (
    Holder,
    laboratory,
    make,
    middle,
    root,
    tiny,
)
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run

TRUST = Trust((root().certificate,), ISSUED_AT)
SMALL = b"""<?xml version='1.0' encoding='UTF-8'?>
<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc">\
<dcc:value>1.2</dcc:value></dcc:digitalCalibrationCertificate>
"""


@dataclass(frozen=True)
class Certificate:
    plain: bytes
    xml: bytes
    pdf: bytes


@pytest.fixture(scope="module")
def made() -> Certificate:
    document = Run(shots=SHOTS[:3]).document()
    key = laboratory().key()
    plain = render_dcc(document)
    xml = signed_xml(plain, key, at=ISSUED_AT)
    pdf = signed_pdf(render_pdf(document, xml), key, at=ISSUED_AT, reason="Approved")
    return Certificate(plain, xml, pdf)


def errors(content: bytes, trust: Trust = TRUST) -> set[str]:
    try:
        found = verify(content, None, trust=trust).findings
    except BadInput:
        return {"refused"}
    return {finding.rule for finding in found if finding.weight is Weight.ERROR}


def xml_errors(content: bytes, trust: Trust) -> set[str]:
    """Return what is wrong with the signatures of a DCC alone."""
    try:
        whole = parse(content, name="small")
    except BadInput:
        return {"refused"}
    signed, found = xml_findings(whole, trust)
    rules = {f.rule for f in (*found, *exactness_findings(content, whole))
             if f.weight is Weight.ERROR}  # fmt: skip
    return rules if signed else rules | {"unsigned"}


def pdf_errors(content: bytes, trust: Trust) -> set[str]:
    """Return what is wrong with the signatures of a PDF alone."""
    signed, found = pdf_findings(content, trust)
    rules = {f.rule for f in found if f.weight is Weight.ERROR}
    return rules if signed else rules | {"unsigned"}


def with_bit(content: bytes, at: int, bit: int) -> bytes:
    altered = bytearray(content)
    altered[at] ^= 1 << bit
    return bytes(altered)


def blank(attached: bytes = b"") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if attached:
        writer.add_attachment("dcc.xml", attached)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_a_byte_changed_in_a_whole_certificate_is_found(made: Certificate, kind: str) -> None:
    content = made.pdf if kind == "pdf" else made.xml
    assert errors(content) == set()
    chance = random.Random(20261121)
    # The whole file alike, and its signature, where most of what is special is, once more.
    begin = content.rindex(b"/Contents <" if kind == "pdf" else b"<ds:Signature ")
    places = [chance.randrange(len(content)) for _ in range(40)]
    places += [chance.randrange(begin, len(content)) for _ in range(40)]
    found = pdf_errors if kind == "pdf" else xml_errors
    for at in places:
        assert found(with_bit(content, at, chance.randrange(8)), TRUST), at


def test_a_changed_digit_in_the_xml_is_named(made: Certificate) -> None:
    altered = made.xml.replace(b"50.00001", b"50.00002").replace(b"0.05000001", b"0.05000002")
    assert altered != made.xml
    assert errors(altered) == {"signature-broken"}


@pytest.mark.parametrize("kind", ["pdf", "xml"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_what_is_cut_short_is_found(made: Certificate, kind: str, share: float) -> None:
    content = made.pdf if kind == "pdf" else made.xml
    assert errors(content[: int(share * len(content))])


@pytest.mark.parametrize("behind", [b"\n", b" ", b"\0" * 100, b"%%EOF\n", b"<!-- x -->"], ids=repr)
def test_what_is_appended_is_found(made: Certificate, behind: bytes) -> None:
    assert errors(made.pdf + behind) & {"not-covered", "signature-unreadable"}
    assert errors(made.xml + behind)


# -- updates behind the signature (incremental saving attacks, shadow attacks) ----------------


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def another_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"][2] = type(page["/MediaBox"][2])(50)
    writer.update_container(page)


def without_form(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


def without_value(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    del field["/V"]
    writer.update_container(field)


def another_kind(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/V"]["/SubFilter"] = NameObject("/of.my.own")
    writer.update_container(field["/V"])


def nothing(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/PageMode")] = NameObject("/UseAttachments")
    writer.update_root()


UPDATES = {
    "a page changed": (another_page, "not-covered"),
    "the form removed": (without_form, "signature-removed"),
    "the value removed": (without_value, "signature-removed"),
    "another kind": (another_kind, "signature-removed"),
    "harmless": (nothing, "not-covered"),
}


@pytest.mark.parametrize(("change", "rule"), UPDATES.values(), ids=UPDATES)
def test_an_update_behind_the_signature_is_found(
    made: Certificate, change: Callable[[IncrementalPdfFileWriter], None], rule: str
) -> None:
    assert rule in errors(updated(made.pdf, change))


def simple(holder: Holder) -> SimpleSigner:
    file = io.BytesIO(holder.p12(None)).getvalue()
    made = SimpleSigner.load_pkcs12_data(file, other_certs=[], passphrase=None)
    assert made is not None
    return made


def signed_again(pdf: bytes, holder: Holder) -> bytes:
    """Sign what is signed as another program would, ignoring that no change is allowed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    # Another program does not care for what the first signature allows.
    del writer.prev.root["/Perms"]
    described = PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES)
    out = io.BytesIO()
    PdfSigner(described, signer=simple(holder)).sign_pdf(writer, output=out)
    return out.getvalue()


def test_a_second_signature_is_a_change_of_what_allows_none(made: Certificate) -> None:
    found = verify(signed_again(made.pdf, laboratory()), None, trust=TRUST).findings
    (error,) = [f for f in found if f.weight is Weight.ERROR]
    assert error.rule == "changed-behind"
    assert error.where == "pdf signature Signature1"


def test_a_second_signature_is_no_fault_where_the_first_allows_it() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(blank()))
    described = PdfSignatureMetadata(field_name="First", subfilter=SigSeedSubFilter.PADES)
    out = io.BytesIO()
    PdfSigner(described, signer=simple(laboratory())).sign_pdf(writer, output=out)
    once = out.getvalue()
    writer = IncrementalPdfFileWriter(io.BytesIO(once))
    described = PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES)
    out = io.BytesIO()
    PdfSigner(described, signer=simple(make("Head", middle()))).sign_pdf(writer, output=out)
    # Signed at the time of the machine's clock, so no instant of reading is given.
    trust = Trust((root().certificate,))
    assert pdf_errors(once, trust) == set()
    assert pdf_errors(out.getvalue(), trust) == set()
    two = pdf_findings(out.getvalue(), trust)[1]
    assert len([f for f in two if f.rule == "signed"]) == 2
    assert pdf_errors(updated(out.getvalue(), another_page), trust) >= {"changed-behind"}


def test_a_range_that_leaves_more_out_than_the_signature_is_found() -> None:
    """Who makes a signature leaves room in what it covers, and fills it later."""
    seal = tiny()
    content = signed_pdf(blank(), seal.key(), at=ISSUED_AT, reason="A")
    trust = Trust((seal.certificate,), ISSUED_AT)
    begin = content.index(b"/Contents <") + len("/Contents <")
    end = content.index(b">", begin)
    room = content[:end] + b"> /Hidden <41" + content[end:]
    assert pdf_errors(room, trust)
    # Digits that mean the same are another way of writing it.
    upper = content[:begin] + content[begin:end].swapcase() + content[end:]
    mixed = content[:begin] + content[begin : begin + 40].swapcase() + content[begin + 40 :]
    assert pdf_errors(upper, trust) == set()
    assert pdf_errors(mixed, trust) == {"not-covered"}


# -- signatures moved, repeated, wrapped ------------------------------------------------------


def wrapped(xml: bytes) -> bytes:
    """The signed document inside another one, which says something else."""
    inner = etree.fromstring(xml)
    outer = etree.fromstring(xml)
    for signature in outer.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        outer.remove(signature)
    comment = etree.SubElement(outer, "{https://ptb.de/dcc}comment")
    comment.append(inner)
    return etree.tostring(outer)


def by_id(xml: bytes) -> bytes:
    """A signature that refers to a part by its id."""
    return xml.replace(b'Reference URI=""', b'Reference URI="#part"')


def of_another(xml: bytes) -> bytes:
    other = signed_xml(SMALL, laboratory().key(), at=ISSUED_AT)
    begin, end = other.index(b"<ds:Signature "), other.index(b"</ds:Signature>") + 15
    head, rest = xml.split(b"<ds:Signature ")
    return head + other[begin:end] + rest.partition(b"</ds:Signature>")[2]


def twice(xml: bytes) -> bytes:
    begin, end = xml.index(b"<ds:Signature "), xml.index(b"</ds:Signature>") + 15
    return xml[:end] + xml[begin:end] + xml[end:]


def commented(xml: bytes) -> bytes:
    return xml.replace(b"0.05000001", b"0.0<!-- -->5000001")


@pytest.mark.parametrize("change", [wrapped, by_id, of_another, twice, commented])
def test_a_signature_counts_only_for_the_document_it_is_of(
    made: Certificate, change: Callable[[bytes], bytes]
) -> None:
    altered = change(made.xml)
    assert altered != made.xml
    assert errors(altered)


def test_two_signatures_one_over_the_other_hold(made: Certificate) -> None:
    from signxml.algorithms import CanonicalizationMethod
    from signxml.signer import XMLSigner

    head = make("Head", middle())
    whole = parse(made.xml, name="signed")
    signer = XMLSigner(
        signature_algorithm="ecdsa-sha256",
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    # signxml takes all signatures of a document away; one put in by hand stays.
    second = signer.sign(whole, key=head.key().private and head.private,
                         cert=[head.certificate, *head.issuers])  # fmt: skip
    both = etree.tostring(second, xml_declaration=True, encoding="UTF-8") + b"\n"
    assert both.count(b"</ds:Signature>") == 2
    assert errors(both) == set()
    first = both.index(b"<ds:SignatureValue>") + 30
    assert errors(with_bit(both, first, 0))


# -- who signed, and when ---------------------------------------------------------------------


def forged(holder: Holder, made: Certificate) -> tuple[bytes, bytes]:
    key = holder.key()
    xml = signed_xml(made.plain, key, at=ISSUED_AT)
    pdf = signed_pdf(blank(xml), key, at=ISSUED_AT, reason="A")
    return xml, pdf


def test_an_authority_that_is_not_trusted_is_named(made: Certificate) -> None:
    stranger = make("Laboratory seal", make("Laboratory CA", authority=True))
    xml, pdf = forged(stranger, made)
    for found in (xml_errors(xml, TRUST), pdf_errors(pdf, TRUST)):
        assert "not-trusted" in found


def test_a_seal_that_issues_seals_is_not_trusted(made: Certificate) -> None:
    """A seal's certificate is none of an authority."""
    xml, pdf = forged(make("Seal of a seal", laboratory()), made)
    assert "not-trusted" in xml_errors(xml, TRUST)
    assert "not-trusted" in pdf_errors(pdf, TRUST)


def test_another_key_under_the_same_certificate_is_found(made: Certificate) -> None:
    own = laboratory().key()
    wrong = make("Laboratory seal", middle())
    key = type(own)(own.certificate, own.chain, wrong.key().private)
    xml = signed_xml(made.plain, key, at=ISSUED_AT)
    pdf = signed_pdf(blank(), key, at=ISSUED_AT, reason="A")
    assert "signature-broken" in xml_errors(xml, TRUST)
    assert "signature-broken" in pdf_errors(pdf, TRUST)


def test_a_certificate_that_had_expired_when_it_was_used_is_found(made: Certificate) -> None:
    from station.certificate.signing.keys import SigningKey

    old = make("Old seal", middle(), until=ISSUED_AT - timedelta(days=1)).key()

    class Careless(SigningKey):
        """Signs all the same."""

        def check_valid_at(self, at: object) -> None:
            pass

    key = Careless(old.certificate, old.chain, old.private)
    xml = signed_xml(made.plain, key, at=ISSUED_AT)
    pdf = signed_pdf(blank(), key, at=ISSUED_AT, reason="A")
    assert xml_errors(xml, TRUST) == {"expired-when-signed", "not-trusted"}
    assert pdf_errors(pdf, TRUST) == {"expired-when-signed", "not-trusted"}


def test_a_certificate_that_expired_since_is_a_warning(made: Certificate) -> None:
    xml = signed_xml(
        made.plain, make("S", middle(), until=ISSUED_AT + timedelta(days=9)).key(), at=ISSUED_AT
    )
    later = Trust(TRUST.anchors, ISSUED_AT + timedelta(days=30))
    found = verify(xml, None, trust=later)
    assert found.good
    (warned,) = [f for f in found.findings if f.weight is Weight.WARNING]
    assert warned.rule == "expired-since"
    assert "no time stamp" in warned.what


def test_a_signature_of_the_future_is_found(made: Certificate) -> None:
    early = Trust(TRUST.anchors, ISSUED_AT - timedelta(days=3))
    assert "signed-in-future" in xml_errors(made.xml, early)
    assert "signed-in-future" in pdf_errors(made.pdf, early)


def test_the_pages_and_the_attached_xml_are_compared(made: Certificate) -> None:
    """The laboratory itself signs two that differ."""
    other = Run(shots=SHOTS[3:6]).document()
    key = laboratory().key()
    document = Run(shots=SHOTS[:3]).document()
    xml = signed_xml(render_dcc(other), key, at=ISSUED_AT)
    pages = PdfWriter(clone_from=PdfReader(io.BytesIO(render_pdf(document, made.xml))))
    del pages.root_object["/Names"]
    pages.add_attachment("dcc.xml", xml)
    out = io.BytesIO()
    pages.write(out)
    pdf = signed_pdf(out.getvalue(), key, at=ISSUED_AT, reason="A")
    assert errors(pdf) == {"digest-differs", "results-differ"}
