"""Whether a signature's certificates were revoked, and when, offline.

What is known stands in the document itself, put there when it was signed (PAdES and XAdES, LT), or
in lists that the reader names: CRLs (RFC 5280, 5) and OCSP responses (RFC 6960), each proved by the
signature of who issued the certificate. A certificate revoked after a time stamp was good before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.certificate.findings import Finding, error, note
from station.errors import BadInput, Phrase

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateRevocationList
    from cryptography.x509.ocsp import OCSPResponse

MOST = 20
"""Lists and responses in one document."""

LARGEST_LIST = 20_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """What an issuer says of a certificate, from `since` `until`; `revoked` where it was."""

    since: datetime
    until: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that may tell of a revocation."""

    crls: tuple["CertificateRevocationList", ...] = ()
    responses: tuple["OCSPResponse", ...] = ()

    def __add__(self, other: "Known") -> "Known":
        """Return what both know."""
        return Known(self.crls + other.crls, self.responses + other.responses)


NOTHING = Known()


def read_lists(paths: Sequence[Path]) -> Known:
    """Return the revocation lists in files, PEM or DER.

    Raises:
        BadInput: a file cannot be read, or is none.
    """
    from station.files import read_bytes

    found = []
    for path in paths:
        try:
            found.append(load_list(read_bytes(path, largest=LARGEST_LIST)))
        except ValueError as fault:
            raise BadInput(
                "{path}: holds no revocation list (CRL), PEM or DER.", path=path
            ) from fault
    return Known(tuple(found))


def load_list(content: bytes) -> "CertificateRevocationList":
    """Return a revocation list, PEM or DER.

    Raises:
        ValueError: it is none.
    """
    from cryptography.x509 import load_der_x509_crl, load_pem_x509_crl

    return (load_pem_x509_crl if b"-----BEGIN" in content[:100] else load_der_x509_crl)(content)


def loaded(crls: Sequence[bytes], responses: Sequence[bytes]) -> Known:
    """Return what a document holds, in DER.

    Raises:
        ValueError: something is none, or there is too much.
    """
    from asn1crypto.crl import CertificateList
    from cryptography.x509.ocsp import load_der_ocsp_response

    if len(crls) + len(responses) > MOST:
        raise ValueError(f"{len(crls) + len(responses)} revocation lists")
    for content in crls:
        # A signature is of whole octets; another number of bits would be read the same.
        if CertificateList.load(content)["signature"].contents[0]:
            raise ValueError("a revocation list is not written as it must be")
    return Known(tuple(map(load_list, crls)), tuple(map(load_der_ocsp_response, responses)))


def revocation_findings(
    place: str,
    path: Sequence[tuple["Certificate", "Certificate"]],
    known: Known,
    *,
    at: datetime,
    stamped: bool,
) -> Iterator[Finding]:
    """Yield what is known of the revocation of certificates, at the instant of signing.

    Args:
        place: of the signature.
        path: certificates with who issued each.
        known: lists and responses.
        at: when it was signed.
        stamped: whether a time stamp proves that.
    """
    for certificate, issuer in path:
        who = certificate.subject.rfc4514_string()
        words = list(_words(certificate, issuer, known))
        revoked = _earliest(words)
        if revoked is not None:
            yield _revoked(place, who, revoked, at, stamped=stamped)
        elif any(word.since >= at or word.until >= at for word in words):
            latest = max(word.since for word in words)
            yield note(
                "revocation",
                place,
                Phrase("{who} was not revoked (as of {day})", who=who, day=_day(latest)),
            )
        else:
            what = Phrase(
                "whether {who} was revoked is not known: give its issuer's list with --crl", who=who
            )
            yield note("revocation", place, what)


def revoked_at(certificate: "Certificate", issuer: "Certificate", known: Known) -> datetime | None:
    """Return when a certificate was revoked, or None where nobody says so."""
    return _earliest(_words(certificate, issuer, known))


def _earliest(words: Iterable[Word]) -> datetime | None:
    return min((word.revoked for word in words if word.revoked), default=None)


