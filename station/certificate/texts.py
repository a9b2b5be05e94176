"""Bilingual wording: every text of a certificate in both languages, in Unicode NFC."""

import unicodedata
from dataclasses import dataclass

from station.locale import translation


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; equal where it is a name, a number or somebody's own words."""

    vi: str
    en: str


def say(message: str, **values: object) -> Text:
    """Return `message` (English, marked with `N_`) in both languages, `values` filled in.

    A value that is a `Text` is filled in in the language at hand.
    """
    return Text(
        _fill(translation("vi")(message), {k: _in(v, "vi") for k, v in values.items()}),
        _fill(message, {k: _in(v, "en") for k, v in values.items()}),
    )


def same(text: str) -> Text:
    """Return a text that no language changes."""
    text = unicodedata.normalize("NFC", text)
    return Text(text, text)


def _in(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.vi if language == "vi" else value.en
    return value


def _fill(pattern: str, values: dict[str, object]) -> str:
    return unicodedata.normalize("NFC", pattern.format(**values) if values else pattern)
