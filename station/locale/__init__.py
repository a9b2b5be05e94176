"""Texts in the reader's language: English in the code, other languages in gettext catalogues."""

import gettext
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")
"""Languages a screen, a message or a certificate can be in."""

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802  (gettext's customary name for "mark, translate later")
    """Mark an English text for translation and return it unchanged."""
    return text


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return `text` with its `{names}` replaced; without values a brace is a brace."""
    return text.format_map(values) if values else text


def decimal(digits: str, translate: Translate) -> str:
    """Return a number that has a decimal point with the decimal sign of a language."""
    return digits.replace(".", translate("."))


@cache
def translation(language: str) -> Translate:
    """Return the function that puts an English text into `language` ("vi" or "en")."""
    if language == "en":
        return str
    found = gettext.translation(
        "station", localedir=Path(__file__).parent, languages=[language]
    ).gettext
    # gettext answers the empty text with the catalogue's own header.
    return lambda text: found(text) if text else text


def preferred_language() -> str:
    """Return "vi" or "en" from STATION_LANG, else from the usual locale variables, else "en"."""
    for variable in ("STATION_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")[:2].lower()
        if value in LANGUAGES:
            return value
    return "en"
