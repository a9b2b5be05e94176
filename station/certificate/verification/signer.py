"""Whether a signature's certificate is one for signing, and whether it is the laboratory's."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, warning
from station.errors import Phrase

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, ObjectIdentifier

SMALLEST_RSA, SMALLEST_CURVE = 2048, 256
"""Bits (NIST SP 800-131A Rev. 2, 3)."""

SHORTEST = 8
"""Letters of an organisation's name that a laboratory's name may tell by being longer."""

OTHER_PURPOSES = frozenset(
    {
        "1.3.6.1.5.5.7.3.1",  # web servers
        "1.3.6.1.5.5.7.3.3",  # programs
        "1.3.6.1.5.5.7.3.8",  # time stamps
        "1.3.6.1.5.5.7.3.9",  # OCSP
    }
)
"""Extended key usages (RFC 5280, 4.2.1.12) none of which is that of documents."""


def key_findings(certificate: "Certificate", place: str) -> Iterator[Finding]:
    """Yield why a certificate's key is none to sign documents with (RFC 5280, 4.2.1.3)."""
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound, KeyUsage

    bits, least = _bits(certificate)
    if bits < least:
        yield error(
            "key-weak",
            place,
            Phrase("its key has {bits} bits; at least {least} are safe", bits=bits, least=least),
        )
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            yield error("key-usage", place, Phrase("the certificate does not allow signing"))
    except ExtensionNotFound:
        pass
    except ValueError as fault:
        yield error(
            "certificate-altered",
            place,
            Phrase("its extensions cannot be read ({fault})", fault=fault),
        )
        return
    try:
        purposes = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return
    if {purpose.dotted_string for purpose in purposes} <= OTHER_PURPOSES:
        yield error(
            "key-purpose", place, Phrase("the certificate is for something else than documents")
        )


def _bits(certificate: "Certificate") -> tuple[int, int]:
    """Return how long a key is, and how long one of its kind should be at the least."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    key = certificate.public_key()
    if isinstance(key, RSAPublicKey):
        return key.key_size, SMALLEST_RSA
    return (key.key_size, SMALLEST_CURVE) if isinstance(key, EllipticCurvePublicKey) else (0, 0)


def signer_findings(
    certificate: "Certificate",
    laboratory: Sequence[str],
    trusted: Iterable["Certificate"],
    place: str,
) -> Iterator[Finding]:
    """Yield that the signer is not the laboratory that the document names.

    An authority certifies many: each of them could sign what names another. Who is trusted himself,
    and not for his authority, may sign for whom he likes.
    """
    trusted = tuple(trusted)
    if not laboratory or certificate in trusted or names_laboratory(certificate, laboratory):
        return
    who = certificate.subject.rfc4514_string()
    what = Phrase(
        "signed by {who}, who is not {laboratory} by name; where that is as it should be, trust "
        "the signer's own certificate with --trust",
        who=who,
        laboratory=laboratory[0],
    )
    yield (error if trusted else warning)("signer-differs", place, what)


def names_laboratory(certificate: "Certificate", laboratory: Sequence[str]) -> bool:
    """Whether a certificate names the laboratory, or the organisation that its name tells."""
    from cryptography.x509.oid import NameOID

    def said(kind: "ObjectIdentifier") -> list[str]:
        parts = certificate.subject.get_attributes_for_oid(kind)
        return [_folded(str(part.value)) for part in parts]

    # "Physikalisch-Technische Bundesanstalt (PTB)": what is in parentheses is left out by many.
    names = [_folded(re.sub(r"\(.*?\)", "", name)) for name in laboratory]
    organisations = said(NameOID.ORGANIZATION_NAME)
    units = said(NameOID.ORGANIZATIONAL_UNIT_NAME) + said(NameOID.COMMON_NAME)
    if any(_within(name, part) for name in names for part in (*organisations, *units)):
        return True
    # "Calibration room, Example Company Ltd", of a seal that the company has.
    return any(
        _within(part, name) and " " in part and len(part) >= SHORTEST
        for name in names
        for part in organisations
    )


def _within(words: str, text: str) -> bool:
    return bool(words) and f" {words} " in f" {text} "


def _folded(name: str) -> str:
    """Return the words of a name without capitals and accents, which many certificates lack."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain))
