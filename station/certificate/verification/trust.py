"""Whom a signature's certificate belongs to, and whether the reader trusts who issued it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, note, warning
from station.certificate.verification.revocation import (
    NOTHING,
    Known,
    revocation_findings,
)
from station.certificate.verification.signer import key_findings, signer_findings
from station.errors import BadInput, Phrase

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

LARGEST_TRUST = 10_000_000
MOST_CERTIFICATES = 20
"""In one signature; a chain has three or four."""

CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader trusts: certificates of authorities; and the instant of reading.

    `known` are revocation lists that the reader names.
    """

    anchors: tuple["Certificate", ...] = ()
    now: datetime | None = None
    known: Known = NOTHING


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature whose bytes are right: by whom, when, and whether a time stamp proves when.

    `stated` tells whether anybody says when it was made. `laboratory` are the names of who should
    have signed, where they are known; `known` is what the document itself tells of revocations.
    """

    place: str
    certificate: "Certificate"
    others: tuple["Certificate", ...]
    at: datetime
    stamped: bool
    stated: bool = True
    laboratory: tuple[str, ...] = ()
    known: Known = NOTHING


def unreadable(*more: type[BaseException]) -> tuple[type[BaseException], ...]:
    """Return what the libraries raise at signatures and certificates that are malformed.

    `more` are those of a library of its own.

    Hostile bytes make them fail in ways beyond their own error types; whichever it is, the
    signature does not hold.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import (
        DuplicateExtension,
        ExtensionNotFound,
        InvalidVersion,
        UnsupportedGeneralNameType,
    )

    return (
        InvalidSignature, UnsupportedAlgorithm, DuplicateExtension, ExtensionNotFound,
        InvalidVersion, UnsupportedGeneralNameType, ValueError, KeyError, TypeError,
        AttributeError, IndexError, AssertionError, ArithmeticError, NotImplementedError,
        RecursionError, OSError, *more,
    )  # fmt: skip


def read_trust(paths: Sequence[Path]) -> tuple["Certificate", ...]:
    """Return the certificates in PEM files.

    Raises:
        BadInput: a file cannot be read, or holds none.
    """
    from cryptography.x509 import load_pem_x509_certificates

    from station.files import read_bytes

    found: list[Certificate] = []
    for path in paths:
        try:
            found += load_pem_x509_certificates(read_bytes(path, largest=LARGEST_TRUST))
        except ValueError as fault:
            raise BadInput("{path}: holds no certificates in PEM form.", path=path) from fault
    return tuple(found)


def trust_findings(seal: Seal, trust: Trust) -> Iterator[Finding]:
    """Yield what is to be said of who signed, and when."""
    place, own = seal.place, seal.certificate
    who = own.subject.rfc4514_string()
    yield note("signed", place, Phrase("by {who}, {when}", who=who, when=_when(seal)))
    yield from _time_findings(seal, trust)
    yield from key_findings(seal.certificate, place)
    yield from signer_findings(seal.certificate, seal.laboratory, trust.anchors, place)
    yield from link_findings(seal, trust)
    yield from revocation_findings(
        place, path_of(seal, trust), seal.known + trust.known, at=seal.at, stamped=seal.stamped
    )
    if not trust.anchors:
        what = Phrase(
            "not checked: name the authority that issued {who} with --trust CA.pem", who=who
        )
        yield note("trust", place, what)
        return
    why = _distrust(seal, trust)
    if why:
        yield error("not-trusted", place, Phrase("{who}: {why}", who=who, why=why))


def _when(seal: Seal) -> Phrase:
    if not seal.stated:
        return Phrase("nobody says when")
    word = Phrase("time stamp") if seal.stamped else Phrase("the signer's own word")
    return Phrase("{at:%Y-%m-%d %H:%M:%S} UTC ({word})", at=seal.at, word=word)


def _time_findings(seal: Seal, trust: Trust) -> Iterator[Finding]:
    own, at = seal.certificate, seal.at
    span = Phrase(
        "{begin:%Y-%m-%d} to {end:%Y-%m-%d}",
        begin=own.not_valid_before_utc,
        end=own.not_valid_after_utc,
    )
    if not own.not_valid_before_utc <= at <= own.not_valid_after_utc:
        what = Phrase(
            "signed {at:%Y-%m-%d}, but the certificate is valid from {span}", at=at, span=span
        )
        yield error("expired-when-signed", seal.place, what)
    if trust.now is None:
        return
    if at > trust.now + CLOCKS_DIFFER:
        yield error(
            "signed-in-future",
            seal.place,
            Phrase("signed {at:%Y-%m-%d}, which is yet to come", at=at),
        )
    if trust.now > own.not_valid_after_utc and not seal.stamped:
        what = Phrase(
            "the certificate was valid from {span}, and no time stamp proves the signing then",
            span=span,
        )
        yield warning("expired-since", seal.place, what)


def link_findings(seal: Seal, trust: Trust) -> Iterator[Finding]:
    """Yield where a certificate in the signature is not issued by another there or one trusted."""
    known = (seal.certificate, *seal.others, *trust.anchors)
    for one in known[: 1 + len(seal.others)]:
        issuers = [issuer for issuer in known if issuer.subject == one.issuer]
        title = one.subject.rfc4514_string()
        if not issuers:
            what = Phrase(
                "the issuer of {title} is neither in the signature nor trusted", title=title
            )
            yield (error if trust.anchors else note)("issuer-unknown", seal.place, what)
        elif not any(_issued(one, issuer) for issuer in issuers):
            what = Phrase("the certificate of {title} is not what its issuer signed", title=title)
            yield error("certificate-altered", seal.place, what)


def path_of(seal: Seal, trust: Trust) -> "list[tuple[Certificate, Certificate]]":
    """Return a signer's certificate and its issuers', each with who issued it, up to the root."""
    path: list[tuple[Certificate, Certificate]] = []
    last: Certificate | None = seal.certificate
    while last is not None and last not in trust.anchors and len(path) < MOST_CERTIFICATES:
        known = (*seal.others, *trust.anchors)
        issuers = (one for one in known if one.subject == last.issuer and one != last)
        issuer = next((one for one in issuers if _issued(last, one)), None)
        if issuer is not None:
            path.append((last, issuer))
        last = issuer
    return path


def _issued(one: "Certificate", issuer: "Certificate") -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except unreadable():
        return False
    return True


def _distrust(seal: Seal, trust: Trust) -> str:
    """Return why no path leads to a trusted certificate, or ""."""
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

    own, *others = map(as_asn1, (seal.certificate, *seal.others))
    context = context_of(trust.anchors, seal.at)
    validator = CertificateValidator(own, intermediate_certs=others, validation_context=context)
    try:
        asyncio.run(validator.async_validate_path())
    except (PathBuildingError, PathValidationError) as fault:
        return " ".join(str(fault).split())
    return ""


def context_of(anchors: Sequence["Certificate"], at: datetime) -> "ValidationContext":
    """Return what paths of certificates are checked with, offline, as of `at`."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[as_asn1(one) for one in anchors],
        allow_fetching=False,
        moment=at,
        best_signature_time=at,
        revocation_mode="soft-fail",
    )


def as_asn1(certificate: "Certificate") -> "object":
    """Return a certificate the way pyHanko holds it."""
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
