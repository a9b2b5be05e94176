"""What stands among the results of a DCC and is no table of real numbers."""

import base64
import hashlib
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from station.certificate.xml import DCC
from station.errors import Phrase
from station.register.imports.columns import contents, names_of, places, reals

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_TOLD = 20
"""Elements that are named one by one."""


def not_read(root: "_Element") -> Iterator[Phrase]:
    """Yield, each in a sentence, what is not read."""
    told = list(islice(chain(_not_real(root), _not_numbers(root)), MOST_TOLD + 1))
    yield from told[:MOST_TOLD]
    if len(told) > MOST_TOLD:
        yield Phrase("Not taken: more elements like these.")


def _not_real(root: "_Element") -> Iterator[Phrase]:
    for place in places(root):
        for quantity in place.findall(f"{{{DCC}}}quantity"):
            if reals(quantity):
                continue
            names = (contents(quantity.find(f"{{{DCC}}}name")) or names_of(place) or ("–",))[-1]
            kinds = [_local(each) for each in quantity if _local(each) not in ("name", "label")]
            kind = kinds[0] if kinds else "quantity"
            yield Phrase("Not taken: {kind} {name!r}, no real number.", kind=kind, name=names)


def _not_numbers(root: "_Element") -> Iterator[Phrase]:
    for element in root.iter(f"{{{DCC}}}formula", f"{{{DCC}}}byteData", f"{{{DCC}}}xml"):
        kind, name = _local(element), (names_of(element) or ("–",))[-1]
        if kind == "byteData":
            yield Phrase(
                "Not taken: dcc:{kind} of {name!r}, SHA-256 of its content {digest}.",
                kind=kind,
                name=name,
                digest=_digest(element),
            )
        elif len(element):
            yield Phrase(
                "Not taken: dcc:{kind} of {name!r} ({inner}): it is not evaluated, a mapping "
                "states it as an [[equation]].",
                kind=kind,
                name=name,
                inner=_local(element[0]),
            )
        else:
            yield Phrase("Not taken: dcc:{kind} of {name!r}.", kind=kind, name=name)


def _digest(element: "_Element") -> str | Phrase:
    text = "".join((element.findtext(f"{{{DCC}}}dataBase64") or "").split())
    try:
        return hashlib.sha256(base64.b64decode(text, validate=True)).hexdigest()
    except ValueError:
        return Phrase("(it is no Base64)")


def _local(element: "_Element") -> str:
    return str(element.tag).rpartition("}")[2]
