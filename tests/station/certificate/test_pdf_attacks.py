"""PDF signatures that are right and of too little, and PDFs of other kinds."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import algos, cms, core, x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from station.certificate.findings import Weight
from station.certificate.signing.sign import signed_pdf
from station.certificate.verification.file import verify
from station.certificate.verification.pdf import pdf_findings
from station.certificate.verification.trust import Trust
from station.errors import BadInput
from tests.station.certificate.authority import laboratory, make, middle, root
from tests.station.certificate.runs import ISSUED_AT
from tests.station.certificate.test_signed_attacks import another_page, blank, pdf_errors, updated
from tests.station.certificate.test_time_stamps import authority

TRUST = Trust((root().certificate,), ISSUED_AT)


def with_message(pdf: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """Put another message in the place of the signature's; its place is not covered."""
    begin = pdf.index(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", begin)
    message = cms.ContentInfo.load(bytes.fromhex(pdf[begin:end].decode()))
    change(message["content"])
    altered = message.dump(force=True).hex().encode().ljust(end - begin, b"0")
    assert len(altered) == end - begin
    return pdf[:begin] + altered + pdf[end:]


def test_a_signature_by_a_weak_digest_under_a_strong_name_is_found() -> None:
    private = rsa.generate_private_key(65537, 2048)
    holder = make("Seal", middle(), private=private)

    def weaken(data: cms.SignedData) -> None:
        """Say SHA-256 of the file and sign that by SHA-1."""
        (signer,) = data["signer_infos"]
        kept = [a for a in signer["signed_attrs"] if a["type"].native != "cms_algorithm_protection"]
        attributes = cms.CMSAttributes(kept)
        signer["signed_attrs"] = attributes
        signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
        signer["signature"] = private.sign(attributes.dump(), padding.PKCS1v15(), SHA1())

    pdf = with_message(signed_pdf(blank(), holder.key(), at=ISSUED_AT, reason="A"), weaken)
    found = pdf_findings(pdf, TRUST)[1]
    (wrong,) = [f for f in found if f.weight is Weight.ERROR]
    assert "signed by sha1" in wrong.what


def test_a_key_that_can_be_computed_is_none_of_anybody() -> None:
    # Ours cannot sign with it: another program would.
    holder = make("Seal", middle(), private=rsa.generate_private_key(65537, 1024))
    signer = SimpleSigner.load_pkcs12_data(holder.p12(None), other_certs=[], passphrase=None)
    assert signer is not None
    out = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(field_name="S", subfilter=SigSeedSubFilter.PADES), signer=signer
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(blank())), output=out)
    assert pdf_errors(out.getvalue(), Trust((root().certificate,))) == {"key-weak"}


def test_the_laboratorys_own_seal_stamps_no_time() -> None:
    """Else whoever has a seal could sign after it expired, and say that it was before."""
    seal = make("Seal", root(), private=rsa.generate_private_key(65537, 2048))
    key = make("S", middle(), until=ISSUED_AT + timedelta(days=30)).key()
    pdf = signed_pdf(blank(), key, at=ISSUED_AT, reason="A", tsa=authority(seal, ISSUED_AT))
    later = Trust((root().certificate,), ISSUED_AT + timedelta(days=400))
    found = {f.rule: f for f in pdf_findings(pdf, later)[1]}
    assert "signer's own word" in found["signed"].what
    assert found["time-stamp"].weight is Weight.WARNING
    assert found["expired-since"].weight is Weight.WARNING


def test_a_signer_may_be_named_by_the_identifier_of_his_key() -> None:
    """RFC 5652, 5.3: the versions are then 3, of the signer as of the message."""
    own = x509.Certificate.load(laboratory().certificate.public_bytes(Encoding.DER))

    def name(data: cms.SignedData) -> None:
        (signer,) = data["signer_infos"]
        identifier = core.OctetString(own.key_identifier)
        signer["sid"] = cms.SignerIdentifier({"subject_key_identifier": identifier})
        signer["version"] = data["version"] = "v3"

    pdf = signed_pdf(blank(), laboratory().key(), at=ISSUED_AT, reason="A")
    assert pdf_errors(with_message(pdf, name), TRUST) == set()


def test_an_issuers_certificate_with_another_number_of_bits_is_found() -> None:
    """It says that the last bit of its signature does not count, which is 0 anyway."""
    issuers = (make("Even", root(), authority=True) for _ in range(100))
    issuer = next(one for one in issuers if not one.certificate.signature[-1] & 1)
    pdf = signed_pdf(blank(), make("S", issuer).key(), at=ISSUED_AT, reason="A")
    assert pdf_errors(pdf, TRUST) == set()
    signature = issuer.certificate.signature.hex().upper().encode()
    assert pdf.count(b"00" + signature) == 1
    altered = pdf.replace(b"00" + signature, b"01" + signature)
    assert pdf_errors(altered, TRUST) == {"not-covered"}


# -- PDFs without a DCC --------------------------------------------------------------------------


def test_of_a_signed_pdf_without_a_dcc_the_signature_is_verified() -> None:
    pdf = signed_pdf(blank(), laboratory().key(), at=ISSUED_AT, reason="A")
    report = verify(pdf, None, trust=TRUST)
    assert report.good
    assert (report.kind, report.number, report.laboratory) == ("pdf", "", "")
    found = {f.rule: f for f in report.findings}
    assert "Laboratory seal" in found["signed"].what
    assert found["no-dcc"].weight is Weight.WARNING
    assert not verify(pdf + b" ", None, trust=TRUST).good
    assert not verify(updated(pdf, another_page), None, trust=TRUST).good


def test_a_pdf_that_is_neither_signed_nor_has_a_dcc_is_refused() -> None:
    with pytest.raises(BadInput, match="neither"):
        verify(blank(), None, trust=TRUST)
