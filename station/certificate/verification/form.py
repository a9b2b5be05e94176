"""Whether an XML signature says nothing but what it covers.

A signature covers the document around it, what its references name, and nothing else of itself.
Whatever else stands in it could be put there by anybody, and read as if it were signed.
"""

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from station.certificate.reading import NAMESPACES, elements
from station.errors import Phrase

if TYPE_CHECKING:
    from lxml.etree import _Element

DS = NAMESPACES["ds"]
XADES = "http://uri.etsi.org/01903/v1.3.2#"
MOST_TRANSFORMS = 20
MOST_REFERENCES = 20
OBJECT, PROPERTIES = f"{{{DS}}}Object", f"{{{XADES}}}QualifyingProperties"
SIGNED, UNSIGNED = f"{{{XADES}}}SignedProperties", f"{{{XADES}}}UnsignedProperties"

XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
UNCOVERED = (
    f"{{{DS}}}SignatureValue",
    f"{{{XADES}}}EncapsulatedTimeStamp",
    f"{{{XADES}}}EncapsulatedCRLValue",
)


def outside_flaw(root: "_Element") -> Phrase | None:
    """Return what stands beside the document's element that readers act upon, or "".

    Instructions there are part of what URI "" refers to (XML Signature 1.1, 4.4.3.3); a browser
    follows one to a stylesheet. Comments are none.
    """
    from lxml.etree import ProcessingInstruction

    before = root.itersiblings(ProcessingInstruction, preceding=True)
    if [*before, *root.itersiblings(ProcessingInstruction)]:
        return Phrase("a processing instruction stands outside the document")
    return None


def form_flaw(signature: "_Element") -> Phrase | None:
    """Return what in the signature itself could be read in two ways, or is not covered, or ""."""
    tags = [str(child.tag).rpartition("}")[2] for child in signature]
    if tags[:3] != ["SignedInfo", "SignatureValue", "KeyInfo"] or set(tags[3:]) - {"Object"}:
        return Phrase("its parts are {parts}", parts=tuple(tags[:9]))
    if len(list(elements(signature, ".//ds:Transform"))) > MOST_TRANSFORMS:
        return Phrase("it asks for more work than a signature does")
    uris = [one.get("URI") for one in elements(signature, "ds:SignedInfo/ds:Reference")]
    if uris.count("") != 1 or len(uris) > MOST_REFERENCES:
        return Phrase(
            "it covers {parts} and not the whole document", parts=", ".join(map(repr, uris[:5]))
        )
    value = "".join((signature[1].text or "").split())
    if b64encode(b64decode(value, validate=True)).decode() != value:
        return Phrase("its value is written in a way that it should not be")
    if _loose_text(signature):
        return Phrase("there is text between its parts")
    covered = {uri[1:] for uri in uris if uri and uri.startswith("#")}
    return _objects_flaw(signature, covered)


def encapsulated(signature: "_Element", held_in: str, name: str) -> list[bytes]:
    """Return, as DER, what unsigned properties hold: each "EncapsulatedCRLValue" in "CRLValues".

    Raises:
        ValueError: it is not written in the one way of Base64.
    """
    path = "ds:Object/*/*/*[local-name()='UnsignedSignatureProperties']"
    path += f"//*[local-name()='{held_in}']/*[local-name()='{name}']"
    found = []
    for one in elements(signature, path):
        text = "".join((one.text or "").split())
        content = b64decode(text, validate=True)
        if b64encode(content).decode() != text:
            raise ValueError(f"{name} is written in a way that it should not be")
        found.append(content)
    return found


def stamped_part(signature: "_Element", method: str) -> bytes:
    """Return what a time stamp of a signature is of: its value (EN 319 132-1, 5.3), canonical."""
    from lxml import etree

    return etree.tostring(
        signature[1],
        method="c14n",
        exclusive="exc-c14n" in method,
        with_comments=method.endswith("WithComments"),
    )


def leaves_signatures_out(transforms: "_Element") -> bool:
    """Whether an XPath among transforms takes all but signatures (XML Signature 1.1, 6.6.3).

    Any other is not carried out: what is signed by it is then found not to be the whole.
    """
    told = elements(transforms, f"ds:Transform[@Algorithm='{XPATH}']/ds:XPath")
    return any(
        "".join((one.text or "").split()) == f"not(ancestor-or-self::{prefix}:Signature)"
        for one in told
        for prefix, space in one.nsmap.items()
        if space == DS and prefix
    )


def has_blanks(signature: "_Element") -> bool:
    """Whether there are blanks where the signature does not cover them: the station puts none."""
    between = [e.tail for e in signature.iterdescendants()]
    between += [e.text for e in signature.iter() if len(e)]
    bare = [e.text or "" for e in signature.iter(*UNCOVERED)]
    return any(between) or any(set(text) & set(" \t\r\n") for text in bare)


def _loose_text(signature: "_Element") -> bool:
    between = [e.tail for e in signature.iterdescendants()]
    between += [e.text for e in signature.iter() if len(e)]
    return any((text or "").strip() for text in between)


def _objects_flaw(signature: "_Element", covered: set[str]) -> Phrase | None:
    """Return which object is neither covered nor the frame of properties that are, or ""."""
    parts = [
        part
        for held in signature.iterchildren(OBJECT)
        if held.get("Id") not in covered
        for part in held
    ]
    frames = [part for part in parts if part.tag == PROPERTIES]
    if parts != frames or len(frames) > 1 or _bare_objects(signature, covered):
        return Phrase("it holds something that it does not cover")
    for frame in frames:
        if frame.get("Target") != f"#{signature.get('Id')}":
            return Phrase("its properties are of another signature")
        own = [part for part in frame if part.tag == SIGNED and part.get("Id") in covered]
        others = [part for part in frame if part.tag == UNSIGNED]
        if len(own) != 1 or [*own, *others] != list(frame) or len(others) > 1:
            return Phrase("its properties are not covered")
    return None


def _bare_objects(signature: "_Element", covered: set[str]) -> bool:
    """Whether an object that is not covered has words of its own."""
    return any(
        held.get("Id") not in covered and (held.text or "").strip()
        for held in signature.iterchildren(OBJECT)
    )
