"""Certificates that other programs signed are verified as well."""

import io
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dcclib.signature.signature import DCCSigner
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.signer import XMLSigner

from station.certificate.dcc import render_dcc
from station.certificate.findings import Weight
from station.certificate.verification.file import verify
from station.certificate.verification.trust import Trust
from tests.station.certificate.authority import Holder, make, root
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run
from tests.station.certificate.test_signed_attacks import blank, with_bit

DS = "{http://www.w3.org/2000/09/xmldsig#}"
SPACE = {"dcc": "https://ptb.de/dcc"}
TRUST = Trust((root().certificate,))


@pytest.fixture(scope="module")
def institute() -> Holder:
    return make("Institute", root(), private=rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def theirs() -> bytes:
    """A DCC that is none of the station's: nothing in it has our prefix."""
    whole = etree.fromstring(render_dcc(Run(shots=SHOTS[:3]).document()))
    for definition in whole.xpath("//dcc:refTypeDefinitions", namespaces=SPACE):
        definition.getparent().remove(definition)
    whole.xpath("//dcc:uniqueIdentifier", namespaces=SPACE)[0].text = "PTB-1"
    return etree.tostring(whole)


def errors(content: bytes, trust: Trust = TRUST) -> set[str]:
    found = verify(content, None, trust=trust).findings
    return {f.rule for f in found if f.weight is Weight.ERROR}


def signed(xml: bytes, holder: Holder, method: CanonicalizationMethod) -> bytes:
    signer = XMLSigner(signature_algorithm=SignatureMethod.RSA_SHA512, c14n_algorithm=method)
    whole = signer.sign(
        etree.fromstring(xml), key=holder.private, cert=[holder.certificate, *holder.issuers]
    )
    return etree.tostring(whole)


@pytest.mark.parametrize(
    "method",
    [
        CanonicalizationMethod.CANONICAL_XML_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_1,
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    ],
    ids=lambda method: method.name,
)
def test_a_plain_signature_holds(
    theirs: bytes, institute: Holder, method: CanonicalizationMethod
) -> None:
    xml = signed(theirs, institute, method)
    assert errors(xml) == set()
    found = {f.rule: f.weight for f in verify(xml, None, trust=TRUST).findings}
    # It has no signing time, and that is told.
    assert found["time-missing"] is Weight.NOTE
    assert errors(xml.replace(b"0.05000001", b"0.05000002")) == {"signature-broken"}
    value = xml.index(b"<ds:SignatureValue>") + 30
    # Another digit, or none at all.
    assert errors(with_bit(xml, value, 0)) & {"signature-broken", "signature-unreadable"}


def test_what_ptbs_program_signs_holds(theirs: bytes, institute: Holder) -> None:
    key = institute.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = DCCSigner(key.decode(), institute.pem().decode())
    xml = etree.tostring(signer.sign_tree(etree.fromstring(theirs)))
    later = Trust(TRUST.anchors, institute.certificate.not_valid_after_utc + timedelta(days=1))
    for trust in (TRUST, Trust(TRUST.anchors, ISSUED_AT), later):
        found = {f.rule: f for f in verify(xml, None, trust=trust).findings}
        assert not [f for f in found.values() if f.weight is Weight.ERROR]
        # No time is invented where none is told.
        assert found["signed"].what.endswith("nobody says when")
        assert ("expired-since" in found) == (trust is later)
    assert errors(xml.replace(b"0.05000001", b"0.05000002")) == {"signature-broken"}


XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
WHOLE = "not(ancestor-or-self::ds:Signature)"


class ByXPath(XMLSigner):
    """Signs as the European Commission's DSS does: all but signatures, told by an XPath."""

    what = WHOLE

    def _build_transforms_for_reference(  # type: ignore[no-untyped-def]
        self, *, transforms_node, reference, exclude_c14n_transform_element=True
    ) -> None:
        transform = etree.SubElement(transforms_node, f"{DS}Transform", Algorithm=XPATH)
        etree.SubElement(transform, f"{DS}XPath").text = self.what
        method = reference.c14n_method.value
        etree.SubElement(transforms_node, f"{DS}Transform", Algorithm=method)


class OfAPart(ByXPath):
    what = "not(ancestor-or-self::ds:Signature) and not(ancestor-or-self::dcc:result)"


def by_xpath(xml: bytes, holder: Holder, kind: type[ByXPath]) -> bytes:
    signer = kind(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    cert = [holder.certificate, *holder.issuers]
    return etree.tostring(signer.sign(etree.fromstring(xml), key=holder.private, cert=cert))


def test_a_signature_of_all_but_signatures_holds(theirs: bytes, institute: Holder) -> None:
    xml = by_xpath(theirs, institute, ByXPath)
    assert XPATH.encode() in xml
    assert errors(xml) == set()
    assert errors(xml.replace(b"0.05000001", b"0.05000002")) == {"signature-broken"}


def test_a_signature_of_less_does_not_hold(theirs: bytes, institute: Holder) -> None:
    xml = by_xpath(theirs, institute, OfAPart)
    assert errors(xml) == {"signature-broken"}


def test_how_it_is_written_is_theirs_to_choose(theirs: bytes, institute: Holder) -> None:
    xml = signed(theirs, institute, CanonicalizationMethod.CANONICAL_XML_1_0)
    # Blanks inside a tag, a declaration of another kind: nothing that is signed.
    other = b'<?xml version="1.0"?>\r\n' + xml.replace(b"<dcc:coreData>", b"<dcc:coreData\n >")
    assert other != xml
    assert errors(other) == set()


def test_a_pdf_of_another_program_holds(theirs: bytes, institute: Holder) -> None:
    signer = SimpleSigner.load_pkcs12_data(institute.p12(None), other_certs=[], passphrase=None)
    assert signer is not None
    out = io.BytesIO()
    described = PdfSignatureMetadata(field_name="Sig", md_algorithm="sha512")
    writer = IncrementalPdfFileWriter(io.BytesIO(blank(theirs)))
    PdfSigner(described, signer=signer).sign_pdf(writer, output=out)
    report = verify(out.getvalue(), None, trust=TRUST)
    # Its pages are blank: neither number nor results are on them.
    wrong = {f.rule: f.weight for f in report.findings if f.weight is not Weight.NOTE}
    assert wrong == {"number-differs": Weight.ERROR, "results-differ": Weight.WARNING}
    assert "Institute" in next(f.what for f in report.findings if f.rule == "signed")
    assert "not-covered" in errors(out.getvalue() + b"\n")
