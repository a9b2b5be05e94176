"""What somebody might do to a DCC that another program signed, or sign himself, is found."""

import re
from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from station.certificate.dcc import render_dcc
from station.certificate.findings import Weight
from station.certificate.reading import elements, parse
from station.certificate.signing.sign import signed_xml
from station.certificate.verification.file import verify
from station.certificate.verification.trust import Trust
from station.errors import BadInput
from tests.station.certificate.authority import Holder, laboratory, make, middle, root
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run

SPACE = {"dcc": "https://ptb.de/dcc"}
TRUST = Trust((root().certificate,), ISSUED_AT)
PLAIN_C14N = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
EARLIER = (ISSUED_AT - timedelta(days=900)).isoformat()


def errors(content: bytes, trust: Trust = TRUST) -> dict[str, str]:
    found = verify(content, None, trust=trust).findings
    return {f.rule: f.what for f in found if f.weight is Weight.ERROR}


@pytest.fixture(scope="module")
def ours() -> bytes:
    return render_dcc(Run(shots=SHOTS[:3]).document())


@pytest.fixture(scope="module")
def theirs(ours: bytes) -> bytes:
    """A DCC that is none of the station's: nothing in it has our prefix."""
    whole = etree.fromstring(ours)
    for definition in whole.xpath("//dcc:refTypeDefinitions", namespaces=SPACE):
        definition.getparent().remove(definition)
    return etree.tostring(whole)


class Careless(XMLSigner):
    """Signs by what is refused otherwise."""

    def check_deprecated_methods(self) -> None:
        pass


def signed_as(
    xml: bytes,
    *,
    holder: Holder | None = None,
    method: SignatureMethod = SignatureMethod.ECDSA_SHA256,
    digest: DigestAlgorithm = DigestAlgorithm.SHA256,
    uri: str | None = None,
) -> bytes:
    """Sign as another program does, by a method that leaves comments out."""
    by = holder or laboratory()
    signer = Careless(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=method,
        digest_algorithm=digest,
        c14n_algorithm=PLAIN_C14N,
    )
    whole = signer.sign(
        etree.fromstring(xml),
        key=b"secret" if "HMAC" in method.name else by.private,
        cert=None if "HMAC" in method.name else [by.certificate, *by.issuers],
        reference_uri=uri,
    )
    return etree.tostring(whole)


# -- what is put beside what is signed --------------------------------------------------------

XADES = "http://uri.etsi.org/01903/v1.3.2#"
TIME = f'<x:SigningTime xmlns:x="{XADES}">{EARLIER}</x:SigningTime>'
BESIDE = {
    "a signing time": f"<ds:Object><a>{TIME}</a></ds:Object>",
    "a bare signing time": f"<ds:Object>{TIME}</ds:Object>",
    "properties": f'<ds:Object><x:QualifyingProperties xmlns:x="{XADES}" Target="#TARGET">'
    f"<x:SignedProperties><x:SignedSignatureProperties>{TIME}</x:SignedSignatureProperties>"
    "</x:SignedProperties></x:QualifyingProperties></ds:Object>",
    "results": "<ds:Object>1,000 V: pass</ds:Object>",
    "results with a name": '<ds:Object Id="mine"><result>1,000 V: pass</result></ds:Object>',
}


