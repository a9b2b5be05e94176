"""Whether what the attached XML says is what the pages print: number, digest, every result.

Of our own certificates it is known how they print a row; of others the digits are looked for, in
whatever unit, without the zeros that only say where the decimal sign is.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, note, warning
from station.certificate.reading import elements, text_of
from station.certificate.verification.rows import rows_differ
from station.certificate.wording import DIGEST_SHOWN
from station.errors import Phrase, joined

if TYPE_CHECKING:
    from lxml.etree import _Element

PRINTED = re.compile(r"[-−]?\d+(?:[.,]\d+)*")
RESULTS = ("basic_referenceValue", "basic_measuredValue", "basic_measurementError")
CONCLUSIONS = (
    "//dcc:result/dcc:data/dcc:quantity"
    "[@refType='station_conclusion' or @refType='basic_uncertainty']/si:real/si:value"
)
SHOWN = 3
"""How many of the numbers that are missing a finding names."""


def agreement_findings(
    root: "_Element", xml: bytes, printed: str, *, ours: bool
) -> Iterator[Finding]:
    """Yield where the pages do not print what the XML says.

    Args:
        root: the attached XML.
        xml: its bytes.
        printed: the text of the pages.
        ours: whether the station wrote it; then all of it is known to be printed.
    """
    number = text_of(root, "//dcc:coreData/dcc:uniqueIdentifier")
    if not re.search(rf"(?<![\w.]){re.escape(number)}(?!\.?\w)", " ".join(printed.split())):
        yield error(
            "number-differs",
            "",
            Phrase("the pages do not show the XML's number {number}", number=number),
        )
    digest = hashlib.sha256(xml).hexdigest()[:DIGEST_SHOWN]
    if digest not in printed:
        what = Phrase(
            "the attached XML's SHA-256 begins with {digest}, which the pages do not show",
            digest=digest,
        )
        # Only our own certificates are known to print it.
        yield (error if ours else note)("digest-differs", "", what)
    yield from _results(root, printed, ours=ours)


def _results(root: "_Element", printed: str, *, ours: bool) -> Iterator[Finding]:
    wrong = list(rows_differ(root, printed)) if ours else []
    asked = [*(() if ours else _numbers(root)), *_conclusions(root)]
    there = {_digits(found) for found in PRINTED.findall(printed)} if asked else set()
    absent = (value for value in asked if _digits(value) not in there)
    wrong += [Phrase("{value} is not on them", value=value) for value in absent]
    if wrong:
        what = Phrase(
            "{count} of the XML's results are not printed as it says: {named}{more}",
            count=len(wrong),
            named=joined(wrong[:SHOWN], "; "),
            more=" …" if len(wrong) > SHOWN else "",
        )
        yield (error if ours else warning)("results-differ", "", what)


def _numbers(root: "_Element") -> Iterator[str]:
    """Yield each result of the tables, and each expanded uncertainty of one."""
    for kind in RESULTS:
        path = f"//dcc:list/dcc:quantity[contains(@refType, '{kind}')]/si:realListXMLList"
        for column in elements(root, path):
            for values in elements(column, "si:valueXMLList | .//si:valueExpandedMUXMLList"):
                yield from (values.text or "").split()


def _conclusions(root: "_Element") -> Iterator[str]:
    """Yield what follows from the tables: a quantity of its own."""
    for single in elements(root, CONCLUSIONS):
        yield single.text or ""


def _digits(number: str) -> str:
    """Return sign and significant digits: "-0.00120" and "−1,2" are both "-12"."""
    mantissa = re.split("[eE]", number)[0].replace("−", "-").lstrip("+")
    figures = re.sub(r"\D", "", mantissa).strip("0")
    return ("-" if mantissa.startswith("-") and figures else "") + figures
