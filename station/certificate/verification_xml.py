"""The signatures of a DCC: XMLDSig and XAdES, enveloped, of the whole document.

Only a signature that stands as a child of the root and refers to the whole document (URI "")
counts; anything signed by id could stand beside what is read (signature wrapping). Several are
sequential: each covers the ones before it.
"""

import copy
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from station.certificate.findings import Finding, error, note
from station.certificate.reading import NAMESPACES, elements
from station.certificate.verification_trust import (
    MOST_CERTIFICATES,
    Seal,
    Trust,
    trust_findings,
    unreadable,
)

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element

DS = NAMESPACES["ds"]
XADES = "http://uri.etsi.org/01903/v1.3.2#"
TAG = f"{{{DS}}}Signature"
MOST_SIGNATURES = 10
MOST_TRANSFORMS = 20
MOST_REFERENCES = 20
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
        found.append(error("not-covered", "xml", "a signature stands inside the document"))
    if len(own) > MOST_SIGNATURES:
        return True, (error("signature-unreadable", "xml", f"{len(own)} signatures"),)
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
        what = " ".join(str(fault).split())[:200] or "the signature is not that of its key"
        return [error("signature-broken", place, what)]
    except unreadable(LxmlError) as fault:
        what = f"cannot be read ({type(fault).__name__}: {' '.join(str(fault).split())[:200]})"
        return [error("signature-unreadable", place, what)]


def _as_signed(root: "_Element", index: int) -> "_Element":
    """Return the document as it was when its signature `index` was the last."""
    whole = copy.deepcopy(root)
    for later in [child for child in whole if child.tag == TAG][index + 1 :]:
        whole.remove(later)
    return whole


def _findings(root: "_Element", trust: Trust, place: str) -> Iterator[Finding]:
    signature = _last(root)
    flaw = _form_flaw(signature)
    if flaw:
        yield error("not-covered", place, flaw)
        return
    own, *others = _certificates(signature)
    _verify(root, signature, own)
    at = _time(signature)
    if at is None:
        yield note("time-missing", place, "it does not say when it was made")
        at = trust.now or own.not_valid_before_utc
    yield from trust_findings(Seal(place, own, tuple(others), at, stamped=False), trust)


def _last(root: "_Element") -> "_Element":
    return [child for child in root if child.tag == TAG][-1]


def _form_flaw(signature: "_Element") -> str:
    """Return what in the signature itself could be read in two ways, or ""."""
    tags = [str(child.tag).rpartition("}")[2] for child in signature]
    if tags[:3] != ["SignedInfo", "SignatureValue", "KeyInfo"] or set(tags[3:]) - {"Object"}:
        return f"its parts are {', '.join(tags)}"
    if len(list(elements(signature, ".//ds:Transform"))) > MOST_TRANSFORMS:
        return "it asks for more work than a signature does"
    uris = [one.get("URI") for one in elements(signature, "ds:SignedInfo/ds:Reference")]
    if uris.count("") != 1 or len(uris) > MOST_REFERENCES:
        return f"it covers {', '.join(map(repr, uris[:5]))} and not the whole document"
    value = "".join((signature[1].text or "").split())
    if b64encode(b64decode(value, validate=True)).decode() != value:
        return "its value is written in a way that it should not be"
    for one in elements(signature, f"ds:Object/*[namespace-uri()='{XADES}']"):
        if one.get("Target") != f"#{signature.get('Id')}":
            return "its properties are of another signature"
    return ""


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


def _verify(root: "_Element", signature: "_Element", own: "Certificate") -> None:
    """Check a signature with its certificate's key.

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
    # signxml takes the first of several signatures; the others are no part of what this one covers.
    verifier = kind()
    verifier._get_signature = _last  # noqa: SLF001  (it has no other way)
    verifier.verify(root, x509_cert=own, expect_config=config)


def _time(signature: "_Element") -> datetime | None:
    path = f".//*[local-name()='SigningTime' and namespace-uri()='{XADES}']"
    found = next(elements(signature, path), None)
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
    if content != written + b"\n" or not content.startswith(DECLARATION):
        yield error("not-byte-exact", "xml", "it is not written as the station writes")
