"""Sources as a certificate prints them: without the author's remarks on how far they were seen.

A procedure says of a limit or a formula what it is worth ("from memory, unverified"). The record
and the XML keep those words; on paper a footnote says it once, in words fit for a reader.
"""

import re

from station.certificate.texts import Text, same
from station.locale import translation
from station.run.sources import source_told

MARKERS = (
    "from memory",
    "unverified",
    "recalled",
    "not seen",
    "was not found",
    "as seen in",
    "a transcription",
)
"""Words of a source that say that nobody compared it with the document itself."""

_MARKED = "|".join(MARKERS)

_REMARKS = (
    (re.compile(r"^Recalled from the ", re.I), ""),
    (re.compile(rf"\s*\([^()]*\b(?:{_MARKED})\b[^()]*\)", re.I), ""),
    (re.compile(r",?\s*\bas seen in [^;,]*", re.I), ""),
    (re.compile(rf"(?:^|[,;]\s*)[^,;()]*\b(?:{_MARKED})\b[^,;()]*", re.I), ""),
)
"""Patterns and what comes in their place, in the order they are applied."""


def is_unverified(source: str) -> bool:
    """Tell whether a source says of itself that it was not compared with the document."""
    return re.search(rf"\b(?:{_MARKED})\b", source, re.I) is not None


def as_printed(source: str) -> str:
    """Return the source without such remarks; "" where it was nothing else."""
    if not is_unverified(source):
        return source
    for pattern, instead in _REMARKS:
        source = pattern.sub(instead, source)
    return source.strip(" ,;")


def told(source: str) -> Text:
    """Return a source in both languages."""
    return Text(same(source_told(source, translation("vi"))).vi, same(source).en)
