"""The signatures of a DCC: XMLDSig and XAdES, enveloped, of the whole document.

Only a signature that stands as a child of the root and refers to the whole document (URI "")
counts; anything signed by id could stand beside what is read (signature wrapping). Several are
sequential: each covers the ones before it.
"""

import copy
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from station.certificate.findings import Finding, error, note
from station.certificate.reading import elements, laboratory_of
from station.certificate.verification.cms import message_flaw, proven_time
from station.certificate.verification.form import (
    DS,
    XADES,
    encapsulated,
    form_flaw,
    has_blanks,
    leaves_signatures_out,
    outside_flaw,
    stamped_part,
)
from station.certificate.verification.revocation import Known, loaded
from station.certificate.verification.trust import (
    MOST_CERTIFICATES,
    Seal,
    Trust,
    trust_findings,
    unreadable,
)
from station.errors import Phrase

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element

TAG = f"{{{DS}}}Signature"
MOST_SIGNATURES = 10
DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def xml_findings(root: "_Element", trust: Trust) -> tuple[bool, tuple[Finding, ...]]:
    """Return whether a DCC is signed, and what is found about its signatures.

    Args:
        root: the parsed document; it is not changed.
        trust: whom the reader trusts.
    """
    every = list(elements(root, "//ds:Signature"))
    if not every:
        return False, ()
    found: list[Finding] = []
    own = [child for child in root if child.tag == TAG]
    if len(own) != len(every):
        found.append(error("not-covered", "xml", Phrase("a signature stands inside the document")))
    outside = outside_flaw(root)
    if outside:
        found.append(error("not-covered", "xml", outside))
    if len(own) > MOST_SIGNATURES:
        return True, (
            error("signature-unreadable", "xml", Phrase("{count} signatures", count=len(own))),
        )
    for index in range(len(own)):
        place = "xml signature" if len(own) == 1 else f"xml signature {index + 1}"
        found += _one(root, index, trust, place)
    return True, tuple(found)


def _one(root: "_Element", index: int, trust: Trust, place: str) -> list[Finding]:
    import warnings

    from cryptography.exceptions import InvalidSignature
    from lxml.etree import LxmlError
    from signxml.exceptions import SignXMLException

    try:
        with warnings.catch_warnings():
            # Odd certificates are warned of; whether they hold is what is found out here.
            warnings.simplefilter("ignore")
            return list(_findings(_as_signed(root, index), trust, place))
    except (SignXMLException, InvalidSignature) as fault:
        why = " ".join(str(fault).split())[:200]
        what = Phrase("{why}", why=why) if why else Phrase("the signature is not that of its key")
        return [error("signature-broken", place, what)]
    except unreadable(LxmlError) as fault:
        what = Phrase(
            "cannot be read ({kind}: {why})",
            kind=type(fault).__name__,
            why=" ".join(str(fault).split())[:200],
        )
        return [error("signature-unreadable", place, what)]


def _as_signed(root: "_Element", index: int) -> "_Element":
    """Return the document as it was when its signature `index` was the last."""
    whole = copy.deepcopy(root)
    for later in [child for child in whole if child.tag == TAG][index + 1 :]:
        whole.remove(later)
    return whole


def _findings(root: "_Element", trust: Trust, place: str) -> Iterator[Finding]:
    signature = _last(root)
    flaw = form_flaw(signature)
    if flaw:
        yield error("not-covered", place, flaw)
        return
    own, *others = _certificates(signature)
    at = _time(_verify(root, signature, own))
    known = loaded(
        encapsulated(signature, "CRLValues", "EncapsulatedCRLValue"),
        encapsulated(signature, "OCSPValues", "EncapsulatedOCSPValue"),
    )
    proven, findings = _stamped(signature, trust, place, known)
    yield from findings
    told = proven or at
    if told is None:
        yield note("time-missing", place, Phrase("it does not say when it was made"))
    seal = Seal(
        place,
        own,
        tuple(others),
        # The latest that it can be of: what happened to the certificate since is looked at.
        told or min(trust.now or own.not_valid_before_utc, own.not_valid_after_utc),
        stamped=proven is not None,
        stated=told is not None,
        laboratory=laboratory_of(root),
        known=known,
    )
    yield from trust_findings(seal, trust)


