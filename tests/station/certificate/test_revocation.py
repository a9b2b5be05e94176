"""Certificates that were revoked: before and after they signed, told by whom, offline."""

import asyncio
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto.ocsp import OCSPResponse
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import SignatureCoverageLevel

from station.certificate.dcc import render_dcc
from station.certificate.findings import Finding, Weight
from station.certificate.reading import parse
from station.certificate.schema import schema_findings
from station.certificate.signing.sign import signed_pdf, signed_xml, unsigned_xml
from station.certificate.signing.time import time_stamper
from station.certificate.verification.file import verify
from station.certificate.verification.revocation import Known, loaded, read_lists
from station.certificate.verification.trust import Trust, as_asn1
from station.errors import BadInput, Refused
from tests.station.certificate.authority import Holder, make, middle, root, stamping, time_authority
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run
from tests.station.certificate.test_signed_attacks import blank, with_bit
from tests.station.certificate.test_time_stamps import TIME_CA, server

DAY = timedelta(days=1)
BEFORE, AFTER = ISSUED_AT - DAY, ISSUED_AT + DAY
NOW = ISSUED_AT + 9 * DAY
ANCHORS = (root().certificate, TIME_CA)


def crl(
    issuer: Holder,
    *holders: Holder,
    revoked: datetime = BEFORE,
    at: datetime = NOW,
    until: datetime | None = None,
    invalid: datetime | None = None,
    extension: x509.ExtensionType | None = None,
    signer: Holder | None = None,
    digest: SHA256 | SHA1 | None = None,
) -> x509.CertificateRevocationList:
    builder = x509.CertificateRevocationListBuilder(issuer.certificate.subject)
    builder = builder.last_update(at).next_update(until or at + 30 * DAY)
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    for holder in holders:
        entry = x509.RevokedCertificateBuilder(holder.certificate.serial_number, revoked)
        if invalid is not None:
            entry = entry.add_extension(x509.InvalidityDate(invalid), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign((signer or issuer).private, digest or SHA256())


@dataclass(frozen=True)
class Signed:
    """A DCC and a PDF of one seal; stamped, where a time stamp says when."""

    seal: Holder
    xml: bytes
    pdf: bytes


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render_dcc(Run(shots=SHOTS[:2]).document())


def sign(plain: bytes, *, stamped: bool) -> Signed:
    seal = make("Laboratory seal", middle())
    key = seal.key()
    with server() as url:
        tsa = time_stamper(url) if stamped else None
        xml = signed_xml(plain, key, at=ISSUED_AT, tsa=tsa)
        return Signed(seal, xml, signed_pdf(blank(), key, at=ISSUED_AT, reason="A", tsa=tsa))


@pytest.fixture(scope="module")
def signed(plain: bytes) -> Signed:
    return sign(plain, stamped=False)


@pytest.fixture(scope="module")
def stamped(plain: bytes) -> Signed:
    return sign(plain, stamped=True)


def found(content: bytes, *lists: x509.CertificateRevocationList) -> tuple[Finding, ...]:
    return verify(content, None, trust=Trust(ANCHORS, NOW, Known(lists))).findings


def errors(content: bytes, *lists: x509.CertificateRevocationList) -> dict[str, str]:
    return {f.rule: f.what for f in found(content, *lists) if f.weight is Weight.ERROR}


def told(content: bytes, *lists: x509.CertificateRevocationList) -> str:
    return "\n".join(f.what for f in found(content, *lists) if f.rule == "revocation")


BOTH = pytest.mark.parametrize("kind", ["xml", "pdf"])


@BOTH
def test_who_was_revoked_before_he_signed_did_not_sign(signed: Signed, kind: str) -> None:
    content: bytes = getattr(signed, kind)
    assert errors(content) == {}
    assert "not known" in told(content)
    wrong = errors(content, crl(middle(), signed.seal))
    assert wrong.keys() == {"revoked"}
    assert "before it signed" in wrong["revoked"]
    # An authority that was revoked takes all that it issued with it.
    assert errors(content, crl(root(), middle())).keys() == {"revoked"}


@BOTH
def test_who_was_revoked_since_proves_nothing_without_a_time_stamp(
    signed: Signed, kind: str
) -> None:
    """The key may be a thief's, and the time what he likes."""
    wrong = errors(getattr(signed, kind), crl(middle(), signed.seal, revoked=AFTER))
    assert wrong.keys() == {"revoked"}
    assert "no time stamp" in wrong["revoked"]


@BOTH
def test_a_time_stamp_proves_that_it_was_signed_before(stamped: Signed, kind: str) -> None:
    content: bytes = getattr(stamped, kind)
    lists = crl(middle(), stamped.seal, revoked=AFTER)
    assert errors(content, lists) == {}
    assert "the time stamp proves" in told(content, lists)
    (signing,) = [f for f in found(content) if f.rule == "signed"]
    assert "2026-11-21 03:04:08 UTC (time stamp)" in signing.what
    assert errors(content, crl(middle(), stamped.seal, revoked=BEFORE)).keys() == {"revoked"}
    known_lost = crl(middle(), stamped.seal, revoked=AFTER, invalid=BEFORE)
    assert errors(content, known_lost).keys() == {"revoked"}


@BOTH
def test_a_revoked_authority_of_time_proves_no_time(stamped: Signed, kind: str) -> None:
    content: bytes = getattr(stamped, kind)
    lists = (
        crl(time_authority(), stamping(), revoked=AFTER),
        crl(middle(), stamped.seal, revoked=AFTER),
    )
    assert errors(content, *lists).keys() == {"revoked"}


# -- lists that tell nothing -----------------------------------------------------------------

SOMEBODY = make("Laboratory issuing CA", authority=True)
NOTHING_TOLD: dict[str, Callable[[], x509.CertificateRevocationList]] = {
    "signed by another of the same name": lambda: crl(middle(), signer=SOMEBODY),
    "of another authority": lambda: crl(root()),
    "of long ago": lambda: crl(middle(), at=ISSUED_AT - 90 * DAY, until=ISSUED_AT - 60 * DAY),
    "of changes alone": lambda: crl(middle(), extension=x509.DeltaCRLIndicator(1)),
    "of authorities alone": lambda: crl(
        middle(),
        extension=x509.IssuingDistributionPoint(None, None, False, True, None, False, False),
    ),
}


@pytest.mark.parametrize("make_list", NOTHING_TOLD.values(), ids=NOTHING_TOLD)
def test_a_list_that_tells_nothing_is_no_proof(
    signed: Signed, make_list: Callable[[], x509.CertificateRevocationList]
) -> None:
    said = told(signed.xml, make_list())
    assert "Laboratory seal,O=Phòng hiệu chuẩn thử nghiệm,C=VN was revoked is not known" in said


def test_a_list_of_now_says_that_it_was_not_revoked(signed: Signed) -> None:
    said = told(signed.xml, crl(middle()), crl(root()))
    assert said.count("was not revoked (as of 2026-11-30") == 2


def test_a_forged_list_revokes_nobody(signed: Signed) -> None:
    assert errors(signed.xml, crl(middle(), signed.seal, signer=SOMEBODY)) == {}


# -- answers (OCSP) --------------------------------------------------------------------------


def answer(
    seal: Holder, by: Holder, *, revoked: datetime | None = None, of: Holder | None = None
) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=(of or seal).certificate,
        issuer=middle().certificate,
        algorithm=SHA1(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + DAY,
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    if by is not middle():
        builder = builder.certificates([by.certificate])
    return builder.sign(by.private, SHA256()).public_bytes(Encoding.DER)


def with_answer(pdf: bytes, der: bytes) -> bytes:
    """A PDF with an answer in its store, before it is signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, ocsps=[OCSPResponse.load(der)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def answered(seal: Holder, der: bytes) -> bytes:
    return signed_pdf(with_answer(blank(), der), seal.key(), at=ISSUED_AT, reason="A")


def responder(issuer: Holder, *purposes: str) -> Holder:
    return make("Answers", issuer, purposes=purposes)


def test_an_embedded_answer_tells() -> None:
    seal = make("Laboratory seal", middle())
    may = responder(middle(), ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string)
    for by in (middle(), may):
        assert "Laboratory seal,O=Phòng hiệu chuẩn thử nghiệm,C=VN was not revoked" in told(
            answered(seal, answer(seal, by))
        )
        assert errors(answered(seal, answer(seal, by, revoked=BEFORE))).keys() == {"revoked"}


def test_an_answer_of_who_may_not_answer_tells_nothing() -> None:
    seal = make("Laboratory seal", middle())
    may_not = responder(middle())
    stranger = responder(root(), ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string)
    for by in (may_not, stranger, seal):
        assert errors(answered(seal, answer(seal, by, revoked=BEFORE))) == {}
        assert "was not revoked" not in told(answered(seal, answer(seal, by)))
    about_another = answer(seal, middle(), of=make("Other", middle()))
    assert "was not revoked" not in told(answered(seal, about_another))


# -- put in when it is signed ------------------------------------------------------------------


def test_lists_put_in_tell_later_without_a_network(plain: bytes) -> None:
    seal = make("Laboratory seal", middle())
    lists = (crl(middle(), at=BEFORE), crl(root(), at=BEFORE))
    with server() as url:
        tsa = time_stamper(url)
        xml = signed_xml(plain, seal.key(), at=ISSUED_AT, tsa=tsa, crls=lists)
        pdf = signed_pdf(blank(), seal.key(), at=ISSUED_AT, reason="A", tsa=tsa, crls=lists)
    for content in (xml, pdf):
        assert errors(content) == {}
        assert told(content).count("was not revoked") == 2
    assert unsigned_xml(xml) == plain
    assert b"<dcc:cryptElectronicTimeStamp>true<" in xml
    assert list(schema_findings(parse(xml, name="signed"))) == []


def test_another_program_finds_in_the_pdf_what_it_asks_for() -> None:
    """pyHanko's own validation, which asks for proof that nothing was revoked."""
    seal = make("Laboratory seal", middle())
    lists = (crl(middle(), at=BEFORE), crl(root(), at=BEFORE))
    signed = signed_pdf(blank(), seal.key(), at=ISSUED_AT, reason="A", crls=lists)
    reader = PdfFileReader(io.BytesIO(signed))
    anchors = {"trust_roots": list(map(as_asn1, ANCHORS)), "moment": ISSUED_AT}
    asked = {"allow_fetching": False, "revocation_mode": "hard-fail", **anchors}
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(asked)
    (signature,) = reader.embedded_signatures
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_any_byte_of_what_proves_an_xml_changed_is_found(plain: bytes) -> None:
    seal = make("Laboratory seal", middle())
    with server() as url:
        xml = signed_xml(
            plain, seal.key(), at=ISSUED_AT, tsa=time_stamper(url), crls=[crl(middle(), at=BEFORE)]
        )
    begin, end = xml.index(b"<xades:UnsignedProperties"), xml.index(b"</xades:UnsignedProperties")
    expected = found(xml)
    chance = random.Random(20261121)
    unseen = []
    for at in chance.sample(range(begin, end), 60):
        try:
            # What does not parse, or tells less than before, is seen.
            if found(with_bit(xml, at, chance.randrange(7))) == expected:
                unseen.append(at - begin)
        except BadInput:
            pass
    assert unseen == []


def test_a_revoked_key_signs_nothing(plain: bytes) -> None:
    seal = make("Laboratory seal", middle())
    revoked = crl(middle(), seal, at=BEFORE)
    with pytest.raises(Refused, match="was revoked on 2026-11-20"):
        signed_xml(plain, seal.key(), at=ISSUED_AT, crls=[revoked])
    with pytest.raises(Refused, match="was revoked"):
        signed_pdf(blank(), seal.key(), at=ISSUED_AT, reason="A", crls=[revoked])
    old = crl(middle(), at=ISSUED_AT - 90 * DAY)
    with pytest.raises(Refused, match="Fetch the present one"):
        signed_xml(plain, seal.key(), at=ISSUED_AT, crls=[old])
    with pytest.raises(BadInput, match="of no issuer"):
        signed_xml(plain, seal.key(), at=ISSUED_AT, crls=[crl(SOMEBODY)])


def test_lists_are_read_from_files(tmp_path: Path) -> None:
    one = crl(middle())
    pem, der, text = tmp_path / "a.pem", tmp_path / "a.crl", tmp_path / "a.txt"
    pem.write_bytes(one.public_bytes(Encoding.PEM))
    der.write_bytes(one.public_bytes(Encoding.DER))
    text.write_bytes(b"hello")
    assert read_lists([pem, der]) == Known((one, one))
    with pytest.raises(BadInput, match="holds no revocation list"):
        read_lists([text])
    with pytest.raises(BadInput, match="cannot be read"):
        read_lists([tmp_path / "none"])
    with pytest.raises(ValueError, match="21 revocation lists"):
        loaded([b""] * 21, [])
