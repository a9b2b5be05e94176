"""What stands in a PDF's signature: a CMS message (RFC 5652), perhaps with a time stamp (RFC 3161).

A signature covers its signed attributes, not the message around them. What is around is checked to
say nothing else than what is covered, so that no byte of it can be another.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from station.certificate.findings import Finding, Weight, error, note, warning
from station.certificate.verification.der import der_length
from station.certificate.verification.revocation import Known, revocation_findings
from station.certificate.verification.trust import (
    MOST_CERTIFICATES,
    Seal,
    Trust,
    context_of,
    link_findings,
    path_of,
)
from station.errors import Phrase

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})


def message_flaw(held: bytes, *, version: str) -> Phrase | None:
    """Return what is wrong with the form of a signature's message, or ""."""
    from asn1crypto.cms import ContentInfo

    length = der_length(held)
    if not length:
        return Phrase("it is not written as it must be (DER)")
    message = ContentInfo.load(held[:length], strict=True)
    if held[length:].strip(b"\0"):
        return Phrase("there is something behind the signature in its place")
    if message["content_type"].native != "signed_data":
        return Phrase("it is no signature")
    return _data_flaw(message["content"], version=version)


def _data_flaw(data: Any, *, version: str) -> Phrase | None:
    if len(data["signer_infos"]) != 1 or len(data["digest_algorithms"]) != 1:
        return Phrase("it is of more than one signer")
    if not 1 <= len(data["certificates"]) <= MOST_CERTIFICATES:
        return Phrase("it holds {count} certificates", count=len(data["certificates"]))
    if any(one.chosen["signature_value"].contents[0] for one in data["certificates"]):
        # A number of bits that is none of octets: read the same, and covered by nothing.
        return Phrase("a certificate is not written as it must be")
    signer, digest = data["signer_infos"][0], data["digest_algorithms"][0]
    if digest.dump() != signer["digest_algorithm"].dump():
        return Phrase("its digest is not the one that it names")
    if signer["digest_algorithm"]["algorithm"].native not in DIGESTS:
        return Phrase(
            "its digest {digest} is too weak", digest=signer["digest_algorithm"]["algorithm"].native
        )
    weak = _other_digest(signer)
    if weak:
        return Phrase("it is signed by {weak}, not by the digest that it names", weak=weak)
    # RFC 5652, 5.1.
    wanted = "v3" if signer["version"].native == "v3" else version
    if data["version"].native != wanted or data["crls"].native:
        return Phrase("its version is not that of its content")
    return _signer_flaw(data)


def _other_digest(signer: Any) -> str:
    """Return which digest the signature itself is made by, where it is another, or ""."""
    try:
        used: str = signer["signature_algorithm"].hash_algo
    except ValueError:
        # The kind of signature names none: it is the one named beside it.
        return ""
    return "" if used == signer["digest_algorithm"]["algorithm"].native else used


def _signer_flaw(data: Any) -> Phrase | None:
    """Return where a signer is named otherwise than its certificate, byte by byte, or ""."""
    from pyhanko.sign.validation.generic_cms import extract_certs_for_validation

    signer = data["signer_infos"][0]
    named = signer["sid"].chosen
    by_issuer = signer["sid"].name == "issuer_and_serial_number"
    if signer["version"].native != ("v1" if by_issuer else "v3"):
        return Phrase("its version is not that of its content")
    if by_issuer:
        own = extract_certs_for_validation(data).signer_cert
        if named["issuer"].dump() != own.issuer.dump():
            return Phrase("it names another issuer than its certificate")
    return None


def certificates(data: Any) -> tuple["Certificate", ...]:
    """Return the certificates in a CMS message, the signer's first."""
    from cryptography.x509 import load_der_x509_certificate
    from pyhanko.sign.validation.generic_cms import extract_certs_for_validation

    found = extract_certs_for_validation(data)
    return tuple(
        load_der_x509_certificate(one.dump()) for one in (found.signer_cert, *found.other_certs)
    )