def _stamped(
    signature: "_Element", trust: Trust, place: str, known: Known
) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Return the instant that a time stamp proves, and what is found about it (XAdES-T)."""
    import hashlib

    from asn1crypto.cms import ContentInfo

    held = encapsulated(signature, "SignatureTimeStamp", "EncapsulatedTimeStamp")
    for token in held:
        flaw = message_flaw(token, version="v3")
        if flaw:
            return None, (error("time-stamp-broken", f"{place} time stamp", flaw),)
    method = next(elements(signature, STAMP_METHOD), None)
    content = stamped_part(signature, "" if method is None else method.get("Algorithm", ""))
    tokens = [ContentInfo.load(token)["content"] for token in held]
    return proven_time(tokens, lambda a: hashlib.new(a, content).digest(), trust, place, known)


STAMP_METHOD = ".//*[local-name()='SignatureTimeStamp']/ds:CanonicalizationMethod"


def _last(root: "_Element") -> "_Element":
    return [child for child in root if child.tag == TAG][-1]


def _certificates(signature: "_Element") -> "list[Certificate]":
    """Return the certificates in a signature, the signer's first.

    Raises:
        ValueError: there are none, too many, or one that is none.
    """
    from cryptography.x509 import load_der_x509_certificate

    found = list(elements(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate"))
    if not 1 <= len(found) <= MOST_CERTIFICATES:
        raise ValueError(f"{len(found)} certificates")
    held = [load_der_x509_certificate(b64decode(one.text or "")) for one in found]
    issuers = {one.issuer.public_bytes() for one in held}
    leaf = next((one for one in held if one.subject.public_bytes() not in issuers), held[0])
    return [leaf, *(one for one in held if one is not leaf)]


def _verify(root: "_Element", signature: "_Element", own: "Certificate") -> "_Element | None":
    """Check a signature with its certificate's key; return its signed properties, if any.

    Raises:
        SignXMLException: it does not hold.
    """
    from signxml.verifier import SignatureConfiguration, XMLVerifier
    from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

    advanced = next(elements(signature, f"ds:Object/*[namespace-uri()='{XADES}']"), None)
    kind: Any = XMLVerifier if advanced is None else XAdESVerifier
    options: Any = SignatureConfiguration if advanced is None else XAdESSignatureConfiguration
    # Whether the certificate held when it was signed is weighed by us, not here.
    config = options(
        location="./", expect_references=True, verification_time=own.not_valid_before_utc
    )
    verified = _whole(kind)().verify(root, x509_cert=own, expect_config=config)
    signed = (getattr(one, "signed_properties", None) for one in verified)
    return next((one for one in signed if one is not None), None)


def _whole(kind: Any) -> Any:
    """Return signxml's verifier of a kind, for one of several signatures of a whole document."""

    class Whole(kind):  # type: ignore[misc]
        """Takes the last signature, and what the European Commission's DSS signs."""

        def _get_signature(self, root: "_Element") -> "_Element":
            # The others are no part of what this one covers; signxml takes the first.
            return _last(root)

        def _apply_transforms(
            self, payload: Any, *, transforms_node: Any, signature: "_Element"
        ) -> Any:
            if transforms_node is not None and leaves_signatures_out(transforms_node):
                strip_elements(payload, TAG, with_tail=False)
            return super()._apply_transforms(
                payload, transforms_node=transforms_node, signature=signature
            )

    from lxml.etree import strip_elements

    return Whole


def _time(properties: "_Element | None") -> datetime | None:
    """Return when a signature says it was made: what it covers says so, nothing beside it."""
    found = None if properties is None else properties.find(f"{{{XADES}}}SigningTime")
    if found is None:
        return None
    at = datetime.fromisoformat((found.text or "").strip())
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def exactness_findings(content: bytes, root: "_Element") -> Iterator[Finding]:
    """Yield where a document of ours is not written in the one way in which the station writes.

    What a signature does not see (blanks inside tags, the declaration) is found by it.
    """
    from lxml import etree

    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    exact = content == written + b"\n" and content.startswith(DECLARATION)
    if not exact or any(map(has_blanks, root.findall(TAG))):
        yield error("not-byte-exact", "xml", Phrase("it is not written as the station writes"))
