"""Rich's pictures of a screen, made small: fonts that browsers have, and nothing that is unseen."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape, unescape

FAMILIES = "Noto Sans Mono, DejaVu Sans Mono, Consolas, Menlo, monospace"
"""Fonts that browsers have, with Vietnamese and box drawing; nothing is fetched."""

CELL, LINE, ASCENT = 12.2, 24.4, 18.5
"""Width of a cell, height of a line, and of what is above the base line, as Rich draws them."""

TEXT = re.compile(
    r'<text class="(\S+-r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"[^>]*>(.*?)</text>'
)
PIECE = re.compile("[█]+|[▶◀▸]|[^ █▶◀▸]+(?: [^ █▶◀▸]+)*")
BACK = re.compile(r'<rect fill="(#\w+)" x=[^>]* shape-rendering="crispEdges"/>')
CRISP = "rect { shape-rendering: crispEdges }\n    </style>"


def slim(svg: str) -> str:
    """Return the picture with fonts that are there, and without what nobody sees."""
    svg = re.sub(r"@font-face {.*?}\n", "", svg, flags=re.DOTALL)
    svg = svg.replace("<!-- Generated with Rich https://www.textualize.io -->", "")
    svg = svg.replace("Fira Code, monospace", FAMILIES)
    svg = re.sub(r'<clipPath id="[^"]*-line-\d+">.*?</clipPath>\n?', "", svg, flags=re.DOTALL)
    svg = on_one_ground(svg)
    svg = svg.replace(' shape-rendering="crispEdges"', "").replace("</style>", CRISP)
    svg = TEXT.sub(lambda found: "".join(pieces(*found.groups())), svg)
    svg = re.sub(r"terminal-\d+-", "t-", svg)
    return re.sub(r"\n\s*\n+", "\n", svg)


def on_one_ground(svg: str) -> str:
    """Return the picture with one rectangle for the commonest colour behind the texts."""
    ((ground, _),) = Counter(BACK.findall(svg)).most_common(1)
    first = next(BACK.finditer(svg)).start()
    rest = BACK.sub(lambda found: "" if found[1] == ground else found[0], svg[first:])
    return f'{svg[:first]}<rect fill="{ground}" width="100%" height="100%"/>{rest}'


def pieces(style: str, x: str, y: str, text: str) -> Iterator[str]:
    """Yield the words of a text, each at its own place: none moves where a font is wider."""
    whole = unescape(text).replace("\xa0", " ")
    for found in PIECE.finditer(whole):
        left, width = float(x) + found.start() * CELL, len(found[0]) * CELL
        if found[0][0] == "█":
            top = float(y) - ASCENT
            yield (
                f'<rect class="{style}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
                f'height="{LINE}"/>'
            )
            continue
        said = escape(found[0], quote=False).replace(" ", "&#160;")
        # A sign from another font is made as wide as its cell.
        squeezed = ' lengthAdjust="spacingAndGlyphs"' if len(found[0]) == 1 else ""
        yield (
            f'<text class="{style}" x="{left:.1f}" y="{y}" textLength="{width:.1f}"{squeezed}>'
            f"{said}</text>"
        )
