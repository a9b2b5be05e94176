"""The tables of a DCC as they are stated: columns with unit, values, U and k, whatever they mean.

A table is every `dcc:list` or `dcc:data` with numbers directly in it, at any depth; a single
number beside or above it holds for all its rows. Both spellings of uncertainty are read: D-SI
2.2 (`expandedMU`) and the older one (`expandedUnc`) of DCC 3.0 to 3.2; and both of lists: one
text of many numbers, and the `si:list` of single ones of DCC 3.0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING

from station.certificate.reading import elements
from station.certificate.xml import DCC
from station.errors import BadInput, Phrase
from station.register.imports.figures import RATIOS, Place, decimal, product, scaled, unit

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_ROWS = 2_000
"""Of one table; nobody calibrates more points."""

MOST_TABLES = 2_000

MOST_READ = 50_000
"""Columns in all, each as often as a table has it around it."""

MOST_UNITS = 20
"""In which one value is stated."""

MOST_COLUMNS = 100
"""Of one table, with the numbers of the lists around it."""

LONGEST_NAME = 120

_NO_RATIOS = ("°C", "K", "dB")
"""Units of scales with a zero of their own, or of ratios already: a share of a value is none."""

CONTAINERS = (f"{{{DCC}}}list", f"{{{DCC}}}data")

_REALS = "si:real | si:constant | si:realListXMLList | si:list//si:realList"
_HYBRID = "si:hybrid/si:real | si:hybrid/si:realListXMLList | si:hybrid//si:realList"

_UNIVARIATE = (
    "si:measurementUncertaintyUnivariate | si:measurementUncertaintyUnivariateXMLList"
    " | si:expandedUnc | si:expandedUncXMLList | si:coverageInterval | si:coverageIntervalXMLList"
    " | si:listUnivariateUnc | si:listMeasurementUncertaintyUnivariate"
)
_RELATIVE = (
    "dcc:relativeUncertainty/dcc:relativeUncertaintyXmlList"
    " | dcc:relativeUncertainty/dcc:relativeUncertaintySingle"
)
_EXPANDED = ("valueExpandedMU", "uncertainty")
_STANDARD = ("valueStandardMU", "standardUnc")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        names: in all languages.
        kinds: its refTypes.
        symbol: unit that the values are in.
        values: one a row, or a single one for all rows.
        expanded: U of each value, empty where none is stated; `factors` are its k.
    """

    names: tuple[str, ...]
    kinds: frozenset[str]
    symbol: str
    values: tuple[Decimal, ...]
    expanded: tuple[Decimal, ...] = ()
    factors: tuple[Decimal, ...] = ()

    def at(self, row: int) -> Decimal:
        """Return the value of a row."""
        return one_of(self.values, row)


@dataclass(frozen=True, slots=True)
class Columns:
    """One table.

    Attributes:
        names: of the list, or of the result it stands in, in all languages.
        place: where it stands, for messages.
        columns: those with numbers.
        rows: how many.
        before: whether it is of before an adjustment or repair; None where that is not said.
    """

    names: tuple[str, ...]
    place: Place
    columns: tuple[Column, ...]
    rows: int
    before: bool | None

    def described(self) -> str:
        """Return the columns in words."""
        return ", ".join(
            f"{number} {(column.names or ('',))[-1]!r} ({' '.join(sorted(column.kinds)) or '–'},"
            f" {column.symbol})"
            for number, column in enumerate(self.columns, start=1)
        )


def _last(names: Sequence[str]) -> str | Phrase:
    return names[-1] if names else Phrase("without a name")


def one_of(values: Sequence[Decimal], row: int) -> Decimal:
    """Return the value of a row, where a single one holds for all."""
    return values[0] if len(values) == 1 else values[row]


