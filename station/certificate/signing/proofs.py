"""What is put beside a signature so that it can be verified for long, and without a network.

A time stamp proves that it was there at an instant (XAdES-T; a PDF's is asked for while signing),
and revocation lists that its certificates held then (XAdES-LT; in a PDF the document security
store, ETSI EN 319 142-1, 5.4.2, written in front of the signature and so covered by it).
"""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from station.certificate.signing.keys import SigningKey
from station.certificate.verification.form import DS, XADES, stamped_part
from station.certificate.verification.revocation import Known, of_issuer, revoked_at
from station.errors import BadInput, Refused, StationError

if TYPE_CHECKING:
    from cryptography.x509 import CertificateRevocationList
    from lxml.etree import _Element
    from pyhanko.sign.timestamps import TimeStamper

Lists = Sequence["CertificateRevocationList"]
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"


def check_lists(key: SigningKey, crls: Lists, at: datetime) -> None:
    """Check that revocation lists are of the key's issuers, of today, and do not name it.

    Raises:
        BadInput: one is of somebody else.
        Refused: one is out of date, or says that a certificate was revoked.
    """
    path = list(pairwise((key.certificate, *key.chain)))
    for crl in crls:
        who = crl.issuer.rfc4514_string()
        if not any(of_issuer(crl, issuer) for _, issuer in path):
            raise BadInput(
                "The revocation list of {who} is of no issuer of the signing key.", who=who
            )
        if crl.next_update_utc is None or crl.next_update_utc < at:
            raise Refused(
                "The revocation list of {who} was to be renewed by {due}. Fetch the present one.",
                who=who,
                due=crl.next_update_utc,
            )
    for certificate, issuer in path:
        revoked = revoked_at(certificate, issuer, Known(tuple(crls)))
        if revoked is not None:
            raise Refused(
                "The certificate of {who} was revoked on {revoked:%Y-%m-%d}. Sign with another "
                "key.",
                who=certificate.subject.rfc4514_string(),
                revoked=revoked,
            )


def add_to_pdf(writer: Any, crls: Lists) -> None:
    """Put revocation lists into the document that `writer` appends to."""
    from asn1crypto.crl import CertificateList
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    if crls:
        held = [CertificateList.load(_der(crl)) for crl in crls]
        DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=held)


def add_to_xml(signature: "_Element", tsa: "TimeStamper | None", crls: Lists) -> None:
    """Put a time stamp and revocation lists into a signature's unsigned properties.

    Raises:
        StationError: the time stamp's server failed.
    """
    from lxml.etree import SubElement

    frame = next(signature.iter(f"{{{XADES}}}QualifyingProperties"))
    if tsa is None and not crls:
        return
    unsigned = SubElement(frame, f"{{{XADES}}}UnsignedProperties")
    unsigned = SubElement(unsigned, f"{{{XADES}}}UnsignedSignatureProperties")
    if tsa is not None:
        stamp = SubElement(unsigned, f"{{{XADES}}}SignatureTimeStamp")
        SubElement(stamp, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
        token = _token(tsa, stamped_part(signature, EXCLUSIVE))
        SubElement(stamp, f"{{{XADES}}}EncapsulatedTimeStamp").text = b64encode(token).decode()
    if crls:
        values = SubElement(unsigned, f"{{{XADES}}}RevocationValues")
        values = SubElement(values, f"{{{XADES}}}CRLValues")
        for crl in crls:
            held = SubElement(values, f"{{{XADES}}}EncapsulatedCRLValue")
            held.text = b64encode(_der(crl)).decode()


def _token(tsa: "TimeStamper", content: bytes) -> bytes:
    from pyhanko.sign.timestamps import TimestampRequestError

    digest = hashlib.sha256(content).digest()
    try:
        token: bytes = asyncio.run(tsa.async_timestamp(digest, "sha256")).dump()
    except TimestampRequestError as error:
        raise StationError("The DCC got no time stamp: {error}. Try again.", error=error) from error
    return token


def _der(crl: "CertificateRevocationList") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return crl.public_bytes(Encoding.DER)