def broken(data: Any, digest: bytes) -> Phrase | None:
    """Return why a message is not the signature of what has the digest, or ""."""
    from pyhanko.sign.validation.generic_cms import (
        extract_certs_for_validation,
        validate_sig_integrity,
    )

    intact, valid = validate_sig_integrity(
        data["signer_infos"][0],
        extract_certs_for_validation(data).signer_cert,
        expected_content_type=data["encap_content_info"]["content_type"].native,
        actual_digest=digest,
    )
    if not intact:
        return Phrase("the file is not what was signed")
    return None if valid else Phrase("the signature is not the one of the certificate's key")


def broken_stamp(data: Any, imprint: Callable[[str], bytes]) -> Phrase | None:
    """Return why a time stamp is not one of what `imprint` gives the digest of, or ""."""
    content = data["encap_content_info"]["content"]
    said = content.parsed["message_imprint"]
    if said["hashed_message"].native != imprint(said["hash_algorithm"]["algorithm"].native):
        return Phrase("it is of something else")
    digest = hashlib.new(data["signer_infos"][0]["digest_algorithm"]["algorithm"].native)
    digest.update(bytes(content))
    return broken(data, digest.digest())


def stamped(
    data: Any, trust: Trust, place: str, known: Known
) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Return the instant that a time stamp in a signature proves, and what is found about it."""
    from pyhanko.sign.validation.generic_cms import message_imprint_checker

    signer = data["signer_infos"][0]
    tokens = [
        token["content"]
        for attribute in signer["unsigned_attrs"]
        if attribute["type"].native == "signature_time_stamp_token"
        for token in attribute["values"]
    ]
    return proven_time(tokens, message_imprint_checker(signer), trust, place, known)


def proven_time(
    tokens: Sequence[Any],
    imprint: Callable[[str], bytes],
    trust: Trust,
    place: str,
    known: Known,
) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Return the instant that a time stamp proves, if any does, and what is found about it.

    Args:
        tokens: the stamps, of which there should be one.
        imprint: returns the digest, by the algorithm of a name, of what is stamped.
        trust: whom the reader trusts.
        place: of the signature.
        known: what the document tells of revocations.
    """
    if not tokens:
        return None, ()
    where = f"{place} time stamp"
    token = tokens[0]
    instant = token["encap_content_info"]["content"].parsed["gen_time"].native.astimezone(UTC)
    flaw = _data_flaw(token, version="v3") if len(tokens) == 1 else Phrase("there are several")
    found = [error("time-stamp-broken", where, flaw)] if flaw else []
    own, *others = certificates(token)
    seal = Seal(where, own, tuple(others), instant, stamped=True)
    found += link_findings(seal, trust)
    good = False
    if not flaw:
        good, weighed = _weighed(imprint, token, trust, where, instant)
        found += weighed
    # What an authority says that was revoked, before or since, proves nothing.
    told = revocation_findings(
        where, path_of(seal, trust), known + trust.known, at=instant, stamped=False
    )
    revoked = [finding for finding in told if finding.weight is Weight.ERROR]
    return (instant if good and not revoked else None), (*found, *revoked)


def _weighed(
    imprint: Callable[[str], bytes], token: Any, trust: Trust, where: str, instant: datetime
) -> tuple[bool, Iterator[Finding]]:
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

    status = asyncio.run(
        validate_tst_signed_data(token, context_of(trust.anchors, instant), imprint)
    )
    if not (status["intact"] and status["valid"]):
        return False, iter(
            [error("time-stamp-broken", where, Phrase("it is not of this signature"))]
        )
    if status["validation_path"] is None or status["trust_problem_indic"] is not None:
        what = Phrase(
            "it says {instant:%Y-%m-%d %H:%M:%S} UTC, by an authority that is not trusted",
            instant=instant,
        )
        return False, iter([(warning if trust.anchors else note)("time-stamp", where, what)])
    return True, iter(())