def tables(root: "_Element", item: str | None) -> Iterator[Columns]:
    """Yield all tables of the measurement results.

    Args:
        root: of the DCC.
        item: id of the item where there are several; what refers to others only is left out.

    Raises:
        BadInput: columns of different lengths, numbers or units that cannot be read.
    """
    items = {each.get("id") for each in elements(root, "dcc:administrativeData/dcc:items/dcc:item")}
    read = 0
    for number, place in enumerate(places(root), start=1):
        read += _quantities_around(place)
        _refuse_more(number, read)
        if item is not None and _of_another(place, items, item):
            continue
        names = names_of(place)
        where = Phrase("table {number} ({name})", number=number, name=_last(names))
        stated = chain(_columns(place, where), _inherited(place, where))
        columns = list(islice(stated, MOST_COLUMNS + 1))
        if len(columns) > MOST_COLUMNS:
            raise BadInput(
                "{where}: more than {most} columns are not read.", where=where, most=MOST_COLUMNS
            )
        if not columns:
            continue
        lengths = tuple(len(column.values) for column in columns)
        rows = max(lengths)
        if not {1, rows}.issuperset(lengths):
            raise BadInput(
                "{where}: its columns have {lengths} entries. It cannot be read.",
                where=where,
                lengths=lengths,
            )
        yield Columns(names, where, tuple(columns), rows, _before(place))


def _refuse_more(tables: int, columns: int) -> None:
    if tables > MOST_TABLES or columns > MOST_READ:
        raise BadInput(
            "More than {tables} tables, {columns} columns are not read.",
            tables=MOST_TABLES,
            columns=MOST_READ,
        )


def places(root: "_Element") -> Iterator["_Element"]:
    """Yield what may be tables, in order; an XPath over all results takes the square of them."""
    for place in root.iter(*CONTAINERS):
        node: _Element | None = place
        while node is not None and node.tag in CONTAINERS:
            node = node.getparent()
        # An influence condition has data as well, but no result around it.
        in_result = node is not None and node.tag == f"{{{DCC}}}result"
        if in_result and place.find(f"{{{DCC}}}quantity") is not None:
            yield place


def _quantities_around(place: "_Element | None") -> int:
    """Return how many there are in a list and in the lists around it."""
    found = 0
    while place is not None and place.tag in CONTAINERS:
        found += sum(1 for _ in place.iterchildren(f"{{{DCC}}}quantity"))
        place = place.getparent()
    return found


def contents(element: "_Element | None") -> tuple[str, ...]:
    """Return a text in all its languages, without breaks."""
    if element is None:
        return ()
    texts = (plain(each.text or "") for each in elements(element, "dcc:content"))
    return tuple(text[:LONGEST_NAME] for text in texts if text)


