"""Who certified what, and when, as a DCC says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from station.certificate.reading import elements, text_of
from station.errors import BadInput, Phrase
from station.locale import N_
from station.register.imports.columns import LONGEST_NAME, contents, plain

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Head:
    """Who certified what, when."""

    number: str
    issuer: str
    dated: date
    title: str
    maker: str
    type: str
    serial: str
    firmware: str
    traceability: str


def head(root: "_Element", item: "_Element", *, name: str) -> Head:
    """Return who certified what; `name` is what messages call the file.

    Raises:
        BadInput: what every certificate has is not there, or is no text.
    """
    core = "dcc:administrativeData/dcc:coreData/"
    number = text_of(root, f"{core}dcc:uniqueIdentifier")
    dated = text_of(root, f"{core}dcc:endPerformanceDate")
    issuer = _words(root, "dcc:administrativeData/dcc:calibrationLaboratory/dcc:contact/dcc:name")
    known = _identification(item)
    serial = "" if known is None else text_of(known, "dcc:value")
    for value, what in (
        (number, N_("a number (uniqueIdentifier)")),
        (dated, N_("a day of calibration (endPerformanceDate)")),
        (issuer, N_("an issuing laboratory")),
        (serial, N_("an item with a serial number")),
    ):
        if not value:
            raise BadInput(
                "{name}: the certificate has not got {what}.", name=name, what=Phrase(what)
            )
        if len(value) > LONGEST_NAME or plain(value) != " ".join(value.split()):
            raise BadInput(
                "{name}: {what} of {length} characters, or not of letters.",
                name=name,
                what=Phrase(what),
                length=len(value),
            )
    return Head(
        number=number,
        issuer=issuer,
        dated=_day(dated, name),
        title=_words(item, "dcc:name") or "–",
        maker=_words(item, "dcc:manufacturer/dcc:name") or "–",
        type=plain(text_of(item, "dcc:model"))[:LONGEST_NAME] or "–",
        serial=serial,
        firmware=_words(item, "dcc:installedSoftwares/dcc:software/dcc:release"),
        traceability=_traceability(root) or f"As stated in certificate {number} of {issuer}",
    )


def doubts_of_item(item: "_Element") -> Iterator[Phrase]:
    """Tell where nothing says that the number taken is the serial number."""
    best = _identification(item)
    if best is not None and _rank(best) > 1:
        issuer = text_of(best, "dcc:issuer")
        value = text_of(best, "dcc:value")
        yield Phrase(
            "{value!r} is a number that the {issuer} gave it, and is not called a serial number.",
            value=value,
            issuer=issuer,
        )


def _identification(item: "_Element") -> "_Element | None":
    """Return the item's serial number: what is called so, else the maker's identification."""
    found = elements(item, "dcc:identifications/dcc:identification")
    return min(found, key=_rank, default=None)


def _rank(identification: "_Element") -> int:
    kind = (identification.get("refType") or "").casefold()
    names = " ".join(each for part in identification for each in contents(part)).casefold()
    if "serial" in kind or any(word in names for word in ("serial", "seriennummer", "số máy")):
        return 0
    return 1 if text_of(identification, "dcc:issuer") == "manufacturer" else 2


def _traceability(root: "_Element") -> str:
    path = (
        "dcc:administrativeData/dcc:statements/dcc:statement"
        "[contains(@refType, 'metrologicallyTraceableToSI')]"
    )
    return _words(root, f"{path}/dcc:declaration") or _words(root, f"{path}/dcc:description")


def _words(element: "_Element", path: str) -> str:
    """Return a text in English where there is one, else as it comes."""
    found = next(elements(element, path), None)
    if found is None:
        return ""
    english = text_of(found, "dcc:content[@lang='en']")
    return plain(english) or next(iter(contents(found)), "") or plain(found.text or "")


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadInput(
            "{name}: {text!r} is not a day (YYYY-MM-DD).", name=name, text=text
        ) from error
