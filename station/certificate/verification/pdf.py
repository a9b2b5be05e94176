"""The signatures of a PDF: each intact, the last over every byte, nothing changed behind any.

What the reader of a signature must not rely on is checked here as well: that the two ranges that
are signed leave out nothing but the signature itself, which is written in one way only (shadow and
wrapping attacks work on what lies between).
"""

import io
from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, note
from station.certificate.verification.cms import (
    broken,
    broken_stamp,
    certificates,
    message_flaw,
    stamped,
)
from station.certificate.verification.revocation import NOTHING, Known, loaded
from station.certificate.verification.trust import Seal, Trust, trust_findings, unreadable
from station.errors import Phrase

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

TRACES = (b"/ByteRange", b"/SubFilter", b"/DocMDP")
"""What a file that was ever signed has somewhere."""

MOST_SIGNATURES = 20


def pdf_findings(
    content: bytes, trust: Trust, laboratory: tuple[str, ...] = ()
) -> tuple[bool, tuple[Finding, ...]]:
    """Return whether a PDF is signed, and what is found about its signatures.

    Args:
        content: the whole file.
        trust: whom the reader trusts.
        laboratory: the names of who should have signed, where they are known.
    """
    import logging
    import warnings

    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError

    # What it finds is said by us, once.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = tuple(_findings(content, trust, laboratory))
    except unreadable(PdfError, SigningError) as fault:
        what = Phrase(
            "cannot be read ({kind}: {why})",
            kind=type(fault).__name__,
            why=" ".join(str(fault).split())[:200],
        )
        return True, (error("signature-unreadable", "pdf", what),)
    return bool(found), found


def _findings(content: bytes, trust: Trust, laboratory: tuple[str, ...]) -> Iterator[Finding]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    if not any(trace in content for trace in TRACES):
        return
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    signatures = list(reader.embedded_signatures)
    if not signatures:
        yield error(
            "signature-removed", "pdf", Phrase("it was signed; the signature was taken out of use")
        )
    if len(signatures) > MOST_SIGNATURES:
        yield error(
            "signature-unreadable", "pdf", Phrase("{count} signatures", count=len(signatures))
        )
        return
    ends = sorted(int(one.byte_range[2]) + int(one.byte_range[3]) for one in signatures)
    if ends and ends[-1] != len(content):
        what = Phrase(
            "{count} bytes at the end are covered by no signature", count=len(content) - ends[-1]
        )
        yield error("not-covered", "pdf", what)
    known = _known(reader)
    for one in signatures:
        yield from _one(content, one, trust, laboratory, known)


def _one(
    content: bytes,
    one: "EmbeddedPdfSignature",
    trust: Trust,
    laboratory: tuple[str, ...],
    known: Known,
) -> Iterator[Finding]:
    place = f"pdf signature {one.field_name}"
    stamp = one.sig_object_type == "/DocTimeStamp"
    why = _broken(content, one, place, stamp=stamp)
    if why is not None:
        yield why
        return
    if int(one.byte_range[2]) + int(one.byte_range[3]) != len(content):
        one.compute_integrity_info()
        if not one.summarise_integrity_info()["docmdp_ok"]:
            yield error("changed-behind", place, Phrase("the file was changed after it was signed"))
    if stamp:
        yield note(
            "time-stamp", place, Phrase("of the document, intact; whose it is was not looked at")
        )
        return
    proven, findings = stamped(one.signed_data, trust, place, known)
    yield from findings
    at = proven or one.self_reported_timestamp
    if at is None or at.tzinfo is None:
        yield error("time-missing", place, Phrase("it does not say when it was made"))
        return
    own, *others = certificates(one.signed_data)
    seal = Seal(
        place,
        own,
        tuple(others),
        at.astimezone(UTC),
        stamped=proven is not None,
        laboratory=laboratory,
        known=known,
    )
    yield from trust_findings(seal, trust)


def _broken(
    content: bytes, one: "EmbeddedPdfSignature", place: str, *, stamp: bool
) -> Finding | None:
    """Return why the bytes of a signature or a document's time stamp do not hold, if so."""
    version = "v3" if stamp else "v1"
    flaw = _gap_flaw(content, one) or message_flaw(bytes(one.pkcs7_content), version=version)
    if flaw:
        return error("not-covered", place, flaw)
    if stamp:
        why = broken_stamp(one.signed_data, one.compute_digest)
    else:
        why = broken(one.signed_data, one.compute_digest())
    return error("signature-broken", place, why) if why else None


def _known(reader: "PdfFileReader") -> Known:
    """Return what the document tells of revocations (EN 319 142-1, 5.4.2: the DSS)."""
    if "/DSS" not in reader.root:
        return NOTHING
    store = reader.root["/DSS"]
    crls, responses = (
        [one.get_object().data for one in store[kind]] if kind in store else [] for kind in _LISTS
    )
    return loaded(crls, responses)


_LISTS = ("/CRLs", "/OCSPs")


def _gap_flaw(content: bytes, one: "EmbeddedPdfSignature") -> Phrase | None:
    """Return what is wrong with the place that the signature leaves out for itself, or ""."""
    if len(one.byte_range) != 4:
        return Phrase("{count} numbers say what is signed; four do", count=len(one.byte_range))
    begin, length, behind, rest = map(int, one.byte_range)
    if begin != 0 or min(length, rest) < 0 or not length < behind <= behind + rest <= len(content):
        return Phrase(
            "the ranges {begin} {length} {behind} {rest} do not fit the file",
            begin=begin,
            length=length,
            behind=behind,
            rest=rest,
        )
    gap, hexed = content[length:behind], bytes(one.pkcs7_content).hex().encode()
    if gap not in (b"<" + hexed + b">", b"<" + hexed.upper() + b">"):
        return Phrase("what is left out of the signed ranges is not the signature alone")
    return None