def plain(text: str) -> str:
    """Return a text in one line, without what steers a terminal."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())


def names_of(place: "_Element") -> tuple[str, ...]:
    """Return the names of the nearest element around it that has some."""
    node: _Element | None = place
    while node is not None:
        names = contents(node.find(f"{{{DCC}}}name"))
        if names:
            return names
        node = node.getparent()
    return ()


def _of_another(place: "_Element", items: set[str | None], item: str) -> bool:
    node: _Element | None = place
    while node is not None:
        named = items & set((node.get("refId") or "").split())
        if named:
            return item not in named
        node = node.getparent()
    return False


def _before(place: "_Element") -> bool | None:
    """Return whether the nearest influence conditions are of before an adjustment or repair."""
    node: _Element | None = place
    while node is not None:
        said = {e.text or "" for e in elements(node, "dcc:influenceConditions/*/dcc:status")}
        if said:
            return any(text.strip().startswith("before") for text in said)
        node = node.getparent()
    return None


def _inherited(place: "_Element", where: Place) -> Iterator[Column]:
    """Yield the single numbers of the lists around a list: a frequency, a range."""
    node = place.getparent()
    while node is not None and node.tag in CONTAINERS:
        yield from (each for each in _columns(node, where) if len(each.values) == 1)
        node = node.getparent()


def _columns(place: "_Element", where: Place) -> Iterator[Column]:
    for quantity in elements(place, "dcc:quantity"):
        kinds = frozenset((quantity.get("refType") or "").split())
        names = contents(quantity.find(f"{{{DCC}}}name"))
        found = reals(quantity)
        for real in found:
            if len(found) == 1:
                yield _with_relative(quantity, _column(real, names, kinds, where), where)
            else:  # several columns in one quantity are told apart by their labels alone
                yield _column(real, (_texts(real, "label")[:LONGEST_NAME],), frozenset(), where)


def _with_relative(quantity: "_Element", column: Column, where: Place) -> Column:
    """Return a column with the U that its quantity states as a share of each value."""
    relative = next(elements(quantity, _RELATIVE), None)
    if relative is None or column.expanded:
        return column
    of = (column.names or ("–",))[-1]
    place = Phrase("{where}, dcc:relativeUncertainty of {of!r}", where=where, of=of)
    share = _column(relative, (), frozenset(), place)
    if share.symbol not in RATIOS:
        raise BadInput(
            "{place}: in {unit}, which is no ratio. It cannot be read.",
            place=place,
            unit=share.symbol,
        )
    if column.symbol in _NO_RATIOS:
        raise BadInput(
            "{place}: a share of {unit} says nothing. It cannot be read.",
            place=place,
            unit=column.symbol,
        )
    if len(share.values) not in (1, len(column.values)):
        raise BadInput(
            "{place}: {count} values with {shares} shares.",
            place=place,
            count=len(column.values),
            shares=len(share.values),
        )
    power = RATIOS[share.symbol]
    expanded = (
        scaled(product(value.copy_abs(), one_of(share.values, row), place), power)
        for row, value in enumerate(column.values)
    )
    # The element has no place for k: a person says it.
    return replace(column, expanded=tuple(expanded), factors=())


def reals(quantity: "_Element") -> "list[_Element]":
    """Return the numbers of a quantity; of several units of one, the first that is converted.

    Kelvin comes last: temperatures are in °C here.
    """
    found = list(elements(quantity, _REALS))
    of_units = list(elements(quantity, _HYBRID))
    if len(of_units) > MOST_UNITS:
        raise BadInput(
            "A value in {count} units; at most {most} are read.",
            count=len(of_units),
            most=MOST_UNITS,
        )
    of_units.sort(key=lambda each: (not _is_converted(each), "kelvin" in _unit_texts(each)))
    return [*found, *of_units[:1]]


def _is_converted(real: "_Element") -> bool:
    try:
        unit(_unit_texts(real).split()[0], "")
    except (BadInput, IndexError):
        return False
    return True


def _column(
    real: "_Element", names: tuple[str, ...], kinds: frozenset[str], where: Place
) -> Column:
    place = Phrase("{where}, column {name!r}", where=where, name=_last(names))
    units = {unit(text, place) for text in _unit_texts(real).split()}
    if len(units) != 1:
        raise BadInput(
            "{place}: one unit is needed, {count} are stated.", place=place, count=len(units)
        )
    (stated,) = units
    cells = list(elements(real, "si:real")) or [real]
    values = _numbers(" ".join(_texts(cell, "value") for cell in cells), place)
    expanded, factors = _uncertainty(real, place)
    if not expanded and len(cells) > 1:
        each_own = [_uncertainty(cell, place) for cell in cells]
        expanded = tuple(u for own, _ in each_own for u in own)
        factors = tuple(k for _, own in each_own for k in own)
    for each in (expanded, factors):
        if each and len(each) not in (1, len(values)):
            raise BadInput(
                "{place}: {count} values with {uncertainties} uncertainties.",
                place=place,
                count=len(values),
                uncertainties=len(each),
            )
    return Column(
        names,
        kinds,
        stated.symbol,
        tuple(scaled(value, stated.power) for value in values),
        tuple(scaled(value, stated.power) for value in expanded),
        factors,
    )


def _uncertainty(real: "_Element", place: Place) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """Return U and k of the values; a standard uncertainty is U with k = 1."""
    for stated in elements(real, _UNIVARIATE):
        texts = {
            str(each.tag).rpartition("}")[2].removesuffix("XMLList"): each.text or ""
            for each in stated.iter("*")
        }
        for name in _EXPANDED:
            if name in texts:
                return _numbers(texts[name], place), _numbers(
                    texts.get("coverageFactor", ""), place
                )
        for name in _STANDARD:
            if name in texts:
                return _numbers(texts[name], place), (Decimal(1),)
    return (), ()


def _numbers(text: str, place: Place) -> tuple[Decimal, ...]:
    words = text.split()
    if len(words) > MOST_ROWS:
        raise BadInput(
            "{place}: {count} values; at most {most} are read.",
            place=place,
            count=len(words),
            most=MOST_ROWS,
        )
    return tuple(decimal(word, place) for word in words)


def _texts(real: "_Element", name: str) -> str:
    path = f"si:{name} | si:{name}XMLList"
    return " ".join(each.text or "" for each in elements(real, path))


def _unit_texts(real: "_Element") -> str:
    """Return the unit of a list, else those of its values."""
    path = "si:unit | si:unitXMLList | si:listUnit"
    found = list(elements(real, path)) or list(elements(real, "si:real/si:unit"))
    return " ".join(each.text or "" for each in found)
