"""Signing what is issued: the XML by XAdES, the PDF by PAdES, each as a whole.

The XML's signature is enveloped (XMLDSig, ETSI EN 319 132-1) and put in front of the last end tag;
the PDF's is a certifying one that allows no change (ISO 32000-1, 12.8.4; ETSI EN 319 142-1, B-B or
with a time stamp B-T), appended as an incremental update and shown nowhere: its block is drawn on
the page. Both leave the bytes that were there as they were, so what is under them can be compared.
"""

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from station.certificate.signing.keys import SigningKey
from station.certificate.signing.proofs import Lists, add_to_pdf, add_to_xml, check_lists
from station.errors import Phrase, Refused, StationError
from station.locale import N_

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pyhanko.sign.signers import PdfSignatureMetadata, Signer
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "Signature1"
ROOM = 2048
"""Bytes for a signature beside the certificates: RSA-4096 with all attributes takes half of it."""

CLOSING = b"</dcc:digitalCalibrationCertificate>"
SIGNATURE_BEGIN = b"<ds:Signature "
SIGNATURE_END = b"</ds:Signature>"

LABORATORY_END = b"  </dcc:calibrationLaboratory>\n"
SEALED = b"   <dcc:cryptElectronicSeal>true</dcc:cryptElectronicSeal>\n"
STAMPED = b"   <dcc:cryptElectronicTimeStamp>true</dcc:cryptElectronicTimeStamp>\n"

ALREADY = N_("It carries a signature already; sign what has none.")


@dataclass(frozen=True, slots=True)
class Seal:
    """What the laboratory signs with; `tsa` asks for time stamps, where there is a server.

    `crls` are the present revocation lists of the key's issuers, which are put in. `other_signer`
    says that the key may be of somebody else than the laboratory.
    """

    key: SigningKey
    tsa: "TimeStamper | None" = None
    crls: Lists = ()
    other_signer: bool = False

    def refuse_stranger(self, laboratory: str) -> None:
        """Check that the key names the laboratory that is printed, as who verifies will.

        Raises:
            Refused: it names somebody else, and nobody said that it may.
        """
        from station.certificate.verification.signer import names_laboratory

        if not self.other_signer and not names_laboratory(self.key.certificate, [laboratory]):
            raise Refused(
                "The key is of {who}, the certificate would name {laboratory}: who verifies it "
                "would be told that somebody else signed. Use a key whose organisation (O) is "
                "{laboratory}; where another signs for the laboratory, say --other-signer to "
                "`station certificate issue` or `amend`.",
                who=self.key.subject,
                laboratory=laboratory,
            )


def signed_pdf(
    pdf: bytes,
    key: SigningKey,
    *,
    at: datetime,
    reason: str,
    tsa: "TimeStamper | None" = None,
    crls: Lists = (),
) -> bytes:
    """Return `pdf` with a signature of the whole file; `pdf` is the beginning of what is returned.

    Args:
        pdf: a PDF/A-3 without signatures; it stays one (ISO 19005-3, 6.4.3).
        key: signs; its certificate and its issuers' are put in.
        at: instant of signing, aware.
        reason: why, for the reader of the signature.
        tsa: puts a time stamp (RFC 3161) in, where given.
        crls: revocation lists of the key's issuers to put in.

    Raises:
        BadInput: a revocation list is of somebody else.
        Refused: the key is not valid at `at`, or the file is signed already.
        StationError: the time stamp's server failed.
    """
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.timestamps import TimestampRequestError

    key.check_valid_at(at)
    check_lists(key, crls, at)
    writer = _appending(pdf)
    if "/AcroForm" in writer.root:
        raise Refused("The PDF cannot be signed. {why}", why=Phrase(ALREADY))
    add_to_pdf(writer, crls)
    signer = PdfSigner(_described(reason), signer=_pdf_signer(key), timestamper=tsa)
    try:
        room = None if tsa else _room(key)
        return asyncio.run(_sign(writer, signer, at.astimezone(UTC), room))
    except (TimestampRequestError, SigningError) as error:
        raise StationError(
            "The PDF could not be signed: {error}. Try again.", error=error
        ) from error


def _described(reason: str) -> "PdfSignatureMetadata":
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata

    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )


def _appending(pdf: bytes) -> Any:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Appending(IncrementalPdfFileWriter):
        """Leaves title, dates and PDF/A's mark as they are: they say the document's own."""

        def _update_meta(self) -> None:
            pass

    return Appending(io.BytesIO(pdf))


def _room(key: SigningKey) -> int:
    """Return how many bytes a signature without a time stamp takes at the most."""
    from cryptography.hazmat.primitives.serialization import Encoding

    # The signer's own issuer and number stand beside its certificate once more.
    named = (key.certificate, key.certificate, *key.chain)
    return ROOM + sum(len(one.public_bytes(Encoding.DER)) for one in named)


async def _sign(writer: Any, signer: Any, at: datetime, room: int | None) -> bytes:
    """Sign as `PdfSigner.async_sign_pdf` does, but at the given instant.

    Without `room` (bytes) a signature is made to see how long it is, with a time stamp of its own.
    """
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    session = signer.init_signing_session(writer)
    session.system_time = at
    digits = 2 * (room or ROOM)
    if room is None:
        digits += await session.estimate_signature_container_size(None, tight=True)
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=digits)
    prepared, out = document.digest_tbs_document()
    done = await document.perform_signature(
        document_digest=prepared.document_digest,
        # PAdES tells the time in the signature's dictionary (EN 319 142-1, 6.3).
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(),
    )
    await done.post_signature_processing(out)
    signed: bytes = out.getvalue()
    return signed


