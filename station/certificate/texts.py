"""Bilingual wording: every text of a certificate in both languages, in Unicode NFC.

Numbers within a text are written as its language does, with a decimal comma or point; so are days.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.locale import translation


class Languages(Enum):
    """In which languages a certificate is printed; the first is the large one."""

    BOTH = "vi,en"
    VIETNAMESE = "vi"
    ENGLISH = "en"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; equal where it is a name, a number or somebody's own words."""

    vi: str
    en: str

    def __bool__(self) -> bool:
        """Whether there is anything to print."""
        return bool(self.vi or self.en)


def say(message: str, **values: object) -> Text:
    """Return `message` (English, marked with `N_`) in both languages, `values` filled in.

    A value that is a `Text` is filled in in the language at hand.
    """
    return Text(
        _fill(translation("vi")(message), {k: _in(v, "vi") for k, v in values.items()}),
        _fill(message, {k: _in(v, "en") for k, v in values.items()}),
    )


def filled(pattern: str, **values: object) -> Text:
    """Return a pattern that no language changes, such as "± {limit}", `values` filled in."""
    return Text(
        _fill(pattern, {k: _in(v, "vi") for k, v in values.items()}),
        _fill(pattern, {k: _in(v, "en") for k, v in values.items()}),
    )


def same(text: str) -> Text:
    """Return a text that no language changes."""
    text = unicodedata.normalize("NFC", text)
    return Text(text, text)


def joined(texts: Iterable[Text], between: str = "; ") -> Text:
    """Return texts as a list in words."""
    listed = list(texts)
    return Text(between.join(t.vi for t in listed), between.join(t.en for t in listed))


def numeral(shown: str) -> Text:
    """Return a number, written with a decimal comma, as both languages write it."""
    return Text(shown, shown.replace(",", "."))


def day(on: date) -> Text:
    """Return a day as both languages write it: 21/11/2026, 21 November 2026."""
    return Text(f"{on:%d/%m/%Y}", f"{on.day} {MONTHS[on.month - 1]} {on.year}")


def _in(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.vi if language == "vi" else value.en
    return value


def _fill(pattern: str, values: dict[str, object]) -> str:
    return unicodedata.normalize("NFC", pattern.format(**values) if values else pattern)
