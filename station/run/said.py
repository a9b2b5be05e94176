"""A sentence that is written down together with what it tells of, for readers of any language."""

import math
import string
from collections.abc import Mapping
from enum import Enum

from station.errors import LocalNumber, Phrase, phrase_of
from station.locale import Translate, fill
from station.run.plan import Record


class Said(Record):
    """A phrase as the journal keeps it.

    Attributes:
        text: the English, as it is looked up in a catalogue.
        values: what its places stand for: a number, a phrase itself, all else written out.
    """

    text: str
    values: Mapping[str, "str | float | Said"] = {}

    def told(self, translate: Translate) -> str:
        """Return the sentence in the language of `translate`."""
        values = {name: _told(value, translate) for name, value in self.values.items()}
        return fill(translate(self.text), values)


def _told(value: "str | float | Said", translate: Translate) -> object:
    if isinstance(value, float):
        return LocalNumber(value, translate)
    return _Written(value if isinstance(value, str) else value.told(translate))


class _Written(str):
    """A value that was put into its form when it was written down: no place forms it again."""

    def __format__(self, spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


def said(what: Exception | Phrase) -> Said:
    """Return an error or a phrase as it is written down."""
    phrase = phrase_of(what)
    if not phrase.values:
        return Said(text=phrase.text)
    places = {
        name: (form or "", kind)
        for _, name, form, kind in string.Formatter().parse(phrase.text)
        if name
    }
    values = {name: _kept(phrase.values[name], *place) for name, place in places.items()}
    return Said(text=phrase.text, values=values)


def _kept(value: object, form: str, kind: str | None) -> "str | float | Said":
    match value:
        case Said():
            return value
        case OSError(strerror=str(reason)):
            return Said(text=reason)
        case Phrase() | Exception():
            return said(value)
        case Enum():
            return Said(text=str(value.value))
        case tuple():
            names = [f"n{number}" for number in range(len(value))]
            listed = zip(names, value, strict=True)
            return Said(
                text=", ".join(f"{{{name}}}" for name in names),
                values={name: _kept(each, "", None) for name, each in listed},
            )
        case float() if kind is None and math.isfinite(value):
            return value
        case _:
            return format(repr(value) if kind == "r" else value, form)