def _pdf_signer(key: SigningKey) -> "Signer":
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own, *issuers = (
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for one in (key.certificate, *key.chain)
    )
    registry = SimpleCertificateStore()
    registry.register_multiple(issuers)

    class Sealing(Signer):
        """Signs with whatever the key is."""

        async def async_sign_raw(
            self, data: bytes, digest_algorithm: str, dry_run: bool = False
        ) -> bytes:
            return key.private.sign(data)

    return Sealing(signing_cert=own, cert_registry=registry, embed_roots=True)


def signed_xml(
    xml: bytes,
    key: SigningKey,
    *,
    at: datetime,
    tsa: "TimeStamper | None" = None,
    crls: Lists = (),
) -> bytes:
    """Return a DCC with a signature of the whole document as its last child.

    The laboratory is said to seal it, and to have the time stamped; nothing else of the bytes
    changes. `unsigned_xml` takes all of it away again.

    Args:
        xml: a DCC as `render_dcc` writes it.
        key: signs; its certificate and its issuers' are put in.
        at: instant of signing, aware.
        tsa: puts a time stamp (RFC 3161) in, where given.
        crls: revocation lists of the key's issuers to put in.

    Raises:
        BadInput: a revocation list is of somebody else.
        Refused: the key is not valid at `at`, or the document is signed already.
        StationError: the time stamp's server failed.
    """
    from station.certificate.reading import parse

    key.check_valid_at(at)
    check_lists(key, crls, at)
    if SIGNATURE_BEGIN in xml:
        raise Refused("The DCC cannot be signed. {why}", why=Phrase(ALREADY))
    xml = _flagged(xml, stamped=tsa is not None)
    root: _Element = _xml_signer(key, at).sign(
        parse(xml, name="certificate"),
        key=_Adapted(key),
        cert=[key.certificate, *key.chain],
        always_add_key_value=False,
    )
    add_to_xml(root[-1], tsa, crls)
    return _put_in(root, xml)


def _put_in(root: "_Element", xml: bytes) -> bytes:
    """Return a DCC with the signature of its tree, all else as it is written."""
    from lxml import etree

    # Taken out of the whole, where it repeats none of the root's namespaces.
    _, begin, rest = etree.tostring(root).partition(SIGNATURE_BEGIN)
    signature, end, _ = rest.rpartition(SIGNATURE_END)
    head, closing, tail = xml.rpartition(CLOSING)
    return head + begin + signature + end + closing + tail


def unsigned_xml(xml: bytes) -> bytes:
    """Return the bytes that `signed_xml` was given; those of an unsigned document as is."""
    head, found, rest = xml.partition(SIGNATURE_BEGIN)
    if not found:
        return xml
    for flag in (STAMPED, SEALED):
        head = head.replace(flag + LABORATORY_END, LABORATORY_END, 1)
    return head + rest.rpartition(SIGNATURE_END)[2]


def _flagged(xml: bytes, *, stamped: bool) -> bytes:
    """Return a DCC that says in its laboratory's place how it is signed (DCC 3.3.0)."""
    flags = SEALED + (STAMPED if stamped else b"")
    return xml.replace(LABORATORY_END, flags + LABORATORY_END, 1)


class _Adapted:
    """A key as signxml calls it; the kind of signature is the key's own."""

    def __init__(self, key: SigningKey) -> None:
        self._private = key.private
        self.key_size: int = getattr(key.certificate.public_key(), "key_size", 0)

    def sign(self, content: bytes, **_: object) -> bytes:
        return self._private.sign(content)


def _xml_signer(key: SigningKey, at: datetime) -> Any:
    from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
    from signxml.xades.xades import XAdESDataObjectFormat

    return _sealing(at)(
        signature_algorithm=(
            SignatureMethod.ECDSA_SHA256 if key.elliptic else SignatureMethod.RSA_SHA256
        ),
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS,
        data_object_format=XAdESDataObjectFormat("Digital Calibration Certificate", "text/xml"),
    )


def _sealing(at: datetime) -> Any:
    from lxml.etree import Element, SubElement
    from signxml.util import ds_tag, namespaces
    from signxml.xades.xades import XAdESSigner

    class Sealing(XAdESSigner):
        """Signs at an instant given, and says how each part was made canonical.

        signxml's own reads the clock, and leaves out the second, for which a reader must then
        assume another method (XML Signature 1.1, 4.4.3.2).
        """

        def add_signing_time(
            self, signed_signature_properties: Any, sig_root: Any, signing_settings: Any
        ) -> None:
            tag = f"{{{namespaces.xades}}}SigningTime"
            time = SubElement(signed_signature_properties, tag)
            time.text = at.astimezone(UTC).isoformat(timespec="seconds")

        def _add_reference_to_signed_info(
            self, sig_root: "_Element", node_to_reference: "_Element", **attrs: str
        ) -> None:
            refer: Any = super()._add_reference_to_signed_info
            refer(sig_root, node_to_reference, **attrs)
            transforms = Element(ds_tag("Transforms"))
            SubElement(transforms, ds_tag("Transform"), Algorithm=self.c14n_alg.value)
            sig_root[0][-1].insert(0, transforms)

    return Sealing