def _revoked(place: str, who: str, revoked: datetime, at: datetime, *, stamped: bool) -> Finding:
    if revoked <= at:
        return error(
            "revoked",
            place,
            Phrase("{who} was revoked {day}, before it signed", who=who, day=_day(revoked)),
        )
    if stamped:
        what = Phrase(
            "{who} was revoked {day}; the time stamp proves that it signed before",
            who=who,
            day=_day(revoked),
        )
        return note("revocation", place, what)
    what = Phrase(
        "{who} was revoked {day}, and no time stamp proves that it signed before",
        who=who,
        day=_day(revoked),
    )
    return error("revoked", place, what)


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _words(certificate: "Certificate", issuer: "Certificate", known: Known) -> Iterator[Word]:
    for crl in known.crls:
        if of_issuer(crl, issuer):
            yield from _of_list(certificate, crl)
    for response in known.responses:
        yield from _of_response(certificate, issuer, response)


def of_issuer(crl: "CertificateRevocationList", issuer: "Certificate") -> bool:
    """Whether a list is signed by `issuer`, who may."""
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    if crl.issuer != issuer.subject:
        return False
    try:
        usage = issuer.extensions.get_extension_for_class(KeyUsage).value
        if not usage.crl_sign:
            return False
    except ExtensionNotFound:
        pass
    key: Any = issuer.public_key()
    return _is_strong(crl) and bool(crl.is_signature_valid(key))


def _is_strong(signed: "CertificateRevocationList | OCSPResponse") -> bool:
    digest = signed.signature_hash_algorithm
    return digest is not None and digest.name not in ("md5", "sha1")


def _of_list(certificate: "Certificate", crl: "CertificateRevocationList") -> Iterator[Word]:
    from cryptography.x509 import (
        DeltaCRLIndicator,
        ExtensionNotFound,
        InvalidityDate,
        IssuingDistributionPoint,
    )

    since = crl.last_update_utc
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None:
        revoked = entry.revocation_date_utc
        try:
            invalid = entry.extensions.get_extension_for_class(InvalidityDate).value
            revoked = min(revoked, invalid.invalidity_date_utc)
        except ExtensionNotFound:
            pass
        yield Word(since, since, revoked)
        return
    # A list of changes, or of some certificates alone, says nothing by leaving one out.
    for partial in (DeltaCRLIndicator, IssuingDistributionPoint):
        try:
            crl.extensions.get_extension_for_class(partial)
        except ExtensionNotFound:
            continue
        return
    yield Word(since, crl.next_update_utc or since, None)


def _of_response(
    certificate: "Certificate", issuer: "Certificate", response: "OCSPResponse"
) -> Iterator[Word]:
    from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponseStatus

    if response.response_status is not OCSPResponseStatus.SUCCESSFUL:
        return
    if not any(_answers(response, by, issuer) for by in (issuer, *response.certificates)):
        return
    for one in response.responses:
        if one.serial_number != certificate.serial_number or not _about(one, issuer):
            continue
        since = one.this_update_utc
        if one.certificate_status is OCSPCertStatus.REVOKED:
            yield Word(since, since, one.revocation_time_utc)
        elif one.certificate_status is OCSPCertStatus.GOOD:
            yield Word(since, one.next_update_utc or since, None)


def _about(one: Any, issuer: "Certificate") -> bool:
    """Whether an answer is about a certificate of this issuer's (RFC 6960, 4.1.1)."""
    from cryptography.hazmat.primitives.hashes import Hash

    name = Hash(one.hash_algorithm)
    name.update(issuer.subject.public_bytes())
    return bool(one.issuer_name_hash == name.finalize())


def _answers(response: "OCSPResponse", by: "Certificate", issuer: "Certificate") -> bool:
    """Whether `by` signed a response, and may: the issuer, or who has it from him for that."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound
    from cryptography.x509.oid import ExtendedKeyUsageOID

    if not _is_strong(response):
        return False
    digest: Any = response.signature_hash_algorithm
    key: Any = by.public_key()
    how = (ECDSA(digest),) if isinstance(key, EllipticCurvePublicKey) else (PKCS1v15(), digest)
    try:
        key.verify(response.signature, response.tbs_response_bytes, *how)
        if by != issuer:
            by.verify_directly_issued_by(issuer)
            uses = by.extensions.get_extension_for_class(ExtendedKeyUsage).value
            return ExtendedKeyUsageOID.OCSP_SIGNING in uses
    except (InvalidSignature, ExtensionNotFound, ValueError, TypeError):
        return False
    return True