@pytest.mark.parametrize("what", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("place", ["before", "behind"])
def test_nothing_can_be_put_into_a_signature(ours: bytes, what: str, place: str) -> None:
    xml = signed_xml(ours, laboratory().key(), at=ISSUED_AT)
    assert errors(xml) == {}
    target = re.search(rb'<ds:Signature [^>]*Id="([^"]+)"', xml)
    inserted = what.replace("TARGET", target[1].decode() if target else "").encode()
    mark = b"</ds:KeyInfo>" if place == "before" else b"</ds:Object>"
    assert xml.count(mark) == 1
    assert "not-covered" in errors(xml.replace(mark, mark + inserted))


def test_no_text_can_be_put_into_a_signature(ours: bytes) -> None:
    xml = signed_xml(ours, laboratory().key(), at=ISSUED_AT)
    for mark in (b"</ds:SignatureValue>", b"<ds:X509Data>", b"</ds:Object>"):
        assert mark in xml
        assert "not-covered" in errors(xml.replace(mark, mark + b"fail"))


def test_a_comment_cuts_no_number_in_two(theirs: bytes) -> None:
    """A signature by this method does not see comments; a reader of numbers must not either."""
    xml = signed_as(theirs.replace(b"C26.00001", b"C26.000015"))
    cut = xml.replace(b"C26.000015", b"C26.00001<!-- -->5")
    report = verify(cut, None, trust=TRUST)
    assert report.good
    assert report.number == "C26.000015"


def test_a_comment_cuts_no_number_of_a_standard_in_two(theirs: bytes) -> None:
    cut = theirs.replace(b"0.05000001", b"0.05<!-- -->000<?x y?>001")
    assert cut != theirs
    whole, read = (
        [e.text for e in elements(parse(xml, name="standard"), "//si:valueXMLList")]
        for xml in (theirs, cut)
    )
    assert read == whole


@pytest.mark.parametrize(
    "outside",
    [b"<?xml-stylesheet type='text/xsl' href='x.xsl'?>", b"<?x y?>"],
    ids=["stylesheet", "other"],
)
def test_what_stands_outside_the_document_is_not_covered(theirs: bytes, outside: bytes) -> None:
    xml = signed_as(theirs)
    assert errors(xml) == {}
    assert "not-covered" in errors(outside + xml)
    assert "not-covered" in errors(xml + outside)


def test_a_pdf_hidden_in_front_of_a_dcc_is_no_dcc(theirs: bytes) -> None:
    """Readers of PDF look for its beginning in the first 1024 bytes."""
    xml = signed_as(theirs)
    with pytest.raises(BadInput):
        verify(b"<!--\n%PDF-1.7\n1 0 obj\nendobj\n-->" + xml, None, trust=TRUST)


# -- signatures that are right and of too little ------------------------------------------------


def test_a_signature_of_a_part_is_none_of_the_document(theirs: bytes) -> None:
    part = theirs.replace(b"<dcc:administrativeData>", b'<dcc:administrativeData id="part">')
    xml = signed_as(part, uri="#part")
    assert b'URI="#part"' in xml
    assert "not-covered" in errors(xml)


WEAK = {
    "signature": (SignatureMethod.ECDSA_SHA1, DigestAlgorithm.SHA256),
    "digest": (SignatureMethod.ECDSA_SHA256, DigestAlgorithm.SHA1),
}


@pytest.mark.parametrize(("method", "digest"), WEAK.values(), ids=WEAK)
def test_a_signature_by_a_weak_digest_does_not_hold(
    theirs: bytes, method: SignatureMethod, digest: DigestAlgorithm
) -> None:
    found = errors(signed_as(theirs, method=method, digest=digest))
    assert "SHA1" in found["signature-broken"]


def test_a_signature_by_a_secret_that_anybody_may_have_does_not_hold(theirs: bytes) -> None:
    """The certificate's public key as the secret of an HMAC (confusion of algorithms)."""
    xml = signed_as(theirs, method=SignatureMethod.HMAC_SHA256)
    held = b64encode(laboratory().certificate.public_bytes(Encoding.DER))
    data = b"<ds:X509Data><ds:X509Certificate>" + held + b"</ds:X509Certificate></ds:X509Data>"
    altered = xml.replace(
        b"</ds:SignatureValue>", b"</ds:SignatureValue><ds:KeyInfo>" + data + b"</ds:KeyInfo>"
    )
    assert altered != xml
    assert {"signature-broken", "signature-unreadable"} & errors(altered).keys()


# -- who may sign ------------------------------------------------------------------------------


def test_whoever_has_a_certificate_of_the_same_authority_is_not_the_laboratory(
    ours: bytes,
) -> None:
    stranger = make("A customer", middle(), organisation="Customer Ltd")
    found = errors(signed_xml(ours, stranger.key(), at=ISSUED_AT))
    assert found.keys() == {"signer-differs"}
    assert "Customer Ltd" in found["signer-differs"]
    assert "--trust" in found["signer-differs"]


def test_who_is_trusted_himself_may_sign_for_anybody(ours: bytes) -> None:
    delegate = make("A customer", middle(), organisation="Customer Ltd")
    xml = signed_xml(ours, delegate.key(), at=ISSUED_AT)
    assert errors(xml, Trust((delegate.certificate, root().certificate), ISSUED_AT)) == {}


def test_the_key_of_a_web_server_signs_no_certificate(theirs: bytes) -> None:
    server = make("Laboratory server", middle(), purposes=("1.3.6.1.5.5.7.3.1",))
    assert errors(signed_as(theirs, holder=server)).keys() == {"key-purpose"}
