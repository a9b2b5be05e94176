"""The text on a PDF's pages, quickly where the PDF is written the way typst writes.

Typst's text is in strings of two-byte glyph numbers with a table to Unicode for each font; where a
page has anything else, the general reader is asked, which takes twenty times as long.
"""

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

_STRING = reduce(
    lambda inner, _: rb"\((?:\\[\x00-\xff]|[^\\()]|" + inner + rb")*\)",
    range(2),
    rb"\((?:\\[\x00-\xff]|[^\\()])*\)",
)
"""A literal string; parentheses in it that are not escaped are balanced (ISO 32000-1, 7.3.4.2)."""

_HEX = rb"<[0-9A-Fa-f\s]*>"
_SHOWN = re.compile(
    rb"/(?P<font>[^\s/<>\[\]()]+) -?[\d.]+ Tf"
    rb"|\[(?P<array>(?:" + _STRING + rb"|" + _HEX + rb"|[-\d.\s])*)\]\s*TJ"
    rb"|(?P<one>" + _STRING + rb"|" + _HEX + rb")\s*Tj"
)
_PIECE = re.compile(_STRING + rb"|" + _HEX)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\x00-\xff])")
_BYTES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_BYTES |= {b"\n": b"", b"\r": b"", b"\r\n": b""}
_BYTES |= {
    f"{code:o}".rjust(width, "0").encode(): bytes([code])
    for code in range(256)
    for width in range(1, 4)
}
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
LARGEST_TEXT = 50_000_000
"""Bytes of drawing, of all pages; a certificate has a hundredth of it."""


def quick_text(reader: Any) -> str | None:
    """Return the text of all pages of a pypdf reader, or None where that is not so easy.

    Raises:
        ValueError: the pages draw more than a certificate does.
    """
    known: dict[int, _Letters | None] = {}
    lines: list[str] = []
    left = LARGEST_TEXT
    for page in reader.pages:
        fonts = {}
        for name, reference in page["/Resources"].get("/Font", {}).items():
            key = getattr(page["/Resources"]["/Font"].raw_get(name), "idnum", id(reference))
            if key not in known:
                known[key] = _font(reference.get_object())
            if known[key] is None:
                return None
            fonts[name[1:].encode()] = known[key]
        contents = page.get_contents()
        drawn = b"" if contents is None else contents.get_data()
        left -= len(drawn)
        if left < 0:
            raise ValueError("its pages are too large")
        lines += _lines(drawn, fonts)
    return "\n".join(lines)


class _Letters(dict[int, str]):
    """The letters of a font's glyph numbers; what has none is not text."""

    def __missing__(self, code: int) -> str:
        return ""


def _lines(drawn: bytes, fonts: dict[bytes, Any]) -> Iterator[str]:
    letters = _Letters()
    for shown in _SHOWN.finditer(drawn):
        font, array, one = shown.groups()
        if font is not None:
            letters = fonts.get(font, _Letters())
            continue
        codes = b"".join(map(_bytes_of, _PIECE.findall(array) if one is None else (one,)))
        # Two bytes a glyph: what is UTF-16 by form is one letter each.
        even = codes[: len(codes) & ~1]
        yield even.decode("utf-16-be", "surrogatepass").translate(letters)


def _bytes_of(piece: bytes) -> bytes:
    if piece.startswith(b"<"):
        return bytes.fromhex(piece[1:-1].decode())
    return _ESCAPE.sub(_unescaped, piece[1:-1]) if b"\\" in piece else piece[1:-1]


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return _BYTES.get(escape[1], escape[1])


def _font(font: Any) -> _Letters | None:
    """Return the letters of a font's glyph numbers, or None where it has another encoding."""
    if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H":
        return None
    if "/ToUnicode" not in font:
        return None
    table = font["/ToUnicode"].get_object().get_data()
    letters = _Letters()
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in _PAIR.findall(section):
            letters[int(code, 16)] = _utf16(text)
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in _RANGE.findall(section):
            begin = _utf16(text)
            for step in range(int(last, 16) - int(first, 16) + 1):
                letters[int(first, 16) + step] = begin[:-1] + chr(ord(begin[-1]) + step)
    return letters


def _utf16(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be", errors="replace")
