"""Pictures that a laboratory puts on its certificates: PNG or SVG, looked at before it is drawn.

A picture is drawn on every certificate ever after, so what could reach outside, run or swell is
refused, and so are letters, which would be drawn in another font than was meant.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from station.certificate.reading import parse_xml
from station.errors import BadInput, Phrase
from station.locale import N_

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST = 300_000
"""Bytes of a file: every certificate carries it."""

PNG_START = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 4_000_000
THINNEST = 20
"""How many times longer than broad a picture may be."""

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
ALLOWED = frozenset(
    "svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop "
    "clipPath title desc metadata style".split()
)
MOST_ELEMENTS = 5_000
LARGEST_NUMBER = 1e5
NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
NAMED = re.compile(r"#[^\s)'\";]+")
"""A colour, or the name of something else in the drawing."""

REFERENCE = re.compile(r"url\(\s*['\"]?(?!#)")


def drawable(content: bytes, *, name: str) -> str:
    """Return a picture as SVG that can be drawn without a thought; a PNG is wrapped in one.

    Raises:
        BadInput: it is too large, neither PNG nor SVG, or has what could do harm.
    """
    if len(content) > LARGEST:
        raise BadInput("{name}: more than {most} bytes. Save it smaller.", name=name, most=LARGEST)
    if content.startswith(PNG_START):
        return _wrapped(content, name)
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise BadInput("{name}: neither PNG nor SVG. Save the picture as one of them.", name=name)
    root = parse_xml(content, name=name)
    for line, what in _faults(root):
        raise BadInput("{name}, line {line}: {what}", name=name, line=line, what=what)
    _refuse_thin(*_size(root, name), name)
    return content.decode("utf-8-sig")


def refuse_undrawable(texts: Iterable[str], pictures: Mapping[str, str], *, name: str) -> None:
    """Draw texts and pictures once, as they will be drawn on a certificate.

    Args:
        texts: of the file called `name`.
        pictures: SVG by the name of the file.
        name: what messages call the texts' file.

    Raises:
        BadInput: a picture cannot be drawn, or the certificate's font lacks a letter.
    """
    for file, picture in pictures.items():
        _try('#image(bytes(sys.inputs.it), format: "svg", alt: "-", width: 1cm)', picture, file)
    for text in texts:
        _try("#sys.inputs.it", text, f"{name}: {text[:40]!r}")


def _try(template: str, given: str, what: str) -> None:
    import typst

    page = f'#set document(title: "-")\n#set text(font: "Libertinus Serif", lang: "vi")\n{template}'
    try:
        typst.compile(
            page.encode(), ignore_system_fonts=True, pdf_standards="a-3a", sys_inputs={"it": given}
        )
    except typst.TypstError as error:
        raise BadInput(
            "{what} cannot be drawn ({why}). Change it.", what=what, why=error.message
        ) from error


def _wrapped(content: bytes, name: str) -> str:
    if content[12:16] != b"IHDR" or len(content) < 24:
        raise BadInput("{name}: not a whole PNG. Save it again.", name=name)
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if not 0 < width * height <= MOST_PIXELS:
        raise BadInput(
            "{name}: {width} × {height} pixels, of which {most} are drawn. Save it smaller.",
            name=name,
            width=width,
            height=height,
            most=MOST_PIXELS,
        )
    _refuse_thin(width, height, name)
    inside = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{inside}"/></svg>'
    )


def _size(root: "_Element", name: str) -> tuple[float, float]:
    """Return width and height, of which only the proportion counts."""
    numbers = re.fullmatch(
        r"\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*", root.get("viewBox", "")
    )
    sides = numbers.groups() if numbers else (root.get("width", ""), root.get("height", ""))
    lengths = [re.fullmatch(r"(\d+\.?\d*|\.\d+)[a-z]*", side) for side in sides]
    if not all(lengths):
        raise BadInput(
            "{name}: says neither viewBox nor width and height. Save it with its size.", name=name
        )
    width, height = (float(length[1]) for length in lengths if length)
    return width, height


def _refuse_thin(width: float, height: float, name: str) -> None:
    if not 0 < max(width, height) <= THINNEST * min(width, height):
        raise BadInput(
            "{name}: {width:g} × {height:g}, more than {most} times longer than broad. Cut "
            "it to the picture itself.",
            name=name,
            width=width,
            height=height,
            most=THINNEST,
        )


def _faults(root: "_Element") -> Iterator[tuple[int, Phrase]]:
    """Yield line and "what. What to do" of everything that an SVG of a logo does not need."""
    if root.tag != f"{SVG}svg":
        yield 1, Phrase("the root element is not an SVG's. Save the picture as plain SVG.")
    count = 0
    for element in root.iter("*"):
        count += 1
        local = str(element.tag).removeprefix(SVG)
        line: int = element.sourceline or 1  # type: ignore[assignment]  # lxml-stubs say ...
        if "{" in local:  # an editor's own: never drawn
            continue
        if local not in ALLOWED:
            way = Phrase(_WAYS.get(local, PLAIN))
            yield line, Phrase("<{element}> is not allowed. {way}", element=local, way=way)
        for what in filter(None, (why(element) for why in _LOOKS)):
            yield line, what
    if count > MOST_ELEMENTS:
        yield 1, Phrase(
            "{count} elements, more than {most}. Simplify the drawing.",
            count=count, most=MOST_ELEMENTS,
        )  # fmt: skip


PLAIN = N_("Save it as plain SVG.")
_WAYS = {
    "text": N_("Turn texts into paths."),
    "image": N_("Give the PNG itself."),
    "use": N_("Unlink clones."),
    "script": N_("Take it out."),
}


def _looks_outside(element: "_Element") -> Phrase | None:
    for name, given in element.attrib.items():
        if str(name).startswith("{") and not str(name).startswith(XLINK):
            continue  # an editor's own
        local, value = str(name).removeprefix(XLINK).lower(), str(given).lower()
        if local.startswith("on"):
            return Phrase("{name} is a program. Take it out.", name=local)
        leads_out = local == "href" and not value.startswith("#")
        if leads_out or REFERENCE.search(value) or "\\" in value:
            text = str(given)[:40]
            return Phrase(
                "{name} = {text!r} leads out of the file. Take it out.", name=local, text=text
            )
    return None


def _looks_odd(element: "_Element") -> Phrase | None:
    text = (element.text or "").lower()
    if element.tag != f"{SVG}style":
        return None
    for word in ("@", "\\", "clip-path", "mask", "filter"):
        if word in text:
            return Phrase(
                "<style> has {word!r}. Save with presentation attributes, not a style sheet.",
                word=word,
            )
    if REFERENCE.search(text):
        return Phrase("<style> leads out of the file. Take the url() out.")
    return None


def _nests(element: "_Element") -> Phrase | None:
    inside = any(True for _ in element.iterancestors(f"{SVG}clipPath"))
    refers = any("url(" in str(value).lower() for value in element.attrib.values())
    if inside and refers:
        return Phrase("a clipPath within a clipPath. Release one of them.")
    return None


def _is_endless(element: "_Element") -> Phrase | None:
    """Look for numbers that no drawing has: an arc with such a radius is drawn for ever."""
    for name, given in element.attrib.items():
        numbers = NUMBER.findall(NAMED.sub("", str(given)))
        if name not in ("id", "class") and any(abs(float(n)) > LARGEST_NUMBER for n in numbers):
            return Phrase(
                "{name} has a number above {most:g}. Save it in ordinary sizes.",
                name=name, most=LARGEST_NUMBER,
            )  # fmt: skip
    return None


_LOOKS: tuple[Callable[["_Element"], Phrase | None], ...] = (
    _looks_outside, _looks_odd, _nests, _is_endless,
)  # fmt: skip
