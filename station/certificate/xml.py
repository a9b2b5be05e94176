"""Building blocks of a Digital Calibration Certificate: elements, texts and D-SI values."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from station.certificate.texts import Text
from station.metrology.units import dsi_or_foreign
from station.run.plan import Organisation

if TYPE_CHECKING:
    from lxml.etree import _Element

DCC = "https://ptb.de/dcc"
SI = "https://ptb.de/si"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGES = ("vi", "en")


def add(parent: "_Element", name: str, text: str | None = None, **attributes: str) -> "_Element":
    """Append an element; `name` is "dcc:x" or "si:x"."""
    from lxml.etree import SubElement

    prefix, _, local = name.partition(":")
    namespace = {"dcc": DCC, "si": SI}[prefix]
    element = SubElement(parent, f"{{{namespace}}}{local}", attributes)
    element.text = text
    return element


def add_text(parent: "_Element", name: str, text: Text | str, **attributes: str) -> "_Element":
    """Append a text in all languages, or one that no language changes (a name, a number)."""
    element = add(parent, name, **attributes)
    if isinstance(text, str):
        add(element, "dcc:content", text)
    else:
        add_contents(element, text)
    return element


def add_contents(element: "_Element", text: Text) -> None:
    """Append the contents of a text element, one a language."""
    add(element, "dcc:content", text.vi, lang="vi")
    add(element, "dcc:content", text.en, lang="en")


def add_contact(parent: "_Element", name: str, organisation: Organisation) -> "_Element":
    """Append an organisation: name, address, how to reach it."""
    contact = add(parent, name)
    add_text(contact, "dcc:name", organisation.name)
    location = add(contact, "dcc:location")
    add_text(location, "dcc:further", organisation.address)
    if organisation.contact:
        add_text(location, "dcc:further", organisation.contact)
    return contact


def add_real(parent: "_Element", value: Decimal, unit: str) -> "_Element":
    """Append one number with its unit."""
    real = add(parent, "si:real")
    add(real, "si:value", number(value))
    add(real, "si:unit", dsi_or_foreign(unit))
    return real


def add_reals(parent: "_Element", values: Iterable[Decimal], unit: str) -> "_Element":
    """Append a column of numbers in one unit."""
    reals = add(parent, "si:realListXMLList")
    add(reals, "si:valueXMLList", " ".join(map(number, values)))
    add(reals, "si:unitXMLList", dsi_or_foreign(unit))
    return reals


def add_uncertainties(
    reals: "_Element",
    expanded: Sequence[Decimal],
    factors: Sequence[Decimal],
    probability: Decimal,
) -> None:
    """Append U and k of each value of a column, and the coverage probability of all."""
    univariate = add(reals, "si:measurementUncertaintyUnivariateXMLList")
    stated = add(univariate, "si:expandedMUXMLList")
    add(stated, "si:valueExpandedMUXMLList", " ".join(map(number, expanded)))
    add(stated, "si:coverageFactorXMLList", " ".join(map(number, factors)))
    add(stated, "si:coverageProbabilityXMLList", number(probability))


def number(value: Decimal) -> str:
    """Write a decimal with its zeros, a point, and no exponent."""
    return f"{value:f}"


def release(version: str) -> str:
    """Write a version the way PTB's rules ask for: one letter and up to four numbers."""
    found = re.match(r"\d{1,3}(\.\d{1,3}){0,3}", version)
    return f"v{found[0] if found else '0'}"
