"""Reading somebody's DCC without trusting it: no DTD, no entities, no network, limited size."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from station.certificate.xml import DCC, SI
from station.errors import BadInput

if TYPE_CHECKING:
    from lxml.etree import XPath, _Element

LARGEST_XML = 20_000_000
"""Bytes. Thousands of points with figures fit into a tenth of it."""

NAMESPACES = {"dcc": DCC, "si": SI, "ds": "http://www.w3.org/2000/09/xmldsig#"}


def parse(content: bytes, *, name: str, as_written: bool = False) -> "_Element":
    """Return the root of a DCC; `name` is what messages call the file.

    Where it is not asked for `as_written`, comments and instructions are left out: a signature
    may not cover them, and each would cut the number in two that it stands in.

    Raises:
        BadInput: it is too large, not XML, has a document type, or is no DCC.
    """
    root = parse_xml(content, name=name)
    if not as_written:
        strip_remarks(root)
    if root.tag != f"{{{DCC}}}digitalCalibrationCertificate":
        raise BadInput("{name}: the root element is {tag}, not a DCC's.", name=name, tag=root.tag)
    return root


def parse_xml(content: bytes, *, name: str) -> "_Element":
    """Return the root of somebody's XML, whatever it is.

    Raises:
        BadInput: it is too large, not XML, or has a document type.
    """
    from lxml import etree

    if len(content) > LARGEST_XML:
        raise BadInput(
            "{name}: {count} bytes; a certificate has at most {most}.",
            name=name,
            count=len(content),
            most=LARGEST_XML,
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise BadInput("{name}: not well-formed XML: {fault}.", name=name, fault=fault) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadInput(
            "{name}: has a document type declaration, which a DCC never needs.", name=name
        )
    return root


def strip_remarks(root: "_Element") -> None:
    """Take comments and instructions out of a document."""
    from lxml.etree import Comment, ProcessingInstruction, strip_tags

    strip_tags(root, Comment, ProcessingInstruction)


def elements(root: "_Element", path: str) -> Iterator["_Element"]:
    """Yield the elements that an XPath finds; prefixes dcc, si and ds are known."""
    found = _compiled(path)(root)
    assert isinstance(found, list)
    for element in found:
        assert not isinstance(element, (str, bytes, tuple))
        yield element


@cache
def _compiled(path: str) -> "XPath":
    from lxml.etree import XPath

    return XPath(path, namespaces=NAMESPACES)


def text_of(root: "_Element", path: str) -> str:
    """Return the text of the first element that an XPath finds, or ""."""
    first = next(elements(root, path), None)
    return (first.text or "").strip() if first is not None else ""


def laboratory_of(root: "_Element") -> tuple[str, ...]:
    """Return the laboratory's name, in each language that it is given in."""
    path = "//dcc:calibrationLaboratory/dcc:contact/dcc:name/dcc:content"
    return tuple(text for e in elements(root, path) if (text := (e.text or "").strip()))


def where(element: "_Element") -> str:
    """Return the element's place in the document, as a path without namespaces."""
    steps = []
    node: _Element | None = element
    while node is not None:
        local = str(node.tag).rpartition("}")[2]
        parent = node.getparent()
        twins = [] if parent is None else parent.findall(str(node.tag))
        steps.append(f"{local}[{twins.index(node) + 1}]" if len(twins) > 1 else local)
        node = parent
    return "/".join(reversed(steps))
