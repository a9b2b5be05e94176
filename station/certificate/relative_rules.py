"""The rule about relative uncertainties: that they are what stands beside them, divided."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error
from station.certificate.number_rules import finite
from station.certificate.reading import elements, text_of, where
from station.errors import Phrase

if TYPE_CHECKING:
    from lxml.etree import _Element

VALUES = "si:realListXMLList/si:valueXMLList | si:real/si:value"
EXPANDED = (
    "si:*//si:valueExpandedMUXMLList | si:*//si:valueExpandedMU | "
    "si:*/si:expandedUncXMLList/si:uncertaintyXMLList | si:*/si:expandedUnc/si:uncertainty"
)
LIST = "dcc:relativeUncertaintyXmlList"
SINGLE = ("dcc:relativeUncertaintySingle", "dcc:relativeUncertainty")
"""As the schema calls it, and as PTB's rule does."""

RELATIVE = " | ".join((f"{LIST}/si:valueXMLList", *(f"{one}/si:value" for one in SINGLE)))
PARTS = {r"\percent": 100, r"\ppm": 1_000_000}


def relative_uncertainties_agree(root: "_Element") -> Iterator[Finding]:
    """A relative uncertainty stands beside the expanded one and is that divided by the value."""
    for stated in elements(root, "//dcc:quantity/dcc:relativeUncertainty"):
        quantity = stated.getparent()
        assert quantity is not None
        flaw = _flaw(quantity, stated)
        if flaw:
            yield error("relative-uncertainty", where(quantity), flaw)


def _flaw(quantity: "_Element", stated: "_Element") -> Phrase | None:
    values, expanded = (text_of(quantity, path).split() for path in (VALUES, EXPANDED))
    relative = text_of(stated, RELATIVE).split()
    if not expanded:
        return Phrase("the expanded uncertainty is missing that it is the ratio of")
    listed = next(elements(quantity, "si:realListXMLList"), None) is not None
    if listed != (next(elements(stated, LIST), None) is not None):
        return Phrase("a list and a single number are mixed")
    if any(len(column) not in (1, len(values)) for column in (expanded, relative)):
        return Phrase(
            "{count} relative uncertainties of {values} values",
            count=len(relative),
            values=len(values),
        )
    parts = PARTS.get(text_of(stated, ".//si:unitXMLList | .//si:unit"), 1)
    for row, value in enumerate(values):
        u, ratio = (_of(column, row) for column in (expanded, relative))
        if not _agree(value, u, ratio, parts):
            return Phrase("{ratio} is not {u} divided by {value}", ratio=ratio, u=u, value=value)
    return None


def _of(column: Sequence[str], row: int) -> str:
    return column[0] if len(column) == 1 else column[row]


def _agree(value: str, expanded: str, relative: str, parts: int) -> bool:
    """Whether a ratio agrees to the last digit that it is written with."""
    v, u, r = (finite(text) for text in (value, expanded, relative))
    if v is None or u is None or r is None or not v:
        # What is no number is named by another rule, and nothing is relative to 0.
        return True
    place = Decimal(1).scaleb(int(r.as_tuple().exponent))
    return abs(parts * u / abs(v) - r) <= place
