"""Whether the pages of a certificate of ours print each result as the XML says it, in its order.

A row is found by what stands beside one another in it: reference, indication, error, U, k. The
units are those that stand last before it, first of the values and then of the errors; the verdict
is the first behind it.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from station.certificate.dcc_results import CONFORMITY, ERROR
from station.certificate.reading import elements, text_of
from station.certificate.results import VERDICTS
from station.certificate.texts import say
from station.errors import Phrase
from station.metrology.errors import InvalidNumber
from station.metrology.units import dsi

if TYPE_CHECKING:
    from lxml.etree import _Element

TABLES = "//dcc:list[@refType='station_table']"
LEFT = ("basic_referenceValue", "station_comparedWith")
RIGHT = "basic_measuredValue"
EXPONENTS = {
    "pico": -12, "nano": -9, "micro": -6, "milli": -3, "hecto": 2, "kilo": 3, "mega": 6, "giga": 9,
}  # fmt: skip
SAME = {r"\kilogram": (r"\gram", -3), r"\pascal": (r"\bar", 5)}
"""Unit of the XML → another that is a power of ten of it, and which."""

EXACT = Context(prec=60)
WORD = re.compile(r"[^\s;,()]+")
APART = re.compile(r"(?<= [mµkMG]) (?=Ω)")
"""Where a prefix and Ω, which is of another font, are two pieces of text."""

COMMA = re.compile(r"(?<=\d),(?=\d)")
"""Where Vietnamese is printed, the decimal sign is a comma."""

FAR = 200
"""How many characters behind a row its verdict stands, and then the next row."""


@dataclass(frozen=True, slots=True)
class Page:
    """The text of all pages in one line; `units` are where which unit stands (D-SI)."""

    text: str
    units: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One result: in SI units, decimals as written; `verdict` in the XML's word."""

    number: str
    left: Decimal
    right: Decimal
    error: Decimal
    uncertainty: Decimal
    k: Decimal
    verdict: str

    def cells(self, values: int, errors: int, place: int) -> str:
        """Return how it is printed to 10**place, in units that are 10**(…) of the SI unit."""
        left, right, error, uncertainty = (
            figure.quantize(Decimal((0, (1,), place)), context=EXACT) if place > 0 else figure
            for figure in (self.left, self.right, self.error, self.uncertainty)
        )
        shown = (
            *(_shown(value, values) for value in (left, right)),
            *(_shown(value, errors) for value in (error, uncertainty)),
            _shown(self.k, 0),
        )
        return " ".join(shown)

    @property
    def figures(self) -> str:
        """What the XML says: the values, the error and U."""
        said = (self.left, self.right, self.error, self.uncertainty)
        return " ".join(f"{figure:f}" for figure in said)

    @property
    def places(self) -> range:
        """Powers of ten to which the row may be printed: of 140000 the XML does not tell."""
        figures = (self.left, self.right, self.error, self.uncertainty)
        zeros = [_zeros(figure) for figure in figures if figure]
        return range(1 + min(zeros, default=0))


def page(printed: str) -> Page:
    """Return text as rows are looked for in it."""
    text = f" {' '.join(unicodedata.normalize('NFC', printed).split())} "
    text = COMMA.sub(".", APART.sub("", text))
    found = ((word.start(), _unit(word[0])) for word in WORD.finditer(text))
    return Page(text, tuple((at, unit) for at, unit in found if unit))


def rows_differ(root: "_Element", printed: str) -> Iterator[Phrase]:
    """Yield what is wrong with each row of the tables that is not printed as the XML says."""
    shown, at = page(printed), 0
    for table in elements(root, TABLES):
        unit = text_of(table, f"dcc:quantity[@refType='{ERROR}']//si:unitXMLList").split()[0]
        units = [(where, e) for where, u in shown.units if (e := _exponent(u, unit)) is not None]
        there = {e for _, e in units} or {0}
        pairs = [(values, errors) for values in there for errors in there]
        for row in _rows(table):
            found = _find(shown.text, row, pairs, at)
            if found is None:
                yield Phrase(
                    "point {number} ({figures}) is not printed in its place",
                    number=row.number,
                    figures=row.figures,
                )
                continue
            begin, at, exponents = found
            # The next row is most often in the same units.
            pairs.sort(key=lambda pair: pair != exponents)
            before = units[: bisect_left(units, (begin, 0))][-2:]
            if units and tuple(e for _, e in before) != exponents:
                yield Phrase("point {number} is printed in another unit", number=row.number)
            if _verdict(shown.text[at : at + FAR]) not in (row.verdict, ""):
                yield Phrase("point {number} is printed with another verdict", number=row.number)


def _find(
    text: str, row: Row, units: Iterable[tuple[int, int]], at: int
) -> tuple[int, int, tuple[int, int]] | None:
    """Return where a row begins and ends first behind `at`, and in which of the units."""
    found = []
    for pair, place in product(units, row.places):
        cells = f" {row.cells(*pair, place)} "
        begin = text.find(cells, max(at - 1, 0))
        if begin >= 0:
            found.append((begin + 1, begin + len(cells), pair))
            if begin - at < FAR:
                break
    return min(found, default=None)


def _rows(table: "_Element") -> Iterator[Row]:
    def column(kinds: tuple[str, ...], tag: str) -> list[str]:
        for kind in kinds:
            if text := text_of(table, f"dcc:quantity[@refType='{kind}']//{tag}"):
                return text.split()
        return []

    numbers = column(("station_pointNumber",), "si:valueXMLList")
    columns = (
        column(LEFT, "si:valueXMLList"),
        column((RIGHT,), "si:valueXMLList"),
        column((ERROR,), "si:valueXMLList"),
        column((ERROR,), "si:valueExpandedMUXMLList"),
        column((ERROR,), "si:coverageFactorXMLList"),
    )
    verdicts = column((ERROR,), "dcc:conformityXMLList")
    for number, *figures, verdict in zip(numbers, *columns, verdicts, strict=True):
        left, right, error, uncertainty, k = map(Decimal, figures)
        yield Row(number, left, right, error, uncertainty, k, verdict)


def _zeros(figure: Decimal) -> int:
    """Return how many zeros end a whole number, which may not count."""
    whole = f"{figure:f}"
    return 0 if "." in whole else len(whole) - len(whole.rstrip("0"))


def _shown(value: Decimal, exponent: int) -> str:
    return f"{value.scaleb(-exponent):f}".replace("-", "−")


@cache
def _unit(word: str) -> str:
    try:
        return dsi(word)
    except InvalidNumber:
        return ""


@cache
def _exponent(printed: str, unit: str) -> int | None:
    """Return which power of ten of `unit` a printed unit is, or None where it is another one."""
    for base, more in ((unit, 0), SAME.get(unit, ("", 0))):
        if base and printed == base:
            return more
        prefix = printed.removesuffix(base).removeprefix("\\")
        if base and printed.endswith(base) and prefix in EXPONENTS:
            return EXPONENTS[prefix] + more
    return None


def _verdict(text: str) -> str:
    """Return which verdict stands first in a text, in the XML's word, or ""."""
    words = _verdict_words()
    found = re.search("|".join(map(re.escape, words)), text)
    return words[found[0]] if found else ""


@cache
def _verdict_words() -> Mapping[str, str]:
    """Return the words of each verdict, the longest first: one may be in another."""
    words: dict[str, str] = {}
    for verdict, name in VERDICTS.items():
        said = say(name)
        # A page is one line, without blanks that do not break.
        plain = (" ".join(text.split()) for text in (said.vi, said.en))
        words |= dict.fromkeys(plain, CONFORMITY[verdict])
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))
